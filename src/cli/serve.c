/* tamis serve: the service in the foreground. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <event2/event.h>
#include <sodium.h>

#include "cli/cli.h"
#include "cli/config_file.h"
#include "cli/config_text.h"
#include "cli/key_file.h"
#include "control/commands.h"
#include "control/socket.h"
#include "loop/timer.h"
#include "service/service.h"
#include "web/web.h"

enum { OPTION_CLOCK = 300 };

/* Clients can connect when what the store has was read, and after so long in any case. */
#define LISTEN_MS 2000
#define LOOK_MS 5

static const struct tms_cli_option options[] = {
	{ 'c', "config", "FILE", TMS_CONFIG_FILE_HELP },
	{ OPTION_CLOCK, "clock", "FILE",
		"read the time from FILE (RFC 3339) instead of the system; for tests" },
};

struct serving {
	const char *config_path;
	struct event_base *base;
	struct tms_queue *inbox;
	struct tms_clock clock;
	struct tms_log log;
	struct tms_service *service;
	struct tms_loops *loops;
	struct tms_web web;
	struct event *signals[3];
	struct event *look; /* whether there is something to serve */
	int64_t listen_ms;  /* on the steady clock: by then clients can connect */
	bool is_listening, is_stopping, has_failed;
	int64_t end_ms;                /* on the steady clock: by then it has stopped */
	struct tms_commands *commands; /* NULL: none can come */
	/* what the configuration in force was made from; in its arena */
	struct tms_conf_input input;
	int lock;      /* of data_dir; -1: none */
};

static void on_drained(void *context)
{
	struct serving *serving = context;

	(void)event_base_loopbreak(serving->base);
}

static void on_stop(evutil_socket_t number, short what, void *context)
{
	struct serving *serving = context;

	(void)number;
	(void)what;
	if (serving->is_stopping) {
		tms_log_say(&serving->log, TMS_LOG_WARNING, "stopping at once");
		_exit(TMS_EXIT_TROUBLE);
	}
	int64_t timeout_ms = serving->service->world.conf->limits.drain_timeout_s * 1000;
	serving->is_stopping = true;
	serving->end_ms = tms_monotonic_ms() + timeout_ms;
	tms_log_say(&serving->log, TMS_LOG_INFO, "stopping: requests that have begun are answered");
	serving->service->is_draining = true;
	if (!serving->is_listening) {
		(void)event_base_loopbreak(serving->base); /* nobody was let in yet */
		return;
	}
	/* a quarter of the time is for what comes after: pages being read, the store */
	tms_loops_drain(
		serving->loops, (uint32_t)(timeout_ms - timeout_ms / 4), on_drained, serving);
}

/* What becomes of it stands in service->reload. */
static void reload(void *context)
{
	struct serving *serving = context;
	struct tms_arena arena = { 0 };
	struct tms_conf_messages errors = { 0 };
	struct tms_conf_input input;
	struct tms_loops_settings *settings = NULL;
	const struct tms_conf *conf = NULL;

	enum tms_status st =
		config_file_read(&arena, config_file_find(serving->config_path), &input, &errors);
	if (st == TMS_OK)
		st = config_file_parse(&arena, &input, &conf, &errors);
	if (st == TMS_OK)
		settings = tms_loops_prepare(serving->loops, conf);
	if (st == TMS_OK && !settings)
		st = TMS_ENOMEM;
	if (st != TMS_OK) {
		config_messages_print(&errors);
		tms_reload_refuse(&serving->service->reload, input.file, &errors, st);
		tms_arena_free(&arena);
	} else if (tms_service_configure(serving->service, &arena, conf) == TMS_OK) {
		tms_loops_configure(serving->loops, settings);
		settings = NULL;
		serving->input = input;
		tms_log_say(&serving->log, TMS_LOG_INFO, "the configuration was read again");
	}
	tms_loops_settings_free(settings);
}

static void on_reload(evutil_socket_t number, short what, void *context)
{
	struct serving *serving = context;

	(void)number;
	(void)what;
	if (!serving->is_stopping)
		reload(serving);
}

static void write_configuration(void *context, struct tms_buf *buf)
{
	config_text_write(buf, &((struct serving *)context)->input);
}

/* A service that no command reaches serves all the same. */
static void open_door(struct serving *serving)
{
	const struct tms_commands_options wanted = { .service = serving->service,
		.data_dir = serving->service->world.conf->data_dir,
		.reload = reload,
		.write_configuration = write_configuration,
		.context = serving };
	struct tms_diag diag = { 0 };

	if (tms_commands_open(&wanted, &serving->commands, &diag) != TMS_OK)
		TMS_LOG(&serving->log, TMS_LOG_WARNING, "no command can reach this service",
			{ "why", tms_str_from(diag.text) });
}

static bool watch_signals(struct serving *serving)
{
	static const int numbers[] = { SIGHUP, SIGTERM, SIGINT };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	(void)sigaction(SIGPIPE, &ignore, NULL);
	for (size_t i = 0; i < TMS_COUNT(numbers); i++) {
		serving->signals[i] = evsignal_new(serving->base, numbers[i],
			numbers[i] == SIGHUP ? on_reload : on_stop, serving);
		if (!serving->signals[i] || event_add(serving->signals[i], NULL) != 0)
			return false;
	}
	return true;
}

static bool start_loops(struct serving *serving, const struct tms_conf *conf)
{
	const struct tms_loops_options wanted = { .conf = conf,
		.home = serving->inbox,
		.clock = &serving->clock,
		.handle = tms_web_handle,
		.context = &serving->web,
		.route = tms_web_route };
	struct tms_diag diag = { 0 };

	if (tms_loops_new(&wanted, &serving->loops, &diag) != TMS_OK) {
		tms_cli_error("%s", diag.text);
		return false;
	}
	serving->web = (struct tms_web){ .service = serving->service, .loops = serving->loops };
	serving->service->write_outside = tms_loops_write_warnings;
	serving->service->outside = serving->loops;
	for (size_t i = 0; i < conf->listen_count; i++) {
		if (tms_loops_listen(serving->loops, conf->listen[i].text, &diag) != TMS_OK) {
			tms_cli_error("cannot listen on %.*s: %s",
				TMS_STR_ARGS(conf->listen[i].text), diag.text);
			return false;
		}
	}
	return true;
}

static bool has_something_to_serve(const struct tms_service *service)
{
	bool is_read = service->reconciler.is_registered;

	for (size_t i = 0; i < service->sources.count; i++)
		is_read = is_read && service->sources.list[i]->is_loaded;
	return is_read;
}

static void say_where(struct serving *serving)
{
	const struct tms_conf *conf = serving->service->world.conf;

	for (size_t i = 0; i < conf->listen_count; i++) {
		char port[16];
		(void)snprintf(port, sizeof(port), "%u", tms_loops_port(serving->loops, i));
		TMS_LOG(&serving->log, TMS_LOG_INFO, "listening",
			{ "address", conf->listen[i].text }, { "port", tms_str_from(port) });
	}
}

/* Who comes before the store was read is refused by the system, as while nothing runs here, and
 * tries again; an answer that there is nothing yet would be taken for one. */
static void on_look(evutil_socket_t fd, short what, void *context)
{
	struct serving *serving = context;
	struct tms_diag diag = { 0 };

	(void)fd;
	(void)what;
	if (serving->is_stopping)
		return;
	if (!has_something_to_serve(serving->service) && tms_monotonic_ms() < serving->listen_ms &&
		tms_timer_in(serving->look, LOOK_MS))
		return;
	if (tms_loops_start(serving->loops, &diag) == TMS_OK) {
		serving->is_listening = true;
		say_where(serving);
		return;
	}
	tms_cli_error("%s", diag.text);
	serving->has_failed = true;
	(void)event_base_loopbreak(serving->base);
}

static bool look_soon(struct serving *serving)
{
	serving->listen_ms = tms_monotonic_ms() + LISTEN_MS;
	serving->look = evtimer_new(serving->base, on_look, serving);
	return serving->look && tms_timer_soon(serving->look);
}

/* Key, password and folders; then the service itself. Takes the configuration. */
static int start_service(
	struct serving *serving, struct tms_arena *arena, const struct tms_conf *conf)
{
	struct tms_service_options wanted = { .base = serving->base,
		.inbox = serving->inbox,
		.clock = &serving->clock,
		.log = &serving->log,
		.version = TMS_STR(TAMIS_VERSION) };
	struct tms_diag diag = { 0 };
	int exit_status = TMS_EXIT_TROUBLE;

	if (key_file_make_folder(conf->data_dir, "data_dir", &diag) != TMS_OK ||
		tms_data_lock(conf->data_dir, &serving->lock, &diag) != TMS_OK ||
		key_file_load(conf->instance_key_file, &wanted.key, &diag) != TMS_OK ||
		(conf->store.password_file.len > 0 &&
			key_file_read_secret(arena, conf->store.password_file,
				&wanted.store_password, &diag) != TMS_OK))
		tms_cli_error("%s", diag.text);
	else if (tms_service_new(&wanted, arena, conf, &serving->service, &diag) != TMS_OK)
		tms_cli_error("the service cannot start: %s", diag.text);
	else
		exit_status = TMS_EXIT_DONE;
	tms_key_wipe(&wanted.key);
	return exit_status;
}

static void finish(struct serving *serving)
{
	for (size_t i = 0; i < TMS_COUNT(serving->signals); i++)
		if (serving->signals[i])
			event_free(serving->signals[i]);
	if (serving->look)
		event_free(serving->look);
	tms_web_fini(&serving->web);
	tms_commands_close(serving->commands);
	if (serving->loops)
		tms_loops_stop(serving->loops); /* what they hold is the service's */
	tms_service_free(serving->service);
	tms_loops_free(serving->loops);
	tms_queue_free(serving->inbox);
	if (serving->base)
		event_base_free(serving->base);
	if (serving->lock >= 0)
		(void)close(serving->lock);
}

/* False when there is no configuration; *exit_status is then how to exit. */
static bool load(struct serving *serving, struct tms_arena *arena, const struct tms_conf **conf,
	int *exit_status)
{
	struct tms_conf_messages errors = { 0 };
	enum tms_status st = config_file_read(
		arena, config_file_find(serving->config_path), &serving->input, &errors);

	if (st == TMS_OK)
		st = config_file_parse(arena, &serving->input, conf, &errors);
	if (st == TMS_OK)
		return true;
	*exit_status = config_file_complain(&errors, st);
	return false;
}

/* Everything is stored, or the time is over. A thread cannot be stopped from outside: when one
 * still reads, the process ends without it, and what it touches stays until then. */
static void stop_service(struct serving *serving)
{
	int64_t left_ms = serving->end_ms - tms_monotonic_ms();
	bool has_ended = tms_service_drain(serving->service, left_ms > 0 ? left_ms : 0);

	tms_log_say(&serving->log, TMS_LOG_INFO, "stopped");
	if (has_ended)
		return;
	tms_service_leave(serving->service);
	_exit(TMS_EXIT_DONE);
}

static int serve(struct serving *serving)
{
	struct tms_arena arena = { 0 };
	const struct tms_conf *conf = NULL;
	int exit_status = TMS_EXIT_DONE;

	if (!load(serving, &arena, &conf, &exit_status))
		goto out;
	serving->log.level = conf->log_level;
	serving->log.format = conf->log_format;
	serving->base = event_base_new();
	exit_status = TMS_EXIT_TROUBLE;
	if (!serving->base || sodium_init() < 0 ||
		tms_queue_new(serving->base, &serving->inbox) != TMS_OK) {
		tms_cli_error("the event loop cannot be made");
		goto out;
	}
	exit_status = start_service(serving, &arena, conf);
	if (exit_status != TMS_EXIT_DONE)
		goto out;
	exit_status = TMS_EXIT_TROUBLE;
	open_door(serving);
	if (!start_loops(serving, serving->service->world.conf) || !watch_signals(serving) ||
		!look_soon(serving))
		goto out;
	(void)event_base_dispatch(serving->base);
	if (serving->has_failed)
		goto out;
	tms_loops_stop(serving->loops);
	stop_service(serving);
	exit_status = TMS_EXIT_DONE;
out:
	tms_arena_free(&arena);
	finish(serving);
	return exit_status;
}

static int run(const struct tms_command *self, int argc, char **argv)
{
	struct serving serving = { .clock = tms_clock_system(),
		.log = { .fd = STDERR_FILENO, .level = TMS_LOG_INFO },
		.lock = -1 };
	int key = 0;

	while ((key = cli_next(self, argc, argv)) > 0) {
		if (key == 'c')
			serving.config_path = optarg;
		else if (key == OPTION_CLOCK)
			serving.clock = tms_clock_from_file(optarg);
	}
	if (key < 0)
		return cli_exit(key);
	if (optind < argc)
		return cli_usage(self, "it takes no operands; \"%s\" is one", argv[optind]);
	return serve(&serving);
}

const struct tms_command tms_command_serve = {
	.name = "serve",
	.summary = "run the service",
	.details =
		"Fetches the configured sources, and serves feeds over HTTP until it is stopped.\n"
		"SIGHUP, and `tamis reload`, read the configuration again; when it is wrong the old one stays\n"
		"in force. One service at a time works in a data_dir.\n"
		"SIGTERM and SIGINT answer what has begun, then end; a second one ends at once.\n",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = run,
};
