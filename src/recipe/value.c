/*
 * What a rule finds in one place: selector, cut into parts, of each what a regular expression
 * catches, then the template, then the map.
 */
#include "listing/element.h"
#include "recipe_private.h"

#define REGEX_GROUPS 10
#define VALUE_BYTES_MAX ((size_t)1 << 20)
#define VALUES_MAX 2000u

/* What is put together while one way is tried. */
struct trying {
	struct recipe_run *run;
	const struct recipe_way *way;
	enum tms_recipe_field field;
	struct recipe_result *out;
	size_t capacity;
};

bool recipe_note_status(struct recipe_run *run, enum tms_status st)
{
	if (run->status == TMS_OK)
		run->status = st != TMS_OK ? st : run->scratch.status;
	return run->status == TMS_OK;
}

static bool spend_bytes(struct recipe_run *run, size_t bytes)
{
	return recipe_note_status(
		run, tms_steps_take_bytes(&run->steps, bytes) ? TMS_OK : TMS_ELIMIT);
}

struct tms_xpath_value recipe_find_nodes(
	struct recipe_run *run, const struct tms_xpath *xpath, struct tms_xpath_node at)
{
	struct tms_xpath_value value = { .type = TMS_XPATH_NODES };

	if (run->status == TMS_OK && at.node)
		(void)recipe_note_status(
			run, tms_xpath_find(&run->scratch, xpath, at, &run->steps, &value));
	return value;
}

struct tms_json_values recipe_find_values(
	struct recipe_run *run, const struct tms_json_path *path, const struct json_t *at)
{
	struct tms_json_values values = { 0 };

	if (run->status == TMS_OK && at)
		(void)recipe_note_status(
			run, tms_json_path_find(&run->scratch, path, at, &run->steps, &values));
	return values;
}

/* The first value of a rule of that name; empty when there is none. */
static struct tms_str value_of(const struct recipe_run *run, struct tms_str name)
{
	for (size_t i = 0; run->layout && i < run->layout->spec->rules_count; i++)
		if (tms_str_equal(run->layout->spec->rules[i].name, name))
			return run->results[i].count > 0 ? run->results[i].values[0].text
							 : TMS_STR_NONE;
	return TMS_STR_NONE;
}

static bool is_single(enum tms_recipe_field field)
{
	return field != TMS_RECIPE_AUTHORS && field != TMS_RECIPE_CATEGORIES &&
	       field != TMS_RECIPE_KEYWORDS && field != TMS_RECIPE_MEDIA &&
	       field != TMS_RECIPE_ENCLOSURES && field != TMS_RECIPE_RELATED;
}

static bool is_full(const struct trying *t)
{
	return t->run->status != TMS_OK || t->out->count >= VALUES_MAX ||
	       (is_single(t->field) && t->out->count > 0);
}

static void keep(struct trying *t, struct tms_str text, bool is_html)
{
	struct recipe_run *run = t->run;
	const struct tms_recipe_way *spec = t->way->spec;

	text = tms_str_trim(text);
	for (size_t i = 0; i < spec->map_count && spend_bytes(run, text.len); i++)
		if (tms_str_equal_caseless(text, spec->map[i].from)) {
			text = spec->map[i].to;
			break;
		}
	if (text.len == 0 || is_full(t))
		return;
	if (!tms_arena_grow(&run->scratch, &t->out->values, t->out->count, &t->capacity,
		    sizeof(*t->out->values)))
		return;
	t->out->values[t->out->count++] = (struct recipe_found){ text, is_html };
}

/* False when a name in it stands for nothing: "https://…/" alone would be no address. */
static bool write_template(
	struct trying *t, struct tms_buf *out, const struct tms_str *groups, size_t groups_count)
{
	struct tms_str text = t->way->spec->template_text.text;

	for (size_t at = 0; at < text.len; at++) {
		char byte = text.ptr[at];
		bool is_doubled = at + 1 < text.len && text.ptr[at + 1] == byte;
		if ((byte != '{' && byte != '}') || is_doubled) {
			at += (byte == '{' || byte == '}') && is_doubled;
			tms_buf_add_char(out, byte);
			continue;
		}
		size_t end = tms_str_find_byte(text, '}', at);
		struct tms_str name = tms_str_slice(text, at + 1, end), value = { 0 };
		size_t number = name.len == 1 && tms_is_digit(name.ptr[0])
					? (size_t)(name.ptr[0] - '0')
					: SIZE_MAX;
		if (number != SIZE_MAX)
			value = number < groups_count ? groups[number] : TMS_STR_NONE;
		else
			value = value_of(t->run, name);
		value = tms_str_trim(value);
		if (value.len == 0)
			return false;
		tms_buf_add(out, value);
		at = end;
	}
	return out->status == TMS_OK;
}

static void keep_groups(struct trying *t, const struct tms_str *groups, size_t count, bool is_html)
{
	struct tms_buf made = { .max = VALUE_BYTES_MAX };

	if (t->way->spec->template_text.text.len == 0) {
		keep(t, groups[count > 1 ? 1 : 0], is_html);
		return;
	}
	if (write_template(t, &made, groups, count) && spend_bytes(t->run, made.len))
		keep(t, tms_arena_take(&t->run->scratch, &made), false);
	tms_buf_free(&made);
}

static void take_part(struct trying *t, struct tms_str text, bool is_html)
{
	struct tms_str groups[REGEX_GROUPS] = { text, text };
	size_t count = 2;

	if (is_full(t) || tms_str_trim(text).len == 0)
		return;
	if (t->way->regex) {
		size_t cost = text.len / 16 * (1 + regex_size(t->way->regex) / 16);
		(void)recipe_note_status(
			t->run, tms_steps_take(&t->run->steps, 1 + cost) ? TMS_OK : TMS_ELIMIT);
		count = t->run->status == TMS_OK
				? regex_capture(t->way->regex, text, groups, REGEX_GROUPS)
				: 0;
		if (count == 0 && t->out->unread.len == 0)
			t->out->unread = tms_str_trim(text);
	}
	if (count > 0)
		keep_groups(t, groups, count, is_html);
}

static void take(struct trying *t, struct tms_str text, bool is_html)
{
	struct tms_str separator = t->way->spec->split.text;

	if (separator.len == 0) {
		take_part(t, text, is_html);
		return;
	}
	while (!is_full(t) && text.len > 0 && spend_bytes(t->run, 16)) {
		size_t end = tms_str_find(text, separator, 0);
		take_part(t, tms_str_slice(text, 0, end), is_html);
		text = end == SIZE_MAX ? TMS_STR_NONE
				       : tms_str_slice(text, end + separator.len, text.len);
	}
}

/* ---- markup ---- */

/*
 * Where nothing is cut out of it, a summary is read with its paragraphs and a content with its
 * marks.
 */
static bool wants_html(const struct trying *t)
{
	const struct tms_recipe_way *spec = t->way->spec;
	bool is_body = t->field == TMS_RECIPE_SUMMARY || t->field == TMS_RECIPE_CONTENT;

	if (spec->form != TMS_RECIPE_AUTO)
		return spec->form == TMS_RECIPE_HTML;
	return is_body && !t->way->regex && spec->split.text.len == 0;
}

static void take_node(struct trying *t, struct tms_xpath_node node)
{
	struct recipe_run *run = t->run;
	struct tms_str text = tms_xpath_node_text(&run->scratch, node, &run->steps);

	if (!recipe_note_status(run, run->steps.left > 0 ? TMS_OK : TMS_ELIMIT))
		return;
	if (!node.attribute && node.node->name.len > 0 && wants_html(t)) {
		/* writing marks costs more than looking at text: 4 bytes a step, measured */
		if (!spend_bytes(run, 4 * text.len))
			return;
		struct tms_arena *arena = run->b->arena;
		run->b->arena =
			&run->scratch; /* what is made here lives as long as the item is made */
		text = element_xhtml(run->b, node.node);
		run->b->arena = arena;
		if (spend_bytes(run, text.len))
			take(t, text, true);
		return;
	}
	take(t, text, node.attribute && t->way->spec->form == TMS_RECIPE_HTML);
}

static void try_markup(struct trying *t)
{
	struct recipe_run *run = t->run;
	struct tms_xpath_node at = run->place.node;

	if (t->way->spec->is_of_document || !at.node)
		at = (struct tms_xpath_node){ .node = run->place.document };
	struct tms_xpath_value found = recipe_find_nodes(run, t->way->select.xpath, at);
	if (found.type != TMS_XPATH_NODES)
		take(t, tms_xpath_value_text(&run->scratch, &found), false);
	for (size_t i = 0; found.type == TMS_XPATH_NODES && i < found.count && !is_full(t); i++)
		take_node(t, found.nodes[i]);
}

/* ---- JSON ---- */

static void take_value(struct trying *t, const struct json_t *value)
{
	struct tms_str text = tms_json_value_line(&t->run->scratch, value);
	bool is_structure = tms_json_kind_of(value) == TMS_JSON_OBJECT;

	if (is_structure && t->out->unread.len == 0)
		t->out->unread = TMS_STR("{…}");
	if (spend_bytes(t->run, text.len))
		take(t, text, t->way->spec->form == TMS_RECIPE_HTML);
}

static void try_json(struct trying *t)
{
	struct recipe_run *run = t->run;
	const struct json_t *at = t->way->spec->is_of_document ? run->place.root : run->place.value;
	struct tms_json_values found = recipe_find_values(run, t->way->select.path, at);

	for (size_t i = 0; i < found.count && !is_full(t); i++) {
		/* a list stands for its elements */
		size_t count = tms_json_kind_of(found.items[i]) == TMS_JSON_ARRAY
				       ? tms_json_count(found.items[i])
				       : 0;
		if (tms_json_kind_of(found.items[i]) != TMS_JSON_ARRAY)
			take_value(t, found.items[i]);
		for (size_t k = 0; k < count && !is_full(t); k++)
			take_value(t, tms_json_at(found.items[i], k));
	}
}

void recipe_evaluate(struct recipe_run *run, const struct recipe_value *value,
	enum tms_recipe_field field, struct recipe_result *out)
{
	*out = (struct recipe_result){ 0 };
	for (size_t i = 0; i < value->count && out->count == 0 && run->status == TMS_OK; i++) {
		struct trying t = {
			.run = run, .way = &value->ways[i], .field = field, .out = out
		};
		out->way = i;
		if (t.way->select.xpath)
			try_markup(&t);
		else if (t.way->select.path)
			try_json(&t);
		else if (t.way->spec->template_text.text.len > 0)
			keep_groups(&t, NULL, 0, false);
	}
	(void)recipe_note_status(run, TMS_OK);
}
