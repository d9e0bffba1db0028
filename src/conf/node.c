/* The tree of nodes: keys looked up and put, and where in the file a byte of a value stands. */
#include "node.h"

#include <tamis/diag.h>

/* Where key stands among the pairs, or where it would go. */
static size_t seek(const struct conf_node *map, struct tms_str key, bool *found)
{
	size_t low = 0, high = map->count;

	*found = false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = tms_str_compare(map->pairs[mid].key->text, key);
		if (order == 0) {
			*found = true;
			return mid;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct conf_node *node_find(const struct conf_node *node, struct tms_str key)
{
	bool found = false;

	if (!node || node->kind != CONF_NODE_MAP)
		return NULL;
	size_t at = seek(node, key, &found);
	return found ? node->pairs[at].value : NULL;
}

bool node_put(struct tms_arena *arena, struct conf_node *map, struct conf_node *key,
	struct conf_node *value)
{
	bool found = false;
	size_t at = seek(map, key->text, &found);

	if (!found) {
		if (!tms_arena_grow(
			    arena, &map->pairs, map->count, &map->capacity, sizeof(*map->pairs)))
			return false;
		memmove(map->pairs + at + 1, map->pairs + at,
			(map->count - at) * sizeof(*map->pairs));
		map->count++;
	}
	map->pairs[at] = (struct conf_node_pair){ .key = key, .value = value };
	return true;
}

struct conf_node *node_text(struct tms_arena *arena, struct tms_str file, struct tms_str text)
{
	struct conf_node *node = TMS_ARENA_NEW(arena, struct conf_node);

	if (node)
		*node = (struct conf_node){ .kind = CONF_NODE_TEXT,
			.style = CONF_NODE_VARIABLE,
			.text = text,
			.source = text,
			.file = file };
	return node;
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by CONF_NODE_DEPTH_MAX */
struct conf_node *node_copy(struct tms_arena *arena, const struct conf_node *node)
{
	struct conf_node *copy = TMS_ARENA_NEW(arena, struct conf_node);

	if (!copy)
		return NULL;
	*copy = *node;
	copy->text = tms_arena_copy(arena, node->text);
	copy->capacity = node->count;
	copy->pairs = TMS_ARENA_ARRAY(arena, struct conf_node_pair, node->pairs ? node->count : 0);
	copy->items = TMS_ARENA_ARRAY(arena, struct conf_node *, node->items ? node->count : 0);
	for (size_t i = 0; copy->pairs && node->pairs && i < node->count; i++)
		copy->pairs[i] = (struct conf_node_pair){ node_copy(arena, node->pairs[i].key),
			node_copy(arena, node->pairs[i].value) };
	for (size_t i = 0; copy->items && node->items && i < node->count; i++)
		copy->items[i] = node_copy(arena, node->items[i]);
	return arena->status == TMS_OK ? copy : NULL;
}

/*
 * Places inside a value. Line folding changes white space alone, so the n-th character of a value
 * that is not white space is the n-th of its source: counting them finds the place. Quotes add
 * their escapes, and literal blocks an indentation that is the same on every line.
 */
static size_t count_solid(struct tms_str text, size_t end)
{
	size_t solid = 0;

	for (size_t i = 0; i < end && i < text.len; i++)
		solid += !tms_is_space(text.ptr[i]);
	return solid;
}

static size_t utf8_bytes(uint32_t code_point)
{
	if (code_point < 0x80)
		return 1;
	if (code_point < 0x800)
		return 2;
	return code_point < 0x10000 ? 3 : 4;
}

/* Bytes of the escape sequence at s ("\x41"), and how many bytes that are not white space it stands
 * for. */
static size_t escape(struct tms_str s, size_t *solid)
{
	size_t digits = 0;
	uint32_t code_point = 0;

	*solid = 1;
	if (s.len < 2)
		return s.len;
	switch (s.ptr[1]) {
	case 'x':
		digits = 2;
		break;
	case 'u':
		digits = 4;
		break;
	case 'U':
		digits = 8;
		break;
	case 'n':
	case 't':
	case 'r':
	case 'v':
	case 'f':
	case ' ':
	case '\t':
	case '\n':
	case '\r':
		*solid = 0;
		return 2;
	case 'N':
	case '_': /* U+0085 and U+00A0 */
		*solid = 2;
		return 2;
	case 'L':
	case 'P': /* U+2028 and U+2029 */
		*solid = 3;
		return 2;
	default:
		return 2;
	}
	for (size_t i = 2; i < 2 + digits && i < s.len; i++)
		code_point = code_point << 4 | (uint32_t)(tms_hex_value(s.ptr[i]) & 15);
	*solid = code_point < 0x80 && tms_is_space((char)code_point) ? 0 : utf8_bytes(code_point);
	return digits + 2 < s.len ? digits + 2 : s.len;
}

/* Bytes of the next unit of a source in this style, and what it stands for. */
static size_t unit(enum conf_node_style style, struct tms_str s, size_t *solid)
{
	if (style == CONF_NODE_DOUBLE_QUOTED && s.ptr[0] == '\\')
		return escape(s, solid);
	*solid = !tms_is_space(s.ptr[0]);
	if (style == CONF_NODE_SINGLE_QUOTED && s.len > 1 && s.ptr[0] == '\'' && s.ptr[1] == '\'')
		return 2;
	return 1;
}

/* Where the value begins in the source: behind the quote, or behind the header line of a block. */
static size_t opening(const struct conf_node *node)
{
	switch (node->style) {
	case CONF_NODE_PLAIN:
	case CONF_NODE_VARIABLE:
		return 0;
	case CONF_NODE_SINGLE_QUOTED:
	case CONF_NODE_DOUBLE_QUOTED:
		return 1;
	case CONF_NODE_LITERAL:
	case CONF_NODE_FOLDED:
		break;
	}
	size_t line_end = tms_str_find_byte(node->source, '\n', 0);
	return line_end == SIZE_MAX ? node->source.len : line_end + 1;
}

static size_t source_offset(const struct conf_node *node, size_t offset)
{
	size_t wanted = count_solid(node->text, offset);
	bool at_space = offset >= node->text.len || tms_is_space(node->text.ptr[offset]);
	size_t at = opening(node), seen = 0, solid = 0;

	while (at < node->source.len && seen < wanted) {
		at += unit(node->style, tms_str_slice(node->source, at, SIZE_MAX), &solid);
		seen += solid;
	}
	/* at_space: right behind the last character before it */
	while (!at_space && at < node->source.len) {
		size_t step = unit(node->style, tms_str_slice(node->source, at, SIZE_MAX), &solid);
		if (solid > 0)
			break;
		at += step;
	}
	return at;
}

void node_locate(const struct conf_node *node, size_t offset, uint32_t *line, uint32_t *column)
{
	uint32_t down = 1, right = 1;

	if (node->style == CONF_NODE_VARIABLE) {
		tms_diag_locate(node->text, offset, &down, &right);
		*line = 0;
		*column = right;
		return;
	}
	size_t at = source_offset(node, offset), end = node->source.len;
	while (end > 0 && tms_is_space(node->source.ptr[end - 1]))
		end--; /* the line breaks that end a block are no place for an error */
	tms_diag_locate(node->source, at < end ? at : end, &down, &right);
	*line = node->line + down - 1;
	*column = down == 1 ? node->column + right - 1 : right;
}
