/* Rate limits by address: windows of a minute in a count-min sketch of atomics. */
#include "rates.h"

#include <stdatomic.h>
#include <stdlib.h>

#include <sys/random.h>

#include <tamis/hash.h>

#define MINUTE_S 60
#define ROW_CELLS ((size_t)1 << 16)
#define COUNT_BITS 24
#define COUNT_MAX ((INT64_C(1) << COUNT_BITS) - 1)

/* A cell is the second in which its minute began, and the count since. */
struct tms_rates {
	struct tms_hash_seed seed;
	_Atomic uint64_t cells[2 * ROW_CELLS];
};

struct tms_rates *tms_rates_new(void)
{
	struct tms_rates *made = calloc(1, sizeof(*made));

	if (made && getrandom(&made->seed, sizeof(made->seed), 0) < 0)
		made->seed = (struct tms_hash_seed){ (uintptr_t)made, 0 };
	return made;
}

void tms_rates_free(struct tms_rates *rates)
{
	free(rates);
}

static int64_t began_of(uint64_t cell)
{
	return (int64_t)(cell >> COUNT_BITS);
}

static bool is_over(uint64_t cell, int64_t now_s)
{
	return now_s - began_of(cell) >= MINUTE_S;
}

static int64_t count_of(uint64_t cell, int64_t now_s)
{
	return is_over(cell, now_s) ? 0 : (int64_t)(cell & COUNT_MAX);
}

static void add(_Atomic uint64_t *cell, int64_t now_s)
{
	uint64_t before = atomic_load_explicit(cell, memory_order_relaxed), after = 0;

	do {
		after = is_over(before, now_s) ? ((uint64_t)now_s << COUNT_BITS) + 1 : before + 1;
		if ((before & COUNT_MAX) == COUNT_MAX && !is_over(before, now_s))
			return;
	} while (!atomic_compare_exchange_weak_explicit(
		cell, &before, after, memory_order_relaxed, memory_order_relaxed));
}

int64_t tms_rates_count(
	struct tms_rates *rates, const struct tms_address *address, int64_t max, int64_t now_s)
{
	/* an IPv6 address without its lower half: a /64 is one customer */
	uint64_t hash = tms_hash(rates->seed,
		(struct tms_str){ (const char *)address->bytes, address->is_v6 ? 8 : 4 });
	_Atomic uint64_t *first = &rates->cells[(uint32_t)hash % ROW_CELLS];
	_Atomic uint64_t *second = &rates->cells[ROW_CELLS + (hash >> 32) % ROW_CELLS];
	uint64_t a = atomic_load_explicit(first, memory_order_relaxed);
	uint64_t b = atomic_load_explicit(second, memory_order_relaxed);

	if (count_of(a, now_s) < max || count_of(b, now_s) < max) {
		add(first, now_s);
		add(second, now_s);
		return 0;
	}
	int64_t began = began_of(a) < began_of(b) ? began_of(a) : began_of(b);
	int64_t wait_s = began + MINUTE_S - now_s;
	return wait_s > 0 ? wait_s : 1;
}
