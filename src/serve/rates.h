/*
 * Rate limits with a window of a minute: how often each address does something in it, counted from
 * any thread and without a lock.
 *
 * A minute of an address begins with the first time. The counts stand in a count-min sketch of two
 * rows, as in quota.h: of fixed size, whoever comes; it never counts too little, and too much only
 * when others share both cells, and nobody can choose whom he joins.
 */
#ifndef TAMIS_SERVE_RATES_H
#define TAMIS_SERVE_RATES_H

#include <tamis/guard.h>

struct tms_rates;

/** 1 MB, of which pages are there once they are used. NULL when memory is out. */
struct tms_rates *tms_rates_new(void);
/** No thread uses it any more. NULL is accepted. */
void tms_rates_free(struct tms_rates *rates);

/**
 * Once more, of this IPv4 address or IPv6 /64.
 * max    within a minute
 * now_s  of a clock that goes forward
 * 0: it is counted. Else it was not, and may be tried again after so many seconds, 60 at most. Of
 * several threads that count one address at the same instant, each may go beyond by one.
 */
int64_t tms_rates_count(
	struct tms_rates *rates, const struct tms_address *address, int64_t max, int64_t now_s);

#endif
