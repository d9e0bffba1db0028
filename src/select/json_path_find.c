/* Walking JSON by a compiled path. Every value that is looked at is a step. */
#include <tamis/json_path.h>

#include "json_path_private.h"

struct json_path_walk {
	struct tms_arena *arena;
	struct tms_steps *steps;
	const struct json_t *root;
	enum tms_status status;
};

struct json_path_list {
	const struct json_t **items;
	size_t count, capacity;
};

static bool spend(struct json_path_walk *w, size_t count)
{
	if (w->status == TMS_OK && !tms_steps_take(w->steps, count))
		w->status = TMS_ELIMIT;
	return w->status == TMS_OK;
}

static void add(struct json_path_walk *w, struct json_path_list *out, const struct json_t *value)
{
	if (!value || !spend(w, 1))
		return;
	if (!tms_arena_grow(w->arena, &out->items, out->count, &out->capacity, sizeof(value))) {
		w->status = w->arena->status;
		return;
	}
	out->items[out->count++] = value;
}

/* The next child of an array or object; *i and *cursor begin 0. */
static const struct json_t *next_child(const struct json_t *value, size_t *i, void **cursor)
{
	const struct json_t *child = NULL;
	struct tms_str key;

	if (tms_json_kind_of(value) == TMS_JSON_ARRAY)
		return tms_json_at(value, (*i)++);
	return tms_json_next(value, cursor, &key, &child) ? child : NULL;
}

static struct json_path_list follow(struct json_path_walk *w, const struct json_segment *segments,
	const struct json_segment *end, const struct json_t *from);

/* ---- filters ---- */

/* *count of what an operand is: 0 nothing, 1 the value in *out. */
static const struct json_t *value_of(
	struct json_path_walk *w, const struct json_operand *operand, const struct json_t *element)
{
	const struct json_t *from = operand->kind == JSON_OF_ELEMENT ? element : w->root;
	struct json_path_list found = follow(w, operand->path.segments, NULL, from);

	return found.count > 0 ? found.items[0] : NULL;
}

static struct json_operand plain_of(struct json_path_walk *w, const struct json_operand *operand,
	const struct json_t *element, bool *is_there)
{
	struct json_operand plain = *operand;

	*is_there = true;
	if (operand->kind > JSON_OF_ROOT)
		return plain;
	const struct json_t *value = value_of(w, operand, element);
	plain = (struct json_operand){ .kind = JSON_OF_ROOT };
	switch (tms_json_kind_of(value)) {
	case TMS_JSON_NONE:
		*is_there = false;
		break;
	case TMS_JSON_NULL:
		plain.kind = JSON_NULL;
		break;
	case TMS_JSON_BOOL:
		plain = (struct json_operand){ .kind = JSON_FACT, .fact = tms_json_is_true(value) };
		break;
	case TMS_JSON_NUMBER:
		plain = (struct json_operand){ .kind = JSON_NUMBER,
			.number = tms_json_value_double(value) };
		break;
	case TMS_JSON_STRING:
		plain = (struct json_operand){ .kind = JSON_TEXT, .text = tms_json_text(value) };
		break;
	case TMS_JSON_ARRAY:
	case TMS_JSON_OBJECT:
		break; /* equal to nothing */
	}
	(void)spend(w, plain.text.len / 16);
	return plain;
}

static int order_of(double a, double b)
{
	return (a > b) - (a < b);
}

/* <0, 0, >0, or 2 when the two cannot be compared. */
static int compare(const struct json_operand *a, const struct json_operand *b)
{
	if (a->kind != b->kind)
		return 2;
	if (a->kind == JSON_NUMBER)
		return order_of(a->number, b->number);
	if (a->kind == JSON_TEXT) {
		int order = tms_str_compare(a->text, b->text);
		return (order > 0) - (order < 0);
	}
	if (a->kind == JSON_FACT)
		return a->fact == b->fact ? 0 : 2;
	return a->kind == JSON_NULL ? 0 : 2;
}

static bool holds_comparison(
	struct json_path_walk *w, const struct json_filter *filter, const struct json_t *element)
{
	bool has_a = false, has_b = false;
	struct json_operand a = plain_of(w, &filter->a, element, &has_a);
	struct json_operand b = plain_of(w, &filter->b, element, &has_b);
	int order = has_a && has_b ? compare(&a, &b) : has_a == has_b ? 0 : 2;

	switch (filter->comparison) {
	case JSON_EQ:
		return order == 0;
	case JSON_NE:
		return order != 0;
	case JSON_LE:
		return order == 0 || order == -1;
	case JSON_LT:
		return order == -1;
	case JSON_GE:
		return order == 0 || order == 1;
	case JSON_GT:
		return order == 1;
	}
	return false;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the filter */
static bool holds(
	struct json_path_walk *w, const struct json_filter *filter, const struct json_t *element)
{
	if (!spend(w, 1))
		return false;
	switch (filter->kind) {
	case JSON_OR:
		return holds(w, filter->left, element) || holds(w, filter->right, element);
	case JSON_AND:
		return holds(w, filter->left, element) && holds(w, filter->right, element);
	case JSON_NOT:
		return !holds(w, filter->left, element);
	case JSON_EXISTS:
		return value_of(w, &filter->a, element) != NULL;
	case JSON_COMPARE:
		return holds_comparison(w, filter, element);
	}
	return false;
}

/* ---- selectors ---- */

static int64_t bound(int64_t index, int64_t count, int64_t low, int64_t high)
{
	index = index < 0 ? index + count : index;
	return index < low ? low : index > high ? high : index;
}

/* RFC 9535 section 2.3.4.2 */
static void select_slice(struct json_path_walk *w, const struct json_selector *s,
	const struct json_t *value, struct json_path_list *out)
{
	int64_t count = (int64_t)tms_json_count(value);
	int64_t step = s->step < -count ? -count - 1 : s->step > count ? count + 1 : s->step;

	if (tms_json_kind_of(value) != TMS_JSON_ARRAY || step == 0)
		return;
	if (step > 0) {
		int64_t from = s->has_start ? bound(s->start, count, 0, count) : 0;
		int64_t to = s->has_end ? bound(s->end, count, 0, count) : count;
		for (; from < to && w->status == TMS_OK; from += step)
			add(w, out, tms_json_at(value, (size_t)from));
		return;
	}
	int64_t from = s->has_start ? bound(s->start, count, -1, count - 1) : count - 1;
	int64_t to = s->has_end ? bound(s->end, count, -1, count - 1) : -1;
	for (; from > to && w->status == TMS_OK; from += step)
		add(w, out, tms_json_at(value, (size_t)from));
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the path */
static void select_one(struct json_path_walk *w, const struct json_selector *s,
	const struct json_t *value, struct json_path_list *out)
{
	const struct json_t *child = NULL;
	void *cursor = NULL;
	size_t i = 0;

	switch (s->kind) {
	case JSON_NAME:
		if (spend(w, 1))
			add(w, out, tms_json_get(value, s->name));
		return;
	case JSON_INDEX:
		if (tms_json_kind_of(value) == TMS_JSON_ARRAY) {
			int64_t index =
				s->start < 0 ? s->start + (int64_t)tms_json_count(value) : s->start;
			if (index >= 0)
				add(w, out, tms_json_at(value, (size_t)index));
		}
		return;
	case JSON_SLICE:
		select_slice(w, s, value, out);
		return;
	case JSON_ALL:
	case JSON_FILTER:
		break;
	}
	while ((child = next_child(value, &i, &cursor)) != NULL && spend(w, 1))
		if (s->kind == JSON_ALL || holds(w, s->filter, child))
			add(w, out, child);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the document, which its parser bounds */
static void select_all(struct json_path_walk *w, const struct json_segment *segment,
	const struct json_t *value, struct json_path_list *out)
{
	const struct json_t *child = NULL;
	void *cursor = NULL;
	size_t i = 0;

	for (const struct json_selector *s = segment->selectors; s; s = s->next)
		select_one(w, s, value, out);
	if (!segment->is_deep)
		return;
	while ((child = next_child(value, &i, &cursor)) != NULL && spend(w, 1))
		select_all(w, segment, child, out);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the path */
static struct json_path_list follow(struct json_path_walk *w, const struct json_segment *segments,
	const struct json_segment *end, const struct json_t *from)
{
	struct json_path_list list = { 0 };

	add(w, &list, from);
	for (const struct json_segment *s = segments; s != end; s = s->next) {
		struct json_path_list next = { 0 };
		for (size_t i = 0; i < list.count && w->status == TMS_OK; i++)
			select_all(w, s, list.items[i], &next);
		list = next;
	}
	return list;
}

static enum tms_status find(struct json_path_walk *w, const struct tms_json_path *path,
	const struct json_segment *end, struct tms_json_values *out)
{
	struct json_path_list found = follow(w, path->segments, end, w->root);

	if (w->status == TMS_OK)
		*out = (struct tms_json_values){ found.items, found.count };
	return w->status;
}

enum tms_status tms_json_path_find(struct tms_arena *arena, const struct tms_json_path *path,
	const struct json_t *root, struct tms_steps *steps, struct tms_json_values *out)
{
	struct json_path_walk w = { .arena = arena, .steps = steps, .root = root };

	return find(&w, path, NULL, out);
}

enum tms_status tms_json_path_find_lists(struct tms_arena *arena, const struct tms_json_path *path,
	const struct json_t *root, struct tms_steps *steps, struct tms_json_values *out)
{
	struct json_path_walk w = { .arena = arena, .steps = steps, .root = root };
	const struct json_segment *last = path->segments;

	while (last && last->next)
		last = last->next;
	*out = (struct tms_json_values){ 0 };
	if (!last || last->is_deep || last->selectors->kind != JSON_ALL)
		return TMS_OK;
	return find(&w, path, last, out);
}

struct tms_str tms_json_value_line(struct tms_arena *arena, const struct json_t *value)
{
	int64_t whole = 0;

	switch (tms_json_kind_of(value)) {
	case TMS_JSON_STRING:
		return tms_json_text(value);
	case TMS_JSON_NUMBER:
		if (tms_json_value_int(value, &whole))
			return tms_arena_format(arena, "%lld", (long long)whole);
		return tms_arena_format(arena, "%.15g", tms_json_value_double(value));
	case TMS_JSON_BOOL:
		return tms_json_is_true(value) ? TMS_STR("true") : TMS_STR("false");
	case TMS_JSON_NONE:
	case TMS_JSON_NULL:
	case TMS_JSON_ARRAY:
	case TMS_JSON_OBJECT:
		break;
	}
	return TMS_STR_NONE;
}
