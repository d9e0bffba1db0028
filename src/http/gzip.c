#include <tamis/gzip.h>

#include <limits.h>
#include <zlib.h>

#define WINDOW_BITS_GZIP (15 + 16)
#define MEMORY_LEVEL 8
#define SYSTEM_UNKNOWN 255
#define ROOM_BYTES 4096

/* Run deflate until it has eaten its input, or ended its stream when it was told to. */
static enum tms_status deflate_all(z_stream *stream, struct tms_buf *out, int flush)
{
	int rc = Z_OK;

	do {
		size_t left = out->max ? out->max - out->len : SIZE_MAX;
		size_t room = left < ROOM_BYTES ? left : ROOM_BYTES;
		if (!tms_buf_reserve(out, room ? room : 1))
			return out->status;
		stream->next_out = (Bytef *)out->ptr + out->len;
		stream->avail_out = (uInt)room;
		rc = deflate(stream, flush);
		if (rc == Z_STREAM_ERROR)
			return TMS_EINVAL;
		out->len += room - stream->avail_out;
	} while (rc != Z_STREAM_END && (stream->avail_out == 0 || flush == Z_FINISH));
	return TMS_OK;
}

static enum tms_status deflate_pieces(
	z_stream *stream, struct tms_buf *out, const struct tms_str *pieces, size_t count)
{
	enum tms_status st = TMS_OK;

	for (size_t i = 0; i < count && st == TMS_OK; i++) {
		struct tms_str rest = pieces[i];
		while (rest.len && st == TMS_OK) {
			size_t part = rest.len < UINT_MAX ? rest.len : UINT_MAX;
			stream->next_in = (z_const Bytef *)(uintptr_t)rest.ptr;
			stream->avail_in = (uInt)part;
			st = deflate_all(stream, out, Z_NO_FLUSH);
			rest = tms_str_slice(rest, part, rest.len);
		}
	}
	return st == TMS_OK ? deflate_all(stream, out, Z_FINISH) : st;
}

enum tms_status tms_gzip(struct tms_buf *out, const struct tms_str *pieces, size_t count, int level)
{
	z_stream stream = { 0 };
	gz_header header = { .os = SYSTEM_UNKNOWN };
	size_t before = out->len;
	enum tms_status st = TMS_OK;

	if (level < 1 || level > 9)
		return TMS_EINVAL;
	if (out->status != TMS_OK)
		return out->status;
	if (deflateInit2(&stream, level, Z_DEFLATED, WINDOW_BITS_GZIP, MEMORY_LEVEL,
		    Z_DEFAULT_STRATEGY) != Z_OK) {
		out->status = TMS_ENOMEM;
		return TMS_ENOMEM;
	}
	deflateSetHeader(&stream, &header);
	st = deflate_pieces(&stream, out, pieces, count);
	deflateEnd(&stream);
	if (st != TMS_OK)
		out->len = before;
	return st;
}
