/*
 * Feeds asked for straight from an address: sources and a rule in a query (/filter), nobody's,
 * found again by what was asked.
 */
#ifndef TAMIS_SERVICE_ADDRESS_FEEDS_H
#define TAMIS_SERVICE_ADDRESS_FEEDS_H

#include "service/feeds.h"

/** What a feed straight from an address is made of; borrowed. */
struct tms_address_query {
	const struct tms_conf_source *const *sources;
	size_t sources_count;
	struct tms_str match;
	int64_t limit;         /* 0: as the configuration says */
	struct tms_str target; /* path and query as asked, for the self link */
	enum tms_form form;
};
/** Find or make it. *out is borrowed until the next call. TMS_OK; TMS_EINVAL, TMS_ELIMIT (diag:
 * place in match); TMS_EUNAVAIL: limits.sets_bytes leaves no room for its sources now; TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_feeds_address(struct tms_feeds *feeds,
	const struct tms_address_query *query, struct tms_served **out, struct tms_diag *diag);

/** All of them go: the configuration says otherwise now. */
void address_feeds_forget(struct tms_feeds *feeds);
/** The shelf goes: what is shown of it goes before. */
void address_feeds_forget_shelf(struct tms_feeds *feeds, const struct tms_shelf *shelf);

#endif
