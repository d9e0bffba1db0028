/* Why an item was kept or dropped, by walking the program that decided. */
#include "author_list.h"
#include "parse_private.h"

#include "text/regex.h"

struct explaining {
	const struct query_subject *subject;
	struct query_verdicts verdicts;
	struct tms_arena *arena;
	struct tms_query_explanation *out;
	size_t capacity;
	struct tms_query_place *places;
	size_t places_count, places_room;
	bool *told; /* leaves that have their reason already */
};

/* Room for one more hit, or NULL when only the count goes on. */
static struct tms_query_hit *new_hit(struct explaining *e, struct tms_query_reason *reason)
{
	if (!reason->hits)
		reason->hits = TMS_ARENA_ARRAY(e->arena, struct tms_query_hit, TMS_QUERY_HITS_MAX);
	reason->hits_total++;
	if (!reason->hits || reason->hits_count == TMS_QUERY_HITS_MAX)
		return NULL;
	return &reason->hits[reason->hits_count++];
}

static bool wants_more(const struct tms_query_reason *reason)
{
	return reason->hits_total < TMS_QUERY_HITS_COUNTED_MAX;
}

static void add_place(
	struct explaining *e, const struct query_leaf *leaf, size_t text, struct tms_str words)
{
	struct tms_str whole = e->subject->doc->texts[text].words.text;
	size_t start = (size_t)(words.ptr - whole.ptr);

	if (words.len == 0 || !tms_arena_grow(e->arena, (void *)&e->places, e->places_count,
				      &e->places_room, sizeof(*e->places)))
		return;
	e->places[e->places_count++] = (struct tms_query_place){ text, start, start + words.len,
		(size_t)(leaf - e->subject->query->leaves) };
}

static void add_hit(struct explaining *e, const struct query_leaf *leaf,
	struct tms_query_reason *reason, const struct tms_doc_text *text, size_t value,
	struct tms_str words)
{
	struct tms_query_hit *hit = new_hit(e, reason);

	add_place(e, leaf, (size_t)(text - e->subject->doc->texts), words);
	if (hit)
		*hit = (struct tms_query_hit){ .field = tms_field_name(text->fields),
			.words = words,
			.start = (size_t)(words.ptr - text->words.text.ptr),
			.value = value };
}

/* All places of a leaf in one text. */
static void find_words(struct explaining *e, const struct query_leaf *leaf,
	struct tms_query_reason *reason, const struct tms_doc_text *text, size_t value)
{
	const struct tms_query *query = e->subject->query;
	struct query_span span = { 0 };

	while (wants_more(reason)) {
		bool found =
			leaf->kind == LEAF_NEAR
				? query_near_find(query, leaf, text, span.end, &span)
				: query_pattern_find(query, &leaf->pattern, text, span.end, &span);
		if (!found)
			return;
		struct tms_str words =
			span.ends_lone ? tms_words_span_lone(&text->words, span.first, span.end)
				       : tms_words_span(&text->words, span.first, span.end);
		add_hit(e, leaf, reason, text, value, tms_words_source(&text->words, words));
	}
}

static void find_regex(struct explaining *e, const struct query_leaf *leaf,
	struct tms_query_reason *reason, const struct tms_doc_text *text, size_t value)
{
	struct tms_str s = text->words.text;
	size_t start = 0, end = 0;

	for (size_t from = 0;
		wants_more(reason) && regex_find(leaf->regex, s, from, &start, &end);) {
		add_hit(e, leaf, reason, text, value,
			(struct tms_str){ s.ptr + start, end - start });
		from = end > start ? end : end + 1;
		while (from < s.len && ((unsigned char)s.ptr[from] & 0xC0) == 0x80)
			from++;
	}
}

static void find_in_texts(
	struct explaining *e, const struct query_leaf *leaf, struct tms_query_reason *reason)
{
	const struct tms_doc *doc = e->subject->doc;
	size_t value = 0;

	for (size_t i = 0; i < doc->texts_count; i++) {
		const struct tms_doc_text *text = &doc->texts[i];
		value = i > 0 && doc->texts[i - 1].fields == text->fields ? value + 1 : 0;
		if (!(text->fields & leaf->field->fields))
			continue;
		if (leaf->kind == LEAF_REGEX)
			find_regex(e, leaf, reason, text, value);
		else
			find_words(e, leaf, reason, text, value);
	}
}

static void find_values(
	struct explaining *e, const struct query_leaf *leaf, struct tms_query_reason *reason)
{
	struct tms_str found;
	size_t from = 0;

	while (wants_more(reason) && query_value_find(e->subject, leaf, &from, &found)) {
		struct tms_query_hit *hit = new_hit(e, reason);
		if (hit)
			*hit = (struct tms_query_hit){

				.field = leaf->field->name, .words = found, .value = from - 1
			};
	}
}

static struct tms_str number_value(struct explaining *e, const struct query_leaf *leaf)
{
	enum tms_number number = (enum tms_number)leaf->field->which;
	int64_t now = e->subject->item->item.numbers[number];
	int64_t highest = query_number_highest(e->subject, number, leaf->within_s);

	if (highest == TMS_NUMBER_NONE && now == TMS_NUMBER_NONE)
		return TMS_STR("missing");
	if (highest == TMS_NUMBER_NONE)
		return tms_arena_format(e->arena, "%lld, nothing known in time", (long long)now);
	if (leaf->within_s >= 0)
		return tms_arena_format(
			e->arena, "%lld, highest in time %lld", (long long)now, (long long)highest);
	if (highest == now)
		return tms_arena_format(e->arena, "%lld", (long long)now);
	return tms_arena_format(e->arena, "%lld, highest %lld", (long long)now, (long long)highest);
}

/* Where the language is known from, or which one it is that is not asked for. */
static struct tms_str language_value(
	const struct explaining *e, const struct tms_query_reason *reason)
{
	bool is_by_letters;
	struct tms_str tag = tms_item_language(&e->subject->item->item, &is_by_letters);

	if (tag.len == 0)
		return TMS_STR("none known");
	if (reason->hits_total == 0)
		return tag;
	return is_by_letters ? TMS_STR("by its letters") : TMS_STR_NONE;
}

static struct tms_str age_value(struct explaining *e)
{
	int64_t age = e->subject->now - e->subject->item->item.published;

	if (age < 2 * TMS_DAY_S)
		return tms_arena_format(e->arena, "%lldh", (long long)(age / TMS_HOUR_S));
	return tms_arena_format(e->arena, "%lldd", (long long)(age / TMS_DAY_S));
}

static struct tms_str date_value(struct explaining *e, const struct query_leaf *leaf)
{
	tms_time date = query_date_of(e->subject->item, (enum query_date)leaf->field->which);
	struct tms_buf buf = { 0 };

	if (date == TMS_TIME_NONE)
		return TMS_STR("missing");
	tms_time_write_date(&buf, date + query_dates_offset(&leaf->dates, date));
	return tms_arena_take(e->arena, &buf);
}

/* Phrases of a topic that say less are not shown. */
#define TELLING (TMS_TOPIC_ONE / 4)

/* A topic tells where a phrase first stands; where it stands in other texts is looked up. */
static void add_finding(struct explaining *e, const struct query_leaf *leaf,
	const struct tms_topic_finding *finding)
{
	const struct tms_doc *doc = e->subject->doc;
	struct query_pattern pattern = { .mode = WORD_PLAIN, .text = finding->words };

	if (finding->evidence < TELLING ||
		query_cut(e->arena, query_field_default(), WORD_PLAIN, finding->words,
			&pattern.words) != TMS_OK ||
		pattern.words.count == 0 || pattern.words.count > TMS_QUERY_PHRASE_WORDS_MAX)
		return;
	for (size_t i = 0; i < doc->texts_count; i++) {
		const struct tms_doc_text *text = &doc->texts[i];
		struct query_span span = { 0 };
		if (text->fields & TMS_FIELDS_NAMES)
			continue;
		for (int k = 0; k < TMS_QUERY_HITS_MAX && query_pattern_find(e->subject->query,
								  &pattern, text, span.end, &span);
			k++)
			add_place(e, leaf, i,
				tms_words_source(&text->words,
					tms_words_span(&text->words, span.first, span.end)));
	}
}

/* Of each facet what says most: the first of its findings. */
static struct tms_str telling_of(struct tms_arena *arena, const struct tms_topic_reason *found)
{
	struct tms_buf buf = { 0 };

	for (size_t i = 0; i < found->count; i++) {
		if (found->list[i].findings_count == 0)
			continue;
		tms_buf_add_cstr(&buf, buf.len > 0 ? ", " : "");
		tms_buf_add(&buf, found->list[i].findings[0].words);
	}
	return tms_arena_take(arena, &buf);
}

static void fill_topic(
	struct explaining *e, const struct query_leaf *leaf, struct tms_query_reason *reason)
{
	struct tms_topic_reason found;

	reason->is_topic = true;
	reason->threshold = leaf->topic->threshold;
	if (query_topic_explain(e->subject, leaf, e->arena, &found) != TMS_OK)
		return;
	reason->score = found.score;
	reason->value = query_topic_value(leaf, &found, e->arena);
	reason->telling = telling_of(e->arena, &found);
	for (size_t i = 0; i < found.count; i++)
		for (size_t k = 0; k < found.list[i].findings_count; k++)
			add_finding(e, leaf, &found.list[i].findings[k]);
}

/* How many texts of the same field stand before it. */
static size_t value_of(const struct tms_doc *doc, size_t i)
{
	size_t value = 0;

	while (value < i && doc->texts[i - value - 1].fields == doc->texts[i].fields)
		value++;
	return value;
}

/* Whose names stand there, and as which entries. */
static void find_listed(
	struct explaining *e, const struct query_leaf *leaf, struct tms_query_reason *reason)
{
	const struct tms_author_list *list = query_listed_of(leaf);
	const struct tms_doc *doc = e->subject->doc;
	const struct author_entry *entry = NULL, *last = NULL;
	struct tms_buf entries = { 0 };

	for (size_t i = 0; list && wants_more(reason) && author_list_find(list, doc, i, &i, &entry);
		i++) {
		struct tms_str name = doc->texts[i].words.text;
		add_hit(e, leaf, reason, &doc->texts[i], value_of(doc, i), name);
		if (entry != last && reason->hits_total <= TMS_QUERY_HITS_MAX)
			tms_buf_format(&entries, "%s%.*s", entries.len > 0 ? ", " : "",
				TMS_STR_ARGS(entry->text));
		last = entry;
	}
	reason->value = tms_arena_take(e->arena, &entries);
}

static void fill(
	struct explaining *e, const struct query_leaf *leaf, struct tms_query_reason *reason)
{
	switch (leaf->kind) {
	case LEAF_WORDS:
	case LEAF_NEAR:
	case LEAF_REGEX:
		find_in_texts(e, leaf, reason);
		break;
	case LEAF_VALUE_REGEX:
	case LEAF_EXACT:
	case LEAF_ID:
	case LEAF_URL:
	case LEAF_HAS:
		find_values(e, leaf, reason);
		if (leaf->field->kind == FIELD_EXACT && leaf->field->which == EXACT_LANGUAGE)
			reason->value = language_value(e, reason);
		break;
	case LEAF_NUMBER:
		reason->value = number_value(e, leaf);
		break;
	case LEAF_WORD_COUNT:
		reason->value = tms_arena_format(e->arena, "%zu", e->subject->doc->words);
		break;
	case LEAF_AGE:
		reason->value = age_value(e);
		break;
	case LEAF_TOPIC:
		fill_topic(e, leaf, reason);
		break;
	case LEAF_LISTED:
		find_listed(e, leaf, reason);
		break;
	case LEAF_DATE:
	case LEAF_DAY:
		reason->value = date_value(e, leaf);
		break;
	}
}

/* Its print without the name of its field, and the "=" before that. */
static struct tms_str words_of(const struct query_leaf *leaf)
{
	struct tms_str words = leaf->print, name = query_printed_name(leaf->field);
	struct tms_str rest = words;

	if (tms_str_starts(rest, TMS_STR("=")))
		rest = tms_str_slice(rest, 1, rest.len);
	if (name.len > 0 && tms_str_starts(rest, name))
		words = tms_str_slice(rest, name.len + 1, rest.len);
	return words;
}

static struct tms_query_reason reason_of(
	struct explaining *e, size_t index, bool holds, struct tms_str rule)
{
	const struct query_leaf *leaf = &e->subject->query->leaves[index];
	struct tms_query_reason reason = { .part = leaf->print, .rule = rule, .holds = holds };

	if (leaf->kind == LEAF_WORDS || leaf->kind == LEAF_NEAR || leaf->kind == LEAF_REGEX ||
		leaf->kind == LEAF_LISTED)
		reason.words = words_of(leaf);
	fill(e, leaf, &reason);
	return reason;
}

static void add_reason(struct explaining *e, size_t index, bool holds, struct tms_str rule)
{
	struct tms_query_explanation *out = e->out;

	if (e->told[index] || (out->kept && !holds))
		return;
	e->told[index] = true;
	if (!tms_arena_grow(e->arena, (void *)&out->reasons, out->reasons_count, &e->capacity,
		    sizeof(*out->reasons)))
		return;
	out->reasons[out->reasons_count++] = reason_of(e, index, holds, rule);
}

/* The leaves under the node that made its verdict what it is. */
static void collect(struct explaining *e, const struct query_node *node, struct tms_str rule)
{
	bool holds = query_node_holds(e->subject, node, &e->verdicts);

	if (!node)
		return;
	switch (node->kind) {
	case NODE_ALL:
	case NODE_ANY:
		for (const struct query_node *child = node->children; child; child = child->next)
			if (query_node_holds(e->subject, child, &e->verdicts) == holds)
				collect(e, child, rule);
		return;
	case NODE_NOT:
		collect(e, node->children, rule);
		return;
	case NODE_RULE:
		collect(e, node->children, node->rule);
		return;
	case NODE_LEAF:
		add_reason(e, node->leaf, holds, rule);
		return;
	}
}

/* The leaves under a node that holds, which nothing excludes. */
static void collect_held(struct explaining *e, const struct query_node *node, struct tms_str rule)
{
	if (node->kind == NODE_NOT || !query_node_holds(e->subject, node, &e->verdicts))
		return;
	if (node->kind == NODE_LEAF)
		add_reason(e, node->leaf, true, rule);
	for (const struct query_node *child = node->children; child; child = child->next)
		collect_held(e, child, node->kind == NODE_RULE ? node->rule : rule);
}

/* Of a node that does not hold: what of it was met. */
static void collect_met(struct explaining *e, const struct query_node *node, struct tms_str rule)
{
	if (node->kind != NODE_ALL && node->kind != NODE_RULE)
		return;
	if (node->kind == NODE_RULE)
		rule = node->rule;
	for (const struct query_node *child = node->children; child; child = child->next)
		if (query_node_holds(e->subject, child, &e->verdicts))
			collect_held(e, child, rule);
		else
			collect_met(e, child, rule);
}

/* What of the reasons would have to change. */
static enum tms_status add_missing(struct explaining *e, struct tms_query_explanation *why)
{
	struct query_change *changes = NULL;
	size_t count = 0;

	enum tms_status st = query_nearness(e->subject, e->arena, &why->nearness, &changes, &count);
	if (st != TMS_OK)
		return st;
	why->missing = TMS_ARENA_ARRAY(e->arena, struct tms_query_reason, count + 1);
	for (size_t i = 0; why->missing && i < count; i++) {
		struct tms_query_reason *missing = &why->missing[why->missing_count++];
		struct tms_str part = e->subject->query->leaves[changes[i].leaf].print;
		size_t told = 0;
		while (told < why->reasons_count && why->reasons[told].part.ptr != part.ptr)
			told++;
		*missing = told < why->reasons_count ? why->reasons[told]
						     : reason_of(e, changes[i].leaf,
							       changes[i].goes, changes[i].rule);
		missing->is_other = changes[i].is_other;
	}
	return e->arena->status;
}

enum tms_status tms_query_explain(const struct tms_query *query, const struct tms_merged *item,
	const struct tms_doc *doc, tms_time now, struct tms_arena *arena,
	struct tms_query_explanation *out)
{
	struct query_subject subject = { query, item, doc, now, TMS_TIME_MAX };
	struct tms_query_explanation why = { 0 };
	struct explaining e = { .subject = &subject, .arena = arena, .out = &why };

	e.told = TMS_ARENA_ARRAY(arena, bool, query->leaves_count + 1);
	if (!e.told)
		return arena->status;
	why.kept = query_node_holds(&subject, query->root, &e.verdicts);
	collect(&e, query->root, (struct tms_str){ 0 });
	if (!why.kept) {
		struct tms_query_explanation met = { .kept = true };
		e.out = &met;
		e.capacity = 0;
		collect_met(&e, query->root, (struct tms_str){ 0 });
		why.met = met.reasons;
		why.met_count = met.reasons_count;
		if (arena->status != TMS_OK || add_missing(&e, &why) != TMS_OK)
			return arena->status;
	}
	why.places = e.places;
	why.places_count = e.places_count;
	if (arena->status == TMS_OK)
		*out = why;
	return arena->status;
}

/* On one line: control characters and line breaks are spaces. */
static void add_line(struct tms_buf *buf, struct tms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		tms_buf_add_char(
			buf, (unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7F ? ' ' : s.ptr[i]);
}

static void print_hits(const struct tms_query_reason *reason, struct tms_buf *buf)
{
	for (size_t i = 0; i < reason->hits_count; i++) {
		const struct tms_query_hit *hit = &reason->hits[i];
		tms_buf_format(buf, "%s%s \"", i > 0 ? ", " : ": ", hit->field);
		add_line(buf, hit->words);
		tms_buf_format(buf, "\"@%zu", hit->start);
	}
	if (reason->hits_total > reason->hits_count)
		tms_buf_format(buf, " and %zu more", reason->hits_total - reason->hits_count);
}

void tms_query_explanation_print(const struct tms_query_explanation *why, struct tms_buf *buf)
{
	if (why->kept && why->reasons_count == 0)
		tms_buf_add_cstr(buf, "nothing excludes it");
	for (size_t i = 0; i < why->reasons_count; i++) {
		const struct tms_query_reason *reason = &why->reasons[i];
		if (i > 0)
			tms_buf_add_cstr(buf, "; ");
		if (!why->kept)
			tms_buf_add_cstr(buf, reason->holds ? "excluded by " : "no ");
		add_line(buf, reason->part);
		print_hits(reason, buf);
		if (reason->value.len > 0)
			tms_buf_format(buf, ": %.*s", TMS_STR_ARGS(reason->value));
		if (reason->rule.len > 0)
			tms_buf_format(buf, " (rule %.*s)", TMS_STR_ARGS(reason->rule));
	}
}
