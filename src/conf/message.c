/* Errors and warnings of a configuration: collected, sorted by place, written as lines. */
#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static struct tms_conf_message *add(struct messages *messages, struct tms_str file)
{
	if (messages->count >= MESSAGES_KEPT ||
		!tms_arena_grow(messages->arena, &messages->items, messages->count,
			&messages->capacity, sizeof(*messages->items))) {
		messages->dropped++;
		return NULL;
	}
	struct tms_conf_message *message = &messages->items[messages->count++];
	*message = (struct tms_conf_message){ .file = file };
	return message;
}

/* A message is one line, whatever it quotes. */
static void fill(struct tms_diag *diag, uint32_t line, uint32_t column, char *text)
{
	for (char *at = text; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = '?';
	tms_diag_set(diag, line, column, "%s", text);
}

void messages_add(struct messages *messages, struct tms_str file, uint32_t line, uint32_t column,
	const char *format, ...)
{
	char text[TMS_DIAG_TEXT_BYTES * 2];
	struct tms_conf_message *message = add(messages, file);
	va_list args;

	if (!message)
		return;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fill(&message->diag, line, column, text);
}

void messages_at(struct messages *messages, const struct conf_node *node, const char *format, ...)
{
	char text[TMS_DIAG_TEXT_BYTES * 2];
	struct tms_conf_message *message = add(messages, node->file);
	va_list args;

	if (!message)
		return;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fill(&message->diag, node->line, node->column, text);
}

/* Byte offset of a place (line and column from 1, in characters) in a text. */
static size_t offset_of(struct tms_str text, uint32_t line, uint32_t column)
{
	size_t at = 0;

	for (uint32_t i = 1; i < line; i++) {
		size_t end = tms_str_find_byte(text, '\n', at);
		if (end == SIZE_MAX)
			break;
		at = end + 1;
	}
	for (uint32_t i = 1; i < column && at < text.len; i++)
		do
			at++;
		while (at < text.len && ((unsigned char)text.ptr[at] & 0xc0) == 0x80);
	return at;
}

void messages_inside(
	struct messages *messages, const struct conf_node *node, const struct tms_diag *diag)
{
	uint32_t line = node->line, column = node->column;

	if (diag->line > 0)
		node_locate(node, offset_of(node->text, diag->line, diag->column), &line, &column);
	if (line > 0)
		messages_add(messages, node->file, line, column, "%s", diag->text);
	else if (diag->line > 0)
		messages_add(
			messages, node->file, 0, 0, "character %u: %s", diag->column, diag->text);
	else
		messages_add(messages, node->file, 0, 0, "%s", diag->text);
}

/* As it can stand in the file: in single quotes, where ' is written twice; in a block, and in the
 * environment, as it is. */
static struct tms_str as_written(
	struct tms_arena *arena, const struct conf_node *node, struct tms_str text)
{
	struct tms_buf plain = { 0 }, quoted = { 0 };

	tms_advice_write_cure(&plain, text);
	if (node->style == CONF_NODE_VARIABLE || node->style == CONF_NODE_LITERAL ||
		node->style == CONF_NODE_FOLDED)
		return tms_arena_take(arena, &plain);
	tms_buf_add_char(&quoted, '\'');
	for (size_t i = 0; i < plain.len; i++) {
		tms_buf_add_char(&quoted, plain.ptr[i]);
		if (plain.ptr[i] == '\'')
			tms_buf_add_char(&quoted, '\'');
	}
	tms_buf_add_char(&quoted, '\'');
	if (plain.status != TMS_OK)
		arena->status = plain.status;
	tms_buf_free(&plain);
	return tms_arena_take(arena, &quoted);
}

void messages_advise(struct messages *messages, const struct conf_node *node, struct tms_str about,
	const struct tms_advice_note *note)
{
	size_t before = messages->count;

	messages_inside(messages, node, &note->diag);
	if (messages->count == before)
		return; /* one too many */
	struct tms_conf_message *message = &messages->items[before];
	struct tms_advice_cure *cures =
		TMS_ARENA_ARRAY(messages->arena, struct tms_advice_cure, TMS_ADVICE_CURES_MAX);
	message->about = about;
	for (size_t i = 0; cures && i < note->cures_count; i++)
		cures[i] = (struct tms_advice_cure){ .label = note->cures[i].label,
			.text = as_written(messages->arena, node, note->cures[i].text) };
	message->cures = cures;
	message->cures_count = cures ? note->cures_count : 0;
}

/* Variables have no line; the file's own messages do, but for those about the whole file. */
static int by_place(const void *left, const void *right)
{
	const struct tms_conf_message *a = left, *b = right;
	bool a_has_line = a->diag.line > 0, b_has_line = b->diag.line > 0;

	if (a_has_line != b_has_line)
		return a_has_line ? -1 : 1;
	int order = tms_str_compare(a->file, b->file);
	if (order == 0)
		order = (a->diag.line > b->diag.line) - (a->diag.line < b->diag.line);
	if (order == 0)
		order = (a->diag.column > b->diag.column) - (a->diag.column < b->diag.column);
	return order != 0 ? order : strcmp(a->diag.text, b->diag.text);
}

void messages_finish(struct messages *messages, struct tms_conf_messages *out)
{
	size_t kept = messages->count;

	if (kept > 1)
		qsort(messages->items, kept, sizeof(*messages->items), by_place);
	if (kept > TMS_CONF_MESSAGES_MAX)
		kept = TMS_CONF_MESSAGES_MAX;
	*out = (struct tms_conf_messages){ .items = messages->items,
		.count = kept,
		.left_out = messages->count - kept + messages->dropped };
}

void tms_conf_message_write(struct tms_buf *buf, const struct tms_conf_message *message)
{
	if (message->file.len > 0)
		tms_buf_format(buf, "%.*s:", TMS_STR_ARGS(message->file));
	if (message->diag.line > 0)
		tms_buf_format(buf, "%u:", message->diag.line);
	if (message->diag.line > 0 && message->diag.column > 0)
		tms_buf_format(buf, "%u:", message->diag.column);
	if (buf->len > 0 && buf->ptr[buf->len - 1] == ':')
		tms_buf_add_char(buf, ' ');
	if (message->about.len > 0)
		tms_buf_format(buf, "%.*s: ", TMS_STR_ARGS(message->about));
	tms_buf_format(buf, "%s\n", message->diag.text);
	for (size_t i = 0; i < message->cures_count; i++) {
		const struct tms_advice_cure *cure = &message->cures[i];
		struct tms_str label = cure->label.len > 0 ? cure->label : TMS_STR("instead");
		tms_buf_format(
			buf, "  %.*s: %.*s\n", TMS_STR_ARGS(label), TMS_STR_ARGS(cure->text));
	}
}
