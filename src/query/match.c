/*
 * Words of a query found in the words of a text.
 *
 * Both sides may be written with hyphens or joined, so one step of the query can be a word or some
 * hyphenated words as one, and so can one step of the text. From one starting word all ways to walk
 * both are followed at once: for each number of query words used up, the set of text words that can
 * have been used up by then is a bit mask (a phrase has at most 50 words).
 */
#include "checked_query.h"

#include <libstemmer.h>

#include <tamis/fold.h>

#include "text/spelling.h"

/* A word, or hyphenated words as one: what is compared. */
struct unit {
	const struct tms_words *words;
	struct tms_word_key key;
	size_t first;
	size_t joined; /* index of the joined entry, or SIZE_MAX for a word */
};

static struct unit word_unit(const struct tms_words *words, size_t i)
{
	return (struct unit){ words, words->list[i].key, i, SIZE_MAX };
}

static struct unit joined_unit(const struct tms_words *words, size_t i)
{
	return (struct unit){ words, words->joined[i].key, words->joined[i].first, i };
}

static struct tms_str unit_form(const struct unit *u)
{
	return u->joined == SIZE_MAX ? tms_words_form(u->words, u->first)
				     : tms_words_joined_form(u->words, u->joined);
}

/* The last of its words as it stands: by its capitals it may be a plural. */
static struct tms_str unit_as_stands(const struct unit *u)
{
	size_t last = u->first + u->key.span - 1;

	return tms_words_span(u->words, last, last + 1);
}

static bool same_form(const struct unit *a, const struct unit *b)
{
	return a->key.form_hash == b->key.form_hash && tms_str_equal(unit_form(a), unit_form(b));
}

static bool same_word(const struct unit *a, const struct unit *b, bool in_names)
{
	struct tms_str a_form = unit_form(a), b_form = unit_form(b);
	struct tms_str a_stands = unit_as_stands(a), b_stands = unit_as_stands(b);

	if (same_form(a, b))
		return true;
	if (in_names)
		return tms_word_base_equal(a_form, tms_word_singular(a_form, a_stands), b_form,
			tms_word_singular(b_form, b_stands));
	return tms_word_base_equal(
		a_form, tms_word_base(a_form, a_stands), b_form, tms_word_base(b_form, b_stands));
}

/* May a unit that is asked for be found by the letters before a version, and by two in capitals? */
struct width {
	bool versions, short_ones;
};

/* What stands directly before a version is that name with no other one: "Qwen 2.5". */
static struct width width_of(const struct query_pattern *pattern, const struct unit *asked)
{
	size_t next = asked->first + asked->key.span;

	if (next < pattern->words.count &&
		tms_word_is_version(tms_words_form(&pattern->words, next)))
		return (struct width){ false, false };
	return (struct width){ true,
		asked->key.span == 1 && query_is_in_capitals(unit_as_stands(asked)) };
}

static bool is_wide_enough(struct width width, struct tms_str stem)
{
	return width.versions &&
	       (width.short_ones || tms_word_letters(stem) >= TMS_WORD_STEM_LETTERS);
}

/* "Qwen2.5", when "Qwen" is asked for. */
static bool is_version_of(const struct unit *asked, const struct unit *there, struct width width)
{
	struct tms_str stems[TMS_WORD_STEMS_MAX], form = unit_form(asked);
	size_t count = tms_word_stems(unit_form(there), stems);

	for (size_t i = 0; i < count; i++)
		if (is_wide_enough(width, stems[i]) &&
			tms_word_base_equal(form, tms_word_base(form, unit_as_stands(asked)),
				stems[i], tms_word_base(stems[i], TMS_STR_NONE)))
			return true;
	return false;
}

/* "oestrogen", "aesthetics" */
static bool begins_with_ligature(struct tms_str form)
{
	return form.len > 1 && form.ptr[1] == 'e' && (form.ptr[0] == 'o' || form.ptr[0] == 'a');
}

/* Snowball changes the end of a word only, but for dying, lying and tying (die, lie, tie), and
 * spelling changes no first letters but those of "oestrogen" and "paediatric": comparing the first
 * two bytes saves nearly all stemming. */
static bool may_have_stem(struct tms_str stem, struct tms_str form)
{
	if (form.len == 0 || stem.len == 0)
		return false;
	if (form.ptr[0] != stem.ptr[0])
		return stem.ptr[0] == 'e' && begins_with_ligature(form);
	return form.len == 1 || stem.len == 1 || form.ptr[1] == stem.ptr[1] || form.ptr[1] == 'y' ||
	       (stem.ptr[1] == 'e' && begins_with_ligature(tms_str_slice(form, 1, form.len)));
}

static bool has_stem(const struct tms_query *query, struct tms_str stem, struct tms_str word)
{
	const sb_symbol *made =
		sb_stemmer_stem(query->stemmer, (const sb_symbol *)word.ptr, (int)word.len);
	struct tms_str other = { (const char *)made, (size_t)sb_stemmer_length(query->stemmer) };

	return made && tms_str_equal(stem, other);
}

static bool same_stem(
	const struct tms_query *query, struct tms_str stem, const struct unit *there, bool in_names)
{
	struct tms_str form = unit_form(there);
	char room[SPELLING_BYTES_MAX];

	if (!may_have_stem(stem, form))
		return false;
	if (!in_names)
		form = spelling_to_stem(form, unit_as_stands(there), room);
	return has_stem(query, stem, form);
}

/* The same of the letters before a version. */
static bool is_version_of_stem(const struct tms_query *query, struct tms_str stem,
	const struct unit *there, struct width width)
{
	struct tms_str names[TMS_WORD_STEMS_MAX];
	size_t count = tms_word_stems(unit_form(there), names);
	char room[SPELLING_BYTES_MAX];

	for (size_t i = 0; i < count; i++)
		if (is_wide_enough(width, names[i]) && may_have_stem(stem, names[i]) &&
			has_stem(query, stem, spelling_to_stem(names[i], TMS_STR_NONE, room)))
			return true;
	return false;
}

static struct tms_str asked_stem(
	const struct query_pattern *pattern, const struct unit *asked, bool in_names)
{
	size_t i = asked->joined == SIZE_MAX ? asked->first : pattern->words.count + asked->joined;

	return in_names ? pattern->name_stems[i] : pattern->stems[i];
}

/* A text that is searched: names are compared as they are spelled. */
struct searched {
	const struct tms_query *query;
	const struct tms_words *words;
	bool in_names;
};

/* Of nearly all pairs of words how they begin is enough to tell them apart. */
static bool is_word(const struct searched *in, const struct query_pattern *pattern,
	const struct unit *asked, const struct unit *there)
{
	if (asked->key.beginning != there->key.beginning)
		return false;
	return same_word(asked, there, in->in_names) ||
	       (!in->in_names && is_version_of(asked, there, width_of(pattern, asked)));
}

static bool unit_matches(const struct searched *in, const struct query_pattern *pattern,
	const struct unit *asked, const struct unit *there)
{
	if (asked->key.kind == TMS_WORD_LONE)
		return tms_str_starts(unit_form(there), unit_form(asked));
	if (asked->key.kind == TMS_WORD_LOOSE && pattern->mode != WORD_EXACT)
		return asked->key.beginning == there->key.beginning &&
		       tms_word_same_loosely(unit_form(asked), unit_form(there));
	switch (pattern->mode) {
	case WORD_EXACT:
		return same_form(asked, there);
	case WORD_STEM:
		return same_form(asked, there) ||
		       same_stem(in->query, asked_stem(pattern, asked, in->in_names), there,
			       in->in_names) ||
		       (!in->in_names &&
			       is_version_of_stem(in->query, asked_stem(pattern, asked, false),
				       there, width_of(pattern, asked)));
	case WORD_PREFIX:
		if (asked->first + asked->key.span < pattern->words.count)
			return is_word(in, pattern, asked, there);
		return tms_str_starts(unit_form(there), unit_form(asked));
	case WORD_PLAIN:
	case WORD_NAME:
		break;
	}
	return is_word(in, pattern, asked, there);
}

/* All ways to take one step of the query, asked, from text word `at`; the lengths as a mask. */
static uint64_t steps_of(const struct searched *in, const struct query_pattern *pattern,
	const struct unit *asked, size_t at)
{
	const struct tms_words *words = in->words;
	uint64_t lengths = 0;

	if (at >= words->count)
		return 0;
	struct unit there = word_unit(words, at);
	if (unit_matches(in, pattern, asked, &there))
		lengths |= UINT64_C(1) << 1;
	for (size_t i = tms_words_joined_from(words, at);
		i < words->joined_count && words->joined[i].first == at; i++) {
		there = joined_unit(words, i);
		if (unit_matches(in, pattern, asked, &there))
			lengths |= UINT64_C(1) << there.key.span;
	}
	return lengths;
}

/* Every offset in `from`, moved on by one step. */
static uint64_t advance(const struct searched *in, const struct query_pattern *pattern,
	const struct unit *asked, size_t start, uint64_t from)
{
	uint64_t reached = 0;

	while (from != 0) {
		int offset = __builtin_ctzll(from);
		from &= from - 1;
		reached |= steps_of(in, pattern, asked, start + (size_t)offset) << offset;
	}
	return reached;
}

/* The ends, as offsets from `start`, that the whole pattern can have. */
static uint64_t walk(const struct searched *in, const struct query_pattern *pattern, size_t start)
{
	uint64_t reach[TMS_QUERY_PHRASE_WORDS_MAX + TMS_WORDS_JOINED_MAX + 1] = { 1 };
	const struct tms_words *asked = &pattern->words;
	size_t joined = 0;

	for (size_t k = 0; k < asked->count; k++) {
		if (reach[k] != 0) {
			struct unit unit = word_unit(asked, k);
			reach[k + 1] |= advance(in, pattern, &unit, start, reach[k]);
		}
		for (; joined < asked->joined_count && asked->joined[joined].first == k; joined++) {
			struct unit unit = joined_unit(asked, joined);
			reach[k + unit.key.span] |= advance(in, pattern, &unit, start, reach[k]);
		}
	}
	return reach[asked->count];
}

static struct tms_str whole(const struct tms_words *words)
{
	return tms_words_span(words, 0, words->count);
}

static bool ends_lone(const struct query_pattern *pattern)
{
	return pattern->words.list[pattern->words.count - 1].key.kind == TMS_WORD_LONE;
}

/* The first of those ends that is right, as it stands; 0 when there is none. */
static size_t choose_end(const struct query_pattern *pattern, const struct tms_words *words,
	size_t start, uint64_t ends)
{
	for (; ends != 0; ends &= ends - 1) {
		size_t end = start + (size_t)__builtin_ctzll(ends);
		if (pattern->mode != WORD_EXACT)
			return end;
		struct tms_str there = ends_lone(pattern) ? tms_words_span_lone(words, start, end)
							  : tms_words_span(words, start, end);
		if (tms_fold_same(there, whole(&pattern->words), pattern->caseless))
			return end;
	}
	return 0;
}

/* Walks along the joined entries of a text as its words are walked through. */
struct joined_cursor {
	const struct searched *in;
	size_t at;
};

/* One of the units that are asked for first is this one. */
static bool is_asked_first(
	const struct searched *in, const struct query_pattern *pattern, const struct unit *there)
{
	const struct tms_words *asked = &pattern->words;
	struct unit unit = word_unit(asked, 0);

	if (unit_matches(in, pattern, &unit, there))
		return true;
	for (size_t i = 0; i < asked->joined_count && asked->joined[i].first == 0; i++) {
		unit = joined_unit(asked, i);
		if (unit_matches(in, pattern, &unit, there))
			return true;
	}
	return false;
}

/* True when one of the hyphenated runs that start at this word is what was asked for first. */
static bool is_joined(
	const struct query_pattern *pattern, struct joined_cursor *cursor, size_t first)
{
	const struct tms_words *words = cursor->in->words;

	while (cursor->at < words->joined_count && words->joined[cursor->at].first < first)
		cursor->at++;
	for (size_t i = cursor->at; i < words->joined_count && words->joined[i].first == first;
		i++) {
		struct unit there = joined_unit(words, i);
		if (is_asked_first(cursor->in, pattern, &there))
			return true;
	}
	return false;
}

/* No stem, prefix or hyphen changes how a word begins, and spelling nothing but "oestrogen". */
static bool begins_alike(const struct tms_words *asked, const struct tms_words *words, size_t at)
{
	struct tms_str a = tms_words_form(asked, 0), b = tms_words_form(words, at);

	return a.len == 0 || b.len == 0 || a.ptr[0] == b.ptr[0] ||
	       (a.ptr[0] == 'e' && begins_with_ligature(b)) ||
	       (b.ptr[0] == 'e' && begins_with_ligature(a));
}

/* A quick look that spares nearly all words the walk; true when in doubt. */
static bool may_start(const struct query_pattern *pattern, struct joined_cursor *cursor, size_t at)
{
	const struct tms_words *words = cursor->in->words;

	if ((pattern->mode != WORD_PLAIN && pattern->mode != WORD_EXACT) ||
		pattern->words.list[0].key.kind == TMS_WORD_LONE)
		return begins_alike(&pattern->words, words, at);
	struct unit there = word_unit(words, at);
	return is_asked_first(cursor->in, pattern, &there) || is_joined(pattern, cursor, at);
}

static struct searched search_in(const struct tms_query *query, const struct tms_doc_text *text)
{
	return (struct searched){ query, &text->words, (text->fields & TMS_FIELDS_NAMES) != 0 };
}

bool query_pattern_find(const struct tms_query *query, const struct query_pattern *pattern,
	const struct tms_doc_text *text, size_t from, struct query_span *span)
{
	const struct tms_words *words = &text->words;
	struct searched in = search_in(query, text);

	if (pattern->mode == WORD_NAME) {
		*span = (struct query_span){ .end = words->count };
		return from == 0 && query_name_matches(pattern, words);
	}
	struct joined_cursor cursor = { .in = &in };
	for (size_t at = from; at < words->count; at++) {
		if (!may_start(pattern, &cursor, at))
			continue;
		size_t end = choose_end(pattern, words, at, walk(&in, pattern, at));
		if (end == 0)
			continue;
		*span = (struct query_span){ at, end, ends_lone(pattern) };
		return true;
	}
	return false;
}

/* What near() last saw of one of its parts. */
struct sighting {
	bool seen;
	struct query_span span;
};

/* A newer sighting of a part that is asked for more than once moves the older ones on. */
static void note(
	const struct query_leaf *leaf, struct sighting *last, size_t part, struct query_span span)
{
	struct sighting moved = { true, span };

	for (size_t i = part; i < leaf->near_count; i++) {
		if (!tms_str_equal_caseless(leaf->near[i].text, leaf->near[part].text))
			continue;
		struct sighting older = last[i];
		last[i] = moved;
		moved = older;
	}
}

/* The window over what was seen last of every part; false while one is missing. */
static bool window(
	const struct query_leaf *leaf, const struct sighting *last, struct query_span *out)
{
	size_t covered = 0;

	*out = (struct query_span){ .first = SIZE_MAX };
	for (size_t i = 0; i < leaf->near_count; i++) {
		if (!last[i].seen)
			return false;
		covered += last[i].span.end - last[i].span.first;
		out->first = last[i].span.first < out->first ? last[i].span.first : out->first;
		out->end = last[i].span.end > out->end ? last[i].span.end : out->end;
	}
	return out->end - out->first <= covered + leaf->near_gap;
}

static bool is_repeated(const struct query_leaf *leaf, size_t part)
{
	for (size_t i = 0; i < part; i++)
		if (tms_str_equal_caseless(leaf->near[i].text, leaf->near[part].text))
			return true;
	return false;
}

bool query_near_find(const struct tms_query *query, const struct query_leaf *leaf,
	const struct tms_doc_text *text, size_t from, struct query_span *span)
{
	const struct tms_words *words = &text->words;
	struct searched in = search_in(query, text);
	struct sighting last[TMS_QUERY_PHRASE_WORDS_MAX] = { 0 };
	struct joined_cursor cursor = { .in = &in };
	bool repeated[TMS_QUERY_PHRASE_WORDS_MAX];

	for (size_t part = 0; part < leaf->near_count; part++)
		repeated[part] = is_repeated(leaf, part);
	for (size_t at = from; at < words->count; at++) {
		bool noted = false;
		for (size_t part = 0; part < leaf->near_count; part++) {
			const struct query_pattern *pattern = &leaf->near[part];
			if (repeated[part] || !may_start(pattern, &cursor, at))
				continue;
			size_t end = choose_end(pattern, words, at, walk(&in, pattern, at));
			if (end == 0)
				continue;
			note(leaf, last, part, (struct query_span){ .first = at, .end = end });
			noted = true;
		}
		if (noted && window(leaf, last, span))
			return true;
	}
	return false;
}
