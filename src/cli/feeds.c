/* tamis feeds: the addresses of users' feeds, and what can be done to them from a shell. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <event2/event.h>
#include <sodium.h>

#include <tamis/opml.h>

#include "cli/cli.h"
#include "cli/config_file.h"
#include "cli/key_file.h"
#include "cli/running.h"
#include "loop/clock.h"
#include "service/definition.h"
#include "store/store_wait.h"

enum { KEY_FORM = 256, KEY_USER };

static const struct tms_cli_option options[] = {
	{ 'c', "config", "FILE", TMS_CONFIG_FILE_HELP },
	{ KEY_USER, "user", "USER", "only the feeds of this user" },
	{ 'o', "output", "FORM",
		"lines (the default), or opml: a list that readers import, of the active feeds" },
	{ KEY_FORM, "form", "FORM",
		"which form the addresses are of: atom (the default), rss or json" },
};

struct listed_feeds {
	struct tms_definition *items;
	int64_t *revisions;
	size_t count, capacity, revisions_capacity;
};

struct work {
	struct tms_arena conf_arena;
	const struct tms_conf *conf;
	struct event_base *base;
	struct tms_store *store;
	struct tms_store_wait wait;
	struct tms_key key;
	struct tms_arena arena;
	struct listed_feeds listed;
	struct tms_clock clock;
	enum tms_form form;
	struct tms_str user; /* whose feeds are listed; empty: everybody's */
	bool writes_opml;
};

static void on_row(void *context, const struct tms_store_row *row)
{
	struct work *work = context;
	struct listed_feeds *listed = &work->listed;
	struct tms_diag diag = { 0 };

	if (tms_str_find_byte(row->key, '/', 0) == SIZE_MAX ||
		!tms_arena_grow(&work->arena, &listed->items, listed->count, &listed->capacity,
			sizeof(*listed->items)) ||
		!tms_arena_grow(&work->arena, &listed->revisions, listed->count,
			&listed->revisions_capacity, sizeof(*listed->revisions)))
		return;
	struct tms_definition d;
	if (tms_definition_parse(&work->arena, row->key, row->bytes, &d, &diag) == TMS_OK) {
		listed->items[listed->count] = tms_definition_copy(&work->arena, &d);
		listed->revisions[listed->count++] = row->number;
	} else
		tms_cli_error("%.*s in the store: %s", TMS_STR_ARGS(row->key), diag.text);
}

static int begin(struct work *work, const char *config_path)
{
	struct tms_diag diag = { 0 };
	struct tms_str password = { 0 };
	int exit_status = TMS_EXIT_DONE;

	if (!running_conf(&work->conf_arena, config_path, &work->conf, &exit_status))
		return exit_status;
	const struct tms_conf *conf = work->conf;
	if (key_file_make_folder(conf->data_dir, "data_dir", &diag) != TMS_OK ||
		key_file_load(conf->instance_key_file, &work->key, &diag) != TMS_OK ||
		(conf->store.password_file.len > 0 &&
			key_file_read_secret(&work->arena, conf->store.password_file, &password,
				&diag) != TMS_OK)) {
		tms_cli_error("%s", diag.text);
		return TMS_EXIT_TROUBLE;
	}
	const struct tms_store_options wanted = tms_store_options_of(&conf->store, password);
	work->base = event_base_new();
	work->wait =
		(struct tms_store_wait){ .base = work->base, .row = on_row, .row_context = work };
	if (!work->base || tms_store_open(work->base, &wanted, &work->store, &diag) != TMS_OK) {
		tms_cli_error("the store cannot be opened: %s", diag.text);
		return TMS_EXIT_TROUBLE;
	}
	if (tms_store_wait(&work->wait, tms_store_definitions_list(work->store,
						tms_store_wait_call(&work->wait))) != TMS_OK) {
		tms_cli_error("the store cannot be read: %s", work->wait.diag.text);
		return TMS_EXIT_TROUBLE;
	}
	return TMS_EXIT_DONE;
}

static void finish(struct work *work)
{
	tms_store_free(work->store);
	tms_store_wait_fini(&work->wait);
	if (work->base)
		event_base_free(work->base);
	tms_key_wipe(&work->key);
	tms_arena_free(&work->arena);
	tms_arena_free(&work->conf_arena);
}

static struct tms_definition *find(struct work *work, struct tms_str user, struct tms_str name)
{
	for (size_t i = 0; i < work->listed.count; i++)
		if (tms_str_equal(work->listed.items[i].user, user) &&
			tms_str_equal(work->listed.items[i].name, name))
			return &work->listed.items[i];
	return NULL;
}

static bool is_configured(
	const struct tms_conf *conf, struct tms_str user_name, struct tms_str name)
{
	const struct tms_conf_user *user = tms_conf_find_user(conf, user_name);

	return user && tms_conf_find_feed(user, name);
}

static struct tms_str address_of(struct work *work, const struct tms_definition *d)
{
	struct tms_token token;

	tms_token_make(&work->key, d->user, d->address_name, d->generation, &token);
	return tms_arena_format(&work->arena, "%.*s/f/%s.%.*s",
		TMS_STR_ARGS(work->conf->public_url), token.text,
		TMS_STR_ARGS(tms_form_name(work->form)));
}

static void add_line(
	struct work *work, struct tms_buf *out, const struct tms_definition *d, const char *state)
{
	tms_buf_format(out, "%.*s/%.*s\t%.*s\t%s\t%.*s\n", TMS_STR_ARGS(d->user),
		TMS_STR_ARGS(d->name), TMS_STR_ARGS(address_of(work, d)), state,
		TMS_STR_ARGS(d->title));
}

/* What is listed, the configuration's before what only the store has. */
struct rows {
	struct row {
		struct tms_definition d;
		const char *state;
		bool is_active;
	} * list;
	size_t count, capacity;
};

static void add_row(
	struct work *work, struct rows *rows, const struct tms_definition *d, const char *state)
{
	if (work->user.len > 0 && !tms_str_equal(work->user, d->user))
		return;
	if (!tms_arena_grow(
		    &work->arena, &rows->list, rows->count, &rows->capacity, sizeof(*rows->list)))
		return;
	rows->list[rows->count++] = (struct row){ *d, state, strcmp(state, "active") == 0 };
}

static void add_configured(
	struct work *work, struct rows *rows, struct tms_str user, const struct tms_conf_feed *feed)
{
	const struct tms_definition *known = find(work, user, feed->name);
	const struct tms_definition *old = feed->was.len > 0 ? find(work, user, feed->was) : NULL;
	struct tms_definition d = { .user = user, .name = feed->name, .title = feed->title };

	/* the service has not read the rename yet: what it will make of it */
	if (known && old &&
		(old->origin != TMS_ORIGIN_CONF ||
			tms_definition_is_over(old, work->conf->limits.removed_feeds_s,
				tms_clock_now(&work->clock))))
		old = NULL;
	d.address_name = old                 ? old->address_name
			 : known             ? known->address_name
			 : feed->was.len > 0 ? feed->was
					     : feed->name;
	d.generation = old ? old->generation : known ? known->generation + known->is_deleted : 0;
	add_row(work, rows, &d, "active");
}

static void find_rows(struct work *work, struct rows *rows)
{
	const struct tms_conf *conf = work->conf;

	for (size_t i = 0; i < conf->users_count; i++)
		for (size_t k = 0; k < conf->users[i].feeds_count; k++)
			add_configured(work, rows, conf->users[i].name, &conf->users[i].feeds[k]);
	for (size_t i = 0; i < work->listed.count; i++) {
		const struct tms_definition *d = &work->listed.items[i];
		if (is_configured(conf, d->user, d->name))
			continue;
		add_row(work, rows, d,
			d->is_deleted                 ? "deleted"
			: d->origin == TMS_ORIGIN_API ? "active"
						      : "removed");
	}
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = tms_str_compare(x->d.user, y->d.user);

	return order != 0 ? order : tms_str_compare(x->d.name, y->d.name);
}

/* The feeds of several users are a group each. */
static void write_opml(struct work *work, struct rows *rows, struct tms_buf *out)
{
	struct tms_opml_writer w = { .buf = out };
	struct tms_str user = { 0 };

	if (rows->count > 1)
		qsort(rows->list, rows->count, sizeof(*rows->list), compare_rows);
	tms_opml_begin(&w, work->user.len > 0 ? tms_arena_format(&work->arena, "Feeds of %.*s",
							TMS_STR_ARGS(work->user))
					      : TMS_STR("Feeds"));
	for (size_t i = 0; i < rows->count; i++) {
		const struct tms_definition *d = &rows->list[i].d;
		if (!rows->list[i].is_active)
			continue;
		if (work->user.len == 0 && !tms_str_equal(user, d->user)) {
			if (user.len > 0)
				tms_opml_end_group(&w);
			user = d->user;
			tms_opml_begin_group(&w, user);
		}
		tms_opml_add(&w, d->title.len > 0 ? d->title : d->name, address_of(work, d),
			TMS_STR_NONE);
	}
	if (user.len > 0)
		tms_opml_end_group(&w);
	tms_opml_end(&w);
}

static int list(struct work *work)
{
	struct rows rows = { 0 };
	struct tms_buf out = { 0 };

	find_rows(work, &rows);
	if (work->user.len > 0 && rows.count == 0) {
		tms_cli_error("there are no feeds of a user \"%.*s\"", TMS_STR_ARGS(work->user));
		return TMS_EXIT_INPUT;
	}
	if (work->writes_opml)
		write_opml(work, &rows, &out);
	for (size_t i = 0; !work->writes_opml && i < rows.count; i++)
		add_line(work, &out, &rows.list[i].d, rows.list[i].state);
	bool is_written = out.status == TMS_OK && work->arena.status == TMS_OK &&
			  cli_write(tms_buf_str(&out));
	tms_buf_free(&out);
	return is_written ? TMS_EXIT_DONE : TMS_EXIT_TROUBLE;
}

static int store_change(struct work *work, struct tms_definition *d, int64_t expected)
{
	struct tms_buf bytes = { 0 };

	tms_definition_seal(d, &work->key, tms_key_tag(&work->key));
	tms_definition_write(&bytes, d);
	const struct tms_store_change change = { .key = tms_definition_key(
							 &work->arena, d->user, d->name),
		.bytes = tms_buf_str(&bytes),
		.expected = expected };
	enum tms_status st =
		tms_store_wait(&work->wait, tms_store_definitions_change(work->store, &change, 1,
						    tms_store_wait_call(&work->wait)));
	tms_buf_free(&bytes);
	if (st == TMS_OK)
		return TMS_EXIT_DONE;
	if (st == TMS_ECONFLICT)
		tms_cli_error("the feed was changed by somebody else just now; try again");
	else if (work->wait.is_uncertain)
		tms_cli_error(
			"it is not known whether the change was stored: %s; `tamis feeds` tells when the "
			"store answers again",
			work->wait.diag.text);
	else
		tms_cli_error("the change was not stored: %s", work->wait.diag.text);
	return TMS_EXIT_TROUBLE;
}

static int rotate(struct work *work, struct tms_definition *d)
{
	struct tms_buf out = { 0 };

	if (d->is_deleted) {
		tms_cli_error(
			"%.*s/%.*s was deleted", TMS_STR_ARGS(d->user), TMS_STR_ARGS(d->name));
		return TMS_EXIT_INPUT;
	}
	d->generation++;
	d->has_digest = false; /* of the old address */
	int exit_status = store_change(work, d, work->listed.revisions[d - work->listed.items]);
	if (exit_status != TMS_EXIT_DONE)
		return exit_status;
	add_line(work, &out, d, "active");
	bool is_written = cli_write(tms_buf_str(&out));
	tms_buf_free(&out);
	return is_written ? TMS_EXIT_DONE : TMS_EXIT_TROUBLE;
}

static int delete (struct work *work, struct tms_definition *d)
{
	if (is_configured(work->conf, d->user, d->name)) {
		tms_cli_error("%.*s/%.*s stands in %.*s; take it out there first, then delete it",
			TMS_STR_ARGS(d->user), TMS_STR_ARGS(d->name),
			TMS_STR_ARGS(work->conf->file));
		return TMS_EXIT_INPUT;
	}
	d->is_deleted = true;
	return store_change(work, d, work->listed.revisions[d - work->listed.items]);
}

static int change(struct work *work, struct tms_str verb, struct tms_str operand)
{
	size_t slash = tms_str_find_byte(operand, '/', 0);
	struct tms_definition *d =
		slash == SIZE_MAX ? NULL
				  : find(work, tms_str_slice(operand, 0, slash),
					    tms_str_slice(operand, slash + 1, operand.len));

	if (!d) {
		tms_cli_error(
			"there is no feed \"%.*s\" in the store; `tamis feeds` lists them, and a feed is stored "
			"when the service has read its configuration",
			TMS_STR_ARGS(operand));
		return TMS_EXIT_INPUT;
	}
	return tms_str_equal(verb, TMS_STR("rotate")) ? rotate(work, d) : delete (work, d);
}

static bool take_option(
	const struct tms_command *self, int key, struct work *work, const char **config_path)
{
	switch (key) {
	case KEY_FORM:
		return cli_form(self, optarg, &work->form);
	case KEY_USER:
		work->user = tms_str_from(optarg);
		return true;
	case 'o':
		work->writes_opml = strcmp(optarg, "opml") == 0;
		if (work->writes_opml || strcmp(optarg, "lines") == 0)
			return true;
		(void)cli_usage(self, "--output is lines or opml, not \"%s\"", optarg);
		return false;
	default:
		*config_path = optarg;
		return true;
	}
}

static int run(const struct tms_command *self, int argc, char **argv)
{
	struct work work = { .clock = tms_clock_system() };
	const char *config_path = NULL;
	int key = 0;

	while ((key = cli_next(self, argc, argv)) > 0)
		if (!take_option(self, key, &work, &config_path))
			return TMS_EXIT_USAGE;
	if (key < 0)
		return cli_exit(key);
	struct tms_str verb = optind < argc ? tms_str_from(argv[optind]) : TMS_STR_NONE;
	bool is_change =
		tms_str_equal(verb, TMS_STR("rotate")) || tms_str_equal(verb, TMS_STR("delete"));
	if (verb.len > 0 && !is_change)
		return cli_usage(self, "\"%s\" is neither rotate nor delete", argv[optind]);
	if (argc - optind != (is_change ? 2 : 0))
		return cli_usage(self, "%s takes one feed, written USER/NAME",
			is_change ? argv[optind] : "it");
	if (sodium_init() < 0)
		return TMS_EXIT_TROUBLE;
	int exit_status = begin(&work, config_path);
	if (exit_status == TMS_EXIT_DONE)
		exit_status = is_change ? change(&work, verb, tms_str_from(argv[optind + 1]))
					: list(&work);
	finish(&work);
	return exit_status;
}

const struct tms_command tms_command_feeds = {
	.name = "feeds",
	.summary = "list users' feeds with their addresses; rotate or delete one",
	.operands = "[rotate|delete USER/NAME]",
	.details =
		"Lists one feed a line: USER/NAME, address, state, title; Tab-separated. The addresses\n"
		"are secrets, in a list that readers import (-o opml) as well.\n"
		"rotate gives a feed a new secret address; the old one is unknown from then on.\n"
		"delete answers the address of a feed that is gone from the configuration with 410 at once.\n"
		"A running service follows within a second.\n",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = run,
};
