/*
 * The feeds that are served: every person's, found by the secret part of its address
 * (service/person_feeds.h), and those that are asked for straight from an address
 * (service/address_feeds.h). Feeds over the same sources share one shelf; renditions are cached
 * within a bound (service/served_feed.h).
 *
 * A person's feed is a record of the registry. When its token is asked for it is opened: what is
 * needed to write it is made from the record, and goes again with its rendition.
 */
#ifndef TAMIS_SERVICE_FEEDS_H
#define TAMIS_SERVICE_FEEDS_H

#include <tamis/token.h>

#include "service/registry.h"
#include "service/served_feed.h"
#include "service/shelves.h"

struct prolonged_result;
struct tms_reload;

struct tms_feeds {
	const struct service_world *world;
	struct tms_shelves *shelves;
	struct tms_reload *reload; /* what edits do is told there */
	struct tms_uuid instance;
	struct registry registry; /* persons' */
	struct {
		struct tms_buf sources;  /* names, as definitions have them */
		struct tms_shelf *shelf; /* NULL: none is remembered */
	} last_pinned;
	bool is_open;          /* the registry has been reconciled once: what it says is known */
	uint32_t key_tag;      /* of the instance's key */
	size_t removed_count;  /* persons' feeds that are gone from the configuration */
	size_t standing_count; /* persons' feeds whose rule cannot be read */
	size_t over_count;     /* of these, for longer than the grace when last looked at */
	struct tms_served **opened; /* buckets by number */
	struct tms_served *idle;    /* opened last, and without a rendition yet; or NULL */
	struct tms_served over;     /* stands for all that are gone */
	struct tms_map by_key;      /* asked from an address → tms_served */
	struct tms_fragments *fragments;
	struct tms_served *newest, *oldest; /* with renditions, by last use */
	size_t rendition_bytes, rendition_bytes_max;
	uint64_t made, reused, dropped; /* renditions */
	/** The way through those that stand still, to keep what they show; see
	 * service/stored_results.h. */
	struct {
		uint32_t next;                  /* number of a record */
		tms_time again_at;              /* not before */
		struct prolonged_result *asked; /* that the store has not answered yet */
	} still;
	/** That records have from the listing of the store under way, or the last one. */
	unsigned stamp;
	/** While the configuration is reconciled, edits of feeds are counted and told in the
	 * log. */
	struct {
		bool are_counted;
		size_t count;
		tms_time now;
	} edits;
};

/** All borrowed. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status feeds_init(struct tms_feeds *feeds,
	const struct service_world *world, struct tms_shelves *shelves, struct tms_reload *reload);
/** {0} is accepted. */
void feeds_fini(struct tms_feeds *feeds);
/** Everything that was opened or asked for goes: the configuration says otherwise now. */
void feeds_reset(struct tms_feeds *feeds);

#endif
