/*
 * Every setting there is, in one table: the reader, the environment, `tamis describe` and the
 * example file are all made from it. A setting that is not here does not exist.
 */
#ifndef TAMIS_SETTINGS_H
#define TAMIS_SETTINGS_H

#include <tamis/buf.h>

enum tms_setting_kind {
	TMS_SETTING_TEXT, /* one line without control characters */
	TMS_SETTING_NAME, /* [a-z0-9-]{1,64} */
	TMS_SETTING_URL,  /* http or https */
	TMS_SETTING_PATH, /* of a file or folder; relative ones start at the file's folder */
	TMS_SETTING_NUMBER,
	TMS_SETTING_SPAN,     /* "6h"; kept in seconds */
	TMS_SETTING_SPAN_MS,  /* "500ms", "1s"; kept in milliseconds */
	TMS_SETTING_BYTES,    /* "10MB", "16KiB" */
	TMS_SETTING_CHOICE,   /* one of `choices`; kept as its place among them */
	TMS_SETTING_LISTEN,   /* addresses to listen on */
	TMS_SETTING_NETWORKS, /* "192.168.7.0/24", … */
	TMS_SETTING_STORE,
	TMS_SETTING_SOURCES, /* names of sources */
	TMS_SETTING_QUERY,
	TMS_SETTING_RECIPE,
	TMS_SETTING_TOPICS,  /* a text in the form of topic files */
	TMS_SETTING_AUTHORS, /* a text in the form of <tamis/author_list.h>, or {file: PATH} */
};

struct tms_setting {
	/** "limits.body_bytes"; NAME, USER and FEED stand for any name:
	 * "users.USER.feeds.FEED.match". */
	const char *path;
	enum tms_setting_kind kind;
	size_t offset; /* for the reader: where it goes in the structure of its group */
	/** Of numbers, spans (in their unit) and sizes; max of TEXT: characters. */
	int64_t min, max;
	const char *choices; /* "auto|on|off" */
	/** Its default, as one would write it; NULL: none, or made from others (`help` says how). */
	const char *standard;
	const char *help; /* one or two sentences; PRESETS stands for the names of all presets */
};

/** All of them, a group behind another, in the order in which people should meet them. Static. */
const struct tms_setting *tms_settings(size_t *count);
/** The setting that a path with real names means ("sources.arxiv-cl.every"), or NULL. */
const struct tms_setting *tms_setting_find(struct tms_str path);
/** What may be written: "a span between 1s and 30d, such as 6h". */
void tms_setting_write_expected(struct tms_buf *buf, const struct tms_setting *setting);
/** "TAMIS_LIMITS__BODY_BYTES". */
void tms_setting_write_variable(struct tms_buf *buf, const struct tms_setting *setting);

/** Everything for people, at most 100 columns wide: each setting with default, what it may hold,
 * help and variable. */
void tms_settings_describe(struct tms_buf *buf);
/** A configuration file that changes nothing: `#name: value` lines hold the defaults, `# …` lines
 * are help. */
void tms_settings_example(struct tms_buf *buf);

/** "10MB", "500kB", "64KiB", "1000": decimal and binary units, letters in any case. False on
 * anything else. */
bool tms_bytes_parse(struct tms_str s, int64_t *bytes);
/** The shortest of the same. */
void tms_bytes_write(struct tms_buf *buf, int64_t bytes);

#endif
