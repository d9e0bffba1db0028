/* The schedule of a source's lists, computed from plan and states, and what is retired when. */
#include "service/source_schedule.h"

#include <stdio.h>

#include "log/log.h"
#include "service/source_state.h"

#define RETIRE_EVERY_S TMS_HOUR_S

static struct tms_rhythm rhythm_of(const struct tms_source *source)
{
	return (struct tms_rhythm){ .min_s = source->world->conf->limits.min_interval_s };
}

void source_make_due(struct tms_source *source)
{
	const struct tms_rhythm rhythm = rhythm_of(source);

	for (size_t i = 0; i < source->polls_count; i++)
		tms_poll_refresh(&source->polls[i].state, &rhythm);
}

static struct tms_upstream upstream_of(const struct tms_source *source, struct tms_arena *arena)
{
	const struct tms_conf_source *conf = source->conf;
	struct tms_str path = conf->path;
	struct tms_buf url = { 0 };
	struct tms_upstream upstream = { .preset = conf->preset,
		.url = source->choice.url[0] ? tms_str_from(source->choice.url) : conf->url,
		.base_url = conf->base_url,
		.category = conf->category,
		.every_s = conf->every_s };

	if (path.len == 0)
		return upstream;
	/* "//a" is "/a", but behind "file:" it would be a host */
	while (tms_str_starts(path, TMS_STR("//")))
		path = tms_str_slice(path, 1, SIZE_MAX);
	tms_buf_add_cstr(&url, "file:");
	for (size_t i = 0; i < path.len; i++) {
		if (path.ptr[i] == '%')
			tms_buf_add_cstr(&url, "%25");
		else
			tms_buf_add_char(&url, path.ptr[i]);
	}
	upstream.url = tms_arena_take(arena, &url);
	return upstream;
}

tms_time source_soonest(
	struct tms_source *source, struct tms_arena *arena, tms_time now, struct tms_poll *poll)
{
	const struct tms_upstream upstream = upstream_of(source, arena);
	const struct tms_rhythm rhythm = rhythm_of(source);
	struct tms_poll *polls = NULL;
	tms_time due = TMS_TIME_MAX;
	size_t count = 0;

	if (tms_upstream_polls(arena, &upstream, now, &polls, &count) != TMS_OK)
		return now + TMS_MINUTE_S;
	for (size_t i = 0; i < count; i++) {
		struct source_poll *state = source_poll_of(source, polls[i].key);
		if (!state)
			continue;
		tms_time next = tms_poll_due(&state->state, &polls[i], &rhythm, now);
		if (next >= due)
			continue;
		due = next;
		*poll = polls[i];
	}
	return due;
}

static bool is_planned(const struct tms_poll *polls, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (tms_str_equal(polls[i].key, tms_str_from(key)))
			return true;
	return false;
}

void source_forget_old_lists(struct tms_source *source, struct tms_arena *arena, tms_time now)
{
	const struct tms_upstream upstream = upstream_of(source, arena);
	struct tms_poll *polls = NULL;
	size_t count = 0, kept = 0;

	if (tms_upstream_polls(arena, &upstream, now, &polls, &count) != TMS_OK)
		return;
	for (size_t i = 0; i < source->polls_count; i++) {
		const struct source_poll *poll = &source->polls[i];
		if (now - poll->state.last_attempt < 2 * (int64_t)TMS_DAY_S ||
			is_planned(polls, count, poll->key))
			source->polls[kept++] = *poll;
	}
	source->polls_count = kept;
}

/* The address whose host lets the next try wait: on the way, or at its end. */
static void write_paused(struct tms_source_next *next, const struct tms_source *source,
	const struct tms_poll_state *state, const struct tms_poll *poll)
{
	const struct tms_str urls[] = { tms_poll_url(state, poll), tms_str_from(state->paused_at),
		tms_str_from(state->answered_url) };

	for (size_t i = 0; i < TMS_COUNT(urls) && next->paused_until == 0; i++) {
		next->paused_until = tms_fetcher_paused_until(source->world->fetcher, urls[i]);
		if (next->paused_until > 0)
			next->host = tms_hosts_name(urls[i], next->host_bytes);
	}
}

void tms_source_next(struct tms_source *source, tms_time now, struct tms_source_next *next)
{
	struct tms_arena arena = { 0 };
	struct tms_poll poll = { 0 };

	*next = (struct tms_source_next){ .due = TMS_TIME_MAX };
	if (!source->conf || !source->is_loaded)
		return;
	next->due = source_soonest(source, &arena, now, &poll);
	struct source_poll *state = poll.key.len > 0 ? source_poll_of(source, poll.key) : NULL;
	if (state) {
		next->waits_for = state->state.waits_for;
		next->skip = tms_skip_join(state->state.skip, poll.skip);
		write_paused(next, source, &state->state, &poll);
	}
	tms_arena_free(&arena);
}

tms_time tms_source_next_due(struct tms_source *source, tms_time now)
{
	struct tms_arena arena = { 0 };
	struct tms_poll poll = { 0 };

	if (!source->conf || !source->is_loaded || source->round)
		return TMS_TIME_MAX;
	tms_time due = source_soonest(source, &arena, now, &poll);
	tms_arena_free(&arena);
	return due;
}

/* Tell the window which lists are asked now. */
static enum tms_status set_asked(struct tms_source *source, struct tms_arena *arena, tms_time now)
{
	struct tms_poll *polls = NULL;
	size_t count = 0;

	if (!source->conf)
		return TMS_OK;
	const struct tms_upstream upstream = upstream_of(source, arena);
	enum tms_status st = tms_upstream_polls(arena, &upstream, now, &polls, &count);
	struct tms_str *keys = TMS_ARENA_ARRAY(arena, struct tms_str, count + 1);
	if (st != TMS_OK || !keys)
		return st != TMS_OK ? st : arena->status;
	for (size_t i = 0; i < count; i++)
		keys[i] = polls[i].key;
	tms_window_set_asked(source->window, keys, count);
	return TMS_OK;
}

void source_retire(struct tms_source *source, tms_time now)
{
	const struct tms_conf_limits *limits = &source->world->conf->limits;
	int64_t retention_s = source->conf ? source->conf->retention_s : limits->retention_s;
	int64_t items = source->conf ? source->conf->items : limits->items;
	struct tms_apply_report report = { 0 };
	struct tms_arena arena = { 0 };

	retention_s = source->keeps_s ? source->keeps_s : retention_s;
	items = source->keeps_items ? source->keeps_items : items;
	if (!source->is_heard || tms_source_next_due(source, now) <= now ||
		(now >= source->last_retired && now - source->last_retired < RETIRE_EVERY_S))
		return;
	source->last_retired = now;
	source->is_heard = false;
	enum tms_status st = set_asked(source, &arena, now);
	if (st == TMS_OK)
		st = tms_window_retire(source->window, now, retention_s, (size_t)items, &report);
	if (st == TMS_OK)
		st = saver_note(&source->saver, &report);
	tms_arena_free(&arena);
	char count[24];
	(void)snprintf(count, sizeof(count), "%zu", report.counts.retired);
	if (st != TMS_OK)
		TMS_LOG(source->world->log, TMS_LOG_ERROR, "old items could not be retired",
			{ "source", source->name });
	else if (report.counts.retired > 0)
		TMS_LOG(source->world->log, TMS_LOG_INFO, "old items have left",
			{ "source", source->name }, { "items", tms_str_from(count) });
}

bool tms_source_is_ill(struct tms_source *source, tms_time now)
{
	const struct tms_health *health = tms_window_health(source->window);
	struct tms_arena arena = { 0 };
	struct tms_poll *polls = NULL;
	size_t count = 0;
	bool is_ill = health->outcome != TMS_HEALTH_NEVER && !tms_health_is_well(health);

	if (!source->conf)
		return false;
	const struct tms_upstream upstream = upstream_of(source, &arena);
	if (tms_upstream_polls(&arena, &upstream, now, &polls, &count) != TMS_OK)
		count = 0;
	for (size_t i = 0; i < count && !is_ill; i++) {
		struct source_poll *state = source_poll_of(source, polls[i].key);
		is_ill = state && state->state.failures > 0;
	}
	tms_arena_free(&arena);
	return is_ill;
}
