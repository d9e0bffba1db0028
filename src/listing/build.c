/* The item that is being read, from its beginning to its place in the listing. */
#include "build.h"

#include <tamis/date.h>
#include <tamis/identity.h>
#include <tamis/url.h>

void build_init(struct build *b, struct tms_arena *arena, struct tms_listing *listing)
{
	*b = (struct build){ .arena = arena, .listing = listing };
	*listing = (struct tms_listing){
		.origin = TMS_ORIGIN_OTHER,
		.updated = TMS_TIME_NONE,
		.total = TMS_NUMBER_NONE,
	};
	tms_item_init(&b->item);
}

void build_fini(struct build *b)
{
	b->listing->steps = build_steps(b);
	tms_map_free(&b->seen);
}

void build_begin_listing(struct build *b)
{
	b->seen_authors.count = b->seen_categories.count = b->seen_keywords.count = 0;
	b->seen_links.count = b->seen_media.count = 0;
	b->authors_capacity = b->categories_capacity = b->keywords_capacity = 0;
	b->links_capacity = b->media_capacity = 0;
	tms_item_init(&b->item);
	b->item.origin = b->listing->origin;
}

void build_end_listing(struct build *b)
{
	struct tms_listing *listing = b->listing;

	listing->authors = b->item.authors;
	listing->authors_count = b->item.authors_count;
	listing->categories = b->item.categories;
	listing->categories_count = b->item.categories_count;
	listing->links = b->item.links;
	listing->links_count = b->item.links_count;
}

void build_begin(struct build *b, uint32_t line)
{
	b->entries++;
	b->line = line;
	build_begin_listing(b);
	b->item.language = b->language;
}

/* ---- the item as a whole ---- */

static enum tms_status append(struct build *b)
{
	struct tms_listing *listing = b->listing;

	if (!tms_arena_grow(b->arena, &listing->items, listing->items_count, &b->items_capacity,
		    sizeof(*listing->items)))
		return b->arena->status;
	listing->items[listing->items_count++] = b->item;
	return tms_map_put(&b->seen, b->item.id, (void *)(uintptr_t)listing->items_count);
}

/*
 * Of two entries of one identity the later version counts, in the place of the earlier (RFC 4287
 * section 4.1.1).
 */
static enum tms_status meet_again(struct build *b, struct tms_item *there)
{
	b->listing->duplicates_count++;
	if (b->item.upstream_updated != TMS_TIME_NONE &&
		(there->upstream_updated == TMS_TIME_NONE ||
			b->item.upstream_updated > there->upstream_updated)) {
		b->item.id = there->id; /* the map borrows it */
		*there = b->item;
	}
	build_note(b, "is %.200s again", tms_str_cstr(b->arena, there->id));
	return b->arena->status;
}

/* Not what it was called by, but its link or its words: under that name it may be there already. */
static enum tms_status place_renamed(struct build *b)
{
	void *found = tms_map_find(&b->seen, b->item.id);

	return found ? meet_again(b, &b->listing->items[(uintptr_t)found - 1]) : append(b);
}

static enum tms_status identify_by_words(struct build *b, struct tms_item *item)
{
	return tms_item_identify_by_text(b->arena, item);
}

/* Is it called by its link for want of an id? */
static bool is_named_by_link(const struct tms_item *item)
{
	return tms_str_trim(item->upstream_id).len == 0 && tms_str_starts(item->id, TMS_STR("id:"));
}

/*
 * Some feeds give all their items one link and no ids: then the link is nobody's, and the words
 * tell them apart.
 */
static enum tms_status share_link(struct build *b, size_t index)
{
	struct tms_item *first = &b->listing->items[index];
	enum tms_status st = TMS_OK;

	/* the second of them; later ones find it done, and one with an id is called by that */
	if (is_named_by_link(first)) {
		st = tms_item_identify_by_text(b->arena, first);
		if (st == TMS_OK)
			st = tms_map_put(&b->seen, first->id, (void *)(uintptr_t)(index + 1));
	}
	if (st == TMS_OK)
		st = tms_item_identify_by_text(b->arena, &b->item);
	return st == TMS_OK ? place_renamed(b) : st;
}

static enum tms_status identify_by_link(struct build *b, struct tms_item *item)
{
	struct tms_item linked = { .link = item->link, .origin = item->origin };
	const struct tms_str none = { 0 };
	enum tms_status st = tms_item_identify(b->arena, &linked, none);

	if (st == TMS_OK)
		item->id = linked.id;
	return st;
}

static bool differ(struct tms_str one, struct tms_str other)
{
	return one.len > 0 && other.len > 0 && !tms_str_equal(one, other);
}

/*
 * Others give several items one id: then the id is nobody's, and their links or their words tell
 * them apart.
 */
static enum tms_status share_id(struct build *b, size_t index)
{
	struct tms_item *first = &b->listing->items[index];
	bool have_links = differ(first->link, b->item.link);
	enum tms_status (*identify)(struct build *, struct tms_item *) =
		have_links ? identify_by_link : identify_by_words;
	enum tms_status st = TMS_OK;

	if (tms_str_equal(first->id, b->item.id)) { /* later ones find it done */
		st = identify(b, first);
		if (st == TMS_OK)
			st = tms_map_put(&b->seen, first->id, (void *)(uintptr_t)(index + 1));
	}
	if (st == TMS_OK)
		st = identify(b, &b->item);
	return st == TMS_OK ? place_renamed(b) : st;
}

static enum tms_status identify_by_all_words(struct build *b, struct tms_item *item)
{
	struct tms_str words = tms_arena_format(
		b->arena, "%.*s\n%.*s", TMS_STR_ARGS(item->title), TMS_STR_ARGS(item->summary));

	return b->arena->status == TMS_OK ? tms_item_identify_by_words(b->arena, item, words)
					  : b->arena->status;
}

/*
 * Without id and link a title is the name; when two have it, and say different things, the text
 * belongs to the name.
 */
static enum tms_status share_title(struct build *b, size_t index)
{
	struct tms_item *first = &b->listing->items[index];
	enum tms_status st = TMS_OK;

	if (tms_str_equal(first->id, b->item.id)) { /* later ones find it done */
		st = identify_by_all_words(b, first);
		if (st == TMS_OK)
			st = tms_map_put(&b->seen, first->id, (void *)(uintptr_t)(index + 1));
	}
	if (st == TMS_OK)
		st = identify_by_all_words(b, &b->item);
	return st == TMS_OK ? place_renamed(b) : st;
}

static bool is_another(const struct tms_item *one, const struct tms_item *other)
{
	return one->title.len + other->title.len > 0 ? differ(one->title, other->title)
						     : differ(one->summary, other->summary);
}

static enum tms_status place(struct build *b)
{
	uintptr_t found = (uintptr_t)tms_map_find(&b->seen, b->item.id);

	if (found == 0)
		return append(b);
	struct tms_item *there = &b->listing->items[found - 1];
	if (tms_str_starts(b->item.id, TMS_STR("hash:")) && differ(there->summary, b->item.summary))
		return share_title(b, found - 1);
	if (!is_another(there, &b->item))
		return meet_again(b, there);
	if (is_named_by_link(&b->item))
		return share_link(b, found - 1);
	/*
	 * a later version of an entry has its id, and says that it is later (RFC 4287 section
	 * 4.1.1)
	 */
	bool is_version = there->upstream_updated != b->item.upstream_updated;
	if (!is_version && tms_str_starts(b->item.id, TMS_STR("id:")))
		return share_id(b, found - 1);
	return meet_again(b, there);
}

bool build_is_empty(struct build *b)
{
	struct tms_item copy = b->item;

	return copy.upstream_id.len + copy.link.len + copy.title.len + copy.summary.len == 0 &&
	       tms_item_identify_by_text(b->arena, &copy) == TMS_EINVAL;
}

enum tms_status build_end(struct build *b)
{
	struct tms_str upstream = tms_str_trim(b->item.upstream_id), host = { 0 };
	enum tms_status st;

	if (b->entries > b->items_max) {
		tms_diag_set(b->diag, b->line, 0, "more than %zu entries (the limit of a listing)",
			b->items_max);
		return TMS_ELIMIT;
	}
	/* only an id that says nothing of its place needs the listing's */
	bool is_placeless = upstream.len > 0 && !tms_is_iri(upstream);
	if (is_placeless)
		host = tms_link_host(b->arena, b->listing->link);
	if (is_placeless && host.len == 0)
		host = tms_link_host(b->arena, b->base);
	if (b->arena->status != TMS_OK)
		return b->arena->status;
	st = tms_item_identify(b->arena, &b->item, host);
	if (st == TMS_EINVAL && b->item.id.len > 0)
		st = TMS_OK;
	if (st == TMS_EINVAL) {
		build_skip(b, "says nothing: it has no id, no link, no title, no text, no date");
		return TMS_OK;
	}
	/* many say only when an entry changed; when we see it first, that is its date */
	if (b->item.published == TMS_TIME_NONE)
		b->item.published = b->item.upstream_updated;
	return st == TMS_OK ? place(b) : st;
}

/* ---- single values ---- */

void build_number(struct build *b, enum tms_number number, int64_t value)
{
	if (value >= 0)
		b->item.numbers[number] = value;
}

struct tms_str build_url(struct build *b, struct tms_str base, struct tms_str reference)
{
	const struct tms_str none = { 0 };

	reference = tms_str_trim(reference);
	if (reference.len == 0)
		return none;
	if (reference.len > TMS_ITEM_URL_BYTES_MAX) {
		build_note(b, "an address of %zu bytes is left out (the limit is %u)",
			reference.len, TMS_ITEM_URL_BYTES_MAX);
		return none;
	}
	if (tms_link_is_clean(reference))
		return b->is_fleeting ? tms_arena_copy(b->arena, reference) : reference;
	base = base.len ? base : b->base;
	if (!build_spend(b, 2 * (base.len + reference.len)))
		return none;
	struct tms_str absolute = tms_url_resolve(b->arena, base, reference);
	/* data: and javascript: are no addresses of anything */
	if (absolute.len == 0 || tms_str_starts_caseless(absolute, TMS_STR("javascript:")) ||
		tms_str_starts_caseless(absolute, TMS_STR("data:")) ||
		tms_str_starts_caseless(absolute, TMS_STR("vbscript:")))
		return none;
	absolute = tms_link_clean(b->arena, absolute);
	return absolute.len > TMS_ITEM_URL_BYTES_MAX ? none : absolute;
}

tms_time build_date(struct build *b, struct tms_str text, bool *day_only)
{
	struct tms_date date;

	text = tms_str_trim(text);
	if (text.len == 0)
		return TMS_TIME_NONE;
	if (!tms_date_parse(text, &date)) {
		struct tms_str shown = build_line(b, "date", tms_str_slice(text, 0, 60));
		build_note(b, "\"%.*s\" is no date that can be read", TMS_STR_ARGS(shown));
		return TMS_TIME_NONE;
	}
	if (day_only)
		*day_only = date.day_only;
	return date.t;
}
