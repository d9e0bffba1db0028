/* YAML events (libyaml) to a tree of nodes, and libyaml's errors in words that help. */
#include "yaml.h"

#include <stdlib.h>

#include <yaml.h>

struct yaml_reader {
	yaml_parser_t parser;
	struct messages *messages;
	struct tms_arena *arena;
	struct tms_str yaml, file;
	const size_t *lines; /* byte offset of each line's first character */
	size_t lines_count;
	yaml_mark_t seen; /* the last mark whose byte was looked for, */
	size_t seen_byte; /* and that byte */
	size_t nodes;
	struct conf_node *last; /* the newest text: behind it stands what libyaml stumbles over */
	size_t last_end;        /* byte offset behind its last character */
	bool is_over;           /* an event could not be had, or was refused: no further ones */
};

static struct tms_str text_of(const yaml_char_t *value, size_t len)
{
	return (struct tms_str){ .ptr = (const char *)value, .len = len };
}

/*
 * libyaml counts lines and characters; the byte is found by way of the lines' beginnings. Marks
 * mostly ascend, so the search goes on where the last one ended: a long line is walked once.
 */
static size_t byte_of(struct yaml_reader *reader, const yaml_mark_t *mark)
{
	struct tms_str yaml = reader->yaml;

	if (mark->line >= reader->lines_count)
		return yaml.len;
	if (mark->line != reader->seen.line || mark->column < reader->seen.column ||
		reader->seen_byte == 0) {
		reader->seen = (yaml_mark_t){ .line = mark->line };
		reader->seen_byte = reader->lines[mark->line];
	}
	for (; reader->seen.column < mark->column && reader->seen_byte < yaml.len;
		reader->seen.column++)
		do
			reader->seen_byte++;
		while (reader->seen_byte < yaml.len &&
			((unsigned char)yaml.ptr[reader->seen_byte] & 0xc0) == 0x80);
	return reader->seen_byte;
}

static struct tms_str line_rest(struct tms_str yaml, size_t from)
{
	size_t end = tms_str_find_byte(yaml, '\n', from);

	return tms_str_slice(yaml, from, end);
}

/* A comment needs white space (or a line's beginning) before its "#". */
static bool has_comment_at(struct tms_str yaml, size_t at)
{
	size_t from = at;

	while (at < yaml.len && (yaml.ptr[at] == ' ' || yaml.ptr[at] == '\t'))
		at++;
	return at > from && at < yaml.len && yaml.ptr[at] == '#';
}

/* At the end libyaml counts a line more than there is, and so does whoever takes what follows the
 * last line break for one: then the place is the end of the last line. */
static yaml_mark_t place_of(const struct yaml_reader *reader, const yaml_mark_t *mark)
{
	uint32_t line = 1, column = 1;
	size_t last = reader->lines_count - 1;

	if (last > 0 && reader->lines[last] == reader->yaml.len)
		last--;
	if (mark->line <= last)
		return *mark;
	tms_diag_locate(line_rest(reader->yaml, reader->lines[last]), SIZE_MAX, &line, &column);
	return (yaml_mark_t){ .line = last, .column = column - 1 };
}

static void complain(struct yaml_reader *reader, const yaml_mark_t *mark, const char *sentence)
{
	yaml_mark_t place = place_of(reader, mark);

	reader->is_over = true;
	messages_add(reader->messages, reader->file, (uint32_t)place.line + 1,
		(uint32_t)place.column + 1, "%s", sentence);
}

/* ---- what libyaml refuses ---- */

/* The mistakes that people make with queries, in words that lead out of them. True when it was one.
 */
static bool explain_last(struct yaml_reader *reader)
{
	const struct conf_node *last = reader->last;

	if (!last)
		return false;
	struct tms_str rest = tms_str_trim(line_rest(reader->yaml, reader->last_end));
	bool is_quoted =
		last->style == CONF_NODE_SINGLE_QUOTED || last->style == CONF_NODE_DOUBLE_QUOTED;
	if (last->style == CONF_NODE_PLAIN && last->comment_follows) {
		messages_at(reader->messages, last,
			"\" #\" begins a comment that swallows the rest of the line; put the whole text in "
			"quotes: '%.*s %.*s'",
			TMS_STR_ARGS(tms_str_slice(last->text, 0, 60)),
			TMS_STR_ARGS(tms_str_slice(rest, 0, 60)));
		return true;
	}
	if (is_quoted && rest.len > 0 && rest.ptr[0] != '#' && !memchr(",:]}", rest.ptr[0], 4)) {
		messages_at(reader->messages, last,
			"text follows the closing quote; put the whole of it in single quotes: '%.*s %.*s'",
			TMS_STR_ARGS(tms_str_slice(last->source, 0, 60)),
			TMS_STR_ARGS(tms_str_slice(rest, 0, 60)));
		return true;
	}
	return false;
}

static void complain_of_syntax(struct yaml_reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	yaml_mark_t mark = place_of(reader, &parser->problem_mark);
	const char *advice = "";

	reader->is_over = true;
	if (parser->error == YAML_MEMORY_ERROR) {
		reader->arena->status = TMS_ENOMEM;
		return;
	}
	if (parser->error == YAML_READER_ERROR) {
		uint32_t line = 1, column = 1;
		tms_diag_locate(reader->yaml, parser->problem_offset, &line, &column);
		messages_add(reader->messages, reader->file, line, column,
			"a control character (number %d); YAML allows none but tab and line break",
			parser->problem_value);
		return;
	}
	size_t at = byte_of(reader, &mark);
	if (at < reader->yaml.len && reader->yaml.ptr[at] == '\t') {
		complain(reader, &mark, "a tab; YAML indents by spaces only");
		return;
	}
	if (explain_last(reader))
		return;
	if (parser->problem && strstr(parser->problem, "mapping values are not allowed"))
		advice = "; a text that holds \": \" stands in quotes";
	else if (parser->problem && strstr(parser->problem, "cannot start any token"))
		advice = "; a text that begins with this character stands in quotes";
	messages_add(reader->messages, reader->file, (uint32_t)mark.line + 1,
		(uint32_t)mark.column + 1, "%s%s%s%s",
		parser->problem ? parser->problem : "this is no YAML", parser->context ? " " : "",
		parser->context ? parser->context : "", advice);
}

static bool next_event(struct yaml_reader *reader, yaml_event_t *event)
{
	if (reader->is_over || reader->arena->status != TMS_OK)
		return false;
	if (yaml_parser_parse(&reader->parser, event))
		return true;
	complain_of_syntax(reader);
	return false;
}

/* ---- nodes ---- */

static struct conf_node *node_new(
	struct yaml_reader *reader, enum conf_node_kind kind, const yaml_event_t *event)
{
	if (++reader->nodes > CONF_NODES_MAX) {
		complain(reader, &event->start_mark,
			"more than 1,000,000 values; a configuration may hold no more");
		return NULL;
	}
	struct conf_node *node = TMS_ARENA_NEW(reader->arena, struct conf_node);
	if (!node)
		return NULL;
	node->kind = kind;
	node->file = reader->file;
	yaml_mark_t place = place_of(reader, &event->start_mark);
	node->line = (uint32_t)place.line + 1;
	node->column = (uint32_t)place.column + 1;
	return node;
}

static enum conf_node_style style_of(yaml_scalar_style_t style)
{
	switch (style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
		return CONF_NODE_SINGLE_QUOTED;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		return CONF_NODE_DOUBLE_QUOTED;
	case YAML_LITERAL_SCALAR_STYLE:
		return CONF_NODE_LITERAL;
	case YAML_FOLDED_SCALAR_STYLE:
		return CONF_NODE_FOLDED;
	case YAML_PLAIN_SCALAR_STYLE:
	case YAML_ANY_SCALAR_STYLE:
		break;
	}
	return CONF_NODE_PLAIN;
}

static bool means_nothing(struct tms_str text)
{
	return text.len == 0 || tms_str_equal(text, TMS_STR("~")) ||
	       tms_str_equal(text, TMS_STR("null"));
}

static struct conf_node *read_scalar(struct yaml_reader *reader, const yaml_event_t *event)
{
	struct conf_node *node = node_new(reader, CONF_NODE_TEXT, event);

	if (!node)
		return NULL;
	size_t start = byte_of(reader, &event->start_mark), end = byte_of(reader, &event->end_mark);
	node->style = style_of(event->data.scalar.style);
	node->text = tms_arena_copy(
		reader->arena, text_of(event->data.scalar.value, event->data.scalar.length));
	node->source = tms_str_slice(reader->yaml, start, end);
	if (node->style == CONF_NODE_PLAIN) {
		node->comment_follows = has_comment_at(reader->yaml, end);
		node->kind = means_nothing(node->text) ? CONF_NODE_NULL : CONF_NODE_TEXT;
	}
	reader->last = node;
	reader->last_end = end;
	return node;
}

static struct conf_node *read_node(
	struct yaml_reader *reader, const yaml_event_t *event, int depth);

static struct conf_node *read_list(struct yaml_reader *reader, const yaml_event_t *start, int depth)
{
	struct conf_node *list = node_new(reader, CONF_NODE_LIST, start);
	yaml_event_t event;

	while (list && next_event(reader, &event)) {
		bool is_end = event.type == YAML_SEQUENCE_END_EVENT;
		struct conf_node *item = is_end ? NULL : read_node(reader, &event, depth + 1);
		yaml_event_delete(&event);
		if (is_end)
			return list;
		if (!item || !tms_arena_grow(reader->arena, &list->items, list->count,
				     &list->capacity, sizeof(struct conf_node *)))
			return NULL;
		list->items[list->count++] = item;
	}
	return NULL;
}

static int by_key(const void *left, const void *right)
{
	const struct conf_node *a = ((const struct conf_node_pair *)left)->key;
	const struct conf_node *b = ((const struct conf_node_pair *)right)->key;
	int order = tms_str_compare(a->text, b->text);

	if (order == 0)
		order = (a->line > b->line) - (a->line < b->line);
	if (order == 0)
		order = (a->column > b->column) - (a->column < b->column);
	return order;
}

/* Put the pairs in order; of keys that stand twice the first stays and the others are named. */
static void settle(struct yaml_reader *reader, struct conf_node *map)
{
	size_t kept = 0;

	if (map->count > 1)
		qsort(map->pairs, map->count, sizeof(*map->pairs), by_key);
	for (size_t i = 0; i < map->count; i++) {
		const struct conf_node *key = map->pairs[i].key;
		const struct conf_node *before = kept > 0 ? map->pairs[kept - 1].key : NULL;
		if (before && tms_str_equal(before->text, key->text))
			messages_at(reader->messages, key,
				"\"%.*s\" stands here twice; the first is on line %u, column %u",
				TMS_STR_ARGS(key->text), before->line, before->column);
		else
			map->pairs[kept++] = map->pairs[i];
	}
	map->count = kept;
}

static struct conf_node *read_key(struct yaml_reader *reader, const yaml_event_t *event)
{
	if (event->type != YAML_SCALAR_EVENT) {
		complain(reader, &event->start_mark,
			"a list or a mapping as a key; expected a name and a colon");
		return NULL;
	}
	return read_node(reader, event, 0);
}

static struct conf_node *read_map(struct yaml_reader *reader, const yaml_event_t *start, int depth)
{
	struct conf_node *map = node_new(reader, CONF_NODE_MAP, start);
	struct conf_node *key = NULL;
	yaml_event_t event;

	while (map && next_event(reader, &event)) {
		bool is_end = event.type == YAML_MAPPING_END_EVENT;
		struct conf_node *node = NULL;
		if (!is_end)
			node = key ? read_node(reader, &event, depth + 1)
				   : read_key(reader, &event);
		yaml_event_delete(&event);
		if (is_end) {
			settle(reader, map);
			return map;
		}
		if (!node || !tms_arena_grow(reader->arena, &map->pairs, map->count, &map->capacity,
				     sizeof(*map->pairs)))
			return NULL;
		if (key)
			map->pairs[map->count++] =
				(struct conf_node_pair){ .key = key, .value = node };
		key = key ? NULL : node;
	}
	return NULL;
}

/* Anchors and tags come with the node that they mark. */
static bool is_refused(struct yaml_reader *reader, const yaml_event_t *event)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;

	if (event->type == YAML_SCALAR_EVENT) {
		anchor = event->data.scalar.anchor;
		tag = event->data.scalar.tag;
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		anchor = event->data.mapping_start.anchor;
		tag = event->data.mapping_start.tag;
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		anchor = event->data.sequence_start.anchor;
		tag = event->data.sequence_start.tag;
	}
	if (anchor)
		complain(reader, &event->start_mark,
			"an anchor (&); anchors and aliases have no meaning here, and a text that begins with & "
			"stands in quotes");
	else if (event->type == YAML_ALIAS_EVENT)
		complain(reader, &event->start_mark,
			"an alias (*); anchors and aliases have no meaning here, and a text that begins with * "
			"stands in quotes");
	else if (tag)
		complain(reader, &event->start_mark,
			"a tag (!); tags have no meaning here, and a text that begins with ! stands in quotes");
	return reader->is_over;
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by CONF_NODE_DEPTH_MAX */
static struct conf_node *read_node(struct yaml_reader *reader, const yaml_event_t *event, int depth)
{
	if (is_refused(reader, event))
		return NULL;
	if (depth > CONF_NODE_DEPTH_MAX) {
		complain(reader, &event->start_mark,
			"more than 12 levels inside each other; no setting lies so deep");
		return NULL;
	}
	if (event->type == YAML_SCALAR_EVENT)
		return read_scalar(reader, event);
	if (event->type == YAML_SEQUENCE_START_EVENT)
		return read_list(reader, event, depth);
	return read_map(reader, event, depth);
}

/* ---- the document ---- */

static bool is_directive(const yaml_event_t *event)
{
	return event->data.document_start.version_directive ||
	       event->data.document_start.tag_directives.start !=
		       event->data.document_start.tag_directives.end;
}

/* One event between stream start and stream end, outside of nodes; true to go on. */
static bool read_top(struct yaml_reader *reader, const yaml_event_t *event, struct conf_node **root,
	bool *is_empty)
{
	switch (event->type) {
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		return true;
	case YAML_DOCUMENT_START_EVENT:
		if (is_directive(event))
			complain(reader, &event->start_mark,
				"a directive (%); a configuration needs none");
		else if (!*is_empty)
			complain(reader, &event->start_mark,
				"a second document (---); a configuration is one document");
		*is_empty = false;
		return !reader->is_over;
	case YAML_STREAM_END_EVENT:
		return false;
	case YAML_NO_EVENT:
	case YAML_ALIAS_EVENT:
	case YAML_SCALAR_EVENT:
	case YAML_SEQUENCE_START_EVENT:
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_START_EVENT:
	case YAML_MAPPING_END_EVENT:
		break;
	}
	*root = read_node(reader, event, 0);
	return *root != NULL;
}

static struct conf_node *read_stream(struct yaml_reader *reader)
{
	struct conf_node *root = NULL;
	yaml_event_t event;
	bool is_empty = true, goes_on = true;

	while (goes_on && next_event(reader, &event)) {
		goes_on = read_top(reader, &event, &root, &is_empty);
		yaml_event_delete(&event);
	}
	if (reader->is_over || reader->arena->status != TMS_OK)
		return NULL;
	if (is_empty || !root || root->kind == CONF_NODE_NULL) {
		messages_add(reader->messages, reader->file, 1, 1,
			"the file says nothing; expected settings, such as \"sources: {papers: {preset: "
			"hf-daily-papers}}\"");
		return NULL;
	}
	if (root->kind != CONF_NODE_MAP) {
		messages_at(reader->messages, root,
			"found %s; expected settings, each on a line of its own: \"name: value\"",
			root->kind == CONF_NODE_LIST ? "a list" : "a text");
		return NULL;
	}
	return root;
}

static bool find_lines(struct yaml_reader *reader)
{
	struct tms_str yaml = reader->yaml;
	size_t count = 1, at = 0;

	for (size_t i = 0; i < yaml.len; i++)
		count += yaml.ptr[i] == '\n';
	size_t *lines = TMS_ARENA_ARRAY(reader->arena, size_t, count);
	if (!lines)
		return false;
	for (size_t i = 0; i < yaml.len; i++)
		if (yaml.ptr[i] == '\n')
			lines[++at] = i + 1;
	reader->lines = lines;
	reader->lines_count = count;
	return true;
}

struct conf_node *yaml_read(struct messages *messages, struct tms_arena *arena, struct tms_str yaml,
	struct tms_str file)
{
	struct yaml_reader reader = {
		.messages = messages, .arena = arena, .yaml = yaml, .file = file
	};
	struct conf_node *root = NULL;

	/* libyaml would count a byte order mark as a column; nobody else does */
	if (tms_str_starts(yaml, TMS_STR("\xef\xbb\xbf")))
		reader.yaml = tms_str_slice(yaml, 3, yaml.len);
	if (reader.yaml.len == 0)
		reader.yaml = TMS_STR("\n"); /* libyaml asserts that there is a pointer */
	if (!yaml_is_text(messages, reader.yaml, file) || !find_lines(&reader))
		return NULL;
	if (!yaml_parser_initialize(&reader.parser)) {
		reader.arena->status = TMS_ENOMEM;
		return NULL;
	}
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
		&reader.parser, (const unsigned char *)reader.yaml.ptr, reader.yaml.len);
	root = read_stream(&reader);
	yaml_parser_delete(&reader.parser);
	return root;
}
