/* topic:ID and about:"name | sentence | keywords": how much an item is about a subject. Written out, a
 * topic is an about: with all that its definition says, so a query that is kept means the same
 * whatever becomes of the catalogue. */
#include "parse_private.h"

#include <tamis/fold.h>
#include <tamis/utf8.h>

#define PARTS_MAX 4
#define NEAREST_MAX 3
#define NEAREST_DISTANCE 3
#define RANK_LETTERS (NEAREST_DISTANCE + 1) /* of letters alone, at most */
#define LONG_WORD 5
#define ASKED_MAX 80 /* bytes that are looked at and told */

/* ---- thresholds ---- */

static const struct {
	const char *name;
	uint32_t hundredths;
} levels[] = { { "loose", 35 }, { "normal", 45 }, { "strict", 55 } };

#define NORMAL_HUNDREDTHS 45

/* "strict", "0.5", ".50" → hundredths; 0 for anything else. */
static uint32_t read_threshold(struct tms_str s)
{
	uint32_t hundredths = 0, times = 10;

	for (size_t i = 0; i < TMS_COUNT(levels); i++)
		if (tms_str_equal_caseless(s, tms_str_from(levels[i].name)))
			return levels[i].hundredths;
	if (tms_str_starts(s, TMS_STR("0")))
		s = tms_str_slice(s, 1, s.len);
	if (!tms_str_starts(s, TMS_STR(".")) || s.len < 2 || s.len > 3)
		return 0;
	for (size_t i = 1; i < s.len; i++, times /= 10) {
		if (!tms_is_digit(s.ptr[i]))
			return 0;
		hundredths += (uint32_t)(s.ptr[i] - '0') * times;
	}
	return hundredths;
}

/* "60%", "60": hundredths that are written with a dot here; 0 for anything else. */
static uint32_t read_percent(struct tms_str s)
{
	int64_t value = 0;

	s.len -= tms_str_ends(s, TMS_STR("%"));
	return s.len == 2 && tms_is_digit(s.ptr[0]) && tms_str_int64(s, &value) ? (uint32_t)value
										: 0;
}

static void *fail_threshold(
	struct query_parser *p, struct query_written written, struct tms_str level)
{
	(void)query_fail(p, written.at,
		"found \"@%.*s\", expected @loose, @normal, @strict or a number such as @0.50",
		TMS_STR_ARGS(tms_str_slice(level, 0, 40)));
	if (read_percent(level) > 0)
		query_cure(p, TMS_STR_NONE, p->at - level.len, p->at,
			tms_arena_format(p->arena, "0.%02u", read_percent(level)));
	return NULL;
}

bool query_is_threshold(struct tms_str s)
{
	return read_threshold(s) > 0 || read_percent(s) > 0;
}

static void print_threshold(struct tms_buf *buf, uint32_t hundredths)
{
	for (size_t i = 0; i < TMS_COUNT(levels); i++)
		if (levels[i].hundredths == hundredths) {
			if (hundredths != NORMAL_HUNDREDTHS)
				tms_buf_format(buf, "@%s", levels[i].name);
			return;
		}
	tms_buf_format(buf, "@0.%02u", hundredths);
}

/* ---- definitions ---- */

/* As it can stand between quotes: what would end them, or a part, is a space. */
static struct tms_str quotable(struct query_parser *p, struct tms_str text)
{
	char *copy = tms_arena_alloc(p->arena, text.len + 1);
	size_t len = 0;

	for (size_t at = 0; copy && at < text.len;) {
		size_t start = at;
		int32_t c = tms_fold_punctuation(tms_utf8_next(text, &at));
		if (c == '"' || c == '|' || c == '\\' || c < ' ')
			copy[len++] = ' ';
		else {
			memcpy(copy + len, text.ptr + start, at - start);
			len += at - start;
		}
	}
	return query_one_line(p, (struct tms_str){ copy, copy ? len : 0 });
}

static const struct tms_topic_definition *find_topic(
	const struct tms_query_topics *topics, struct tms_str id)
{
	for (size_t l = topics->lists_count; l > 0; l--)
		for (size_t i = 0; i < topics->lists[l - 1].count; i++)
			if (tms_str_equal_caseless(topics->lists[l - 1].items[i].id, id))
				return &topics->lists[l - 1].items[i];
	return NULL;
}

static bool is_part(char c)
{
	return (unsigned char)c < 0x80 && !tms_is_alnum(c);
}

/* The next word of an identifier or a name, between hyphens or spaces. */
static bool next_word(struct tms_str id, size_t *at, struct tms_str *word)
{
	while (*at < id.len && is_part(id.ptr[*at]))
		++*at;
	size_t start = *at;
	while (*at < id.len && !is_part(id.ptr[*at]))
		++*at;
	*word = tms_str_slice(id, start, *at);
	return word->len > 0;
}

static bool is_near(struct tms_str id, struct tms_str asked)
{
	return query_distance(id, asked, NEAREST_DISTANCE) <=
		       (asked.len > LONG_WORD ? NEAREST_DISTANCE : 1) ||
	       (asked.len > 3 && tms_str_find_caseless(id, asked, 0) != SIZE_MAX) ||
	       (id.len > 3 && tms_str_find_caseless(asked, id, 0) != SIZE_MAX);
}

/* In singular or plural; a long one give or take a letter. */
static bool is_same_word(struct tms_str a, struct tms_str b)
{
	if (a.len >= LONG_WORD && query_distance(a, b, 1) <= 1)
		return true;
	a.len -= a.len > 3 && tms_lower(a.ptr[a.len - 1]) == 's';
	b.len -= b.len > 3 && tms_lower(b.ptr[b.len - 1]) == 's';
	return tms_str_equal_caseless(a, b);
}

static bool has_word(struct tms_str text, struct tms_str word)
{
	struct tms_str one;

	for (size_t at = 0; next_word(text, &at, &one);)
		if (is_same_word(word, one))
			return true;
	return false;
}

/* How many words that are asked for are in the topic's identifier or name. */
static size_t words_in(const struct tms_topic_definition *topic, struct tms_str asked)
{
	static const struct tms_str fillers = TMS_STR_INIT("and as by for in of on the to with");
	size_t count = 0;
	struct tms_str word;

	for (size_t at = 0; next_word(asked, &at, &word);)
		count += word.len > 1 && tms_str_find_caseless(fillers, word, 0) == SIZE_MAX &&
			 (has_word(topic->id, word) || has_word(topic->name, word));
	return count;
}

struct nearest {
	struct near_topic {
		struct tms_str id;
		size_t rank;
	} list[NEAREST_MAX]; /* by rank, falling */
	size_t count, best;  /* the first so many are proposed */
};

/* Behind those that are as near; 0 is not near. */
static void add_near(struct nearest *near, struct tms_str id, size_t rank)
{
	size_t at = near->count;

	while (at > 0 && near->list[at - 1].rank < rank)
		at--;
	if (rank == 0 || at == NEAREST_MAX)
		return;
	near->count += near->count < NEAREST_MAX;
	memmove(near->list + at + 1, near->list + at, (near->count - at - 1) * sizeof(*near->list));
	near->list[at] = (struct near_topic){ id, rank };
}

/* By words that are shared; without any by letters, and last those that have the word in them. */
static size_t rank_of(const struct tms_topic_definition *topic, struct tms_str asked)
{
	size_t distance = query_distance(topic->id, asked, NEAREST_DISTANCE);
	size_t words = words_in(topic, asked);

	if (words > 0)
		return RANK_LETTERS + words;
	return distance > 0 && is_near(topic->id, asked) ? RANK_LETTERS + 1 - distance : 0;
}

static struct nearest find_nearest(const struct tms_query_topics *topics, struct tms_str asked)
{
	struct nearest near = { 0 };

	for (size_t l = topics->lists_count; l > 0; l--)
		for (size_t i = 0; i < topics->lists[l - 1].count; i++)
			add_near(&near, topics->lists[l - 1].items[i].id,
				rank_of(&topics->lists[l - 1].items[i], asked));
	size_t first = near.list[0].rank; /* 0 where there is none */
	while (first > RANK_LETTERS && near.list[near.count - 1].rank <= RANK_LETTERS)
		near.count--;
	while (near.best < near.count &&
		(first <= RANK_LETTERS || near.list[near.best].rank == first))
		near.best++;
	return near;
}

/* level: "@strict", or nothing */
static struct query_node *fail_unknown(
	struct query_parser *p, struct query_written written, struct tms_str level)
{
	struct tms_str id = tms_str_slice(written.text, 0, ASKED_MAX);
	struct nearest near = find_nearest(p->options->topics, id);
	struct tms_buf list = { 0 };

	for (size_t i = 0; i < near.count; i++)
		tms_buf_format(&list, "%s%.*s", i > 0 ? ", " : "", TMS_STR_ARGS(near.list[i].id));
	if (near.count > 0)
		(void)query_fail(p, written.at, "there is no topic \"%.*s\"; the nearest: %.*s",
			TMS_STR_ARGS(id), TMS_STR_ARGS(tms_buf_str(&list)));
	else
		(void)query_fail(p, written.at,
			"there is no topic \"%.*s\"; `tamis topics` lists them, and about:\"…\" takes any "
			"subject",
			TMS_STR_ARGS(id));
	tms_buf_free(&list);
	for (size_t i = 0; i < near.best && i + 1 < TMS_ADVICE_CURES_MAX; i++)
		query_cure(p, TMS_STR_NONE, written.at, p->at,
			tms_arena_format(p->arena, "topic:%.*s%.*s", TMS_STR_ARGS(near.list[i].id),
				TMS_STR_ARGS(level)));
	query_cure(p, TMS_STR("as a subject of its own"), written.at, p->at,
		tms_arena_format(p->arena, "about:\"%.*s\"%.*s",
			TMS_STR_ARGS(quotable(p, written.text)), TMS_STR_ARGS(level)));
	return NULL;
}

/* "name | sentence | keywords | phrases". */
static bool split_about(
	struct query_parser *p, struct query_written written, struct tms_topic_definition *out)
{
	struct tms_str *const parts[PARTS_MAX] = { &out->name, &out->about, &out->keywords,
		&out->all };
	struct tms_str rest = written.text, part;
	size_t count = 0;

	*out = (struct tms_topic_definition){ .id = TMS_STR_INIT("about") };
	while (tms_str_split(&rest, '|', &part)) {
		if (count == PARTS_MAX) {
			(void)query_fail(p, written.at,
				"found more than three \"|\" in about:, expected \"name | sentence | keywords | "
				"phrases\"");
			return false;
		}
		*parts[count++] = quotable(p, part);
	}
	if (out->name.len == 0)
		(void)query_fail(p, written.at,
			"found no name in about:, expected about:\"a subject | a sentence about it | "
			"keywords\"");
	return p->status == TMS_OK;
}

static void print_about(struct tms_buf *buf, const struct tms_topic_definition *d)
{
	const struct tms_str parts[PARTS_MAX] = { d->name, d->about, d->keywords, d->all };
	size_t count = PARTS_MAX;

	while (count > 1 && parts[count - 1].len == 0)
		count--;
	tms_buf_add_cstr(buf, "about:\"");
	for (size_t i = 0; i < count; i++) {
		tms_buf_add_cstr(buf, i == 0 ? "" : parts[i].len > 0 ? " | " : " |");
		tms_buf_add(buf, parts[i]);
	}
	tms_buf_add_char(buf, '"');
}

/* ---- leaves ---- */

static struct tms_str keep(struct query_parser *p, struct tms_buf *buf)
{
	struct tms_str text = tms_arena_take(p->arena, buf);

	if (p->arena->status != TMS_OK)
		(void)query_fail_memory(p);
	return text;
}

static bool check(
	struct query_parser *p, struct query_written written, const struct tms_topic_definition *d)
{
	const struct tms_query_topics *topics = p->options->topics;
	struct tms_diag why = { 0 };

	enum tms_status st = tms_topic_check(d, NULL, &why);
	if (st == TMS_OK)
		st = tms_topic_compile(
			topics->model, topics->scorer, d, TMS_TOPIC_AS_WRITTEN, NULL, &why);
	if (st == TMS_ENOMEM)
		(void)query_fail_memory(p);
	else if (st == TMS_ELIMIT)
		(void)query_fail_limit(p, written.at, "%s", why.text);
	else if (st != TMS_OK)
		(void)query_fail(p, written.at, "%s", why.text);
	return st == TMS_OK;
}

static struct query_node *add_topic(struct query_parser *p, struct query_written written,
	const struct query_field *field, struct tms_str id, const struct tms_topic_definition *from,
	uint32_t hundredths)
{
	struct query_leaf leaf = { .kind = LEAF_TOPIC, .field = field };
	struct query_topic *topic = TMS_ARENA_NEW(p->arena, struct query_topic);
	struct tms_buf print = { 0 }, expanded = { 0 };

	if (!topic)
		return query_fail_memory(p);
	*topic = (struct query_topic){
		.definition = { .id = TMS_STR_INIT("about"),
			.name = quotable(p, from->name),
			.about = quotable(p, from->about),
			.keywords = quotable(p, from->keywords),
			.all = quotable(p, from->all) },
		.threshold = (hundredths * TMS_TOPIC_ONE + 50) / 100,
		.model = p->options->topics->model,
		.scorer = p->options->topics->scorer,
	};
	if (!check(p, written, &topic->definition))
		return NULL;
	if (id.len > 0)
		tms_buf_format(&print, "topic:%.*s", TMS_STR_ARGS(id));
	else
		print_about(&print, &topic->definition);
	print_threshold(&print, hundredths);
	print_about(&expanded, &topic->definition);
	print_threshold(&expanded, hundredths);
	leaf.print = keep(p, &print);
	leaf.expanded = keep(p, &expanded);
	leaf.topic = topic;
	p->query->needs_names |= id.len > 0;
	return query_add_leaf(p, written.at, &leaf);
}

struct query_node *query_make_topic(
	struct query_parser *p, const struct query_field *field, struct query_written written)
{
	size_t at = written.quoted ? SIZE_MAX : tms_str_find_byte(written.text, '@', 0);
	struct tms_str level = written.quoted ? written.behind
			       : at == SIZE_MAX
				       ? TMS_STR_NONE
				       : tms_str_slice(written.text, at + 1, written.text.len);
	struct tms_topic_definition about;
	uint32_t hundredths = NORMAL_HUNDREDTHS;

	written.text = tms_str_slice(written.text, 0, at);
	if (!p->options || !p->options->topics)
		return query_fail(p, written.at,
			"topics are not known here: \"%s:\" cannot be asked for", field->name);
	if (at != SIZE_MAX || written.has_behind)
		hundredths = read_threshold(level);
	if (hundredths == 0)
		return fail_threshold(p, written, level);
	query_note_apart(p);
	if (field->which == TOPIC_BY_NAME) {
		const struct tms_topic_definition *found =
			find_topic(p->options->topics, written.text);
		size_t behind = level.len > 0 ? level.len + 1 : 0; /* with its "@" */
		if (!found)
			return fail_unknown(
				p, written, tms_str_slice(p->text, p->at - behind, p->at));
		return add_topic(p, written, field, found->id, found, hundredths);
	}
	if (!split_about(p, written, &about))
		return NULL;
	return add_topic(p, written, field, TMS_STR_NONE, &about, hundredths);
}

/* ---- asking ---- */

/* What was not read for lack of memory is told by the arena. */
static struct tms_topic_item texts_of(struct tms_arena *arena, const struct tms_merged *merged)
{
	const struct tms_item *item = &merged->item;

	return (struct tms_topic_item){ item->title, tms_item_about(arena, item), item->keywords,
		item->keywords_count };
}

/* Compiled when it is first asked: most queries are only checked. NULL when memory is out. */
static const struct tms_topic *compiled(const struct query_leaf *leaf)
{
	struct query_topic *topic = leaf->topic;

	if (!topic->compiled && tms_topic_compile(topic->model, topic->scorer, &topic->definition,
					TMS_TOPIC_AS_WRITTEN, &topic->compiled, NULL) != TMS_OK)
		return NULL;
	return topic->compiled;
}

static enum tms_status score_of(
	const struct query_leaf *leaf, const struct tms_merged *merged, uint32_t *score)
{
	const struct tms_topic *topic = compiled(leaf);
	const struct tms_topic_text *text = NULL;
	struct tms_arena arena = { 0 };
	const struct tms_topic_item item = texts_of(&arena, merged);

	enum tms_status st = topic ? arena.status : TMS_ENOMEM;
	if (st == TMS_OK)
		st = tms_topic_text_make(
			&arena, leaf->topic->model, leaf->topic->scorer, &item, &text);
	if (st == TMS_OK)
		*score = tms_topic_score(topic, text);
	tms_arena_free(&arena);
	return st;
}

uint32_t query_topic_score(const struct query_subject *subject, const struct query_leaf *leaf)
{
	uint32_t score = 0;

	return score_of(leaf, subject->item, &score) == TMS_OK ? score : 0;
}

bool query_topic_holds(const struct query_subject *subject, const struct query_leaf *leaf)
{
	return query_topic_score(subject, leaf) >= leaf->topic->threshold;
}

const struct query_leaf *query_topic_leaf(const struct tms_query *query, size_t i)
{
	for (size_t k = 0; k < query->leaves_count; k++)
		if (query->leaves[k].kind == LEAF_TOPIC && i-- == 0)
			return &query->leaves[k];
	return NULL;
}

bool tms_query_topic_at(const struct tms_query *query, size_t i, struct tms_query_topic *out)
{
	const struct query_leaf *leaf = query_topic_leaf(query, i);

	if (leaf)
		*out = (struct tms_query_topic){ leaf->print, leaf->topic->threshold };
	return leaf != NULL;
}

enum tms_status tms_query_topic_score(
	const struct tms_query *query, size_t i, const struct tms_merged *item, uint32_t *score)
{
	return score_of(query_topic_leaf(query, i), item, score);
}

enum tms_status query_topic_explain(const struct query_subject *subject,
	const struct query_leaf *leaf, struct tms_arena *arena, struct tms_topic_reason *out)
{
	const struct tms_topic_item item = texts_of(arena, subject->item);
	const struct tms_topic *topic = compiled(leaf);

	if (!topic || arena->status != TMS_OK)
		return TMS_ENOMEM;
	return tms_topic_explain(arena, leaf->topic->model, topic, &item, out);
}

struct tms_str query_topic_value(const struct query_leaf *leaf,
	const struct tms_topic_reason *reason, struct tms_arena *arena)
{
	struct tms_buf line = { 0 };

	tms_topic_reason_print(reason, &line);
	tms_buf_add_cstr(
		&line, reason->score >= leaf->topic->threshold ? ", at least " : ", below ");
	tms_topic_part_print(leaf->topic->threshold + TMS_TOPIC_ONE / 200, &line);
	return tms_arena_take(arena, &line);
}

void tms_query_topic_print(
	const struct tms_query *query, size_t i, uint32_t hundredths, struct tms_buf *buf)
{
	const struct query_leaf *leaf = query_topic_leaf(query, i);
	struct tms_buf level = { 0 };

	print_threshold(&level, (leaf->topic->threshold * 100 + TMS_TOPIC_ONE / 2) / TMS_TOPIC_ONE);
	tms_buf_add(buf, tms_str_slice(leaf->print, 0, leaf->print.len - level.len));
	print_threshold(buf, hundredths);
	tms_buf_free(&level);
}
