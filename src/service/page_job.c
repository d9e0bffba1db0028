/* The worker's job that parses one fetched page, its bytes copied in and its items given out. */
#include "service/page_job.h"

#include <stdlib.h>

#include <tamis/recipe.h>

static void job_free(struct page_job *page)
{
	tms_arena_free(&page->arena);
	free(page);
}

/* On the worker's thread. */
static void on_run(struct tms_job *job)
{
	struct page_job *page = TMS_MESSAGE_OF(job, struct page_job, job);

	if (page->is_unwanted)
		return;
	page->status = tms_recipe_read(
		&page->arena, page->body, &page->hints, &page->listing, &page->diag);
	if (page->status != TMS_OK && page->status != TMS_ENOMEM && !page->hints.recipe)
		page->is_html = tms_discover(&page->arena, page->body, &page->hints,
					&page->discovery, NULL) == TMS_OK;
}

void page_job_go(struct page_job *page)
{
	page->is_at_turn = false;
	page->is_unwanted = page->is_dropped;
	page->is_reading = tms_worker_go(&page->job);
}

static void on_turn(struct tms_job *job)
{
	struct page_job *page = TMS_MESSAGE_OF(job, struct page_job, job);

	page->is_at_turn = true;
	if (page->is_dropped || !page->turn)
		page_job_go(page);
	else
		page->turn(page->context, page);
}

static void on_done(struct tms_job *job)
{
	struct page_job *page = TMS_MESSAGE_OF(job, struct page_job, job);

	page->is_working = page->is_reading = false;
	if (page->is_dropped || !job->was_run)
		job_free(page); /* not run: the service ends, and nobody waits any more */
	else
		page->done(page->context, page);
}

static void copy_answer(
	struct tms_arena *arena, const struct tms_poll_answer *from, struct tms_poll_answer *to)
{
	*to = *from;
	to->final_url = tms_arena_copy(arena, from->final_url);
	to->etag = tms_arena_copy(arena, from->etag);
	to->last_modified = tms_arena_copy(arena, from->last_modified);
	to->cache_control = tms_arena_copy(arena, from->cache_control);
	to->expires = tms_arena_copy(arena, from->expires);
	to->date = tms_arena_copy(arena, from->date);
	to->age = tms_arena_copy(arena, from->age);
	to->retry_after = tms_arena_copy(arena, from->retry_after);
	to->rate_limit = tms_arena_copy(arena, from->rate_limit);
	to->rate_remaining = tms_arena_copy(arena, from->rate_remaining);
	to->rate_reset = tms_arena_copy(arena, from->rate_reset);
	to->error = tms_arena_copy(arena, from->error);
}

struct page_job *page_job_start(struct tms_worker *worker, const struct tms_fetch_reply *reply,
	const struct page_job_how *how, page_job_fn done, void *context)
{
	struct page_job *page = calloc(1, sizeof(*page));

	if (!page)
		return NULL;
	page->job = (struct tms_job){ .turn = on_turn, .run = on_run, .done = on_done };
	page->turn = how->turn;
	page->done = done;
	page->context = context;
	page->arena.max_bytes = how->arena_max;
	copy_answer(&page->arena, &reply->answer, &page->answer);
	page->body = tms_arena_copy(&page->arena, reply->body);
	page->hints = (struct tms_listing_hints){ .content_type = tms_arena_copy(
							  &page->arena, reply->content_type),
		.content_language = tms_arena_copy(&page->arena, reply->content_language),
		.url = page->answer.final_url,
		.limits = { .bytes = how->body_max },
		.page = how->number };
	if (how->recipe)
		page->hints.recipe = tms_recipe_copy(&page->arena, how->recipe);
	if (page->arena.status != TMS_OK) {
		job_free(page);
		return NULL;
	}
	page->is_working = true;
	tms_worker_give(worker, &page->job);
	return page;
}

void page_job_drop(struct page_job *page)
{
	if (page && page->is_working) {
		page->is_dropped = true;
		if (page->is_at_turn)
			page_job_go(page); /* nobody else would */
	} else if (page)
		job_free(page);
}
