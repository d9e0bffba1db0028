/* The control socket's wire format, read and written; protocol.h describes it. */
#include "control/protocol.h"

#include <jansson.h>

#include <tamis/conf.h>

static const char *const verbs[] = { [TMS_CONTROL_HEALTH] = "health",
	[TMS_CONTROL_RELOAD] = "reload",
	[TMS_CONTROL_REFRESH] = "refresh",
	[TMS_CONTROL_RELEASE] = "release",
	[TMS_CONTROL_CONFIGURATION] = "configuration" };

/* ---- requests ---- */

static bool refuse(struct tms_diag *diag, const char *sentence)
{
	tms_diag_set(diag, 0, 0, "this is no request: %s", sentence);
	return false;
}

static bool read_verb(const json_t *value, enum tms_control_verb *out, struct tms_diag *diag)
{
	const char *text = json_string_value(value);

	for (size_t i = 0; text && i < TMS_COUNT(verbs); i++)
		if (strcmp(text, verbs[i]) == 0) {
			*out = (enum tms_control_verb)i;
			return true;
		}
	return refuse(diag, "\"do\" is health, reload, refresh, release or configuration");
}

static bool read_sources(struct tms_arena *arena, const json_t *value,
	struct tms_control_request *out, struct tms_diag *diag)
{
	size_t count = json_array_size(value);
	struct tms_str *names = TMS_ARENA_ARRAY(arena, struct tms_str, count + 1);

	if (!json_is_array(value))
		return refuse(diag, "\"sources\" is a list of names");
	for (size_t i = 0; names && i < count; i++) {
		const json_t *name = json_array_get(value, i);
		struct tms_str text = { json_string_value(name), json_string_length(name) };
		if (!json_is_string(name) || !tms_conf_is_name(text))
			return refuse(diag,
				"a name of a source is 1 to 64 characters of a-z, 0-9 and \"-\"");
		names[i] = tms_arena_copy(arena, text);
	}
	out->sources = names;
	out->sources_count = names ? count : 0;
	return true;
}

static bool read_member(struct tms_arena *arena, const char *key, const json_t *value,
	struct tms_control_request *out, struct tms_diag *diag)
{
	if (strcmp(key, "v") == 0)
		return json_integer_value(value) == 1 ||
		       refuse(diag, "the only version that is spoken here is \"v\":1");
	if (strcmp(key, "do") == 0)
		return read_verb(value, &out->verb, diag);
	if (strcmp(key, "sources") == 0)
		return read_sources(arena, value, out, diag);
	if (strcmp(key, "ready") != 0)
		return refuse(diag, "its members are v, do, sources and ready");
	out->is_ready = json_is_true(value);
	return json_is_boolean(value) || refuse(diag, "\"ready\" is true or false");
}

static bool fits_verb(const struct tms_control_request *request, struct tms_diag *diag)
{
	bool takes_sources =
		request->verb == TMS_CONTROL_REFRESH || request->verb == TMS_CONTROL_RELEASE;

	if (request->sources_count > 0 && !takes_sources)
		return refuse(diag, "only refresh and release take sources");
	if (request->verb == TMS_CONTROL_RELEASE && request->sources_count != 1)
		return refuse(diag, "release takes one source");
	if (request->is_ready && request->verb != TMS_CONTROL_HEALTH)
		return refuse(diag, "only health takes \"ready\"");
	return true;
}

static bool read_object(struct tms_arena *arena, json_t *object, struct tms_control_request *out,
	struct tms_diag *diag)
{
	const char *key = NULL;
	json_t *value = NULL;

	if (!json_is_object(object))
		return refuse(diag, "a line of JSON was expected, an object");
	if (!json_object_get(object, "v") || !json_object_get(object, "do"))
		return refuse(diag, "\"v\" and \"do\" are missing");
	json_object_foreach(object, key, value)
	{
		if (!read_member(arena, key, value, out, diag))
			return false;
	}
	return fits_verb(out, diag);
}

enum tms_status control_request_read(struct tms_arena *arena, struct tms_str line,
	struct tms_control_request *out, struct tms_diag *diag)
{
	struct tms_control_request made = { 0 };

	if (line.len > TMS_CONTROL_REQUEST_BYTES_MAX) {
		(void)refuse(diag, "it is longer than 65,536 bytes");
		return TMS_EINVAL;
	}
	json_t *object =
		json_loadb(line.ptr ? line.ptr : "", line.len, JSON_REJECT_DUPLICATES, NULL);
	bool is_right = read_object(arena, object, &made, diag);
	json_decref(object);
	if (arena->status != TMS_OK)
		return arena->status;
	if (!is_right)
		return TMS_EINVAL;
	*out = made;
	return TMS_OK;
}

void control_request_write(struct tms_buf *buf, const struct tms_control_request *request)
{
	tms_buf_format(buf, "{\"v\":1,\"do\":\"%s\"", verbs[request->verb]);
	for (size_t i = 0; i < request->sources_count; i++)
		tms_buf_format(buf, "%s\"%.*s\"", i == 0 ? ",\"sources\":[" : ",",
			TMS_STR_ARGS(request->sources[i]));
	if (request->sources_count > 0)
		tms_buf_add_char(buf, ']');
	tms_buf_format(buf, "%s}\n", request->is_ready ? ",\"ready\":true" : "");
}

/* ---- answers ---- */

void control_text_write(struct tms_buf *buf, enum tms_control_stream stream, struct tms_str text)
{
	struct tms_str line;

	if (tms_str_ends(text, TMS_STR("\n")))
		text.len--;
	while (tms_str_split(&text, '\n', &line)) {
		tms_buf_add_cstr(buf, stream == TMS_CONTROL_OUT ? "out " : "err ");
		for (size_t i = 0; i < line.len; i++) {
			bool is_control =
				((unsigned char)line.ptr[i] < ' ' && line.ptr[i] != '\t') ||
				line.ptr[i] == 0x7f;
			tms_buf_add_char(buf, is_control ? '?' : line.ptr[i]);
		}
		tms_buf_add_char(buf, '\n');
	}
}

void control_exit_write(struct tms_buf *buf, int exit_status)
{
	tms_buf_format(buf, "exit %d\n", exit_status);
}

bool control_line_read(struct tms_str line, enum tms_control_stream *stream, struct tms_str *text,
	int *exit_status)
{
	struct tms_str rest = tms_str_slice(line, 4, line.len);

	*text = rest;
	*stream = tms_str_starts(line, TMS_STR("out ")) ? TMS_CONTROL_OUT : TMS_CONTROL_ERR;
	if (*stream == TMS_CONTROL_OUT || tms_str_starts(line, TMS_STR("err ")))
		return true;
	if (line.len != 6 || !tms_str_starts(line, TMS_STR("exit ")) || line.ptr[5] < '0' ||
		line.ptr[5] > '3')
		return false;
	*stream = TMS_CONTROL_EXIT;
	*exit_status = line.ptr[5] - '0';
	return true;
}
