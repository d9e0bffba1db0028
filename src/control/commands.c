/* Handlers of the control socket's requests: health, reload, refresh, release, configuration. */
#include "control/commands.h"

#include <stdlib.h>

#include <event2/event.h>

#include "control/door.h"
#include "control/socket.h"
#include "loop/timer.h"
#include "service/source_schedule.h"
#include "service/source_words.h"
#include "web/web.h"

#define SETTLING_MS 10000 /* as long a reload waits for what it does to feeds */

/* As enum tms_exit of the program. */
enum { EXIT_DONE = 0, EXIT_INPUT = 1, EXIT_TROUBLE = 3 };

struct tms_commands {
	struct tms_service *service;
	struct tms_commands_options options;
	struct tms_arena arena; /* of data_dir */
	struct door *door;
	struct event *patience;
	struct door_visit *waiting; /* for the feeds to be settled; NULL: nobody */
};

static void say(struct door_visit *visit, enum tms_control_stream stream, struct tms_buf *text)
{
	door_say(visit, stream, tms_buf_str(text));
	tms_buf_free(text);
}

/* ---- health ---- */

static void tell_health(const struct tms_service *service, struct door_visit *visit, bool is_ready)
{
	struct tms_buf out = { 0 }, warnings = { 0 };
	bool is_well = true;

	if (is_ready) {
		is_well = tms_web_write_ready(&out, service);
	} else {
		tms_buf_add_cstr(&out, "ok\n");
		tms_web_write_sources(&out, service);
		tms_web_write_warnings(&warnings, service);
		if (tms_reload_was_refused(&service->reload))
			tms_buf_add(&warnings, service->reload.errors);
	}
	is_well = is_well && out.status == TMS_OK && warnings.status == TMS_OK;
	say(visit, TMS_CONTROL_OUT, &out);
	say(visit, TMS_CONTROL_ERR, &warnings);
	door_end(visit, is_well ? EXIT_DONE : EXIT_TROUBLE);
}

/* ---- reload ---- */

static void tell_refusal(const struct tms_service *service, struct door_visit *visit)
{
	struct tms_buf why = { 0 };
	bool is_trouble = service->reload.status == TMS_ENOMEM;

	tms_buf_add(&why, service->reload.errors);
	tms_buf_add_cstr(&why, "nothing was changed: the configuration before stays in force\n");
	say(visit, TMS_CONTROL_ERR, &why);
	door_end(visit, is_trouble ? EXIT_TROUBLE : EXIT_INPUT);
}

/* is_settled: it is known what the reload does to feeds. */
static void tell_reload(struct tms_commands *commands, bool is_settled)
{
	struct door_visit *visit = commands->waiting;
	struct tms_buf out = { 0 };

	if (!visit)
		return;
	commands->waiting = NULL;
	(void)event_del(commands->patience);
	tms_reload_write_changes(&out, &commands->service->reload);
	if (!is_settled)
		tms_buf_add_cstr(&out,
			"note: feeds still show what they showed before; they follow when the store "
			"was read\n");
	say(visit, TMS_CONTROL_OUT, &out);
	door_end(visit, EXIT_DONE);
}

static void on_settled(void *context)
{
	struct tms_commands *commands = context;

	if (commands->waiting && commands->service->reconciler.is_registered)
		tell_reload(commands, true);
}

static void on_patience(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	tell_reload(context, false);
}

static void reload(struct tms_commands *commands, struct door_visit *visit)
{
	struct tms_service *service = commands->service;

	tell_reload(commands, false); /* one that waits has been overtaken */
	commands->options.reload(commands->options.context);
	if (tms_reload_was_refused(&service->reload)) {
		tell_refusal(service, visit);
		return;
	}
	commands->waiting = visit;
	if (service->reconciler.phase == RECONCILE_RESTING && service->reconciler.is_registered)
		tell_reload(commands, true);
	else if (!tms_timer_in(commands->patience, SETTLING_MS))
		tell_reload(commands, false);
}

/* ---- sources ---- */

static struct tms_source *find(const struct tms_service *service, struct tms_str name)
{
	struct tms_source *source = tms_sources_find(&service->sources, name);

	return source && source->conf ? source : NULL;
}

/* False, and said, when there is no such source. */
static bool are_there(const struct tms_service *service, struct door_visit *visit,
	const struct tms_control_request *request)
{
	struct tms_buf why = { 0 };

	for (size_t i = 0; i < request->sources_count; i++)
		if (!find(service, request->sources[i]))
			tms_buf_format(&why,
				"there is no source \"%.*s\" in the configuration in force\n",
				TMS_STR_ARGS(request->sources[i]));
	bool is_right = why.len == 0;
	if (!is_right) {
		tms_buf_add_cstr(&why, "there are:");
		for (size_t i = 0; i < service->world.conf->sources_count && i < 20; i++)
			tms_buf_format(&why, "%s %.*s", i == 0 ? "" : ",",
				TMS_STR_ARGS(service->world.conf->sources[i].name));
		if (service->world.conf->sources_count > 20)
			tms_buf_format(
				&why, " and %zu more", service->world.conf->sources_count - 20);
		say(visit, TMS_CONTROL_ERR, &why);
		door_end(visit, EXIT_INPUT);
	}
	tms_buf_free(&why);
	return is_right;
}

static void refresh_one(struct tms_buf *out, struct tms_source *source, tms_time now)
{
	struct tms_source_next next;

	(void)tms_source_refresh(source, now);
	tms_buf_format(out, "%.*s: ", TMS_STR_ARGS(source->name));
	tms_source_next_words(out, source, now);
	tms_source_next(source, now, &next);
	if (next.due > now && next.due != TMS_TIME_MAX && next.waits_for == TMS_WAIT_RHYTHM)
		tms_buf_add_cstr(out, " It answered well, so it rests for limits.min_interval.");
	tms_buf_add_char(out, '\n');
}

static void refresh(const struct tms_service *service, struct door_visit *visit,
	const struct tms_control_request *request)
{
	tms_time now = tms_clock_now(service->world.clock);
	struct tms_buf out = { 0 };

	if (!are_there(service, visit, request))
		return;
	for (size_t i = 0; i < request->sources_count; i++)
		refresh_one(&out, find(service, request->sources[i]), now);
	for (size_t i = 0; request->sources_count == 0 && i < service->sources.count; i++) {
		struct tms_source *source = service->sources.list[i];
		if (source->conf && tms_source_is_ill(source, now))
			refresh_one(&out, source, now);
	}
	if (out.len == 0)
		tms_buf_add_cstr(
			&out, "no source is ill; one that is well is asked when it is named\n");
	say(visit, TMS_CONTROL_OUT, &out);
	door_end(visit, EXIT_DONE);
}

static void release(const struct tms_service *service, struct door_visit *visit,
	const struct tms_control_request *request)
{
	struct tms_buf out = { 0 };
	size_t released = 0;

	if (!are_there(service, visit, request))
		return;
	struct tms_source *source = find(service, request->sources[0]);
	enum tms_status st = tms_source_release_held(source, &released);
	if (st == TMS_OK && released == 0)
		tms_buf_format(&out, "%.*s: no items are held\n", TMS_STR_ARGS(source->name));
	else if (st == TMS_OK)
		tms_buf_format(&out, "%.*s: %zu held item%s released\n", TMS_STR_ARGS(source->name),
			released, released == 1 ? " was" : "s were");
	else
		tms_buf_format(&out, "%.*s: %s; what is held is held still\n",
			TMS_STR_ARGS(source->name),
			st == TMS_EUNAVAIL
				? "the store was not read yet, so what is held is not known"
				: "there is no memory to release items now");
	say(visit, st == TMS_OK ? TMS_CONTROL_OUT : TMS_CONTROL_ERR, &out);
	door_end(visit, st == TMS_OK ? EXIT_DONE : EXIT_TROUBLE);
}

/* ---- all of them ---- */

static void tell_configuration(struct tms_commands *commands, struct door_visit *visit)
{
	struct tms_buf out = { .max = TMS_CONTROL_ANSWER_BYTES_MAX };

	commands->options.write_configuration(commands->options.context, &out);
	bool is_whole = out.status == TMS_OK;
	if (is_whole)
		door_say(visit, TMS_CONTROL_OUT, tms_buf_str(&out));
	else
		door_say(visit, TMS_CONTROL_ERR,
			TMS_STR("there is no memory for the configuration now"));
	tms_buf_free(&out);
	door_end(visit, is_whole ? EXIT_DONE : EXIT_TROUBLE);
}

static void handle(
	void *context, struct door_visit *visit, const struct tms_control_request *request)
{
	struct tms_commands *commands = context;
	const struct tms_service *service = commands->service;

	if (service->is_draining && request->verb != TMS_CONTROL_HEALTH) {
		door_say(visit, TMS_CONTROL_ERR, TMS_STR("the service is stopping"));
		door_end(visit, EXIT_TROUBLE);
		return;
	}
	switch (request->verb) {
	case TMS_CONTROL_HEALTH:
		tell_health(service, visit, request->is_ready);
		return;
	case TMS_CONTROL_RELOAD:
		reload(commands, visit);
		return;
	case TMS_CONTROL_REFRESH:
		refresh(service, visit, request);
		return;
	case TMS_CONTROL_RELEASE:
		release(service, visit, request);
		return;
	case TMS_CONTROL_CONFIGURATION:
		tell_configuration(commands, visit);
		return;
	}
}

enum tms_status tms_commands_open(const struct tms_commands_options *options,
	struct tms_commands **out, struct tms_diag *diag)
{
	struct tms_commands *commands = calloc(1, sizeof(*commands));
	struct door_options door = { .base = options->service->world.base, .handle = handle };
	enum tms_status st = TMS_ENOMEM;

	tms_diag_set(diag, 0, 0, "there is no memory to listen for commands");
	if (!commands)
		return st;
	commands->service = options->service;
	commands->options = *options;
	commands->options.data_dir = tms_arena_copy(&commands->arena, options->data_dir);
	commands->patience = evtimer_new(door.base, on_patience, commands);
	if (commands->arena.status == TMS_OK && commands->patience)
		st = control_listen(options->data_dir, &door.fd, diag);
	door.context = commands;
	if (st == TMS_OK)
		st = door_new(&door, &commands->door);
	if (st != TMS_OK) {
		tms_commands_close(commands);
		return st;
	}
	options->service->reload.reconciled = on_settled;
	options->service->reload.context = commands;
	*out = commands;
	return TMS_OK;
}

void tms_commands_close(struct tms_commands *commands)
{
	if (!commands)
		return;
	commands->service->reload.reconciled = NULL;
	if (commands->door)
		control_unlink(commands->options.data_dir);
	door_free(commands->door);
	if (commands->patience)
		event_free(commands->patience);
	tms_arena_free(&commands->arena);
	free(commands);
}
