/*
 * The feeds that are served: every person's, found by the secret part of its address, and those
 * that are asked for straight from an address. Feeds over the same sources share one shelf;
 * renditions are cached within a bound.
 *
 * A person's feed is a record of the registry. When its token is asked for it is opened: what is
 * needed to write it is made from the record, and goes again with its rendition.
 */
#ifndef TAMIS_SERVICE_FEEDS_H
#define TAMIS_SERVICE_FEEDS_H

#include <tamis/token.h>

#include "service/source_set.h"
#include "service/registry.h"
#include "service/rendition.h"
#include "service/shelf.h"
#include "service/source.h"

struct tms_service;

/** One feed at an address, in one form. */
struct tms_served {
	struct tms_feed_definition feed; /* runs live in `arena`, sources of a person's in a place
					  */
	struct tms_shelf *shelf;         /* its view and index; NULL when is_over */
	uint32_t rule;                   /* of the shelf's index; TMS_INDEX_NONE keeps everything */
	int64_t max_age_s;               /* rhythm of its sources, 900 to 3,600 s */
	bool is_over;                    /* 410 */
	struct tms_rendition *rendition; /* newest, or NULL */
	struct tms_served *newer, *older; /* by last use, those with a rendition */
	struct tms_arena arena;
	struct tms_str key;             /* of a feed straight from an address; else empty */
	uint32_t number;                /* of a person's: its record */
	struct tms_served *next_opened; /* of a person's: in its bucket */
	uint64_t requests;
};

struct tms_feeds {
	struct tms_registry registry; /* persons' */
	struct source_sets source_sets;
	bool is_open;         /* the registry has been reconciled once: what it says is known */
	uint32_t key_tag;     /* of the instance's key */
	size_t removed_count; /* persons' feeds that are gone from the configuration */
	size_t over_count;    /* of these, for longer than the grace when last looked at */
	struct tms_served **opened; /* buckets by number */
	struct tms_served *idle;    /* opened last, and without a rendition yet; or NULL */
	struct tms_served over;     /* stands for all that are gone */
	struct tms_map by_key;      /* asked from an address → tms_served */
	struct tms_shelves *shelves;
	struct tms_fragments *fragments;
	struct tms_served *newest, *oldest; /* with renditions, by last use */
	size_t rendition_bytes, rendition_bytes_max;
	uint64_t made, reused, dropped; /* renditions */
};

#define TMS_OPENED_BUCKETS 4096

/** key: of the instance; borrowed for the call. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status feeds_init(struct tms_feeds *feeds, struct tms_shelves *shelves,
	const struct tms_key *key, size_t bytes_max);
void feeds_fini(struct tms_feeds *feeds);
/** Everything that was opened or asked for goes: the configuration says otherwise now. */
void feeds_reset(struct tms_feeds *feeds);

/**
 * A person's feed is so from now on: added, or put in the place of the one with its key. One whose
 * rule cannot be read is kept and answered as gone.
 * key       "user/name", of the definition
 * revision  of it in the store, 0: not there yet
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT; on failure the old one stays.
 */
TMS_MUST_CHECK enum tms_status feeds_define(struct tms_service *service, struct tms_str key,
	const struct tms_definition *definition, int64_t revision, uint32_t *number);
/** One of several feeds that are so from now on. */
struct tms_defining {
	struct tms_str key;
	struct tms_definition definition; /* sealed on the way */
	int64_t revision;
	enum tms_status status; /* set: as feeds_define returns it */
	uint32_t number;        /* set where that is TMS_OK */
};
#define TMS_DEFINING_MAX 16
/** Each, in this order, as one by one but sooner. count: at most TMS_DEFINING_MAX. */
void feeds_define_all(struct tms_service *service, struct tms_defining *list, size_t count);
/** It is gone, and its address unknown. A number that is free is fine. */
void feeds_undefine(struct tms_service *service, uint32_t number);
/** What is known of it, whole, with sources and the rule as text; false when there is none of that
 * number. Borrowed until the registry changes. */
bool feeds_definition(
	const struct tms_service *service, uint32_t number, struct tms_registered *out);

/** The feed of a token in one form, or NULL. Borrowed until the next call. */
struct tms_served *tms_feeds_find(
	struct tms_service *service, struct tms_str token, enum tms_form form);

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
TMS_MUST_CHECK enum tms_status tms_feeds_address(struct tms_service *service,
	const struct tms_address_query *query, struct tms_served **out, struct tms_diag *diag);

/** The shelf goes: what is shown of it straight from addresses goes before. */
void feeds_forget_shelf(struct tms_feeds *feeds, const struct tms_shelf *shelf);

/** True when a copy may be served: every source has been asked once, or something is there to show.
 */
bool tms_served_is_ready(const struct tms_served *served);
/**
 * The bytes as of now, made anew when something changed; of a feed whose shelf is filled. *out has
 * one reference for the caller. TMS_OK, TMS_ENOMEM, TMS_ELIMIT; TMS_EUNAVAIL: many of its entries
 * are not written yet, some were now: call again, with the same *unwritten, which is SIZE_MAX
 * before the first call.
 */
TMS_MUST_CHECK enum tms_status tms_served_rendition(struct tms_service *service,
	struct tms_served *served, size_t *unwritten, struct tms_rendition **out);

/** Work out, a piece at a time, what asking its rule takes; of a feed whose shelf is filled. False:
 * there is more to do. */
bool tms_served_prepare(struct tms_service *service, const struct tms_served *served);

/* Between feeds.c and person_feeds.c: */

/** Set what follows from its shelf and the configuration. */
TMS_MUST_CHECK enum tms_status feeds_dress(struct tms_service *service, struct tms_served *served);
void feeds_drop_rendition(struct tms_feeds *feeds, struct tms_served *served);
/** Free an opened feed. */
void feeds_close(struct tms_feeds *feeds, struct tms_served *served);
void feeds_close_all(struct tms_feeds *feeds);

#endif
