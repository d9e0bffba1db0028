/*
 * Secret feed addresses. A token is a keyed hash of (user, feed, generation): it can be made again
 * from the instance key alone, so an address outlives a lost store, and the store keeps only a hash
 * of it. Rotating one address is counting its generation up; rotating all is a new key.
 * Source: RFC 7693 (BLAKE2b), RFC 4648 section 6 (base32).
 */
#ifndef TAMIS_TOKEN_H
#define TAMIS_TOKEN_H

#include <tamis/buf.h>

#define TMS_KEY_BYTES 32
#define TMS_TOKEN_CHARS 32 /* 160 bits, five to a character */
#define TMS_TOKEN_HASH_BYTES 32
#define TMS_UUID_CHARS 36

/** The secret of an instance (all processes of one service share it). The edge fills it from the
 * system's randomness. */
struct tms_key {
	unsigned char bytes[TMS_KEY_BYTES];
};

/** The secret part of an address: a-z and 2-7, NUL-terminated. */
struct tms_token {
	char text[TMS_TOKEN_CHARS + 1];
};

/** What the store knows of a token. */
struct tms_token_hash {
	unsigned char bytes[TMS_TOKEN_HASH_BYTES];
};

struct tms_uuid {
	char text[TMS_UUID_CHARS + 1]; /* lower case */
};

/** The token of a feed. generation starts at 0. The parts are hashed with their lengths: ("a","bc")
 * is not ("ab","c"). */
void tms_token_make(const struct tms_key *key, struct tms_str user, struct tms_str feed,
	uint32_t generation, struct tms_token *out);
/** True when the text has the shape of a token; nothing is said of its being known. */
bool tms_token_is_well_formed(struct tms_str text);
/** BLAKE2b-256 of the token's text, not keyed: look-up by it tells a thief of the store nothing,
 * and has no timing to measure. */
void tms_token_hash(struct tms_str token, struct tms_token_hash *out);

/**
 * The bytes of a key file: 64 hexadecimal digits, or 43 or 44 characters of base64 (either
 * alphabet), white space around. False (and *out alone) on anything else and on a key of zeros
 * alone.
 */
bool tms_key_parse(struct tms_str text, struct tms_key *out);
/** 64 hexadecimal digits and a newline. */
void tms_key_write(struct tms_buf *buf, const struct tms_key *key);
/** Overwrite it, in a way that no compiler removes. */
void tms_key_wipe(struct tms_key *key);

/** A name of the instance that tells nothing of its key. Keep it where definitions are kept: it
 * outlives the key. */
void tms_instance_id(const struct tms_key *key, struct tms_uuid *out);

#endif
