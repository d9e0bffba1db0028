#include "test.h"

#include <stdlib.h>

#include <tamis/token.h>

static const struct tms_key key = { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
	19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32 } };

static struct tms_token make(const char *user, const char *feed, uint32_t generation)
{
	struct tms_token token;

	tms_token_make(&key, tms_str_from(user), tms_str_from(feed), generation, &token);
	return token;
}

static void a_token_never_changes_between_versions(void **state)
{
	(void)state;
	/* BLAKE2b-160 with the key 01 02 … 20 over the parts with 64-bit little-endian lengths
	 * before them, in base32; computed with Python's hashlib.blake2b. Were it to change, every
	 * address would break. */
	assert_str(tms_str_from(make("ana", "agents", 0).text), "hifwk57t4xwhbq66cwbm5kasnwcxzqtm");
	assert_str(tms_str_from(make("ana", "agents", 1).text), "4nzk34gc6pnnevrv7r7irfqgmgrqtldi");
	assert_str(tms_str_from(make("", "", 0).text), "xnqro2fsylarg332uukwiifwls3skwn6");
}

static void every_part_of_a_token_matters(void **state)
{
	static const struct {
		const char *why, *user, *feed;
		uint32_t generation;
	} rows[] = {
		{ "the feed itself", "ana", "agents", 0 },
		{ "another user", "bo", "agents", 0 },
		{ "another feed", "ana", "loved", 0 },
		{ "a rotated address", "ana", "agents", 1 },
		{ "a rotation far away", "ana", "agents", 256 },
		{ "the border moved to the left", "an", "aagents", 0 },
		{ "the border moved to the right", "anaa", "gents", 0 },
		{ "user and feed swapped", "agents", "ana", 0 },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_token a = make(rows[i].user, rows[i].feed, rows[i].generation);
		if (!tms_token_is_well_formed(tms_str_from(a.text)))
			fail_msg("%s: \"%s\" has not the shape of a token", rows[i].why, a.text);
		for (size_t k = 0; k < i; k++) {
			struct tms_token b = make(rows[k].user, rows[k].feed, rows[k].generation);
			if (strcmp(a.text, b.text) == 0)
				fail_msg("%s has the token of %s", rows[i].why, rows[k].why);
		}
	}
}

static void another_key_gives_another_token_and_instance(void **state)
{
	struct tms_key other = key;
	struct tms_token token;
	struct tms_uuid a, b;
	(void)state;

	other.bytes[31] ^= 1;
	tms_token_make(&other, TMS_STR("ana"), TMS_STR("agents"), 0, &token);
	assert_string_not_equal(token.text, make("ana", "agents", 0).text);
	tms_instance_id(&key, &a);
	tms_instance_id(&other, &b);
	assert_string_not_equal(a.text, b.text);
}

static void an_instance_id_is_a_uuid_of_version_8(void **state)
{
	struct tms_uuid id;
	(void)state;

	tms_instance_id(&key, &id);
	assert_str(tms_str_from(id.text), "f1bb7f69-2375-82f4-bb3c-7443d6dd7ed9");
	assert_int_equal(id.text[14], '8');
	assert_non_null(strchr("89ab", id.text[19]));
}

static void only_the_shape_of_a_token_is_one(void **state)
{
	static const struct {
		const char *why, *text;
	} rows[] = {
		{ "nothing", "" },
		{ "one character short", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
		{ "one character long", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
		{ "capitals: addresses differ by them", "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
		{ "digits that base32 has not", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1" },
		{ "a slash", "aaaaaaaaaaaaaaaa/aaaaaaaaaaaaaaa" },
	};
	(void)state;
	assert_true(tms_token_is_well_formed(TMS_STR("abcdefghijklmnopqrstuvwxyz234567")));
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (tms_token_is_well_formed(tms_str_from(rows[i].text)))
			fail_msg("%s", rows[i].why);
}

static void a_store_knows_a_token_by_its_hash_alone(void **state)
{
	static const unsigned char wanted[TMS_TOKEN_HASH_BYTES] = { 0x22, 0x9b, 0x73, 0xf8, 0xd7,
		0x22, 0x8d, 0xb0, 0x01, 0xd4, 0xdc, 0x66, 0x92, 0x26, 0x31, 0x3b, 0xf3, 0xb4, 0xac,
		0x03, 0x4d, 0x49, 0x4b, 0x00, 0x62, 0x6f, 0x19, 0x1a, 0x6a, 0x11, 0x11, 0x7c };
	struct tms_token token = make("ana", "agents", 0), other = make("ana", "agents", 1);
	struct tms_token_hash hash;
	(void)state;

	tms_token_hash(tms_str_from(token.text), &hash);
	assert_memory_equal(hash.bytes, wanted, sizeof(wanted));
	tms_token_hash(tms_str_from(other.text), &hash);
	assert_memory_not_equal(hash.bytes, wanted, sizeof(wanted));
}

static void a_key_file_may_be_hexadecimal_or_base64(void **state)
{
	static const char *const rows[] = {
		"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
		"0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20\n",
		"  \tAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=\r\n",
		"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA",
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_key read;
		if (!tms_key_parse(tms_str_from(rows[i]), &read))
			fail_msg("\"%s\" was refused", rows[i]);
		assert_memory_equal(read.bytes, key.bytes, TMS_KEY_BYTES);
	}
}

static void a_damaged_key_file_is_refused(void **state)
{
	static const struct {
		const char *why, *text;
	} rows[] = {
		{ "an empty file, as a full disk leaves it", "" },
		{ "a line break alone", "\n" },
		{ "one digit short",
			"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2" },
		{ "one byte long",
			"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021" },
		{ "not hexadecimal",
			"g102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20" },
		{ "zeros alone",
			"0000000000000000000000000000000000000000000000000000000000000000" },
		{ "two keys",
			"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA= AQIDBAUGBwgJCgsMDQ4PEBESExQ=" },
		{ "a password", "correct horse battery staple" },
	};
	struct tms_key read = key;
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (tms_key_parse(tms_str_from(rows[i].text), &read))
			fail_msg("%s", rows[i].why);
	assert_memory_equal(read.bytes, key.bytes, TMS_KEY_BYTES);
}

static void a_written_key_reads_back(void **state)
{
	struct tms_buf text = { 0 };
	struct tms_key read;
	(void)state;

	tms_key_write(&text, &key);
	assert_int_equal(text.len, 65);
	assert_true(tms_key_parse(tms_buf_str(&text), &read));
	assert_memory_equal(read.bytes, key.bytes, TMS_KEY_BYTES);
	tms_key_wipe(&read);
	for (size_t i = 0; i < TMS_KEY_BYTES; i++)
		assert_int_equal(read.bytes[i], 0);
	tms_buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_never_changes_between_versions),
		cmocka_unit_test(every_part_of_a_token_matters),
		cmocka_unit_test(another_key_gives_another_token_and_instance),
		cmocka_unit_test(an_instance_id_is_a_uuid_of_version_8),
		cmocka_unit_test(only_the_shape_of_a_token_is_one),
		cmocka_unit_test(a_store_knows_a_token_by_its_hash_alone),
		cmocka_unit_test(a_key_file_may_be_hexadecimal_or_base64),
		cmocka_unit_test(a_damaged_key_file_is_refused),
		cmocka_unit_test(a_written_key_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
