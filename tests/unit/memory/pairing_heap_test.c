#include "../test.h"

#include <stdlib.h>

#include "memory/pairing_heap.h"

#define LINKS 500
#define TURNS 40000

struct world {
	struct pairing_heap heaps[2];
	struct pairing_link links[LINKS];
	int in[LINKS]; /* the heap that it is in, or -1 */
	int64_t numbers[LINKS];
	uint64_t random;
};

static size_t roll(struct world *w, size_t below)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return (size_t)((w->random >> 11) % below);
}

static void check(const struct world *w, int heap)
{
	const struct pairing_link *first = w->heaps[heap].first;
	int64_t least = INT64_MAX;
	bool is_empty = true;

	for (size_t i = 0; i < LINKS; i++) {
		assert_true((w->links[i].heap != NULL) == (w->in[i] >= 0));
		if (w->in[i] != heap)
			continue;
		is_empty = false;
		least = w->numbers[i] < least ? w->numbers[i] : least;
	}
	assert_true(is_empty == (first == NULL));
	if (first) {
		assert_true(first->number == least);
		assert_true(first->heap == &w->heaps[heap]);
	}
}

static void the_least_is_first_whoever_comes_and_leaves(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	(void)state;

	assert_non_null(w);
	w->random = 0x2545f4914f6cdd1du;
	for (size_t i = 0; i < LINKS; i++)
		w->in[i] = -1;
	for (size_t turn = 0; turn < TURNS; turn++) {
		/* by turns it fills and empties */
		bool fills = turn / 2000 % 2 == 0;
		size_t i = roll(w, LINKS);
		int heap = (int)roll(w, 2);
		if (roll(w, 4) == 0 && w->heaps[heap].first)
			i = (size_t)(w->heaps[heap].first - w->links);
		if (roll(w, 5) < (fills ? 4u : 1u)) {
			w->in[i] = heap;
			w->numbers[i] = (int64_t)roll(w, 300) - 150; /* some are equal */
			pairing_heap_put(&w->heaps[heap], &w->links[i], w->numbers[i]);
		} else {
			w->in[i] = -1;
			pairing_heap_leave(&w->links[i]);
		}
		if (turn % 7 == 0) {
			check(w, 0);
			check(w, 1);
		}
	}
	for (int heap = 0; heap < 2; heap++) {
		int64_t before = INT64_MIN;
		for (struct pairing_link *first = w->heaps[heap].first; first;
			first = w->heaps[heap].first) {
			assert_true(first->number >= before);
			before = first->number;
			w->in[first - w->links] = -1;
			pairing_heap_leave(first);
		}
		check(w, heap);
	}
	free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_least_is_first_whoever_comes_and_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
