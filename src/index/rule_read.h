/*
 * Rules as query/ reads them, and their leaves. A leaf that was met lately is remembered by its
 * text, so plain words are neither cut nor compiled again. What lies anywhere in memory is asked
 * for ahead, so that several rules can be read by turns, each waiting while others go on.
 */
#ifndef TAMIS_INDEX_RULE_READ_H
#define TAMIS_INDEX_RULE_READ_H

#include "leaf.h"
#include "program.h"

/** A rule being read; it lives in the arena. */
struct index_rule_read {
	struct index_leaves *into;
	struct tms_arena *arena;
	struct tms_str text; /* borrowed, and so are the options */
	const struct tms_query_options *options;
	struct tms_query query;
	uint32_t *hashes; /* of what each leaf is remembered by */
	uint32_t *leaves; /* of each that nodes name; a reference is held to each */
	size_t leaves_count;
};

/**
 * Read the text, and ask for what is remembered of it.
 * read  with `into`, arena, text and options, and nothing else
 * TMS_OK: index_rule_read_done is due; else as tms_query_parse.
 */
TMS_MUST_CHECK enum tms_status index_rule_read(struct index_rule_read *read, struct tms_diag *diag);
/** Ask for the leaves that are remembered. */
void index_rule_read_prefetch(const struct index_rule_read *read);
/** Find or make the leaves. TMS_OK; TMS_ENOMEM; TMS_ELIMIT (diag): there is no place for a scan. */
TMS_MUST_CHECK enum tms_status index_rule_read_leaves(
	struct index_rule_read *read, struct tms_diag *diag);
/**
 * The text that says the rule without others that it asks for. It lives in the arena, or is a part
 * of what was read.
 * program  of its leaves
 * TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status index_rule_read_text(
	const struct index_rule_read *read, struct index_program program, struct tms_str *text);
/** Drops the references, and what was read. */
void index_rule_read_done(struct index_rule_read *read);

#endif
