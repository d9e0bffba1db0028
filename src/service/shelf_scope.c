/* Scopes of sets: built, asked, kept within a bound by last use. */
#include "service/shelf_scope.h"

#include "service/shelves.h"

/* So many slices who waited has for asking: longer than a line of turns that is full. */
#define KEPT_SLICES 1000
/* An answer in pieces asks again and again: if it were built for each, that would take for ever. */
#define RESTING_SLICES 100

/* ---- which are built, by last asking ---- */

static void link_newest(struct shelf_scopes *scopes, struct tms_shelf *shelf)
{
	shelf->built.older = scopes->newest;
	shelf->built.newer = NULL;
	*(scopes->newest ? &scopes->newest->built.newer : &scopes->oldest) = shelf;
	scopes->newest = shelf;
}

static void unlink_scope(struct shelf_scopes *scopes, struct tms_shelf *shelf)
{
	struct shelf_scope_link *link = &shelf->built;

	*(link->newer ? &link->newer->built.older : &scopes->newest) = link->older;
	*(link->older ? &link->older->built.newer : &scopes->oldest) = link->newer;
	link->newer = link->older = NULL;
}

void shelf_scope_drop(struct tms_shelf *shelf)
{
	struct shelf_scopes *scopes = &shelf->home->scopes;

	if (!shelf->scope)
		return;
	shelf->is_built = false;
	tms_scope_drop(shelf->scope);
	shelves_wake(shelf->home, 0); /* what it has merged is taken out */
	if (!shelf->built.is_in)
		return;
	unlink_scope(scopes, shelf);
	scopes->count--;
	scopes->bytes -= shelf->built.bytes;
	shelf->built = (struct shelf_scope_link){ 0 };
}

static bool is_resting(const struct tms_shelf *shelf)
{
	return shelf->built.rests_until > shelf->home->slices;
}

/* Others make room for what has come. */
static void make_room(struct shelf_scopes *scopes, const struct tms_shelf *keep)
{
	struct tms_shelf *newer = NULL;

	for (struct tms_shelf *at = scopes->oldest;
		at && scopes->bytes_max > 0 && scopes->bytes > scopes->bytes_max; at = newer) {
		newer = at->built.newer;
		if (at == keep || at->waits || shelf_scope_is_kept(at) || is_resting(at))
			continue; /* or it is being built */
		scopes->dropped++;
		shelf_scope_drop(at);
	}
}

/* It is asked now; has_changed: what it holds may be more. */
static void note_asking(struct tms_shelf *shelf, bool has_changed)
{
	struct shelf_scopes *scopes = &shelf->home->scopes;

	if (shelf->built.is_in)
		unlink_scope(scopes, shelf);
	else
		scopes->count++;
	shelf->built.is_in = true;
	link_newest(scopes, shelf);
	if (!has_changed)
		return;
	scopes->bytes -= shelf->built.bytes;
	shelf->built.bytes = tms_scope_bytes(shelf->scope);
	scopes->bytes += shelf->built.bytes;
	make_room(scopes, shelf);
	shelves_wake(shelf->home, 0); /* what it has let go of as well */
}

void shelf_scope_keep(struct tms_shelf *shelf)
{
	shelf->built.kept_until = shelf->home->slices + KEPT_SLICES;
}

bool shelf_scope_is_kept(const struct tms_shelf *shelf)
{
	return shelf->users > 0 && shelf->built.kept_until > shelf->home->slices;
}

/* It is being asked. */
static void end_keeping(struct tms_shelf *shelf)
{
	if (shelf->built.kept_until == 0)
		return;
	shelf->built.kept_until = 0;
	shelf->built.rests_until = shelf->home->slices + RESTING_SLICES;
	make_room(&shelf->home->scopes, shelf);
}

size_t shelf_scope_bytes(const struct tms_shelf *shelf)
{
	return shelf->built.bytes;
}

/* ---- asking ---- */

enum tms_status shelf_scope_build(struct tms_shelf *shelf, size_t work, bool *more)
{
	enum tms_status st = TMS_OK;

	*more = false;
	if (!shelf->scope)
		return TMS_OK;
	bool is_current = tms_scope_is_current(shelf->scope);
	if (!is_current)
		st = tms_scope_step(shelf->scope, work, more);
	shelf->is_built = shelf->is_built || (st == TMS_OK && !*more);
	note_asking(shelf, !is_current || shelf->built.bytes == 0);
	return st;
}

static enum tms_status build_all(struct tms_shelf *shelf)
{
	bool more = true;
	enum tms_status st = TMS_OK;

	while (st == TMS_OK && more)
		st = shelf_scope_build(shelf, SIZE_MAX, &more);
	end_keeping(shelf);
	return st;
}

enum tms_status shelf_count(struct tms_shelf *shelf, size_t *count)
{
	enum tms_status st = build_all(shelf);

	*count = 0;
	return st == TMS_OK && shelf->scope ? tms_scope_count(shelf->scope, count) : st;
}

enum tms_status shelf_prepare(
	struct tms_shelf *shelf, uint32_t rule, tms_time now, size_t work, bool *more)
{
	enum tms_status st = shelf_scope_build(shelf, work, more);

	if (st != TMS_OK || *more || !shelf->scope)
		return st;
	st = tms_scope_prepare(shelf->scope, rule, now, work, more);
	if (st != TMS_OK || !*more)
		end_keeping(shelf);
	return st;
}

enum tms_status shelf_select(struct tms_shelf *shelf, uint32_t rule, tms_time now, size_t max,
	struct tms_arena *arena, struct tms_selection *out)
{
	enum tms_status st = build_all(shelf);

	*out = (struct tms_selection){ .expires = TMS_TIME_MAX };
	if (st != TMS_OK || !shelf->scope)
		return st;
	return tms_scope_select(shelf->scope, rule, now, max, arena, out);
}

enum tms_status tms_shelf_select_dropped(struct tms_shelf *shelf, uint32_t rule, tms_time now,
	size_t max, struct tms_arena *arena, struct tms_selection *out)
{
	enum tms_status st = build_all(shelf);

	*out = (struct tms_selection){ .expires = TMS_TIME_MAX };
	if (st != TMS_OK || !shelf->scope)
		return st;
	return tms_scope_select_dropped(shelf->scope, rule, now, max, arena, out);
}

enum tms_status shelf_differ(struct tms_shelf *shelf, uint32_t old_rule, uint32_t new_rule,
	tms_time now, struct tms_difference *out)
{
	enum tms_status st = build_all(shelf);

	*out = (struct tms_difference){ 0 };
	if (st != TMS_OK || !shelf->scope)
		return st;
	return tms_scope_differ(shelf->scope, old_rule, new_rule, now, out);
}

enum tms_status tms_shelf_choose(struct tms_shelf *shelf, const struct tms_feed_definition *feed,
	uint32_t rule, tms_time now, struct tms_result *out)
{
	struct tms_arena scratch = { 0 };
	struct tms_selection chosen = { 0 };
	size_t max = feed->entries_max ? feed->entries_max : TMS_FEED_ENTRIES_DEFAULT;

	enum tms_status st = shelf_select(shelf, rule, now, max, &scratch, &chosen);
	if (st == TMS_OK)
		st = tms_result_of(&chosen, out);
	tms_arena_free(&scratch);
	return st;
}

enum tms_status shelf_choose_shown(
	struct tms_shelf *shelf, const struct tms_result *shown, struct tms_result *out)
{
	const struct tms_index *index = tms_catalog_index(shelf->home->catalog);
	struct tms_arena scratch = { 0 };
	struct tms_selection chosen = { .expires = TMS_TIME_MAX };

	enum tms_status st = build_all(shelf);
	chosen.list = TMS_ARENA_ARRAY(&scratch, struct tms_selected, shown->entries_count + 1);
	if (st == TMS_OK)
		st = scratch.status;
	for (size_t i = 0; st == TMS_OK && shelf->scope && i < shown->entries_count; i++) {
		uint32_t slot = tms_scope_find(shelf->scope, shown->entries[i].id);
		if (slot != TMS_INDEX_NONE)
			chosen.list[chosen.count++] =
				(struct tms_selected){ tms_index_at(index, slot),
					shown->entries[i].entered };
	}
	chosen.kept_count = chosen.seen_count = chosen.count;
	if (st == TMS_OK)
		st = tms_result_of(&chosen, out);
	tms_arena_free(&scratch);
	return st;
}

enum tms_status tms_shelf_view(struct tms_shelf *shelf, struct tms_view **out)
{
	struct tms_view_item **list = NULL;
	struct tms_arena arena = { 0 };
	size_t count = 0;

	enum tms_status st = build_all(shelf);
	if (st == TMS_OK && shelf->scope)
		st = tms_scope_list(shelf->scope, &arena, &list, &count);
	if (st == TMS_OK)
		st = tms_view_of(list, count, out);
	tms_arena_free(&arena);
	return st;
}
