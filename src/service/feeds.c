/* The feeds that are served, as one value: begun, reset, ended; feeds.h names its parts. */
#include "service/feeds.h"

#include <stdlib.h>

#include <sodium.h>

#include "service/address_feeds.h"
#include "service/stored_results.h"

static void on_evicted(void *context, const struct tms_shelf *shelf)
{
	address_feeds_forget_shelf(context, shelf);
}

enum tms_status feeds_init(struct tms_feeds *feeds, const struct service_world *world,
	struct tms_shelves *shelves, struct tms_reload *reload)
{
	*feeds = (struct tms_feeds){ .world = world,
		.shelves = shelves,
		.reload = reload,
		.rendition_bytes_max = (size_t)world->conf->limits.cache_bytes,
		.key_tag = tms_key_tag(world->key),
		.over = { .is_over = true } };
	tms_instance_id(world->key, &feeds->instance);
	randombytes_buf(&feeds->registry.seed, sizeof(feeds->registry.seed));
	randombytes_buf(&feeds->by_key.seed, sizeof(feeds->by_key.seed));
	shelves->evicted = on_evicted;
	shelves->context = feeds;
	feeds->opened = calloc(SERVED_BUCKETS, sizeof(*feeds->opened));
	if (!feeds->opened)
		return TMS_ENOMEM;
	return tms_fragments_new(feeds->rendition_bytes_max, true, &feeds->fragments);
}

void feeds_reset(struct tms_feeds *feeds)
{
	address_feeds_forget(feeds);
	served_feed_close_all(feeds);
}

void feeds_fini(struct tms_feeds *feeds)
{
	if (feeds->opened)
		feeds_reset(feeds);
	stored_results_fini(feeds);
	free(feeds->opened);
	tms_buf_free(&feeds->last_pinned.sources);
	registry_fini(&feeds->registry);
	tms_map_free(&feeds->by_key);
	tms_fragments_free(feeds->fragments);
	*feeds = (struct tms_feeds){ 0 };
}
