/*
 * The configuration: one YAML file and the environment over it, read whole or refused whole. What a
 * setting is called, may hold and means stands in one table (<tamis/settings.h>); this is what
 * comes out of it.
 */
#ifndef TAMIS_CONF_H
#define TAMIS_CONF_H

#include <tamis/advice.h>
#include <tamis/feed.h>
#include <tamis/guard.h>
#include <tamis/listen.h>
#include <tamis/preset.h>
#include <tamis/query.h>
#include <tamis/recipe.h>
#include <tamis/store_address.h>

/** One environment variable. The library reads none itself: the edge hands over what it has. */
struct tms_conf_env {
	struct tms_str name; /* "TAMIS_PUBLIC_URL" */
	struct tms_str value;
};

/** A file with a recipe, which is called as the file without folder and ".yaml". */
struct tms_conf_recipe_file {
	struct tms_str yaml;
	struct tms_str file; /* its name in messages */
};

/** A file that the configuration names, see tms_conf_files. */
struct tms_conf_file {
	struct tms_str path;
	struct tms_str text;
	struct tms_str why; /* it could not be read; else empty */
};

/** What a configuration is made from; all of it borrowed for the call. */
struct tms_conf_input {
	struct tms_str yaml;
	/** Its name in messages; relative paths in it start at its folder. {0}: there is no file. */
	struct tms_str file;
	/** Those that come with the program; borrowed as long as the configuration. NULL: topics are
	 * refused. */
	const struct tms_query_topics *topics;
	const struct tms_zones *zones;  /* borrowed in the same way; NULL: UTC alone is known */
	const struct tms_conf_env *env; /* any variables; those that are not ours are passed over */
	size_t env_count;
	const struct tms_conf_recipe_file *recipes; /* of the folder recipes beside the file */
	size_t recipes_count;
	const struct tms_conf_file *files;
	size_t files_count;
	/* its default where STATE_DIRECTORY names none; {0}: the table's */
	struct tms_str data_dir;
};

/** One place where something is wrong or surprising. */
struct tms_conf_message {
	struct tms_str file;  /* its name, or the variable's that the value came from */
	struct tms_diag diag; /* line 0: the whole file, or a variable */
	/* of a note: "rule NAME", "rule NAME of USER", "feed USER/NAME"; else empty */
	struct tms_str about;
	/** What to write there instead: as it is written in the file, in YAML's quotes where it
	 * needs them. */
	const struct tms_advice_cure *cures;
	size_t cures_count;
};

/** Messages in order of file, line and column; all live in the arena of the configuration. */
struct tms_conf_messages {
	struct tms_conf_message *items;
	size_t count;
	size_t left_out; /* further ones, beyond TMS_CONF_MESSAGES_MAX */
};

#define TMS_CONF_MESSAGES_MAX 50
#define TMS_CONF_FILE_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define TMS_CONF_NAME_BYTES 64 /* of sources, groups, rules, users and feeds: [a-z0-9-]{1,64} */

enum tms_switch { TMS_SWITCH_AUTO, TMS_SWITCH_ON, TMS_SWITCH_OFF };
enum tms_lookups { TMS_LOOKUPS_OFF, TMS_LOOKUPS_ON };
enum tms_log_level { TMS_LOG_ERROR, TMS_LOG_WARNING, TMS_LOG_INFO, TMS_LOG_DEBUG };
enum tms_log_format { TMS_LOG_TEXT, TMS_LOG_JSON };

/** Ranges of addresses. */
struct tms_network_list {
	const struct tms_network *items;
	size_t count;
};

/** One place to listen. */
struct tms_conf_listen {
	struct tms_str text; /* as written, see <tamis/listen.h> */
	struct tms_listen at;
};

/** Where definitions, items and results are kept. */
struct tms_conf_store {
	/** The whole address; paths are from the root or the working directory, a password may stand
	 * in it. */
	struct tms_str url;
	enum tms_store_scheme scheme;
	struct tms_str password; /* of Redis; secret; wins over the one in the URL; may be empty */
	/** Of Redis: the edge reads it, and it wins over both; may be empty. */
	struct tms_str password_file;
	struct tms_str prefix; /* of every key in Redis */
	int64_t timeout_ms;    /* of Redis: to connect, and without progress of an answer */
};

/** Everything that is bounded. Spans in seconds, sizes in bytes. */
struct tms_conf_limits {
	/* fetching */
	int64_t body_bytes;   /* of an upstream answer, decoded */
	int64_t header_bytes; /* of an upstream answer */
	int64_t redirects;
	int64_t connect_timeout_s;
	int64_t total_timeout_s;
	int64_t min_interval_s; /* no `every` is shorter */
	int64_t fetches;        /* at once, over all hosts */
	int64_t per_host_parallel;
	int64_t per_host_interval_ms; /* between starts of two fetches from one host */
	/* what is kept */
	int64_t retention_s;     /* since an item was last listed */
	int64_t items;           /* of one source */
	int64_t removed_feeds_s; /* a feed gone from the file is served so much longer */
	int64_t cache_bytes;     /* renditions in the process */
	/* feeds and queries */
	int64_t feed_entries;
	int64_t feed_bytes;
	int64_t query_bytes;
	int64_t query_terms;
	int64_t query_depth;
	int64_t query_regex_size; /* instructions of one compiled regular expression */
	int64_t query_cost;       /* see struct tms_query_limits */
	int64_t scan_cost;        /* the same, of all feeds that take one source */
	int64_t address_sources;  /* of one filter address: names, and what they stand for */
	int64_t sets_bytes;       /* of sets of sources that only filter addresses ask for */
	int64_t scopes_bytes;     /* of what sets of sources show, while it is asked for */
	int64_t rows_bytes;       /* of what the index has found out for rules */
	int64_t sources;
	int64_t rules; /* of the file; and of each user */
	int64_t users;
	int64_t feeds_per_user;
	/* readers */
	int64_t connections;
	int64_t connections_per_address;
	int64_t requests_per_address; /* within a minute; 0: no limit */
	int64_t request_head_bytes;
	int64_t request_timeout_s; /* from the first byte of a head to its last; as long for a body */
	int64_t idle_timeout_s;    /* between two requests of one connection */
	int64_t drain_timeout_s;   /* after SIGTERM */
};

/** An upstream listing and how to poll it. Exactly one of preset, url and path is there;
 * url may be the recipe's. */
struct tms_conf_source {
	struct tms_str name;
	struct tms_str title;            /* the preset's or the name when not set */
	const struct tms_preset *preset; /* see <tamis/preset.h>; static */
	struct tms_str url;              /* http or https */
	struct tms_str path;             /* `file:`, a file on this machine */
	struct tms_str base_url;         /* with preset: a mirror; else empty */
	struct tms_str category;         /* with a preset that needs one */
	/** Never 0: set, or the preset's rhythm, or an hour; at least min_interval_s. */
	int64_t every_s;
	int64_t retention_s;             /* set, or limits.retention */
	int64_t items;                   /* set, or limits.items */
	const struct tms_recipe *recipe; /* reads it; NULL: what it is is found out */
	/** Of what is asked for: preset, url, path, base_url, category, recipe; the same in every
	 * process. */
	uint64_t hash;
};

/** Sources under one name. */
struct tms_conf_group {
	struct tms_str name;                          /* no source has it */
	const struct tms_conf_source *const *sources; /* in byte order of their names, none twice */
	size_t sources_count;
};

/** A person's query over sources. */
struct tms_conf_feed {
	struct tms_str name;
	struct tms_str title;                         /* the name when not set */
	struct tms_str match;                         /* as written; empty keeps everything */
	const struct tms_conf_source *const *sources; /* in byte order of their names, none twice */
	size_t sources_count;
	int64_t limit; /* entries; set, or 100, or limits.feed_entries where that is less */
	/** Set, or HF when one of its sources is Hugging Face's, else ARXIV. */
	enum tms_feed_link link;
	enum tms_feed_date date;
	struct tms_str was; /* its name before a rename: the address stays that one's; else empty */
	/** Of all above but `was`, with the rules that the query asks for; the same in every process.
	 */
	uint64_t hash;
};

/** A person. */
struct tms_conf_user {
	struct tms_str name;
	const struct tms_conf_feed *feeds; /* in byte order of their names, as all lists here */
	/** All that this person's queries may ask for, the configuration's among them. */
	const struct tms_query_rule *rules;
	const struct tms_query_authors
		*authors; /* in the same way: of equal names the last counts */
	size_t authors_count;
	const struct tms_query_topics *topics; /* in the same way */
	const struct tms_zone *zone;           /* whose days are meant in queries; NULL: UTC */
	size_t feeds_count, rules_count;
};

/** A whole, checked configuration. Immutable; everything is the arena's that it was made in. */
struct tms_conf {
	struct tms_str file;                  /* {0}: none */
	const struct tms_conf_listen *listen; /* at least one */
	size_t listen_count;
	/** Without a slash at its end; made from the first `listen` when not set. */
	struct tms_str public_url;
	bool public_url_is_set;
	struct tms_str contact; /* in the User-Agent: an address of mail or a page; may be empty */
	struct tms_str user_agent; /* empty: "Tamis/VERSION (+CONTACT)" */
	struct tms_str data_dir;
	struct tms_str instance_key_file;
	struct tms_conf_store store;
	enum tms_switch filter_addresses;
	bool filter_addresses_on;               /* AUTO decided: on while no users are configured */
	struct tms_network_list allow_networks; /* private ranges that sources may reach */
	struct tms_network_list metrics_networks; /* who may read /metrics and /sources */
	/** Their connections are not counted, their X-Forwarded-For is believed. */
	struct tms_network_list trusted_proxies;
	enum tms_lookups arxiv_categories; /* are unknown ones asked of arXiv? */
	struct tms_str arxiv_api_url;      /* … there */
	int64_t serve_threads;             /* 0: one for each core */
	enum tms_log_level log_level;
	enum tms_log_format log_format;
	struct tms_conf_limits limits;
	const struct tms_conf_source *sources;
	const struct tms_recipe *const *recipes; /* of the file, then of the folder beside it */
	size_t recipes_count;
	const struct tms_conf_group *groups;
	const struct tms_query_rule *rules;      /* of everybody */
	const struct tms_query_authors *authors; /* the same */
	const struct tms_query_topics *topics;   /* the same; NULL: none */
	const struct tms_zone *zone;             /* whose days are meant in queries; NULL: UTC */
	const struct tms_zones *zones;           /* that a query may name; NULL: UTC alone */
	const struct tms_conf_user *users;
	size_t sources_count, groups_count, rules_count, authors_count, users_count;
	struct tms_conf_messages warnings; /* nothing wrong, yet worth a line in the log */
	struct tms_conf_messages notes;    /* queries that are read as meant, yet worth a look */
};

/**
 * Read a configuration. Every error is reported in one run, sorted by place.
 * arena   owns *out and the messages
 * in      borrowed
 * errors  set in every case; holds at least one message on TMS_EINVAL
 * TMS_OK sets *out. TMS_EINVAL: the file or the environment is wrong. TMS_ELIMIT, TMS_ENOMEM: the
 * arena's status.
 *
 * Precedence: environment, file, default. A variable's name is TAMIS_ and the path of the setting
 * in capitals, "__" between levels and "_" for "-": limits.body_bytes is TAMIS_LIMITS__BODY_BYTES,
 * the rhythm of the source daily-papers is TAMIS_SOURCES__DAILY_PAPERS__EVERY. Lists are written
 * with commas. An empty value is a value. STATE_DIRECTORY (systemd) is the default of data_dir,
 * then in->data_dir.
 */
TMS_MUST_CHECK enum tms_status tms_conf_parse(struct tms_arena *arena,
	const struct tms_conf_input *in, const struct tms_conf **out,
	struct tms_conf_messages *errors);

/**
 * The files that the YAML names (lists of authors), as paths from the root or the working directory;
 * the edge reads them, and hands them over with it. Everything is the arena's. What is wrong with the
 * YAML is for tms_conf_parse to say.
 */
struct tms_str *tms_conf_files(
	struct tms_arena *arena, const struct tms_conf_input *in, size_t *count);

/**
 * The folder that data_dir means where tms_conf_parse refuses the whole: what the environment says,
 * else the line "data_dir:" of the file where that alone can be read, else the default. Empty only
 * when memory is out; everything is the arena's.
 */
struct tms_str tms_conf_data_dir(struct tms_arena *arena, const struct tms_conf_input *in);

/** Does the source list what is at Hugging Face: by its preset, its address or its recipe? */
bool tms_conf_source_is_hf(const struct tms_conf_source *source);

/** What its items never have, as far as its preset says: bits of enum tms_trait. */
unsigned tms_conf_source_lacks(const struct tms_conf *conf, const struct tms_conf_source *source);

/* Each by name, borrowed from the configuration; NULL when there is none. */

const struct tms_conf_source *tms_conf_find_source(
	const struct tms_conf *conf, struct tms_str name);
const struct tms_conf_group *tms_conf_find_group(const struct tms_conf *conf, struct tms_str name);
const struct tms_conf_user *tms_conf_find_user(const struct tms_conf *conf, struct tms_str name);
const struct tms_conf_feed *tms_conf_find_feed(
	const struct tms_conf_user *user, struct tms_str name);

/**
 * The source or group whose name is nearest to one that there is not, for "did you mean …?"; empty
 * when none is near. Borrowed from the configuration. Asked by addresses: of long names and of many
 * names not all are looked at.
 */
struct tms_str tms_conf_nearest_source(const struct tms_conf *conf, struct tms_str name);

/**
 * How a query is to be parsed that comes from this person, or from an address (user NULL). Every
 * query of a configuration has been parsed once with these and was right. *out borrows from conf.
 */
void tms_conf_query_options(const struct tms_conf *conf, const struct tms_conf_user *user,
	struct tms_query_options *out);

/** True for [a-z0-9-]{1,64}. */
bool tms_conf_is_name(struct tms_str name);

/** "tamis.yaml:3:14: text" and a newline, without numbers where the place has none, and with what a
 * note is about before its text; then a line for each cure, "  instead: …". */
void tms_conf_message_write(struct tms_buf *buf, const struct tms_conf_message *message);

#endif
