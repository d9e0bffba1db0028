/* Lists of leaves by anchor atom, short ones in place: access predicates (anchor.h). */
#include "anchor.h"

#include <stdlib.h>
#include <string.h>

#include "plan.h"

#define CHUNK_ATOMS 256
#define SMALLEST_LIST 6

struct index_anchor_chunk {
	uint32_t live; /* atoms that anchor something */
	struct index_anchored atoms[CHUNK_ATOMS];
};

static uint32_t *leaves_of(struct index_anchored *anchored)
{
	return anchored->room == 0 ? anchored->in.few : anchored->in.list;
}

void index_anchors_free(struct index_anchors *anchors)
{
	for (uint32_t i = 0; i < anchors->chunks_count; i++) {
		struct index_anchor_chunk *chunk = anchors->chunks[i];
		for (uint32_t k = 0; chunk && k < CHUNK_ATOMS; k++)
			if (chunk->atoms[k].room != 0)
				free(chunk->atoms[k].in.list);
		free(chunk);
	}
	free((void *)anchors->chunks);
	if (anchors->any.room != 0)
		free(anchors->any.in.list);
	*anchors = (struct index_anchors){ 0 };
}

static struct index_anchored *find(const struct index_anchors *anchors, uint32_t atom)
{
	uint32_t chunk = atom / CHUNK_ATOMS;

	if (chunk >= anchors->chunks_count || !anchors->chunks[chunk])
		return NULL;
	return &anchors->chunks[chunk]->atoms[atom % CHUNK_ATOMS];
}

static enum tms_status make_chunk(struct index_anchors *anchors, uint32_t chunk)
{
	if (chunk >= anchors->chunks_count) {
		/* a pointer for 256 atoms: so few that one more at a time is fine */
		uint32_t wanted = chunk + 1 + chunk / 4;
		void *grown = reallocarray((void *)anchors->chunks, wanted, sizeof(void *));
		if (!grown)
			return TMS_ENOMEM;
		anchors->chunks = grown;
		for (uint32_t i = anchors->chunks_count; i < wanted; i++)
			anchors->chunks[i] = NULL;
		anchors->bytes += (wanted - anchors->chunks_count) * sizeof(void *);
		anchors->chunks_count = wanted;
	}
	if (anchors->chunks[chunk])
		return TMS_OK;
	anchors->chunks[chunk] = calloc(1, sizeof(struct index_anchor_chunk));
	if (!anchors->chunks[chunk])
		return TMS_ENOMEM;
	anchors->bytes += sizeof(struct index_anchor_chunk);
	return TMS_OK;
}

/* Give the list this much room. */
static enum tms_status resize(
	struct index_anchors *anchors, struct index_anchored *anchored, uint32_t room)
{
	uint32_t *list = reallocarray(
		anchored->room == 0 ? NULL : anchored->in.list, room, sizeof(uint32_t));

	if (!list)
		return TMS_ENOMEM;
	if (anchored->room == 0)
		memcpy(list, anchored->in.few, sizeof(anchored->in.few));
	anchors->bytes += room * sizeof(uint32_t);
	anchors->bytes -= anchored->room * sizeof(uint32_t);
	anchored->in.list = list;
	anchored->room = room;
	return TMS_OK;
}

enum tms_status index_anchors_add(
	struct index_anchors *anchors, uint32_t atom, uint32_t leaf, uint32_t *place)
{
	struct index_anchored *anchored = &anchors->any;
	uint32_t room;

	if (atom != INDEX_ATOM_ANY) {
		if (make_chunk(anchors, atom / CHUNK_ATOMS) != TMS_OK)
			return TMS_ENOMEM;
		anchored = find(anchors, atom);
	}
	room = anchored->room == 0 ? INDEX_ANCHOR_FEW : anchored->room;
	if (anchored->count == room) {
		room = anchored->room == 0 ? SMALLEST_LIST : room + room / 2;
		if (resize(anchors, anchored, room) != TMS_OK)
			return TMS_ENOMEM;
	}
	if (anchored->count == 0 && atom != INDEX_ATOM_ANY)
		anchors->chunks[atom / CHUNK_ATOMS]->live++;
	*place = anchored->count;
	leaves_of(anchored)[anchored->count++] = leaf;
	return TMS_OK;
}

/* The list of chunks gets shorter as its end empties. */
static void shorten(struct index_anchors *anchors)
{
	uint32_t count = anchors->chunks_count;

	while (count > 0 && !anchors->chunks[count - 1])
		count--;
	if (count > anchors->chunks_count / 2)
		return;
	void *less = NULL;
	if (count == 0)
		free((void *)anchors->chunks);
	else if (!(less = reallocarray((void *)anchors->chunks, count, sizeof(void *))))
		return; /* the longer one serves as well */
	anchors->bytes -= (anchors->chunks_count - count) * sizeof(void *);
	anchors->chunks = less;
	anchors->chunks_count = count;
}

static void give_back_chunk(struct index_anchors *anchors, uint32_t chunk)
{
	if (--anchors->chunks[chunk]->live > 0)
		return;
	free(anchors->chunks[chunk]);
	anchors->chunks[chunk] = NULL;
	anchors->bytes -= sizeof(struct index_anchor_chunk);
	shorten(anchors);
}

/* A list that has got short takes less room. */
static void shrink(struct index_anchors *anchors, struct index_anchored *anchored)
{
	if (anchored->room == 0 || anchored->count > anchored->room / 2)
		return;
	if (anchored->count > SMALLEST_LIST) {
		/* the longer list serves as well when memory is out */
		enum tms_status st = resize(anchors, anchored, anchored->room / 4 * 3);
		(void)st;
	} else if (anchored->count <= INDEX_ANCHOR_FEW) {
		uint32_t *list = anchored->in.list;
		anchors->bytes -= anchored->room * sizeof(uint32_t);
		memcpy(anchored->in.few, list, anchored->count * sizeof(uint32_t));
		anchored->room = 0;
		free(list);
	}
}

uint32_t index_anchors_remove(struct index_anchors *anchors, uint32_t atom, uint32_t place)
{
	struct index_anchored *anchored =
		atom == INDEX_ATOM_ANY ? &anchors->any : find(anchors, atom);
	uint32_t *list = leaves_of(anchored), moved = UINT32_MAX;

	if (place != --anchored->count) {
		moved = list[anchored->count];
		list[place] = moved;
	}
	shrink(anchors, anchored);
	if (anchored->count == 0 && atom != INDEX_ATOM_ANY)
		give_back_chunk(anchors, atom / CHUNK_ATOMS);
	return moved;
}

void index_anchors_prefetch(const struct index_anchors *anchors, uint32_t atom)
{
	const struct index_anchored *anchored = find(anchors, atom);

	if (anchored)
		__builtin_prefetch(anchored);
}

const uint32_t *index_anchors_of(
	const struct index_anchors *anchors, uint32_t atom, uint32_t *count)
{
	const struct index_anchored *anchored =
		atom == INDEX_ATOM_ANY ? &anchors->any : find(anchors, atom);

	*count = anchored ? anchored->count : 0;
	if (!anchored)
		return NULL;
	return anchored->room == 0 ? anchored->in.few : anchored->in.list;
}
