/* Validators of feeds in the store: a process that has just started can answer 304 by them. */
#include "service/stored_results.h"

#include <stdlib.h>

#define KEPT_MS (INT64_C(7) * 24 * 3600 * 1000)

struct question {
	tms_stored_results_fn done;
	void *context;
};

/* The forms of a feed have validators of their own; no name holds a dot. */
static struct tms_str key_of(struct tms_buf *buf, const struct tms_served *served)
{
	tms_buf_format(buf, "feed/%.*s/%.*s", TMS_STR_ARGS(served->feed.user),
		TMS_STR_ARGS(served->feed.name));
	if (served->feed.form != TMS_FORM_ATOM)
		tms_buf_format(buf, ".%.*s", TMS_STR_ARGS(tms_form_name(served->feed.form)));
	return tms_buf_str(buf);
}

void stored_results_keep(struct tms_store *store, const struct tms_served *served,
	const struct tms_rendition *rendition)
{
	struct tms_buf key = { 0 }, bytes = { 0 };

	tms_result_write_json(&rendition->result, &bytes);
	struct tms_str name = key_of(&key, served);
	if (key.status == TMS_OK && bytes.status == TMS_OK)
		(void)tms_store_result_put(
			store, name, tms_buf_str(&bytes), KEPT_MS, (struct tms_store_call){ 0 });
	tms_buf_free(&key);
	tms_buf_free(&bytes);
}

static void on_kept(void *context, const struct tms_store_reply *reply)
{
	struct question question = *(struct question *)context;
	struct tms_result result = { 0 };
	bool is_there = reply->status == TMS_OK && reply->found &&
			tms_result_parse_json(reply->value, &result, NULL) == TMS_OK;

	free(context);
	question.done(question.context, is_there ? &result : NULL);
	if (is_there)
		tms_result_fini(&result);
}

bool tms_stored_results_ask(struct tms_store *store, const struct tms_served *served,
	tms_stored_results_fn done, void *context)
{
	struct question *question = malloc(sizeof(*question));
	struct tms_buf key = { 0 };
	bool is_asked = false;

	if (!question)
		return false;
	*question = (struct question){ done, context };
	struct tms_str name = key_of(&key, served);
	if (key.status == TMS_OK)
		is_asked = tms_store_result_get(store, name,
				   (struct tms_store_call){
					   .done = on_kept, .context = question }) != NULL;
	tms_buf_free(&key);
	if (!is_asked)
		free(question);
	return is_asked;
}
