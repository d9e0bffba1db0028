/*
 * Results of feeds in the store: validators, by which a process that has just started can answer
 * 304, and what feeds show that stand still.
 */
#include "service/stored_results.h"

#include <stdlib.h>

#include "service/feeds.h"

#define DAY_S (INT64_C(24) * 3600)
#define KEPT_MS (30 * DAY_S * 1000)
#define KEPT_STILL_MS (365 * DAY_S * 1000)
/* Looked at, and prolonged, in one call. */
#define LOOKED_AT_MAX 4096
#define PROLONGED_MAX 64

/* The forms of a feed have validators of their own; no name holds a dot. */
static struct tms_str key_of(
	struct tms_buf *buf, struct tms_str user, struct tms_str name, enum tms_form form)
{
	tms_buf_format(buf, "feed/%.*s/%.*s", TMS_STR_ARGS(user), TMS_STR_ARGS(name));
	if (form != TMS_FORM_ATOM)
		tms_buf_format(buf, ".%.*s", TMS_STR_ARGS(tms_form_name(form)));
	return tms_buf_str(buf);
}

void stored_results_keep(struct tms_store *store, const struct tms_served *served,
	const struct tms_rendition *rendition)
{
	struct tms_buf key = { 0 }, bytes = { 0 };

	tms_result_write_json(&rendition->result, &bytes);
	struct tms_str name = key_of(&key, served->feed.user, served->feed.name, served->feed.form);
	if (key.status == TMS_OK && bytes.status == TMS_OK)
		(void)tms_store_result_put(
			store, name, tms_buf_str(&bytes), KEPT_MS, (struct tms_store_call){ 0 });
	tms_buf_free(&key);
	tms_buf_free(&bytes);
}

/* ---- asking ---- */

static bool get(struct tms_store *store, struct tms_str user, struct tms_str name,
	enum tms_form form, struct tms_store_call call)
{
	struct tms_buf key = { 0 };
	struct tms_str text = key_of(&key, user, name, form);
	bool is_asked = key.status == TMS_OK && tms_store_result_get(store, text, call) != NULL;

	tms_buf_free(&key);
	return is_asked;
}

struct question {
	tms_stored_results_fn done;
	void *context;
	size_t open; /* answers that are still to come */
	bool has_result;
	struct tms_result result; /* the newest of those that came */
};

static void end(struct question *question)
{
	if (--question->open > 0)
		return;
	question->done(question->context, question->has_result ? &question->result : NULL);
	tms_result_fini(&question->result);
	free(question);
}

static void on_kept(void *context, const struct tms_store_reply *reply)
{
	struct question *question = context;

	question->has_result =
		reply->status == TMS_OK && reply->found &&
		tms_result_parse_json(reply->value, &question->result, NULL) == TMS_OK;
	end(question);
}

static void on_shown(void *context, const struct tms_store_reply *reply)
{
	struct question *question = context;
	struct tms_result result = { 0 };

	if (reply->status == TMS_OK && reply->found &&
		tms_result_parse_entries(reply->value, &result, NULL) == TMS_OK &&
		(!question->has_result || result.updated_us > question->result.updated_us)) {
		tms_result_fini(&question->result);
		question->result = result;
		question->has_result = true;
		result = (struct tms_result){ 0 };
	}
	tms_result_fini(&result);
	end(question);
}

static bool ask(struct tms_store *store, const struct tms_served *served,
	const struct question *asked, tms_store_done_fn answered, bool of_all_forms)
{
	struct question *question = malloc(sizeof(*question));

	if (!question)
		return false;
	*question = *asked;
	const struct tms_store_call call = { .done = answered, .context = question };
	for (int form = 0; form < TMS_FORMS; form++)
		if (of_all_forms || form == (int)served->feed.form)
			question->open += get(store, served->feed.user, served->feed.name,
				(enum tms_form)form, call);
	if (question->open > 0)
		return true;
	free(question);
	return false;
}

bool tms_stored_results_ask(struct tms_store *store, const struct tms_served *served,
	tms_stored_results_fn done, void *context)
{
	return ask(store, served, &(struct question){ .done = done, .context = context }, on_kept,
		false);
}

bool tms_stored_results_ask_shown(struct tms_store *store, const struct tms_served *served,
	tms_stored_results_fn done, void *context)
{
	return ask(store, served, &(struct question){ .done = done, .context = context }, on_shown,
		true);
}

/* ---- keeping ---- */

struct prolonged_result {
	struct tms_feeds *feeds;
	struct tms_buf key;
	struct prolonged_result *next, **at; /* of those that were asked for */
};

static void prolonged_free(struct prolonged_result *prolonged)
{
	tms_buf_free(&prolonged->key);
	free(prolonged);
}

static void forget(struct prolonged_result *prolonged)
{
	*prolonged->at = prolonged->next;
	if (prolonged->next)
		prolonged->next->at = prolonged->at;
	prolonged_free(prolonged);
}

static void on_found(void *context, const struct tms_store_reply *reply)
{
	struct prolonged_result *prolonged = context;

	if (reply->status == TMS_OK && reply->found)
		(void)tms_store_result_put(prolonged->feeds->world->store,
			tms_buf_str(&prolonged->key), reply->value, KEPT_STILL_MS,
			(struct tms_store_call){ 0 });
	forget(prolonged);
}

static void prolong(struct tms_feeds *feeds, const struct tms_definition *d, enum tms_form form)
{
	struct prolonged_result *prolonged = calloc(1, sizeof(*prolonged));
	struct prolonged_result **first = &feeds->still.asked;

	if (!prolonged)
		return;
	*prolonged = (struct prolonged_result){ .feeds = feeds, .next = *first, .at = first };
	if (*first)
		(*first)->at = &prolonged->next;
	*first = prolonged;
	(void)key_of(&prolonged->key, d->user, d->address_name, form);
	const struct tms_store_call call = { .done = on_found, .context = prolonged };
	if (!get(feeds->world->store, d->user, d->address_name, form, call))
		forget(prolonged);
}

void stored_results_tick(struct tms_feeds *feeds, tms_time now)
{
	struct registered_feed record;
	uint32_t *next = &feeds->still.next;
	size_t prolonged = 0;

	if (feeds->standing_count == 0 || !feeds->is_open || now < feeds->still.again_at ||
		!tms_store_health(feeds->world->store)->up)
		return;
	for (size_t looked_at = 0; looked_at < LOOKED_AT_MAX && prolonged < PROLONGED_MAX &&
				   *next < feeds->registry.end;
		looked_at++, (*next)++) {
		if (!registry_get(&feeds->registry, *next, &record) || record.has_rule ||
			record.definition.is_deleted)
			continue;
		for (int form = 0; form < TMS_FORMS; form++)
			prolong(feeds, &record.definition, (enum tms_form)form);
		prolonged++;
	}
	if (*next < feeds->registry.end)
		return;
	*next = 0;
	feeds->still.again_at = now + DAY_S;
}

void stored_results_fini(struct tms_feeds *feeds)
{
	struct prolonged_result *next = NULL;

	for (struct prolonged_result *at = feeds->still.asked; at; at = next) {
		next = at->next;
		prolonged_free(at);
	}
	feeds->still.asked = NULL;
}
