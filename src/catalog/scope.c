/*
 * Scopes, and how their pictures come about, in steps: first all slots of each source but those set
 * apart; then of each of these, which of its listers are in the scope: of one, its own slot is
 * shown, of several, the one in which just these are merged. A picture is whole when it is sealed,
 * and holds until an item of one of its sources comes or goes; while it is made, also until one is
 * set apart or not any more. A new one keeps what was merged for the last one.
 */
#include <stdlib.h>

#include "catalog_private.h"
#include "memory/sorted.h"

/* Here work is counted in sixteenths: slots are looked at by the million. */
#define UNIT 16
#define COST_OWNER 8  /* to take over an owner … */
#define COST_SLOTS 32 /* … and one more for so many slots */
#define COST_APART 8  /* a slot set apart */
#define COST_LISTER 4 /* whoever has its id */

/* One step under way. */
struct scope_step {
	struct tms_catalog *catalog;
	const struct tms_scope *scope;
	struct scope_picture *picture;
	size_t done, work; /* sixteenths */
};

/* ---- coming and going ---- */

static size_t scope_bytes(const struct tms_scope *scope)
{
	return sizeof(*scope) + scope->count * sizeof(*scope->sources);
}

static enum tms_status make_room(struct tms_catalog *catalog, size_t count)
{
	if (count <= catalog->room)
		return TMS_OK;
	const struct tms_record **group =
		reallocarray((void *)catalog->group, count, sizeof(struct tms_record *));
	if (group)
		catalog->group = group;
	uint32_t *listers = reallocarray(catalog->listers, count, sizeof(*listers));
	if (listers)
		catalog->listers = listers;
	if (!group || !listers)
		return TMS_ENOMEM;
	catalog->room = count;
	return TMS_OK;
}

static void drop_room(struct tms_catalog *catalog)
{
	free((void *)catalog->group);
	free(catalog->listers);
	catalog->group = NULL;
	catalog->listers = NULL;
	catalog->room = 0;
}

enum tms_status tms_scope_new(
	struct tms_catalog *catalog, const uint32_t *sources, size_t count, struct tms_scope **out)
{
	struct tms_scope *scope = NULL;

	if (make_room(catalog, count) != TMS_OK)
		return TMS_ENOMEM;
	scope = malloc(sizeof(*scope) + count * sizeof(*sources));
	if (!scope)
		return TMS_ENOMEM;
	*scope = (struct tms_scope){ .catalog = catalog, .count = (uint32_t)count };
	memcpy(scope->sources, sources, count * sizeof(*sources));
	sorted_make(scope->sources, count);
	catalog->scopes++;
	catalog->scope_bytes += scope_bytes(scope);
	*out = scope;
	return TMS_OK;
}

void tms_scope_free(struct tms_scope *scope)
{
	if (!scope)
		return;
	struct tms_catalog *catalog = scope->catalog;
	tms_scope_drop(scope);
	catalog->scopes--;
	catalog->scope_bytes -= scope_bytes(scope);
	free(scope);
	if (catalog->scopes == 0)
		drop_room(catalog);
}

void tms_scope_drop(struct tms_scope *scope)
{
	struct tms_catalog *catalog = scope->catalog;
	struct scope_picture *picture = scope->picture;

	if (!picture)
		return;
	for (size_t i = 0; i < picture->merged_count; i++)
		combination_release(catalog, picture->merged[i].slot);
	index_scope_free(picture->slots);
	catalog->built--;
	catalog->picture_bytes -= picture->bytes;
	free(picture->merged);
	free(picture);
	scope->picture = NULL;
}

static enum tms_status have_picture(struct tms_scope *scope)
{
	struct tms_catalog *catalog = scope->catalog;

	if (scope->picture)
		return TMS_OK;
	struct scope_picture *picture = calloc(1, sizeof(*picture));
	if (!picture)
		return TMS_ENOMEM;
	catalog->built++;
	scope->picture = picture;
	return TMS_OK;
}

/* ---- what it is a picture of ---- */

/* They only grow, so a sum is what it was when all of them are. */
static uint64_t layout_of(const struct tms_scope *scope)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < scope->count; i++)
		sum += scope->catalog->sources[scope->sources[i]].layout;
	return sum;
}

static uint64_t parted_of(const struct tms_scope *scope)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < scope->count; i++)
		sum += scope->catalog->sources[scope->sources[i]].parted;
	return sum;
}

static bool is_followed(const struct tms_scope *scope)
{
	for (uint32_t i = 0; i < scope->count; i++) {
		const struct catalog_source *source = &scope->catalog->sources[scope->sources[i]];
		if (source->is_sweeping || window_follow_is_behind(&source->follow))
			return false;
	}
	return true;
}

bool tms_scope_is_current(const struct tms_scope *scope)
{
	struct scope_picture *picture = scope->picture;

	if (!picture || !picture->is_sealed || (picture->is_passing && is_followed(scope)))
		return false;
	if (picture->seen == scope->catalog->layouts) /* nothing has come or gone anywhere */
		return true;
	if (picture->layout != layout_of(scope))
		return false;
	picture->seen = scope->catalog->layouts;
	return true;
}

/* ---- merged slots ---- */

static size_t place_of(const struct scope_picture *picture, uint32_t slot)
{
	size_t low = 0, high = picture->merged_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (picture->merged[middle].slot < slot)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static enum tms_status make_merged_room(struct scope_picture *picture)
{
	size_t capacity = picture->merged_capacity + picture->merged_capacity / 2 + 8;

	if (picture->merged_count < picture->merged_capacity)
		return TMS_OK;
	struct scope_merged *merged = reallocarray(picture->merged, capacity, sizeof(*merged));
	if (!merged)
		return TMS_ENOMEM;
	picture->merged = merged;
	picture->merged_capacity = capacity;
	return TMS_OK;
}

/* It was got: one user of each is enough. */
static void keep_merged(struct scope_step *step, uint32_t slot)
{
	struct scope_picture *picture = step->picture;
	size_t at = place_of(picture, slot);

	if (at < picture->merged_count && picture->merged[at].slot == slot) {
		combination_release(step->catalog, slot);
	} else {
		memmove(&picture->merged[at + 1], &picture->merged[at],
			(picture->merged_count - at) * sizeof(*picture->merged));
		picture->merged[at].slot = slot;
		picture->merged_count++;
	}
	picture->merged[at].build = picture->build;
}

/* What the last picture had and this one has not. */
static void let_go_merged(struct scope_step *step)
{
	struct scope_picture *picture = step->picture;
	size_t kept = 0;

	for (size_t i = 0; i < picture->merged_count; i++) {
		if (picture->merged[i].build == picture->build)
			picture->merged[kept++] = picture->merged[i];
		else
			combination_release(step->catalog, picture->merged[i].slot);
	}
	picture->merged_count = kept;
	if (kept == 0 || kept == picture->merged_capacity)
		return;
	struct scope_merged *fitting = reallocarray(picture->merged, kept, sizeof(*fitting));
	if (fitting) { /* else the larger one serves as well */
		picture->merged = fitting;
		picture->merged_capacity = kept;
	}
}

/* ---- building ---- */

static bool has_source(const struct tms_scope *scope, uint32_t source)
{
	return sorted_has(scope->sources, scope->count, source);
}

/* Those of the scope's sources that list the item in this slot of `source`, ascending, into
 * catalog->listers. 0: one of them comes before this source. */
static size_t find_listers(struct scope_step *step, uint32_t source, uint32_t own)
{
	const struct tms_catalog *catalog = step->catalog;
	size_t count = 0;

	for (uint32_t slot = index_chain_of(catalog->index, own); slot != TMS_INDEX_NONE;
		slot = index_chain_next(catalog->index, slot)) {
		const struct catalog_owner *whose = owner_map_of(catalog, slot);
		step->done += COST_LISTER;
		if (whose->combination || !has_source(step->scope, whose->source))
			continue;
		if (whose->source < source)
			return 0;
		size_t at = count++;
		for (; at > 0 && catalog->listers[at - 1] > whose->source; at--)
			catalog->listers[at] = catalog->listers[at - 1];
		catalog->listers[at] = whose->source;
	}
	return count;
}

static enum tms_status add_merged(struct scope_step *step, size_t listers, uint32_t own)
{
	struct scope_picture *picture = step->picture;
	uint32_t slot = TMS_INDEX_NONE;
	size_t work = 0;

	enum tms_status st = make_merged_room(picture);
	if (st == TMS_OK)
		st = combination_get(
			step->catalog, step->catalog->listers, listers, own, &slot, &work);
	step->done += work * UNIT;
	if (st != TMS_OK)
		return st;
	if (slot == TMS_INDEX_NONE) { /* a lister's window has it no more, and soon it goes here */
		picture->is_passing = true;
		return index_scope_add_slot(picture->slots, own);
	}
	keep_merged(step, slot);
	return index_scope_add_slot(picture->slots, slot);
}

/* A slot set apart: its first lister in the scope decides for all of them. */
static enum tms_status add_apart(struct scope_step *step, uint32_t source, uint32_t slot)
{
	size_t listers = step->scope->count == 1 ? 1 : find_listers(step, source, slot);

	step->done += COST_APART;
	step->catalog->visits++;
	if (listers == 0)
		return TMS_OK;
	if (listers > 1)
		return add_merged(step, listers, slot);
	return index_scope_add_slot(step->picture->slots, slot);
}

static enum tms_status add_owner(struct scope_step *step)
{
	struct scope_picture *picture = step->picture;
	const struct catalog_source *source =
		&step->catalog->sources[step->scope->sources[picture->done]];

	enum tms_status st = index_scope_add_owner(picture->slots, source->owner);
	if (st != TMS_OK)
		return st;
	step->done += COST_OWNER + source->items / COST_SLOTS;
	picture->done++;
	return TMS_OK;
}

static enum tms_status add_next_apart(struct scope_step *step)
{
	struct scope_picture *picture = step->picture;
	uint32_t number = step->scope->sources[picture->done - step->scope->count];
	uint32_t slot = index_owner_next_apart(
		step->catalog->index, step->catalog->sources[number].owner, picture->slot);

	if (slot == TMS_INDEX_NONE) {
		picture->done++;
		picture->slot = 0;
		return TMS_OK;
	}
	enum tms_status st = add_apart(step, number, slot);
	if (st == TMS_OK)
		picture->slot = slot + 1;
	return st;
}

static enum tms_status seal(struct scope_step *step)
{
	struct scope_picture *picture = step->picture;

	enum tms_status st = index_scope_seal(picture->slots);
	if (st != TMS_OK)
		return st;
	step->catalog->visits += index_scope_pages(picture->slots);
	let_go_merged(step);
	picture->is_sealed = true;
	return TMS_OK;
}

static enum tms_status begin(struct scope_step *step)
{
	struct scope_picture *picture = step->picture;

	index_scope_free(picture->slots);
	picture->slots = NULL;
	picture->is_sealed = picture->is_passing = false;
	picture->layout = layout_of(step->scope);
	picture->seen = step->catalog->layouts;
	picture->parted = parted_of(step->scope);
	picture->build++;
	picture->done = 0;
	picture->slot = 0;
	return index_scope_new(step->catalog->index, &picture->slots);
}

/* False: what was begun is no picture of what there is now. */
static bool can_go_on(const struct scope_step *step)
{
	const struct scope_picture *picture = step->picture;

	return picture->slots && !picture->is_sealed && picture->layout == layout_of(step->scope) &&
	       picture->parted == parted_of(step->scope);
}

static enum tms_status build_some(struct scope_step *step)
{
	struct scope_picture *picture = step->picture;
	size_t owners = step->scope->count;
	enum tms_status st = TMS_OK;

	while (st == TMS_OK && !picture->is_sealed && step->done < step->work) {
		if (picture->done < owners)
			st = add_owner(step);
		else if (picture->done < 2 * owners)
			st = add_next_apart(step);
		else
			st = seal(step);
	}
	return st;
}

/* Heap of a picture, what it shares not counted. */
static size_t bytes_of(const struct scope_picture *picture)
{
	return sizeof(*picture) + picture->merged_capacity * sizeof(*picture->merged) +
	       (picture->slots ? index_scope_bytes(picture->slots) : 0);
}

static void weigh(struct tms_catalog *catalog, struct scope_picture *picture)
{
	catalog->picture_bytes -= picture->bytes;
	picture->bytes = bytes_of(picture);
	catalog->picture_bytes += picture->bytes;
}

enum tms_status tms_scope_step(struct tms_scope *scope, size_t work, bool *more)
{
	struct scope_step step = { .catalog = scope->catalog, .scope = scope };

	if (tms_scope_is_current(scope)) {
		*more = false;
		return TMS_OK;
	}
	enum tms_status st = have_picture(scope);
	if (st != TMS_OK)
		return st;
	step.picture = scope->picture;
	step.work = work > SIZE_MAX / UNIT ? SIZE_MAX : work ? work * UNIT : 1;
	if (!can_go_on(&step))
		st = begin(&step);
	if (st == TMS_OK)
		st = build_some(&step);
	if (st != TMS_OK) { /* some of it may be half done: it is begun again */
		index_scope_free(step.picture->slots);
		step.picture->slots = NULL;
	} else {
		*more = !step.picture->is_sealed;
	}
	weigh(scope->catalog, step.picture);
	return st;
}

/* ---- what it holds ---- */

size_t tms_scope_bytes(const struct tms_scope *scope)
{
	const struct scope_picture *picture = scope->picture;
	size_t bytes = scope_bytes(scope);

	if (!picture)
		return bytes;
	for (size_t i = 0; i < picture->merged_count; i++)
		bytes += combination_share(scope->catalog, picture->merged[i].slot);
	return bytes + bytes_of(picture);
}
