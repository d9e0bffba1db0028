/* Queries of the file: what is wrong with one is said at its place in the file. */
#include "conf_private.h"

/* A text that may be a query: not empty by accident, not cut by a comment. */
static bool is_query_text(struct conf_reader *reader, const struct conf_node *node)
{
	if (node->comment_follows) {
		messages_at(&reader->errors, node,
			"\" #\" begins a comment that cuts this query off behind \"%.*s\"; put the whole query in "
			"single quotes: '…'",
			TMS_STR_ARGS(tms_str_slice(node->text, 0, 80)));
		return false;
	}
	if (node->kind == CONF_NODE_TEXT)
		return true;
	messages_at(&reader->errors, node,
		"found %s; expected a query, such as 'agents upvotes>=20'",
		node->kind == CONF_NODE_NULL   ? "nothing"
		: node->kind == CONF_NODE_LIST ? "a list"
					       : "settings");
	return false;
}

/* A word that stands for nothing but itself. */
static bool is_plain_word(struct tms_str word)
{
	for (size_t i = 0; i < word.len; i++) {
		char c = word.ptr[i];
		bool is_inside = i > 0 && (c == '-' || c == '\'' || c == '.' || c == '+');
		if (!tms_is_alnum(c) && (unsigned char)c < 0x80 && !is_inside)
			return false;
	}
	return !tms_str_equal_caseless(word, TMS_STR("or")) &&
	       !tms_str_equal_caseless(word, TMS_STR("and")) &&
	       !tms_str_equal_caseless(word, TMS_STR("not"));
}

/* How many words there are, when there is nothing else; else 0. */
static size_t count_plain_words(struct tms_str text)
{
	size_t count = 0;

	for (size_t at = 0; at < text.len;) {
		size_t start = at;
		while (at < text.len && !tms_is_space(text.ptr[at]))
			at++;
		if (at > start && !is_plain_word(tms_str_slice(text, start, at)))
			return 0;
		count += at > start;
		at++;
	}
	return count;
}

/* Who writes match: "reward hacking" may have wanted the phrase, and YAML took the quotes. */
static void note_quotes(const struct conf_node *node, struct tms_advice *advice)
{
	struct tms_buf phrase = { 0 };

	if (node->style != CONF_NODE_DOUBLE_QUOTED || count_plain_words(node->text) < 2)
		return;
	struct tms_advice_note *note = tms_advice_add(advice, node->text, 0, node->text.len,
		"these quotes are YAML's and no part of the query, which asks for its words in any order; "
		"a phrase has quotes of its own");
	tms_buf_format(&phrase, "\"%.*s\"", TMS_STR_ARGS(tms_str_trim(node->text)));
	if (phrase.status == TMS_OK)
		tms_advice_cure(advice, note, TMS_STR_NONE, tms_buf_str(&phrase));
	else
		advice->status = TMS_ENOMEM;
	tms_buf_free(&phrase);
}

/* Of a feed: a test of what its sources never have. */
static void note_lacking(struct conf_reader *reader, const struct rules_query *query,
	const struct tms_query *parsed, struct tms_advice *advice)
{
	size_t mark = tms_arena_mark(&reader->scratch);
	struct tms_advice_source *sources =
		TMS_ARENA_ARRAY(&reader->scratch, struct tms_advice_source, query->sources_count);
	const struct tms_advice_context context = { .sources = sources,
		.count = sources ? query->sources_count : 0,
		.can_name_sources = true };

	for (size_t i = 0; i < context.count; i++)
		sources[i] = (struct tms_advice_source){ query->sources[i]->name,
			tms_conf_source_lacks(&reader->raw.conf, query->sources[i]) };
	tms_query_advise(parsed, query->node->text, &context, advice);
	tms_arena_rewind(&reader->scratch, mark);
}

static struct tms_str about(struct conf_reader *reader, const struct rules_query *query)
{
	if (reader->user.len == 0)
		return tms_arena_format(
			reader->arena, "%s %.*s", query->kind, TMS_STR_ARGS(query->name));
	if (strcmp(query->kind, "feed") == 0)
		return tms_arena_format(reader->arena, "feed %.*s/%.*s", TMS_STR_ARGS(reader->user),
			TMS_STR_ARGS(query->name));
	return tms_arena_format(reader->arena, "%s %.*s of %.*s", query->kind,
		TMS_STR_ARGS(query->name), TMS_STR_ARGS(reader->user));
}

/* What was noted, and the error that may stand among it. */
static void tell(struct conf_reader *reader, const struct rules_query *query,
	const struct tms_advice *advice)
{
	struct tms_str name = { 0 };

	for (size_t i = 0; i < advice->count; i++) {
		const struct tms_advice_note *note = &advice->notes[i];
		if (!note->is_error && name.len == 0)
			name = about(reader, query);
		messages_advise(note->is_error ? &reader->errors : &reader->notes, query->node,
			note->is_error ? TMS_STR_NONE : name, note);
	}
	reader->notes.dropped += advice->left_out;
	if (advice->status != TMS_OK)
		reader->arena->status = advice->status;
}

bool rules_check_query(
	struct conf_reader *reader, const struct rules_query *query, struct tms_query **out)
{
	const struct conf_node *node = query->node;
	struct tms_advice advice = { 0 };
	struct tms_query *parsed = NULL;

	if (!is_query_text(reader, node))
		return false;
	enum tms_status st = tms_query_parse_advised(node->text, query->options, &parsed, &advice);
	if (st == TMS_OK) {
		note_quotes(node, &advice);
		note_lacking(reader, query, parsed, &advice);
	}
	if (st == TMS_ENOMEM)
		reader->arena->status = TMS_ENOMEM;
	else
		tell(reader, query, &advice);
	tms_advice_free(&advice);
	if (out)
		*out = parsed;
	else
		tms_query_free(parsed);
	return st == TMS_OK;
}

static bool is_taken(const struct tms_query_rule *base, size_t count, struct tms_str name)
{
	for (size_t i = 0; i < count; i++)
		if (tms_str_equal(base[i].name, name))
			return true;
	return false;
}

void rules_read(
	struct conf_reader *reader, const struct conf_node *node, struct tms_query_options *options)
{
	const struct tms_query_rule *base = options->rules;
	size_t base_count = options->rules_count;

	if (!reader_is_map(reader, node, "names of rules, each with its query") ||
		!reader_check_count(reader, node, reader->raw.conf.limits.rules, "rules") ||
		!node || node->count == 0)
		return;
	size_t total = base_count + node->count;
	struct tms_query_rule *rules = TMS_ARENA_ARRAY(reader->arena, struct tms_query_rule, total);
	if (!rules)
		return;
	for (size_t i = 0; i < base_count; i++)
		rules[i] = base[i];
	for (size_t i = 0; i < node->count; i++) {
		const struct conf_node *key = node->pairs[i].key;
		rules[base_count + i] = (struct tms_query_rule){ value_keep(reader, key->text),
			value_keep(reader, node->pairs[i].value->text) };
		if (name_check(reader, key, "a rule") && is_taken(base, base_count, key->text))
			messages_at(&reader->errors, key,
				"the rule %.*s is there for everybody already; expected another name",
				TMS_STR_ARGS(key->text));
	}
	options->rules = rules;
	options->rules_count = total;
	bool *is_wrong = TMS_ARENA_ARRAY(&reader->scratch, bool, node->count);
	for (size_t i = 0; is_wrong && i < node->count; i++) {
		const struct rules_query query = { .node = node->pairs[i].value,
			.kind = "rule",
			.name = node->pairs[i].key->text,
			.options = options };
		is_wrong[i] = !rules_check_query(reader, &query, NULL);
	}
	for (size_t i = 0; is_wrong && i < node->count; i++)
		if (is_wrong[i])
			rules[base_count + i].text = (struct tms_str){ 0 };
}
