/* A sighting: what one origin said of an item, and how a later listing of the same origin changes
 * it. */
#include <tamis/record.h>
#include <tamis/utf8.h>

/* Sets of links are compared one by one up to here; longer ones count as changed when any place
 * differs. */
#define LINKS_COMPARED_MAX 64

void tms_sighting_fini(struct tms_sighting *sighting)
{
	tms_packed_item_unref(sighting->packed);
	for (size_t i = 0; i < TMS_NUMBERS; i++)
		tms_track_free(&sighting->tracks[i]);
	*sighting = (struct tms_sighting){ 0 };
}

tms_time tms_sighting_published(const struct tms_item *item, tms_time first_seen)
{
	tms_time listed = item->published;

	if (listed == TMS_TIME_NONE || listed > first_seen)
		return first_seen;
	if (item->published_day_only &&
		tms_time_day_start(first_seen) == tms_time_day_start(listed))
		return first_seen;
	return listed;
}

static bool is_white(uint32_t c)
{
	return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200b) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
	       c == 0x205f || c == 0x3000 || c == 0xfeff;
}

/* The next character that is not white space; 0 at the end. */
static uint32_t next_ink(struct tms_str s, size_t *at)
{
	while (*at < s.len) {
		uint32_t c = tms_utf8_next(s, at);
		if (!is_white(c))
			return c;
	}
	return 0;
}

static bool same_but_white(struct tms_str a, struct tms_str b)
{
	size_t i = 0, k = 0;

	if (tms_str_equal(a, b))
		return true;
	for (;;) {
		uint32_t left = next_ink(a, &i), right = next_ink(b, &k);
		if (left != right)
			return false;
		if (left == 0)
			return i == a.len && k == b.len;
	}
}

/* "The beginning of what is known …": upstreams shorten abstracts on some of their pages. */
static bool is_cut_short(struct tms_str known, struct tms_str now)
{
	struct tms_str rest = tms_str_trim(now);
	size_t i = 0, k = 0;

	if (tms_str_ends(rest, TMS_STR("…")) || tms_str_ends(rest, TMS_STR("...")))
		rest.len -= 3; /* bytes, in both spellings */
	else
		return false;
	while (k < rest.len) {
		uint32_t c = next_ink(rest, &k);
		if (c != 0 && c != next_ink(known, &i))
			return false;
	}
	return true;
}

static bool list_is_same(
	const struct tms_item_list *list, const char *a, const char *b, size_t count)
{
	size_t head = list->runs * sizeof(struct tms_str);

	for (size_t i = 0; i < count; i++, a += list->size, b += list->size) {
		const struct tms_str *left = (const struct tms_str *)(const void *)a;
		const struct tms_str *right = (const struct tms_str *)(const void *)b;
		for (size_t k = 0; k < list->runs; k++)
			if (!same_but_white(left[k], right[k]))
				return false;
		if (memcmp(a + head, b + head, list->size - head) != 0)
			return false;
	}
	return true;
}

/* Only names count: an address or an account that joins them is no change of authors. */
static bool authors_are_same(const struct tms_item *a, const struct tms_item *b)
{
	if (a->authors_count != b->authors_count)
		return false;
	for (size_t i = 0; i < a->authors_count; i++)
		if (!same_but_white(a->authors[i].name, b->authors[i].name))
			return false;
	return true;
}

static bool has_link(const struct tms_item *item, struct tms_str href)
{
	for (size_t i = 0; i < item->links_count; i++)
		if (tms_str_equal(item->links[i].href, href))
			return true;
	return false;
}

/* Where the links lead, in any order. */
static bool links_are_same(const struct tms_item *a, const struct tms_item *b)
{
	bool in_place = a->links_count == b->links_count;

	for (size_t i = 0; in_place && i < a->links_count; i++)
		in_place = tms_str_equal(a->links[i].href, b->links[i].href);
	if (in_place)
		return true;
	if (a->links_count > LINKS_COMPARED_MAX || b->links_count > LINKS_COMPARED_MAX)
		return false;
	for (size_t i = 0; i < a->links_count; i++)
		if (!has_link(b, a->links[i].href))
			return false;
	for (size_t i = 0; i < b->links_count; i++)
		if (!has_link(a, b->links[i].href))
			return false;
	return true;
}

static unsigned weight_of(size_t offset)
{
	static const size_t text[] = { offsetof(struct tms_item, title),
		offsetof(struct tms_item, summary), offsetof(struct tms_item, link),
		offsetof(struct tms_item, code_url), offsetof(struct tms_item, project_url) };

	for (size_t i = 0; i < TMS_COUNT(text); i++)
		if (offset == text[i])
			return TMS_CHANGED_TEXT;
	return TMS_CHANGED_OTHER;
}

static unsigned fold_runs(struct tms_item *known, const struct tms_item *now)
{
	size_t count = 0;
	const struct tms_item_run *runs = tms_item_runs(&count);
	unsigned changed = 0;

	for (size_t i = 0; i < count; i++) {
		size_t offset = runs[i].offset;
		struct tms_str *old = (struct tms_str *)(void *)((char *)known + offset);
		const struct tms_str *new =
			(const struct tms_str *)(const void *)((const char *)now + offset);
		if (offset == offsetof(struct tms_item, id) || new->len == 0 ||
			same_but_white(*old, *new))
			continue;
		if (offset == offsetof(struct tms_item, summary) && is_cut_short(*old, *new))
			continue;
		*old = *new;
		changed |= weight_of(offset);
	}
	return changed;
}

static unsigned fold_lists(struct tms_item *known, const struct tms_item *now)
{
	size_t count = 0;
	const struct tms_item_list *lists = tms_item_lists(&count);
	unsigned changed = 0;

	if (now->authors_count > 0 && !authors_are_same(known, now))
		changed |= TMS_CHANGED_TEXT;
	if (now->links_count > 0 && !links_are_same(known, now))
		changed |= TMS_CHANGED_TEXT;
	for (size_t i = 0; i < count; i++) {
		char **old = (char **)(void *)((char *)known + lists[i].offset);
		size_t *old_count = (size_t *)(void *)((char *)known + lists[i].count_offset);
		char *const *new =
			(char *const *)(const void *)((const char *)now + lists[i].offset);
		size_t new_count =
			*(const size_t *)(const void *)((const char *)now + lists[i].count_offset);
		if (new_count == 0 ||
			(new_count == *old_count && list_is_same(&lists[i], *old, *new, new_count)))
			continue;
		*old = *new;
		*old_count = new_count;
		changed |= TMS_CHANGED_OTHER;
	}
	return changed;
}

/* The date was settled when the sighting was made; a later listing can only say what was not known.
 */
static unsigned fold_rest(struct tms_item *known, const struct tms_item *now)
{
	unsigned changed = 0;

	if (known->published == TMS_TIME_NONE && now->published != TMS_TIME_NONE) {
		known->published = now->published;
		known->published_day_only = now->published_day_only;
		changed = TMS_CHANGED_OTHER;
	}
	if (now->submitted != TMS_TIME_NONE && now->submitted != known->submitted) {
		known->submitted = now->submitted;
		changed = TMS_CHANGED_OTHER;
	}
	if (now->withdrawn && !known->withdrawn) {
		known->withdrawn = true;
		changed = TMS_CHANGED_OTHER;
	}
	return changed;
}

enum tms_status tms_sighting_fold(
	struct tms_sighting *sighting, const struct tms_item *item, tms_time now, unsigned *changed)
{
	struct tms_item next = sighting->packed->item;
	struct tms_packed_item *packed = NULL;
	enum tms_status st = TMS_OK;
	unsigned found = fold_runs(&next, item) | fold_lists(&next, item) | fold_rest(&next, item);

	for (size_t i = 0; i < TMS_NUMBERS && st == TMS_OK; i++) {
		bool moved = false;
		if (item->numbers[i] >= 0)
			st = tms_track_add(&sighting->tracks[i], now, item->numbers[i], &moved);
		if (moved)
			found |= TMS_CHANGED_NUMBERS;
	}
	if (st == TMS_OK && (found & (TMS_CHANGED_TEXT | TMS_CHANGED_OTHER)))
		st = tms_packed_item_new(&next, &packed);
	if (st != TMS_OK)
		return st;
	if (packed) {
		tms_packed_item_unref(sighting->packed);
		sighting->packed = packed;
	}
	if (found & TMS_CHANGED_TEXT)
		sighting->changed_at = now;
	if (now > sighting->last_seen)
		sighting->last_seen = now;
	*changed = found;
	return TMS_OK;
}
