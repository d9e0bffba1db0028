/* What stands first among positions of a scope, by first_seen. */
#ifndef TAMIS_INDEX_SCOPE_ORDER_H
#define TAMIS_INDEX_SCOPE_ORDER_H

#include "scope_private.h"

/** The next position at or behind *at that is set in the bits, one word for each of so many pages;
 * false at the end. */
static inline bool scope_order_next(const uint64_t *bits, size_t words, size_t *at)
{
	for (size_t i = *at / INDEX_PAGE; i < words; i++) {
		uint64_t word = bits[i];
		if (i == *at / INDEX_PAGE)
			word &= UINT64_MAX << (*at % INDEX_PAGE);
		if (word == 0)
			continue;
		*at = i * INDEX_PAGE + (size_t)__builtin_ctzll(word);
		return true;
	}
	return false;
}

/** Is it one large owner and nothing else, whose items lie in order? */
static inline bool scope_order_is_one(const struct index_scope *scope)
{
	return scope->segments_count == 1 && scope->small == scope->count;
}

struct scope_first {
	struct tms_selected *list; /* room for all that are wanted; only `item` is set */
	tms_time latest;           /* no item of these was seen later, listed or not */
};
/**
 * The first items of the positions that are set, by first_seen, then published, both newest first,
 * then id.
 * wanted  not more than are set; so many are listed
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the scratch arena's).
 */
TMS_MUST_CHECK enum tms_status scope_order_first(const struct index_scope *scope,
	struct tms_arena *scratch, const uint64_t *bits, size_t wanted, struct scope_first *out);

#endif
