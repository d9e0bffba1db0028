/* Where things are kept, by a file that is refused: what only that line says can be known still. */
#include <tamis/conf.h>

/* The line of the top level that begins with the key, with its end; empty when there is none. */
static struct tms_str line_of(struct tms_str yaml, struct tms_str key)
{
	struct tms_str rest = yaml, line;

	if (tms_str_starts(rest, TMS_STR("\xef\xbb\xbf")))
		rest = tms_str_slice(rest, 3, rest.len);
	while (tms_str_split(&rest, '\n', &line))
		if (tms_str_starts(line, key))
			return line;
	return TMS_STR_NONE;
}

static bool says_where(struct tms_str name)
{
	return tms_str_equal(name, TMS_STR("TAMIS_DATA_DIR")) ||
	       tms_str_equal(name, TMS_STR("STATE_DIRECTORY"));
}

struct tms_str tms_conf_data_dir(struct tms_arena *arena, const struct tms_conf_input *in)
{
	struct tms_conf_input alone = { .file = in->file,
		.yaml = line_of(in->yaml, TMS_STR("data_dir:")),
		.data_dir = in->data_dir };
	struct tms_conf_env *env = TMS_ARENA_ARRAY(arena, struct tms_conf_env, in->env_count + 1);
	struct tms_conf_messages errors;
	const struct tms_conf *conf = NULL;

	for (size_t i = 0; env && i < in->env_count; i++)
		if (says_where(in->env[i].name))
			env[alone.env_count++] = in->env[i];
	alone.env = env;
	if (alone.yaml.len == 0)
		alone.file = TMS_STR_NONE;
	if (tms_conf_parse(arena, &alone, &conf, &errors) == TMS_OK)
		return conf->data_dir;
	alone.file = TMS_STR_NONE; /* that line is wrong too */
	alone.env_count = 0;
	if (tms_conf_parse(arena, &alone, &conf, &errors) == TMS_OK)
		return conf->data_dir;
	return TMS_STR_NONE;
}
