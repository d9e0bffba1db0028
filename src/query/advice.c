/* Notes and errors of one query, in order of their places, with what to write instead. */
#include "parse_private.h"

void tms_advice_free(struct tms_advice *advice)
{
	if (!advice)
		return;
	tms_arena_free(&advice->arena);
	*advice = (struct tms_advice){ 0 };
}

/* Room for a note behind those of its place; errors stay last. */
static struct tms_advice_note *make_room(struct tms_advice *advice, size_t start, bool is_error)
{
	if (advice->count == TMS_ADVICE_NOTES_MAX) {
		advice->left_out++;
		if (!is_error)
			return NULL;
		advice->count--; /* an error is always told */
	}
	size_t at = advice->count;
	if (is_error)
		start = SIZE_MAX;
	while (at > 0 && (advice->notes[at - 1].is_error || advice->notes[at - 1].start > start))
		at--;
	memmove(&advice->notes[at + 1], &advice->notes[at],
		(advice->count - at) * sizeof(advice->notes[0]));
	advice->count++;
	return &advice->notes[at];
}

struct tms_advice_note *advice_vadd(struct tms_advice *advice, struct tms_str text, size_t start,
	size_t end, bool is_error, const char *format, va_list args)
{
	struct tms_advice_note *note = make_room(advice, start, is_error);
	uint32_t line, column;

	if (!note)
		return NULL;
	*note = (struct tms_advice_note){ .start = start, .end = end, .is_error = is_error };
	tms_diag_locate(text, start, &line, &column);
	tms_diag_vset(&note->diag, line, column, format, args);
	return note;
}

struct tms_advice_note *tms_advice_add(struct tms_advice *advice, struct tms_str text, size_t start,
	size_t end, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	struct tms_advice_note *note = advice_vadd(advice, text, start, end, false, format, args);
	va_end(args);
	return note;
}

void tms_advice_refuse(struct tms_advice *advice, struct tms_str text, const struct tms_diag *diag)
{
	struct tms_advice_note *note = make_room(advice, 0, true);

	if (note)
		*note = (struct tms_advice_note){
			.diag = *diag, .end = text.len, .is_error = true
		};
}

void tms_advice_cure(struct tms_advice *advice, struct tms_advice_note *note, struct tms_str label,
	struct tms_str text)
{
	if (!note || note->cures_count == TMS_ADVICE_CURES_MAX)
		return;
	struct tms_str copy = tms_arena_copy(&advice->arena, text);
	if (advice->arena.status != TMS_OK) {
		advice->status = TMS_ENOMEM;
		return;
	}
	note->cures[note->cures_count++] = (struct tms_advice_cure){ .label = label, .text = copy };
}

void tms_advice_write_cure(struct tms_buf *buf, struct tms_str text)
{
	text = tms_str_trim(text);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];
		tms_buf_add_char(buf, byte < ' ' || byte == 0x7F ? ' ' : text.ptr[i]);
	}
}

void tms_advice_write(struct tms_buf *buf, const struct tms_advice_note *note, struct tms_str text)
{
	if (!note->is_error)
		tms_buf_add_cstr(buf, "note: ");
	tms_diag_write(buf, &note->diag, text);
	for (size_t i = 0; i < note->cures_count; i++) {
		const struct tms_advice_cure *cure = &note->cures[i];
		if (cure->label.len > 0)
			tms_buf_format(buf, "  %.*s:", TMS_STR_ARGS(cure->label));
		else
			tms_buf_add_cstr(buf, "  instead:");
		tms_buf_add_char(buf, ' ');
		tms_advice_write_cure(buf, cure->text);
		tms_buf_add_char(buf, '\n');
	}
}

static void write_json(struct tms_json_writer *w, const struct tms_advice_note *note)
{
	tms_json_begin(w, '{');
	tms_json_member_int(w, "line", note->diag.line);
	tms_json_member_int(w, "column", note->diag.column);
	tms_json_member_int(w, "start", (int64_t)note->start);
	tms_json_member_int(w, "end", (int64_t)note->end);
	tms_json_member_bool(w, "error", note->is_error);
	tms_json_member_str(w, "text", tms_str_from(note->diag.text));
	tms_json_key(w, "cures");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < note->cures_count; i++) {
		tms_json_begin(w, '{');
		tms_json_member_str(w, "label", note->cures[i].label);
		tms_json_member_str(w, "text", note->cures[i].text);
		tms_json_end(w);
	}
	tms_json_end(w);
	tms_json_end(w);
}

void tms_advice_write_json(struct tms_json_writer *w, const struct tms_advice *advice)
{
	tms_json_begin(w, '[');
	for (size_t i = 0; i < advice->count; i++)
		write_json(w, &advice->notes[i]);
	tms_json_end(w);
}
