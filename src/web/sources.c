/* How each source is doing, in lines for terminals and scripts: /sources, which `tamis health`
 * asks. */
#include "service/source_words.h"
#include "store/store.h"
#include "web/web_private.h"

static const char *state_name(const struct tms_health *health)
{
	if (health->outcome == TMS_HEALTH_NEVER)
		return "waiting";
	return tms_health_is_well(health) ? "well" : "ill";
}

void web_held_words(struct tms_buf *buf, const struct tms_source *source)
{
	size_t held = tms_window_health(source->window)->held_count;

	if (held > 0)
		tms_buf_format(buf, " If %s real, tamis release %.*s lets %s in.",
			held == 1 ? "it is" : "they are", TMS_STR_ARGS(source->name),
			held == 1 ? "it" : "them");
}

void web_source_words(struct tms_buf *buf, struct tms_source *source, tms_time now)
{
	const struct tms_health *health = tms_window_health(source->window);

	tms_health_words(buf, health, now);
	web_held_words(buf, source);
	tms_buf_add_char(buf, ' ');
	tms_source_next_words(buf, source, now);
	if (source->conf && source->choice.url[0]) {
		tms_buf_add_char(buf, ' ');
		tms_feed_choice_words(buf, &source->choice, source->conf->url);
	}
}

/* Upstreams wrote some of these words: they stay on their line and in their column. */
static void add_column(struct tms_buf *buf, struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		bool is_control = (unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7f;
		tms_buf_add_char(buf, is_control ? ' ' : text.ptr[i]);
	}
}

/* Only when there is something to tell. No source has a space in its name. */
static void add_store(struct tms_buf *buf, const struct tms_store *store)
{
	const struct tms_store_health *health = tms_store_health(store);
	bool is_down = health->is_known && !health->up;

	if (!is_down && !health->warning[0])
		return;
	tms_buf_format(
		buf, "the store\t%s\t%s\t", is_down ? "ill" : "warned", tms_store_place(store));
	if (is_down)
		add_column(buf, tms_str_from(health->error));
	if (is_down && health->warning[0])
		tms_buf_add_char(buf, ' ');
	add_column(buf, tms_str_from(health->warning));
	tms_buf_add_char(buf, '\n');
}

void tms_web_write_sources(struct tms_buf *buf, const struct tms_service *service)
{
	tms_time now = tms_clock_now(service->world.clock);
	struct tms_buf words = { 0 };

	for (size_t i = 0; i < service->sources.count; i++) {
		struct tms_source *source = service->sources.list[i];
		size_t kept = tms_window_count(source->window);
		if (!source->conf)
			continue;
		tms_buf_clear(&words);
		web_source_words(&words, source, now);
		tms_buf_format(buf, "%.*s\t%s\t%zu item%s kept\t", TMS_STR_ARGS(source->name),
			state_name(tms_window_health(source->window)), kept, kept == 1 ? "" : "s");
		add_column(buf, tms_buf_str(&words));
		tms_buf_add_char(buf, '\n');
	}
	add_store(buf, service->world.store);
	if (words.status != TMS_OK && buf->status == TMS_OK)
		buf->status = words.status;
	tms_buf_free(&words);
}

/* What is no source's has a line of the same form, under a name that no source can have. */
static void add_warnings(struct tms_buf *buf, const struct tms_service *service)
{
	struct tms_buf warnings = { 0 };
	struct tms_str rest, line;

	tms_web_write_warnings(&warnings, service);
	rest = tms_str_trim(tms_buf_str(&warnings));
	while (rest.len > 0 && tms_str_split(&rest, '\n', &line)) {
		tms_buf_add_cstr(buf, "the service\twarned\t\t");
		add_column(buf, line);
		tms_buf_add_char(buf, '\n');
	}
	tms_buf_free(&warnings);
}

void web_sources(const struct web_call *call)
{
	struct tms_buf buf = { 0 };

	tms_web_write_sources(&buf, call->web->service);
	add_warnings(&buf, call->web->service);
	answer_words(call->exchange, &buf);
	tms_buf_free(&buf);
}
