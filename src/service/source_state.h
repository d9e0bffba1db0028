/*
 * What is remembered of a source beside its records: how each of its lists stands, which feed its
 * page led to, its health. One JSON object in the store; it and the records are read back at a
 * start.
 */
#ifndef TAMIS_SERVICE_SOURCE_STATE_H
#define TAMIS_SERVICE_SOURCE_STATE_H

#include "service/source.h"

/** The list of that key, made when there is none; NULL when memory is out. Until the next call. */
struct source_poll *source_poll_of(struct tms_source *source, struct tms_str key);
/** Append it as JSON. Failure stays in buf->status. */
void source_write_state(struct tms_source *source, struct tms_buf *buf);
/** Read what the store has, before what others are to be read for; when it fails, is_loaded stays
 * false and it is to be called again. */
void source_load(struct tms_source *source);
/** Read what the store has of all sources, some at a time: so one that somebody asks for has a few
 * before it, and not all. */
void source_load_all(struct tms_sources *sources);

#endif
