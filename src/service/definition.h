/*
 * What the store keeps of a person's feed: the parts of its address that the configuration does not
 * say (generation, first name), and a copy of what was said of it last, so that a feed gone from
 * the file can be served for a while longer, and one made without the file at all.
 *
 * One line under the key "user/name", so that a million are read in a second. Fields are parted by
 * tabs; in the last three a tab, a newline and a backslash are written \t, \n, \\:
 *
 *	2           version
 *	chl         letters: c configuration or a API; h hf, a arXiv, p PDF; l listed, e entered;
 *	            then x when it was deleted
 *	0           generation
 *	1772431200  when what is shown last changed
 *	0           gone from the configuration since
 *	1f…         hash of what the configuration said, hexadecimal
 *	2a…         tag of the key, 8 hexadecimal digits, and digest of the token, 32; or nothing
 *	100         entries at most
 *	arxiv,blog  sources, in byte order
 *	agents      the name that the address is made of; nothing: its own
 *	Agents      title; nothing: the name
 *	agents …    the query, rules written out
 *
 * Fields behind these are ignored. Version 1 was a JSON object without the digest; it is still read.
 */
#ifndef TAMIS_SERVICE_DEFINITION_H
#define TAMIS_SERVICE_DEFINITION_H

#include <tamis/conf.h>
#include <tamis/token.h>

#define TOKEN_DIGEST_BYTES 16

/**
 * What a feed is found by: the first half of tms_token_hash of its token. 128 bits: nobody finds
 * another token with the same ones.
 */
struct token_digest {
	unsigned char bytes[TOKEN_DIGEST_BYTES];
};

/** Where a feed comes from. One of the API is not reconciled with the configuration: it is not gone
 * because the file does not name it. */
enum tms_definition_origin { TMS_ORIGIN_CONF, TMS_ORIGIN_API };

/** Keyed by "user/name" in the store. */
struct tms_definition {
	struct tms_str user, name;
	struct tms_str address_name; /* the name that the address and the Atom id are made of: the
					first one */
	uint32_t generation;         /* counted up by `tamis feeds rotate` */
	tms_time revised;            /* when what is shown last changed */
	tms_time removed_at;         /* gone from the configuration since; 0: is there */
	bool is_deleted;             /* answered with 410 from now on */
	enum tms_definition_origin origin;
	uint64_t hash; /* tms_conf_feed.hash of the copy */
	struct tms_str title;
	struct tms_str match;   /* rules written out */
	struct tms_str sources; /* names in byte order, joined by commas */
	int64_t limit;
	enum tms_feed_link link;
	enum tms_feed_date date;
	bool has_digest;
	uint32_t key_tag; /* of the key under which the digest was made; see tms_key_tag */
	struct token_digest digest;
};

/** "user/name", in the arena. Neither part holds a slash. */
struct tms_str tms_definition_key(
	struct tms_arena *arena, struct tms_str user, struct tms_str name);
/** Append it as version 2. Failure stays in buf->status. */
void tms_definition_write(struct tms_buf *buf, const struct tms_definition *definition);
/**
 * Read it back. Runs of *out are borrowed from key and bytes, or live in the arena.
 * TMS_OK, TMS_EMALFORMED, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_definition_parse(struct tms_arena *arena, struct tms_str key,
	struct tms_str bytes, struct tms_definition *out, struct tms_diag *diag);
/** The same with all runs in the arena; see arena->status. */
struct tms_definition tms_definition_copy(
	struct tms_arena *arena, const struct tms_definition *definition);
/** True when the feed has been gone from the configuration for longer than grace_s, or was deleted.
 */
bool tms_definition_is_over(const struct tms_definition *definition, int64_t grace_s, tms_time now);

/** Tells keys apart without telling of them: a digest made under another key is of no use. */
uint32_t tms_key_tag(const struct tms_key *key);
/** The digest of a token that a reader presents. */
void definition_digest(struct tms_str token, struct token_digest *out);
/** Set the digest of the feed's address under this key, unless it is that already. */
void tms_definition_seal(
	struct tms_definition *definition, const struct tms_key *key, uint32_t key_tag);

#endif
