/* What the reader fills from the table before anything is resolved: the structures that its offsets
 * are of. */
#ifndef TAMIS_CONF_RAW_H
#define TAMIS_CONF_RAW_H

#include <tamis/conf.h>

/** Groups "", "log", "redis" and "limits" go into this. */
struct conf_raw {
	struct tms_conf conf;
	struct tms_str store;     /* as written */
	struct tms_str time_zone; /* its name */
};

/** Group "sources.NAME". */
struct conf_source_raw {
	struct tms_conf_source source;
	struct tms_str preset; /* its name */
	struct tms_str recipe; /* its name */
};

/** Group "users.USER". */
struct conf_user_raw {
	struct tms_str time_zone; /* its name */
};

enum conf_link_raw { CONF_LINK_RAW_AUTO, CONF_LINK_RAW_HF, CONF_LINK_RAW_ARXIV, CONF_LINK_RAW_PDF };

/** Group "users.USER.feeds.FEED". */
struct conf_feed_raw {
	struct tms_conf_feed feed;
	enum conf_link_raw link;
};

#endif
