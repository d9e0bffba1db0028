/* What a gzip member holds, as zlib reads it. */
#ifndef TAMIS_TEST_FEED_INFLATE_H
#define TAMIS_TEST_FEED_INFLATE_H

#include <tamis/buf.h>

#include <zlib.h>

#include "../test.h"

/** Append it; fails the test when checksum or length are wrong, or when something follows. */
static inline void inflate_whole(struct tms_str member, struct tms_buf *out)
{
	z_stream stream = { .next_in = (z_const Bytef *)(uintptr_t)member.ptr,
		.avail_in = (uInt)member.len };
	int rc = Z_OK;

	assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK); /* gzip alone */
	while (rc == Z_OK) {
		assert_true(tms_buf_reserve(out, 65536));
		stream.next_out = (Bytef *)out->ptr + out->len;
		stream.avail_out = 65536;
		rc = inflate(&stream, Z_NO_FLUSH);
		out->len += 65536 - stream.avail_out;
	}
	assert_int_equal(rc, Z_STREAM_END); /* checksum and length were right */
	assert_int_equal(stream.avail_in, 0);
	(void)inflateEnd(&stream);
}

#endif
