/*
 * What joins terms: AND, OR and NOT, in capitals or in small letters, AND/OR, and the signs | || &&.
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

/* A sign at `at`, also of full width. */
static void read_sign(const struct query_parser *p, size_t at, struct raw_operator *raw)
{
	size_t end, next;
	int32_t c = query_peek_at(p, at, &end);

	if (c != '|' && c != '&')
		return;
	bool is_twice = query_peek_at(p, end, &next) == c;
	if (c == '&' && !is_twice)
		return;
	raw->kind = c == '|' ? OPERATOR_OR : OPERATOR_AND;
	raw->is_sign = true;
	raw->end = is_twice ? next : end;
}

/* Behind this word, in letters of any width, or 0 when it does not stand there. */
static size_t behind_word(const struct query_parser *p, size_t at, const char *word)
{
	size_t next;

	for (; *word; word++) {
		if (query_peek_at(p, at, &next) != *word)
			return 0;
		at = next;
	}
	return query_is_delimiter(query_peek_at(p, at, &next)) ? at : 0;
}

/* "AND/OR" is an OR, and told of as those in small letters are. */
static struct raw_operator raw_at(const struct query_parser *p, size_t at)
{
	static const struct {
		const char *word;
		enum query_operator kind;
		bool is_small;
	} words[] = { { "and", OPERATOR_AND, true }, { "AND", OPERATOR_AND, false },
		{ "or", OPERATOR_OR, true }, { "OR", OPERATOR_OR, false },
		{ "not", OPERATOR_NOT, true }, { "NOT", OPERATOR_NOT, false },
		{ "and/or", OPERATOR_OR, true }, { "AND/OR", OPERATOR_OR, true } };
	struct raw_operator raw = { .end = at };
	unsigned char first = at < p->text.len ? (unsigned char)p->text.ptr[at] : ' ';

	if (first == '|' || first == '&' || first >= 0x80)
		read_sign(p, at, &raw);
	for (size_t i = 0; i < TMS_COUNT(words) && raw.kind == OPERATOR_NONE; i++) {
		size_t end = behind_word(p, at, words[i].word);
		if (end > 0)
			raw = (struct raw_operator){ words[i].kind, .is_small = words[i].is_small,
				.end = end };
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

static enum query_operator read_operator(struct query_parser *p, bool begun, size_t *end)
{
	size_t start = p->at, next;
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

enum query_operator query_read_operator(struct query_parser *p, bool begun, size_t *end)
{
	if (p->seen_operator.end == 0 || p->seen_operator.at != p->at ||
		p->seen_operator.begun != begun) {
		p->seen_operator.kind = (int)read_operator(p, begun, &p->seen_operator.end);
		p->seen_operator.at = p->at;
		p->seen_operator.begun = begun;
	}
	*end = p->seen_operator.end;
	return (enum query_operator)p->seen_operator.kind;
}

bool query_is_operator(struct tms_str word)
{
	const struct query_parser p = { .text = word };

	if (!query_may_be_operator(&p))
		return false;
	struct raw_operator raw = raw_at(&p, 0);
	return raw.kind != OPERATOR_NONE && !raw.is_sign && raw.end == word.len;
}
