/*
 * Any bytes as a request at the control socket and as an answer: no crash; a request that is taken
 * keeps the promises of protocol.h and is the same when it is written and read again; a text that is
 * written is read line by line as it was, without control characters.
 */
#include <stdlib.h>

#include <tamis/conf.h>

#include "control/protocol.h"
#include "promise.h"

static void check_request(struct tms_str line)
{
	struct tms_arena arena = { .max_bytes = (size_t)8 << 20 }, again = { 0 };
	struct tms_control_request request = { 0 }, second = { 0 };
	struct tms_diag diag = { 0 };
	struct tms_buf buf = { 0 };

	enum tms_status st = control_request_read(&arena, line, &request, &diag);
	PROMISE(st == TMS_OK || st == TMS_EINVAL || st == TMS_ELIMIT);
	PROMISE(st != TMS_EINVAL || diag.text[0]);
	if (st == TMS_OK) {
		PROMISE(request.verb <= TMS_CONTROL_CONFIGURATION);
		for (size_t i = 0; i < request.sources_count; i++)
			PROMISE(tms_conf_is_name(request.sources[i]));
		control_request_write(&buf, &request);
		struct tms_str text = tms_buf_str(&buf);
		PROMISE(tms_str_ends(text, TMS_STR("\n")));
		text.len--;
		PROMISE(control_request_read(&again, text, &second, &diag) == TMS_OK);
		PROMISE(second.verb == request.verb && second.is_ready == request.is_ready);
		PROMISE(second.sources_count == request.sources_count);
		for (size_t i = 0; i < request.sources_count; i++)
			PROMISE(tms_str_equal(second.sources[i], request.sources[i]));
	}
	tms_buf_free(&buf);
	tms_arena_free(&arena);
	tms_arena_free(&again);
}

static void check_answer(struct tms_str text)
{
	struct tms_buf buf = { 0 };
	enum tms_control_stream stream;
	struct tms_str rest, line, said;
	int exit_status = -1;

	(void)control_line_read(text, &stream, &said, &exit_status);
	PROMISE(exit_status >= -1 && exit_status <= 3);
	control_text_write(&buf, TMS_CONTROL_OUT, text);
	control_exit_write(&buf, 0);
	rest = tms_buf_str(&buf);
	size_t lines = 0, bytes = 0;
	while (tms_str_split(&rest, '\n', &line)) {
		if (line.len == 0 && rest.len == 0)
			break;
		PROMISE(control_line_read(line, &stream, &said, &exit_status));
		lines++;
		bytes += stream == TMS_CONTROL_OUT ? said.len + 1 : 0;
		for (size_t i = 0; i < line.len; i++)
			PROMISE((unsigned char)line.ptr[i] >= ' ' || line.ptr[i] == '\t');
	}
	PROMISE(lines >= 1 && bytes + 1 >= text.len && bytes <= text.len + 1);
	PROMISE(stream == TMS_CONTROL_EXIT && exit_status == 0);
	tms_buf_free(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tms_str bytes = { (const char *)data, size };

	check_request(bytes);
	check_answer(bytes);
	return 0;
}
