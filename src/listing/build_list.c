/*
 * The lists of an item: people, categories, keywords, links, media, each value once. Most are short
 * and are looked through; a longer one gets a table, so that a document of nothing but names costs
 * no more than one of nothing but text.
 */
#include "build.h"

#define LOOKED_THROUGH 16
#define PLACES ((size_t)4096)
_Static_assert(PLACES >= 2 * TMS_ITEM_VALUES_MAX, "half of a table is free, so every search ends");

/* A list as all are alike: elements, and where in each what tells them apart stands. */
struct build_list {
	struct build_seen *seen;
	const char *elements;
	size_t count, size;
	size_t name, relation; /* offsets; the same where there is no relation */
};

static struct tms_str run_of(const struct build_list *list, size_t at, size_t offset)
{
	return *(const struct tms_str *)(const void *)(list->elements + at * list->size + offset);
}

static bool is_at(
	const struct build_list *list, size_t at, struct tms_str name, struct tms_str relation)
{
	return tms_str_equal(run_of(list, at, list->name), name) &&
	       tms_str_equal(run_of(list, at, list->relation), relation);
}

/* Where the value stands in the table, or would. */
static size_t place_of(struct build *b, const struct build_list *list, struct tms_str name,
	struct tms_str relation)
{
	const uint16_t *places = list->seen->places;
	size_t at = (5 * tms_hash(b->seen.seed, name) + 2 * tms_hash(b->seen.seed, relation)) %
		    PLACES; /* also where both are one */

	while (places[at] && build_spend(b, 1) && !is_at(list, places[at] - 1U, name, relation))
		at = (at + 1) % PLACES;
	return at;
}

/* What the list has that is not in the table yet. False when memory is out. */
static bool bring_up(struct build *b, const struct build_list *list)
{
	struct build_seen *seen = list->seen;

	if (!seen->places)
		seen->places = TMS_ARENA_ARRAY(b->arena, uint16_t, PLACES);
	if (!seen->places)
		return false;
	if (seen->count == 0)
		memset(seen->places, 0, PLACES * sizeof(*seen->places));
	for (; seen->count < list->count; seen->count++) {
		struct tms_str name = run_of(list, seen->count, list->name);
		struct tms_str relation = run_of(list, seen->count, list->relation);
		seen->places[place_of(b, list, name, relation)] = (uint16_t)(seen->count + 1);
	}
	return true;
}

/* Is it there already? Also true when nothing more can be read. */
static bool is_known(struct build *b, const struct build_list *list, struct tms_str name,
	struct tms_str relation)
{
	if (list->count <= LOOKED_THROUGH) {
		if (!build_spend(b, (1 + list->count) / 4))
			return true;
		for (size_t i = 0; i < list->count; i++)
			if (is_at(list, i, name, relation))
				return true;
		return false;
	}
	if (!build_spend(b, 1 + (name.len + relation.len) / 16) || !bring_up(b, list))
		return true;
	return list->seen->places[place_of(b, list, name, relation)] != 0 || b->is_exhausted;
}

/* Room for one more of a list, or false: full (said once) or out of memory. */
static bool room(struct build *b, void *list, size_t count, size_t *capacity, size_t size)
{
	if (count >= TMS_ITEM_VALUES_MAX) {
		if (count == TMS_ITEM_VALUES_MAX && *capacity != SIZE_MAX)
			build_note(b, "has more than %u of one kind; the rest is left out",
				TMS_ITEM_VALUES_MAX);
		*capacity = SIZE_MAX;
		return false;
	}
	return tms_arena_grow(b->arena, list, count, capacity, size);
}

#define LIST(b, which, element_name, element_relation)                                             \
	{                                                                                          \
		&(b)->seen_##which, (const char *)(b)->item.which, (b)->item.which##_count,        \
			sizeof(*(b)->item.which), element_name, element_relation                   \
	}

void build_author(struct build *b, struct tms_str name, struct tms_str uri, struct tms_str email)
{
	struct tms_item *item = &b->item;
	const size_t at = offsetof(struct tms_person, name);
	const struct build_list list = LIST(b, authors, at, at);

	name = build_line(b, "author", name);
	if (name.len == 0 || is_known(b, &list, name, name))
		return;
	if (room(b, &item->authors, item->authors_count, &b->authors_capacity,
		    sizeof(*item->authors)))
		item->authors[item->authors_count++] = (struct tms_person){
			.name = name, .uri = uri, .email = build_line(b, "e-mail", email)
		};
}

void build_category(
	struct build *b, struct tms_str term, struct tms_str scheme, struct tms_str label)
{
	struct tms_item *item = &b->item;
	const size_t at = offsetof(struct tms_category, term);
	const struct build_list list = LIST(b, categories, at, at);

	term = build_line(b, "category", term);
	if (term.len == 0 || is_known(b, &list, term, term))
		return;
	if (room(b, &item->categories, item->categories_count, &b->categories_capacity,
		    sizeof(*item->categories)))
		item->categories[item->categories_count++] = (struct tms_category){
			.term = term,
			.scheme = build_line(b, "category scheme", scheme),
			.label = build_line(b, "category label", label),
		};
}

void build_category_first(struct build *b, struct tms_str term)
{
	struct tms_item *item = &b->item;
	size_t at = 0;

	while (at < item->categories_count && !tms_str_equal(item->categories[at].term, term))
		at++;
	if (at == 0 || at >= item->categories_count)
		return;
	struct tms_category first = item->categories[at];
	memmove(&item->categories[1], &item->categories[0], at * sizeof(first));
	item->categories[0] = first;
}

void build_keyword(struct build *b, struct tms_str keyword)
{
	struct tms_item *item = &b->item;
	const struct build_list list = LIST(b, keywords, 0, 0);

	keyword = build_line(b, "keyword", keyword);
	if (keyword.len == 0 || is_known(b, &list, keyword, keyword))
		return;
	if (room(b, &item->keywords, item->keywords_count, &b->keywords_capacity,
		    sizeof(*item->keywords)))
		item->keywords[item->keywords_count++] = keyword;
}

void build_media(struct build *b, struct tms_str base, struct tms_str url)
{
	struct tms_item *item = &b->item;
	const struct build_list list = LIST(b, media, 0, 0);

	url = build_url(b, base, url);
	if (url.len == 0 || is_known(b, &list, url, url))
		return;
	if (room(b, &item->media, item->media_count, &b->media_capacity, sizeof(*item->media)))
		item->media[item->media_count++] = url;
}

void build_link(struct build *b, struct tms_str base, const struct tms_link *link)
{
	struct tms_item *item = &b->item;
	struct tms_link made = *link;
	const struct build_list list =
		LIST(b, links, offsetof(struct tms_link, href), offsetof(struct tms_link, rel));

	made.href = build_url(b, base, link->href);
	if (made.href.len == 0)
		return;
	if (made.rel.len == 0)
		made.rel = TMS_STR("alternate");
	made.rel = build_line(b, "link relation", made.rel);
	made.type = build_line(b, "link type", made.type);
	made.title = build_line(b, "link title", made.title);
	made.hreflang = build_line(b, "link language", made.hreflang);
	if (is_known(b, &list, made.href, made.rel))
		return;
	if (room(b, &item->links, item->links_count, &b->links_capacity, sizeof(*item->links)))
		item->links[item->links_count++] = made;
}
