/* Many feeds in few bytes: found, changed and removed one by one. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "service/registry.h"

#define NAMES 3000

/* What the test knows of each feed; generation 0: not there. */
struct known {
	uint32_t generation, number;
	int64_t revision;
};

static void key_of(size_t i, char text[64])
{
	snprintf(text, 64, "user%zu/feed-%zu", i % 7, i);
}

static struct token_digest digest_of(size_t i, uint32_t generation)
{
	struct token_digest digest = { { 0 } };
	struct tms_hash_seed seed = { i, generation };
	uint64_t hash = tms_hash(seed, TMS_STR("digest"));

	memcpy(digest.bytes, &hash, sizeof(hash));
	digest.bytes[15] = (unsigned char)i;
	return digest;
}

static struct registered_feed feed_of(
	size_t i, uint32_t generation, const char *key, struct tms_str title)
{
	struct tms_str text = tms_str_from(key);
	size_t slash = tms_str_find_byte(text, '/', 0);
	struct tms_definition d = { .user = tms_str_slice(text, 0, slash),
		.name = tms_str_slice(text, slash + 1, text.len),
		.title = title,
		.generation = generation,
		.revised = 1772431200 + (int64_t)i,
		.removed_at = i % 5 ? 0 : 1772431999,
		.is_deleted = i % 11 == 0,
		.origin = i % 2 ? TMS_ORIGIN_API : TMS_ORIGIN_CONF,
		.hash = i % 2 ? 0 : UINT64_MAX - i,
		.limit = 1 + (int64_t)i * 1000,
		.link = (enum tms_feed_link)(i % 3),
		.date = (enum tms_feed_date)(i / 3 % 2),
		.digest = digest_of(i, generation) };

	d.address_name = i % 4 ? d.name : TMS_STR("first-name");
	return (struct registered_feed){ .definition = d,
		.key = text,
		.revision = (INT64_C(1) << 40) + generation,
		.rule = (uint32_t)i * 3,
		.source_set = (uint32_t)i % 4,
		.has_rule = i % 11 != 0,
		.stamp = generation % REGISTRY_STAMPS };
}

static void assert_same(const struct registered_feed *a, const struct registered_feed *b)
{
	const struct tms_definition *x = &a->definition, *y = &b->definition;

	assert_true(tms_str_equal(a->key, b->key));
	assert_true(tms_str_equal(x->user, y->user));
	assert_true(tms_str_equal(x->name, y->name));
	assert_true(tms_str_equal(x->address_name, y->address_name));
	assert_true(tms_str_equal(x->title, y->title));
	assert_int_equal(x->generation, y->generation);
	assert_int_equal(x->revised, y->revised);
	assert_int_equal(x->removed_at, y->removed_at);
	assert_int_equal(x->is_deleted, y->is_deleted);
	assert_int_equal(x->origin, y->origin);
	assert_true(x->hash == y->hash);
	assert_int_equal(x->limit, y->limit);
	assert_int_equal(x->link, y->link);
	assert_int_equal(x->date, y->date);
	assert_memory_equal(&x->digest, &y->digest, sizeof(x->digest));
	assert_int_equal(a->revision, b->revision);
	assert_int_equal(a->rule, b->rule);
	assert_int_equal(a->source_set, b->source_set);
	assert_int_equal(a->has_rule, b->has_rule);
	assert_int_equal(a->stamp, b->stamp);
}

/* Titles of all lengths, among them some that no cell holds. */
static struct tms_str title_of(size_t i, uint32_t generation)
{
	static char letters[3000];

	memset(letters, 'x', sizeof(letters));
	return (struct tms_str){ letters, generation % 10 == 9 ? 2000 + i % 1000 : i % 200 + 1 };
}

static void check(const struct registry *registry, size_t i, const struct known *known)
{
	char key[64];
	struct registered_feed want, found;

	key_of(i, key);
	uint32_t number = registry_find(registry, tms_str_from(key));
	if (known->generation == 0) {
		assert_int_equal(number, DIGEST_TABLE_NONE);
		return;
	}
	assert_int_equal(number, known->number);
	assert_true(registry_get(registry, number, &found));
	want = feed_of(i, known->generation, key, title_of(i, known->generation));
	want.revision = known->revision;
	assert_same(&found, &want);
	assert_int_equal(
		registry_find_digest(registry, &want.definition.digest), known->number);
	struct token_digest older = digest_of(i, known->generation - 1);
	assert_int_equal(registry_find_digest(registry, &older), DIGEST_TABLE_NONE);
	assert_int_equal(registry_stamp(registry, number), want.stamp);
	assert_int_equal(registry_is_of_conf(registry, number), i % 2 == 0);
}

static void feeds_come_change_and_go_and_are_always_found(void **state)
{
	static struct known known[NAMES];
	struct registry registry = { .seed = { 1, 2 } };
	uint32_t generation = 1;
	size_t count = 0;
	(void)state;

	srand(7);
	for (size_t turn = 0; turn < 60000; turn++) {
		size_t i = (size_t)rand() % NAMES;
		char key[64];
		key_of(i, key);
		if (known[i].generation && rand() % 3 == 0) {
			registry_remove(&registry, known[i].number);
			known[i].generation = 0;
			count--;
		} else if (known[i].generation && rand() % 3 == 0) {
			registry_set_revision(&registry, known[i].number, (int64_t)turn);
			known[i].revision = (int64_t)turn;
		} else {
			generation++;
			struct registered_feed feed =
				feed_of(i, generation, key, title_of(i, generation));
			uint32_t number = 0;
			count += known[i].generation == 0;
			assert_int_equal(registry_put(&registry, &feed, &number), TMS_OK);
			if (known[i].generation) /* it keeps its number */
				assert_int_equal(number, known[i].number);
			known[i] = (struct known){ generation, number, feed.revision };
		}
		check(&registry, i, &known[i]);
		assert_int_equal(registry.count, count);
		assert_int_equal(registry.by_key.count, count);
		assert_int_equal(registry.by_digest.count, count);
	}
	for (size_t i = 0; i < NAMES; i++) {
		check(&registry, i, &known[i]);
		if (known[i].generation)
			registry_remove(&registry, known[i].number);
	}
	assert_int_equal(registry.count, 0);
	assert_true(registry.end <= NAMES); /* numbers are used again */
	registry_fini(&registry);
	assert_int_equal(registry_bytes(&registry), 0);
}

static void a_renamed_feed_and_its_old_name_may_have_one_address_for_a_moment(void **state)
{
	struct registry registry = { .seed = { 1, 2 } };
	struct registered_feed old = feed_of(1, 1, "ana/old", TMS_STR("Old"));
	struct registered_feed new = feed_of(1, 1, "ana/new", TMS_STR("New"));
	uint32_t old_number = 0, new_number = 0;
	(void)state;

	assert_int_equal(registry_put(&registry, &old, &old_number), TMS_OK);
	assert_int_equal(registry_put(&registry, &new, &new_number), TMS_OK);
	registry_remove(&registry, old_number);
	assert_int_equal(registry_find_digest(&registry, &new.definition.digest), new_number);
	registry_remove(&registry, new_number);
	assert_int_equal(
		registry_find_digest(&registry, &new.definition.digest), DIGEST_TABLE_NONE);
	registry_fini(&registry);
}

/* ≤ 96 bytes a feed is the aim; the parts that depend on names are those of a large service. */
/* Under ASan a leak is a failure. */
static void what_feeds_with_long_titles_hold_goes_with_the_registry(void **state)
{
	struct registry registry = { 0 };
	char title[3000];
	(void)state;

	memset(title, 't', sizeof(title));
	for (size_t i = 0; i < 3; i++) {
		uint32_t number = 0;
		char key[64];
		key_of(i, key);
		struct registered_feed feed =
			feed_of(i, 0, key, (struct tms_str){ title, sizeof(title) - i });
		assert_int_equal(registry_put(&registry, &feed, &number), TMS_OK);
		assert_true(registry_get(&registry, number, &feed));
		assert_int_equal(feed.definition.title.len, sizeof(title) - i);
	}
	registry_fini(&registry);
	assert_int_equal(registry_bytes(&registry), 0);
}

static void a_feed_takes_less_than_96_bytes(void **state)
{
	enum { FEEDS = 200000 };
	struct registry registry = { .seed = { 1, 2 } };
	(void)state;

	for (size_t i = 0; i < FEEDS; i++) {
		char key[64], title[64];
		uint32_t number = 0;
		snprintf(key, sizeof(key), "u%zu/feed-%zu", i / 10, i % 10);
		snprintf(title, sizeof(title), "Saved search %zu", i);
		struct registered_feed feed = feed_of(i, 0, key, tms_str_from(title));
		feed.definition.address_name = feed.definition.name;
		feed.definition.origin = TMS_ORIGIN_API;
		feed.definition.hash = 0;
		feed.definition.removed_at = 0;
		feed.definition.limit = 100;
		assert_int_equal(registry_put(&registry, &feed, &number), TMS_OK);
	}
	size_t each = registry_bytes(&registry) / FEEDS;
	if (each > 96 || each < 60)
		fail_msg("%zu bytes a feed", each);
	registry_fini(&registry);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(feeds_come_change_and_go_and_are_always_found),
		cmocka_unit_test(a_renamed_feed_and_its_old_name_may_have_one_address_for_a_moment),
		cmocka_unit_test(what_feeds_with_long_titles_hold_goes_with_the_registry),
		cmocka_unit_test(a_feed_takes_less_than_96_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
