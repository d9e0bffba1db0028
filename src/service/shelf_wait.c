/* Who waits for a shelf's first publication. */
#include "service/shelf.h"

#include <stdlib.h>

void shelf_end_waits(struct tms_shelf *shelf, enum tms_shelf_word word)
{
	struct tms_shelf_wait *waits = shelf->waits;

	shelf->waits = NULL;
	while (waits) {
		struct tms_shelf_wait *wait = waits;
		waits = wait->next;
		wait->done(wait->context, word);
		free(wait);
	}
}

void shelf_drop_left(struct tms_shelf *shelf)
{
	struct tms_shelf_wait **at = &shelf->waits;

	if (!shelf->waits)
		return;
	while (*at) {
		struct tms_shelf_wait *wait = *at;
		if (wait->is_wanted(wait->context)) {
			at = &wait->next;
			continue;
		}
		*at = wait->next;
		wait->done(wait->context, TMS_SHELF_OVER);
		free(wait);
	}
	shelf->is_left = !shelf->waits && shelf->pins == 0;
}

bool tms_shelf_wait(
	struct tms_shelves *shelves, struct tms_shelf *shelf, const struct tms_shelf_wait *wait)
{
	struct tms_shelf_wait *copy = malloc(sizeof(*copy));

	if (!copy)
		return false;
	*copy = *wait;
	copy->next = shelf->waits;
	shelf->waits = copy;
	shelf->is_left = false;
	shelves_wake(shelves, 0);
	return true;
}
