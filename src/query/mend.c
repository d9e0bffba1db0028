/*
 * Cures that can be put in: each is read itself before it is proposed. One that has a further
 * mistake in it is mended in turn, by the first cure of that; one that cannot be is left out. Where
 * an error has none left, what it speaks of is put in quotes, or left out.
 */
#include "parse_private.h"

#include <tamis/fold.h>

#define MENDS_MAX 8

/* The text, or what its mistakes are mended to; empty when they cannot be. */
static struct tms_str mend(
	struct tms_arena *arena, struct tms_str text, const struct tms_query_options *options)
{
	for (size_t i = 0; i < MENDS_MAX && text.len > 0; i++) {
		struct tms_advice advice = { 0 };
		struct tms_query *query = NULL;
		struct tms_str next = { 0 };

		enum tms_status st = query_parse_raw(text, options, &query, &advice);
		if (st == TMS_EINVAL && advice.count > 0 &&
			advice.notes[advice.count - 1].cures_count > 0)
			next = tms_arena_copy(arena, advice.notes[advice.count - 1].cures[0].text);
		tms_query_free(query);
		tms_advice_free(&advice);
		if (st == TMS_OK)
			return text;
		if (tms_str_equal(next, text))
			break;
		text = next;
	}
	return TMS_STR_NONE;
}

static bool is_among(const struct tms_advice_note *note, size_t count, struct tms_str text)
{
	for (size_t i = 0; i < count; i++)
		if (tms_str_equal(note->cures[i].text, text))
			return true;
	return false;
}

/* Else nothing is asked for, and the empty query keeps everything, too. */
static bool has_word(struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] >= 0x80 || tms_is_alnum(text.ptr[i]))
			return true;
	return false;
}

static void mend_note(struct tms_advice *advice, struct tms_advice_note *note, struct tms_str text,
	const struct tms_query_options *options)
{
	size_t kept = 0;

	for (size_t i = 0; i < note->cures_count; i++) {
		struct tms_advice_cure cure = note->cures[i];
		bool is_everything = cure.text.len == 0 && !has_word(text);
		cure.text = mend(&advice->arena, cure.text, options);
		if ((cure.text.len > 0 || is_everything) && !tms_str_equal(cure.text, text) &&
			!is_among(note, kept, cure.text))
			note->cures[kept++] = cure;
	}
	for (size_t i = kept; i < note->cures_count; i++)
		note->cures[i] = (struct tms_advice_cure){ 0 };
	note->cures_count = kept;
}

static struct tms_str without_quotes(struct tms_arena *arena, struct tms_str text)
{
	struct tms_buf buf = { 0 };

	for (size_t at = 0, start = 0; at < text.len; start = at)
		if (tms_fold_punctuation(tms_utf8_next(text, &at)) != '"')
			tms_buf_add(&buf, tms_str_slice(text, start, at));
	return tms_str_trim(tms_arena_take(arena, &buf));
}

/* What an error speaks of in quotes, or left out; and all of the text in quotes. */
static void add_last_resorts(struct tms_advice *advice, struct tms_advice_note *note,
	struct tms_str text, const struct tms_query_options *options)
{
	struct tms_arena *arena = &advice->arena;
	struct tms_str before = tms_str_slice(text, 0, note->start);
	struct tms_str behind = tms_str_slice(text, note->end, text.len);
	struct tms_str word = without_quotes(arena, tms_str_slice(text, note->start, note->end));
	struct tms_str all = without_quotes(arena, text);

	if (!has_word(text)) {
		tms_advice_cure(advice, note, TMS_STR("everything"), TMS_STR_NONE);
		return;
	}
	tms_advice_cure(advice, note, TMS_STR("as text"),
		tms_arena_format(arena, "%.*s\"%.*s\"%.*s", TMS_STR_ARGS(before),
			TMS_STR_ARGS(word), TMS_STR_ARGS(behind)));
	tms_advice_cure(advice, note, TMS_STR("without it"),
		tms_str_trim(tms_arena_format(arena, "%.*s%.*s", TMS_STR_ARGS(tms_str_trim(before)),
			TMS_STR_ARGS(behind))));
	tms_advice_cure(advice, note, TMS_STR("all of it as text"),
		tms_arena_format(arena, "\"%.*s\"", TMS_STR_ARGS(all)));
	mend_note(advice, note, text, options);
}

enum tms_status tms_query_parse_advised(struct tms_str text,
	const struct tms_query_options *options, struct tms_query **out, struct tms_advice *advice)
{
	enum tms_status st = query_parse_raw(text, options, out, advice);

	if (tms_utf8_fault(text) != SIZE_MAX)
		return st;
	for (size_t i = 0; i < advice->count; i++) {
		struct tms_advice_note *note = &advice->notes[i];
		mend_note(advice, note, text, options);
		if (st == TMS_EINVAL && note->is_error && note->cures_count == 0)
			add_last_resorts(advice, note, text, options);
	}
	if (advice->arena.status != TMS_OK)
		advice->status = TMS_ENOMEM;
	return st;
}
