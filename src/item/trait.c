/* Which of the fields that not every source has an item has. */
#include <tamis/trait.h>

unsigned tms_item_traits(const struct tms_item *item)
{
	unsigned traits = 0;

	for (int i = 0; i < TMS_NUMBERS; i++)
		traits |= item->numbers[i] != TMS_NUMBER_NONE ? 1u << i : 0;
	traits |= item->categories_count > 0 ? TMS_TRAIT_CATEGORY : 0;
	traits |= item->keywords_count > 0 ? TMS_TRAIT_KEYWORD : 0;
	traits |= item->organization.len + item->organization_name.len > 0 ? TMS_TRAIT_ORG : 0;
	traits |= item->submitter.len + item->submitter_name.len > 0 ? TMS_TRAIT_SUBMITTER : 0;
	traits |= item->comment.len > 0 ? TMS_TRAIT_COMMENT : 0;
	traits |= item->announce.len > 0 ? TMS_TRAIT_ANNOUNCE : 0;
	traits |= item->content_html.len > 0 ? TMS_TRAIT_CONTENT : 0;
	traits |= tms_item_language(item, NULL).len > 0 ? TMS_TRAIT_LANGUAGE : 0;
	return traits;
}

const char *tms_trait_name(enum tms_trait trait)
{
	switch (trait) {
	case TMS_TRAIT_UPVOTES:
		return "upvotes";
	case TMS_TRAIT_COMMENTS:
		return "comments";
	case TMS_TRAIT_STARS:
		return "stars";
	case TMS_TRAIT_CATEGORY:
		return "a category";
	case TMS_TRAIT_KEYWORD:
		return "keywords";
	case TMS_TRAIT_ORG:
		return "an organization";
	case TMS_TRAIT_SUBMITTER:
		return "a submitter";
	case TMS_TRAIT_COMMENT:
		return "a comment of its authors";
	case TMS_TRAIT_ANNOUNCE:
		return "a kind of announcement";
	case TMS_TRAIT_CONTENT:
		return "a content";
	case TMS_TRAIT_LANGUAGE:
		return "a language";
	}
	return "";
}
