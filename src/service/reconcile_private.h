/* Between the files of the reconciler: rows of the store, and single feeds. */
#ifndef TAMIS_SERVICE_RECONCILE_PRIVATE_H
#define TAMIS_SERVICE_RECONCILE_PRIVATE_H

#include "service/reconcile.h"

/* reconcile_row.c: */

/** A definition as the store has it: taken over with those behind it, at once when they are many. */
void reconcile_row(struct reconciler *r, const struct tms_store_row *row);
/** Take over those that wait. */
void reconcile_rows_end(struct reconciler *r);

/* reconcile_feed.c: */

/** A feed of the configuration: what it shows is taken over, and written when it is new. */
void reconcile_feed(
	struct reconciler *r, const struct tms_conf_user *user, const struct tms_conf_feed *feed);
/** A record that the configuration does not name any more is dated. True when it cost more than a
 * look. */
bool reconcile_date(struct reconciler *r, uint32_t number);
/** A record that the listing did not have goes, or is written again. True when it cost more than a
 * look. */
bool reconcile_sweep(struct reconciler *r, uint32_t number);

#endif
