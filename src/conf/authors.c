/* Lists of authors, for everybody or for one user: in the file, or in files of their own, which the
 * edge reads before the configuration is. */
#include <tamis/author_list.h>

#include "conf_private.h"
#include "yaml.h"

/* Of everybody, and of each user. */
#define LISTS_MAX 1000

/* The path of {file: PATH}, or NULL. */
static const struct conf_node *path_node(const struct conf_node *value)
{
	const struct conf_node *path = value->kind == CONF_NODE_MAP && value->count == 1
					       ? node_find(value, TMS_STR("file"))
					       : NULL;

	return path && path->kind == CONF_NODE_TEXT && tms_str_trim(path->text).len > 0 ? path
											: NULL;
}

static struct tms_str resolve(
	struct tms_arena *arena, struct tms_str folder, const struct conf_node *path)
{
	struct tms_str text = tms_str_trim(path->text);

	if (tms_str_starts(text, TMS_STR("/")))
		return tms_arena_copy(arena, text);
	return tms_arena_format(arena, "%.*s%.*s", TMS_STR_ARGS(folder), TMS_STR_ARGS(text));
}

/* ---- which files there are ---- */

struct finding {
	struct tms_arena *arena;
	struct tms_str folder;
	struct tms_str *paths;
	size_t count, capacity;
};

static void find_in(struct finding *f, const struct conf_node *lists)
{
	for (size_t i = 0; lists && lists->kind == CONF_NODE_MAP && i < lists->count; i++) {
		const struct conf_node *path = path_node(lists->pairs[i].value);
		if (path && tms_arena_grow(
				    f->arena, &f->paths, f->count, &f->capacity, sizeof(*f->paths)))
			f->paths[f->count++] = resolve(f->arena, f->folder, path);
	}
}

struct tms_str *tms_conf_files(
	struct tms_arena *arena, const struct tms_conf_input *in, size_t *count)
{
	struct tms_arena scratch = { 0 };
	struct messages ignored = { .arena = &scratch };
	struct finding f = { .arena = arena, .folder = conf_folder_of(arena, in->file) };
	struct conf_node *root = NULL;

	/* most name none, and the largest take a second to read */
	if (tms_str_find(in->yaml, TMS_STR("authors"), 0) != SIZE_MAX)
		root = yaml_read(&ignored, &scratch, in->yaml, in->file);
	const struct conf_node *users = node_find(root, TMS_STR("users"));
	find_in(&f, node_find(root, TMS_STR("authors")));
	for (size_t i = 0; users && users->kind == CONF_NODE_MAP && i < users->count; i++)
		find_in(&f, node_find(users->pairs[i].value, TMS_STR("authors")));
	tms_arena_free(&scratch);
	*count = f.count;
	return f.paths;
}

/* ---- reading them ---- */

static void tell(struct conf_reader *reader, const struct conf_node *value, struct tms_str file,
	const struct tms_diag *diag)
{
	if (file.len > 0)
		messages_add(&reader->errors, file, diag->line, diag->column, "%s", diag->text);
	else
		messages_inside(&reader->errors, value, diag);
}

static void read_list(struct conf_reader *reader, const struct conf_node *value,
	struct tms_str text, struct tms_str file, struct tms_query_authors *out)
{
	size_t mark = tms_arena_mark(&reader->scratch);
	const struct tms_author_list *list = NULL;
	struct tms_diag diag = { 0 };

	enum tms_status st = tms_author_list_read(&reader->scratch, text, &list, &diag);
	if (st == TMS_OK)
		out->text = value_keep(reader, tms_author_list_text(list));
	else if (diag.text[0] != '\0')
		tell(reader, value, file, &diag);
	else
		reader->arena->status = st;
	out->hash = tms_query_authors_hash(out->text);
	tms_arena_rewind(&reader->scratch, mark);
}

static void read_file(struct conf_reader *reader, const struct conf_node *value,
	const struct conf_node *path, struct tms_query_authors *out)
{
	struct tms_str wanted = resolve(reader->arena, reader->folder, path);

	for (size_t i = 0; i < reader->files_count; i++) {
		const struct tms_conf_file *file = &reader->files[i];
		if (!tms_str_equal(file->path, wanted))
			continue;
		if (file->why.len > 0)
			messages_at(&reader->errors, path, "%.*s: %.*s", TMS_STR_ARGS(wanted),
				TMS_STR_ARGS(file->why));
		else
			read_list(reader, value, file->text, wanted, out);
		return;
	}
	messages_at(&reader->errors, path, "%.*s: files of authors are not read here",
		TMS_STR_ARGS(wanted));
}

static void read_one(struct conf_reader *reader, const struct conf_node_pair *pair,
	struct tms_query_authors *out)
{
	const struct conf_node *value = pair->value, *path = path_node(value);

	out->name = value_keep(reader, pair->key->text);
	if (!name_check(reader, pair->key, "a list of authors"))
		return;
	if (path)
		read_file(reader, value, path, out);
	else if (value->kind == CONF_NODE_TEXT)
		read_list(reader, value, value->text, TMS_STR_NONE, out);
	else
		messages_at(&reader->errors, value->kind == CONF_NODE_NULL ? pair->key : value,
			"found %s; expected a name on each line (%.*s: |), or {file: PATH}",
			value->kind == CONF_NODE_NULL   ? "nothing"
			: value->kind == CONF_NODE_LIST ? "a list"
							: "other settings",
			TMS_STR_ARGS(tms_str_slice(pair->key->text, 0, TMS_CONF_NAME_BYTES)));
}

void authors_read(
	struct conf_reader *reader, const struct conf_node *node, struct tms_query_options *options)
{
	size_t before = options->authors_count;

	if (!reader_is_map(
		    reader, node, "names of lists, each with people on lines of their own") ||
		!node || node->count == 0)
		return;
	if (node->count > LISTS_MAX) {
		messages_at(&reader->errors, node,
			"%zu lists of authors; no more than %d are allowed", node->count,
			LISTS_MAX);
		return;
	}
	struct tms_query_authors *lists =
		TMS_ARENA_ARRAY(reader->arena, struct tms_query_authors, before + node->count);
	if (!lists)
		return;
	for (size_t i = 0; i < before; i++)
		lists[i] = options->authors[i];
	for (size_t i = 0; i < node->count; i++)
		read_one(reader, &node->pairs[i], &lists[before + i]);
	options->authors = lists;
	options->authors_count = before + node->count;
}
