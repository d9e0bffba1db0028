/* Recipes as values: fields by name, copies, a hash of all that changes what is read. */
#include <tamis/recipe.h>

#include <tamis/hash.h>
#include <tamis/item.h>

#define RUN(name_, field_, member_)                                                                \
	{                                                                                          \
		(name_), (field_), offsetof(struct tms_item, member_)                              \
	}
#define FIELD(name_, field_)                                                                       \
	{                                                                                          \
		(name_), (field_), 0                                                               \
	}

/* Fields by the names that recipes give them; the first name of a field is the one shown. */
static const struct {
	const char *name;
	enum tms_recipe_field field;
	size_t offset;
} fields[] = {
	FIELD("id", TMS_RECIPE_ID),
	FIELD("title", TMS_RECIPE_TITLE),
	FIELD("link", TMS_RECIPE_LINK),
	FIELD("summary", TMS_RECIPE_SUMMARY),
	FIELD("content", TMS_RECIPE_CONTENT),
	FIELD("date", TMS_RECIPE_DATE),
	FIELD("updated", TMS_RECIPE_UPDATED),
	FIELD("submitted", TMS_RECIPE_SUBMITTED),
	FIELD("authors", TMS_RECIPE_AUTHORS),
	FIELD("categories", TMS_RECIPE_CATEGORIES),
	FIELD("keywords", TMS_RECIPE_KEYWORDS),
	FIELD("upvotes", TMS_RECIPE_UPVOTES),
	FIELD("comments", TMS_RECIPE_COMMENTS),
	FIELD("stars", TMS_RECIPE_STARS),
	RUN("image", TMS_RECIPE_URL, thumbnail),
	FIELD("media", TMS_RECIPE_MEDIA),
	FIELD("enclosures", TMS_RECIPE_ENCLOSURES),
	FIELD("pdf", TMS_RECIPE_PDF),
	FIELD("related", TMS_RECIPE_RELATED),
	RUN("language", TMS_RECIPE_LINE, language),
	RUN("rights", TMS_RECIPE_LINE, rights),
	RUN("comment", TMS_RECIPE_LINE, comment),
	RUN("journal", TMS_RECIPE_LINE, journal_ref),
	RUN("doi", TMS_RECIPE_LINE, doi),
	RUN("announce", TMS_RECIPE_LINE, announce),
	RUN("organization", TMS_RECIPE_LINE, organization),
	RUN("organization_name", TMS_RECIPE_LINE, organization_name),
	RUN("submitter", TMS_RECIPE_LINE, submitter),
	RUN("submitter_name", TMS_RECIPE_LINE, submitter_name),
	RUN("ai_summary", TMS_RECIPE_LINE, ai_summary),
	RUN("code", TMS_RECIPE_URL, code_url),
	RUN("project", TMS_RECIPE_URL, project_url),
	RUN("discussion", TMS_RECIPE_URL, discussion_url),
};

bool tms_recipe_field_find(struct tms_str name, struct tms_recipe_rule *out)
{
	for (size_t i = 0; i < TMS_COUNT(fields); i++)
		if (tms_str_equal(name, tms_str_from(fields[i].name))) {
			out->name = tms_str_from(fields[i].name);
			out->field = fields[i].field;
			out->offset = fields[i].offset;
			return true;
		}
	return false;
}

const char *tms_recipe_field_name(size_t i)
{
	return i < TMS_COUNT(fields) ? fields[i].name : NULL;
}

/* ---- copies ---- */

static struct tms_str copy_str(struct tms_arena *arena, struct tms_str text)
{
	return text.len > 0 ? tms_arena_copy(arena, text) : TMS_STR_NONE;
}

static struct tms_recipe_text copy_text(struct tms_arena *arena, struct tms_recipe_text text)
{
	return (struct tms_recipe_text){ .text = copy_str(arena, text.text) };
}

static void copy_way(
	struct tms_arena *arena, const struct tms_recipe_way *from, struct tms_recipe_way *to)
{
	struct tms_recipe_pair *map =
		TMS_ARENA_ARRAY(arena, struct tms_recipe_pair, from->map_count + 1);

	*to = *from;
	to->select = copy_text(arena, from->select);
	to->regex = copy_text(arena, from->regex);
	to->template_text = copy_text(arena, from->template_text);
	to->split = copy_text(arena, from->split);
	to->format = copy_text(arena, from->format);
	for (size_t i = 0; map && i < from->map_count; i++)
		map[i] = (struct tms_recipe_pair){ copy_str(arena, from->map[i].from),
			copy_str(arena, from->map[i].to) };
	to->map = map;
}

static struct tms_recipe_value copy_value(struct tms_arena *arena, struct tms_recipe_value value)
{
	struct tms_recipe_way *ways =
		TMS_ARENA_ARRAY(arena, struct tms_recipe_way, value.count + 1);

	for (size_t i = 0; ways && i < value.count; i++)
		copy_way(arena, &value.ways[i], &ways[i]);
	return (struct tms_recipe_value){ ways, value.count };
}

static void copy_layout(
	struct tms_arena *arena, const struct tms_recipe_layout *from, struct tms_recipe_layout *to)
{
	struct tms_recipe_rule *rules =
		TMS_ARENA_ARRAY(arena, struct tms_recipe_rule, from->rules_count + 1);

	*to = *from;
	to->json = copy_value(arena, from->json);
	to->items = copy_text(arena, from->items);
	to->empty = copy_text(arena, from->empty);
	to->next = copy_value(arena, from->next);
	for (size_t i = 0; rules && i < from->rules_count; i++) {
		rules[i] = from->rules[i];
		rules[i].name = copy_str(arena, from->rules[i].name);
		rules[i].value = copy_value(arena, from->rules[i].value);
	}
	to->rules = rules;
}

const struct tms_recipe *tms_recipe_copy(struct tms_arena *arena, const struct tms_recipe *recipe)
{
	struct tms_recipe *copy = TMS_ARENA_NEW(arena, struct tms_recipe);
	struct tms_recipe_layout *layouts =
		TMS_ARENA_ARRAY(arena, struct tms_recipe_layout, recipe->layouts_count + 1);

	if (!copy || !layouts)
		return NULL;
	*copy = *recipe;
	copy->name = copy_str(arena, recipe->name);
	copy->title = copy_str(arena, recipe->title);
	copy->about = copy_str(arena, recipe->about);
	copy->url = copy_str(arena, recipe->url);
	copy->page_url = copy_text(arena, recipe->page_url);
	for (size_t i = 0; i < recipe->layouts_count; i++)
		copy_layout(arena, &recipe->layouts[i], &layouts[i]);
	copy->layouts = layouts;
	return arena->status == TMS_OK ? copy : NULL;
}

/* ---- a hash of all that changes what is read ---- */

static void chain(struct tms_hash_seed *seed, struct tms_str part)
{
	*seed = (struct tms_hash_seed){ tms_hash(*seed, part), part.len + 1 };
}

static void chain_number(struct tms_hash_seed *seed, int64_t number)
{
	chain(seed, (struct tms_str){ (const char *)&number, sizeof(number) });
}

static void chain_value(struct tms_hash_seed *seed, struct tms_recipe_value value)
{
	chain_number(seed, (int64_t)value.count);
	for (size_t i = 0; i < value.count; i++) {
		const struct tms_recipe_way *way = &value.ways[i];
		chain(seed, way->select.text);
		chain(seed, way->regex.text);
		chain(seed, way->template_text.text);
		chain(seed, way->split.text);
		chain(seed, way->format.text);
		for (size_t k = 0; k < way->map_count; k++) {
			chain(seed, way->map[k].from);
			chain(seed, way->map[k].to);
		}
		chain_number(
			seed, way->zone_minutes * 16 + way->is_of_document * 8 + (int)way->form);
	}
}

uint64_t tms_recipe_hash(const struct tms_recipe *recipe)
{
	struct tms_hash_seed seed = { 0 };

	chain(&seed, recipe->page_url.text);
	chain_number(&seed, recipe->page_first);
	chain_number(&seed, recipe->page_step);
	chain_number(&seed, recipe->pages * 2 + recipe->is_xml);
	for (size_t i = 0; i < recipe->layouts_count; i++) {
		const struct tms_recipe_layout *layout = &recipe->layouts[i];
		chain_value(&seed, layout->json);
		chain(&seed, layout->items.text);
		chain(&seed, layout->empty.text);
		chain_value(&seed, layout->next);
		for (size_t k = 0; k < layout->rules_count; k++) {
			chain(&seed, layout->rules[k].name);
			chain_value(&seed, layout->rules[k].value);
			chain_number(&seed, layout->rules[k].is_required);
		}
	}
	return seed.k0;
}
