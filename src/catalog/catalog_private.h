/* What a catalogue is made of; for the files of this folder. */
#ifndef TAMIS_CATALOG_CATALOG_PRIVATE_H
#define TAMIS_CATALOG_CATALOG_PRIVATE_H

#include <tamis/catalog.h>

#include "index/owner.h"
#include "index/scope.h"
#include "memory/id_table.h"
#include "window/follow.h"

/* Work, as the public functions count it: microseconds on a slow machine. */
#define CATALOG_LOOK 1  /* an item that is as it was */
#define CATALOG_MERGE 5 /* one that is made again … */
#define CATALOG_PUT 10  /* … and put into the index, or taken out of it … */
/* … and one for so many bytes of its text, unless the index has the same words already. */
#define CATALOG_TEXT_BYTES 16
#define CATALOG_CHAIN 8 /* one for so many slots of an id */

/** One window, and what is here of it. */
struct catalog_source {
	struct window_follow follow; /* its window NULL: the number is free */
	uint32_t owner;              /* of its own slots */
	uint32_t items;
	/* Moves when an item comes or goes: what scopes with this source show may be another slot. */
	uint64_t layout;
	uint64_t parted; /* moves when an item is set apart, or is not any more */
	bool is_sweeping;
	uint32_t swept;     /* slots below it were looked at since records left */
	uint32_t next_free; /* of a free number */
};

/** A merged slot of a combination. */
struct combination_slot {
	uint32_t slot;
	uint32_t users; /* pictures that show it; 0: it is to be taken out */
	bool is_unused; /* stands in the catalogue's list of these */
};

/** Some sources whose items are merged, interned: as an owner of merged slots. It goes with the
 * last of them. */
struct combination {
	uint32_t owner, hash;
	uint32_t slots_count, slots_capacity;
	struct combination_slot *slots; /* ascending */
	uint32_t count;                 /* of its sources */
	uint32_t sources[]; /* ascending; what is merged does not depend on their order */
};

/** Whose slots an owner's are. */
struct catalog_owner {
	struct combination *combination; /* NULL: a source's */
	uint32_t source;                 /* TMS_CATALOG_NONE: the owner is not here */
};

/** A merged slot of a picture. */
struct scope_merged {
	uint32_t slot;
	uint32_t build; /* that had it last */
};

/** What was found out for a scope (scope.c), or is about to be. */
struct scope_picture {
	struct index_scope *slots;   /* NULL: nothing has been begun */
	size_t bytes;                /* that are counted of it */
	uint64_t layout, parted;     /* of its sources, together, when it was begun */
	uint64_t seen;               /* catalog->layouts when that was found to be so last */
	bool is_sealed;              /* whole */
	bool is_passing;             /* made while records were leaving: not for long */
	uint32_t build;              /* counts beginnings */
	size_t done;                 /* owners, then their slots set apart */
	uint32_t slot;               /* goes on there */
	struct scope_merged *merged; /* by slot; a user of each */
	size_t merged_count, merged_capacity;
};

struct tms_scope {
	struct tms_catalog *catalog;
	struct scope_picture *picture; /* NULL: it was not asked anything */
	uint32_t count;
	uint32_t sources[]; /* ascending */
};

struct tms_catalog {
	struct tms_index *index;
	struct tms_hash_seed seed;
	struct catalog_source *sources;
	uint32_t sources_count, sources_capacity, sources_live;
	uint32_t free_source; /* or TMS_CATALOG_NONE */
	struct window_follow known;
	bool is_sweeping; /* all slots, because other categories are known */
	uint32_t swept;
	struct catalog_owner *owners; /* by number */
	uint32_t owners_count, owners_live;
	struct id_table combinations; /* hash of the sources → owner */
	size_t combination_bytes;
	/* Merged slots without users, to be taken out; and some that are used again. */
	uint32_t *unused;
	size_t unused_count, unused_capacity;
	/* For the records of one item, and for those who list it: as many as a scope has sources. */
	const struct tms_record **group;
	uint32_t *listers;
	size_t room;
	size_t scopes, scope_bytes, built, picture_bytes;
	size_t items, merged;
	uint64_t layouts; /* moves with the layout of any source */
	uint64_t puts, visits;
};

/** One step under way. */
struct catalog_step {
	struct tms_catalog *catalog;
	tms_catalog_change_fn change; /* or NULL */
	void *context;
	size_t done, work;
};

/* ---- owner_map.c ---- */

/** A new owner of the index. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status owner_map_new(
	struct tms_catalog *catalog, struct catalog_owner whose, uint32_t *owner);
/** It goes; it has no slots. */
void owner_map_free(struct tms_catalog *catalog, uint32_t owner);
/** Whose slot it is; of a slot with an item. */
static inline const struct catalog_owner *owner_map_of(
	const struct tms_catalog *catalog, uint32_t slot)
{
	return &catalog->owners[index_owner_of(catalog->index, slot)];
}

/* ---- entry.c: making items and putting them ---- */

/** What is known of the categories of this id, or NULL. */
const struct tms_record *entry_known(const struct tms_catalog *catalog, struct tms_str id);
/**
 * Make an item of these records, for a slot that an owner has, or is to have.
 * *slot  TMS_INDEX_NONE: a new one
 * *work  what it costs is added
 * *before, *after  given: the item that was there, or NULL; the one that is there now. Both NULL:
 *                  it is as it was
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT: nothing has changed.
 */
TMS_MUST_CHECK enum tms_status entry_put(struct tms_catalog *catalog, uint32_t owner,
	const struct tms_record *const *records, size_t count, uint32_t *slot, size_t *work,
	struct tms_view_item **before, struct tms_view_item **after);
/** What putting this item, or taking it out, costs. */
size_t entry_work(const struct tms_view_item *item);

/* ---- combination.c ---- */

/**
 * The slot in which what these sources say of an item is merged, with one user more: made when it
 * is not there.
 * sources  ascending, at least two
 * own      a slot of the item
 * *slot    TMS_INDEX_NONE when one of them has no record of it any more
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT.
 */
TMS_MUST_CHECK enum tms_status combination_get(struct tms_catalog *catalog, const uint32_t *sources,
	size_t count, uint32_t own, uint32_t *slot, size_t *work);
/** One user less. Without any it is taken out by combination_tidy. */
void combination_release(struct tms_catalog *catalog, uint32_t slot);
/** Users of a merged slot. */
uint32_t combination_users(const struct tms_catalog *catalog, uint32_t slot);
/** Heap of a merged item and of what the index has of it, about: a user's share. */
size_t combination_share(const struct tms_catalog *catalog, uint32_t slot);
bool combination_has(const struct combination *combination, uint32_t source);
/** The records of the item, into catalog->group. False when one of the sources has none. */
bool combination_gather(
	struct tms_catalog *catalog, const struct combination *combination, struct tms_str id);
/** Take out merged slots without users, as long as work is left. False when there are none left. */
bool combination_tidy(struct tms_catalog *catalog, size_t work);
/** All of them with this source, at once. */
void combination_forget(struct tms_catalog *catalog, uint32_t source);

/* ---- own_slot.c: what sources list ---- */

/** Show what the source's window has of this item now, in its own slot and in the merged ones.
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status own_slot_show(
	struct catalog_step *step, uint32_t source, struct tms_str id);
/** The item in this slot of the source goes. */
void own_slot_drop(struct catalog_step *step, uint32_t source, uint32_t slot);
/** Join to the item in this slot, a source's or a merged one, what is known of its categories now.
 * As own_slot_show. */
TMS_MUST_CHECK enum tms_status own_slot_join(struct catalog_step *step, uint32_t slot);

#endif
