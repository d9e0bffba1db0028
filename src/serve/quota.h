/*
 * Connections, counted over several servers from any thread and without a lock: all of them, and
 * those of each address.
 *
 * Addresses are counted in a count-min sketch: two rows of cells, each with a hash of its own under
 * a secret seed; an address has the lower of its two cells at the most. A table of addresses would
 * need a lock for each connection; a table in every server would give an address its limit once for
 * each thread. The sketch never counts too little. It counts too much when others share both cells,
 * each with many connections: of 64 addresses at a limit of 64, with 4,096 connections in all, one
 * chance in 65,000 for a newcomer, and nobody can choose whom.
 */
#ifndef TAMIS_SERVE_QUOTA_H
#define TAMIS_SERVE_QUOTA_H

#include <stdint.h>

#include <tamis/status.h>
#include <tamis/str.h>

struct tms_quota;

/** Where an address is counted; {0}: nowhere. */
struct quota_cells {
	bool is_counted;
	uint32_t first, second;
};

/**
 * max_connections  in all; max_per_address: of them, of one address
 * TMS_OK sets *out; TMS_EINVAL (a limit of 0, or beyond 2^24), TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_quota_new(
	size_t max_connections, size_t max_per_address, struct tms_quota **out);
/** No server uses it any more. NULL is accepted. */
void tms_quota_free(struct tms_quota *quota);

/* Everything below: from any thread. */

/** A place for one more connection; false when all are taken. */
bool quota_take(struct tms_quota *quota);
/** What quota_take gave. */
void quota_give_back(struct tms_quota *quota);

/**
 * Count one more connection of an address, given as 16 bytes. False when it has too many; *cells is
 * {0} then. Of two servers that ask at the same instant for the last place, both may be refused.
 */
bool quota_add_address(
	struct tms_quota *quota, const uint8_t address[16], struct quota_cells *cells);
/** What was added; *cells is {0} after. */
void quota_remove_address(struct tms_quota *quota, struct quota_cells *cells);

/**
 * So many bytes are held for clients that are slow. False when all of them together hold too much
 * already: 4 KB for each connection that may be, at least 1 MB.
 */
bool quota_keep(struct tms_quota *quota, size_t bytes);
/** They are free again. */
void quota_let_go(struct tms_quota *quota, size_t bytes);
/** Bytes that are held now. */
size_t tms_quota_kept(const struct tms_quota *quota);

/** All places are taken and a client waits: another server may have an idle connection to close. */
void quota_ask_for_room(struct tms_quota *quota);
/** True once after each quota_ask_for_room. */
bool quota_is_asked_for_room(struct tms_quota *quota);

#endif
