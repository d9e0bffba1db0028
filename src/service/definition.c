/* The stored record of a person's feed, written and parsed; definition.h has the format. */
#include "service/definition.h"

#include <tamis/json.h>

#define SOURCES_MAX 10000
#define TAG_CHARS 8

struct tms_str tms_definition_key(struct tms_arena *arena, struct tms_str user, struct tms_str name)
{
	return tms_arena_format(arena, "%.*s/%.*s", TMS_STR_ARGS(user), TMS_STR_ARGS(name));
}

/* ---- writing ---- */

static const char link_letters[] = {
	[TMS_FEED_LINK_HF] = 'h', [TMS_FEED_LINK_ARXIV] = 'a', [TMS_FEED_LINK_PDF] = 'p'
};
static const char date_letters[] = { [TMS_FEED_DATE_LISTED] = 'l', [TMS_FEED_DATE_ENTERED] = 'e' };
static const char origin_letters[] = { [TMS_ORIGIN_CONF] = 'c', [TMS_ORIGIN_API] = 'a' };

static void write_escaped(struct tms_buf *buf, struct tms_str text)
{
	size_t done = 0;

	tms_buf_add_char(buf, '\t');
	for (size_t i = 0; i < text.len; i++) {
		char byte = text.ptr[i];
		if (byte != '\t' && byte != '\n' && byte != '\\')
			continue;
		tms_buf_add(buf, tms_str_slice(text, done, i));
		tms_buf_add_char(buf, '\\');
		tms_buf_add_char(buf, byte == '\t' ? 't' : byte == '\n' ? 'n' : '\\');
		done = i + 1;
	}
	tms_buf_add(buf, tms_str_slice(text, done, text.len));
}

static void write_digest(struct tms_buf *buf, const struct tms_definition *d)
{
	static const char digits[] = "0123456789abcdef";

	tms_buf_add_char(buf, '\t');
	if (!d->has_digest)
		return;
	tms_buf_format(buf, "%08x", d->key_tag);
	for (size_t i = 0; i < TOKEN_DIGEST_BYTES; i++) {
		tms_buf_add_char(buf, digits[d->digest.bytes[i] >> 4]);
		tms_buf_add_char(buf, digits[d->digest.bytes[i] & 15]);
	}
}

void tms_definition_write(struct tms_buf *buf, const struct tms_definition *d)
{
	struct tms_str nothing = { 0 };

	tms_buf_format(buf, "2\t%c%c%c%s\t%u\t%lld\t%lld\t%llx", origin_letters[d->origin],
		link_letters[d->link], date_letters[d->date], d->is_deleted ? "x" : "",
		(unsigned)d->generation, (long long)d->revised, (long long)d->removed_at,
		(unsigned long long)d->hash);
	write_digest(buf, d);
	tms_buf_format(buf, "\t%lld\t%.*s", (long long)d->limit, TMS_STR_ARGS(d->sources));
	write_escaped(buf, tms_str_equal(d->address_name, d->name) ? nothing : d->address_name);
	write_escaped(buf, tms_str_equal(d->title, d->name) ? nothing : d->title);
	write_escaped(buf, d->match);
}

/* ---- reading version 2 ---- */

/* The place of a letter in a table, or -1. */
static int find_letter(const char *letters, size_t count, char letter)
{
	for (size_t i = 0; i < count; i++)
		if (letters[i] == letter)
			return (int)i;
	return -1;
}

static bool read_letters(struct tms_str field, struct tms_definition *out)
{
	if (field.len != 3 && !(field.len == 4 && field.ptr[3] == 'x'))
		return false;
	int origin = find_letter(origin_letters, sizeof(origin_letters), field.ptr[0]);
	int link = find_letter(link_letters, sizeof(link_letters), field.ptr[1]);
	int date = find_letter(date_letters, sizeof(date_letters), field.ptr[2]);
	if (origin < 0 || link < 0 || date < 0)
		return false;
	out->origin = (enum tms_definition_origin)origin;
	out->link = (enum tms_feed_link)link;
	out->date = (enum tms_feed_date)date;
	out->is_deleted = field.len == 4;
	return true;
}

static bool read_number(struct tms_str field, int64_t low, int64_t high, int64_t *out)
{
	return tms_str_int64(field, out) && *out >= low && *out <= high;
}

/* Up to 16 hexadecimal digits. */
static bool read_hash(struct tms_str field, uint64_t *out)
{
	uint64_t value = 0;

	if (field.len == 0 || field.len > 16)
		return false;
	for (size_t i = 0; i < field.len; i++) {
		int digit = tms_hex_value(field.ptr[i]);
		if (digit < 0)
			return false;
		value = value << 4 | (unsigned)digit;
	}
	*out = value;
	return true;
}

static bool read_digest(struct tms_str field, struct tms_definition *out)
{
	uint64_t tag = 0;

	if (field.len == 0)
		return true;
	if (field.len != TAG_CHARS + (size_t)2 * TOKEN_DIGEST_BYTES ||
		!read_hash(tms_str_slice(field, 0, TAG_CHARS), &tag))
		return false;
	for (size_t i = 0; i < TOKEN_DIGEST_BYTES; i++) {
		int high = tms_hex_value(field.ptr[TAG_CHARS + 2 * i]);
		int low = tms_hex_value(field.ptr[TAG_CHARS + 2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		out->digest.bytes[i] = (unsigned char)((unsigned)high << 4 | (unsigned)low);
	}
	out->key_tag = (uint32_t)tag;
	out->has_digest = true;
	return true;
}

/* Rarely does a field hold a backslash: then it is copied. */
static bool read_escaped(struct tms_arena *arena, struct tms_str field, struct tms_str *out)
{
	*out = field;
	if (field.len == 0 || !memchr(field.ptr, '\\', field.len))
		return true;
	char *copy = tms_arena_alloc(arena, field.len);
	size_t len = 0;
	for (size_t i = 0; copy && i < field.len; i++) {
		char byte = field.ptr[i];
		if (byte == '\\') {
			if (++i == field.len)
				return false;
			byte = field.ptr[i] == 't' ? '\t' : field.ptr[i] == 'n' ? '\n' : '\\';
			if (byte == '\\' && field.ptr[i] != '\\')
				return false;
		}
		copy[len++] = byte;
	}
	*out = (struct tms_str){ copy, copy ? len : 0 };
	return true;
}

enum field {
	FIELD_LETTERS,
	FIELD_GENERATION,
	FIELD_REVISED,
	FIELD_REMOVED_AT,
	FIELD_HASH,
	FIELD_DIGEST,
	FIELD_LIMIT,
	FIELD_SOURCES,
	FIELD_ADDRESS_NAME,
	FIELD_TITLE,
	FIELD_MATCH,
	FIELDS,
};

/* Cuts at the tabs; false when there are too few fields. */
static bool cut_fields(struct tms_str rest, struct tms_str fields[FIELDS])
{
	for (size_t i = 0; i < FIELDS; i++) {
		const char *tab = rest.len > 0 ? memchr(rest.ptr, '\t', rest.len) : NULL;
		if (!tab && i + 1 < FIELDS)
			return false;
		size_t len = tab ? (size_t)(tab - rest.ptr) : rest.len;
		fields[i] = (struct tms_str){ rest.ptr, len };
		rest = tab ? (struct tms_str){ tab + 1, rest.len - len - 1 } : TMS_STR_NONE;
	}
	return true;
}

static bool parse_line(struct tms_arena *arena, struct tms_str rest, struct tms_definition *made)
{
	struct tms_str fields[FIELDS];
	int64_t generation = 0;

	if (!cut_fields(rest, fields) || !read_letters(fields[FIELD_LETTERS], made) ||
		!read_number(fields[FIELD_GENERATION], 0, UINT32_MAX, &generation) ||
		!read_number(fields[FIELD_REVISED], 0, TMS_TIME_MAX, &made->revised) ||
		!read_number(fields[FIELD_REMOVED_AT], 0, TMS_TIME_MAX, &made->removed_at) ||
		!read_hash(fields[FIELD_HASH], &made->hash) ||
		!read_digest(fields[FIELD_DIGEST], made) ||
		!read_number(fields[FIELD_LIMIT], 1, INT32_MAX, &made->limit) ||
		!read_escaped(arena, fields[FIELD_ADDRESS_NAME], &made->address_name) ||
		!read_escaped(arena, fields[FIELD_TITLE], &made->title) ||
		!read_escaped(arena, fields[FIELD_MATCH], &made->match))
		return false;
	made->generation = (uint32_t)generation;
	made->sources = fields[FIELD_SOURCES];
	if (made->address_name.len == 0)
		made->address_name = made->name;
	if (made->title.len == 0)
		made->title = made->name;
	return true;
}

/* ---- reading version 1 ---- */

static int64_t whole(const struct json_t *object, const char *key, int64_t low, int64_t high)
{
	int64_t value = low;

	if (!tms_json_int(object, key, &value) || value < low)
		return low;
	return value > high ? high : value;
}

static struct tms_str join_sources(struct tms_arena *arena, const struct json_t *array)
{
	struct tms_buf buf = { 0 };
	size_t count = tms_json_count(array);

	for (size_t i = 0; i < count && i < SOURCES_MAX; i++) {
		if (i > 0)
			tms_buf_add_char(&buf, ',');
		tms_buf_add(&buf, tms_json_text(tms_json_at(array, i)));
	}
	return tms_arena_take(arena, &buf);
}

static enum tms_status parse_json(struct tms_arena *arena, struct tms_str bytes,
	struct tms_definition *made, struct tms_diag *diag)
{
	struct json_t *object = NULL;
	int64_t hash = 0;

	enum tms_status st = tms_json_parse(bytes, NULL, &object, diag);
	if (st != TMS_OK)
		return st == TMS_ENOMEM ? st : TMS_EMALFORMED;
	if (whole(object, "v", 0, 1000) != 1) {
		tms_diag_set(diag, 0, 0, "it was written by another version of Tamis");
		tms_json_free(object);
		return TMS_EMALFORMED;
	}
	made->address_name = tms_arena_copy(arena, tms_json_str(object, "address_name"));
	made->generation = (uint32_t)whole(object, "generation", 0, UINT32_MAX);
	made->revised = whole(object, "revised", 0, TMS_TIME_MAX);
	made->removed_at = whole(object, "removed_at", 0, TMS_TIME_MAX);
	made->is_deleted = tms_json_bool(object, "deleted", false);
	if (tms_json_int(object, "hash", &hash))
		made->hash = (uint64_t)hash;
	made->title = tms_arena_copy(arena, tms_json_str(object, "title"));
	made->match = tms_arena_copy(arena, tms_json_str(object, "match"));
	made->limit = whole(object, "limit", 1, INT32_MAX);
	made->link = (enum tms_feed_link)whole(object, "link", TMS_FEED_LINK_HF, TMS_FEED_LINK_PDF);
	made->date = (enum tms_feed_date)whole(
		object, "date", TMS_FEED_DATE_LISTED, TMS_FEED_DATE_ENTERED);
	made->sources = join_sources(arena, tms_json_array(object, "sources"));
	tms_json_free(object);
	return TMS_OK;
}

enum tms_status tms_definition_parse(struct tms_arena *arena, struct tms_str key,
	struct tms_str bytes, struct tms_definition *out, struct tms_diag *diag)
{
	struct tms_definition made = { 0 };
	size_t slash = tms_str_find_byte(key, '/', 0);
	enum tms_status st = TMS_OK;

	if (slash == SIZE_MAX) {
		tms_diag_set(diag, 0, 0, "its key is not that of a feed");
		return TMS_EMALFORMED;
	}
	made.user = tms_str_slice(key, 0, slash);
	made.name = tms_str_slice(key, slash + 1, key.len);
	if (tms_str_starts(bytes, TMS_STR("{"))) {
		st = parse_json(arena, bytes, &made, diag);
	} else if (!tms_str_starts(bytes, TMS_STR("2\t"))) {
		tms_diag_set(diag, 0, 0, "it was written by another version of Tamis");
		st = TMS_EMALFORMED;
	} else if (!parse_line(arena, tms_str_slice(bytes, 2, bytes.len), &made)) {
		tms_diag_set(diag, 0, 0, "its fields are not those of a feed definition");
		st = TMS_EMALFORMED;
	}
	if (st == TMS_OK)
		st = arena->status;
	if (st == TMS_OK)
		*out = made;
	return st;
}

struct tms_definition tms_definition_copy(
	struct tms_arena *arena, const struct tms_definition *definition)
{
	struct tms_definition copy = *definition;

	copy.user = tms_arena_copy(arena, definition->user);
	copy.name = tms_arena_copy(arena, definition->name);
	copy.address_name = tms_arena_copy(arena, definition->address_name);
	copy.title = tms_arena_copy(arena, definition->title);
	copy.match = tms_arena_copy(arena, definition->match);
	copy.sources = tms_arena_copy(arena, definition->sources);
	return copy;
}

bool tms_definition_is_over(const struct tms_definition *definition, int64_t grace_s, tms_time now)
{
	return definition->is_deleted ||
	       (definition->removed_at != 0 && now - definition->removed_at >= grace_s);
}

/* ---- digests ---- */

uint32_t tms_key_tag(const struct tms_key *key)
{
	struct tms_uuid id;
	uint64_t tag = 0;

	tms_instance_id(key, &id); /* its first digits are free of version and variant */
	(void)read_hash((struct tms_str){ id.text, TAG_CHARS }, &tag);
	return (uint32_t)tag;
}

void definition_digest(struct tms_str token, struct token_digest *out)
{
	struct tms_token_hash hash;

	tms_token_hash(token, &hash);
	memcpy(out->bytes, hash.bytes, sizeof(out->bytes));
}

void tms_definition_seal(
	struct tms_definition *definition, const struct tms_key *key, uint32_t key_tag)
{
	struct tms_token token;

	if (definition->has_digest && definition->key_tag == key_tag)
		return;
	tms_token_make(
		key, definition->user, definition->address_name, definition->generation, &token);
	definition_digest(tms_str_from(token.text), &definition->digest);
	definition->key_tag = key_tag;
	definition->has_digest = true;
}
