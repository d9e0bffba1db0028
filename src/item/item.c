#include <tamis/item.h>

void tms_item_init(struct tms_item *item)
{
	*item = (struct tms_item){
		.published = TMS_TIME_NONE,
		.submitted = TMS_TIME_NONE,
		.upstream_updated = TMS_TIME_NONE,
		.origin = TMS_ORIGIN_OTHER,
	};
	for (size_t i = 0; i < TMS_NUMBERS; i++)
		item->numbers[i] = TMS_NUMBER_NONE;
}

/* Every plain run of the item, so that copying cannot forget one. */
static const size_t run_offsets[] = {
#define RUN(field) offsetof(struct tms_item, field)
	RUN(id),
	RUN(upstream_id),
	RUN(title),
	RUN(link),
	RUN(summary),
	RUN(content_html),
	RUN(language),
	RUN(rights),
	RUN(comment),
	RUN(journal_ref),
	RUN(doi),
	RUN(announce),
	RUN(organization),
	RUN(organization_name),
	RUN(submitter),
	RUN(submitter_name),
	RUN(ai_summary),
	RUN(code_url),
	RUN(project_url),
	RUN(discussion_url),
	RUN(thumbnail),
#undef RUN
};

static void copy_run(struct tms_arena *arena, struct tms_str *run)
{
	*run = run->len == 0 ? (struct tms_str){ 0 } : tms_arena_copy(arena, *run);
}

/* Arrays of structs that are nothing but runs (and an optional tail) are copied run by run. */
static void *copy_array(
	struct tms_arena *arena, const void *from, size_t count, size_t size, size_t runs)
{
	char *to = count ? tms_arena_calloc(arena, count, size) : NULL;

	if (!to)
		return NULL;
	memcpy(to, from, count * size);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < runs; k++)
			copy_run(arena, (struct tms_str *)(void *)(to + i * size) + k);
	return to;
}

enum tms_status tms_item_copy(
	struct tms_arena *arena, const struct tms_item *item, struct tms_item *out)
{
	struct tms_item copy = *item;

	for (size_t i = 0; i < TMS_COUNT(run_offsets); i++)
		copy_run(arena, (struct tms_str *)(void *)((char *)&copy + run_offsets[i]));
	copy.authors =
		copy_array(arena, item->authors, item->authors_count, sizeof(*item->authors), 3);
	copy.categories = copy_array(
		arena, item->categories, item->categories_count, sizeof(*item->categories), 3);
	copy.keywords =
		copy_array(arena, item->keywords, item->keywords_count, sizeof(*item->keywords), 1);
	copy.links = copy_array(arena, item->links, item->links_count, sizeof(*item->links), 5);
	copy.media = copy_array(arena, item->media, item->media_count, sizeof(*item->media), 1);
	if (arena->status != TMS_OK)
		return arena->status;
	*out = copy;
	return TMS_OK;
}

const char *tms_origin_name(enum tms_origin origin)
{
	switch (origin) {
	case TMS_ORIGIN_ARXIV_API:
		return "arxiv api";
	case TMS_ORIGIN_ARXIV_FEED:
		return "arxiv feed";
	case TMS_ORIGIN_HF_API:
		return "hf api";
	case TMS_ORIGIN_HF_PAGE:
		return "hf page";
	case TMS_ORIGIN_OTHER:
		return "other";
	}
	return "unknown";
}

const char *tms_number_name(enum tms_number number)
{
	switch (number) {
	case TMS_NUMBER_UPVOTES:
		return "upvotes";
	case TMS_NUMBER_COMMENTS:
		return "comments";
	case TMS_NUMBER_STARS:
		return "stars";
	}
	return "unknown";
}
