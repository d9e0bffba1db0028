/* Reading a recipe from its YAML nodes, with an error at the place of each mistake. */
#include "recipe_node.h"

#include <tamis/date_format.h>
#include <tamis/url.h>

#include "suggest.h"

/* A recipe being read. */
struct recipe_reading {
	struct tms_arena *arena;
	struct messages *messages;
};

static const char *const recipe_keys[] = { "title", "about", "url", "format", "json", "items",
	"empty", "parts", "fields", "layouts", "pages", NULL };
static const char *const layout_keys[] = { "json", "items", "empty", "parts", "fields", NULL };
static const char *const page_keys[] = { "next", "url", "first", "step", "most", NULL };
static const char *const way_keys[] = { "select", "regex", "template", "map", "split", "format",
	"zone", "from", "as", "optional", "required", NULL };

static const char *kind_of(const struct conf_node *node)
{
	switch (node->kind) {
	case CONF_NODE_NULL:
		return "nothing";
	case CONF_NODE_TEXT:
		return "a text";
	case CONF_NODE_MAP:
		return "a mapping";
	case CONF_NODE_LIST:
		return "a list";
	}
	return "something";
}

static bool is_map(struct recipe_reading *r, const struct conf_node *node, const char *what)
{
	if (node->kind == CONF_NODE_MAP)
		return true;
	messages_at(r->messages, node, "found %s; expected %s", kind_of(node), what);
	return false;
}

static void check_keys(
	struct recipe_reading *r, const struct conf_node *map, const char *const *known)
{
	char advice[SUGGEST_BYTES];

	for (size_t i = 0; i < map->count; i++) {
		const struct conf_node *key = map->pairs[i].key;
		struct suggest suggest = { .word = key->text };
		size_t k = 0;
		for (; known[k] && !tms_str_equal(key->text, tms_str_from(known[k])); k++)
			suggest_offer(&suggest, tms_str_from(known[k]));
		if (!known[k])
			messages_at(r->messages, key, "\"%.*s\" has no meaning here%s",
				TMS_STR_ARGS(tms_str_slice(key->text, 0, 80)),
				suggest_text(&suggest, advice));
	}
}

static const struct conf_node *get(const struct conf_node *map, const char *key)
{
	return node_find(map, tms_str_from(key));
}

/* The text under a key, with its place; {0} when it is absent or (told) no text. */
static struct tms_recipe_text text_at(
	struct recipe_reading *r, const struct conf_node *map, const char *key)
{
	const struct conf_node *node = get(map, key);

	if (!node)
		return (struct tms_recipe_text){ 0 };
	if (node->comment_follows) {
		messages_at(r->messages, node,
			"\" #\" begins a comment that cuts this text off; put the whole text in quotes");
		return (struct tms_recipe_text){ 0 };
	}
	if (node->kind == CONF_NODE_TEXT && node->text.len > 0)
		return (struct tms_recipe_text){ node->text, node };
	messages_at(r->messages, node, "%s: found %s; expected a text", key, kind_of(node));
	return (struct tms_recipe_text){ 0 };
}

/* One of some words; 0, the first, when it is absent. */
static int choice_at(struct recipe_reading *r, const struct conf_node *map, const char *key,
	const char *const *words, const char *expected)
{
	const struct conf_node *node = get(map, key);

	for (int i = 0; node && words[i]; i++)
		if (node->kind == CONF_NODE_TEXT &&
			tms_str_equal(node->text, tms_str_from(words[i])))
			return i;
	if (node)
		messages_at(r->messages, node, "%s: found %s; expected %s", key,
			node->kind == CONF_NODE_TEXT ? "another text" : kind_of(node), expected);
	return 0;
}

static int64_t number_at(struct recipe_reading *r, const struct conf_node *map, const char *key,
	int64_t standard, int64_t min, int64_t max)
{
	const struct conf_node *node = get(map, key);
	int64_t number = 0;

	if (!node)
		return standard;
	if (node->kind == CONF_NODE_TEXT && tms_str_int64(tms_str_trim(node->text), &number) &&
		number >= min && number <= max)
		return number;
	messages_at(r->messages, node, "%s: expected a whole number from %lld to %lld", key,
		(long long)min, (long long)max);
	return standard;
}

static bool fact_at(struct recipe_reading *r, const struct conf_node *map, const char *key)
{
	static const char *const words[] = { "false", "true", NULL };

	return choice_at(r, map, key, words, "true or false") == 1;
}

/* ---- ways ---- */

static void read_map(
	struct recipe_reading *r, const struct conf_node *node, struct tms_recipe_way *way)
{
	if (!node || !is_map(r, node, "a mapping of values to what they become"))
		return;
	if (node->count > TMS_RECIPE_PAIRS_MAX) {
		messages_at(r->messages, node, "%zu values; at most %u are allowed", node->count,
			TMS_RECIPE_PAIRS_MAX);
		return;
	}
	struct tms_recipe_pair *pairs =
		TMS_ARENA_ARRAY(r->arena, struct tms_recipe_pair, node->count + 1);
	for (size_t i = 0; pairs && i < node->count; i++) {
		const struct conf_node *to = node->pairs[i].value;
		if (to->kind != CONF_NODE_TEXT && to->kind != CONF_NODE_NULL)
			messages_at(r->messages, to, "found %s; expected a text", kind_of(to));
		pairs[i].from = node->pairs[i].key->text;
		pairs[i].to = to->kind == CONF_NODE_TEXT ? to->text : TMS_STR_NONE;
	}
	way->map = pairs;
	way->map_count = pairs ? node->count : 0;
}

static void read_way(struct recipe_reading *r, const struct conf_node *node,
	struct tms_recipe_way *way, struct tms_recipe_rule *rule)
{
	static const char *const places[] = { "item", "document", NULL };
	static const char *const forms[] = { "auto", "text", "html", NULL };

	*way = (struct tms_recipe_way){ 0 };
	if (node->kind == CONF_NODE_TEXT) {
		way->select = (struct tms_recipe_text){ node->text, node };
		if (node->comment_follows)
			messages_at(r->messages, node,
				"\" #\" begins a comment that cuts this selector off; put the whole of it in "
				"quotes");
		return;
	}
	if (!is_map(r, node, "a selector, or a mapping with `select`"))
		return;
	check_keys(r, node, way_keys);
	way->select = text_at(r, node, "select");
	way->regex = text_at(r, node, "regex");
	way->template_text = text_at(r, node, "template");
	way->split = text_at(r, node, "split");
	way->format = text_at(r, node, "format");
	read_map(r, get(node, "map"), way);
	struct tms_recipe_text zone = text_at(r, node, "zone");
	if (zone.text.len > 0 && !tms_zone_parse(zone.text, &way->zone_minutes))
		messages_at(r->messages, zone.place,
			"zone: found \"%.*s\"; expected a distance from UTC such as +02:00 or -05:00",
			TMS_STR_ARGS(tms_str_slice(zone.text, 0, 40)));
	way->is_of_document = choice_at(r, node, "from", places, "item or document") == 1;
	way->form = (enum tms_recipe_form)choice_at(r, node, "as", forms, "text or html");
	rule->is_optional = rule->is_optional || fact_at(r, node, "optional");
	rule->is_required = rule->is_required || fact_at(r, node, "required");
	if (way->select.text.len == 0 && way->template_text.text.len == 0)
		messages_at(r->messages, node,
			"neither `select` nor `template`; expected a selector that finds the value");
}

/* A selector, a way, or a list of those; the first that finds something counts. */
static struct tms_recipe_value read_value(
	struct recipe_reading *r, const struct conf_node *node, struct tms_recipe_rule *rule)
{
	struct tms_recipe_value value = { 0 };
	bool is_list = node && node->kind == CONF_NODE_LIST;
	size_t count = is_list ? node->count : 1;

	if (!node)
		return value;
	if (count == 0 || count > TMS_RECIPE_WAYS_MAX) {
		messages_at(r->messages, node, "%zu ways; expected 1 to %u", count,
			TMS_RECIPE_WAYS_MAX);
		return value;
	}
	struct tms_recipe_way *ways = TMS_ARENA_ARRAY(r->arena, struct tms_recipe_way, count);
	for (size_t i = 0; ways && i < count; i++)
		read_way(r, is_list ? node->items[i] : node, &ways[i], rule);
	return (struct tms_recipe_value){ ways, ways ? count : 0 };
}

/* ---- fields and parts ---- */

static void complain_of_field(struct recipe_reading *r, const struct conf_node *key)
{
	struct suggest suggest = { .word = key->text };
	char advice[SUGGEST_BYTES];

	for (size_t i = 0; tms_recipe_field_name(i); i++)
		suggest_offer(&suggest, tms_str_from(tms_recipe_field_name(i)));
	(void)suggest_text(&suggest, advice);
	messages_at(r->messages, key, "there is no field \"%.*s\"%s",
		TMS_STR_ARGS(tms_str_slice(key->text, 0, 80)),
		suggest.best.len > 0 ? advice : "; what only templates need is one of `parts`");
}

static bool is_part_name(struct tms_str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!tms_is_alnum(name.ptr[i]) && name.ptr[i] != '_' && name.ptr[i] != '-')
			return false;
	return name.len > 1 && tms_is_alpha(name.ptr[0]);
}

static void read_rules(struct recipe_reading *r, const struct conf_node *map, bool are_parts,
	struct tms_recipe_rule *rules, size_t *count)
{
	if (!map ||
		!is_map(r, map,
			are_parts ? "names, each with a selector" : "fields, each with a selector"))
		return;
	for (size_t i = 0; i < map->count; i++) {
		const struct conf_node *key = map->pairs[i].key;
		struct tms_recipe_rule rule = { .name = key->text };
		if (*count >= TMS_RECIPE_RULES_MAX) {
			messages_at(r->messages, key,
				"more than %u fields and parts; no more are allowed",
				TMS_RECIPE_RULES_MAX);
			return;
		}
		bool is_field = tms_recipe_field_find(key->text, &rule);
		if (!are_parts && !is_field) {
			complain_of_field(r, key);
			continue;
		}
		if (are_parts && (is_field || !is_part_name(key->text))) {
			messages_at(r->messages, key,
				is_field
					? "\"%.*s\" is the name of a field; expected another"
					: "\"%.*s\" cannot name a part; expected letters, digits, \"-\" and \"_\"",
				TMS_STR_ARGS(tms_str_slice(key->text, 0, 60)));
			continue;
		}
		rule.value = read_value(r, map->pairs[i].value, &rule);
		rule.is_optional = rule.is_optional || are_parts;
		rules[(*count)++] = rule;
	}
}

/* ---- layouts ---- */

static void read_layout(
	struct recipe_reading *r, const struct conf_node *map, struct tms_recipe_layout *layout)
{
	struct tms_recipe_rule unused = { 0 };
	struct tms_recipe_rule *rules =
		TMS_ARENA_ARRAY(r->arena, struct tms_recipe_rule, TMS_RECIPE_RULES_MAX);

	if (!rules)
		return;
	layout->json = read_value(r, get(map, "json"), &unused);
	layout->items = text_at(r, map, "items");
	layout->empty = text_at(r, map, "empty");
	layout->rules = rules;
	read_rules(r, get(map, "parts"), true, rules, &layout->rules_count);
	read_rules(r, get(map, "fields"), false, rules, &layout->rules_count);
	if (!get(map, "items"))
		messages_at(r->messages, map,
			"there is no `items`; expected the selector that finds the items, such as 'article'");
	if (!get(map, "fields"))
		messages_at(r->messages, map,
			"there are no `fields`; expected what is found in an item: title, link, …");
}

static void read_layouts(
	struct recipe_reading *r, const struct conf_node *map, struct tms_recipe *recipe)
{
	const struct conf_node *list = get(map, "layouts");
	size_t count = list && list->kind == CONF_NODE_LIST ? list->count : 1;

	if (list && list->kind != CONF_NODE_LIST) {
		messages_at(r->messages, list, "layouts: found %s; expected a list", kind_of(list));
		return;
	}
	if (count == 0 || count > TMS_RECIPE_LAYOUTS_MAX) {
		messages_at(r->messages, list, "%zu layouts; expected 1 to %u", count,
			TMS_RECIPE_LAYOUTS_MAX);
		return;
	}
	for (size_t i = 0; list && layout_keys[i]; i++)
		if (get(map, layout_keys[i]))
			messages_at(r->messages, get(map, layout_keys[i]),
				"%s: stands in each of the layouts, where there are `layouts`",
				layout_keys[i]);
	struct tms_recipe_layout *layouts =
		TMS_ARENA_ARRAY(r->arena, struct tms_recipe_layout, count);
	for (size_t i = 0; layouts && i < count; i++) {
		const struct conf_node *node = list ? list->items[i] : map;
		if (!is_map(r, node, "a layout: items, fields"))
			continue;
		if (list)
			check_keys(r, node, layout_keys);
		read_layout(r, node, &layouts[i]);
	}
	recipe->layouts = layouts;
	recipe->layouts_count = layouts ? count : 0;
}

static void read_pages(
	struct recipe_reading *r, const struct conf_node *node, struct tms_recipe *recipe)
{
	struct tms_recipe_rule unused = { 0 };

	recipe->pages = 1;
	if (!node || !is_map(r, node, "`next` or `url`, and `most`"))
		return;
	check_keys(r, node, page_keys);
	recipe->page_url = text_at(r, node, "url");
	recipe->page_first = number_at(r, node, "first", 1, 0, 1000000);
	recipe->page_step = number_at(r, node, "step", 1, 1, 100000);
	recipe->pages = number_at(r, node, "most", 5, 1, TMS_RECIPE_PAGES_MAX);
	const struct tms_recipe_value next = read_value(r, get(node, "next"), &unused);
	bool has_url = recipe->page_url.text.len > 0;
	if (has_url == (get(node, "next") != NULL))
		messages_at(r->messages, node,
			"pages: expected either `next`, a selector, or `url`, an address with {page}");
	if (has_url && tms_str_find(recipe->page_url.text, TMS_STR("{page}"), 0) == SIZE_MAX)
		messages_at(r->messages, recipe->page_url.place,
			"url: there is no {page} in it, so that every page would be the same");
	for (size_t i = 0; i < recipe->layouts_count; i++) /* ours, just made */
		((struct tms_recipe_layout *)(uintptr_t)&recipe->layouts[i])->next = next;
}

/* What the items are decides what all selectors are: without it they cannot be judged. */
static bool can_be_checked(const struct tms_recipe *recipe)
{
	for (size_t i = 0; i < recipe->layouts_count; i++)
		if (recipe->layouts[i].items.text.len == 0)
			return false;
	return recipe->layouts_count > 0;
}

static void on_fault(
	void *context, const struct tms_recipe_text *where, const struct tms_diag *diag)
{
	struct recipe_reading *r = context;

	messages_inside(r->messages, where->place, diag);
}

const struct tms_recipe *recipe_node_read(
	struct messages *messages, const struct conf_node *map, struct tms_str name)
{
	static const char *const formats[] = { "auto", "html", "json", "xml", NULL };
	struct recipe_reading r = { messages->arena, messages };
	struct tms_recipe *recipe = TMS_ARENA_NEW(r.arena, struct tms_recipe);
	size_t before = messages->count;

	if (!recipe || !is_map(&r, map, "a recipe: items, fields"))
		return NULL;
	check_keys(&r, map, recipe_keys);
	recipe->name = name;
	recipe->title = text_at(&r, map, "title").text;
	recipe->about = text_at(&r, map, "about").text;
	struct tms_recipe_text url = text_at(&r, map, "url");
	if (url.text.len > 0 && !tms_url_is_http(url.text))
		messages_at(messages, url.place,
			"url: expected an address that begins with https:// or http://");
	recipe->url = url.text;
	recipe->is_xml = choice_at(&r, map, "format", formats, "html, json or xml") == 3;
	read_layouts(&r, map, recipe);
	read_pages(&r, get(map, "pages"), recipe);
	if (r.arena->status != TMS_OK || !can_be_checked(recipe))
		return NULL;
	enum tms_status st = tms_recipe_check(r.arena, recipe, on_fault, &r);
	if (st == TMS_ENOMEM)
		r.arena->status = st;
	return st == TMS_OK && messages->count == before ? recipe : NULL;
}
