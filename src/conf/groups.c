/* Groups of sources: a name that stands for several, wherever sources are named. */
#include "conf_private.h"

#include <stdlib.h>

#define DEPTH_MAX 32 /* groups inside each other */

enum state { STATE_UNREAD, STATE_READING, STATE_READ };

struct groups {
	struct conf_reader *reader;
	const struct conf_node *map;
	const struct tms_setting *setting;
	struct tms_conf_group *list; /* as the pairs of the map */
	enum state *states;
};

static int by_name(const void *left, const void *right)
{
	const struct tms_conf_source *const *a = left;
	const struct tms_conf_source *const *b = right;

	return tms_str_compare((*a)->name, (*b)->name);
}

static void complain_unknown(struct conf_reader *reader, const struct conf_node *item)
{
	const struct tms_conf *conf = &reader->raw.conf;
	struct suggest suggest = { .word = item->text };
	char advice[SUGGEST_BYTES];

	for (size_t i = 0; i < conf->sources_count; i++)
		suggest_offer(&suggest, conf->sources[i].name);
	for (size_t i = 0; i < conf->groups_count; i++)
		suggest_offer(&suggest, conf->groups[i].name);
	messages_at(&reader->errors, item, "there is no source \"%.*s\"%s",
		TMS_STR_ARGS(tms_str_slice(item->text, 0, 80)),
		suggest.best.len > 0
			? suggest_text(&suggest, advice)
			: "; sources are defined under `sources`, groups of them under `groups`");
}

static bool stands_before(const struct conf_node *list, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (tms_str_equal(list->items[k]->text, list->items[i]->text))
			return true;
	return false;
}

/* The sources of one name; NULL when there are none of it. */
static const struct tms_conf_source *const *find_named(const struct tms_conf *conf,
	struct tms_str name, const struct tms_conf_source **single, size_t *count)
{
	const struct tms_conf_group *group = tms_conf_find_group(conf, name);

	*count = 1;
	*single = tms_conf_find_source(conf, name);
	if (*single)
		return single;
	*count = group ? group->sources_count : 0;
	return group ? group->sources : NULL;
}

/* Sorted, and each once. */
static size_t settle(const struct tms_conf_source **sources, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(sources, count, sizeof(struct tms_conf_source *), by_name);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || sources[i] != sources[kept - 1])
			sources[kept++] = sources[i];
	return kept;
}

void sources_listed(struct conf_reader *reader, const struct conf_node *list,
	const struct tms_conf_source *const **out, size_t *out_count)
{
	const struct tms_conf *conf = &reader->raw.conf;
	const struct tms_conf_source *single = NULL;
	size_t room = 0, count = 0, some = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (stands_before(list, i))
			messages_at(&reader->errors, list->items[i],
				"the source \"%.*s\" stands here twice",
				TMS_STR_ARGS(tms_str_slice(list->items[i]->text, 0, 80)));
		else if (!tms_conf_find_source(conf, list->items[i]->text) &&
			 !tms_conf_find_group(conf, list->items[i]->text))
			complain_unknown(reader, list->items[i]);
		(void)find_named(conf, list->items[i]->text, &single, &some);
		room += some;
	}
	const struct tms_conf_source **sources =
		TMS_ARENA_ARRAY(reader->arena, const struct tms_conf_source *, room);
	for (size_t i = 0; sources && i < list->count; i++) {
		const struct tms_conf_source *const *named =
			find_named(conf, list->items[i]->text, &single, &some);
		for (size_t k = 0; k < some; k++)
			sources[count++] = named[k];
	}
	*out = sources;
	*out_count = sources ? settle(sources, count) : 0;
}

/* ---- the section ---- */

static void read_group(struct groups *g, size_t number, size_t depth);

/* What a group names must be read before it is. */
static void read_inner(struct groups *g, const struct conf_node *list, size_t number, size_t depth)
{
	struct messages *errors = &g->reader->errors;

	for (size_t i = 0; i < list->count; i++) {
		const struct tms_conf_group *inner =
			tms_conf_find_group(&g->reader->raw.conf, list->items[i]->text);
		size_t at = inner ? (size_t)(inner - g->list) : 0;
		if (!inner || g->states[at] == STATE_READ)
			continue;
		if (g->states[at] == STATE_READING)
			messages_at(errors, list->items[i],
				"the group \"%.*s\" would hold itself: \"%.*s\" is inside it",
				TMS_STR_ARGS(inner->name), TMS_STR_ARGS(g->list[number].name));
		else if (depth == DEPTH_MAX)
			messages_at(errors, list->items[i],
				"more than %d groups are inside each other here", DEPTH_MAX);
		else
			read_group(g, at, depth + 1);
	}
}

static void read_group(struct groups *g, size_t number, size_t depth)
{
	const struct conf_node_pair *pair = &g->map->pairs[number];
	struct tms_conf_group *group = &g->list[number];
	struct conf_node list;

	g->states[number] = STATE_READING;
	if (!value_list(g->reader, g->setting, pair->value, &list))
		list.count = 0;
	else if (list.count == 0)
		reader_expect(g->reader, pair->value, pair->key->text, g->setting);
	if (list.count > 0) {
		read_inner(g, &list, number, depth);
		sources_listed(g->reader, &list, &group->sources, &group->sources_count);
	}
	g->states[number] = STATE_READ;
}

void groups_section(struct conf_reader *reader)
{
	const struct conf_node *node = node_find(reader->root, TMS_STR("groups"));
	struct tms_conf *conf = &reader->raw.conf;

	if (!reader_is_map(reader, node, "names of groups, each with its sources") ||
		!reader_check_count(reader, node, conf->limits.sources, "sources") || !node ||
		node->count == 0)
		return;
	struct groups g = { .reader = reader,
		.map = node,
		.setting = tms_setting_find(TMS_STR("groups.NAME")),
		.list = TMS_ARENA_ARRAY(reader->arena, struct tms_conf_group, node->count),
		.states = TMS_ARENA_ARRAY(&reader->scratch, enum state, node->count) };
	if (!g.list || !g.states)
		return;
	for (size_t i = 0; i < node->count; i++) {
		const struct conf_node *key = node->pairs[i].key;
		g.list[i].name = value_keep(reader, key->text);
		if (name_check(reader, key, "a group") && tms_conf_find_source(conf, key->text))
			messages_at(&reader->errors, key,
				"there is a source \"%.*s\" already; expected another name",
				TMS_STR_ARGS(key->text));
	}
	conf->groups = g.list;
	conf->groups_count = node->count;
	for (size_t i = 0; i < node->count; i++)
		if (g.states[i] == STATE_UNREAD)
			read_group(&g, i, 1);
}
