/*
 * Anchors: access predicates, as content-based publish and subscribe calls them. For each atom the
 * leaves that cannot hold without it, each in the list of one atom; a batch asks those of the atoms
 * that its items have, and no others.
 */
#ifndef TAMIS_INDEX_ANCHOR_H
#define TAMIS_INDEX_ANCHOR_H

#include <tamis/status.h>

#include <stddef.h>
#include <stdint.h>

#define INDEX_ANCHOR_FEW 2

struct index_anchored {
	uint32_t count, room; /* room 0: in `few` */
	union {
		uint32_t few[INDEX_ANCHOR_FEW];
		uint32_t *list;
	} in;
};

struct index_anchor_chunk;

/** {0} is empty. */
struct index_anchors {
	struct index_anchor_chunk **chunks; /* by atom; NULL where no atom anchors anything */
	uint32_t chunks_count;
	struct index_anchored any; /* what has no such atom */
	size_t bytes;
};

/** Empty again. */
void index_anchors_free(struct index_anchors *anchors);
/** atom: INDEX_ATOM_ANY too. *place: where in its list the leaf stands. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_anchors_add(
	struct index_anchors *anchors, uint32_t atom, uint32_t leaf, uint32_t *place);
/** The last leaf of the list moves to the place that is free now and is returned; UINT32_MAX when
 * the list is empty or ended there. */
uint32_t index_anchors_remove(struct index_anchors *anchors, uint32_t atom, uint32_t place);
/** They will be asked for soon. */
void index_anchors_prefetch(const struct index_anchors *anchors, uint32_t atom);
/** Borrowed until an atom's leaves change. */
const uint32_t *index_anchors_of(
	const struct index_anchors *anchors, uint32_t atom, uint32_t *count);

#endif
