/*
 * What joins terms: AND, OR and NOT, in capitals or in small letters, and the signs | || &&.
 *
 * A word is an operator only between terms: at an end of a group it is a word in small letters (and
 * an error in capitals), and so are two in a row, but for those that people write: AND NOT, OR NOT.
 */
#include "parse_private.h"

#include <tamis/fold.h>

/* An operator as it is written, whatever it comes to mean. */
struct raw_operator {
	enum query_operator kind;
	bool is_sign, is_small;
	size_t end;
};

static bool is_word_at(const struct query_parser *p, size_t at, const char *word, bool *is_small)
{
	size_t len = strlen(word), next;

	if (p->text.len - at < len || memcmp(p->text.ptr + at, word, len) != 0)
		return false;
	*is_small = word[0] >= 'a';
	return query_is_delimiter(query_peek_at(p, at + len, &next));
}

static struct raw_operator raw_at(const struct query_parser *p, size_t at)
{
	static const struct {
		const char *small, *large;
		enum query_operator kind;
	} words[] = { { "and", "AND", OPERATOR_AND }, { "or", "OR", OPERATOR_OR },
		{ "not", "NOT", OPERATOR_NOT } };
	struct raw_operator raw = { .end = at };
	size_t next;
	int32_t c = query_peek_at(p, at, &raw.end);

	if (c == '|') {
		raw.kind = OPERATOR_OR;
		raw.is_sign = true;
		if (query_peek_at(p, raw.end, &next) == '|')
			raw.end = next;
	} else if (c == '&' && query_peek_at(p, raw.end, &next) == '&') {
		raw.kind = OPERATOR_AND;
		raw.is_sign = true;
		raw.end = next;
	}
	for (size_t i = 0; raw.kind == OPERATOR_NONE && i < TMS_COUNT(words); i++)
		if (is_word_at(p, at, words[i].small, &raw.is_small) ||
			is_word_at(p, at, words[i].large, &raw.is_small)) {
			raw.kind = words[i].kind;
			raw.end = at + strlen(words[i].small);
		}
	return raw;
}

static size_t behind_spaces(const struct query_parser *p, size_t at)
{
	size_t next;

	while (query_peek_at(p, at, &next) == ' ')
		at = next;
	return at;
}

/* "AND NOT", "OR NOT", "NOT NOT"; of small letters "and not" alone: "or not" is what people say. */
static bool may_follow(const struct raw_operator *first, const struct raw_operator *second)
{
	if (second->kind != OPERATOR_NOT || second->is_sign)
		return false;
	if (first->is_sign || first->kind == OPERATOR_AND)
		return true;
	return !first->is_small || !second->is_small;
}

/* The end of a run of operators that are words, or 0 when the first is none of such a run. */
static size_t end_of_run(const struct query_parser *p, struct raw_operator first)
{
	struct raw_operator last = first;
	bool are_words = false;

	for (;;) {
		struct raw_operator next = raw_at(p, behind_spaces(p, last.end));
		if (next.kind == OPERATOR_NONE || next.is_sign)
			return are_words ? last.end : 0;
		are_words |= !may_follow(&last, &next);
		last = next;
	}
}

enum query_operator query_find_operator(struct query_parser *p, bool begun, size_t *end)
{
	size_t start = p->at, next;

	switch (p->at < p->text.len ? p->text.ptr[p->at] | 0x20 : 0) { /* nearly all are none */
	case 'a':
	case 'o':
	case 'n':
	case '|':
	case '&':
		break;
	default:
		if (p->at >= p->text.len || (unsigned char)p->text.ptr[p->at] < 0x80)
			return OPERATOR_NONE;
	}
	struct raw_operator raw = raw_at(p, p->at);
	*end = raw.end;
	if (raw.kind == OPERATOR_NONE || raw.is_sign)
		return raw.kind;
	if (start < p->words_until)
		return OPERATOR_NONE;
	size_t run_end = end_of_run(p, raw);
	if (run_end > 0) {
		p->words_until = run_end;
		query_note_run(p, start, run_end);
		return OPERATOR_NONE;
	}
	if (!raw.is_small)
		return raw.kind;
	int32_t c = query_peek_at(p, behind_spaces(p, raw.end), &next);
	bool is_word = c < 0 || c == ')' || (!begun && raw.kind != OPERATOR_NOT);
	if (is_word) {
		p->words_until = raw.end;
		query_note_lone(p, start, raw.end);
		return OPERATOR_NONE;
	}
	return raw.kind;
}

bool query_is_operator(struct tms_str word)
{
	static const char *const words[] = { "OR", "AND", "NOT", "or", "and", "not" };

	if (word.len != 2 && word.len != 3)
		return false;
	for (size_t i = 0; i < TMS_COUNT(words); i++)
		if (tms_str_equal(word, tms_str_from(words[i])))
			return true;
	return false;
}
