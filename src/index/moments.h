/*
 * The moments of a rule about numbers and age, found in pieces: since when each item is kept, and
 * when the clock alone changes something. A few rules are known at a time; which items are kept is
 * not of these, that is asked of the rows whenever it is wanted.
 */
#ifndef TAMIS_INDEX_MOMENTS_H
#define TAMIS_INDEX_MOMENTS_H

#include <stddef.h>
#include <stdint.h>

#include <tamis/status.h>
#include <tamis/time.h>

/** Rules whose moments are known, or being found, at a time. */
#define INDEX_MOMENTS 4

/** Whose: a rule's, asked of a scope as its items were then. */
struct index_moments_key {
	uint32_t rule, scope; /* index_scope's serial */
	uint64_t version;     /* index_scope_version */
};

struct index_moments {
	struct index_moments_key of;
	bool is_there, is_done;
	uint64_t asked; /* when somebody went on with them last, by the count below */
	tms_time begun, expires;
	size_t next_entered, next_turn; /* positions */
	tms_time *entered;              /* by position; TMS_TIME_NONE: not found */
};

struct index_moments_list {
	struct index_moments list[INDEX_MOMENTS];
	uint64_t asked;
};

/** Those of a rule that are done and may still be gone by at `now`, or NULL. */
const struct index_moments *index_moments_find(const struct index_moments_list *moments,
	const struct index_moments_key *key, tms_time now);
/**
 * Those of a rule, to go on with; begun when they are not there.
 * *out  NULL: others are under way, and have to be waited for
 * TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status index_moments_claim(struct index_moments_list *moments,
	const struct index_moments_key *key, tms_time now, size_t positions,
	struct index_moments **out);
/** Drop those of a rule, of a scope that goes; none are fine. */
void index_moments_forget(struct index_moments_list *moments, uint32_t rule);
void index_moments_forget_scope(struct index_moments_list *moments, uint32_t scope);
void index_moments_free(struct index_moments_list *moments);

#endif
