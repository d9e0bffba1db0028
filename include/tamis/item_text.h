/* What an item says at length, as far as it is searched. */
#ifndef TAMIS_ITEM_TEXT_H
#define TAMIS_ITEM_TEXT_H

#include <tamis/item.h>

/** So many words of an item are searched: of its title, then its summary, then its content. */
#define TMS_ITEM_WORDS_MAX 20000
/** What an item is about is looked for in so many words of its content, where it has no summary. */
#define TMS_ITEM_ABOUT_WORDS 300

struct tms_item_text {
	struct tms_str title, summary; /* borrowed of the item */
	struct tms_str content;        /* plain text of content_html, in the arena */
	/* the summary was made of the content: that is `summary`, and `content` is empty */
	bool is_one;
	bool is_cut; /* there are more words */
};

/**
 * The texts of an item. Without a content, or when that is not wanted, nothing is made; reading one
 * costs a few looks at each byte of its HTML. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's).
 */
TMS_MUST_CHECK enum tms_status tms_item_text(struct tms_arena *arena, const struct tms_item *item,
	bool wants_content, struct tms_item_text *out);

/**
 * The text that says what the item is about: its summary; where it has none, or one that was made of
 * its content, the beginning of that. Borrowed of the item or the arena. Empty on failure too
 * (arena->status).
 */
struct tms_str tms_item_about(struct tms_arena *arena, const struct tms_item *item);

#endif
