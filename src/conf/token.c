/* Tokens, keys and the name of an instance: BLAKE2b with a purpose in what is hashed. */
#include <tamis/token.h>

#include <sodium.h>

/* What a hash is for is part of what is hashed: a token can never be mistaken for an instance id.
 */
#define PURPOSE_TOKEN "tamis feed token 1"
#define PURPOSE_HASH "tamis token hash 1"
#define PURPOSE_INSTANCE "tamis instance id 1"

#define TOKEN_BYTES (TMS_TOKEN_CHARS * 5 / 8)
#define UUID_BYTES 16

_Static_assert(TOKEN_BYTES * 8 == TMS_TOKEN_CHARS * 5, "a token has no half-filled character");
_Static_assert(
	TMS_KEY_BYTES == crypto_generichash_KEYBYTES, "a key of BLAKE2b's recommended length");

/* A part with its length before it, so that parts cannot run into each other. */
static void add_part(crypto_generichash_state *state, struct tms_str part)
{
	unsigned char length[8];

	for (int i = 0; i < 8; i++)
		length[i] = (unsigned char)((uint64_t)part.len >> (8 * i));
	(void)crypto_generichash_update(state, length, sizeof(length));
	if (part.len > 0)
		(void)crypto_generichash_update(state, (const unsigned char *)part.ptr, part.len);
}

static char base32(unsigned value)
{
	return (char)(value < 26 ? 'a' + value : '2' + value - 26);
}

void tms_token_make(const struct tms_key *key, struct tms_str user, struct tms_str feed,
	uint32_t generation, struct tms_token *out)
{
	crypto_generichash_state state;
	unsigned char bytes[TOKEN_BYTES];
	unsigned char counter[4];
	unsigned pending = 0;
	int bits = 0;
	size_t chars = 0;

	for (int i = 0; i < 4; i++)
		counter[i] = (unsigned char)(generation >> (8 * i));
	(void)crypto_generichash_init(&state, key->bytes, TMS_KEY_BYTES, sizeof(bytes));
	add_part(&state, TMS_STR(PURPOSE_TOKEN));
	add_part(&state, user);
	add_part(&state, feed);
	add_part(&state, (struct tms_str){ (const char *)counter, sizeof(counter) });
	(void)crypto_generichash_final(&state, bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++) {
		pending = (pending << 8 | bytes[i]) & 0xfff;
		for (bits += 8; bits >= 5; bits -= 5)
			out->text[chars++] = base32(pending >> (bits - 5) & 31);
	}
	out->text[chars] = '\0';
	sodium_memzero(&state, sizeof(state));
}

bool tms_token_is_well_formed(struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!(text.ptr[i] >= 'a' && text.ptr[i] <= 'z') &&
			!(text.ptr[i] >= '2' && text.ptr[i] <= '7'))
			return false;
	return text.len == TMS_TOKEN_CHARS;
}

void tms_token_hash(struct tms_str token, struct tms_token_hash *out)
{
	crypto_generichash_state state;

	(void)crypto_generichash_init(&state, NULL, 0, TMS_TOKEN_HASH_BYTES);
	add_part(&state, TMS_STR(PURPOSE_HASH));
	add_part(&state, token);
	(void)crypto_generichash_final(&state, out->bytes, TMS_TOKEN_HASH_BYTES);
}

/* ---- keys ---- */

static bool decode(struct tms_str text, int variant, struct tms_key *key)
{
	size_t len = 0;
	const char *end = NULL;

	return sodium_base642bin(key->bytes, TMS_KEY_BYTES, text.ptr, text.len, NULL, &len, &end,
		       variant) == 0 &&
	       len == TMS_KEY_BYTES && end == text.ptr + text.len;
}

static bool decode_hex(struct tms_str text, struct tms_key *key)
{
	size_t len = 0;
	const char *end = NULL;

	return sodium_hex2bin(key->bytes, TMS_KEY_BYTES, text.ptr, text.len, NULL, &len, &end) ==
		       0 &&
	       len == TMS_KEY_BYTES && end == text.ptr + text.len;
}

bool tms_key_parse(struct tms_str text, struct tms_key *out)
{
	static const int variants[] = { sodium_base64_VARIANT_ORIGINAL,
		sodium_base64_VARIANT_ORIGINAL_NO_PADDING, sodium_base64_VARIANT_URLSAFE,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING };
	struct tms_key key = { { 0 } };

	text = tms_str_trim(text);
	bool is_read = text.len > 0 && decode_hex(text, &key);
	for (size_t i = 0; !is_read && text.len > 0 && i < TMS_COUNT(variants); i++)
		is_read = decode(text, variants[i], &key);
	is_read = is_read && !sodium_is_zero(key.bytes, TMS_KEY_BYTES);
	if (is_read)
		*out = key;
	tms_key_wipe(&key);
	return is_read;
}

void tms_key_write(struct tms_buf *buf, const struct tms_key *key)
{
	for (size_t i = 0; i < TMS_KEY_BYTES; i++)
		tms_buf_format(buf, "%02x", key->bytes[i]);
	tms_buf_add_char(buf, '\n');
}

void tms_key_wipe(struct tms_key *key)
{
	sodium_memzero(key->bytes, TMS_KEY_BYTES);
}

void tms_instance_id(const struct tms_key *key, struct tms_uuid *out)
{
	static const char digits[] = "0123456789abcdef";
	crypto_generichash_state state;
	unsigned char bytes[UUID_BYTES];
	size_t chars = 0;

	(void)crypto_generichash_init(&state, key->bytes, TMS_KEY_BYTES, sizeof(bytes));
	add_part(&state, TMS_STR(PURPOSE_INSTANCE));
	(void)crypto_generichash_final(&state, bytes, sizeof(bytes));
	bytes[6] = (bytes[6] & 0x0f) |
		   0x80; /* version 8: made in a way of its own; RFC 9562 section 5.8 */
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out->text[chars++] = '-';
		out->text[chars++] = digits[bytes[i] >> 4];
		out->text[chars++] = digits[bytes[i] & 15];
	}
	out->text[chars] = '\0';
	sodium_memzero(&state, sizeof(state));
}
