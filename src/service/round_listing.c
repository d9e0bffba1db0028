/* The listing of a round: its pages joined, and taken into the window of the source. */
#include "log/log.h"
#include "service/round_private.h"

int64_t round_add_page(struct round *round, const struct tms_listing *page)
{
	struct tms_listing *all = &round->listing;
	struct tms_map known = { 0 };
	int64_t added = -1;

	if (round->pages++ == 0) {
		*all = *page;
		return (int64_t)page->items_count;
	}
	struct tms_item *items = TMS_ARENA_ARRAY(
		&round->arena, struct tms_item, all->items_count + page->items_count);
	if (!items)
		return -1;
	for (size_t i = 0; i < all->items_count; i++) {
		items[i] = all->items[i];
		if (tms_map_put(&known, items[i].id, &items[i]) != TMS_OK)
			goto out;
	}
	added = 0;
	for (size_t i = 0; i < page->items_count; i++)
		if (!tms_map_find(&known, page->items[i].id))
			items[all->items_count + (size_t)added++] = page->items[i];
	all->items = items;
	all->items_count += (size_t)added;
out:
	tms_map_free(&known);
	return added;
}

/* Of a list that reaches further back than the source itself, older items are taken only if they
 * are or were known: it keeps votes rising, it does not fill a reader with old papers. */
static void drop_older_than_seed(struct round *round)
{
	struct tms_source *source = round->source;
	struct tms_listing *listing = &round->listing;
	tms_time oldest =
		tms_time_day_start(source->first_start) - (TMS_SEED_DAYS - 1) * (int64_t)TMS_DAY_S;
	size_t kept = 0;

	if (!round->poll.only_known_when_older)
		return;
	for (size_t i = 0; i < listing->items_count; i++) {
		const struct tms_item *item = &listing->items[i];
		if ((item->published != TMS_TIME_NONE && item->published >= oldest) ||
			tms_window_find(source->window, item->id) ||
			tms_window_is_retired(source->window, item->id))
			listing->items[kept++] = *item;
	}
	listing->items_count = kept;
}

bool round_apply(struct round *round, const struct tms_poll_answer *answer, tms_time now)
{
	struct tms_source *source = round->source;
	struct tms_apply_report report = { 0 };
	const struct tms_apply how = { .now = now,
		.poll = round->poll.key,
		.is_part = answer->outcome !=
			   TMS_OUTCOME_LISTED, /* or its host was paused meanwhile */
		.is_substitute = round->uses_fallback,
		.usual = source->conf && source->conf->preset ? source->conf->preset->usual
							      : TMS_STR_NONE };

	drop_older_than_seed(round);
	if (round->listing.items_count == 0 && round->poll.may_be_empty) {
		tms_health_unchanged(tms_window_health(source->window), now);
		return true;
	}
	enum tms_status st = tms_window_apply(source->window, &round->listing, &how, &report);
	if (st == TMS_OK)
		st = saver_note(&source->saver, &report);
	if (st != TMS_OK) {
		TMS_LOG(source->world->log, TMS_LOG_ERROR, "a listing could not be applied",
			{ "source", source->name }, { "why", tms_str_from(tms_status_name(st)) });
		return false;
	}
	struct tms_str added = tms_arena_format(&round->arena, "%zu", report.counts.added);
	struct tms_str items = tms_arena_format(&round->arena, "%zu", report.counts.items);
	TMS_LOG(source->world->log,
		report.outcome == TMS_HEALTH_GOOD || report.outcome == TMS_HEALTH_EMPTY
			? TMS_LOG_INFO
			: TMS_LOG_WARNING,
		"listing read", { "source", source->name }, { "list", round->poll.key },
		{ "items", items }, { "new", added },
		{ "note", tms_str_from(tms_window_health(source->window)->error) });
	return report.outcome == TMS_HEALTH_GOOD || report.outcome == TMS_HEALTH_EMPTY;
}
