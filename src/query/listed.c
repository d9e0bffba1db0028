/*
 * author:@NAME: the authors of a list, which the options have. Written out, the name has a hash of
 * the list behind it, so that a query with another list of that name is another query; when that is
 * read, the list is the one that has the name then.
 */
#include <tamis/hash.h>

#include "author_list.h"
#include "parse_private.h"

#define NAME_BYTES_SHOWN 80
#define NEAREST_DISTANCE 2

uint64_t tms_query_authors_hash(struct tms_str text)
{
	return tms_hash((struct tms_hash_seed){ 0 }, text);
}

static const struct tms_query_authors *find(const struct query_parser *p, struct tms_str name)
{
	for (size_t i = p->options->authors_count; i > 0; i--)
		if (tms_str_equal_caseless(p->options->authors[i - 1].name, name))
			return &p->options->authors[i - 1];
	return NULL;
}

static const struct tms_query_authors *find_nearest(
	const struct query_parser *p, struct tms_str name)
{
	const struct tms_query_authors *nearest = NULL;
	size_t best = NEAREST_DISTANCE + 1;

	for (size_t i = 0; i < p->options->authors_count; i++) {
		size_t distance =
			query_distance(name, p->options->authors[i].name, NEAREST_DISTANCE);
		if (distance < best && distance < name.len) {
			best = distance;
			nearest = &p->options->authors[i];
		}
	}
	return nearest;
}

/* All names, each once. */
static void list_names(const struct query_parser *p, struct tms_buf *names)
{
	for (size_t i = 0; i < p->options->authors_count; i++) {
		const struct tms_query_authors *one = &p->options->authors[i];
		if (find(p, one->name) == one)
			tms_buf_format(names, "%s%.*s", names->len > 0 ? ", " : "",
				TMS_STR_ARGS(one->name));
	}
}

static void *fail_unknown(struct query_parser *p, struct query_written written, struct tms_str name)
{
	const struct tms_query_authors *nearest = find_nearest(p, name);
	struct tms_buf names = { 0 };
	struct tms_str shown = tms_str_slice(name, 0, NAME_BYTES_SHOWN);

	if (p->options->authors_count == 0)
		return query_fail(p, written.at,
			"there is no list of authors \"%.*s\": none are defined here. The "
			"configuration names them, under authors:",
			TMS_STR_ARGS(shown));
	if (nearest) {
		(void)query_fail(p, written.at,
			"there is no list of authors \"%.*s\"; the nearest is \"%.*s\"",
			TMS_STR_ARGS(shown), TMS_STR_ARGS(nearest->name));
		query_cure(p, TMS_STR_NONE, written.from + 1, written.from + 1 + name.len,
			nearest->name);
		return NULL;
	}
	list_names(p, &names);
	(void)query_fail(p, written.at,
		"there is no list of authors \"%.*s\", expected one of these: %.*s",
		TMS_STR_ARGS(shown), TMS_STR_ARGS(tms_buf_str(&names)));
	tms_buf_free(&names);
	for (size_t i = 0; i < p->options->authors_count; i++)
		query_cure(p, TMS_STR_NONE, written.from + 1, written.from + 1 + name.len,
			p->options->authors[i].name);
	return NULL;
}

struct query_node *query_make_listed(
	struct query_parser *p, const struct query_field *field, struct query_written written)
{
	struct query_leaf leaf = { .kind = LEAF_LISTED, .field = field };
	struct tms_str name = tms_str_slice(written.text, 1, written.text.len);

	name = tms_str_slice(name, 0, tms_str_find_byte(name, '#', 0));
	if (written.exact || written.stem) {
		(void)query_fail(p, written.at,
			"found \"%s\" before a list of authors, whose names are compared whole",
			written.exact ? "=" : "~");
		if (!p->field)
			query_cure(p, TMS_STR("without it"), written.at, p->at,
				tms_arena_format(
					p->arena, "author:%.*s", TMS_STR_ARGS(written.text)));
		return NULL;
	}
	if (name.len == 0)
		return query_fail(p, written.at,
			"found \"@\" without a name, expected that of a list of authors: author:@friends");
	const struct tms_query_authors *found = find(p, name);
	if (!found)
		return fail_unknown(p, written, name);
	leaf.listed = TMS_ARENA_NEW(p->arena, struct query_listed);
	if (!leaf.listed)
		return query_fail_memory(p);
	/* what is read for an index borrows its options; all else owns what it needs */
	leaf.listed->text =
		p->query->is_borrowing ? found->text : tms_arena_copy(p->arena, found->text);
	leaf.print = tms_arena_format(p->arena, "author:@%.*s", TMS_STR_ARGS(found->name));
	leaf.expanded = tms_arena_format(p->arena, "%.*s#%016llx", TMS_STR_ARGS(leaf.print),
		(unsigned long long)found->hash);
	if (p->arena->status != TMS_OK)
		return query_fail_memory(p);
	p->query->needs_names = true;
	return query_add_leaf(p, written.at, &leaf);
}

const struct tms_author_list *query_listed_of(const struct query_leaf *leaf)
{
	struct query_listed *listed = leaf->listed;

	if (!listed->read &&
		tms_author_list_read(&listed->arena, listed->text, &listed->read, NULL) != TMS_OK)
		tms_arena_free(&listed->arena);
	return listed->read;
}

bool query_listed_holds(const struct query_subject *subject, const struct query_leaf *leaf)
{
	const struct tms_author_list *list = query_listed_of(leaf);
	const struct author_entry *entry;
	size_t text;

	return list && author_list_find(list, subject->doc, 0, &text, &entry);
}
