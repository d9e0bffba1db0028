/* Leaves about text: words, phrases, prefixes, near() and regular expressions. */
#include "parse_private.h"

#include <libstemmer.h>

#include <tamis/fold.h>

#include "text/regex.h"
#include "text/spelling.h"

struct tms_str query_printed_name(const struct query_field *field)
{
	if (field == query_field_default())
		return TMS_STR_NONE;
	return tms_str_from(field->name);
}

static void print_field(struct tms_buf *buf, const struct query_field *field)
{
	struct tms_str name = query_printed_name(field);

	tms_buf_add(buf, name);
	if (name.len > 0)
		tms_buf_add_char(buf, ':');
}

struct tms_str query_one_line(struct query_parser *p, struct tms_str text)
{
	char *line = tms_arena_alloc(p->arena, text.len + 1);
	size_t len = 0;

	if (!line)
		return (struct tms_str){ 0 };
	for (size_t at = 0, start = 0; at < text.len; start = at) {
		int32_t c = tms_fold_punctuation(tms_utf8_next(text, &at));
		if (c > ' ' && c != 0x7F) {
			memcpy(line + len, text.ptr + start, at - start);
			len += at - start;
		} else if (len > 0 && line[len - 1] != ' ') {
			line[len++] = ' ';
		}
	}
	return tms_str_trim((struct tms_str){ line, len });
}

/* True for a character that could be read as something else than text. */
static bool is_syntax(int32_t c, bool first)
{
	if (c >= 0x80)
		return c == 0x2264 || c == 0x2265;
	return first ? !tms_is_alnum((char)c) : memchr(":<>=()\"*|,;& ", (int)c, 13) != NULL;
}

static bool reads_as_word(struct tms_str text)
{
	for (size_t at = 0; at < text.len;) {
		bool first = at == 0;
		int32_t c = (int32_t)tms_utf8_next(text, &at);
		if (is_syntax(tms_fold_punctuation(c), first) || (first && query_is_long_sign(c)))
			return false;
	}
	/* "50+" is a word, but "50+ upvotes" is not two */
	return text.len > 0 && !query_is_operator(text) &&
	       !(tms_is_digit(text.ptr[0]) && tms_str_ends(text, TMS_STR("+")));
}

/* A prefix has no quotes to hide in: from its first word on, what could be read otherwise becomes a
 * slash, which divides words too. TeX stands as what it prints. */
static void print_prefix(struct tms_buf *buf, const struct tms_words *words)
{
	struct tms_str text = words->plain;

	for (size_t at = words->list[0].start; at < text.len;) {
		size_t start = at;
		int32_t c = tms_fold_punctuation(tms_utf8_next(text, &at));
		if (is_syntax(c, false) || c == '\\' || c == '$')
			tms_buf_add_char(buf, '/');
		else
			tms_buf_add(buf, tms_str_slice(text, start, at));
	}
	tms_buf_add_char(buf, '*');
}

/* Take over what a buffer holds, and free it. */
static struct tms_str keep(struct query_parser *p, struct tms_buf *buf)
{
	struct tms_str kept = tms_arena_take(p->arena, buf);

	if (!kept.ptr)
		(void)query_fail_memory(p);
	return kept;
}

/* "=20" behind the name of a number would be a comparison: exact digits have quotes. */
static struct tms_str print_words(
	struct query_parser *p, const struct query_leaf *leaf, bool quoted)
{
	struct tms_buf buf = { 0 };
	struct tms_str text = leaf->pattern.text;

	if (leaf->pattern.mode == WORD_EXACT)
		tms_buf_add_char(&buf, '=');
	print_field(&buf, leaf->field);
	if (leaf->pattern.mode == WORD_STEM)
		tms_buf_add_char(&buf, '~');
	if (leaf->pattern.mode == WORD_PREFIX)
		print_prefix(&buf, &leaf->pattern.words);
	else if (!quoted && reads_as_word(text) &&
		 !(leaf->pattern.mode == WORD_EXACT && tms_is_digit(text.ptr[0])))
		tms_buf_add(&buf, text);
	else
		tms_buf_format(&buf, "\"%.*s\"", TMS_STR_ARGS(text));
	return keep(p, &buf);
}

static size_t pattern_cost(const struct query_pattern *pattern)
{
	size_t units = pattern->words.count + pattern->words.joined_count;

	return pattern->mode == WORD_STEM ? 2 * units : units;
}

/*
 * Measured on 430 papers: a word .7 us, ~word 1.6, near() .8 a word, a regular expression 2. At
 * worst .5 us an instruction, where every byte makes a new state (/[ab].{200}z/, 1,800 of them:
 * 990 us), and for hyphenated words 38 us a unit, in a text of nothing but hyphens.
 */
/* What the item's words cost is spread over all topics. */
#define TOPIC_COST 10
/* Of 8 authors and 20,000 names 7 us, and 3 for cutting the authors; more where all authors are one
 * text. */
#define LISTED_COST 20

size_t query_leaf_cost(const struct query_leaf *leaf)
{
	size_t cost = 0;

	switch (leaf->kind) {
	case LEAF_WORDS:
		return query_leaf_is_open(leaf) ? query_open_cost(leaf)
						: pattern_cost(&leaf->pattern);
	case LEAF_NEAR:
		for (size_t i = 0; i < leaf->near_count; i++)
			cost += 2 * pattern_cost(&leaf->near[i]);
		return cost;
	case LEAF_REGEX:
	case LEAF_VALUE_REGEX:
		return 2 + regex_size(leaf->regex) / 2;
	case LEAF_TOPIC:
		return TOPIC_COST;
	case LEAF_LISTED:
		return LISTED_COST;
	case LEAF_EXACT:
	case LEAF_ID:
	case LEAF_URL:
	case LEAF_HAS:
	case LEAF_NUMBER:
	case LEAF_WORD_COUNT:
	case LEAF_AGE:
	case LEAF_DATE:
	case LEAF_DAY:
		break;
	}
	return 1;
}

/* The leaf that is printed so, or how many there are. */
static inline size_t find_leaf(const struct tms_query *query, struct tms_str print)
{
	size_t i = 0;

	while (i < query->leaves_count && !tms_str_equal(query->leaves[i].print, print))
		i++;
	return i;
}

/* Count a new leaf. */
static void spend(struct query_parser *p, size_t at, struct query_leaf *leaf)
{
	struct tms_query *query = p->query;

	query->cost += query_leaf_cost(leaf);
	if (query->cost > p->limits.cost && query->may_leave_open)
		query_close_leaves(p, leaf);
	if (query->cost > p->limits.cost)
		(void)query_fail_limit(p, at,
			"up to here the query costs %zu, more than %zu (limits.query_cost); regular "
			"expressions and near() cost most",
			query->cost, p->limits.cost);
}

struct query_node *query_add_leaf(struct query_parser *p, size_t at, struct query_leaf *leaf)
{
	struct tms_query *query = p->query;
	struct query_node *node = TMS_ARENA_NEW(p->arena, struct query_node);
	size_t i = find_leaf(query, leaf->print);

	if (p->status == TMS_OK && ++*p->terms > p->limits.terms)
		(void)query_fail_limit(p, at,
			"the query has more than %zu terms (limits.query_terms)", p->limits.terms);
	bool fresh = i == query->leaves_count;
	if (p->status == TMS_OK && fresh)
		spend(p, at, leaf);
	if (!node || (fresh && !tms_arena_grow(p->arena, &query->leaves, query->leaves_count,
				       &query->leaves_capacity, sizeof(*leaf))))
		(void)query_fail_memory(p);
	if (query_leaf_has_regex(leaf) && (p->status != TMS_OK || !fresh))
		regex_free(leaf->regex);
	if (p->status != TMS_OK)
		return NULL;
	if (fresh)
		query->leaves[query->leaves_count++] = *leaf;
	node->kind = NODE_LEAF;
	node->leaf = i;
	return node;
}

/* Cut what was written; false after an error. */
static bool cut_pattern(struct query_parser *p, const struct query_field *field,
	struct query_pattern *pattern, struct query_written written)
{
	pattern->text = query_one_line(p, written.text);
	if (query_cut(p->arena, field, pattern->mode, pattern->text, &pattern->words) != TMS_OK) {
		(void)query_fail_memory(p);
		return false;
	}
	if (pattern->words.count == 0) {
		int32_t first =
			written.text.len > 0
				? tms_fold_punctuation(tms_utf8_next(written.text, &(size_t){ 0 }))
				: 0;
		(void)query_fail(p, written.at, "found \"%.*s\", expected %s",
			TMS_STR_ARGS(pattern->text),
			first == '<' || first == '>' || first == '=' || first == ':'
				? "the name of a field directly before it: upvotes>=20"
				: "a word with a letter or a digit");
		if (!written.quoted && tms_str_find_byte(pattern->text, '\\', 0) != SIZE_MAX)
			query_cure(p, TMS_STR("a regular expression"), written.from, p->at,
				tms_arena_format(p->arena, "/%.*s/", TMS_STR_ARGS(pattern->text)));
		return false;
	}
	if (pattern->words.count > TMS_QUERY_PHRASE_WORDS_MAX) {
		(void)query_fail_limit(p, written.at, "this phrase has %zu words, more than %d",
			pattern->words.count, TMS_QUERY_PHRASE_WORDS_MAX);
		return false;
	}
	return true;
}

/* The stem of a word, copied; empty after an error. */
static struct tms_str make_stem(struct query_parser *p, struct tms_str word)
{
	struct sb_stemmer *stemmer = p->query->stemmer;
	const sb_symbol *stem =
		sb_stemmer_stem(stemmer, (const sb_symbol *)word.ptr, (int)word.len);

	if (!stem)
		return TMS_STR_NONE;
	return tms_arena_copy(p->arena,
		(struct tms_str){ (const char *)stem, (size_t)sb_stemmer_length(stemmer) });
}

/* Words first, then what hyphens join: as query_pattern.stems. */
static bool make_stems(struct query_parser *p, struct query_pattern *pattern)
{
	const struct tms_words *words = &pattern->words;
	size_t count = words->count + words->joined_count;
	struct tms_str *stems = TMS_ARENA_ARRAY(p->arena, struct tms_str, 2 * count);
	char room[SPELLING_BYTES_MAX];

	if (!p->query->stemmer)
		p->query->stemmer = sb_stemmer_new("english", "UTF_8");
	if (!stems || !p->query->stemmer)
		return query_fail_memory(p) != NULL;
	for (size_t i = 0; i < count; i++) {
		size_t k = i < words->count ? 0 : i - words->count;
		size_t last = i < words->count
				      ? i
				      : words->joined[k].first + words->joined[k].key.span - 1;
		struct tms_str form = i < words->count ? tms_words_form(words, i)
						       : tms_words_joined_form(words, k);
		struct tms_str respelled =
			spelling_to_stem(form, tms_words_span(words, last, last + 1), room);
		stems[i] = make_stem(p, respelled);
		stems[count + i] = respelled.ptr == form.ptr ? stems[i] : make_stem(p, form);
		if (stems[i].len == 0 || stems[count + i].len == 0)
			return query_fail_memory(p) != NULL;
	}
	pattern->stems = stems;
	pattern->name_stems = stems + count;
	return true;
}

/* "a*b", "*ing": a regular expression of words finds it. The text is what stands before the cursor. */
static void cure_star(struct query_parser *p, struct tms_str text)
{
	struct tms_buf buf = { 0 };
	bool plain = true;

	for (size_t i = 0; i < text.len; i++)
		plain &= tms_is_alnum(text.ptr[i]) || text.ptr[i] == '*' || text.ptr[i] == '-' ||
			 (unsigned char)text.ptr[i] >= 0x80;
	if (!plain) {
		query_cure_as_regex(p, p->at - text.len, p->at);
		return;
	}
	tms_buf_add_cstr(&buf, text.ptr[0] == '*' ? "/" : "/\\b");
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '*')
			tms_buf_add_char(&buf, text.ptr[i]);
		else if (i > 0 && i + 1 < text.len)
			tms_buf_add_cstr(&buf, "\\w*");
	tms_buf_add_cstr(&buf, tms_str_ends(text, TMS_STR("*")) ? "/" : "\\b/");
	query_cure_with(p, TMS_STR("a regular expression"), p->at - text.len, p->at, &buf);
}

/* The "*" of a bare word: takes it off and sets *prefix; false after an error. */
static bool take_star(struct query_parser *p, struct query_written *written, bool *prefix)
{
	for (size_t at = 0, start = 0; !written->quoted && at < written->text.len; start = at) {
		if (tms_fold_punctuation(tms_utf8_next(written->text, &at)) != '*')
			continue;
		if (at < written->text.len || start == 0) {
			(void)query_fail(p, written->at,
				"found \"%.*s\", expected \"*\" only at the end of a word",
				TMS_STR_ARGS(written->text));
			if (written->text.len > 1)
				cure_star(p, written->text);
			else
				query_cure(
					p, TMS_STR("everything"), p->at - 1, p->at, TMS_STR_NONE);
			return false;
		}
		written->text.len = start;
		*prefix = true;
		break;
	}
	if (*prefix && (written->exact || written->stem)) {
		(void)query_fail(p, written->at,
			"found \"%s\" and \"*\" at one word, expected one of them",
			written->exact ? "=" : "~");
		return false;
	}
	return true;
}

static bool check_prefix(
	struct query_parser *p, const struct query_pattern *pattern, struct query_written written)
{
	size_t characters = 0;

	for (size_t i = 0; i < pattern->words.count; i++) {
		struct tms_str form = tms_words_form(&pattern->words, i);
		if (pattern->words.list[i].key.kind != TMS_WORD_PLAIN)
			return true; /* as good as without its star */
		for (size_t at = 0; at < form.len; characters++)
			(void)tms_utf8_next(form, &at);
	}
	if (characters >= QUERY_PREFIX_MIN)
		return true;
	(void)query_fail(p, written.at,
		"found \"%.*s*\", expected at least %d letters or digits before the \"*\"",
		TMS_STR_ARGS(written.text), QUERY_PREFIX_MIN);
	struct tms_str word = written.text;
	size_t start = p->at - word.len - 1;
	bool is_letter = characters == 1; /* "A*" is a name more often than a beginning */
	written.text.len++;               /* with the star */
	if (!is_letter)
		cure_star(p, written.text);
	if (word.len == characters)
		query_cure(p, TMS_STR("the name"), start, p->at,
			tms_arena_format(p->arena, "/\\b%.*s\\*/", TMS_STR_ARGS(word)));
	if (is_letter)
		cure_star(p, written.text);
	else
		query_cure(p, TMS_STR("the word"), start, p->at, word);
	return false;
}

struct query_node *query_make_words(
	struct query_parser *p, const struct query_field *field, struct query_written written)
{
	struct query_leaf leaf = { .kind = LEAF_WORDS, .field = field };
	struct query_pattern *pattern = &leaf.pattern;
	bool prefix = false;

	pattern->mode = field->fields == TMS_FIELD_AUTHOR ? WORD_NAME : WORD_PLAIN;
	if (query_leave_open(p, &written, &leaf))
		return query_add_leaf(p, written.at, &leaf);
	if (written.exact && written.stem)
		return query_fail(
			p, written.at, "found \"=\" and \"~\" at one word, expected one of them");
	if (!take_star(p, &written, &prefix))
		return NULL;
	if (prefix)
		pattern->mode = WORD_PREFIX;
	if (written.exact)
		pattern->mode = WORD_EXACT;
	if (written.stem)
		pattern->mode = WORD_STEM;
	if (!cut_pattern(p, field, pattern, written))
		return NULL;
	if (prefix && !check_prefix(p, pattern, written))
		return NULL;
	query_note_signs(p, &written, &pattern->words);
	pattern->caseless = !tms_has_capital(pattern->text);
	if (written.stem && !make_stems(p, pattern))
		return NULL;
	leaf.print = print_words(p, &leaf, written.quoted);
	return query_add_leaf(p, written.at, &leaf);
}

struct query_node *query_make_regex(
	struct query_parser *p, const struct query_field *field, struct query_written written)
{
	struct query_leaf leaf = {
		.kind = field->kind == FIELD_TEXT ? LEAF_REGEX : LEAF_VALUE_REGEX, .field = field
	};
	struct tms_diag why = { 0 };
	struct tms_buf buf = { 0 };

	if (written.exact)
		tms_buf_add_char(&buf, '=');
	print_field(&buf, field);
	tms_buf_add_char(&buf, '/');
	tms_buf_add(&buf, written.text); /* no format: it may hold a NUL */
	tms_buf_add_char(&buf, '/');
	leaf.print = keep(p, &buf);
	if (p->status != TMS_OK)
		return NULL;
	if (find_leaf(p->query, leaf.print) < p->query->leaves_count) /* compiled once */
		return query_add_leaf(p, written.at, &leaf);
	enum tms_status st = regex_compile_unicode(
		written.text, !written.exact, p->limits.regex_size, &leaf.regex, &why);
	if (st == TMS_ENOMEM)
		return query_fail_memory(p);
	if (st == TMS_ELIMIT)
		return query_fail_limit(p, written.at, "%s", why.text);
	if (st != TMS_OK)
		return query_fail(p, written.at, "%s", why.text);
	return query_add_leaf(p, written.at, &leaf);
}

/* The next part of the text up to a space, cut. False at the end and after an error. */
static bool next_part(struct query_parser *p, const struct query_field *field,
	struct query_written *rest, struct query_pattern *out)
{
	struct query_written part = *rest;

	while (tms_str_split(&rest->text, ' ', &part.text)) {
		*out = (struct query_pattern){ .text = part.text };
		if (part.text.len == 0)
			continue;
		if (query_cut(p->arena, field, WORD_PLAIN, part.text, &out->words) != TMS_OK) {
			(void)query_fail_memory(p);
			return false;
		}
		if (out->words.count > 0)
			return true;
	}
	return false;
}

struct query_node *query_make_near(struct query_parser *p, const struct query_field *field,
	struct query_written written, size_t gap)
{
	struct query_leaf leaf = { .kind = LEAF_NEAR, .field = field, .near_gap = gap };
	struct tms_buf buf = { 0 };

	if (!cut_pattern(p, field, &leaf.pattern, written)) /* counts the words, too */
		return NULL;
	/* of a run of characters the parts have one word more than the whole */
	size_t most = leaf.pattern.words.count + 1, words = 0;
	leaf.near = TMS_ARENA_ARRAY(p->arena, struct query_pattern, most);
	if (!leaf.near)
		return query_fail_memory(p);
	struct query_written rest = written;
	rest.text = leaf.pattern.text;
	while (leaf.near_count < most && next_part(p, field, &rest, &leaf.near[leaf.near_count]))
		words += leaf.near[leaf.near_count++].words.count;
	if (p->status != TMS_OK)
		return NULL;
	if (words > TMS_QUERY_PHRASE_WORDS_MAX)
		return query_fail_limit(p, written.at, "this near() has %zu words, more than %d",
			words, TMS_QUERY_PHRASE_WORDS_MAX);
	if (leaf.near_count < 2) {
		(void)query_fail(p, written.at,
			"found near(\"%.*s\", expected two or more words in its quotes",
			TMS_STR_ARGS(leaf.pattern.text));
		query_cure(p, TMS_STR("the word"), written.from, p->at,
			tms_arena_format(p->arena, "\"%.*s\"", TMS_STR_ARGS(leaf.pattern.text)));
		return NULL;
	}
	print_field(&buf, field);
	tms_buf_format(&buf, "near(\"%.*s\", %zu)", TMS_STR_ARGS(leaf.pattern.text), gap);
	leaf.print = keep(p, &buf);
	return query_add_leaf(p, written.at, &leaf);
}
