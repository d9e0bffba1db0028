/*
 * What differs between two configurations, for people who have edited one: names and kinds, never
 * values, so that no secret of the file can show.
 */
#ifndef TAMIS_CONF_CHANGE_H
#define TAMIS_CONF_CHANGE_H

#include <tamis/conf.h>

/** Of which part of the file a change speaks. */
enum tms_conf_part {
	TMS_CONF_SETTING, /* of the top level, limits, log, redis; name: its path */
	TMS_CONF_SOURCE,
	TMS_CONF_GROUP,
	TMS_CONF_AUTHORS, /* a list of them; as rules */
	TMS_CONF_RULE,    /* of everybody, or of `user` */
	TMS_CONF_FEED,    /* of `user` */
};

enum tms_conf_difference {
	TMS_CONF_ADDED,
	TMS_CONF_REMOVED,
	TMS_CONF_CHANGED,
	TMS_CONF_RENAMED, /* a feed that says what it `was` */
};

struct tms_conf_change {
	enum tms_conf_part part;
	enum tms_conf_difference how;
	struct tms_str name, user, was; /* user, was: may be empty */
	bool waits;                     /* takes effect at the next start */
	bool is_late; /* of a feed, set by whoever has the addresses: that of `was` is over */
	/* Of a feed, set by whoever has the items: how many its query keeps still, keeps no more and
	 * keeps now. */
	bool is_counted;
	size_t kept, leave, come;
};

/** In the order of the file's parts, then by user and name. */
struct tms_conf_changes {
	struct tms_conf_change *items;
	size_t count;
	size_t left_out; /* further ones, beyond TMS_CONF_CHANGES_MAX */
};

#define TMS_CONF_CHANGES_MAX 1000

/**
 * Compare two configurations. Everything in *out is the arena's own: both may go.
 * TMS_OK sets *out, TMS_ENOMEM and TMS_ELIMIT (the arena's status) leave it alone.
 */
TMS_MUST_CHECK enum tms_status tms_conf_compare(struct tms_arena *arena,
	const struct tms_conf *before, const struct tms_conf *after, struct tms_conf_changes *out);

/** "feed ana/agents: changed; 3 items leave it, 12 come", without an end of line. */
void tms_conf_change_write(struct tms_buf *buf, const struct tms_conf_change *change);

#endif
