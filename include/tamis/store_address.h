/*
 * Where a store is, as one line of configuration: which schemes there are, and what an address of
 * each says. Nothing is opened here: which driver speaks a scheme is said by store/open.c.
 */
#ifndef TAMIS_STORE_ADDRESS_H
#define TAMIS_STORE_ADDRESS_H

#include <tamis/arena.h>
#include <tamis/diag.h>

enum tms_store_scheme {
	TMS_STORE_SCHEME_SQLITE,     /* sqlite:PATH */
	TMS_STORE_SCHEME_REDIS,      /* redis://[user:password@]host[:port][/db] */
	TMS_STORE_SCHEME_REDIS_UNIX, /* redis+unix:[//[user:password@]]/path[?db=N] */
	TMS_STORE_SCHEMES,
};

/** An address taken apart; what its scheme has no use for is empty. Everything is the arena's. */
struct tms_store_address {
	enum tms_store_scheme scheme;
	const char *path;              /* of the file or the socket */
	const char *host;              /* a name, or an address without its [ ] */
	struct tms_str user, password; /* percent-decoded */
	int port;
	int db; /* number of the database */
};

/**
 * TMS_OK sets *out; otherwise diag says what is wrong and what is expected, without any part of the
 * text, which may hold a password. TMS_EINVAL: it is not written as an address of a store is.
 * TMS_EMALFORMED: it is, but can lead to no store: a port 0, a broken percent escape, the path of a
 * socket that the system does not take. TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_store_address_parse(struct tms_arena *arena, struct tms_str text,
	struct tms_store_address *out, struct tms_diag *diag);
/** Without secrets, all defaults written out: "redis://cache:6379/0". NULL: no memory. */
const char *tms_store_address_show(
	struct tms_arena *arena, const struct tms_store_address *address);

#endif
