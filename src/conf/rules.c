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

bool rules_check_query(struct conf_reader *reader, const struct conf_node *node,
	const struct tms_query_options *options, struct tms_query **out)
{
	struct tms_diag diag = { 0 };
	struct tms_query *query = NULL;

	if (!is_query_text(reader, node))
		return false;
	enum tms_status st = tms_query_parse(node->text, options, &query, &diag);
	if (st == TMS_ENOMEM) {
		reader->arena->status = TMS_ENOMEM;
		return false;
	}
	if (st != TMS_OK) {
		messages_inside(&reader->errors, node, &diag);
		return false;
	}
	if (out)
		*out = query;
	else
		tms_query_free(query);
	return true;
}

static bool is_taken(const struct tms_query_rule *base, size_t count, struct tms_str name)
{
	for (size_t i = 0; i < count; i++)
		if (tms_str_equal(base[i].name, name))
			return true;
	return false;
}

void rules_read(struct conf_reader *reader, const struct conf_node *node,
	const struct tms_query_topics *topics, const struct tms_query_rule *base, size_t base_count,
	const struct tms_query_rule **out, size_t *out_count)
{
	struct tms_query_options options = { .limits = conf_query_limits(&reader->raw.conf),
		.topics = topics };

	*out = base;
	*out_count = base_count;
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
		rules[base_count + i] =
			(struct tms_query_rule){ key->text, node->pairs[i].value->text };
		if (name_check(reader, key, "a rule") && is_taken(base, base_count, key->text))
			messages_at(&reader->errors, key,
				"the rule %.*s is there for everybody already; expected another name",
				TMS_STR_ARGS(key->text));
	}
	options.rules = rules;
	options.rules_count = total;
	bool *is_wrong = TMS_ARENA_ARRAY(reader->arena, bool, node->count);
	for (size_t i = 0; is_wrong && i < node->count; i++)
		is_wrong[i] = !rules_check_query(reader, node->pairs[i].value, &options, NULL);
	for (size_t i = 0; is_wrong && i < node->count; i++)
		if (is_wrong[i])
			rules[base_count + i].text = (struct tms_str){ 0 };
	*out = rules;
	*out_count = total;
}

void rules_section(struct conf_reader *reader)
{
	struct tms_conf *conf = &reader->raw.conf;

	rules_read(reader, node_find(reader->root, TMS_STR("rules")), conf->topics, NULL, 0,
		&conf->rules, &conf->rules_count);
}
