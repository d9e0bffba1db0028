/*
 * The cache of fragments, by CLOCK: a second-chance ring instead of a list by time of use.
 *
 * A fragment hangs on the item that it was written from, so finding it is a step or two along the
 * item's own chain, and an item that is replaced takes its fragments along. All fragments of the
 * cache stand in one ring; when they are too many a hand goes round, drops what was not asked for
 * since it came by last, and lets the rest be once more.
 */
#include <tamis/fragment.h>

#include <stdlib.h>

#define BYTES_DEFAULT ((size_t)64 << 20)
/* Of one item: three links in three forms, and moments of entering where feeds show these. */
#define STYLES_MAX 32

/* Bytes of all fragments that live, also of those that only a result still holds. */
struct tms_fragment_ledger {
	size_t bytes;
	size_t refs; /* of fragments and of the cache */
};

/* A fragment on its item. */
struct hung {
	struct tms_view_item_extra extra; /* first: of the first of the chain */
	struct tms_view_item *item;
	struct hung *next;            /* of the item */
	struct hung *before, *behind; /* in the ring */
	struct tms_fragments *home;
	struct tms_fragment_style style;
	struct tms_fragment *fragment;
	size_t bytes;
	bool was_used; /* since the hand came by */
};

struct tms_fragments {
	struct hung *hand; /* into the ring; NULL: empty */
	size_t bytes, bytes_max;
	struct tms_fragment_ledger *ledger;
	struct tms_gzip_maker *maker; /* NULL: not wanted */
};

static void ledger_unref(struct tms_fragment_ledger *ledger)
{
	if (ledger && --ledger->refs == 0)
		free(ledger);
}

/* ---- fragments ---- */

static size_t fragment_bytes(const struct tms_fragment *fragment)
{
	return sizeof(*fragment) + fragment->bytes.len + fragment->gzip.bytes.len;
}

static struct tms_fragment *fragment_ref(struct tms_fragment *fragment)
{
	fragment->refs++;
	return fragment;
}

void tms_fragment_unref(struct tms_fragment *fragment)
{
	if (!fragment || --fragment->refs > 0)
		return;
	if (fragment->ledger) {
		fragment->ledger->bytes -= fragment_bytes(fragment);
		ledger_unref(fragment->ledger);
	}
	tms_gzip_part_fini(&fragment->gzip);
	free(fragment);
}

/* ---- the ring ---- */

static void enter_ring(struct tms_fragments *fragments, struct hung *hung)
{
	struct hung *hand = fragments->hand;

	if (!hand) {
		hung->before = hung->behind = hung;
		fragments->hand = hung;
	} else { /* right before the hand: it comes there last */
		hung->behind = hand;
		hung->before = hand->before;
		hung->before->behind = hung;
		hand->before = hung;
	}
	hung->bytes = sizeof(*hung) + fragment_bytes(hung->fragment);
	fragments->bytes += hung->bytes;
}

static void leave_ring(struct hung *hung)
{
	struct tms_fragments *home = hung->home;

	home->bytes -= hung->bytes;
	if (home->hand == hung)
		home->hand = hung->behind == hung ? NULL : hung->behind;
	hung->before->behind = hung->behind;
	hung->behind->before = hung->before;
}

static void hung_free(struct hung *hung)
{
	leave_ring(hung);
	tms_fragment_unref(hung->fragment);
	free(hung);
}

/* The item goes, with all that hangs on it. */
static void release_all(struct tms_view_item_extra *extra)
{
	for (struct hung *hung = (struct hung *)(void *)extra, *next = NULL; hung; hung = next) {
		next = hung->next;
		hung_free(hung);
	}
}

static struct hung *first_of(const struct tms_view_item *item)
{
	return (struct hung *)(void *)item->extra;
}

static void take_down(struct hung *hung)
{
	struct hung *first = first_of(hung->item), *before = NULL;

	for (; first != hung; first = first->next)
		before = first;
	if (before)
		before->next = hung->next;
	else
		hung->item->extra = hung->next ? &hung->next->extra : NULL;
	hung_free(hung);
}

static void make_room(struct tms_fragments *fragments)
{
	while (fragments->bytes > fragments->bytes_max && fragments->hand) {
		struct hung *hung = fragments->hand;
		fragments->hand = hung->behind;
		if (hung->was_used)
			hung->was_used = false;
		else
			take_down(hung);
	}
}

/* ---- the cache ---- */

enum tms_status tms_fragments_new(size_t bytes_max, bool with_gzip, struct tms_fragments **out)
{
	struct tms_fragments *made = calloc(1, sizeof(*made));
	enum tms_status st = made ? TMS_OK : TMS_ENOMEM;

	if (st == TMS_OK) {
		made->bytes_max = bytes_max > 0 ? bytes_max : BYTES_DEFAULT;
		made->ledger = calloc(1, sizeof(*made->ledger));
		st = made->ledger ? TMS_OK : TMS_ENOMEM;
	}
	if (st == TMS_OK) {
		made->ledger->refs = 1;
		st = with_gzip ? tms_gzip_maker_new(&made->maker) : TMS_OK;
	}
	if (st != TMS_OK) {
		tms_fragments_free(made);
		return st;
	}
	*out = made;
	return TMS_OK;
}

void tms_fragments_free(struct tms_fragments *fragments)
{
	if (!fragments)
		return;
	while (fragments->hand)
		take_down(fragments->hand);
	ledger_unref(fragments->ledger);
	tms_gzip_maker_free(fragments->maker);
	free(fragments);
}

size_t tms_fragments_bytes(const struct tms_fragments *fragments)
{
	return fragments->ledger->bytes;
}

static struct hung *find(const struct tms_fragments *fragments, const struct tms_view_item *item,
	struct tms_fragment_style style, struct hung **last, size_t *count)
{
	*last = NULL;
	*count = 0;
	for (struct hung *hung = first_of(item); hung; hung = hung->next) {
		if (hung->home == fragments && hung->style.link == style.link &&
			hung->style.form == style.form && hung->style.published == style.published)
			return hung;
		*last = hung;
		++*count;
	}
	return NULL;
}

static enum tms_status hang(struct tms_fragments *fragments, struct tms_view_item *item,
	struct tms_fragment_style style, struct hung **out)
{
	struct hung *hung = calloc(1, sizeof(*hung));

	if (!hung)
		return TMS_ENOMEM;
	*hung = (struct hung){ .extra.release = release_all,
		.item = item,
		.next = first_of(item),
		.home = fragments,
		.style = style };
	enum tms_status st = tms_fragment_new(&item->merged, style, &hung->fragment);
	if (st == TMS_OK && fragments->maker)
		st = tms_gzip_part_make(fragments->maker, hung->fragment->bytes,
			hung->fragment->divider_bytes, &hung->fragment->gzip);
	if (st != TMS_OK) {
		tms_fragment_unref(hung->fragment);
		free(hung);
		return st;
	}
	hung->fragment->ledger = fragments->ledger;
	fragments->ledger->refs++;
	fragments->ledger->bytes += fragment_bytes(hung->fragment);
	item->extra = &hung->extra;
	enter_ring(fragments, hung);
	*out = hung;
	return TMS_OK;
}

bool tms_fragments_has(const struct tms_fragments *fragments, const struct tms_view_item *item,
	struct tms_fragment_style style)
{
	struct hung *last = NULL;
	size_t count = 0;

	return find(fragments, item, style, &last, &count) != NULL;
}

enum tms_status tms_fragments_get(struct tms_fragments *fragments, struct tms_view_item *item,
	struct tms_fragment_style style, struct tms_fragment **out)
{
	struct hung *last = NULL;
	size_t count = 0;
	struct hung *hung = find(fragments, item, style, &last, &count);

	if (hung) {
		hung->was_used = true;
	} else { /* asked for once is not used yet: what is asked for again and again stays */
		enum tms_status st = hang(fragments, item, style, &hung);
		if (st != TMS_OK)
			return st;
		if (count >= STYLES_MAX)
			take_down(last);
	}
	*out = fragment_ref(hung->fragment);
	make_room(fragments);
	return TMS_OK;
}
