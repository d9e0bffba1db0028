/* lang: ranges of language tags (RFC 4647), and what is written in their place. */
#include "parse_private.h"

#include "text/language.h"

#define NAME_DISTANCE_MAX 2
#define NAME_LETTERS_MIN 5 /* that may be misspelled */

/* "en*" and "en-*" are what "en" is: a longer tag is found anyhow. */
static struct tms_str without_star(struct tms_str range)
{
	if (range.len > 1 && tms_str_ends(range, TMS_STR("*")))
		range.len--;
	if (range.len > 1 && tms_str_ends(range, TMS_STR("-")))
		range.len--;
	return range;
}

static struct tms_str nearest(struct tms_str name)
{
	size_t count, best = NAME_DISTANCE_MAX + 1;
	const struct language_name *names = language_names(&count);
	const char *tag = NULL;

	for (size_t i = 0; i < count && name.len >= NAME_LETTERS_MIN; i++) {
		struct tms_str known = tms_str_from(names[i].name);
		size_t distance = known.len < NAME_LETTERS_MIN
					  ? best
					  : query_distance(name, known, NAME_DISTANCE_MAX);
		if (distance >= best)
			continue;
		best = distance;
		tag = names[i].tag;
	}
	return tms_str_from(tag);
}

/* "english", "eng-GB", "jp": the tag that is meant, with the subtags behind it; else empty. */
static struct tms_str meant(struct query_parser *p, struct tms_str range)
{
	size_t end = 0;

	while (end < range.len && range.ptr[end] != '-')
		end++;
	struct tms_str name = tms_str_slice(range, 0, end), tag = language_named(name);
	if (tag.len == 0 && !language_is(range))
		tag = nearest(name);
	if (tag.len == 0)
		return tag;
	tag = tms_arena_format(
		p->arena, "%.*s%.*s", TMS_STR_ARGS(tag), (int)(range.len - end), range.ptr + end);
	return language_is(tag) ? language_in_case(p->arena, tag) : TMS_STR_NONE;
}

struct query_node *query_make_language(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf)
{
	struct tms_str range = without_star(language_in_case(p->arena, written.text));

	if (p->arena->status != TMS_OK)
		return query_fail_memory(p);
	struct tms_str instead = meant(p, range);
	if (instead.len == 0 && (language_is(range) || tms_str_equal(range, TMS_STR("*")))) {
		leaf->value = written.text = range;
		return query_add_value(p, written, leaf);
	}
	(void)query_fail(p, written.at,
		"found \"%.*s\" behind \"lang:\", expected the tag of a language, as en, pt-BR or "
		"zh-Hans",
		TMS_STR_ARGS(written.text));
	if (instead.len > 0)
		query_cure(p, TMS_STR_NONE, written.from, p->at, instead);
	return NULL;
}
