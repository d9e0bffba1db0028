/* The request's head: request line and fields parsed, and how its body is framed. */
#include "head.h"

#include "field_value.h"
#include "refusal.h"
#include "target.h"

/* Ten digits hold every length that a limit allows, and no sum with them overflows. */
#define LENGTH_DIGITS_MAX 10

/* The next line without its CRLF; *rest moves behind it. The head ends in CRLF, so there always is
 * one. */
static struct tms_str take_line(struct tms_str *rest)
{
	size_t end = tms_str_find_byte(*rest, '\n', 0);
	struct tms_str line = tms_str_slice(*rest, 0, end - 1);

	*rest = tms_str_slice(*rest, end + 1, rest->len);
	return line;
}

static bool parse_version(
	struct tms_str version, struct tms_request *request, struct tms_refusal *refusal)
{
	if (version.len != 8 || !tms_str_starts(version, TMS_STR("HTTP/")) ||
		!tms_is_digit(version.ptr[5]) || version.ptr[6] != '.' ||
		!tms_is_digit(version.ptr[7]))
		return http_refuse(refusal, 400, "The request line does not end in HTTP/1.1.");
	if (version.ptr[5] != '1' || version.ptr[7] > '1')
		return http_refuse(refusal, 505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
	request->version_minor = version.ptr[7] - '0';
	return true;
}

static bool parse_method(
	struct tms_str method, struct tms_request *request, struct tms_refusal *refusal)
{
	if (!http_is_token(method))
		return http_refuse(refusal, 400, "The request line does not start with a method.");
	for (int i = TMS_METHOD_GET; i <= TMS_METHOD_OPTIONS; i++) {
		if (!tms_str_equal(method, tms_str_from(tms_method_name((enum tms_method)i))))
			continue;
		request->method = (enum tms_method)i;
		return true;
	}
	return http_refuse(refusal, 501, "This method is not known here.");
}

/* Everything of the request line but the target, which is judged together with Host. */
static bool parse_request_line(struct tms_str line, const struct tms_request_limits *limits,
	struct tms_request *request, struct tms_str *target, struct tms_refusal *refusal)
{
	size_t first = tms_str_find_byte(line, ' ', 0);
	size_t second = first == SIZE_MAX ? SIZE_MAX : tms_str_find_byte(line, ' ', first + 1);

	if (second == SIZE_MAX || second == first + 1)
		return http_refuse(refusal, 400,
			"The request line is not a method, an address and a version with one space "
			"between them.");
	if (!parse_version(tms_str_slice(line, second + 1, line.len), request, refusal) ||
		!parse_method(tms_str_slice(line, 0, first), request, refusal))
		return false;
	*target = tms_str_slice(line, first + 1, second);
	if (target->len > limits->target_bytes)
		return http_refuse(refusal, 414, "The address is longer than %zu bytes.",
			limits->target_bytes);
	return true;
}

static bool parse_header(
	struct tms_str line, struct tms_header *header, struct tms_refusal *refusal)
{
	size_t colon = tms_str_find_byte(line, ':', 0);

	if (line.ptr[0] == ' ' || line.ptr[0] == '\t')
		return http_refuse(refusal, 400, "A header line starts with white space.");
	if (colon == SIZE_MAX)
		return http_refuse(refusal, 400, "A header line has no colon.");
	header->name = tms_str_slice(line, 0, colon);
	header->value = http_trim(tms_str_slice(line, colon + 1, line.len));
	if (!http_is_token(header->name))
		return http_refuse(refusal, 400, "The name of a header is not a token.");
	return true;
}

/* Fields whose number or value decides where the message ends and whom it is for. */
struct framing {
	size_t hosts;
	size_t lengths;
	size_t codings;
	struct tms_str length;
	struct tms_str coding;
	bool says_close;
	bool says_keep_alive;
};

static bool note_field(const struct tms_header *header, struct tms_request *request,
	struct framing *framing, struct tms_refusal *refusal)
{
	switch (header->name.len) {
	case 4:
		if (tms_str_equal_caseless(header->name, TMS_STR("Host"))) {
			framing->hosts++;
			request->host = header->value;
		}
		return true;
	case 6:
		if (!tms_str_equal_caseless(header->name, TMS_STR("Expect")))
			return true;
		if (!tms_str_equal_caseless(header->value, TMS_STR("100-continue")))
			return http_refuse(
				refusal, 417, "Of all expectations only 100-continue can be met.");
		request->expects_continue = request->version_minor == 1;
		return true;
	case 10:
		if (!tms_str_equal_caseless(header->name, TMS_STR("Connection")))
			return true;
		framing->says_close |= tms_list_has_token(header->value, TMS_STR("close"));
		framing->says_keep_alive |=
			tms_list_has_token(header->value, TMS_STR("keep-alive"));
		return true;
	case 14:
		if (tms_str_equal_caseless(header->name, TMS_STR("Content-Length"))) {
			framing->lengths++;
			framing->length = header->value;
		}
		return true;
	case 17:
		if (tms_str_equal_caseless(header->name, TMS_STR("Transfer-Encoding"))) {
			framing->codings++;
			framing->coding = header->value;
		}
		return true;
	default:
		return true;
	}
}

/* RFC 9112 section 6.1: what to answer to transfer codings, none of which is taken. */
static bool refuse_coding(const struct tms_request *request, const struct framing *framing,
	struct tms_refusal *refusal)
{
	if (request->version_minor == 0)
		return http_refuse(refusal, 400, "HTTP/1.0 has no Transfer-Encoding.");
	if (framing->lengths || framing->codings > 1)
		return http_refuse(refusal, 400,
			"The length of the body is given twice: Transfer-Encoding beside another.");
	if (tms_str_equal_caseless(framing->coding, TMS_STR("chunked")))
		return http_refuse(
			refusal, 411, "Send the body with Content-Length, not in chunks.");
	return http_refuse(refusal, 501, "This Transfer-Encoding is not known here.");
}

static bool judge_length(
	const struct tms_request_limits *limits, struct tms_str length, struct tms_refusal *refusal)
{
	int64_t bytes = 0;

	for (size_t i = 0; i < length.len; i++)
		if (!tms_is_digit(length.ptr[i]))
			return http_refuse(refusal, 400, "Content-Length is not a number.");
	if (!length.len)
		return http_refuse(refusal, 400, "Content-Length is empty.");
	if (length.len > LENGTH_DIGITS_MAX || !tms_str_int64(length, &bytes) ||
		(uint64_t)bytes > limits->body_bytes)
		return http_refuse(
			refusal, 413, "The body is longer than %zu bytes.", limits->body_bytes);
	return true;
}

static bool judge_framing(const struct tms_request_limits *limits, const struct framing *framing,
	struct tms_request *request, struct tms_refusal *refusal)
{
	if (framing->hosts > 1)
		return http_refuse(refusal, 400, "There is more than one Host header.");
	if (framing->hosts == 0 && request->version_minor == 1)
		return http_refuse(refusal, 400, "There is no Host header.");
	if (framing->hosts && !http_host_is_valid(request->host))
		return http_refuse(refusal, 400, "The Host header is not the name of a host.");
	if (framing->codings)
		return refuse_coding(request, framing, refusal);
	if (framing->lengths > 1)
		return http_refuse(refusal, 400, "There is more than one Content-Length header.");
	if (framing->lengths && !judge_length(limits, framing->length, refusal))
		return false;
	request->keeps_alive =
		!framing->says_close && (request->version_minor == 1 || framing->says_keep_alive);
	return true;
}

bool http_head_parse(struct tms_arena *arena, struct tms_str head,
	const struct tms_request_reader *reader, struct tms_request *request,
	struct tms_refusal *refusal)
{
	struct tms_header *headers = NULL;
	struct framing framing = { 0 };
	struct tms_str target = { 0 };
	size_t count = reader->lines - 1;

	*request = (struct tms_request){ 0 };
	headers = TMS_ARENA_ARRAY(arena, struct tms_header, count ? count : 1);
	if (!headers)
		return http_refuse(refusal, 503, "There is no memory for this request now.");
	if (!parse_request_line(take_line(&head), &reader->limits, request, &target, refusal))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!parse_header(take_line(&head), &headers[i], refusal) ||
			!note_field(&headers[i], request, &framing, refusal))
			return false;
	request->headers = headers;
	request->header_count = count;
	return judge_framing(&reader->limits, &framing, request, refusal) &&
	       http_target_parse(arena, target, request, refusal);
}

size_t http_head_body_bytes(const struct tms_request *request)
{
	int64_t bytes = 0;

	if (!tms_str_int64(tms_request_header(request, TMS_STR("Content-Length")), &bytes))
		return 0;
	return (size_t)bytes;
}
