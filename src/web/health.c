/* How the service itself is doing, in words for every door: what keeps it from being ready, and
 * what its owner is to look at. */
#include "web/web_private.h"

bool tms_web_write_ready(struct tms_buf *buf, const struct tms_service *service)
{
	if (tms_service_is_ready(service)) {
		tms_buf_add_cstr(buf, "ready\n");
		return true;
	}
	tms_buf_add_cstr(buf, "not ready:");
	if (service->is_draining)
		tms_buf_add_cstr(buf, " stopping;");
	if (!service->reconciler.is_registered)
		tms_buf_add_cstr(buf, " the store was not read yet;");
	for (size_t i = 0; i < service->sources.count; i++) {
		const struct tms_source *source = service->sources.list[i];
		if (!source->conf || source->has_answer)
			continue;
		/* by pieces: it is asked often while there are thousands */
		tms_buf_add(buf, TMS_STR(" the source "));
		tms_buf_add(buf, source->name);
		tms_buf_add(buf, TMS_STR(" was not asked yet;"));
	}
	tms_buf_add_char(buf, '\n');
	return false;
}

void tms_web_write_warnings(struct tms_buf *buf, const struct tms_service *service)
{
	if (tms_reload_was_refused(&service->reload)) {
		tms_reload_write_refusal(buf, &service->reload);
		tms_buf_add_char(buf, '\n');
	}
	if (service->reconciler.of_other_key > 0)
		tms_buf_format(buf,
			"%zu feed%s of the store had addresses made with another instance key: these are "
			"unknown now. If that key is still somewhere, put it back in its place "
			"(instance_key_file) and start again; else tamis feeds prints the new addresses.\n",
			service->reconciler.of_other_key,
			service->reconciler.of_other_key == 1 ? "" : "s");
	if (service->feeds.standing_count > 0)
		tms_buf_format(buf,
			"%zu feed%s of the store stand%s still: this version cannot read the rule. The last "
			"entries are served until it is written anew; the log says which, and why.\n",
			service->feeds.standing_count,
			service->feeds.standing_count == 1 ? "" : "s",
			service->feeds.standing_count == 1 ? "s" : "");
	if (service->write_outside)
		service->write_outside(service->outside, buf);
}

void web_alive(const struct web_call *call)
{
	answer_text(call->exchange, 200, TMS_STR("ok\n"));
}

void web_ready(const struct web_call *call)
{
	struct tms_buf buf = { 0 };
	bool is_ready = tms_web_write_ready(&buf, call->web->service);

	answer_text(
		call->exchange, is_ready && buf.status == TMS_OK ? 200 : 503, tms_buf_str(&buf));
	tms_buf_free(&buf);
}
