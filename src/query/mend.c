/*
 * Cures that can be put in: each is read itself before it is proposed. One that has a further
 * mistake in it is mended in turn, by the first cure of that; one that cannot be is left out. Where
 * an error has none left, what it speaks of is put in quotes, or left out. Notes beside an error
 * come without: theirs would be cures of a text that is mended otherwise first.
 *
 * Sixteen notes with three cures, each mended eight times, are 400 readings of one text: a long one
 * would take a second. So all of them have one allowance; the error has the first of it.
 */
#include "parse_private.h"

#include <tamis/fold.h>
#include <tamis/steps.h>

#define MENDS_MAX 8
/* All readings cost so many times what one query may … */
#define ALLOWANCE 4
/* … and one that costs nothing is counted as this. */
#define READING_COST 10

struct mending {
	struct tms_advice *advice;
	struct tms_str text; /* as it was written */
	const struct tms_query_options *options;
	struct tms_steps left;
};

/* What was refused for its size may have cost as much as any, and was not counted. */
static void spend(struct mending *m, enum tms_status st, size_t cost)
{
	if (st == TMS_ELIMIT)
		cost = query_limits_of(m->options).cost;
	(void)tms_steps_take(&m->left, READING_COST + cost);
}

/* The text, or what its mistakes are mended to; empty when they cannot be. */
static struct tms_str mend(struct mending *m, struct tms_str text)
{
	for (size_t i = 0; i < MENDS_MAX && text.len > 0 && m->left.left > 0; i++) {
		struct tms_advice advice = { 0 };
		struct tms_query *query = NULL;
		struct tms_str next = { 0 };

		enum tms_status st = query_parse_raw(text, m->options, &query, &advice);
		spend(m, st, advice.cost);
		if (st == TMS_EINVAL && advice.count > 0 &&
			advice.notes[advice.count - 1].cures_count > 0)
			next = tms_arena_copy(
				&m->advice->arena, advice.notes[advice.count - 1].cures[0].text);
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

static void mend_note(struct mending *m, struct tms_advice_note *note)
{
	size_t kept = 0;

	for (size_t i = 0; i < note->cures_count; i++) {
		struct tms_advice_cure cure = note->cures[i];
		bool is_everything = cure.text.len == 0 && !has_word(m->text);
		cure.text = mend(m, cure.text);
		if ((cure.text.len > 0 || is_everything) && !tms_str_equal(cure.text, m->text) &&
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

/* Where what an error speaks of ends: a value in quotes belongs to the name before it. */
static size_t end_of(struct tms_str text, const struct tms_advice_note *note)
{
	size_t at = note->end;

	if (at <= note->start || at >= text.len || text.ptr[at - 1] == ' ' ||
		tms_fold_punctuation(tms_utf8_next(text, &at)) != '"')
		return note->end;
	while (at < text.len)
		if (tms_fold_punctuation(tms_utf8_next(text, &at)) == '"')
			return at;
	return note->end;
}

/* What an error speaks of in quotes, or left out; and all of the text in quotes. */
static void add_last_resorts(struct mending *m, struct tms_advice_note *note)
{
	struct tms_advice *advice = m->advice;
	struct tms_arena *arena = &advice->arena;
	struct tms_str text = m->text;
	struct tms_str before = tms_str_slice(text, 0, note->start);
	size_t end = end_of(text, note);
	struct tms_str behind = tms_str_slice(text, end, text.len);
	struct tms_str word = without_quotes(arena, tms_str_slice(text, note->start, end));
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
	mend_note(m, note);
}

enum tms_status tms_query_parse_advised(struct tms_str text,
	const struct tms_query_options *options, struct tms_query **out, struct tms_advice *advice)
{
	enum tms_status st = query_parse_raw(text, options, out, advice);

	if (tms_utf8_fault(text) != SIZE_MAX)
		return st;
	struct mending mending = { advice, text, options,
		.left.left = ALLOWANCE * (uint64_t)query_limits_of(options).cost };
	for (size_t i = advice->count; i-- > 0;) { /* the error is the last */
		struct tms_advice_note *note = &advice->notes[i];
		if (st != TMS_OK && !note->is_error)
			note->cures_count = 0;
		mend_note(&mending, note);
		if (st == TMS_EINVAL && note->is_error && note->cures_count == 0)
			add_last_resorts(&mending, note);
	}
	if (advice->arena.status != TMS_OK)
		advice->status = TMS_ENOMEM;
	return st;
}
