#include "service/definition.h"

#include <tamis/json.h>

#define VERSION 1
#define SOURCES_MAX 10000

struct tms_str tms_definition_key(struct tms_arena *arena, struct tms_str user, struct tms_str name)
{
	return tms_arena_format(arena, "%.*s/%.*s", TMS_STR_ARGS(user), TMS_STR_ARGS(name));
}

void tms_definition_write(struct tms_buf *buf, const struct tms_definition *d)
{
	struct tms_json_writer w = { .buf = buf };

	tms_json_begin(&w, '{');
	tms_json_member_int(&w, "v", VERSION);
	tms_json_member_str(&w, "address_name", d->address_name);
	tms_json_member_int(&w, "generation", d->generation);
	tms_json_member_int(&w, "revised", d->revised);
	tms_json_member_int(&w, "removed_at", d->removed_at);
	tms_json_member_bool(&w, "deleted", d->is_deleted);
	tms_json_member_int(&w, "hash", (int64_t)d->hash);
	tms_json_member_str(&w, "title", d->title);
	tms_json_member_str(&w, "match", d->match);
	tms_json_member_int(&w, "limit", d->limit);
	tms_json_member_int(&w, "link", d->link);
	tms_json_member_int(&w, "date", d->date);
	tms_json_key(&w, "sources");
	tms_json_begin(&w, '[');
	for (size_t i = 0; i < d->sources_count; i++)
		tms_json_add_str(&w, d->sources[i]);
	tms_json_end(&w);
	tms_json_end(&w);
}

static int64_t whole(const struct json_t *object, const char *key, int64_t low, int64_t high)
{
	int64_t value = low;

	if (!tms_json_int(object, key, &value) || value < low)
		return low;
	return value > high ? high : value;
}

static void read_sources(
	struct tms_arena *arena, const struct json_t *array, struct tms_definition *out)
{
	size_t count = tms_json_count(array);

	if (count > SOURCES_MAX)
		count = SOURCES_MAX;
	out->sources = TMS_ARENA_ARRAY(arena, struct tms_str, count);
	for (size_t i = 0; out->sources && i < count; i++)
		out->sources[out->sources_count++] =
			tms_arena_copy(arena, tms_json_text(tms_json_at(array, i)));
}

enum tms_status tms_definition_parse(struct tms_arena *arena, struct tms_str key,
	struct tms_str bytes, struct tms_definition *out, struct tms_diag *diag)
{
	struct tms_definition made = { 0 };
	struct json_t *object = NULL;
	size_t slash = tms_str_find_byte(key, '/', 0);
	int64_t hash = 0;

	enum tms_status st = tms_json_parse(bytes, NULL, &object, diag);
	if (st != TMS_OK)
		return st == TMS_ENOMEM ? st : TMS_EMALFORMED;
	if (slash == SIZE_MAX || whole(object, "v", 0, 1000) != VERSION) {
		tms_diag_set(diag, 0, 0, "it was written by another version of Tamis");
		tms_json_free(object);
		return TMS_EMALFORMED;
	}
	made.user = tms_arena_copy(arena, tms_str_slice(key, 0, slash));
	made.name = tms_arena_copy(arena, tms_str_slice(key, slash + 1, key.len));
	made.address_name = tms_arena_copy(arena, tms_json_str(object, "address_name"));
	made.generation = (uint32_t)whole(object, "generation", 0, UINT32_MAX);
	made.revised = whole(object, "revised", 0, TMS_TIME_MAX);
	made.removed_at = whole(object, "removed_at", 0, TMS_TIME_MAX);
	made.is_deleted = tms_json_bool(object, "deleted", false);
	if (tms_json_int(object, "hash", &hash))
		made.hash = (uint64_t)hash;
	made.title = tms_arena_copy(arena, tms_json_str(object, "title"));
	made.match = tms_arena_copy(arena, tms_json_str(object, "match"));
	made.limit = whole(object, "limit", 1, INT32_MAX);
	made.link = (enum tms_feed_link)whole(object, "link", TMS_FEED_LINK_HF, TMS_FEED_LINK_PDF);
	made.date = (enum tms_feed_date)whole(
		object, "date", TMS_FEED_DATE_LISTED, TMS_FEED_DATE_ENTERED);
	read_sources(arena, tms_json_array(object, "sources"), &made);
	tms_json_free(object);
	if (arena->status != TMS_OK)
		return arena->status;
	*out = made;
	return TMS_OK;
}

bool tms_definition_is_over(const struct tms_definition *definition, int64_t grace_s, tms_time now)
{
	return definition->is_deleted ||
	       (definition->removed_at != 0 && now - definition->removed_at >= grace_s);
}
