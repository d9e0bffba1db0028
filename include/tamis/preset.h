/*
 * The upstreams that Tamis knows by name, and which of their lists are worth asking for at a given
 * moment.
 */
#ifndef TAMIS_PRESET_H
#define TAMIS_PRESET_H

#include <tamis/arena.h>
#include <tamis/skip.h>
#include <tamis/time.h>
#include <tamis/trait.h>

struct tms_preset_plan; /* the lists of one upstream in the making: listing/preset_private.h */

/**
 * All that is known of an upstream beforehand: a row of the table in listing/preset.c is all that a
 * new one needs.
 */
struct tms_preset {
	struct tms_str name; /* "hf-daily-papers" */
	struct tms_str title;
	struct tms_str site;     /* the page for people */
	struct tms_str base_url; /* where its lists are; a source may name a mirror instead */
	int64_t every_s;         /* rhythm when the source names none */
	/* scheme of its items' usual identity ("arxiv"); empty: they have none that is known
	   beforehand, see tms_apply.usual */
	struct tms_str usual;
	bool needs_category; /* arXiv: "cs.CL", "cs.AI+cs.LG" */
	unsigned lacks;      /* what its items never have: bits of enum tms_trait */
	bool is_hf;          /* links of its items go to Hugging Face by default */
	/* puts its lists into the plan, most urgent first */
	void (*plan)(struct tms_preset_plan *plan);
};

/** All presets in order of their names; *count of them. Static. */
const struct tms_preset *tms_presets(size_t *count);
/** The preset of that name, or NULL. */
const struct tms_preset *tms_preset_find(struct tms_str name);

/** What a configuration says of one upstream; every run is borrowed. */
struct tms_upstream {
	const struct tms_preset *preset; /* NULL: `url` alone */
	struct tms_str url;              /* without preset: the address */
	struct tms_str base_url;         /* with preset: a mirror; empty for the preset's own */
	struct tms_str category;         /* with preset arxiv */
	int64_t every_s;                 /* 0: the preset's rhythm, or an hour */
};

/** One list that is to be asked for again and again. */
struct tms_poll {
	/* names the list for ever: "latest", "date/2026-03-02", "month/2026-03" */
	struct tms_str key;
	struct tms_str url;          /* of the first page */
	struct tms_str fallback_url; /* asked when url fails; may be empty */
	int64_t every_s;
	size_t page_items;         /* a page with as many items has a successor; 0: one page */
	struct tms_str page_query; /* behind url, before the number of a further page: "&p=" */
	struct tms_skip skip;      /* when nothing new is known to come there */
	/* of a time that has just begun: that nothing is in it is no news */
	bool may_be_empty;
	/* it reaches further back than the source: what is older than the days of a first start is
	   taken only when it is or was known */
	bool only_known_when_older;
};

/** Days that are asked for again through the day, and that a first start reads. */
#define TMS_SEED_DAYS 7
/** Pages of one list that are read at most. */
#define TMS_POLL_PAGES_MAX 20

/**
 * The lists of an upstream that matter at `now`, most urgent first. The array is the arena's.
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT.
 */
TMS_MUST_CHECK enum tms_status tms_upstream_polls(struct tms_arena *arena,
	const struct tms_upstream *upstream, tms_time now, struct tms_poll **polls, size_t *count);

/**
 * Address of page `page` (from 0) of a list that has pages. Empty on failure; see arena->status.
 */
struct tms_str tms_poll_page_url(struct tms_arena *arena, const struct tms_poll *poll, size_t page);

#endif
