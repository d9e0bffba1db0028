/* Opening a store: the table of drivers, options judged and copied (a third store: driver.h). */
#include "store/store.h"

#include <tamis/conf.h>

#include "driver.h"

#define CHECK_EVERY_MS 2000
#define PREFIX_MAX 64

/* One row for each scheme of <tamis/store_address.h>. */
static const struct store_driver *const drivers[TMS_STORE_SCHEMES] = {
	[TMS_STORE_SCHEME_SQLITE] = &sqlite_driver,
	[TMS_STORE_SCHEME_REDIS] = &redis_driver,
	[TMS_STORE_SCHEME_REDIS_UNIX] = &redis_driver,
};

struct tms_store_options tms_store_options_of(
	const struct tms_conf_store *conf, struct tms_str password)
{
	return (struct tms_store_options){
		.url = conf->url,
		.password = password.len > 0 ? password : conf->password,
		.prefix = conf->prefix,
		.timeout_ms = drivers[conf->scheme]->is_remote ? conf->timeout_ms : 0,
	};
}

/* One colon, at the end: then no two prefixes can ever make the same key. */
static enum tms_status check_prefix(struct tms_str prefix, struct tms_diag *diag)
{
	if (!prefix.len ||
		(prefix.len <= PREFIX_MAX && tms_str_find_byte(prefix, '\0', 0) == SIZE_MAX &&
			tms_str_find_byte(prefix, ':', 0) == prefix.len - 1))
		return TMS_OK;
	tms_diag_set(diag, 0, 0,
		"the store's prefix \"%.*s\" must be at most %d bytes, end in a colon and hold no other,"
		" as \"tamis:\" does",
		TMS_STR_ARGS(tms_str_slice(prefix, 0, PREFIX_MAX)), PREFIX_MAX);
	return TMS_EINVAL;
}

static enum tms_status copy_options(struct tms_store *store,
	const struct tms_store_options *options, const struct tms_store_address *address)
{
	struct tms_arena *arena = &store->arena;
	struct tms_str prefix = options->prefix.len ? options->prefix : TMS_STR("tamis:");

	store->address = *address;
	if (options->password.len)
		store->address.password = tms_arena_copy(arena, options->password);
	store->place = tms_store_address_show(arena, address);
	store->prefix = tms_arena_copy(arena, prefix);
	store->max_bytes = options->max_bytes;
	store->worker = options->worker;
	store->is_keeper = options->is_keeper;
	store->check_ms = options->check_ms > 0 ? options->check_ms : CHECK_EVERY_MS;
	store->timeout_ms =
		options->timeout_ms > 0 ? options->timeout_ms : store->driver->timeout_ms;
	return arena->status;
}

enum tms_status tms_store_open(struct event_base *base, const struct tms_store_options *options,
	struct tms_store **out, struct tms_diag *diag)
{
	struct tms_arena arena = { 0 };
	struct tms_store_address address;
	struct tms_store *store = NULL;

	enum tms_status st = check_prefix(options->prefix, diag);
	if (st == TMS_OK)
		st = tms_store_address_parse(&arena, options->url, &address, diag);
	if (st == TMS_EMALFORMED)
		st = TMS_EINVAL;
	if (st == TMS_OK)
		st = drivers[address.scheme]->open(&store);
	if (st != TMS_OK)
		goto out;
	store->driver = drivers[address.scheme];
	store->arena = arena; /* what the address lies in lives as long as the store */
	arena = (struct tms_arena){ 0 };
	bool is_begun = store_begin(store, base);
	st = copy_options(store, options, &address);
	if (st == TMS_OK && !is_begun)
		st = TMS_ENOMEM;
	if (st != TMS_OK)
		goto out;
	store_arm(store); /* connects, though nothing was asked yet */
	*out = store;
	store = NULL;
out:
	tms_store_free(store);
	tms_arena_free(&arena);
	return st;
}
