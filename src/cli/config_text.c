/* The configuration as read, to one line of JSON and back: a service gives it to commands. */
#include "cli/config_text.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

/* ---- writing ---- */

/* A null where the text is no UTF-8. */
static json_t *string_of(struct tms_str text)
{
	json_t *made = json_stringn(text.ptr ? text.ptr : "", text.len);

	return made ? made : json_null();
}

static bool is_setting(struct tms_str name)
{
	return tms_str_starts(name, TMS_STR("TAMIS_")) ||
	       tms_str_equal(name, TMS_STR("STATE_DIRECTORY"));
}

static json_t *absolute(struct tms_str file)
{
	char folder[PATH_MAX];
	struct tms_buf path = { 0 };

	if (file.len > 0 && file.ptr[0] != '/' && getcwd(folder, sizeof(folder)))
		tms_buf_format(&path, "%s/", folder);
	tms_buf_add(&path, file);
	json_t *made = string_of(tms_buf_str(&path));
	tms_buf_free(&path);
	return made;
}

void config_text_write(struct tms_buf *buf, const struct tms_conf_input *in)
{
	json_t *env = json_object(), *recipes = json_array(), *files = json_array();

	for (size_t i = 0; i < in->env_count; i++) {
		struct tms_str name = in->env[i].name;
		if (is_setting(name) && name.len < TMS_DIAG_TEXT_BYTES) {
			char key[TMS_DIAG_TEXT_BYTES] = "";
			memcpy(key, name.ptr, name.len);
			(void)json_object_set_new(env, key, string_of(in->env[i].value));
		}
	}
	for (size_t i = 0; i < in->recipes_count; i++)
		(void)json_array_append_new(
			recipes, json_pack("[o, o]", absolute(in->recipes[i].file),
					 string_of(in->recipes[i].yaml)));
	for (size_t i = 0; i < in->files_count; i++)
		(void)json_array_append_new(
			files, json_pack("[o, o, o]", absolute(in->files[i].path),
				       string_of(in->files[i].text), string_of(in->files[i].why)));
	json_t *all = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "file", absolute(in->file),
		"yaml", string_of(in->yaml), "data_dir", string_of(in->data_dir), "env", env,
		"recipes", recipes, "files", files);
	char *text = all ? json_dumps(all, JSON_COMPACT) : NULL;
	if (text)
		tms_buf_add_cstr(buf, text);
	else
		buf->status = TMS_ENOMEM;
	free(text);
	json_decref(all);
}

/* ---- reading ---- */

static struct tms_str text_of(struct tms_arena *arena, const json_t *value)
{
	return tms_arena_copy(
		arena, (struct tms_str){ json_string_value(value), json_string_length(value) });
}

static void read_env(struct tms_arena *arena, json_t *env, struct tms_conf_input *out)
{
	struct tms_conf_env *list =
		TMS_ARENA_ARRAY(arena, struct tms_conf_env, json_object_size(env) + 1);
	const char *key = NULL;
	json_t *value = NULL;

	out->env = list;
	json_object_foreach(env, key, value)
	{
		if (list && json_is_string(value))
			list[out->env_count++] =
				(struct tms_conf_env){ tms_arena_copy(arena, tms_str_from(key)),
					text_of(arena, value) };
	}
}

static void read_recipes(struct tms_arena *arena, const json_t *recipes, struct tms_conf_input *out)
{
	size_t count = json_array_size(recipes);
	struct tms_conf_recipe_file *list =
		TMS_ARENA_ARRAY(arena, struct tms_conf_recipe_file, count + 1);

	for (size_t i = 0; list && i < count; i++) {
		const json_t *recipe = json_array_get(recipes, i);
		list[i] = (struct tms_conf_recipe_file){ .file = text_of(
								 arena, json_array_get(recipe, 0)),
			.yaml = text_of(arena, json_array_get(recipe, 1)) };
	}
	out->recipes = list;
	out->recipes_count = list ? count : 0;
}

static void read_files(struct tms_arena *arena, const json_t *files, struct tms_conf_input *out)
{
	size_t count = json_array_size(files);
	struct tms_conf_file *list = TMS_ARENA_ARRAY(arena, struct tms_conf_file, count + 1);

	for (size_t i = 0; list && i < count; i++) {
		const json_t *file = json_array_get(files, i);
		list[i] = (struct tms_conf_file){ .path = text_of(arena, json_array_get(file, 0)),
			.text = text_of(arena, json_array_get(file, 1)),
			.why = text_of(arena, json_array_get(file, 2)) };
	}
	out->files = list;
	out->files_count = list ? count : 0;
}

enum tms_status config_text_read(
	struct tms_arena *arena, struct tms_str text, struct tms_conf_input *out)
{
	json_t *all = json_loadb(text.ptr ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_string(json_object_get(all, "yaml"))) {
		json_decref(all);
		return TMS_EMALFORMED;
	}
	*out = (struct tms_conf_input){ .file = text_of(arena, json_object_get(all, "file")),
		.yaml = text_of(arena, json_object_get(all, "yaml")),
		.data_dir = text_of(arena, json_object_get(all, "data_dir")) };
	read_env(arena, json_object_get(all, "env"), out);
	read_recipes(arena, json_object_get(all, "recipes"), out);
	read_files(arena, json_object_get(all, "files"), out);
	json_decref(all);
	return arena->status;
}
