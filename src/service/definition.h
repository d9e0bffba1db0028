/*
 * What the store keeps of a person's feed: the parts of its address that the configuration does not
 * say (generation, first name), and a copy of what the configuration said last, so that a feed gone
 * from the file can be served for a while longer.
 */
#ifndef TAMIS_SERVICE_DEFINITION_H
#define TAMIS_SERVICE_DEFINITION_H

#include <tamis/conf.h>

/** Keyed by "user/name" in the store. Runs live in the arena that it was read into. */
struct tms_definition {
	struct tms_str user, name;
	struct tms_str address_name; /* the name that the address and the Atom id are made of: the
					first one */
	uint32_t generation;         /* counted up by `tamis feeds rotate` */
	tms_time revised;            /* when what is shown last changed */
	tms_time removed_at;         /* gone from the configuration since; 0: is there */
	bool is_deleted;             /* answered with 410 from now on */
	uint64_t hash;               /* tms_conf_feed.hash of the copy */
	struct tms_str title;
	struct tms_str match; /* rules written out */
	struct tms_str *sources;
	size_t sources_count;
	int64_t limit;
	enum tms_feed_link link;
	enum tms_feed_date date;
};

/** "user/name", in the arena. Neither part holds a slash. */
struct tms_str tms_definition_key(
	struct tms_arena *arena, struct tms_str user, struct tms_str name);
/** Append as one JSON object. Failure stays in buf->status. */
void tms_definition_write(struct tms_buf *buf, const struct tms_definition *definition);
/** Read it back; unknown keys are ignored. TMS_OK, TMS_EMALFORMED, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_definition_parse(struct tms_arena *arena, struct tms_str key,
	struct tms_str bytes, struct tms_definition *out, struct tms_diag *diag);
/** True when the feed has been gone from the configuration for longer than grace_s, or was deleted.
 */
bool tms_definition_is_over(const struct tms_definition *definition, int64_t grace_s, tms_time now);

#endif
