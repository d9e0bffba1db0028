/*
 * Many sightings, one item. Everything here is a function of the set of sightings: both orders
 * below are total, as two sightings never share origin and source.
 */
#include <tamis/record.h>

typedef int (*order_fn)(const struct tms_sighting *a, const struct tms_sighting *b);

static int by_number(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Who said it first: what must never move is taken in this order. */
static int earlier(const struct tms_sighting *a, const struct tms_sighting *b)
{
	int order = by_number(a->first_seen, b->first_seen);

	if (order == 0)
		order = by_number(a->packed->item.origin, b->packed->item.origin);
	return order ? order : tms_str_compare(a->source, b->source);
}

/* Who says it best: all else is taken in this order. */
static int better(const struct tms_sighting *a, const struct tms_sighting *b)
{
	int order = by_number(a->packed->item.origin, b->packed->item.origin);

	if (order == 0)
		order = by_number(a->first_seen, b->first_seen);
	return order ? order : tms_str_compare(a->source, b->source);
}

/* By insertion: a handful of sightings. NULL on failure, see arena->status. */
static const struct tms_sighting **sorted(struct tms_arena *arena,
	const struct tms_sighting *const *sightings, size_t count, order_fn order)
{
	const struct tms_sighting **list =
		TMS_ARENA_ARRAY(arena, const struct tms_sighting *, count);

	for (size_t i = 0; list && i < count; i++) {
		size_t at = i;
		for (; at > 0 && order(sightings[i], list[at - 1]) < 0; at--)
			list[at] = list[at - 1];
		list[at] = sightings[i];
	}
	return list;
}

static void fill_lists(struct tms_item *item, const struct tms_item *from)
{
	size_t count = 0;
	const struct tms_item_list *lists = tms_item_lists(&count);

	for (size_t i = 0; i < count; i++) {
		size_t *have = (size_t *)(void *)((char *)item + lists[i].count_offset);
		if (*have > 0)
			continue;
		*have = *(const size_t *)(const void *)((const char *)from + lists[i].count_offset);
		memcpy((char *)item + lists[i].offset, (const char *)from + lists[i].offset,
			sizeof(void *));
	}
}

static void fill_gaps(struct tms_item *item, const struct tms_item *from)
{
	size_t count = 0;
	const struct tms_item_run *runs = tms_item_runs(&count);

	for (size_t i = 0; i < count; i++) {
		struct tms_str *run = (struct tms_str *)(void *)((char *)item + runs[i].offset);
		if (run->len == 0)
			memcpy(run, (const char *)from + runs[i].offset, sizeof(*run));
	}
	fill_lists(item, from);
	if (item->submitted == TMS_TIME_NONE)
		item->submitted = from->submitted;
	item->withdrawn = item->withdrawn || from->withdrawn;
}

static void set_run(
	struct tms_item *item, size_t offset, const struct tms_sighting **by_first, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct tms_str run = { 0 };
		memcpy(&run, (const char *)&by_first[i]->packed->item + offset, sizeof(run));
		if (run.len == 0)
			continue;
		memcpy((char *)item + offset, &run, sizeof(run));
		return;
	}
}

static void merge_times(struct tms_merged *out, const struct tms_sighting **by_first, size_t count)
{
	out->first_seen = by_first[0]->first_seen;
	out->item.published = by_first[0]->published;
	out->item.published_day_only = false; /* settled */
	out->updated = out->item.published;
	for (size_t i = 0; i < count; i++)
		if (by_first[i]->changed_at > out->updated) /* TMS_TIME_NONE is the least of all */
			out->updated = by_first[i]->changed_at;
}

static void merge_sources(struct tms_arena *arena, const struct tms_sighting **list, size_t count,
	struct tms_merged *out)
{
	struct tms_str *names = TMS_ARENA_ARRAY(arena, struct tms_str, count);
	size_t known = 0;

	for (size_t i = 0; names && i < count; i++) {
		size_t at = 0;
		while (at < known && tms_str_compare(names[at], list[i]->source) < 0)
			at++;
		if (at < known && tms_str_equal(names[at], list[i]->source))
			continue;
		memmove(&names[at + 1], &names[at], (known - at) * sizeof(*names));
		names[at] = list[i]->source;
		known++;
	}
	out->sources = names;
	out->sources_count = known;
}

/* One sighting's place in the walk over one number. */
struct cursor {
	const struct tms_track *track;
	size_t next;
};

static bool next_time(const struct cursor *cursors, size_t count, tms_time *at)
{
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		const struct cursor *c = &cursors[i];
		if (c->next >= c->track->count || (found && c->track->steps[c->next].at >= *at))
			continue;
		*at = c->track->steps[c->next].at;
		found = true;
	}
	return found;
}

/* All steps at one time: the highest of them in *high; the best origin's value is returned. */
static int64_t take_steps(struct cursor *cursors, size_t count, tms_time at, int64_t *high)
{
	int64_t value = TMS_NUMBER_NONE;

	*high = TMS_NUMBER_NONE;
	for (size_t i = 0; i < count; i++) {
		struct cursor *c = &cursors[i];
		for (; c->next < c->track->count && c->track->steps[c->next].at == at; c->next++)
			if (c->track->steps[c->next].value > *high)
				*high = c->track->steps[c->next].value;
		if (value == TMS_NUMBER_NONE && c->next > 0)
			value = c->track->steps[c->next - 1].value;
	}
	return value;
}

static void merge_number(struct tms_arena *arena, const struct tms_sighting **by_rank, size_t count,
	size_t number, struct tms_history *out)
{
	struct cursor *cursors = TMS_ARENA_ARRAY(arena, struct cursor, count);
	size_t room = 0, used = 0;
	int64_t highest = TMS_NUMBER_NONE, high = TMS_NUMBER_NONE;
	tms_time at = TMS_TIME_NONE;

	for (size_t i = 0; cursors && i < count; i++) {
		cursors[i].track = &by_rank[i]->tracks[number];
		room += 2 * cursors[i].track->count;
	}
	*out = (struct tms_history){ 0 };
	struct tms_step *steps = room ? TMS_ARENA_ARRAY(arena, struct tms_step, room) : NULL;
	while (steps && next_time(cursors, count, &at)) {
		int64_t value = take_steps(cursors, count, at, &high);
		if (high > highest && high != value)
			steps[used++] = (struct tms_step){ at, high };
		highest = high > highest ? high : highest;
		if (used == 0 || steps[used - 1].value != value)
			steps[used++] = (struct tms_step){ at, value };
	}
	if (used > 0)
		*out = (struct tms_history){ steps, used };
}

enum tms_status tms_merge_sightings(struct tms_arena *arena,
	const struct tms_sighting *const *sightings, size_t count, struct tms_merged *out)
{
	static const size_t lasting[] = { offsetof(struct tms_item, id),
		offsetof(struct tms_item, upstream_id), offsetof(struct tms_item, title),
		offsetof(struct tms_item, link) };
	struct tms_merged merged = { 0 };
	const struct tms_sighting **by_first = sorted(arena, sightings, count, earlier);
	const struct tms_sighting **by_rank = sorted(arena, sightings, count, better);

	if (!by_first || !by_rank)
		return arena->status;
	merged.item = by_rank[0]->packed->item;
	for (size_t i = 1; i < count; i++)
		fill_gaps(&merged.item, &by_rank[i]->packed->item);
	for (size_t i = 0; i < TMS_COUNT(lasting); i++)
		set_run(&merged.item, lasting[i], by_first, count);
	merge_times(&merged, by_first, count);
	merge_sources(arena, by_first, count, &merged);
	for (size_t i = 0; i < TMS_NUMBERS; i++) {
		merge_number(arena, by_rank, count, i, &merged.numbers[i]);
		const struct tms_history *history = &merged.numbers[i];
		merged.item.numbers[i] =
			history->count ? history->steps[history->count - 1].value : TMS_NUMBER_NONE;
	}
	if (arena->status != TMS_OK)
		return arena->status;
	*out = merged;
	return TMS_OK;
}
