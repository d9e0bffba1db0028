/*
 * Reading HTTP requests: a strict reader of HTTP/1.1 and 1.0 heads and their bodies.
 *
 * Whatever stands between two readings of one message is where requests are smuggled, so this
 * reader takes one reading only: lines end in CRLF, a name is a token with the colon right behind
 * it, there is exactly one Host, the length of a body is digits written once, no transfer coding is
 * taken (nothing here needs one), and no target is repaired. What breaks a rule is refused with a
 * status and a sentence, and the connection ends there. Source: RFC 9112 sections 2 to 6, RFC 9110
 * sections 5 and 10.1.1.
 */
#ifndef TAMIS_REQUEST_H
#define TAMIS_REQUEST_H

#include <tamis/arena.h>

enum tms_method {
	TMS_METHOD_GET,
	TMS_METHOD_HEAD,
	TMS_METHOD_POST,
	TMS_METHOD_PUT,
	TMS_METHOD_PATCH,
	TMS_METHOD_DELETE,
	TMS_METHOD_OPTIONS,
};

/** One field line. name: as sent, compared without case; value: without white space at its ends. */
struct tms_header {
	struct tms_str name;
	struct tms_str value;
};

/** What a request may cost. */
struct tms_request_limits {
	size_t head_bytes;   /* request line and headers with their line ends; beyond: 431 */
	size_t target_bytes; /* the target alone; beyond: 414 */
	size_t headers;      /* field lines; beyond: 431 */
	size_t body_bytes;   /* beyond: 413, without reading it */
};
/** 16 KiB of head, 8 KiB of target, 100 headers, 64 KiB of body. */
#define TMS_REQUEST_LIMITS_DEFAULT                                                                 \
	{                                                                                          \
		16384, 8192, 100, 65536                                                            \
	}

/** A whole request. All runs are borrowed: from the bytes that were read and from the arena. */
struct tms_request {
	enum tms_method method;
	int version_minor;     /* 1 for HTTP/1.1, 0 for HTTP/1.0 */
	bool keeps_alive;      /* the client would use the connection again */
	bool expects_continue; /* it waits for 100 before it sends the body */
	/** Path and query as sent, percent-encoded where they were not; "*" for the whole server (OPTIONS). */
	struct tms_str target;
	/**
	 * The decoded path: starts with '/', has no "." or ".." segment, no control byte, and no
	 * '/' that was encoded. Not checked to be UTF-8. "*" as in target.
	 */
	struct tms_str path;
	struct tms_str query; /* behind the first '?', still encoded; empty when there is none */
	struct tms_str host;  /* as sent, port included; empty only with HTTP/1.0 */
	const struct tms_header *headers;
	size_t header_count;
	struct tms_str body;
	size_t bytes; /* head and body together: where the next request of the connection starts */
};

/** Why a request is not taken. */
struct tms_refusal {
	int status;     /* 400, 411, 413, 414, 417, 431, 501, 505; 503 when memory is out */
	char text[160]; /* one sentence for a person, limit named; printable ASCII */
};

enum tms_reading {
	TMS_READING_MORE,    /* the head is not there yet */
	TMS_READING_BODY,    /* *request is filled but for the body: more bytes are needed */
	TMS_READING_DONE,    /* *request is whole */
	TMS_READING_REFUSED, /* *refusal says why; nothing more can be read from this connection */
};

/**
 * Reads one request from bytes that arrive piece by piece; looks at each byte of the head once
 * while waiting.
 */
struct tms_request_reader {
	struct tms_request_limits limits;
	size_t scanned;    /* bytes of the head that were looked at */
	size_t line_start; /* where the line at `scanned` starts */
	size_t lines;      /* that have ended, the request line included */
	size_t head_start; /* 2 behind an empty line (RFC 9112 section 2.2), else 0 */
	size_t head_bytes; /* 0 until the head is there */
	size_t body_bytes; /* known with the head */
};

/** Ready for the first byte of a request. */
void tms_request_reader_init(
	struct tms_request_reader *reader, const struct tms_request_limits *limits);
/**
 * Look at what has arrived.
 * arena    takes the header table and the decoded path, only once the head is there
 * bytes    everything since the request's first byte: the bytes of the call before and what came
 *          since. It may lie elsewhere than before. What is behind the request is not looked at
 * request  filled at BODY and DONE; its runs point into these `bytes` and the arena
 * refusal  filled at REFUSED
 * The answer does not depend on how the bytes were cut. To read the next request, init again.
 */
enum tms_reading tms_request_read(struct tms_request_reader *reader, struct tms_arena *arena,
	struct tms_str bytes, struct tms_request *request, struct tms_refusal *refusal);
/** Bytes that the whole request will have, once its head is there; else 0. */
size_t tms_request_reader_wants(const struct tms_request_reader *reader);

/** "GET". Static. */
const char *tms_method_name(enum tms_method method);
/** The first field of this name, or NULL. */
const struct tms_header *tms_request_find(const struct tms_request *request, struct tms_str name);
/** The value of the first field of this name; empty when there is none. */
struct tms_str tms_request_header(const struct tms_request *request, struct tms_str name);
/**
 * All fields of this name as one list, joined by ", " (RFC 9110 section 5.3); empty when there is
 * none. In the arena only when there are several. On failure empty, and arena->status says why.
 */
struct tms_str tms_request_list(
	struct tms_arena *arena, const struct tms_request *request, struct tms_str name);
/** True when a comma-separated list has this token, in any case; parameters do not count. */
bool tms_list_has_token(struct tms_str list, struct tms_str token);

#endif
