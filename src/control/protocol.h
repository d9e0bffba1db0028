/*
 * What a command and the running service say to each other over the control socket. Pure: bytes in,
 * values out.
 *
 * One request a connection: one line of JSON, at most 64 KiB, with these members and no others:
 *
 *	{"v":1,"do":"refresh","sources":["blog","arxiv"]}
 *
 *	v        1
 *	do       health, reload, refresh, release or configuration
 *	sources  names; refresh: any number, release: one
 *	ready    true or false; health: whether every source has been read once is asked too
 *
 * The answer is lines of text, then its last one:
 *
 *	out TEXT  for standard output
 *	err TEXT  for standard error
 *	exit N    how the command is to exit, as the program does: 0 done, 1 bad input, 2 usage, 3 trouble
 *
 * An answer without its last line broke off.
 */
#ifndef TAMIS_CONTROL_PROTOCOL_H
#define TAMIS_CONTROL_PROTOCOL_H

#include <tamis/arena.h>
#include <tamis/buf.h>
#include <tamis/diag.h>

#define TMS_CONTROL_REQUEST_BYTES_MAX ((size_t)64 << 10)
#define TMS_CONTROL_ANSWER_BYTES_MAX ((size_t)64 << 20)

enum tms_control_verb {
	TMS_CONTROL_HEALTH,
	TMS_CONTROL_RELOAD,
	TMS_CONTROL_REFRESH,
	TMS_CONTROL_RELEASE,
	TMS_CONTROL_CONFIGURATION, /* the one in force, for commands whose own is refused */
};

struct tms_control_request {
	enum tms_control_verb verb;
	const struct tms_str *sources; /* each a name; may be none */
	size_t sources_count;
	bool is_ready;
};

/**
 * Read a line, without its end. *out lives in the arena.
 * TMS_OK sets *out; TMS_EINVAL: it is no request, diag says why in one line; TMS_ELIMIT, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status control_request_read(struct tms_arena *arena, struct tms_str line,
	struct tms_control_request *out, struct tms_diag *diag);
/** Append the line with its end. */
void control_request_write(struct tms_buf *buf, const struct tms_control_request *request);

enum tms_control_stream { TMS_CONTROL_OUT, TMS_CONTROL_ERR, TMS_CONTROL_EXIT };

/** Append a text, line by line; control characters but the tab become "?". Empty: nothing. */
void control_text_write(struct tms_buf *buf, enum tms_control_stream stream, struct tms_str text);
void control_exit_write(struct tms_buf *buf, int exit_status);
/** Of a line of an answer, without its end, what it is, its text (borrowed) or exit status (0 to
 * 3). False: it is none. */
bool control_line_read(struct tms_str line, enum tms_control_stream *stream, struct tms_str *text,
	int *exit_status);

#endif
