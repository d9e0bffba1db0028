/*
 * One request as handlers get it, and what they answer in one form each: texts, errors, documents.
 * An exchange that has ended takes no answer; nobody has to ask.
 */
#ifndef TAMIS_WEB_ANSWER_H
#define TAMIS_WEB_ANSWER_H

#include "serve/server.h"

struct tms_web;

/** Who may keep an answer, as Cache-Control says (RFC 9111 section 5.2.2). */
enum web_kept {
	WEB_KEPT_BY_NOBODY,  /* "no-store" */
	WEB_KEPT_BY_READER,  /* "private": it is a person's */
	WEB_KEPT_BY_ANYBODY, /* "public" */
};

struct web_call {
	struct tms_web *web;
	struct tms_exchange exchange;
	const struct tms_request *request; /* borrowed for the call */
	struct tms_str rest;               /* of its path, behind that of the route */
	enum web_kept kept;                /* as the route says */
};

#define WEB_SET_TOO_LARGE                                                                          \
	TMS_STR("These sources take more memory together than an address may use "                 \
		"(limits.sets_bytes).\n")
#define WEB_SETS_FULL                                                                              \
	TMS_STR("Other sets of sources take all memory that there is for them now "                \
		"(limits.sets_bytes). Try again in a moment.\n")

/** The value of Cache-Control. Static. */
struct tms_str answer_cache_control(enum web_kept kept);

/** Plain text, kept by nobody; copied. With 503: to be asked again in half a minute. */
void answer_text(struct tms_exchange exchange, int status, struct tms_str text);
/** 200 with what is written, as plain text that nobody keeps. */
void answer_words(struct tms_exchange exchange, const struct tms_buf *words);
/** 200 with what is written. */
void answer_document(struct tms_exchange exchange, struct tms_str content_type, enum web_kept kept,
	const struct tms_buf *document);
/** 503. What answer_words and answer_document say of a buffer that failed. */
void answer_no_memory(struct tms_exchange exchange);
/** 503, with when to ask again. */
void answer_later(struct tms_exchange exchange, struct tms_str text, int64_t retry_s);
/** 404. */
void answer_nothing(struct tms_exchange exchange);
/** 405, with those that are: a bit for each enum tms_method. */
void answer_not_allowed(struct tms_exchange exchange, unsigned methods);

#endif
