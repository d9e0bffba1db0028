/* What each set should show, from the records alone: no view, nothing kept of what was shown before
 * but what nobody has touched since. */
#include "set_world.h"

#include "test.h"

#include <stdlib.h>

#include "window/view_item.h"

static struct tms_str id_of(const struct set_world *world, size_t paper)
{
	return tms_str_from(world->pool[paper].id);
}

void pool_touch(struct set_world *world, size_t paper)
{
	struct pool_paper *touched = &world->pool[paper];

	while (touched->showings) {
		struct showing *showing = touched->showings;
		touched->showings = showing->next;
		subject_fini(&showing->subject);
		tms_view_item_unref(showing->item);
		free(showing);
	}
	touched->listed = 0;
	for (size_t w = 0; w < SET_WINDOWS; w++)
		if (world->windows[w] && tms_window_find(world->windows[w], id_of(world, paper)))
			touched->listed |= 1u << w;
}

void pool_touch_all(struct set_world *world)
{
	for (size_t i = 0; i < world->pool_count; i++)
		pool_touch(world, i);
}

/* Of those that the set's own windows have: whose names, and whether arXiv's word is joined. */
static void check_made(const struct set_world *world, const struct showing *showing,
	const struct tms_record *known)
{
	const struct tms_merged *merged = &showing->item->merged;
	const struct tms_sighting *said = known ? tms_record_categories(known) : NULL;
	size_t names = 0;

	for (size_t w = 0; w < SET_WINDOWS; w++) {
		if (!(showing->windows >> w & 1))
			continue;
		const struct tms_record *record =
			tms_window_find(world->windows[w], merged->item.id);
		if (tms_record_categories(record))
			said = NULL;
		names++;
	}
	assert_int_equal(merged->sources_count, names);
	assert_int_equal(merged->joined_count, said ? said->packed->item.categories_count : 0);
	assert_ptr_equal(merged->joined, said ? said->packed->item.categories : NULL);
}

static struct showing *make_showing(struct set_world *world, size_t paper, unsigned windows)
{
	const struct tms_record *records[SET_WINDOWS];
	const struct tms_record *known = tms_window_find(world->known, id_of(world, paper));
	struct showing *showing = calloc(1, sizeof(*showing));
	size_t count = 0;

	assert_non_null(showing);
	for (size_t w = 0; w < SET_WINDOWS; w++)
		if (windows >> w & 1)
			records[count++] = tms_window_find(world->windows[w], id_of(world, paper));
	assert_int_equal(view_item_make(records, count, known, &showing->item), TMS_OK);
	showing->windows = windows;
	check_made(world, showing, known);
	subject_init(&showing->subject, &showing->item->merged);
	return showing;
}

struct showing *pool_show(struct set_world *world, size_t paper, unsigned windows)
{
	struct showing **at = &world->pool[paper].showings;

	windows &= world->pool[paper].listed;
	if (!windows)
		return NULL;
	while (*at && (*at)->windows != windows)
		at = &(*at)->next;
	if (!*at)
		*at = make_showing(world, paper, windows);
	return *at;
}

/* What was said at another time is still so: without ages, when time has gone on behind the moment
 * at which it entered. */
static bool is_said(const struct verdict *verdict, uint64_t rule, bool has_age, tms_time now)
{
	if (verdict->rule != rule)
		return false;
	if (verdict->now == now)
		return true;
	if (has_age || now < verdict->now)
		return false;
	return !verdict->holds || verdict->entered < verdict->now;
}

const struct verdict *showing_ask(struct set_world *world, struct showing *showing, size_t rule)
{
	const struct set_rule *asked = rule < SET_RULES ? &world->rules[rule] : NULL;
	const struct ask *ask = asked ? asked->live.ask : NULL;
	struct verdict *verdict = &showing->verdicts[rule];
	uint64_t serial = asked ? asked->serial : UINT64_MAX;
	bool has_age = asked && asked->live.has_age;

	if (is_said(verdict, serial, has_age, world->now))
		return verdict;
	*verdict = (struct verdict){ .rule = serial, .now = world->now, .change = TMS_TIME_MAX };
	verdict->holds = reference_holds(ask, &showing->subject, world->now);
	if (verdict->holds)
		verdict->entered = reference_entered(ask, &showing->subject, world->now);
	if (has_age)
		verdict->change = reference_next_change(ask, &showing->subject, world->now);
	return verdict;
}
