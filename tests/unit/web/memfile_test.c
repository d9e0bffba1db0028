/* Which bodies get a file of their own, what is in it, and when there is none. */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "web/memfile.h"

#define BODY_BYTES ((size_t)40000)
#define ROOM_BYTES ((size_t)40960) /* in whole pages */
#define PIECES 150

/* A form of so many bytes in pieces, some of them empty. */
struct made {
	struct tms_rendition_form form;
	struct tms_str pieces[PIECES];
	char *bytes;
};

static void make_form(struct made *made, size_t bytes)
{
	made->bytes = malloc(bytes);
	assert_non_null(made->bytes);
	for (size_t i = 0; i < bytes; i++)
		made->bytes[i] = (char)(i * 2654435761U >> 13);
	for (size_t i = 0; i < PIECES; i++) {
		size_t from = bytes * (i / 3) / (PIECES / 3);
		size_t to = bytes * (i / 3 + 1) / (PIECES / 3);
		made->pieces[i] = i % 3 ? (struct tms_str){ 0 }
					: (struct tms_str){ made->bytes + from, to - from };
	}
	made->form = (struct tms_rendition_form){
		.pieces = made->pieces, .pieces_count = PIECES, .bytes = bytes
	};
}

static struct memfile_counts counts_of(const struct memfile_pool *pool)
{
	struct memfile_counts counts = { 0 };

	memfile_counts_add(pool, &counts);
	return counts;
}

/* Ask for it and send it, so often. How often it lay in a file. */
static unsigned ask(
	struct memfile_pool *pool, struct memfile *file, const struct made *made, unsigned times)
{
	unsigned lent = 0;

	for (unsigned i = 0; i < times; i++) {
		if (!memfile_use(pool, file, &made->form))
			continue;
		lent++;
		memfile_release(file);
	}
	return lent;
}

static void a_body_asked_for_often_lies_in_a_file_whole(void **state)
{
	struct memfile_pool *pool = memfile_pool_new(4, 1 << 20);
	struct memfile file = { 0 };
	struct made made;
	static char got[BODY_BYTES + 1];

	(void)state;
	make_form(&made, BODY_BYTES);
	assert_int_equal(ask(pool, &file, &made, MEMFILE_ASKED_MIN), 0);
	assert_int_equal(ask(pool, &file, &made, 3), 3);
	assert_int_equal(file.bytes, BODY_BYTES);
	assert_int_equal(pread(file.fd, got, sizeof(got), 0), BODY_BYTES);
	assert_memory_equal(got, made.bytes, BODY_BYTES);
	assert_int_equal(fcntl(file.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	const struct memfile_counts counts = counts_of(pool);
	assert_int_equal(counts.lent, 3);
	assert_int_equal(counts.files, 1);
	assert_int_equal(counts.bytes, ROOM_BYTES);
	assert_int_equal(counts.refused, 0);
	memfile_drop(pool, &file);
	assert_int_equal(counts_of(pool).files, 0);
	assert_int_equal(counts_of(pool).bytes, 0);
	memfile_pool_free(pool);
	free(made.bytes);
}

static void a_file_cannot_be_changed_any_more(void **state)
{
	struct memfile_pool *pool = memfile_pool_new(4, 1 << 20);
	struct memfile file = { 0 };
	struct made made;

	(void)state;
	make_form(&made, BODY_BYTES);
	assert_int_equal(ask(pool, &file, &made, MEMFILE_ASKED_MIN + 1), 1);
	assert_int_equal(ftruncate(file.fd, 0), -1);
	assert_int_equal(pwrite(file.fd, "y", 1, 0), -1);
	memfile_drop(pool, &file);
	memfile_pool_free(pool);
	free(made.bytes);
}

static void small_and_huge_bodies_get_no_file(void **state)
{
	static const struct {
		const char *why;
		size_t bytes;
		unsigned lent;
	} rows[] = {
		{ "copying is as cheap", MEMFILE_BODY_MIN - 1, 0 },
		{ "the smallest", MEMFILE_BODY_MIN, 1 },
		{ "the largest", MEMFILE_BODY_MAX, 1 },
		{ "making it would hold others up", MEMFILE_BODY_MAX + 1, 0 },
	};
	struct memfile_pool *pool = memfile_pool_new(4, 8 << 20);

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct memfile file = { 0 };
		struct made made;
		make_form(&made, rows[i].bytes);
		if (ask(pool, &file, &made, MEMFILE_ASKED_MIN + 1) != rows[i].lent)
			fail_msg("%s", rows[i].why);
		memfile_drop(pool, &file);
		free(made.bytes);
	}
	memfile_pool_free(pool);
}

static void files_and_bytes_are_bounded(void **state)
{
	static const struct {
		size_t files_max, bytes_max, want;
	} rows[] = { { 3, 1 << 20, 3 }, { 100, ROOM_BYTES * 5 - 1, 4 }, { 100, ROOM_BYTES - 1, 0 },
		{ 0, 1 << 20, 0 }, { 3, 0, 0 } };
	struct made made;

	(void)state;
	make_form(&made, BODY_BYTES);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct memfile_pool *pool = memfile_pool_new(rows[i].files_max, rows[i].bytes_max);
		struct memfile bodies[10] = { 0 };
		for (size_t j = 0; j < TMS_COUNT(bodies); j++)
			(void)ask(pool, &bodies[j], &made, MEMFILE_ASKED_MIN + 1);
		assert_int_equal(counts_of(pool).files, rows[i].want);
		assert_int_equal(counts_of(pool).bytes, rows[i].want * ROOM_BYTES);
		for (size_t j = 0; j < TMS_COUNT(bodies); j++) {
			/* the last ones have the room */
			assert_int_equal(
				bodies[j].bytes > 0, j >= TMS_COUNT(bodies) - rows[i].want);
			memfile_drop(pool, &bodies[j]);
		}
		memfile_pool_free(pool);
	}
	free(made.bytes);
}

static void what_is_asked_for_keeps_its_file_and_what_is_being_sent_too(void **state)
{
	struct memfile_pool *pool = memfile_pool_new(2, 1 << 20);
	struct memfile old = { 0 }, new = { 0 }, third = { 0 };
	struct made made;

	(void)state;
	make_form(&made, BODY_BYTES);
	(void)ask(pool, &old, &made, MEMFILE_ASKED_MIN + 1);
	(void)ask(pool, &new, &made, MEMFILE_ASKED_MIN + 1);
	assert_int_equal(ask(pool, &old, &made, 1), 1);
	assert_int_equal(ask(pool, &third, &made, MEMFILE_ASKED_MIN + 1), 1);
	assert_int_equal(new.bytes, 0);
	assert_true(old.bytes > 0);
	/* both under way: no room, and tried again after as many requests */
	assert_true(memfile_use(pool, &old, &made.form));
	assert_true(memfile_use(pool, &third, &made.form));
	assert_int_equal(ask(pool, &new, &made, MEMFILE_ASKED_MIN + 1), 0);
	memfile_release(&old);
	assert_int_equal(ask(pool, &new, &made, MEMFILE_ASKED_MIN), 0);
	assert_int_equal(ask(pool, &new, &made, 1), 1);
	assert_int_equal(old.bytes, 0);
	assert_true(third.bytes > 0);
	memfile_release(&third);
	memfile_drop(pool, &third);
	memfile_drop(pool, &new);
	memfile_pool_free(pool);
	free(made.bytes);
}

static void a_system_out_of_descriptors_costs_only_the_file(void **state)
{
	struct memfile_pool *pool = memfile_pool_new(4, 1 << 20);
	struct memfile file = { 0 };
	struct rlimit before, none;
	struct made made;

	(void)state;
	make_form(&made, BODY_BYTES);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	struct memfile_pool *without = memfile_pool_new(4, 1 << 20);
	unsigned lent = ask(pool, &file, &made, 2 * MEMFILE_ASKED_MIN + 2);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(lent, 0);
	assert_int_equal(counts_of(pool).refused, 2);
	assert_int_equal(counts_of(pool).files, 0);
	/* it is tried again */
	assert_int_equal(ask(pool, &file, &made, MEMFILE_ASKED_MIN + 1), 1);
	memfile_drop(pool, &file);
	/* a system that could not do it at the start is not asked again */
	assert_int_equal(ask(without, &file, &made, 3 * MEMFILE_ASKED_MIN), 0);
	assert_int_equal(counts_of(without).refused, 0);
	memfile_pool_free(without);
	memfile_pool_free(pool);
	free(made.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_body_asked_for_often_lies_in_a_file_whole),
		cmocka_unit_test(a_file_cannot_be_changed_any_more),
		cmocka_unit_test(small_and_huge_bodies_get_no_file),
		cmocka_unit_test(files_and_bytes_are_bounded),
		cmocka_unit_test(what_is_asked_for_keeps_its_file_and_what_is_being_sent_too),
		cmocka_unit_test(a_system_out_of_descriptors_costs_only_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
