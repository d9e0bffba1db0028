/* The tokeniser of the query language: <tamis/words.h> says where words are cut. */
#include "word_cutter.h"

#include <tamis/fold.h>
#include <tamis/words.h>

#include "char.h"

/* The kind of the character at `at`, and where the next one starts; at < len. */
static enum char_kind kind_at(struct tms_str s, size_t at, int32_t *c, size_t *next)
{
	unsigned char byte = (unsigned char)s.ptr[at];

	if (byte < 0x80) {
		*c = byte;
		*next = at + 1;
		return char_ascii_kind(byte);
	}
	*next = at;
	*c = tms_utf8_next(s, next);
	return char_kind(*c);
}

static bool is_word_kind(enum char_kind kind)
{
	return kind == CHAR_LETTER || kind == CHAR_DIGIT || kind == CHAR_MARK;
}

static bool is_unspaced_at(struct tms_str s, size_t at)
{
	return at < s.len && (unsigned char)s.ptr[at] >= CHAR_UNSPACED_BYTE &&
	       char_is_unspaced(tms_utf8_next(s, &at));
}

static bool is_word_at(struct tms_str s, size_t at)
{
	int32_t c;
	size_t next;

	return at < s.len && is_word_kind(kind_at(s, at, &c, &next));
}

static bool is_digit_at(struct tms_str s, size_t at)
{
	int32_t c;
	size_t next;

	return at < s.len && kind_at(s, at, &c, &next) == CHAR_DIGIT;
}

size_t word_char_end(struct tms_str s, size_t at)
{
	int32_t c;
	size_t next;

	(void)kind_at(s, at, &c, &next);
	for (at = next; at < s.len; at = next) {
		enum char_kind kind = kind_at(s, at, &c, &next);
		if (kind != CHAR_MARK && kind != CHAR_IGNORED && !char_joins_before(c))
			break;
	}
	return at;
}

/* Where a run may go on behind `at`: past spaces, or past one sign that divides names: "언어 모델",
 * "山田・太郎", "阿兰·图灵". */
static size_t bridge_end(struct tms_str s, size_t at)
{
	size_t next = at;
	int32_t c = at < s.len ? tms_fold_punctuation((int32_t)tms_utf8_next(s, &next)) : 0;

	if (c == '-' || c == 0xB7 || c == 0x2027 || c == 0x30FB || c == 0xFF65)
		return next;
	while (c == ' ') {
		at = next;
		c = at < s.len ? tms_fold_punctuation((int32_t)tms_utf8_next(s, &next)) : 0;
	}
	return at;
}

/* The character at the cursor with the next one of its run. */
static void next_in_run(struct word_cutter *cut, struct word_extent *out)
{
	size_t end = word_char_end(cut->text, cut->at), next = end;

	if (!is_unspaced_at(cut->text, next))
		next = bridge_end(cut->text, next);
	bool goes_on = is_unspaced_at(cut->text, next);
	*out = (struct word_extent){ (uint32_t)cut->at, (uint32_t)end, (uint32_t)end, 0 };
	if (goes_on) {
		out->second = (uint32_t)next;
		out->end = (uint32_t)word_char_end(cut->text, next);
	}
	cut->at = goes_on ? next : end;
}

/*
 * A run of '+' and '#' behind a letter, at `at`: where it ends, or `at` when it does not belong to
 * the word. A single one between two words divides them: "text+image".
 */
static size_t signs_end(struct tms_str s, size_t at)
{
	size_t end = at, count = 0;

	while (end < s.len) {
		size_t next = end;
		int32_t c = tms_fold_punctuation(tms_utf8_next(s, &next));
		if (c != '+' && c != '#')
			break;
		end = next;
		count++;
	}
	return count == 1 && is_word_at(s, end) ? at : end;
}

static bool is_ascii_word(char byte)
{
	return (unsigned char)byte < 0x80 && char_ascii_kind((unsigned char)byte) != CHAR_OTHER;
}

/* Behind the ASCII letters and digits from `at` on, at most to `limit`. */
static size_t ascii_end(struct tms_str s, size_t at, size_t limit)
{
	while (at < limit && is_ascii_word(s.ptr[at]))
		at++;
	return at;
}

/* Behind the '.' at `at` when it stands between digits; else `at`. */
static size_t point_end(struct tms_str s, size_t at, enum char_kind last)
{
	size_t next = at;

	if (last != CHAR_DIGIT || tms_fold_punctuation((int32_t)tms_utf8_next(s, &next)) != '.')
		return at;
	return is_digit_at(s, next) ? next : at;
}

/* The end of the word that starts at `start` with a letter, a digit or a mark. */
static size_t word_end(struct tms_str s, size_t start)
{
	size_t limit = s.len - start < TMS_WORD_MAX_BYTES ? s.len : start + TMS_WORD_MAX_BYTES;
	size_t at = start, end = start, next;
	enum char_kind last = CHAR_OTHER; /* letter or digit: what a '.' or '+' follows */
	int32_t c;

	while (at < limit) {
		next = ascii_end(s, at, limit);
		if (next > at) { /* nearly all text */
			last = tms_is_digit(s.ptr[next - 1]) ? CHAR_DIGIT : CHAR_LETTER;
			at = end = next;
			continue;
		}
		enum char_kind kind = kind_at(s, at, &c, &next);
		if (kind == CHAR_EMOJI || (c >= CHAR_UNSPACED_MIN && char_is_unspaced(c)))
			break;
		if (kind == CHAR_OTHER)
			next = at == end ? point_end(s, at, last) : at;
		if (next == at)
			break;
		at = next;
		if (kind == CHAR_LETTER || kind == CHAR_DIGIT)
			last = kind;
		if (kind != CHAR_IGNORED && kind != CHAR_OTHER)
			end = at;
	}
	return at == end && last == CHAR_LETTER ? signs_end(s, end) : end;
}

/* Behind an emoji with its colour of skin; two letters of a flag are one. Of a family each is one. */
static size_t emoji_end(struct tms_str s, size_t at)
{
	size_t end = word_char_end(s, at);
	bool is_letter = char_is_flag_letter((int32_t)tms_utf8_next(s, &at));
	size_t next = end;

	if (is_letter && end < s.len && char_is_flag_letter((int32_t)tms_utf8_next(s, &next)))
		end = word_char_end(s, end);
	return end;
}

/* Behind a possessive 's that follows a word, or `at`. */
static size_t possessive_end(struct tms_str s, size_t at)
{
	size_t next = at;

	if (at >= s.len || tms_fold_punctuation(tms_utf8_next(s, &next)) != '\'')
		return at;
	if (next >= s.len || tms_lower(s.ptr[next]) != 's' || is_word_at(s, next + 1))
		return at;
	return next + 1;
}

/* ".NET" at `at`, where nothing stands before it that a net could be the domain of: its end, or 0. */
static size_t net_end(struct tms_str s, size_t at)
{
	if (s.ptr[at] != '.' || s.len - at < 4 || tms_lower(s.ptr[at + 1]) != 'n' ||
		tms_lower(s.ptr[at + 2]) != 'e' || tms_lower(s.ptr[at + 3]) != 't')
		return 0;
	if (at > 0 && ((unsigned char)s.ptr[at - 1] >= 0x80 || is_ascii_word(s.ptr[at - 1])))
		return 0;
	size_t end = word_end(s, at + 1);
	return end == at + 4 || is_digit_at(s, at + 4) ? end : 0;
}

static bool next_word(struct word_cutter *cut, struct word_extent *out)
{
	while (cut->at < cut->text.len) {
		int32_t c;
		size_t next;
		unsigned char byte = (unsigned char)cut->text.ptr[cut->at];
		if (byte < 0x80 && !is_ascii_word((char)byte)) {
			size_t end = byte == '.' ? net_end(cut->text, cut->at) : 0;
			if (end != 0) {
				*out = (struct word_extent){ (uint32_t)cut->at, (uint32_t)end, 0,
					0 };
				cut->at = possessive_end(cut->text, end);
				return true;
			}
			cut->at++;
			continue;
		}
		enum char_kind kind = kind_at(cut->text, cut->at, &c, &next);
		if (c >= CHAR_UNSPACED_MIN && char_is_unspaced(c)) {
			next_in_run(cut, out);
			return true;
		}
		if (kind == CHAR_EMOJI) {
			size_t end = emoji_end(cut->text, cut->at);
			*out = (struct word_extent){ (uint32_t)cut->at, (uint32_t)end, 0, 0 };
			cut->at = end;
			return true;
		}
		if (kind != CHAR_LETTER && kind != CHAR_DIGIT) {
			cut->at = next;
			continue;
		}
		*out = (struct word_extent){ (uint32_t)cut->at,
			(uint32_t)word_end(cut->text, cut->at), 0, 0 };
		cut->at = possessive_end(cut->text, out->end);
		return true;
	}
	return false;
}

size_t word_cutter_take(struct word_cutter *cut, struct word_extent *out, size_t max)
{
	struct word_cutter here = *cut; /* in registers */
	size_t count = 0;

	while (count < max && next_word(&here, &out[count]))
		count++;
	*cut = here;
	return count;
}
