/* A source's state as JSON in the store: written, and read back with the records at a start. */
#include "service/source_state.h"

#include <stdlib.h>

#include <jansson.h>

#include "log/log.h"
#include "service/sources.h"

#define STATE_VERSION 1
/* Sources that are read from the store at a time. */
#define LOADS_MAX 8

struct source_poll *source_poll_of(struct tms_source *source, struct tms_str key)
{
	for (size_t i = 0; i < source->polls_count; i++)
		if (tms_str_equal(tms_str_from(source->polls[i].key), key))
			return &source->polls[i];
	if (key.len >= sizeof(source->polls[0].key))
		return NULL;
	if (source->polls_count == source->polls_capacity) {
		size_t capacity = source->polls_capacity ? source->polls_capacity * 2 : 1;
		struct source_poll *grown = realloc(source->polls, capacity * sizeof(*grown));
		if (!grown)
			return NULL;
		source->polls = grown;
		source->polls_capacity = capacity;
	}
	struct source_poll *made = &source->polls[source->polls_count++];
	*made = (struct source_poll){ 0 };
	memcpy(made->key, key.ptr, key.len);
	return made;
}

void source_write_state(struct tms_source *source, struct tms_buf *buf)
{
	tms_buf_format(buf, "{\"v\":%d,\"first_start\":%lld,\"upstream\":\"%016llx\",\"polls\":{",
		STATE_VERSION, (long long)source->first_start,
		(unsigned long long)source->upstream_hash);
	for (size_t i = 0; i < source->polls_count; i++) {
		const struct source_poll *poll = &source->polls[i];
		tms_buf_format(buf,
			"%s\"%s\":{\"last_whole\":%lld,\"reading\":%s,\"state\":", i ? "," : "",
			poll->key, (long long)poll->last_whole, poll->attempt ? "true" : "false");
		tms_poll_state_write(buf, poll->attempt ? poll->attempt : &poll->state);
		tms_buf_add_char(buf, '}');
	}
	tms_buf_add_cstr(buf, "},\"choice\":");
	feed_choice_write(buf, &source->choice);
	tms_buf_add_cstr(buf, ",\"window\":");
	tms_window_write_state(source->window, buf);
	tms_buf_add_char(buf, '}');
}

static bool read_part(const json_t *object, const char *key, struct tms_buf *out)
{
	char *text = json_dumps(json_object_get(object, key), JSON_COMPACT);

	if (text)
		tms_buf_add_cstr(out, text);
	free(text);
	return text && out->status == TMS_OK;
}

static void read_polls(struct tms_source *source, json_t *polls)
{
	const struct tms_rhythm rhythm = { .min_s = source->world->conf->limits.min_interval_s };
	const char *key = NULL;
	json_t *value = NULL;

	json_object_foreach(polls, key, value)
	{
		struct tms_poll_state state;
		struct tms_buf bytes = { 0 };
		struct source_poll *poll = NULL;
		if (read_part(value, "state", &bytes) &&
			tms_poll_state_parse(tms_buf_str(&bytes), &state) == TMS_OK)
			poll = source_poll_of(source, tms_str_from(key));
		if (poll) {
			poll->state = state;
			poll->last_whole = json_integer_value(json_object_get(value, "last_whole"));
			poll->was_cut_off = json_is_true(json_object_get(value, "reading"));
			if (!poll->was_cut_off) /* a start asks at once, as a person would */
				tms_poll_refresh(&poll->state, &rhythm);
		}
		tms_buf_free(&bytes);
	}
}

/* The process before this one ended while it read a page. */
static void tell_cut_off(struct tms_source *source)
{
	for (size_t i = 0; i < source->polls_count; i++) {
		const struct source_poll *poll = &source->polls[i];
		if (!poll->was_cut_off)
			continue;
		tms_health_failed(tms_window_health(source->window), poll->state.last_attempt,
			TMS_HEALTH_MISSHAPEN, poll->state.error);
		TMS_LOG(source->world->log, TMS_LOG_WARNING,
			"the service ended while it read a page; others are read first",
			{ "source", source->name }, { "list", tms_str_from(poll->key) });
	}
}

static void read_state(struct tms_source *source, struct tms_str bytes)
{
	json_t *object = json_loadb(bytes.ptr ? bytes.ptr : "", bytes.len, 0, NULL);
	const char *upstream = json_string_value(json_object_get(object, "upstream"));
	struct tms_buf window = { 0 };
	struct tms_diag diag = { 0 };
	char present[17];

	if (!json_is_object(object)) {
		TMS_LOG(source->world->log, TMS_LOG_ERROR,
			"the stored state of a source cannot be read; it starts anew",
			{ "source", source->name });
		json_decref(object);
		return;
	}
	source->first_start = json_integer_value(json_object_get(object, "first_start"));
	struct tms_buf hash = { 0 };
	tms_buf_format(&hash, "%016llx", (unsigned long long)source->upstream_hash);
	if (hash.status == TMS_OK && hash.len < sizeof(present) && upstream &&
		tms_str_equal(tms_buf_str(&hash), tms_str_from(upstream))) {
		read_polls(source, json_object_get(object, "polls"));
		feed_choice_read(&source->choice, json_object_get(object, "choice"));
	}
	tms_buf_free(&hash);
	if (read_part(object, "window", &window) &&
		tms_window_load_state(source->window, tms_buf_str(&window), &diag) != TMS_OK)
		TMS_LOG(source->world->log, TMS_LOG_ERROR,
			"the stored health of a source cannot be read", { "source", source->name },
			{ "why", tms_str_from(diag.text) });
	tms_buf_free(&window);
	json_decref(object);
	tell_cut_off(source);
}

static void on_record(void *context, const struct tms_store_row *row)
{
	struct tms_source *source = context;
	struct tms_diag diag = { 0 };

	if (row->kind != TMS_STORE_ROW_ITEM)
		return;
	if (tms_window_load_record(source->window, row->bytes, &diag) == TMS_OK)
		return;
	source->has_lost = true;
	TMS_LOG(source->world->log, TMS_LOG_ERROR, "a stored item cannot be read and is left out",
		{ "source", source->name }, { "id", row->key }, { "why", tms_str_from(diag.text) });
}

static void load_some(struct tms_sources *sources)
{
	while (sources->loading < LOADS_MAX && sources->next_load < sources->count)
		source_load(sources->list[sources->next_load++]);
}

void source_load_all(struct tms_sources *sources)
{
	sources->next_load = 0;
	load_some(sources);
}

static void set_loading(struct tms_source *source, bool is_loading)
{
	source->world->sources->loading += is_loading;
	source->world->sources->loading -= source->is_loading;
	source->is_loading = is_loading;
}

static void on_records(void *context, const struct tms_store_reply *reply)
{
	struct tms_source *source = context;

	set_loading(source, false);
	if (reply->status != TMS_OK) {
		TMS_LOG(source->world->log, TMS_LOG_WARNING, "the store cannot be read yet",
			{ "source", source->name }, { "why", tms_str_from(reply->diag->text) });
		return;
	}
	/* a 304 would hide what is still listed */
	for (size_t i = 0; i < source->polls_count && source->has_lost; i++)
		source->polls[i].last_whole = 0;
	source->is_loaded = true;
	source->has_answer = source->has_answer || tms_window_count(source->window) > 0;
	source->world->changed(source->world->context, source);
	load_some(source->world->sources);
}

/* Before the records: it says which lists they name. */
static void on_state(void *context, const struct tms_store_reply *reply)
{
	struct tms_source *source = context;
	const struct tms_store_call call = {
		.done = on_records, .row = on_record, .context = source
	};

	if (reply->status != TMS_OK) {
		on_records(source, reply);
		return;
	}
	/* a try before this one may have read a state, and then no items: the store may have been made
	   anew since */
	source->polls_count = 0;
	source->has_lost = false;
	feed_choice_fini(&source->choice);
	if (reply->found)
		read_state(source, reply->value);
	set_loading(source,
		tms_store_items_load(source->world->store, source->name, call) != NULL);
}

void source_load(struct tms_source *source)
{
	const struct tms_store_call call = { .done = on_state, .context = source };

	if (source->is_loaded || source->is_loading)
		return;
	set_loading(source, tms_store_state_get(source->world->store, TMS_STORE_STATE_SOURCE,
				    source->name, call) != NULL);
}
