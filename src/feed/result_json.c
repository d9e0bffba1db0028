/*
 * {"v":1,"render":1,"hash":["16 hex","16 hex"],"updated":US,"modified":S,"expires":S,"seen":N,
 *  "kept":N,"entries":[["ID",ENTERED,"16 hex"],…]}
 * 64-bit hashes are text: JSON numbers above 2^53 are not safe in other programs that look into the
 * store.
 */
#include <tamis/result.h>

#include <stdlib.h>

#include <tamis/json.h>

#define FORM_VERSION 1

static void add_hex(struct tms_json_writer *w, uint64_t value)
{
	static const char digits[] = "0123456789abcdef";
	char text[16];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = digits[(value >> (60 - 4 * i)) & 15];
	tms_json_add_str(w, (struct tms_str){ text, sizeof(text) });
}

static bool read_hex(struct tms_str text, uint64_t *out)
{
	uint64_t value = 0;

	if (text.len != 16)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		int digit = tms_hex_value(text.ptr[i]);
		if (digit < 0)
			return false;
		value = value << 4 | (uint64_t)digit;
	}
	*out = value;
	return true;
}

void tms_result_write_json(const struct tms_result *result, struct tms_buf *buf)
{
	struct tms_json_writer w = { .buf = buf };

	tms_json_begin(&w, '{');
	tms_json_member_int(&w, "v", FORM_VERSION);
	tms_json_member_int(&w, "render", TMS_RENDER_VERSION);
	tms_json_key(&w, "hash");
	tms_json_begin(&w, '[');
	add_hex(&w, result->hash[0]);
	add_hex(&w, result->hash[1]);
	tms_json_end(&w);
	tms_json_member_int(&w, "updated", result->updated_us);
	tms_json_member_int(&w, "modified", result->modified);
	tms_json_member_int(&w, "expires", result->expires);
	tms_json_member_int(&w, "seen", (int64_t)result->seen_count);
	tms_json_member_int(&w, "kept", (int64_t)result->kept_count);
	tms_json_key(&w, "entries");
	tms_json_begin(&w, '[');
	for (size_t i = 0; i < result->entries_count; i++) {
		tms_json_begin(&w, '[');
		tms_json_add_str(&w, result->entries[i].id);
		tms_json_add_int(&w, result->entries[i].entered);
		add_hex(&w, result->entries[i].content);
		tms_json_end(&w);
	}
	tms_json_end(&w);
	tms_json_end(&w);
}

typedef bool (*read_header_fn)(const struct json_t *root, struct tms_result *result);

/* What of it holds whatever version made the document. */
static bool read_shown(const struct json_t *root, struct tms_result *result)
{
	int64_t form = 0;

	return tms_json_int(root, "v", &form) && form == FORM_VERSION &&
	       tms_json_int(root, "updated", &result->updated_us) && result->updated_us >= 0;
}

/* The whole header; entries apart. */
static bool read_header(const struct json_t *root, struct tms_result *result)
{
	const struct json_t *hash = tms_json_array(root, "hash");
	int64_t render = 0, seen = 0, kept = 0;

	if (!read_shown(root, result) || !tms_json_int(root, "render", &render) ||
		render != TMS_RENDER_VERSION)
		return false;
	if (!tms_json_int(root, "modified", &result->modified) ||
		!tms_json_int(root, "expires", &result->expires) ||
		!tms_json_int(root, "seen", &seen) || !tms_json_int(root, "kept", &kept) ||
		seen < 0 || kept < 0)
		return false;
	result->seen_count = (size_t)seen;
	result->kept_count = (size_t)kept;
	return read_hex(tms_json_text(tms_json_at(hash, 0)), &result->hash[0]) &&
	       read_hex(tms_json_text(tms_json_at(hash, 1)), &result->hash[1]);
}

/* All ids lie one behind the other in result->ids. */
static enum tms_status read_entries(const struct json_t *entries, struct tms_result *result)
{
	size_t count = tms_json_count(entries), bytes = 0, at = 0;

	for (size_t i = 0; i < count; i++)
		bytes += tms_json_text(tms_json_at(tms_json_at(entries, i), 0)).len;
	result->entries = calloc(count > 0 ? count : 1, sizeof(*result->entries));
	result->ids = malloc(bytes > 0 ? bytes : 1);
	if (!result->entries || !result->ids)
		return TMS_ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct json_t *row = tms_json_at(entries, i);
		struct tms_result_entry *entry = &result->entries[i];
		struct tms_str id = tms_json_text(tms_json_at(row, 0));
		if (id.len == 0 || !tms_json_value_int(tms_json_at(row, 1), &entry->entered) ||
			!read_hex(tms_json_text(tms_json_at(row, 2)), &entry->content))
			return TMS_EMALFORMED;
		memcpy(result->ids + at, id.ptr, id.len);
		entry->id = (struct tms_str){ result->ids + at, id.len };
		at += id.len;
		result->entries_count++;
	}
	return TMS_OK;
}

static enum tms_status parse(
	struct tms_str json, read_header_fn read, struct tms_result *out, struct tms_diag *diag)
{
	struct tms_result result = { 0 };
	struct json_t *root = NULL;

	enum tms_status st = tms_json_parse(json, NULL, &root, diag);
	if (st != TMS_OK)
		return st;
	const struct json_t *entries = tms_json_array(root, "entries");
	if (!entries || !read(root, &result))
		st = TMS_EMALFORMED;
	else
		st = read_entries(entries, &result);
	tms_json_free(root);
	if (st == TMS_OK) {
		*out = result;
		return TMS_OK;
	}
	if (st == TMS_EMALFORMED)
		tms_diag_set(diag, 0, 0, "not a result of this version of the program");
	tms_result_fini(&result);
	return st;
}

enum tms_status tms_result_parse_json(
	struct tms_str json, struct tms_result *out, struct tms_diag *diag)
{
	return parse(json, read_header, out, diag);
}

enum tms_status tms_result_parse_entries(
	struct tms_str json, struct tms_result *out, struct tms_diag *diag)
{
	return parse(json, read_shown, out, diag);
}
