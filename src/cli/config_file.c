/* Finding and reading the configuration file, the environment and the folder of recipes. */
#include "cli/config_file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <tamis/author_list.h>
#include <tamis/recipe_file.h>

#include "cli/cli.h"
#include "cli/zone_files.h"
#include "shipped/shipped.h"

extern char **environ;

const char *config_file_find(const char *given)
{
	static const char *const places[] = { "./tamis.yaml", "/etc/tamis/tamis.yaml" };
	const char *named = given ? given : getenv("TAMIS_CONFIG");

	if (named && named[0] != '\0')
		return named;
	for (size_t i = 0; i < TMS_COUNT(places); i++)
		if (access(places[i], F_OK) == 0)
			return places[i];
	return NULL;
}

static bool read_environment(struct tms_arena *arena, struct tms_conf_input *in)
{
	struct tms_conf_env *env = NULL;
	size_t capacity = 0;

	for (char **at = environ; at && *at; at++) {
		struct tms_str entry = tms_str_from(*at);
		size_t equals = tms_str_find_byte(entry, '=', 0);
		if (equals == SIZE_MAX)
			continue;
		if (!tms_arena_grow(arena, &env, in->env_count, &capacity, sizeof(*env)))
			return false;
		env[in->env_count++] = (struct tms_conf_env){ tms_str_slice(entry, 0, equals),
			tms_str_slice(entry, equals + 1, entry.len) };
	}
	in->env = env;
	return true;
}

/* Where somebody who may not write to /var/lib keeps what programs remember (XDG Base Directory
 * Specification 0.8: a path that is not absolute is ignored). Empty: the default of the table. */
static struct tms_str own_data_dir(struct tms_arena *arena)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (geteuid() == 0)
		return TMS_STR_NONE;
	if (state && state[0] == '/')
		return tms_arena_format(arena, "%s/tamis", state);
	if (home && home[0] == '/')
		return tms_arena_format(arena, "%s/.local/state/tamis", home);
	return TMS_STR_NONE;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of the recipes in a folder, in their order. */
static const char **list_recipes(struct tms_arena *arena, const char *folder, size_t *count)
{
	const char **names = NULL;
	size_t capacity = 0;
	struct dirent *entry = NULL;
	DIR *dir = opendir(folder);

	*count = 0;
	while (dir && (entry = readdir(dir)) != NULL && arena->status == TMS_OK) {
		struct tms_str name = tms_str_from(entry->d_name);
		if (!tms_str_ends(name, TMS_STR(".yaml")) || name.ptr[0] == '.' ||
			!tms_arena_grow(arena, &names, *count, &capacity, sizeof(*names)))
			continue;
		names[(*count)++] = tms_str_cstr(arena, name);
	}
	if (dir)
		(void)closedir(dir);
	if (names && arena->status == TMS_OK)
		qsort(names, *count, sizeof(*names), compare_names);
	return names;
}

/* What keeps a file from being read is told as an error in it is. */
static void tell(struct tms_arena *arena, struct tms_str file, const struct tms_diag *diag,
	struct tms_conf_messages *errors)
{
	struct tms_conf_message *message = TMS_ARENA_NEW(arena, struct tms_conf_message);

	if (!message)
		return;
	*message = (struct tms_conf_message){ .file = tms_arena_copy(arena, file), .diag = *diag };
	*errors = (struct tms_conf_messages){ .items = message, .count = 1 };
}

/*
 * The folder "recipes" beside the file, if there is one. TMS_OK, TMS_EIO, TMS_ELIMIT, TMS_ENOMEM.
 */
static enum tms_status read_recipes(
	struct tms_arena *arena, struct tms_conf_input *in, struct tms_conf_messages *errors)
{
	struct tms_str place = in->file;
	size_t count = 0;

	while (place.len > 0 && !tms_str_ends(place, TMS_STR("/")))
		place.len--;
	const char *folder =
		tms_str_cstr(arena, tms_arena_format(arena, "%.*srecipes", TMS_STR_ARGS(place)));
	const char **names = folder ? list_recipes(arena, folder, &count) : NULL;
	struct tms_conf_recipe_file *recipes =
		TMS_ARENA_ARRAY(arena, struct tms_conf_recipe_file, count + 1);
	for (size_t i = 0; recipes && i < count; i++) {
		struct tms_diag diag = { 0 };
		recipes[i].file = tms_arena_format(arena, "%s/%s", folder, names[i]);
		if (arena->status != TMS_OK)
			break;
		enum tms_status st = cli_read(arena, recipes[i].file.ptr, TMS_RECIPE_FILE_BYTES_MAX,
			&recipes[i].yaml, &diag);
		if (st != TMS_OK) {
			tell(arena, recipes[i].file, &diag, errors);
			return st;
		}
	}
	in->recipes = recipes;
	in->recipes_count = count;
	return arena->status;
}

/* What the file names. One that cannot be read is complained of where it is named. */
static enum tms_status read_files(struct tms_arena *arena, struct tms_conf_input *in)
{
	size_t count = 0;
	struct tms_str *paths = tms_conf_files(arena, in, &count);
	struct tms_conf_file *files = TMS_ARENA_ARRAY(arena, struct tms_conf_file, count + 1);

	for (size_t i = 0; files && i < count && arena->status == TMS_OK; i++) {
		struct tms_diag diag = { 0 };
		files[i].path = paths[i];
		if (cli_read(arena, paths[i].ptr, TMS_AUTHOR_LIST_BYTES_MAX, &files[i].text,
			    &diag) != TMS_OK)
			files[i].why = tms_arena_copy(arena, tms_str_from(diag.text));
	}
	in->files = files;
	in->files_count = count;
	return arena->status;
}

/* Opened once in a process: configurations come and go, and what was parsed with one lives on. */
static const struct tms_query_topics *shipped_topics(struct tms_diag *diag)
{
	static struct tms_shipped shipped;

	if (!shipped.topics.model && tms_shipped_open(&shipped, diag) != TMS_OK) {
		tms_shipped_close(&shipped);
		return NULL;
	}
	return &shipped.topics;
}

enum tms_status config_file_read(struct tms_arena *arena, const char *path,
	struct tms_conf_input *in, struct tms_conf_messages *errors)
{
	struct tms_diag diag = { 0 };
	enum tms_status st = TMS_OK;

	*in = (struct tms_conf_input){ .data_dir = own_data_dir(arena) };
	*errors = (struct tms_conf_messages){ 0 };
	if (!read_environment(arena, in))
		return arena->status;
	if (path) {
		in->file = strcmp(path, "-") == 0 ? TMS_STR("standard input") : tms_str_from(path);
		if (tms_str_starts(in->file, TMS_STR("./")))
			in->file = tms_str_slice(in->file, 2, in->file.len);
		st = cli_read(arena, path, TMS_CONF_FILE_BYTES_MAX, &in->yaml, &diag);
	}
	if (st != TMS_OK)
		tell(arena, in->file, &diag, errors);
	else if (path && strcmp(path, "-") != 0)
		st = read_recipes(arena, in, errors);
	return st == TMS_OK ? read_files(arena, in) : st;
}

enum tms_status config_file_parse(struct tms_arena *arena, const struct tms_conf_input *in,
	const struct tms_conf **out, struct tms_conf_messages *errors)
{
	struct tms_conf_input whole = *in;
	struct tms_diag diag = { 0 };

	*errors = (struct tms_conf_messages){ 0 };
	whole.zones = zone_files();
	whole.topics = shipped_topics(&diag);
	if (whole.topics)
		return tms_conf_parse(arena, &whole, out, errors);
	tell(arena, TMS_STR("the catalogue"), &diag, errors);
	return TMS_EIO;
}

void config_messages_print(const struct tms_conf_messages *messages)
{
	struct tms_buf text = { 0 };

	for (size_t i = 0; i < messages->count; i++)
		tms_conf_message_write(&text, &messages->items[i]);
	if (messages->left_out > 0)
		tms_buf_format(&text, "and %zu more\n", messages->left_out);
	(void)fwrite(text.ptr, 1, text.len, stderr);
	tms_buf_free(&text);
}

int config_file_complain(const struct tms_conf_messages *errors, enum tms_status st)
{
	config_messages_print(errors);
	if (errors->count == 0)
		tms_cli_error("the configuration cannot be read: %s", tms_status_name(st));
	return st == TMS_ENOMEM ? TMS_EXIT_TROUBLE : TMS_EXIT_INPUT;
}

bool config_file_open(
	struct tms_arena *arena, const char *given, const struct tms_conf **out, int *status)
{
	struct tms_conf_messages errors = { 0 };
	struct tms_conf_input in;

	enum tms_status st = config_file_read(arena, config_file_find(given), &in, &errors);
	if (st == TMS_OK)
		st = config_file_parse(arena, &in, out, &errors);
	if (st == TMS_OK)
		return true;
	*status = config_file_complain(&errors, st);
	return false;
}
