/* Followers: which sources have one, what each has to do next, entries written before they are asked
 * for. */
#include "service/follower.h"

#include <stdlib.h>

#include <tamis/fragment.h>

#include "service/shelves.h"
#include "service/sources.h"

/* Of more, the newest are not written first: to put them in order would hold up others. */
#define ORDERED_MAX 500

struct follower *follower_new(struct tms_source *source)
{
	struct follower *follower = calloc(1, sizeof(*follower));

	if (follower) {
		follower->source = source;
		follower->number = TMS_CATALOG_NONE;
	}
	return follower;
}

void follower_free(struct follower *follower)
{
	if (!follower)
		return;
	tms_run_queue_leave(&follower->queued);
	while (follower->unwritten_count > 0)
		tms_view_item_unref(follower->unwritten[--follower->unwritten_count]);
	free(follower->unwritten);
	follower_ask_fini(&follower->ask);
	free(follower);
}

enum work_task follower_task(const struct follower *follower)
{
	if (follower->is_leaving)
		return WORK_LEAVE;
	if (follower->is_telling)
		return WORK_TELL; /* makes what was published seen */
	if (follower->is_behind && !follower->is_in)
		return follower->waited > 0 ? WORK_FILL : WORK_TAKE_IN;
	if (follower->is_behind)
		return WORK_CATCH_UP;
	if (follower->unwritten_count > 0)
		return WORK_WRITE;
	if (follower->saves)
		return WORK_SAVE;
	return follower->ask.count > 0 ? WORK_ASK : WORK_NONE;
}

void follower_update(struct follower *follower, struct tms_run_queue *queue)
{
	enum work_task task = follower_task(follower);
	enum tms_run_class class = TMS_RUN_IDLE; /* no set takes it yet */

	if (follower->pinned > 0 || follower->is_known)
		class = TMS_RUN_FIRST;
	else if (follower->taken > 0 || follower->is_leaving)
		class = TMS_RUN_SECOND;
	if (task == WORK_NONE)
		tms_run_queue_leave(&follower->queued);
	else
		tms_run_queue_put(queue, &follower->queued, class, task);
}

/* ---- entries, written and compressed before readers ask for them ---- */

void follower_write_later(struct follower *follower, struct tms_view_item *item)
{
	if (follower->unwritten_count == follower->unwritten_capacity) {
		size_t capacity =
			follower->unwritten_capacity ? 2 * follower->unwritten_capacity : 16;
		struct tms_view_item **grown =
			reallocarray(follower->unwritten, capacity, sizeof(struct tms_view_item *));
		if (!grown)
			return;
		follower->unwritten = grown;
		follower->unwritten_capacity = capacity;
	}
	follower->unwritten[follower->unwritten_count++] = tms_view_item_ref(item);
}

static int by_age(const void *a, const void *b)
{
	const struct tms_merged *x = &(*(struct tms_view_item *const *)a)->merged;
	const struct tms_merged *y = &(*(struct tms_view_item *const *)b)->merged;

	if (x->first_seen != y->first_seen)
		return x->first_seen < y->first_seen ? -1 : 1;
	return x->item.published < y->item.published ? -1 : x->item.published > y->item.published;
}

void follower_order_unwritten(struct follower *follower)
{
	if (follower->unwritten_count > 1 && follower->unwritten_count <= ORDERED_MAX)
		qsort(follower->unwritten, follower->unwritten_count,
			sizeof(struct tms_view_item *), by_age);
}

static void write_style(struct follower *follower, struct tms_fragments *fragments,
	struct tms_view_item *item, struct tms_fragment_style style)
{
	struct tms_fragment *fragment = NULL;

	if (follower->styles & follower_style(style.form, style.link) &&
		tms_fragments_get(fragments, item, style, &fragment) == TMS_OK)
		tms_fragment_unref(fragment);
}

static void write_item(
	struct follower *follower, struct tms_fragments *fragments, struct tms_view_item *item)
{
	tms_time published = item->merged.item.published;

	for (int link = TMS_FEED_LINK_HF; link <= TMS_FEED_LINK_PDF; link++)
		for (int form = 0; form < TMS_FORMS; form++)
			write_style(follower, fragments, item,
				(struct tms_fragment_style){
					(enum tms_feed_link)link, published, (enum tms_form)form });
}

void follower_write_some(struct follower *follower, struct tms_fragments *fragments, size_t count)
{
	for (; count > 0 && follower->unwritten_count > 0; count--) {
		struct tms_view_item *item = follower->unwritten[--follower->unwritten_count];
		write_item(follower, fragments, item);
		tms_view_item_unref(item);
	}
	if (follower->unwritten_count > 0)
		return;
	free(follower->unwritten); /* there are many sources, and mostly nothing is new */
	follower->unwritten = NULL;
	follower->unwritten_capacity = 0;
}

/* ---- which sources are followed ---- */

static bool grow(struct follower ***list, size_t *count, size_t number)
{
	size_t wanted = *count ? *count : 16;

	while (wanted <= number)
		wanted *= 2;
	if (wanted == *count)
		return true;
	struct follower **grown = reallocarray(*list, wanted, sizeof(struct follower *));
	if (!grown)
		return false;
	memset(&grown[*count], 0, (wanted - *count) * sizeof(struct follower *));
	*list = grown;
	*count = wanted;
	return true;
}

static struct follower *find_follower(
	const struct tms_shelves *shelves, const struct tms_source *source)
{
	return source->number < shelves->followers_count ? shelves->followers[source->number]
							 : NULL;
}

void follower_fall_behind(struct tms_shelves *shelves, struct follower *follower)
{
	follower->is_behind = true;
	follower_update(follower, &shelves->queue);
	shelves_wake(shelves, 0);
}

static void forget(struct tms_shelves *shelves, struct follower *follower)
{
	follower_ask_pause(&follower->ask);
	if (follower->number != TMS_CATALOG_NONE) {
		tms_catalog_remove(shelves->catalog, follower->number);
		shelves->numbered[follower->number] = NULL;
	}
	shelves->followers[follower->source->number] = NULL;
	follower_free(follower);
}

bool follower_leave(struct tms_shelves *shelves, struct follower *follower, size_t work)
{
	if (tms_catalog_drain(shelves->catalog, follower->number, work))
		return true;
	forget(shelves, follower);
	return false;
}

/* Some of its items have gone: it is as one that was not there. */
static void come_back(struct tms_shelves *shelves, struct follower *follower)
{
	follower->is_leaving = follower->is_in = follower->is_empty = false;
	follower_fall_behind(shelves, follower);
}

struct follower *shelves_follower(struct tms_shelves *shelves, struct tms_source *source)
{
	struct follower *follower = find_follower(shelves, source);

	if (follower) {
		if (follower->is_leaving)
			come_back(shelves, follower);
		return follower;
	}
	if (!grow(&shelves->followers, &shelves->followers_count, source->number))
		return NULL;
	follower = follower_new(source);
	if (!follower)
		return NULL;
	shelves->followers[source->number] = follower;
	if (tms_catalog_add(shelves->catalog, source->window, &follower->number) != TMS_OK)
		follower->number = TMS_CATALOG_NONE;
	if (follower->number == TMS_CATALOG_NONE ||
		!grow(&shelves->numbered, &shelves->numbered_count, follower->number)) {
		follower_ask_fini(&follower->ask);
		if (follower->number != TMS_CATALOG_NONE)
			tms_catalog_remove(shelves->catalog, follower->number);
		follower->number = TMS_CATALOG_NONE;
		forget(shelves, follower);
		return NULL;
	}
	shelves->numbered[follower->number] = follower;
	follower_fall_behind(shelves, follower);
	return follower;
}

/* A filter address may ask for it at any time, and is not to wait then. */
static bool anybody_may_ask(const struct tms_shelves *shelves, const struct tms_source *source)
{
	const struct tms_conf *conf = shelves->world->conf;

	return conf && conf->filter_addresses_on && source->conf && source->is_loaded;
}

void shelves_let_go(struct tms_shelves *shelves, struct tms_source *source)
{
	struct follower *follower = find_follower(shelves, source);

	if (!follower || follower->is_leaving || follower->taken > 0 ||
		anybody_may_ask(shelves, source))
		return;
	follower_ask_fini(&follower->ask);
	follower->is_leaving = true;
	follower_update(follower, &shelves->queue);
	shelves_wake(shelves, 0);
}

void shelves_configure(struct tms_shelves *shelves)
{
	const struct tms_sources *sources = shelves->world->sources;

	for (size_t i = 0; i < sources->count; i++) {
		if (anybody_may_ask(shelves, sources->list[i]))
			(void)shelves_follower(shelves, sources->list[i]);
		else
			shelves_let_go(shelves, sources->list[i]);
	}
}

enum tms_status shelves_join(struct tms_shelves *shelves, struct tms_source *known)
{
	shelves->known = follower_new(known);
	if (!shelves->known)
		return TMS_ENOMEM;
	shelves->known->is_known = true;
	tms_catalog_join(shelves->catalog, known->window);
	follower_fall_behind(shelves, shelves->known);
	return TMS_OK;
}

bool shelves_touch(struct tms_shelves *shelves, struct tms_source *source)
{
	struct follower *follower = find_follower(shelves, source);

	if (shelves->known && shelves->known->source == source)
		follower_fall_behind(shelves, shelves->known);
	if ((!follower || follower->is_leaving) && anybody_may_ask(shelves, source))
		follower = shelves_follower(shelves, source);
	if (!follower)
		return false;
	/* read from the store, or asked for the first time: who asks now waits for it */
	if (follower->is_empty && tms_window_count(source->window) > 0)
		follower->is_in = false;
	follower->has_news =
		follower->has_news || follower->generation != tms_window_generation(source->window);
	follower->generation = tms_window_generation(source->window);
	follower_fall_behind(shelves, follower);
	return follower->taken > 0;
}
