/* The client of the running service: found by its control socket, asked, its answer printed. */
#include "cli/running.h"

#include <stdio.h>

#include "cli/cli.h"
#include "cli/config_file.h"
#include "cli/config_text.h"
#include "control/client.h"

#define TIMEOUT_S 60 /* a reload reads the file and settles all feeds */

void running_find(struct tms_arena *arena, const char *given, struct running *out)
{
	struct tms_conf_input in;

	*out = (struct running){ .arena = arena };
	out->status = config_file_read(arena, config_file_find(given), &in, &out->errors);
	out->file = in.file;
	if (out->status == TMS_OK)
		out->status = config_file_parse(arena, &in, &out->conf, &out->errors);
	out->data_dir = out->conf ? out->conf->data_dir : tms_conf_data_dir(arena, &in);
}

int running_complain(const struct running *running)
{
	return config_file_complain(&running->errors, running->status);
}

struct printing {
	bool tells_refusal;
};

static void print_line(void *context, enum tms_control_stream stream, struct tms_str line)
{
	struct printing *printing = context;
	FILE *to = stream == TMS_CONTROL_OUT ? stdout : stderr;

	if (stream == TMS_CONTROL_ERR &&
		tms_str_find(line, TMS_STR(" was refused at "), 0) != SIZE_MAX)
		printing->tells_refusal = true;
	(void)fwrite(line.ptr, 1, line.len, to);
	(void)fputc('\n', to);
}

enum tms_status running_ask(const struct running *running,
	const struct tms_control_request *request, int timeout_s, int *exit_status,
	bool *tells_refusal, struct tms_diag *diag)
{
	struct printing printing = { 0 };
	const struct tms_control_asking asking = { .data_dir = running->data_dir,
		.request = request,
		.timeout_s = timeout_s,
		.line = print_line,
		.context = &printing };
	enum tms_status st = tms_control_ask(&asking, exit_status, diag);

	if (st == TMS_OK)
		*tells_refusal = printing.tells_refusal;
	return st;
}

int running_do(const char *given, const struct tms_control_request *request)
{
	struct tms_arena arena = { 0 };
	struct tms_diag diag = { 0 };
	struct running running;
	int exit_status = TMS_EXIT_TROUBLE;
	bool tells_refusal = false;

	running_find(&arena, given, &running);
	if (running_ask(&running, request, TIMEOUT_S, &exit_status, &tells_refusal, &diag) !=
		TMS_OK) {
		if (!running.conf)
			(void)running_complain(&running);
		tms_cli_error("%s", diag.text);
		exit_status = TMS_EXIT_TROUBLE;
	}
	tms_arena_free(&arena);
	return exit_status;
}

/* ---- the configuration of the service ---- */

struct keeping {
	struct tms_arena *arena;
	struct tms_str text;
};

static void keep_line(void *context, enum tms_control_stream stream, struct tms_str line)
{
	struct keeping *keeping = context;

	if (stream == TMS_CONTROL_OUT)
		keeping->text = tms_arena_copy(keeping->arena, line);
}

static bool ask_for_conf(const struct running *running, const struct tms_conf **out)
{
	const struct tms_control_request request = { .verb = TMS_CONTROL_CONFIGURATION };
	struct keeping keeping = { .arena = running->arena };
	const struct tms_control_asking asking = { .data_dir = running->data_dir,
		.request = &request,
		.timeout_s = TIMEOUT_S,
		.line = keep_line,
		.context = &keeping };
	struct tms_conf_messages errors;
	struct tms_conf_input in;
	struct tms_diag diag;
	int exit_status = TMS_EXIT_DONE;

	return tms_control_ask(&asking, &exit_status, &diag) == TMS_OK &&
	       exit_status == TMS_EXIT_DONE &&
	       config_text_read(running->arena, keeping.text, &in) == TMS_OK &&
	       config_file_parse(running->arena, &in, out, &errors) == TMS_OK;
}

bool running_conf(
	struct tms_arena *arena, const char *given, const struct tms_conf **out, int *exit_status)
{
	struct running running;

	running_find(arena, given, &running);
	*out = running.conf;
	if (running.conf)
		return true;
	*exit_status = running_complain(&running);
	if (!ask_for_conf(&running, out))
		return false;
	tms_cli_error("%.*s is refused; this is by the configuration that the running service has",
		TMS_STR_ARGS(running.file));
	return true;
}
