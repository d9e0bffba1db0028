/*
 * People: "Yann LeCun", "Y. LeCun", "LeCun, Yann" and "lecun" are one person as far as a query can
 * tell. Every word asked for has to be a word of the name, in any order; a single letter stands for
 * a word that begins with it, on either side. Where the name has only initials for all the words
 * asked for, it is nobody in particular and does not match.
 */
#include "checked_query.h"

#include <tamis/fold.h>

#define NAME_WORDS_MAX 256 /* some listings write all their authors as one name */

struct pairing {
	const struct tms_words *asked, *name;
	bool found[TMS_QUERY_PHRASE_WORDS_MAX]; /* words asked for that have their place */
	bool used[NAME_WORDS_MAX];              /* words of the name that are one */
	bool whole;                             /* some word matched in full */
};

static bool is_initial(const struct tms_words *words, size_t i)
{
	struct tms_str form = tms_words_form(words, i);
	size_t at = 0;

	if (form.len == 0 || words->list[i].key.kind != TMS_WORD_PLAIN)
		return false;
	(void)tms_utf8_next(form, &at);
	return at == form.len;
}

static size_t name_count(const struct pairing *p)
{
	return p->name->count < NAME_WORDS_MAX ? p->name->count : NAME_WORDS_MAX;
}

/* Words asked..asked+asked_span are words name..name+name_span, whole. */
static void pair(struct pairing *p, size_t asked, size_t asked_span, size_t name, size_t name_span)
{
	for (size_t i = 0; i < asked_span; i++)
		if (p->found[asked + i])
			return;
	for (size_t i = 0; i < name_span; i++)
		if (name + i >= NAME_WORDS_MAX || p->used[name + i])
			return;
	memset(p->found + asked, true, asked_span);
	memset(p->used + name, true, name_span);
	p->whole |= asked_span + name_span > 2 || !is_initial(p->asked, asked);
}

static bool is_word(const struct pairing *p, size_t asked, size_t name)
{
	struct tms_str a = tms_words_form(p->asked, asked), n = tms_words_form(p->name, name);

	switch ((enum tms_word_kind)p->asked->list[asked].key.kind) {
	case TMS_WORD_LONE:
		return tms_str_starts(n, a);
	case TMS_WORD_PAIR:
	case TMS_WORD_BRIDGED:
	case TMS_WORD_LOOSE:
		return tms_word_same_loosely(a, n);
	case TMS_WORD_PLAIN:
		break;
	}
	return tms_str_equal(a, n);
}

static void pair_words(struct pairing *p)
{
	for (size_t i = 0; i < p->asked->count; i++)
		for (size_t j = 0; j < name_count(p) && !p->found[i]; j++)
			if (is_word(p, i, j))
				pair(p, i, 1, j, 1);
}

/* "Jean-Luc" and "Jeanluc", whichever side writes the hyphen. */
static void pair_joined(struct pairing *p)
{
	for (size_t i = 0; i < p->asked->joined_count; i++)
		for (size_t j = 0; j < name_count(p); j++)
			if (tms_str_equal(
				    tms_words_joined_form(p->asked, i), tms_words_form(p->name, j)))
				pair(p, p->asked->joined[i].first, p->asked->joined[i].key.span, j,
					1);
	for (size_t i = 0; i < p->asked->count; i++)
		for (size_t j = 0; j < p->name->joined_count; j++)
			if (tms_str_equal(
				    tms_words_form(p->asked, i), tms_words_joined_form(p->name, j)))
				pair(p, i, 1, p->name->joined[j].first,
					p->name->joined[j].key.span);
}

static void pair_initials(struct pairing *p)
{
	for (size_t i = 0; i < p->asked->count; i++) {
		struct tms_str asked = tms_words_form(p->asked, i);
		for (size_t j = 0; j < name_count(p) && !p->found[i]; j++) {
			struct tms_str name = tms_words_form(p->name, j);
			if (p->used[j] ||
				!((is_initial(p->asked, i) && tms_str_starts(name, asked)) ||
					(is_initial(p->name, j) && tms_str_starts(asked, name))))
				continue;
			p->found[i] = true;
			p->used[j] = true;
		}
	}
}

static bool all_initials(const struct tms_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (!is_initial(words, i))
			return false;
	return true;
}

bool query_name_matches(const struct query_pattern *pattern, const struct tms_words *words)
{
	struct pairing p = { .asked = &pattern->words, .name = words };

	pair_words(&p);
	pair_joined(&p);
	if (!p.whole && !all_initials(p.asked))
		return false;
	pair_initials(&p);
	for (size_t i = 0; i < p.asked->count; i++)
		if (!p.found[i])
			return false;
	return true;
}
