#include <tamis/gzip_part.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "../test.h"
#include "inflate.h"

#define TEXTS 5

/* Short, empty, long and repetitive, incompressible; what one says stands in another as well. */
static void make_texts(struct tms_buf texts[TEXTS])
{
	uint32_t random = 1;

	tms_buf_add_cstr(&texts[0], "<entry>one</entry>\n");
	for (int i = 0; i < 20000; i++)
		tms_buf_format(&texts[2], "<entry>%d one and the same</entry>\n", i % 10);
	for (int i = 0; i < 100000; i++) {
		random = random * 1664525 + 1013904223;
		tms_buf_add_char(&texts[3], (char)(random >> 24));
	}
	tms_buf_add_cstr(&texts[4], "<entry>one</entry>\n<entry>two</entry>\n");
	for (int i = 0; i < TEXTS; i++)
		assert_int_equal(texts[i].status, TMS_OK);
}

struct joined {
	struct tms_buf member, text;
};

static struct joined join(const struct tms_buf *texts, const struct tms_gzip_part *parts,
	const size_t *order, size_t count, struct tms_str head)
{
	struct joined joined = { 0 };
	struct tms_gzip_joint joint = { 0 };

	tms_gzip_join_start(&joint, &joined.member, head);
	tms_buf_add(&joined.text, head);
	for (size_t i = 0; i < count; i++) {
		(void)tms_gzip_join(&joint, &parts[order[i]]);
		tms_buf_add(&joined.member, parts[order[i]].bytes);
		tms_buf_add(&joined.text, tms_buf_str(&texts[order[i]]));
	}
	tms_gzip_join_end(&joint, &joined.member, TMS_STR("</feed>\n"));
	tms_buf_add_cstr(&joined.text, "</feed>\n");
	return joined;
}

static void assert_joined(struct joined joined)
{
	struct tms_buf back = { 0 };

	inflate_whole(tms_buf_str(&joined.member), &back);
	assert_true(tms_str_equal(tms_buf_str(&back), tms_buf_str(&joined.text)));
	tms_buf_free(&back);
}

static void joined_free(struct joined *joined)
{
	tms_buf_free(&joined->member);
	tms_buf_free(&joined->text);
}

static void make_parts(const struct tms_buf texts[TEXTS], struct tms_gzip_part parts[TEXTS])
{
	struct tms_gzip_maker *maker = NULL;

	assert_int_equal(tms_gzip_maker_new(&maker), TMS_OK);
	for (size_t i = 0; i < TEXTS; i++)
		assert_int_equal(
			tms_gzip_part_make(maker, tms_buf_str(&texts[i]), 0, &parts[i]), TMS_OK);
	tms_gzip_maker_free(maker);
}

/* Every sequence of up to `left` more of the parts, each at most once. */
static size_t try_orders(const struct tms_buf *texts, const struct tms_gzip_part *parts,
	size_t order[TEXTS], size_t count, unsigned taken)
{
	struct joined joined = join(texts, parts, order, count, TMS_STR("<feed>\n"));
	size_t tried = 1;

	assert_joined(joined);
	joined_free(&joined);
	for (size_t i = 0; i < TEXTS; i++) {
		if (taken & 1u << i)
			continue;
		order[count] = i;
		tried += try_orders(texts, parts, order, count + 1, taken | 1u << i);
	}
	return tried;
}

static void parts_join_in_every_choice_and_order(void **state)
{
	struct tms_buf texts[TEXTS] = { 0 };
	struct tms_gzip_part parts[TEXTS] = { 0 };
	size_t order[TEXTS] = { 0 };
	(void)state;

	make_texts(texts);
	make_parts(texts, parts);
	/* 1 + 5 + 5*4 + 5*4*3 + 5*4*3*2 + 5! */
	assert_int_equal(try_orders(texts, parts, order, 0, 0), 326);
	for (size_t i = 0; i < TEXTS; i++) {
		tms_gzip_part_fini(&parts[i]);
		tms_buf_free(&texts[i]);
	}
}

static void a_header_longer_than_a_stored_block_is_split(void **state)
{
	static const size_t lengths[] = { 0, 1, 65534, 65535, 65536, 131070, 200000 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(lengths); i++) {
		struct tms_buf head = { 0 };
		for (size_t k = 0; k < lengths[i]; k++)
			tms_buf_add_char(&head, (char)('a' + k % 26));
		struct joined joined = join(NULL, NULL, NULL, 0, tms_buf_str(&head));
		assert_joined(joined);
		joined_free(&joined);
		tms_buf_free(&head);
	}
}

static void gzip_itself_takes_it(void **state)
{
	static const size_t order[] = { 4, 2, 0, 3, 2, 1 };
	struct tms_buf texts[TEXTS] = { 0 };
	struct tms_gzip_part parts[TEXTS] = { 0 };
	char path[] = "/tmp/tamis-gzip-XXXXXX";
	char command[64];
	(void)state;

	make_texts(texts);
	make_parts(texts, parts);
	struct joined joined = join(texts, parts, order, TMS_COUNT(order), TMS_STR("<feed>\n"));
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, joined.member.ptr, joined.member.len), joined.member.len);
	(void)snprintf(command, sizeof(command), "gzip -t < %s", path);
	assert_int_equal(system(command), 0);
	/* and a bit that is turned does not pass */
	joined.member.ptr[joined.member.len / 2] ^= 1;
	assert_int_equal(pwrite(fd, joined.member.ptr, joined.member.len, 0), joined.member.len);
	(void)snprintf(command, sizeof(command), "gzip -t < %s 2>/dev/null", path);
	assert_int_not_equal(system(command), 0);
	(void)close(fd);
	(void)unlink(path);
	joined_free(&joined);
	for (size_t i = 0; i < TEXTS; i++) {
		tms_gzip_part_fini(&parts[i]);
		tms_buf_free(&texts[i]);
	}
}

static void a_part_too_large_is_refused(void **state)
{
	struct tms_gzip_maker *maker = NULL;
	struct tms_gzip_part part = { 0 };
	(void)state;

	assert_int_equal(tms_gzip_maker_new(&maker), TMS_OK);
	char *text = calloc(1, 16 << 20);
	assert_non_null(text);
	assert_int_equal(tms_gzip_part_make(maker, (struct tms_str){ text, 16 << 20 }, 0, &part),
		TMS_ELIMIT);
	assert_int_equal(part.bytes.len, 0);
	free(text);
	tms_gzip_maker_free(maker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_join_in_every_choice_and_order),
		cmocka_unit_test(a_header_longer_than_a_stored_block_is_split),
		cmocka_unit_test(gzip_itself_takes_it),
		cmocka_unit_test(a_part_too_large_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
