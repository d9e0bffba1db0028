/* Tables of the item's fields, for whoever walks over all of them, and names of its enumerators. */
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

const struct tms_item_run *tms_item_runs(size_t *count)
{
	static const struct tms_item_run runs[] = {
#define RUN(field) { #field, offsetof(struct tms_item, field) }
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
	*count = TMS_COUNT(runs);
	return runs;
}

const struct tms_item_list *tms_item_lists(size_t *count)
{
	static const struct tms_item_list lists[] = {
#define LIST(field, type, runs, ...)                                                               \
	{                                                                                          \
#field, offsetof(struct tms_item, field),                                          \
			offsetof(struct tms_item, field##_count), sizeof(type), runs,              \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}
		LIST(authors, struct tms_person, 3, "name", "uri", "email"),
		LIST(categories, struct tms_category, 3, "term", "scheme", "label"),
		LIST(keywords, struct tms_str, 1, "word"),
		LIST(links, struct tms_link, 5, "rel", "href", "type", "title", "hreflang"),
		LIST(media, struct tms_str, 1, "url"),
#undef LIST
	};
	*count = TMS_COUNT(lists);
	return lists;
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
