/* What the store keeps of a feed is read back as it was, by this and by older programs. */
#include "test.h"

#include <sodium.h>

#include "service/definition.h"

static struct tms_definition example(void)
{
	return (struct tms_definition){ .user = TMS_STR("ana"),
		.name = TMS_STR("agents"),
		.address_name = TMS_STR("agents"),
		.generation = 3,
		.revised = 1772431200,
		.hash = UINT64_C(0xfedcba9876543210),
		.title = TMS_STR("Agents"),
		.match = TMS_STR("agents \"tool use\" -survey"),
		.sources = TMS_STR("arxiv,daily-papers"),
		.limit = 50,
		.link = TMS_FEED_LINK_ARXIV,
		.date = TMS_FEED_DATE_ENTERED };
}

static void assert_same(const struct tms_definition *a, const struct tms_definition *b)
{
	assert_true(tms_str_equal(a->user, b->user));
	assert_true(tms_str_equal(a->name, b->name));
	assert_true(tms_str_equal(a->address_name, b->address_name));
	assert_true(tms_str_equal(a->title, b->title));
	assert_true(tms_str_equal(a->match, b->match));
	assert_true(tms_str_equal(a->sources, b->sources));
	assert_int_equal(a->generation, b->generation);
	assert_int_equal(a->revised, b->revised);
	assert_int_equal(a->removed_at, b->removed_at);
	assert_int_equal(a->is_deleted, b->is_deleted);
	assert_int_equal(a->origin, b->origin);
	assert_true(a->hash == b->hash);
	assert_int_equal(a->limit, b->limit);
	assert_int_equal(a->link, b->link);
	assert_int_equal(a->date, b->date);
	assert_int_equal(a->has_digest, b->has_digest);
	assert_int_equal(a->key_tag, b->key_tag);
	assert_memory_equal(&a->digest, &b->digest, sizeof(a->digest));
}

static void expect_back(const struct tms_definition *d)
{
	struct tms_arena arena = { 0 };
	struct tms_buf bytes = { 0 };
	struct tms_definition back;
	struct tms_diag diag = { 0 };

	tms_definition_write(&bytes, d);
	assert_int_equal(bytes.status, TMS_OK);
	struct tms_str key = tms_definition_key(&arena, d->user, d->name);
	if (tms_definition_parse(&arena, key, tms_buf_str(&bytes), &back, &diag) != TMS_OK)
		fail_msg("%.*s: %s", TMS_STR_ARGS(tms_buf_str(&bytes)), diag.text);
	assert_same(d, &back);
	struct tms_definition copy = tms_definition_copy(&arena, &back);
	tms_buf_free(&bytes); /* a copy does not borrow */
	assert_same(d, &copy);
	tms_arena_free(&arena);
}

static void what_is_written_is_read_back(void **state)
{
	struct tms_definition d = example();
	struct tms_key key = { { 7 } };
	(void)state;

	expect_back(&d);
	d.origin = TMS_ORIGIN_API;
	d.link = TMS_FEED_LINK_PDF;
	d.address_name = TMS_STR("old-agents");
	d.removed_at = 1772431201;
	d.is_deleted = true;
	tms_definition_seal(&d, &key, tms_key_tag(&key));
	assert_true(d.has_digest);
	expect_back(&d);
	d.title = TMS_STR("a\ttab, a\nnewline and a \\n of two characters");
	d.match = TMS_STR("title:/\\bgpt\\d/ \\");
	expect_back(&d);
	d.title = d.name; /* shortest forms */
	d.match = d.sources = TMS_STR("");
	d.hash = 0;
	expect_back(&d);
}

static void version_2_is_one_line_that_stays_as_it_is(void **state)
{
	struct tms_definition d = example();
	struct tms_buf bytes = { 0 };
	(void)state;

	d.digest.bytes[0] = 0xab;
	d.key_tag = 0x1f;
	d.has_digest = true;
	tms_definition_write(&bytes, &d);
	assert_str(tms_buf_str(&bytes),
		"2\tcae\t3\t1772431200\t0\tfedcba9876543210\t"
		"0000001fab000000000000000000000000000000\t50\tarxiv,daily-papers\t\tAgents\t"
		"agents \"tool use\" -survey");
	tms_buf_free(&bytes);
}

static void version_1_is_still_read(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_definition back, want = example();
	(void)state;

	assert_int_equal(
		tms_definition_parse(&arena, TMS_STR("ana/agents"),
			TMS_STR("{\"v\":1,\"address_name\":\"agents\",\"generation\":3,"
				"\"revised\":1772431200,\"removed_at\":0,\"deleted\":false,"
				"\"hash\":-81985529216486896,\"title\":\"Agents\","
				"\"match\":\"agents \\\"tool use\\\" -survey\",\"limit\":50,\"link\":1,"
				"\"date\":1,\"sources\":[\"arxiv\",\"daily-papers\"]}"),
			&back, NULL),
		TMS_OK);
	assert_same(&back, &want);
	tms_arena_free(&arena);
}

static void what_is_not_a_definition_is_refused(void **state)
{
	static const struct {
		const char *why, *key, *bytes;
	} rows[] = {
		{ "a newer version", "a/b", "3\tchl\t0\t0\t0\t0\t\t1\ts\t\t\tq" },
		{ "a newer version of JSON", "a/b", "{\"v\":2}" },
		{ "not JSON", "a/b", "{" },
		{ "nothing", "a/b", "" },
		{ "no slash in the key", "ab", "2\tchl\t0\t0\t0\t0\t\t1\ts\t\t\tq" },
		{ "a field too few", "a/b", "2\tchl\t0\t0\t0\t0\t\t1\ts\t\tq" },
		{ "an unknown origin", "a/b", "2\tzhl\t0\t0\t0\t0\t\t1\ts\t\t\tq" },
		{ "an unknown letter at the end", "a/b", "2\tchly\t0\t0\t0\t0\t\t1\ts\t\t\tq" },
		{ "a generation above 32 bits", "a/b",
			"2\tchl\t4294967296\t0\t0\t0\t\t1\ts\t\t\tq" },
		{ "a moment before 1970", "a/b", "2\tchl\t0\t-1\t0\t0\t\t1\ts\t\t\tq" },
		{ "a hash of 17 digits", "a/b",
			"2\tchl\t0\t0\t0\t11111111111111111\t\t1\ts\t\t\tq" },
		{ "no hash", "a/b", "2\tchl\t0\t0\t0\t\t\t1\ts\t\t\tq" },
		{ "half a digest", "a/b", "2\tchl\t0\t0\t0\t0\t0000001fab\t1\ts\t\t\tq" },
		{ "a digest of other letters", "a/b",
			"2\tchl\t0\t0\t0\t0\t0000001fzb000000000000000000000000000000\t1\ts\t\t\tq" },
		{ "no entries", "a/b", "2\tchl\t0\t0\t0\t0\t\t0\ts\t\t\tq" },
		{ "an escape that is none", "a/b", "2\tchl\t0\t0\t0\t0\t\t1\ts\t\t\ta\\b" },
		{ "half an escape", "a/b", "2\tchl\t0\t0\t0\t0\t\t1\ts\t\t\ta\\" },
	};
	struct tms_arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_definition back;
		struct tms_diag diag = { 0 };
		if (tms_definition_parse(&arena, tms_str_from(rows[i].key),
			    tms_str_from(rows[i].bytes), &back, &diag) != TMS_EMALFORMED ||
			!diag.text[0])
			fail_msg("%s", rows[i].why);
	}
	tms_arena_free(&arena);
}

static void fields_of_a_later_program_are_passed_over(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_definition back;
	(void)state;

	assert_int_equal(
		tms_definition_parse(&arena, TMS_STR("a/b"),
			TMS_STR("2\tahl\t0\t0\t0\t0\t\t1\ts\t\t\tq\tmore\tand more"), &back, NULL),
		TMS_OK);
	assert_str(back.match, "q");
	assert_str(back.title, "b");
	assert_int_equal(back.origin, TMS_ORIGIN_API);
	tms_arena_free(&arena);
}

static void a_digest_is_of_one_key_and_one_address(void **state)
{
	struct tms_key key = { { 1 } }, other = { { 2 } };
	struct tms_definition d = example();
	struct token_digest presented;
	struct tms_token token;
	(void)state;

	assert_int_not_equal(tms_key_tag(&key), tms_key_tag(&other));
	tms_definition_seal(&d, &key, tms_key_tag(&key));
	tms_token_make(&key, d.user, d.address_name, d.generation, &token);
	definition_digest(tms_str_from(token.text), &presented);
	assert_memory_equal(&presented, &d.digest, sizeof(presented));
	struct token_digest first = d.digest;
	tms_definition_seal(&d, &other, tms_key_tag(&other)); /* the key was changed */
	assert_memory_not_equal(&first, &d.digest, sizeof(first));
	d.title = TMS_STR("Other");
	tms_definition_seal(&d, &key, tms_key_tag(&key));
	assert_memory_equal(&first, &d.digest, sizeof(first));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(version_2_is_one_line_that_stays_as_it_is),
		cmocka_unit_test(version_1_is_still_read),
		cmocka_unit_test(what_is_not_a_definition_is_refused),
		cmocka_unit_test(fields_of_a_later_program_are_passed_over),
		cmocka_unit_test(a_digest_is_of_one_key_and_one_address),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
