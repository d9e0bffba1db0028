/* Notes of the parser: what is read as meant, and worth a look. */
#include "parse_private.h"

/* Further ones are read, too, but not written otherwise in what is proposed. */
#define SMALL_MAX 32

struct query_small_operators {
	size_t count;
	struct {
		size_t start, end;
	} list[SMALL_MAX];
};

static bool is_heard(const struct query_parser *p)
{
	return p->advice && !p->is_again;
}

/* "and/or", which is read as "or". */
static bool is_either(const struct query_parser *p, size_t start, size_t end)
{
	size_t at = start;

	while (at < end)
		if (query_peek_at(p, at, &at) == '/')
			return true;
	return false;
}

void query_note_operator(struct query_parser *p, size_t start, size_t end)
{
	size_t next;
	int32_t c = query_peek_at(p, start, &next);

	if (!is_heard(p) || ((c < 'a' || c > 'z') && !is_either(p, start, end)))
		return;
	if (!p->small)
		p->small = TMS_ARENA_NEW(p->arena, struct query_small_operators);
	if (!p->small || p->small->count == SMALL_MAX)
		return;
	p->small->list[p->small->count].start = start;
	p->small->list[p->small->count++].end = end;
}

/* The text with these operators in capitals, or in quotes. */
static void cure_operators(struct query_parser *p, struct tms_str label, bool in_quotes)
{
	const struct query_small_operators *small = p->small;
	size_t start = small->list[0].start, end = small->list[small->count - 1].end;
	struct tms_buf buf = { 0 };

	for (size_t i = 0, at = start; i < small->count; at = small->list[i++].end) {
		tms_buf_add(&buf, tms_str_slice(p->text, at, small->list[i].start));
		size_t from = small->list[i].start, behind = small->list[i].end;
		if (in_quotes)
			tms_buf_format(&buf, "\"%.*s\"",
				TMS_STR_ARGS(tms_str_slice(p->text, from, behind)));
		else if (is_either(p, from, behind))
			tms_buf_add_cstr(&buf, "OR");
		else
			for (at = from; at < behind;)
				tms_buf_add_char(&buf, (char)(query_peek_at(p, at, &at) & ~0x20));
	}
	query_cure_with(p, label, start, end, &buf);
}

void query_note_operators(struct query_parser *p)
{
	const struct query_small_operators *small = p->small;

	if (!small || small->count == 0)
		return;
	struct tms_str first = tms_str_slice(p->text, small->list[0].start, small->list[0].end);
	query_note(p, small->list[0].start, small->list[0].end,
		"\"%.*s\" between terms is an operator, %s; in quotes it is a word",
		TMS_STR_ARGS(first),
		is_either(p, small->list[0].start, small->list[0].end) ? "read as OR"
								       : "as it is in capitals");
	cure_operators(p, TMS_STR("as it is read"), false);
	cure_operators(p, TMS_STR("as a word"), true);
}

void query_note_run(struct query_parser *p, size_t start, size_t end)
{
	struct tms_str run = tms_str_slice(p->text, start, end), one;
	size_t next;

	if (!is_heard(p))
		return;
	query_note(p, start, end, "operators in a row are words: \"%.*s\" is searched",
		TMS_STR_ARGS(run));
	if (tms_str_split(&run, ' ', &one))
		query_cure(p, TMS_STR("one of them"), start, end, one);
	while (query_peek_at(p, end, &next) == ' ')
		end = next;
	query_cure(p, TMS_STR("without them"), start, end, TMS_STR_NONE);
}

void query_note_lone(struct query_parser *p, size_t start, size_t end)
{
	if (!is_heard(p))
		return;
	query_note(p, start, end,
		"\"%.*s\" does not stand between two terms: it is a word that is searched",
		TMS_STR_ARGS(tms_str_slice(p->text, start, end)));
	query_cure(p, TMS_STR("without it"), start, end, TMS_STR_NONE);
}

void query_note_space(struct query_parser *p, size_t start, size_t end)
{
	struct tms_str name = tms_str_slice(p->text, start, end);

	if (!is_heard(p))
		return;
	query_note(p, start, p->at, "\"%.*s:\" is a field, also with a space beside its colon",
		TMS_STR_ARGS(name));
	struct tms_str glued = tms_arena_format(p->arena, "%.*s:", TMS_STR_ARGS(name));
	query_cure(p, TMS_STR_NONE, start, p->at, glued);
}

/* ---- groups ---- */

static struct tms_str factor_text(const struct query_parser *p, const struct query_factor *factor)
{
	return tms_str_trim(tms_str_slice(p->text, factor->start, factor->end));
}

/* The factors with parentheses around those that OR joins, or around those that it does not. */
static void cure_group(
	struct query_parser *p, size_t first, struct tms_str label, bool binds_or_closer)
{
	const struct query_factor *factors = p->factors;
	size_t count = p->factors_count;
	struct tms_buf buf = { 0 };

	for (size_t i = first; i < count;) {
		size_t end = i + 1;
		while (end < count && (factors[end].joined == JOINED_BY_OR) == binds_or_closer)
			end++;
		if (i > first)
			tms_buf_add_cstr(&buf, binds_or_closer ? " " : " OR ");
		if (end > i + 1)
			tms_buf_add_char(&buf, '(');
		for (size_t k = i; k < end; k++)
			tms_buf_format(&buf, "%s%.*s",
				k == i            ? ""
				: binds_or_closer ? " OR "
						  : " ",
				TMS_STR_ARGS(factor_text(p, &factors[k])));
		if (end > i + 1)
			tms_buf_add_char(&buf, ')');
		i = end;
	}
	query_cure_with(p, label, factors[first].start, factors[count - 1].end, &buf);
}

/* "a, or b and not c". */
static void write_words(
	const struct tms_query *query, const struct query_node *node, struct tms_buf *buf)
{
	for (const struct query_node *child = node->children; child; child = child->next) {
		const struct query_node *part = child->kind == NODE_ALL ? child->children : child;
		for (const struct query_node *one = part; one;
			one = child->kind == NODE_ALL ? one->next : NULL) {
			bool is_not = one->kind == NODE_NOT;
			tms_buf_add_cstr(buf, one != part ? " and " : "");
			tms_buf_add_cstr(buf, is_not ? "not " : "");
			query_print_node(query, is_not ? one->children : one, buf);
		}
		if (child->next)
			tms_buf_add_cstr(buf, ", or ");
	}
}

/* AND and OR met in one group without parentheses. */
static void note_mix(struct query_parser *p, size_t first, const struct query_node *node)
{
	size_t end = p->factors[p->factors_count - 1].end;
	struct tms_buf reading = { 0 }, words = { 0 };

	query_print_node(p->query, node, &reading);
	write_words(p->query, node, &words);
	if (reading.status == TMS_OK && words.status == TMS_OK)
		query_note(p, p->factors[first].start, end,
			"what stands side by side binds closer than OR; this is read as: %.*s, that is: "
			"%.*s",
			TMS_STR_ARGS(tms_buf_str(&reading)), TMS_STR_ARGS(tms_buf_str(&words)));
	else
		p->advice->status = TMS_ENOMEM;
	tms_buf_free(&reading);
	tms_buf_free(&words);
	cure_group(p, first, TMS_STR("OR first"), true);
	cure_group(p, first, TMS_STR("as it is read"), false);
}

static bool is_excluded(struct tms_str text)
{
	return query_excludes(text, &(size_t){ 0 }) ||
	       tms_str_starts_caseless(text, TMS_STR("not "));
}

/* "-a OR -b" keeps all but what has both; "a OR -b" nearly all. */
static void note_exclusions(struct query_parser *p, size_t first)
{
	const struct query_factor *factors = p->factors;
	size_t count = p->factors_count, excluded = 0;
	struct tms_buf buf = { 0 };

	for (size_t i = first; i < count; i++) {
		excluded += is_excluded(factor_text(p, &factors[i]));
		tms_buf_format(&buf, "%s%.*s", i > first ? " " : "",
			TMS_STR_ARGS(factor_text(p, &factors[i])));
	}
	if (excluded > 0) {
		query_note(p, factors[first].start, factors[count - 1].end,
			excluded == count - first
				? "an exclusion on each side of OR: only what has all of these is left "
				  "out"
				: "an exclusion beside OR: whatever does not have it is kept");
		query_cure_with(p, TMS_STR("each of them left out"), factors[first].start,
			factors[count - 1].end, &buf);
	}
	tms_buf_free(&buf);
}

/* A word of its own, of no field and without signs. */
static bool is_bare_word(struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (memchr(" :<>=()\"*~|\n\t", text.ptr[i], 13))
			return false;
	return text.len > 0 && (tms_is_alnum(text.ptr[0]) || (unsigned char)text.ptr[0] >= 0x80);
}

/* The field before a bare value, and where the value begins; NULL when it is none of those. */
static const struct query_field *field_of(struct tms_str text, size_t *value)
{
	size_t from = 0, colon;

	(void)query_excludes(text, &from);
	colon = tms_str_find_byte(text, ':', 0);
	if (colon == SIZE_MAX)
		return NULL;
	const struct query_field *field =
		query_field_find(tms_str_trim(tms_str_slice(text, from, colon)));
	struct tms_str rest = tms_str_slice(text, colon + 1, text.len);
	*value = colon + 1 + (rest.len - tms_str_trim(rest).len);
	if (!field || !is_bare_word(tms_str_trim(rest)) || memchr(rest.ptr, '@', rest.len) ||
		field == query_field_default() || field->fields == TMS_FIELDS_ANY)
		return NULL;
	bool is_named = field->kind == FIELD_TOPIC || field->fields == TMS_FIELD_AUTHOR ||
			field->fields == TMS_FIELD_ORG;
	return is_named || (field->kind == FIELD_TEXT && from == 0) ? field : NULL;
}

/* "author:Ada Heron": the second word is searched in the text. */
static void note_outside(struct query_parser *p, size_t at)
{
	const struct query_factor *factors = p->factors;
	struct tms_str text = factor_text(p, &factors[at]);
	size_t value = 0, end = at + 1;
	const struct query_field *field = p->field ? NULL : field_of(text, &value);

	while (field && end < p->factors_count && factors[end].joined == JOINED_BY_SPACE &&
		is_bare_word(factor_text(p, &factors[end])))
		end++;
	if (!field || end == at + 1)
		return;
	size_t behind = factors[end - 1].end, from = factors[at].start + value;
	struct tms_str rest = tms_str_trim(tms_str_slice(p->text, factors[at + 1].start, behind));
	struct tms_str all = tms_str_trim(tms_str_slice(p->text, from, behind));
	query_note(p, factors[at + 1].start, behind,
		"\"%.*s\" stands outside of \"%s:\" and is searched in the text",
		TMS_STR_ARGS(rest), field->name);
	const char *name = field->kind == FIELD_TOPIC ? "about" : field->name;
	bool quote = field->kind == FIELD_TOPIC || field->fields == TMS_FIELD_AUTHOR ||
		     field->fields == TMS_FIELD_ORG;
	query_cure(p, TMS_STR("all of it in the field"), factors[at].start, behind,
		tms_arena_format(p->arena, "%s%s:%c%.*s%c", is_excluded(text) ? "-" : "", name,
			quote ? '"' : '(', TMS_STR_ARGS(all), quote ? '"' : ')'));
	query_cure(p, TMS_STR("as it is read"), factors[at].start, behind,
		tms_arena_format(p->arena, "%.*s %.*s", TMS_STR_ARGS(rest), TMS_STR_ARGS(text)));
}

static bool is_of(struct tms_str s, bool (*is_one)(char))
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_one(s.ptr[i]))
			return false;
	return s.len > 0;
}

static bool is_letter(char byte)
{
	return tms_is_alnum(byte) && !tms_is_digit(byte);
}

static bool is_unit(struct tms_str s)
{
	static const char *const units[] = { "h", "hour", "d", "day", "w", "week", "month", "year",
		"minute", "second", "k", "thousand", "m", "million", "b", "billion", "trillion",
		"kb", "mb", "gb", "tb", "bit", "byte", "shot", "percent", "hz", "khz", "fps",
		"token", "step", "hop", "layer", "language", "epoch", "gpu", "dimension" };

	s.len -= s.len > 3 && s.ptr[s.len - 1] == 's';
	for (size_t i = 0; i < TMS_COUNT(units); i++)
		if (tms_str_equal_caseless(s, tms_str_from(units[i])))
			return true;
	return false;
}

static bool is_noted(const struct query_parser *p, size_t at)
{
	for (size_t i = 0; i < p->advice->count; i++)
		if (p->advice->notes[i].start <= at && at < p->advice->notes[i].end)
			return true;
	return false;
}

/* "qwen 3": two words, wherever each stands. */
static void note_number(struct query_parser *p, size_t at)
{
	const struct query_factor *factors = p->factors;
	struct tms_str word = factor_text(p, &factors[at]);
	struct tms_str number = factor_text(p, &factors[at + 1]);

	if (p->field || factors[at + 1].joined != JOINED_BY_SPACE || word.len < 2 ||
		number.len > 3 || !is_of(word, is_letter) || !is_of(number, tms_is_digit))
		return;
	if (at + 2 < p->factors_count && factors[at + 2].joined == JOINED_BY_SPACE &&
		is_unit(factor_text(p, &factors[at + 2])))
		return;
	if (is_noted(p, factors[at + 1].start)) /* "upvotes 50" */
		return;
	query_note(p, factors[at + 1].start, factors[at + 1].end,
		"\"%.*s\" is searched by itself, anywhere", TMS_STR_ARGS(number));
	query_cure(p, TMS_STR("as one name"), factors[at].start, factors[at + 1].end,
		tms_arena_format(
			p->arena, "\"%.*s %.*s\"", TMS_STR_ARGS(word), TMS_STR_ARGS(number)));
}

void query_note_group(struct query_parser *p, size_t first, const struct query_node *node)
{
	bool has_or = false, has_and = false;

	if (!is_heard(p) || p->factors_count <= first || p->arena->status != TMS_OK)
		return;
	for (size_t i = first + 1; i < p->factors_count; i++) {
		has_or |= p->factors[i].joined == JOINED_BY_OR;
		has_and |= p->factors[i].joined != JOINED_BY_OR;
	}
	if (has_or && has_and && node->kind == NODE_ANY)
		note_mix(p, first, node);
	else if (has_or)
		note_exclusions(p, first);
	if (!p->field)
		query_note_spoken(p, first);
	for (size_t i = first; i + 1 < p->factors_count; i++) {
		note_outside(p, i);
		note_number(p, i);
	}
}

/* ---- words and values ---- */

/* Those that mean something elsewhere; commas and dots are what text is full of. */
static const char *const signs_of_note = "[]{}*^$\\<>=|~@#%";

static bool is_in_word(const struct tms_words *words, size_t at)
{
	for (size_t i = 0; i < words->count; i++)
		if (words->list[i].start <= at && at < words->list[i].end)
			return true;
	return false;
}

void query_note_signs(
	struct query_parser *p, const struct query_written *written, const struct tms_words *words)
{
	struct tms_str s = words->plain, sign = { 0 };

	if (!is_heard(p) || words->pieces) /* TeX has its own signs, and is read */
		return;
	for (size_t i = 0; i < s.len && sign.len == 0; i++)
		if (strchr(signs_of_note, s.ptr[i]) && s.ptr[i] != 0 && !is_in_word(words, i))
			sign = tms_str_slice(s, i, i + 1);
	if (sign.len == 0)
		return;
	query_note(p, written->from, p->at,
		"\"%.*s\" is a sign that is not searched, as no word has it; a regular expression "
		"finds it",
		TMS_STR_ARGS(sign));
	query_cure_regex(p, TMS_STR("with its signs"), written->from, p->at, s);
	if (!written->quoted && sign.ptr[0] == '[' && memchr(s.ptr, ']', s.len) &&
		!memchr(s.ptr, '/', s.len))
		query_cure(p, TMS_STR("a regular expression"), written->from, p->at,
			tms_arena_format(p->arena, "/%.*s/", TMS_STR_ARGS(s)));
}

void query_note_apart(struct query_parser *p)
{
	size_t at = p->at, next, sign;

	while (query_peek_at(p, at, &next) == ' ')
		at = next;
	if (at == p->at || query_peek_at(p, at, &sign) != '@')
		return;
	size_t end = sign;
	while (!query_is_delimiter(query_peek_at(p, end, &next)))
		end = next;
	struct tms_str level = tms_str_slice(p->text, sign, end);
	if (!query_is_threshold(level))
		return;
	query_note(p, at, end,
		"\"@%.*s\" does not stand directly behind a subject: it is searched as a word",
		TMS_STR_ARGS(level));
	query_cure(p, TMS_STR("as its threshold"), p->at, end, tms_str_slice(p->text, at, end));
}

void query_note_category(struct query_parser *p, const struct query_written *written)
{
	static const char *const archives[] = { "cs", "eess", "stat", "q-bio", "q-fin" };
	struct tms_str text = written->text;
	size_t dot = tms_str_find_byte(text, '.', 0);
	bool has_star = tms_str_ends(text, TMS_STR("*"));

	if (!is_heard(p))
		return;
	for (size_t i = 0; i < TMS_COUNT(archives); i++)
		if (tms_str_equal_caseless(text, tms_str_from(archives[i]))) {
			query_note(p, written->from, p->at,
				"arXiv has no category \"%.*s\"; its categories begin so, as in %.*s.*",
				TMS_STR_ARGS(text), TMS_STR_ARGS(text));
			query_cure(p, TMS_STR_NONE, written->from, p->at,
				tms_arena_format(p->arena, "%.*s.*", TMS_STR_ARGS(text)));
			return;
		}
	if (dot == SIZE_MAX || !query_arxiv_begins(tms_str_slice(text, 0, dot + 1)))
		return;
	if (has_star ? query_arxiv_begins(tms_str_slice(text, 0, text.len - 1))
		     : query_arxiv_category(text).len > 0)
		return;
	struct tms_str nearest = query_arxiv_nearest(text);
	query_note(p, written->from, p->at, "arXiv has no category \"%.*s\"%s%.*s",
		TMS_STR_ARGS(text), nearest.len > 0 ? "; the nearest is " : "",
		TMS_STR_ARGS(nearest));
	if (nearest.len > 0)
		query_cure(p, TMS_STR_NONE, written->from, p->at, nearest);
	query_cure(p, TMS_STR("all that begin so"), written->from, p->at,
		tms_arena_format(p->arena, "%.*s.*", TMS_STR_ARGS(tms_str_slice(text, 0, dot))));
}
