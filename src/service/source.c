/* A source at work: made, configured, ticked, refreshed by hand, what is held released. */
#include "service/source.h"

#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "log/log.h"
#include "loop/clock.h"
#include "service/round.h"
#include "service/source_schedule.h"
#include "service/source_state.h"

struct tms_source *source_new(const struct service_world *world, struct tms_str name)
{
	struct tms_source *source = calloc(1, sizeof(*source));
	struct tms_hash_seed seed = { 0 };
	char *copy = malloc(name.len + 1);

	randombytes_buf(&seed, sizeof(seed));
	if (!source || !copy || tms_window_new(name, seed, &source->window) != TMS_OK) {
		free(source);
		free(copy);
		return NULL;
	}
	memcpy(copy, name.ptr, name.len);
	copy[name.len] = '\0';
	source->name = (struct tms_str){ copy, name.len };
	source->world = world;
	return source; /* cppcheck-suppress memleak ; source->name owns the copy */
}

void source_free(struct tms_source *source)
{
	if (!source)
		return;
	round_cancel(source->round);
	saver_fini(&source->saver);
	feed_choice_fini(&source->choice);
	tms_window_free(source->window);
	free(source->polls);
	free((char *)(uintptr_t)source->name.ptr);
	free(source);
}

void source_configure(struct tms_source *source, const struct tms_conf_source *conf)
{
	bool other_upstream =
		conf && source->upstream_hash != 0 && source->upstream_hash != conf->hash;

	bool other_rhythm = !source->conf || !conf || source->conf->every_s != conf->every_s;

	source->conf = conf;
	if (!conf || other_upstream)
		round_cancel(source->round);
	for (size_t i = 0; other_upstream && i < source->polls_count; i++) {
		source->polls[i].state = (struct tms_poll_state){ 0 };
		source->polls[i].last_whole = 0;
	}
	if (other_upstream)
		feed_choice_fini(&source->choice);
	if (conf)
		source->upstream_hash = conf->hash;
	/* whoever reloads may have mended what kept it from being read */
	if (conf &&
		(other_rhythm || tms_source_is_ill(source, tms_clock_now(source->world->clock))))
		source_make_due(source);
}

void source_tick(struct tms_source *source, tms_time now)
{
	struct tms_arena arena = { 0 };
	struct tms_poll poll = { 0 };

	if (!source->is_loaded || !source->conf || source->round)
		return;
	if (source->first_start == 0)
		source->first_start = now;
	if (source_soonest(source, &arena, now, &poll) <= now && poll.key.len > 0) {
		source_forget_old_lists(source, &arena, now);
		struct source_poll *state = source_poll_of(source, poll.key);
		if (!state || round_start(source, state, &poll) != TMS_OK)
			TMS_LOG(source->world->log, TMS_LOG_ERROR,
				"a round could not be started: out of memory",
				{ "source", source->name });
	}
	tms_arena_free(&arena);
}

tms_time tms_source_refresh(struct tms_source *source, tms_time now)
{
	source_make_due(source);
	source->world->changed(source->world->context, source);
	if (source->round)
		return now;
	struct tms_source_next next;
	tms_source_next(source, now, &next);
	return next.due > next.paused_until ? next.due : next.paused_until;
}

enum tms_status tms_source_release_held(struct tms_source *source, size_t *released)
{
	const struct service_world *world = source->world;
	struct tms_apply_report report = { 0 };

	if (!source->is_loaded)
		return TMS_EUNAVAIL;
	if (tms_window_health(source->window)->held_count == 0) {
		*released = 0;
		return TMS_OK;
	}
	enum tms_status st =
		tms_window_release(source->window, tms_clock_now(world->clock), &report);
	if (st == TMS_OK)
		st = saver_note(&source->saver, &report);
	size_t count = report.counts.items - report.counts.retired;
	char number[24];
	(void)snprintf(number, sizeof(number), "%zu", count);
	if (st == TMS_OK)
		TMS_LOG(world->log, TMS_LOG_INFO, "held items were released",
			{ "source", source->name }, { "items", tms_str_from(number) });
	else
		TMS_LOG(world->log, TMS_LOG_ERROR, "held items could not be released",
			{ "source", source->name }, { "why", tms_str_from(tms_status_name(st)) });
	world->changed(world->context, source); /* also what entered before memory ran out */
	if (st == TMS_OK)
		*released = count;
	return st;
}
