/*
 * The feeds that are served: every person's, found by the secret part of its address, and those
 * that are asked for straight from an address. Feeds over the same sources share one view;
 * renditions are cached within a bound.
 */
#ifndef TAMIS_SERVICE_FEEDS_H
#define TAMIS_SERVICE_FEEDS_H

#include <tamis/token.h>

#include "service/definition.h"
#include "service/rendition.h"
#include "service/shelf.h"
#include "service/source.h"

struct tms_service;

/** One feed at an address. */
struct tms_served {
	struct tms_feed_definition feed; /* runs live in the registry's arena, or in `arena` */
	struct tms_query *query; /* owned; of a feed straight from an address, for explanations */
	struct tms_shelf *shelf; /* its view and index; NULL when is_over */
	uint32_t rule;           /* of the shelf's index; TMS_INDEX_NONE keeps everything */
	int64_t max_age_s;       /* rhythm of its sources, 900 to 3,600 s */
	bool is_over;            /* 410 */
	struct tms_token token;  /* of a person's feed */
	struct tms_rendition *rendition;  /* newest, or NULL */
	struct tms_served *newer, *older; /* by last use, those with a rendition */
	struct tms_arena arena;           /* of a feed straight from an address */
	struct tms_str key;               /* of a feed straight from an address; else empty */
	uint64_t requests;
};

struct tms_feeds {
	struct tms_arena arena; /* the persons' feeds and all that they show */
	struct tms_served *persons;
	size_t persons_count;
	struct tms_definition *definitions; /* as the store has them, in `arena` */
	size_t definitions_count;
	size_t removed_count;    /* served though gone from the configuration */
	struct tms_map by_token; /* token text → tms_served */
	struct tms_map by_key;   /* asked from an address → tms_served */
	struct tms_shelves *shelves;
	struct tms_fragments *fragments;
	struct tms_served *newest, *oldest; /* with renditions, by last use */
	size_t rendition_bytes, rendition_bytes_max;
	uint64_t made, reused, dropped; /* renditions */
};

/** TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_feeds_init(
	struct tms_feeds *feeds, struct tms_shelves *shelves, size_t bytes_max);
void tms_feeds_fini(struct tms_feeds *feeds);

/**
 * Build the registry anew from the configuration and the stored definitions (taken: their arena
 * becomes the registry's). TMS_OK, TMS_ENOMEM; on failure the old registry stays.
 */
TMS_MUST_CHECK enum tms_status tms_feeds_build(struct tms_service *service, struct tms_arena *arena,
	struct tms_definition *definitions, size_t count);

/** The feed of a token, or NULL. */
struct tms_served *tms_feeds_find(const struct tms_feeds *feeds, struct tms_str token);

/** What a feed straight from an address is made of; borrowed. */
struct tms_address_query {
	const struct tms_conf_source *const *sources;
	size_t sources_count;
	struct tms_str match;
	int64_t limit;         /* 0: as the configuration says */
	struct tms_str target; /* path and query as asked, for the self link */
};
/** Find or make it. *out is borrowed until the next call. TMS_OK; TMS_EINVAL, TMS_ELIMIT (diag:
 * place in match); TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_feeds_address(struct tms_service *service,
	const struct tms_address_query *query, struct tms_served **out, struct tms_diag *diag);

/** True when a copy may be served: every source has been asked once, or something is there to show.
 */
bool tms_served_is_ready(const struct tms_served *served);
/** The view of the feed's sources, as last published; NULL when memory is out. */
struct tms_view *tms_served_view(struct tms_service *service, struct tms_served *served);
/** The bytes as of now, made anew when something changed; of a feed whose shelf is filled. *out has
 * one reference for the caller. TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status tms_served_rendition(
	struct tms_service *service, struct tms_served *served, struct tms_rendition **out);

#endif
