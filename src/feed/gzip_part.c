/* Deflate of parts, joined to one gzip member: <tamis/gzip_part.h> says why that works. */
#include <tamis/gzip_part.h>

#include <stdlib.h>
#include <zlib.h>

#define PART_BYTES_MAX ((size_t)16 << 20)
/* An entry is a few kilobytes: a larger window finds nothing more, and the tables of a smaller one
 * are cleared sooner. */
#define WINDOW_BITS 15
#define MEMORY_LEVEL 8
#define LEVEL 6
/* RFC 1951 section 3.2.4: a stored block holds so many bytes. */
#define STORED_MAX 65535

struct tms_gzip_maker {
	z_stream stream;
};

void tms_gzip_part_fini(struct tms_gzip_part *part)
{
	free((char *)(uintptr_t)part->bytes.ptr);
	*part = (struct tms_gzip_part){ 0 };
}

enum tms_status tms_gzip_maker_new(struct tms_gzip_maker **out)
{
	struct tms_gzip_maker *maker = calloc(1, sizeof(*maker));

	if (!maker || deflateInit2(&maker->stream, LEVEL, Z_DEFLATED, -WINDOW_BITS, MEMORY_LEVEL,
			      Z_DEFAULT_STRATEGY) != Z_OK) {
		free(maker);
		return TMS_ENOMEM;
	}
	*out = maker;
	return TMS_OK;
}

void tms_gzip_maker_free(struct tms_gzip_maker *maker)
{
	if (!maker)
		return;
	(void)deflateEnd(&maker->stream);
	free(maker);
}

static uint32_t crc_of(struct tms_str text)
{
	return (uint32_t)crc32(0, (const Bytef *)text.ptr, (uInt)text.len);
}

static void add_u16(struct tms_buf *out, uint32_t value)
{
	tms_buf_add_char(out, (char)(value & 0xff));
	tms_buf_add_char(out, (char)(value >> 8 & 0xff));
}

static void add_u32(struct tms_buf *out, uint32_t value)
{
	add_u16(out, value & 0xffff);
	add_u16(out, value >> 16);
}

/* RFC 1951 section 3.2.4: one byte of header bits, as all before ends on a byte, then the length
 * twice. */
static void add_stored(struct tms_buf *out, struct tms_str text, bool is_last)
{
	do {
		struct tms_str part = tms_str_slice(text, 0, STORED_MAX);
		text = tms_str_slice(text, part.len, text.len);
		tms_buf_add_char(out, (char)(is_last && text.len == 0));
		add_u16(out, (uint32_t)part.len);
		add_u16(out, ~(uint32_t)part.len);
		tms_buf_add(out, part);
	} while (text.len > 0);
}

/* Append what deflate makes of the text, up to a byte's end. */
static enum tms_status add_deflated(
	struct tms_buf *out, struct tms_gzip_maker *maker, struct tms_str text)
{
	z_stream *stream = &maker->stream;

	(void)deflateReset(stream);
	/* a full flush ends with an empty stored block: five bytes and the bits before them */
	size_t room = deflateBound(stream, (uLong)text.len) + 8;
	if (!tms_buf_reserve(out, room))
		return out->status;
	stream->next_in = (z_const Bytef *)(uintptr_t)text.ptr;
	stream->avail_in = (uInt)text.len;
	stream->next_out = (Bytef *)out->ptr + out->len;
	stream->avail_out = (uInt)room;
	if (deflate(stream, Z_FULL_FLUSH) != Z_OK || stream->avail_in > 0 || stream->avail_out == 0)
		return TMS_ENOMEM;
	out->len += room - stream->avail_out;
	return TMS_OK;
}

enum tms_status tms_gzip_part_make(struct tms_gzip_maker *maker, struct tms_str text,
	size_t divider_bytes, struct tms_gzip_part *out)
{
	struct tms_str divider = tms_str_slice(text, 0, divider_bytes);
	struct tms_buf bytes = { 0 };

	if (text.len >= PART_BYTES_MAX)
		return TMS_ELIMIT;
	text = tms_str_slice(text, divider_bytes, text.len);
	if (divider_bytes > 0)
		add_stored(&bytes, divider, false);
	size_t start = bytes.len;
	enum tms_status st = add_deflated(&bytes, maker, text);
	if (st != TMS_OK) {
		tms_buf_free(&bytes);
		return st;
	}
	char *fitted = realloc(bytes.ptr, bytes.len);
	*out = (struct tms_gzip_part){ .bytes = { fitted ? fitted : bytes.ptr, bytes.len },
		.divider_bytes = start,
		.divider_crc = crc_of(divider),
		.divider_text_bytes = divider_bytes,
		.text_bytes = text.len,
		.crc = crc_of(text),
		.crc_shift = (uint32_t)crc32_combine_gen((z_off_t)text.len) };
	/* cppcheck-suppress memleak ; the part has it */
	return TMS_OK;
}

static void count(struct tms_gzip_joint *joint, uint32_t crc, size_t bytes)
{
	joint->crc = (uint32_t)crc32_combine(joint->crc, crc, (z_off_t)bytes);
	joint->text_bytes += (uint32_t)bytes;
}

void tms_gzip_join_start(struct tms_gzip_joint *joint, struct tms_buf *out, struct tms_str text)
{
	/* RFC 1952 section 2.3: magic, deflate, no flags, no time, no level, system unknown */
	static const char head[] = "\x1f\x8b\x08\0\0\0\0\0\0\xff";

	*joint = (struct tms_gzip_joint){ 0 };
	tms_buf_add(out, (struct tms_str){ head, sizeof(head) - 1 });
	add_stored(out, text, false);
	count(joint, crc_of(text), text.len);
}

struct tms_str tms_gzip_join(struct tms_gzip_joint *joint, const struct tms_gzip_part *part)
{
	size_t skipped = joint->has_parts ? 0 : part->divider_bytes;

	if (part->divider_bytes > 0 && joint->has_parts)
		count(joint, part->divider_crc, part->divider_text_bytes);
	joint->has_parts = true;
	joint->crc = (uint32_t)crc32_combine_op(joint->crc, part->crc, part->crc_shift);
	joint->text_bytes += (uint32_t)part->text_bytes;
	return tms_str_slice(part->bytes, skipped, part->bytes.len);
}

void tms_gzip_join_end(struct tms_gzip_joint *joint, struct tms_buf *out, struct tms_str text)
{
	add_stored(out, text, true);
	count(joint, crc_of(text), text.len);
	add_u32(out, joint->crc);
	add_u32(out, joint->text_bytes);
}
