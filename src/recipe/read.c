/*
 * Reading one document by a recipe: its markup, its JSON, or the JSON in its markup; then the first
 * layout that finds items, then each item. What is found and missed is counted all the while,
 * because a page changes without a word to those who read it.
 */
#include <stdarg.h>

#include <tamis/charset.h>
#include <tamis/listing.h>
#include <tamis/url.h>
#include <tamis/utf8.h>

#include "recipe_private.h"

#define SCRATCH_BYTES_MAX ((size_t)128 << 20)

/* The items of a layout, of one kind or the other. */
struct items {
	struct tms_xpath_value nodes;
	struct tms_json_values values;
	size_t count;
};

/* What the layouts look at. */
struct document {
	struct tms_str body;
	const struct tms_listing_hints *hints;
	struct tms_str text; /* decoded, where it is JSON */
	bool is_json;
	const struct tms_xml_node *markup; /* NULL: none, or not read yet */
	struct json_t *json;               /* of the present layout; owned */
};

/* ---- the document ---- */

static bool begins(struct tms_str text, const char *start)
{
	return tms_str_starts_caseless(text, tms_str_from(start));
}

/* XHTML begins as XML does, so the document type or the first element decides. */
static bool is_xml(struct tms_str text)
{
	struct tms_str start = tms_str_slice(text, 0, 4096);

	return begins(start, "<?xml") &&
	       tms_str_find_caseless(start, TMS_STR("<html"), 0) == SIZE_MAX &&
	       tms_str_find_caseless(start, TMS_STR("<!doctype html"), 0) == SIZE_MAX;
}

static enum tms_status decode(struct build *b, struct document *d)
{
	const struct tms_charset_input input = {
		.body = d->body,
		.content_type = d->hints->content_type,
		.kind = TMS_CHARSET_TEXT,
		.max_bytes = 4 * (size_t)TMS_LISTING_BYTES_MAX,
	};
	enum tms_status st = tms_charset_to_utf8(b->arena, &input, &d->text, NULL, b->diag);

	d->text = tms_str_trim(d->text);
	d->is_json = d->text.len > 0 && strchr("{[", d->text.ptr[0]);
	return st;
}

static enum tms_status read_markup(struct recipe_run *run, struct document *d)
{
	struct build *b = run->b;
	const struct tms_xml_limits limits = { .bytes = run->json_bytes_max };
	struct tms_xml_node *root = NULL;
	struct tms_xml_report report = { 0 };
	bool as_xml = run->program.recipe->is_xml || is_xml(d->text);
	enum tms_status st = as_xml ? tms_xml_parse(b->arena, d->body, d->hints->content_type, true,
					      &limits, &root, &report, b->diag)
				    : tms_html_parse(b->arena, d->body, d->hints->content_type,
					      &limits, &root, b->diag);

	if (st != TMS_OK)
		return st;
	b->listing->recovered = report.recovered;
	b->listing->truncated = report.truncated;
	d->markup = tms_xpath_document(b->arena, root);
	return b->arena->status;
}

/* <base href>, the page's title and its canonical address. */
static void read_head(struct recipe_run *run, const struct tms_xml_node *document)
{
	struct build *b = run->b;
	struct tms_listing *listing = b->listing;

	for (const struct tms_xml_node *n = document; n; n = tms_xml_next_element(document, n)) {
		if (tms_str_equal(n->name, TMS_STR("body")))
			break;
		if (tms_str_equal(n->name, TMS_STR("base"))) {
			struct tms_str base =
				build_url(b, b->url, tms_xml_attribute_value(n, "href"));
			b->base = base.len > 0 && tms_str_equal(b->base, b->url) ? base : b->base;
		}
		if (tms_str_equal(n->name, TMS_STR("title")) && listing->title.len == 0)
			listing->title = build_line(b, "title", tms_xml_text(b->arena, n));
	}
}

/* ---- layouts ---- */

/* The whole document, from where a layout begins. */
static struct recipe_place top_of(const struct document *d)
{
	const struct tms_xpath_node node = { .node = d->markup };

	return (struct recipe_place){
		.document = d->markup, .node = node, .value = d->json, .root = d->json
	};
}

TMS_PRINTF(3, 4)
static enum tms_status pass_over(struct recipe_run *run, size_t i, const char *format, ...)
{
	struct tms_diag diag = { 0 };
	va_list args;

	va_start(args, format);
	tms_diag_vset(&diag, 0, 0, format, args);
	va_end(args);
	run->report->passed[i] = tms_arena_copy(run->b->arena, tms_str_from(diag.text));
	return run->b->arena->status != TMS_OK ? run->b->arena->status : TMS_ENOTFEED;
}

static enum tms_status parse_json(
	struct recipe_run *run, size_t i, struct tms_str text, struct json_t **out)
{
	const struct tms_json_limits limits = { .bytes = 4 * run->json_bytes_max };
	struct tms_diag why = { 0 };
	enum tms_status st = tms_json_parse(text, &limits, out, &why);

	if (st == TMS_EMALFORMED)
		return pass_over(run, i, "the JSON that it reads is broken: line %u, column %u: %s",
			why.line, why.column, why.text);
	if (st != TMS_OK && run->b->diag)
		*run->b->diag = why;
	return st;
}

/* The JSON of a layout: the document itself, or what stands in its markup. */
static enum tms_status open_json(struct recipe_run *run, struct document *d, size_t i)
{
	const struct recipe_layout *layout = &run->program.layouts[i];
	struct recipe_result found;

	tms_json_free(d->json);
	d->json = NULL;
	if (layout->json.count == 0) {
		if (!d->is_json)
			return pass_over(run, i, "it reads JSON, and this document is none");
		return parse_json(run, i, d->text, &d->json);
	}
	run->place = top_of(d); /* no JSON yet */
	recipe_evaluate(run, &layout->json, TMS_RECIPE_PART, &found);
	if (run->status != TMS_OK)
		return run->status;
	if (found.count == 0 && found.unread.len > 0)
		return pass_over(run, i,
			"the regular expression of `json` finds nothing in what its selector finds");
	if (found.count == 0)
		return pass_over(run, i, "`json` finds nothing: %.*s",
			TMS_STR_ARGS(layout->spec->json.ways[0].select.text));
	return parse_json(run, i, found.values[0].text, &d->json);
}

static enum tms_status open_layout(struct recipe_run *run, struct document *d, size_t i)
{
	const struct recipe_layout *layout = &run->program.layouts[i];
	bool wants_markup = !layout->is_json || layout->json.count > 0;
	enum tms_status st = TMS_OK;

	if (wants_markup && d->is_json)
		return pass_over(run, i, "it reads a page, and this document is JSON");
	if (wants_markup && !d->markup) {
		st = read_markup(run, d);
		if (st == TMS_OK)
			read_head(run, d->markup);
	}
	if (st == TMS_OK && layout->is_json)
		st = open_json(run, d, i);
	run->layout = layout;
	run->place = top_of(d);
	return st;
}

static void find_items(struct recipe_run *run, struct items *out)
{
	const struct recipe_selector *select = &run->layout->items;

	*out = (struct items){ 0 };
	if (select->path) {
		out->values = recipe_find_values(run, select->path, run->place.root);
		/* $.items is a list: its elements are meant */
		if (out->values.count == 1 &&
			tms_json_kind_of(out->values.items[0]) == TMS_JSON_ARRAY) {
			const struct json_t *list = out->values.items[0];
			size_t count = tms_json_count(list);
			const struct json_t **items =
				TMS_ARENA_ARRAY(run->b->arena, const struct json_t *, count + 1);
			for (size_t i = 0; items && i < count; i++)
				items[i] = tms_json_at(list, i);
			out->values = (struct tms_json_values){ items, items ? count : 0 };
		}
		out->count = out->values.count;
		return;
	}
	out->nodes = recipe_find_nodes(run, select->xpath, run->place.node);
	out->count = out->nodes.type == TMS_XPATH_NODES ? out->nodes.count : 0;
}

/* Does the document itself say that there is nothing? */
static bool is_said_empty(struct recipe_run *run)
{
	const struct recipe_layout *layout = run->layout;
	struct tms_json_values lists = { 0 };

	if (run->page > 0)
		return true; /* behind the last page */
	if (layout->empty.xpath) {
		struct tms_xpath_value found =
			recipe_find_nodes(run, layout->empty.xpath, run->place.node);
		return found.type == TMS_XPATH_NODES ? found.count > 0 : found.fact;
	}
	if (layout->empty.path)
		return recipe_find_values(run, layout->empty.path, run->place.root).count > 0;
	if (!layout->items.path || run->status != TMS_OK)
		return false;
	(void)recipe_note_status(run, tms_json_path_find_lists(&run->scratch, layout->items.path,
					      run->place.root, &run->steps, &lists));
	for (size_t i = 0; i < lists.count; i++)
		if (tms_json_kind_of(lists.items[i]) == TMS_JSON_ARRAY)
			return true; /* it is there, without elements */
	lists = recipe_find_values(run, layout->items.path, run->place.root);
	return lists.count == 1 && tms_json_kind_of(lists.items[0]) == TMS_JSON_ARRAY;
}

/* ---- items ---- */

static void begin_findings(struct recipe_run *run)
{
	const struct tms_recipe_layout *spec = run->layout->spec;
	struct tms_recipe_report *report = run->report;

	report->findings =
		TMS_ARENA_ARRAY(run->b->arena, struct tms_recipe_finding, spec->rules_count + 1);
	run->results = TMS_ARENA_ARRAY(run->b->arena, struct recipe_result, spec->rules_count + 1);
	if (!report->findings || !run->results)
		return;
	report->findings_count = spec->rules_count;
	for (size_t i = 0; i < spec->rules_count; i++)
		report->findings[i] = (struct tms_recipe_finding){
			.name = spec->rules[i].name,
			.is_optional = spec->rules[i].is_optional,
			.ways_count = spec->rules[i].value.count,
		};
}

/* What is found first, then what templates make of it. */
static void evaluate_rules(struct recipe_run *run)
{
	const struct tms_recipe_layout *spec = run->layout->spec;

	for (size_t i = 0; i < spec->rules_count; i++)
		if (!run->layout->rules[i].refers)
			recipe_evaluate(run, &run->layout->rules[i], spec->rules[i].field,
				&run->results[i]);
	for (size_t i = 0; i < spec->rules_count; i++)
		if (run->layout->rules[i].refers)
			recipe_evaluate(run, &run->layout->rules[i], spec->rules[i].field,
				&run->results[i]);
}

static const struct tms_recipe_rule *missing_rule(const struct recipe_run *run)
{
	const struct tms_recipe_layout *spec = run->layout->spec;

	for (size_t i = 0; i < spec->rules_count; i++)
		if (spec->rules[i].is_required && run->results[i].count == 0)
			return &spec->rules[i];
	return NULL;
}

static enum tms_status read_item(struct recipe_run *run, const struct items *items, size_t i)
{
	struct build *b = run->b;
	uint32_t line = 0;

	if (run->layout->is_json) {
		run->place.value = items->values.items[i];
	} else {
		run->place.node = items->nodes.nodes[i];
		line = run->place.node.node->line;
	}
	build_begin(b, line);
	memset(run->results, 0, run->layout->spec->rules_count * sizeof(*run->results));
	evaluate_rules(run);
	if (run->status != TMS_OK)
		return run->status;
	recipe_fill_item(run);
	const struct tms_recipe_rule *missing = missing_rule(run);
	if (missing) {
		build_skip(
			b, "has no %.*s, which the recipe requires", TMS_STR_ARGS(missing->name));
		return b->arena->status;
	}
	return build_end(b);
}

static enum tms_status read_items(struct recipe_run *run, const struct items *items)
{
	enum tms_status st = TMS_OK;

	begin_findings(run);
	if (!run->report->findings || !run->results)
		return run->b->arena->status;
	run->b->is_fleeting = true;
	for (size_t i = 0; i < items->count && st == TMS_OK; i++) {
		size_t mark = tms_arena_mark(&run->scratch);
		st = read_item(run, items, i);
		tms_arena_rewind(&run->scratch, mark);
	}
	run->b->is_fleeting = false;
	return st;
}

/*
 * A field that no item has: the page may have changed. Said first, because the first note is what
 * people see.
 */
static void note_lost_fields(struct recipe_run *run)
{
	struct tms_recipe_report *report = run->report;
	struct tms_listing *listing = run->b->listing;
	struct tms_buf names = { .max = 200 };

	for (size_t i = 0; i < report->findings_count && report->items > 0; i++)
		if (report->findings[i].found == 0 && !report->findings[i].is_optional)
			tms_buf_format(&names, "%s%.*s", names.len > 0 ? ", " : "",
				TMS_STR_ARGS(report->findings[i].name));
	if (names.len > 0) {
		size_t kept = listing->notes_count < TMS_LISTING_NOTES_MAX
				      ? listing->notes_count
				      : TMS_LISTING_NOTES_MAX - 1;
		memmove(listing->notes + 1, listing->notes, kept * sizeof(listing->notes[0]));
		listing->notes_count = kept + 1;
		listing->notes_total++;
		tms_diag_set(&listing->notes[0], 0, 0,
			"the recipe %.*s finds in none of the %zu items: %.*s",
			TMS_STR_ARGS(run->program.recipe->name), report->items,
			TMS_STR_ARGS(tms_buf_str(&names)));
	}
	tms_buf_free(&names);
}

/* ---- the whole ---- */

static enum tms_status take_layout(struct recipe_run *run, struct document *d, size_t i)
{
	struct items items;
	enum tms_status st = open_layout(run, d, i);

	if (st != TMS_OK)
		return st;
	find_items(run, &items);
	if (run->status != TMS_OK)
		return run->status;
	if (items.count == 0 && !is_said_empty(run))
		return pass_over(run, i, "`items` finds nothing: %.*s",
			TMS_STR_ARGS(tms_utf8_cut(run->layout->spec->items.text, 120)));
	run->report->layout = i;
	run->report->items = items.count;
	st = read_items(run, &items);
	if (st == TMS_OK && run->status == TMS_OK) {
		note_lost_fields(run);
		recipe_find_next(run);
	}
	return st;
}

static enum tms_status read_layouts(struct recipe_run *run, struct document *d)
{
	const struct tms_recipe *recipe = run->program.recipe;
	enum tms_status st = TMS_ENOTFEED;

	for (size_t i = 0; i < recipe->layouts_count && st == TMS_ENOTFEED; i++)
		st = take_layout(run, d, i);
	tms_json_free(d->json);
	if (st == TMS_ENOTFEED)
		tms_diag_set(run->b->diag, 0, 0, "the recipe %.*s finds no items here; %.*s",
			TMS_STR_ARGS(recipe->name), TMS_STR_ARGS(run->report->passed[0]));
	return st;
}

static void tell_limit(const struct recipe_run *run)
{
	if (run->steps.left == 0)
		tms_diag_set(run->b->diag, run->b->line, 0,
			"the recipe %.*s takes more than %llu steps for this document (entry %zu); the limit "
			"keeps one page from stopping all others",
			TMS_STR_ARGS(run->program.recipe->name),
			(unsigned long long)TMS_RECIPE_STEPS, run->b->entries);
	else
		tms_diag_set(run->b->diag, run->b->line, 0,
			"the recipe %.*s needs more than %zu bytes for one item",
			TMS_STR_ARGS(run->program.recipe->name), SCRATCH_BYTES_MAX);
}

static struct tms_recipe_report nothing_found(const struct tms_recipe *recipe)
{
	return (struct tms_recipe_report){ .layout = recipe->layouts_count,
		.layouts_count = recipe->layouts_count };
}

static enum tms_status read_document(
	struct build *b, struct tms_str body, const struct tms_listing_hints *hints)
{
	struct tms_recipe_report unseen = nothing_found(hints->recipe);
	struct recipe_run run = { .b = b,
		.scratch = { .max_bytes = SCRATCH_BYTES_MAX },
		.steps = { TMS_RECIPE_STEPS },
		.report = hints->report ? hints->report : &unseen,
		.page = hints->page,
		.json_bytes_max = hints->limits.bytes };
	struct document d = { .body = body, .hints = hints };

	b->listing->kind = TMS_LISTING_RECIPE;
	if (b->url.len == 0)
		b->url = b->base = hints->recipe->url;
	b->listing->link = b->url;
	enum tms_status st = decode(b, &d);
	if (st != TMS_OK)
		return st;
	if (d.text.len == 0) {
		tms_diag_set(b->diag, 0, 0, "the document is empty");
		return TMS_ENOTFEED;
	}
	st = recipe_program_init(b->arena, hints->recipe, NULL, NULL, &run.program);
	if (st == TMS_EINVAL)
		tms_diag_set(b->diag, 0, 0,
			"the recipe %.*s is wrong; `tamis recipe check` says where",
			TMS_STR_ARGS(hints->recipe->name));
	if (st == TMS_OK)
		st = read_layouts(&run, &d);
	if (run.status != TMS_OK && (st == TMS_OK || st == run.status)) {
		st = run.status;
		if (st == TMS_ELIMIT)
			tell_limit(&run);
	}
	if (hints->recipe->title.len > 0)
		b->listing->title = tms_arena_copy(b->arena, hints->recipe->title);
	run.report->steps = TMS_RECIPE_STEPS - run.steps.left;
	recipe_program_fini(&run.program);
	tms_arena_free(&run.scratch);
	return st;
}

enum tms_status tms_recipe_read(struct tms_arena *arena, struct tms_str body,
	const struct tms_listing_hints *hints, struct tms_listing *out, struct tms_diag *diag)
{
	if (!hints || !hints->recipe)
		return tms_listing_parse(arena, body, hints, out, diag);
	if (hints->report)
		*hints->report = nothing_found(hints->recipe);
	return build_listing(arena, body, hints, read_document, out, diag);
}
