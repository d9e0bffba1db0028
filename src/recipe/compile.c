/* Texts of a recipe → selectors, paths and expressions; everything that is wrong is told. */
#include <stdarg.h>

#include <tamis/date_format.h>

#include "recipe_private.h"

struct compiling {
	struct tms_arena *arena;
	tms_recipe_fault_fn fault;
	void *context;
	const struct tms_recipe_layout *layout;
	bool is_json; /* items are values of JSON */
	bool has_markup;
	bool is_wrong;
	size_t regex_size;      /* of all so far */
	enum tms_status status; /* no memory */
};

static void tell(
	struct compiling *c, const struct tms_recipe_text *where, const struct tms_diag *diag)
{
	c->is_wrong = true;
	if (c->fault)
		c->fault(c->context, where, diag);
}

TMS_PRINTF(3, 4)
static void tell_all(
	struct compiling *c, const struct tms_recipe_text *where, const char *format, ...)
{
	struct tms_diag diag = { 0 };
	va_list args;

	va_start(args, format);
	tms_diag_vset(&diag, 0, 0, format, args);
	va_end(args);
	tell(c, where, &diag);
}

static bool is_path(struct tms_str text)
{
	return tms_str_starts(tms_str_trim(text), TMS_STR("$"));
}

/*
 * CSS has no "/" and no "::" outside of quotes that means anything here, and begins with no "."
 * alone.
 */
static bool is_xpath(struct tms_str text)
{
	static const struct tms_str calls[] = { TMS_STR_INIT("string("), TMS_STR_INIT("concat("),
		TMS_STR_INIT("normalize-space("), TMS_STR_INIT("count("), TMS_STR_INIT("substring"),
		TMS_STR_INIT("translate("), TMS_STR_INIT("number(") };
	char quote = '\0';

	text = tms_str_trim(text);
	if (tms_str_equal(text, TMS_STR(".")) || tms_str_starts(text, TMS_STR("..")) ||
		tms_str_starts(text, TMS_STR("(")))
		return true;
	for (size_t i = 0; i < TMS_COUNT(calls); i++)
		if (tms_str_starts(text, calls[i]))
			return true;
	for (size_t i = 0; i < text.len; i++) {
		char byte = text.ptr[i];
		if (quote == '\0' && (byte == '/' || (byte == ':' && i + 1 < text.len &&
							     text.ptr[i + 1] == ':')))
			return true;
		if (quote != '\0' ? byte == quote : byte == '"' || byte == '\'')
			quote = quote != '\0' ? '\0' : byte;
	}
	return false;
}

static void compile_selector(
	struct compiling *c, const struct tms_recipe_text *where, struct recipe_selector *out)
{
	struct tms_diag diag = { 0 };
	enum tms_status st = TMS_OK;

	if (where->text.len == 0)
		return;
	if (is_path(where->text))
		st = tms_json_path_parse(c->arena, where->text, &out->path, &diag);
	else if (is_xpath(where->text))
		st = tms_xpath_parse(c->arena, where->text, &out->xpath, &diag);
	else
		st = tms_css_parse(c->arena, where->text, &out->xpath, &diag);
	if (st == TMS_ENOMEM)
		c->status = st;
	else if (st != TMS_OK)
		tell(c, where, &diag);
	else if (out->path && !c->is_json)
		tell_all(c, where,
			"a JSON path, where `items` finds elements; expected a CSS selector or an XPath");
	else if (out->xpath && !c->has_markup)
		tell_all(c, where, "expected a JSON path, which begins with \"$\", as in `items`");
}

static void compile_regex(
	struct compiling *c, const struct tms_recipe_way *spec, struct recipe_way *way)
{
	struct tms_diag diag = { 0 };

	if (spec->regex.text.len == 0)
		return;
	enum tms_status st =
		regex_compile(spec->regex.text, false, TMS_RECIPE_REGEX_SIZE, &way->regex, &diag);
	if (st == TMS_ENOMEM)
		c->status = st;
	else if (st == TMS_ELIMIT)
		tell_all(c, &spec->regex,
			"this regular expression is too large: more than %u instructions, or a repetition above "
			"1000",
			TMS_RECIPE_REGEX_SIZE);
	else if (st != TMS_OK)
		tell(c, &spec->regex, &diag);
	c->regex_size += regex_size(way->regex);
	if (c->regex_size > TMS_RECIPE_REGEX_TOTAL && st == TMS_OK)
		tell_all(c, &spec->regex,
			"the regular expressions up to here are too large together: more than %u instructions",
			TMS_RECIPE_REGEX_TOTAL);
}

static bool is_rule(const struct tms_recipe_layout *layout, struct tms_str name)
{
	for (size_t i = 0; i < layout->rules_count; i++)
		if (tms_str_equal(layout->rules[i].name, name))
			return true;
	return false;
}

static bool template_refers(const struct tms_recipe_value *value)
{
	for (size_t i = 0; i < value->count; i++) {
		struct tms_str text = value->ways[i].template_text.text;
		for (size_t at = 0; (at = tms_str_find_byte(text, '{', at)) != SIZE_MAX; at++) {
			char next = at + 1 < text.len ? text.ptr[at + 1] : '\0';
			if (next == '{')
				at++;
			else if (!tms_is_digit(next))
				return true;
		}
	}
	return false;
}

static const struct tms_recipe_value *value_of_rule(
	const struct tms_recipe_layout *layout, struct tms_str name)
{
	for (size_t i = 0; i < layout->rules_count; i++)
		if (tms_str_equal(layout->rules[i].name, name))
			return &layout->rules[i].value;
	return NULL;
}

static void tell_in(
	struct compiling *c, const struct tms_recipe_text *where, size_t at, const char *sentence)
{
	struct tms_diag diag = { 0 };
	uint32_t line = 1, column = 1;

	tms_diag_locate(where->text, at, &line, &column);
	tms_diag_set(&diag, line, column, "%s", sentence);
	tell(c, where, &diag);
}

/* "{1}", "{name}", "{{" and "}}" for a brace itself. */
static void check_template(struct compiling *c, const struct tms_recipe_text *where)
{
	struct tms_str text = where->text;

	for (size_t at = 0; at < text.len; at++) {
		if (text.ptr[at] != '{' && text.ptr[at] != '}')
			continue;
		if (at + 1 < text.len && text.ptr[at + 1] == text.ptr[at]) {
			at++;
			continue;
		}
		size_t end = tms_str_find_byte(text, '}', at);
		struct tms_str name = tms_str_slice(text, at + 1, end);
		if (text.ptr[at] == '}' || end == SIZE_MAX || name.len == 0) {
			tell_in(c, where, at,
				"a brace stands alone; \"{{\" and \"}}\" mean themselves");
			return;
		}
		if (!(name.len == 1 && tms_is_digit(name.ptr[0])) && !is_rule(c->layout, name)) {
			tell_in(c, where, at,
				"there is no field or part of this name; {0} is the whole, {1} the first group");
			return;
		}
		const struct tms_recipe_value *other = value_of_rule(c->layout, name);
		if (other && template_refers(other)) {
			tell_in(c, where, at,
				"this field is itself made of others; expected one that is found");
			return;
		}
		at = end;
	}
}

static void compile_way(struct compiling *c, const struct tms_recipe_way *spec,
	enum tms_recipe_field field, struct recipe_way *way)
{
	struct tms_diag diag = { 0 };
	bool is_date = field == TMS_RECIPE_DATE || field == TMS_RECIPE_UPDATED ||
		       field == TMS_RECIPE_SUBMITTED;

	way->spec = spec;
	compile_selector(c, &spec->select, &way->select);
	compile_regex(c, spec, way);
	check_template(c, &spec->template_text);
	if (spec->format.text.len > 0 && !is_date)
		tell_all(c, &spec->format, "format: only dates have one");
	else if (spec->format.text.len > 0 &&
		 tms_date_format_check(spec->format.text, &diag) != TMS_OK)
		tell(c, &spec->format, &diag);
	if (spec->select.text.len == 0 && spec->regex.text.len > 0)
		tell_all(
			c, &spec->regex, "regex: there is no `select` whose text it could look at");
}

static void compile_value(struct compiling *c, const struct tms_recipe_value *spec,
	enum tms_recipe_field field, struct recipe_value *out)
{
	out->ways = TMS_ARENA_ARRAY(c->arena, struct recipe_way, spec->count + 1);
	if (!out->ways)
		return;
	out->count = spec->count;
	out->refers = template_refers(spec);
	for (size_t i = 0; i < spec->count; i++)
		compile_way(c, &spec->ways[i], field, &out->ways[i]);
}

static void compile_layout(
	struct compiling *c, const struct tms_recipe_layout *spec, struct recipe_layout *out)
{
	c->layout = spec;
	out->spec = spec;
	out->is_json = c->is_json = is_path(spec->items.text);
	c->has_markup = !out->is_json || spec->json.count > 0;
	out->rules = TMS_ARENA_ARRAY(c->arena, struct recipe_value, spec->rules_count + 1);
	if (!out->rules)
		return;
	compile_selector(c, &spec->items, &out->items);
	compile_selector(c, &spec->empty, &out->empty);
	compile_value(c, &spec->next, TMS_RECIPE_PART, &out->next);
	for (size_t i = 0; i < spec->rules_count; i++)
		compile_value(c, &spec->rules[i].value, spec->rules[i].field, &out->rules[i]);
	c->is_json = false; /* `json` itself looks at markup */
	compile_value(c, &spec->json, TMS_RECIPE_PART, &out->json);
}

enum tms_status recipe_program_init(struct tms_arena *arena, const struct tms_recipe *recipe,
	tms_recipe_fault_fn fault, void *context, struct recipe_program *out)
{
	struct compiling c = { .arena = arena, .fault = fault, .context = context };

	*out = (struct recipe_program){ .recipe = recipe };
	out->layouts = TMS_ARENA_ARRAY(arena, struct recipe_layout, recipe->layouts_count + 1);
	for (size_t i = 0; out->layouts && i < recipe->layouts_count; i++)
		compile_layout(&c, &recipe->layouts[i], &out->layouts[i]);
	if (arena->status != TMS_OK)
		return arena->status;
	if (c.status != TMS_OK)
		return c.status;
	return c.is_wrong ? TMS_EINVAL : TMS_OK;
}

static void free_value(struct recipe_value *value)
{
	for (size_t i = 0; value->ways && i < value->count; i++)
		regex_free(value->ways[i].regex);
}

void recipe_program_fini(struct recipe_program *program)
{
	for (size_t i = 0; program->layouts && i < program->recipe->layouts_count; i++) {
		struct recipe_layout *layout = &program->layouts[i];
		free_value(&layout->json);
		free_value(&layout->next);
		for (size_t k = 0; layout->rules && k < layout->spec->rules_count; k++)
			free_value(&layout->rules[k]);
	}
	program->layouts = NULL;
}

enum tms_status tms_recipe_check(struct tms_arena *scratch, const struct tms_recipe *recipe,
	tms_recipe_fault_fn fault, void *context)
{
	struct recipe_program program;
	enum tms_status st = recipe_program_init(scratch, recipe, fault, context, &program);

	recipe_program_fini(&program);
	return st;
}
