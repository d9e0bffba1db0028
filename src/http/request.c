/* The incremental request reader: finds the end of the head, then waits for the body. */
#include <tamis/request.h>

#include "head.h"
#include "refusal.h"

/* What a request line has beside its target: the longest method known, two spaces, the version. */
#define LINE_REST_BYTES 32

void tms_request_reader_init(
	struct tms_request_reader *reader, const struct tms_request_limits *limits)
{
	*reader = (struct tms_request_reader){ .limits = *limits };
}

size_t tms_request_reader_wants(const struct tms_request_reader *reader)
{
	return reader->head_bytes ? reader->head_bytes + reader->body_bytes : 0;
}

static bool is_control(char byte)
{
	return ((unsigned char)byte < 0x20 && byte != '\t') || byte == 0x7f;
}

/* A line has ended at offset `end` of its LF. Sets head_bytes when it was the empty one. */
static bool end_line(struct tms_request_reader *reader, struct tms_str bytes, size_t end,
	struct tms_refusal *refusal)
{
	bool is_empty = false;

	if (end == reader->line_start || bytes.ptr[end - 1] != '\r')
		return http_refuse(refusal, 400, "A line ends in LF without CR.");
	is_empty = end - 1 == reader->line_start;
	reader->line_start = end + 1;
	if (!is_empty) {
		reader->lines++;
		if (reader->lines > reader->limits.headers + 1)
			return http_refuse(refusal, 431, "There are more than %zu headers.",
				reader->limits.headers);
		return true;
	}
	if (reader->lines) {
		reader->head_bytes = end + 1;
		return true;
	}
	if (reader->head_start)
		return http_refuse(refusal, 400, "Empty lines stand before the request.");
	reader->head_start = end + 1;
	return true;
}

#define EACH_BYTE(value) (UINT64_MAX / 255 * (value))

/* True when none of eight bytes is below 0x20 or is 0x7f. Wrong only to the careful side: a byte above
 * one that is may count too. Source: Bit Twiddling Hacks, "Determine if a word has a byte less than
 * n". */
static bool are_plain(const char *eight)
{
	uint64_t word = 0, delete = 0;

	memcpy(&word, eight, sizeof(word));
	delete = word ^ EACH_BYTE(0x7f);
	word = (word - EACH_BYTE(0x20)) & ~word;
	delete = (delete - EACH_BYTE(1)) & ~delete;
	return ((word | delete) & EACH_BYTE(0x80)) == 0;
}

/*
 * Step over bytes of which none can end a line, break a rule or reach a limit; most of a head is of
 * them. The byte behind a CR is not stepped over: it must be LF.
 */
static void skip_plain(struct tms_request_reader *reader, struct tms_str bytes)
{
	const struct tms_request_limits *limits = &reader->limits;
	size_t at = reader->scanned;
	size_t end = limits->head_bytes + reader->head_start;
	size_t target_end = reader->line_start + limits->target_bytes + LINE_REST_BYTES;

	if (at == 0 || bytes.ptr[at - 1] == '\r')
		return;
	if (!reader->lines && target_end < end)
		end = target_end;
	if (end > bytes.len)
		end = bytes.len;
	while (at + 8 <= end && are_plain(bytes.ptr + at))
		at += 8;
	while (at < end && (unsigned char)bytes.ptr[at] >= 0x20 && bytes.ptr[at] != 0x7f)
		at++;
	reader->scanned = at;
}

/*
 * Look for the end of the head. Every refusal here depends on the bytes up to where it is seen and
 * on nothing behind them, so that cutting the input elsewhere changes nothing.
 */
static bool scan_head(
	struct tms_request_reader *reader, struct tms_str bytes, struct tms_refusal *refusal)
{
	const struct tms_request_limits *limits = &reader->limits;

	for (; reader->scanned < bytes.len && !reader->head_bytes; reader->scanned++) {
		skip_plain(reader, bytes);
		size_t at = reader->scanned;
		if (at == bytes.len)
			break;
		char byte = bytes.ptr[at];
		if (at - reader->head_start >= limits->head_bytes)
			return http_refuse(refusal, 431,
				"The head of the request is longer than %zu bytes.",
				limits->head_bytes);
		if (byte == '\n') {
			if (!end_line(reader, bytes, at, refusal))
				return false;
			continue;
		}
		if (at > reader->line_start && bytes.ptr[at - 1] == '\r')
			return http_refuse(refusal, 400, "A CR stands without LF.");
		if (byte != '\r' && is_control(byte))
			return http_refuse(
				refusal, 400, "The head of the request holds a control byte.");
		if (!reader->lines &&
			at - reader->line_start > limits->target_bytes + LINE_REST_BYTES)
			return http_refuse(refusal, 414, "The address is longer than %zu bytes.",
				limits->target_bytes);
	}
	return true;
}

enum tms_reading tms_request_read(struct tms_request_reader *reader, struct tms_arena *arena,
	struct tms_str bytes, struct tms_request *request, struct tms_refusal *refusal)
{
	bool is_first = !reader->head_bytes;
	size_t whole = 0;

	if (is_first && !scan_head(reader, bytes, refusal))
		return TMS_READING_REFUSED;
	if (!reader->head_bytes)
		return TMS_READING_MORE;
	whole = tms_request_reader_wants(reader);
	if (!is_first && bytes.len < whole)
		return TMS_READING_BODY; /* *request was filled when the head came */
	if (!http_head_parse(arena, tms_str_slice(bytes, reader->head_start, reader->head_bytes),
		    reader, request, refusal))
		return TMS_READING_REFUSED;
	reader->body_bytes = http_head_body_bytes(request);
	whole = tms_request_reader_wants(reader);
	if (bytes.len < whole)
		return TMS_READING_BODY;
	request->body = tms_str_slice(bytes, reader->head_bytes, whole);
	request->bytes = whole;
	return TMS_READING_DONE;
}
