/* Settings from the environment: TAMIS_ and the path in capitals, "__" between levels, "_" for "-"
 * in names. */
#include "conf_private.h"

#define SEGMENTS_MAX 6
#define PREFIX TMS_STR("TAMIS_")

struct variable {
	struct tms_str name;
	struct tms_str segments[SEGMENTS_MAX]; /* lower case */
	size_t count;
};

static struct tms_str lower(struct tms_arena *arena, struct tms_str s)
{
	struct tms_str copy = tms_arena_copy(arena, s);

	for (size_t i = 0; i < copy.len; i++)
		((char *)copy.ptr)[i] = tms_lower(copy.ptr[i]); /* our own copy */
	return copy;
}

static struct tms_str dashed(struct tms_arena *arena, struct tms_str s)
{
	struct tms_str copy = tms_arena_copy(arena, s);

	for (size_t i = 0; i < copy.len; i++)
		if (copy.ptr[i] == '_')
			((char *)copy.ptr)[i] = '-';
	return copy;
}

static bool split(struct tms_arena *arena, struct tms_str name, struct variable *out)
{
	struct tms_str rest = lower(arena, tms_str_slice(name, PREFIX.len, name.len));

	*out = (struct variable){ 0 };
	while (rest.len > 0) {
		size_t end = tms_str_find(rest, TMS_STR("__"), 0);
		if (out->count == SEGMENTS_MAX)
			return false;
		out->segments[out->count++] = tms_str_slice(rest, 0, end);
		rest = tms_str_slice(rest, end == SIZE_MAX ? rest.len : end + 2, rest.len);
	}
	return out->count > 0;
}

/* Does the variable name this setting? Segments that stand for names get their dashes back in
 * `keys`. */
static bool names(struct tms_arena *arena, const struct variable *variable, const char *path,
	struct tms_str keys[SEGMENTS_MAX])
{
	struct tms_str rest = tms_str_from(path), segment;
	size_t at = 0;

	for (; tms_str_split(&rest, '.', &segment); at++) {
		if (at == variable->count)
			return false;
		bool is_any = segment.ptr[0] >= 'A' && segment.ptr[0] <= 'Z';
		keys[at] = variable->segments[at];
		if (!is_any && !tms_str_equal(segment, keys[at]))
			return false;
		if (is_any)
			keys[at] = dashed(arena, keys[at]);
		if (is_any && !tms_conf_is_name(keys[at]))
			return false;
	}
	return at == variable->count;
}

/* The map under a key, made where there is none; NULL where something else stands or memory is out.
 */
static struct conf_node *descend(
	struct tms_arena *arena, struct conf_node *map, struct tms_str file, struct tms_str key)
{
	struct conf_node *child = node_find(map, key);

	if (child && child->kind != CONF_NODE_NULL)
		return child->kind == CONF_NODE_MAP ? child : NULL;
	struct conf_node *name = node_text(arena, file, key);
	child = node_text(arena, file, (struct tms_str){ 0 });
	if (!name || !child)
		return NULL;
	child->kind = CONF_NODE_MAP;
	return node_put(arena, map, name, child) ? child : NULL;
}

static void put(struct conf_reader *reader, const struct variable *variable,
	const struct tms_str *keys, struct tms_str value)
{
	struct conf_node *map = reader->root;

	for (size_t i = 0; map && i + 1 < variable->count; i++)
		map = descend(&reader->scratch, map, variable->name, keys[i]);
	if (!map || variable->count == 0)
		return;
	struct conf_node *key =
		node_text(&reader->scratch, variable->name, keys[variable->count - 1]);
	struct conf_node *text = node_text(
		&reader->scratch, variable->name, tms_arena_copy(&reader->scratch, value));
	if (key && text)
		(void)node_put(&reader->scratch, map, key, text); /* a failure stays in the arena */
}

/* A platform puts variables of its own beside ours (TAMIS_PORT_8080_TCP): only what looks like a
 * slip is told. */
static void warn(struct conf_reader *reader, const struct variable *variable)
{
	struct suggest suggest = { .word = variable->name };
	struct tms_str best = { 0 };
	char advice[SUGGEST_BYTES];
	size_t count = 0;
	const struct tms_setting *settings = tms_settings(&count);

	for (size_t i = 0; i < count; i++) {
		struct tms_buf name = { 0 };
		tms_setting_write_variable(&name, &settings[i]);
		suggest_offer(&suggest, tms_buf_str(&name));
		if (suggest.best.ptr == name.ptr)
			suggest.best = best = tms_arena_copy(&reader->scratch, suggest.best);
		tms_buf_free(&name);
	}
	if (best.len == 0 && tms_str_find(variable->name, TMS_STR("__"), 0) == SIZE_MAX)
		return;
	(void)suggest_text(&suggest, advice);
	messages_add(&reader->warnings, variable->name, 0, 0, "this variable names no setting%s",
		advice);
}

static void apply(struct conf_reader *reader, const struct tms_conf_env *env)
{
	struct tms_str keys[SEGMENTS_MAX];
	struct variable variable;
	size_t count = 0;
	const struct tms_setting *settings = tms_settings(&count);

	if (!split(&reader->scratch, env->name, &variable))
		return;
	variable.name = value_keep(reader, env->name); /* messages call it so */
	for (size_t i = 0; i < count; i++) {
		if (!names(&reader->scratch, &variable, settings[i].path, keys))
			continue;
		put(reader, &variable, keys, env->value);
		return;
	}
	warn(reader, &variable);
}

void variables_apply(struct conf_reader *reader, const struct tms_conf_env *env, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tms_str_starts(env[i].name, PREFIX) &&
			!tms_str_equal(env[i].name, TMS_STR("TAMIS_CONFIG")))
			apply(reader, &env[i]);
}
