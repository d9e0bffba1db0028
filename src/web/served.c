/* From a filter address to its feed, or to the answer that says why there is none. */
#include "web/served.h"

#include <stdlib.h>

#include "web/answer.h"
#include "web/web.h"

/* False, and answered, when filter addresses are off. */
static bool filter_is_on(struct tms_web *web, struct tms_exchange exchange)
{
	if (web->service->world.conf->filter_addresses_on)
		return true;
	answer_text(exchange, 403,
		TMS_STR("Filter addresses are off here. The setting is filter_addresses (auto: on only while no users "
			"are configured).\n"));
	return false;
}

struct tms_address_query served_query(struct tms_arena *arena, const struct web_filter *filter)
{
	return (struct tms_address_query){ .sources = filter->sources,
		.sources_count = filter->sources_count,
		.match = filter->match,
		.limit = filter->limit,
		.target = web_filter_target(arena, filter),
		.form = filter->form };
}

static void refuse(struct turn *turn, struct tms_str match, const struct tms_diag *diag)
{
	struct tms_advice advice = { 0 };

	web_filter_advise(turn->web->service->world.conf, match, diag, &advice);
	answer_text(turn->exchange, 400,
		web_filter_query_error(tms_exchange_arena(turn->exchange), match, &advice));
	tms_advice_free(&advice);
}

struct tms_served *web_served(
	struct turn *turn, const struct web_filter *filter, enum turn_word *word)
{
	struct tms_arena *arena = tms_exchange_arena(turn->exchange);
	const struct tms_address_query query = served_query(arena, filter);
	struct tms_served *served = NULL;
	struct tms_diag diag = { 0 };

	*word = TURN_OVER;
	enum tms_status st = tms_feeds_address(&turn->web->service->feeds, &query, &served, &diag);
	if (st == TMS_OK) {
		turn->shelf = served->shelf;
		bool is_filled = tms_shelf_is_filled(served->shelf);
		*word = is_filled ? TURN_MORE : TURN_WAIT;
		if (is_filled && tms_served_prepare(&turn->web->service->feeds, served))
			return served;
		return NULL;
	}
	if (st == TMS_EUNAVAIL)
		answer_text(turn->exchange, 503, WEB_SETS_FULL);
	else if (st == TMS_ENOMEM)
		answer_no_memory(turn->exchange);
	else
		refuse(turn, filter->match, &diag);
	return NULL;
}

bool served_filter(struct turn *turn, const struct tms_request *request, struct web_filter *out)
{
	if (!filter_is_on(turn->web, turn->exchange))
		return false;
	web_filter_read(turn->web->service->world.conf, tms_exchange_arena(turn->exchange),
		request->query, out);
	if (out->status != 0)
		answer_text(turn->exchange, out->status, out->error);
	return out->status == 0;
}

enum tms_status web_emptying_begin(
	const struct tms_served *served, struct tms_emptied_query *query, struct tms_emptying **out)
{
	struct tms_view *view = NULL;

	enum tms_status st = tms_shelf_view(served->shelf, &view);
	if (st != TMS_OK)
		return st;
	query->view = view;
	st = tms_emptying_new(query, out);
	query->view = NULL;
	tms_view_free(view);
	return st;
}

enum tms_status web_emptying_step(struct tms_web *web, const struct tms_served *served,
	struct tms_emptying *emptying, size_t items, bool *more)
{
	return tms_emptying_step(emptying, tms_catalog_index(web->service->shelves.catalog),
		served->shelf->scope, items, more);
}

/* To look at so many items of one source takes about 100 us. */
#define LOOKED_AT_MAX 2000
/* … and so many sources are; of further ones counts what their presets say. */
#define LOOKED_INTO_MAX 16

static unsigned lacks_of(
	const struct tms_conf *conf, const struct tms_source *source, bool is_looked_into)
{
	unsigned lacks = 0;

	if (source->conf)
		lacks = tms_conf_source_lacks(conf, source->conf);
	/* what a preset has is known, and comes when it has not yet */
	if (is_looked_into && source->conf && !source->conf->preset &&
		tms_window_count(source->window) >= TMS_ADVICE_ITEMS_MIN)
		lacks |= TMS_TRAITS_ALL & ~(unsigned)TMS_TRAIT_CATEGORY &
			 ~tms_window_traits(source->window, LOOKED_AT_MAX);
	return lacks;
}

void web_look_around(struct tms_web *web, const struct tms_served *served,
	const struct tms_query *query, struct tms_str text, struct tms_advice *advice)
{
	size_t count = tms_shelf_sources(served->shelf);
	struct tms_advice_source *sources = calloc(count + 1, sizeof(*sources));
	struct tms_advice_context context = { .sources = sources, .can_name_sources = true };

	if (!sources) {
		advice->status = TMS_ENOMEM;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct tms_source *source =
			tms_served_source(&web->service->feeds, served, i);
		sources[context.count++] = (struct tms_advice_source){ source->name,
			lacks_of(web->service->world.conf, source, i < LOOKED_INTO_MAX) };
	}
	tms_query_advise(query, text, &context, advice);
	free(sources);
}

enum tms_status web_missing_step(struct tms_web *web, const struct tms_served *served,
	struct tms_missing *missing, struct tms_emptied_query *query, bool *more)
{
	query->index = tms_catalog_index(web->service->shelves.catalog);
	return tms_missing_step(missing, query, served->shelf->scope, more);
}

enum tms_status web_ladder_step(struct tms_web *web, const struct tms_served *served,
	struct tms_ladder *ladder, struct tms_emptied_query *query, bool *more)
{
	query->index = tms_catalog_index(web->service->shelves.catalog);
	return tms_ladder_count(ladder, query, served->shelf->scope, more);
}
