/* A feed's result: items chosen, ordered, cut to size, and its validators (ETag, updated). */
#include <tamis/result.h>

#include <stdlib.h>

#include <tamis/doc.h>
#include <tamis/document.h>

#include "instant.h"

/* Fixed keys: validators are the same in every process. */
static const struct tms_hash_seed hash_seeds[2] = {
	{ UINT64_C(0x74616d6973206574), UINT64_C(0x616720686967683a) },
	{ UINT64_C(0x74616d6973206574), UINT64_C(0x6167206c6f773a20) },
};

void tms_result_fini(struct tms_result *result)
{
	for (size_t i = 0; i < result->entries_count; i++) {
		tms_fragment_unref(result->entries[i].fragment);
		tms_view_item_unref(result->entries[i].item);
	}
	free(result->entries);
	free(result->ids);
	tms_buf_free(&result->header);
	*result = (struct tms_result){ 0 };
}

/* ---- choosing ---- */

static size_t entries_max(const struct tms_feed_definition *feed)
{
	return feed->entries_max > 0 ? feed->entries_max : TMS_FEED_ENTRIES_DEFAULT;
}

enum tms_status tms_result_select(const struct tms_feed_definition *feed, struct tms_index *index,
	uint32_t rule, tms_time now, struct tms_result *out)
{
	struct tms_arena scratch = { 0 };
	struct tms_selection chosen = { 0 };

	enum tms_status st =
		tms_index_select(index, rule, now, entries_max(feed), &scratch, &chosen);
	if (st == TMS_OK)
		st = tms_result_of(&chosen, out);
	tms_arena_free(&scratch);
	return st;
}

enum tms_status tms_result_of(const struct tms_selection *chosen, struct tms_result *out)
{
	struct tms_result_entry *entries = calloc(chosen->count + 1, sizeof(*entries));

	if (!entries)
		return TMS_ENOMEM;
	for (size_t i = 0; i < chosen->count; i++)
		entries[i] = (struct tms_result_entry){ .id = chosen->list[i].item->merged.item.id,
			.entered = chosen->list[i].entered,
			.item = tms_view_item_ref(chosen->list[i].item) };
	*out = (struct tms_result){ .entries = entries,
		.entries_count = chosen->count,
		.seen_count = chosen->seen_count,
		.kept_count = chosen->kept_count,
		.expires = chosen->expires };
	return TMS_OK;
}

static int compare_times(tms_time a, tms_time b)
{
	return a < b ? 1 : a > b ? -1 : 0; /* newest first */
}

static int compare_entries(const void *a, const void *b)
{
	const struct tms_result_entry *x = a, *y = b;
	int order = compare_times(x->entered, y->entered);

	if (order == 0)
		order = compare_times(
			x->item->merged.item.published, y->item->merged.item.published);
	return order != 0 ? order : tms_str_compare(x->id, y->id);
}

struct chooser {
	const struct tms_query *query;
	tms_time now;
	bool has_clock;
	struct tms_result *result;
	struct tms_arena arena; /* of one item at a time */
};

/* Look at one item; entries has room. Items are not referenced yet: most are cut again. */
static enum tms_status consider(struct chooser *c, struct tms_view_item *item)
{
	struct tms_result *result = c->result;
	tms_time entered = item->merged.first_seen;

	if (c->query) {
		struct tms_doc doc;
		tms_arena_rewind(&c->arena, 0);
		enum tms_status st = tms_doc_make(&c->arena, &item->merged, &doc);
		if (st != TMS_OK)
			return st;
		if (c->has_clock) {
			tms_time change =
				tms_query_next_change(c->query, &item->merged, &doc, c->now);
			if (change < result->expires)
				result->expires = change;
		}
		if (!tms_query_entered(c->query, &item->merged, &doc, c->now, &entered))
			return TMS_OK;
	}
	result->entries[result->kept_count++] = (struct tms_result_entry){
		.id = item->merged.item.id, .entered = entered, .item = item
	};
	return TMS_OK;
}

enum tms_status tms_result_sift(const struct tms_feed_definition *feed,
	const struct tms_query *query, const struct tms_view *view, tms_time now,
	struct tms_result *out)
{
	size_t max = entries_max(feed), count = tms_view_count(view);
	struct tms_result result = { .expires = TMS_TIME_MAX, .seen_count = count };
	struct chooser c = { .query = query && !tms_query_is_empty(query) ? query : NULL,
		.now = now,
		.result = &result };

	c.has_clock = c.query && tms_query_has_clock(c.query);
	result.entries = calloc(count > 0 ? count : 1, sizeof(*result.entries));
	if (!result.entries)
		return TMS_ENOMEM;
	enum tms_status st = TMS_OK;
	for (size_t i = 0; st == TMS_OK && i < count; i++)
		st = consider(&c, tms_view_at(view, i));
	tms_arena_free(&c.arena);
	if (st != TMS_OK) {
		free(result.entries);
		return st;
	}
	qsort(result.entries, result.kept_count, sizeof(*result.entries), compare_entries);
	result.entries_count = result.kept_count < max ? result.kept_count : max;
	for (size_t i = 0; i < result.entries_count; i++)
		(void)tms_view_item_ref(result.entries[i].item);
	*out = result;
	return TMS_OK;
}

void tms_result_forget_entering(struct tms_result *result)
{
	result->memoryless = true;
}

/* ---- dressing ---- */

static tms_time shown_published(
	const struct tms_feed_definition *feed, const struct tms_result_entry *entry)
{
	return feed->date == TMS_FEED_DATE_ENTERED ? entry->entered
						   : entry->item->merged.item.published;
}

static void drop_from(struct tms_result *result, size_t keep)
{
	for (size_t i = keep; i < result->entries_count; i++) {
		tms_fragment_unref(result->entries[i].fragment);
		tms_view_item_unref(result->entries[i].item);
	}
	result->entries_count = keep;
}

/*
 * What a document takes in Atom without its entries. The addresses of a feed's forms differ in how
 * they end, and that must not decide which entries there is room for.
 */
static enum tms_status measure_frame(const struct tms_feed_definition *feed, size_t *bytes)
{
	static const struct tms_str longest_moment = TMS_STR_INIT("2026-03-01T12:00:00.123456Z");
	struct tms_feed_definition atom = *feed;
	struct tms_buf header = { 0 };
	size_t cut = 0;

	atom.form = TMS_FORM_ATOM;
	tms_document_write_header(&header, &atom, &cut);
	*bytes = header.len + longest_moment.len + tms_document_footer(TMS_FORM_ATOM).len +
		 tms_form_name(TMS_FORM_ATOM).len - tms_form_name(feed->form).len;
	enum tms_status st = header.status;
	tms_buf_free(&header);
	return st;
}

static struct tms_fragment_style style_of(
	const struct tms_feed_definition *feed, const struct tms_result_entry *entry)
{
	return (struct tms_fragment_style){ feed->link, shown_published(feed, entry), feed->form };
}

size_t tms_result_unwritten(const struct tms_feed_definition *feed,
	const struct tms_fragments *fragments, const struct tms_result *result)
{
	size_t count = 0;

	for (size_t i = 0; i < result->entries_count; i++)
		count += !tms_fragments_has(fragments, result->entries[i].item,
			style_of(feed, &result->entries[i]));
	return count;
}

enum tms_status tms_result_write_some(const struct tms_feed_definition *feed,
	struct tms_fragments *fragments, const struct tms_result *result, size_t max)
{
	for (size_t i = 0; i < result->entries_count && max > 0; i++) {
		struct tms_view_item *item = result->entries[i].item;
		struct tms_fragment_style style = style_of(feed, &result->entries[i]);
		struct tms_fragment *fragment = NULL;
		if (tms_fragments_has(fragments, item, style))
			continue;
		enum tms_status st = tms_fragments_get(fragments, item, style, &fragment);
		if (st != TMS_OK)
			return st;
		tms_fragment_unref(fragment);
		max--;
	}
	return TMS_OK;
}

/* Attach fragments as far as the document's size allows. */
static enum tms_status attach(const struct tms_feed_definition *feed,
	struct tms_fragments *fragments, struct tms_result *result, size_t bytes)
{
	size_t max = feed->bytes_max > 0 ? feed->bytes_max : TMS_FEED_BYTES_DEFAULT;

	for (size_t i = 0; i < result->entries_count; i++) {
		struct tms_result_entry *entry = &result->entries[i];
		enum tms_status st = tms_fragments_get(
			fragments, entry->item, style_of(feed, entry), &entry->fragment);
		if (st != TMS_OK)
			return st;
		entry->content = entry->fragment->content;
		bytes += entry->fragment->atom_bytes;
		if (bytes > max && max != SIZE_MAX) {
			drop_from(result, i);
			return TMS_OK;
		}
	}
	return TMS_OK;
}

/* The newest change of an entry: its own, and that it entered. */
static void settle_times(const struct tms_feed_definition *feed, struct tms_result *result)
{
	tms_time none = feed->revised > 0 ? feed->revised : TMS_FEED_EPOCH;
	int64_t newest = instant_clamp(none) * TMS_US_PER_S;

	if (result->entries_count > 0)
		newest = 0;
	for (size_t i = 0; i < result->entries_count; i++) {
		const struct tms_result_entry *entry = &result->entries[i];
		int64_t us = entry->fragment->updated_us;
		int64_t entered_us = instant_clamp(entry->entered) * TMS_US_PER_S;
		if (us > newest)
			newest = us;
		if (entered_us > newest && !result->memoryless)
			newest = entered_us;
	}
	result->updated_us = newest;
	result->modified = newest / TMS_US_PER_S;
	if (feed->revised > result->modified)
		result->modified = feed->revised;
}

/* Put the moment where the header was cut. */
static enum tms_status finish_header(struct tms_result *result, size_t cut)
{
	struct tms_buf *header = &result->header, moment = { 0 };

	if (cut == SIZE_MAX)
		return TMS_OK;
	tms_document_write_moment(&moment, result->form, result->updated_us);
	size_t tail = header->len - cut;
	if (moment.status == TMS_OK && tms_buf_reserve(header, moment.len)) {
		memmove(header->ptr + cut + moment.len, header->ptr + cut, tail);
		memcpy(header->ptr + cut, moment.ptr, moment.len);
		header->len += moment.len;
	}
	enum tms_status st = moment.status != TMS_OK ? moment.status : header->status;
	tms_buf_free(&moment);
	return st;
}

/* Of the header and of what each entry says: eight bytes each, the lowest first in any process. */
static enum tms_status hash_document(struct tms_result *result)
{
	struct tms_buf text = { 0 };

	tms_buf_format(
		&text, "%d %.*s\n", TMS_RENDER_VERSION, TMS_STR_ARGS(tms_form_name(result->form)));
	tms_buf_add(&text, tms_buf_str(&result->header));
	for (size_t i = 0; i < result->entries_count; i++)
		for (unsigned shift = 0; shift < 64; shift += 8)
			tms_buf_add_char(&text, (char)(result->entries[i].content >> shift & 0xff));
	enum tms_status st = text.status;
	for (size_t i = 0; st == TMS_OK && i < 2; i++)
		result->hash[i] = tms_hash(hash_seeds[i], tms_buf_str(&text));
	tms_buf_free(&text);
	return st;
}

enum tms_status tms_result_dress(const struct tms_feed_definition *feed,
	struct tms_fragments *fragments, struct tms_result *result)
{
	size_t cut = 0, frame = 0;

	result->form = feed->form;
	tms_document_write_header(&result->header, feed, &cut);
	enum tms_status st = result->header.status;
	if (st == TMS_OK)
		st = measure_frame(feed, &frame);
	if (st == TMS_OK)
		st = attach(feed, fragments, result, frame);
	if (st != TMS_OK)
		return st;
	settle_times(feed, result);
	st = finish_header(result, cut);
	return st == TMS_OK ? hash_document(result) : st;
}

void tms_result_etag(const struct tms_result *result, struct tms_str coding, struct tms_buf *buf)
{
	tms_buf_format(buf, "W/\"%016llx%016llx", (unsigned long long)result->hash[0],
		(unsigned long long)result->hash[1]);
	if (coding.len > 0)
		tms_buf_format(buf, "-%.*s", TMS_STR_ARGS(coding));
	tms_buf_add_char(buf, '"');
}
