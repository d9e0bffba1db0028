/* An entry as all forms show it: chosen once, then written in one of them (form_writer.h). */
#ifndef TAMIS_FEED_ENTRY_H
#define TAMIS_FEED_ENTRY_H

#include <tamis/fragment.h>

#define FEED_ENTRY_LINKS_MAX 32

enum feed_entry_rel { FEED_REL_ALTERNATE, FEED_REL_RELATED, FEED_REL_REPLIES, FEED_REL_ENCLOSURE };

struct feed_entry_link {
	enum feed_entry_rel rel;
	struct tms_str href; /* http or https; not escaped */
	struct tms_str type; /* a media type without parameters; may be empty */
	int64_t length;      /* above 0, or nothing is known */
};

struct feed_entry_category {
	struct tms_str term;   /* never empty */
	struct tms_str scheme; /* http or https, or empty */
	struct tms_str label;  /* may be empty */
};

/** Texts are as the item has them: writers put them on one line and escape them. */
struct feed_entry {
	struct tms_str id; /* an absolute IRI */
	struct tms_str title;
	struct tms_str language; /* a tag, or empty */
	struct tms_str html;     /* simple elements, never empty */
	int64_t updated_us, published_us;
	struct feed_entry_link links[FEED_ENTRY_LINKS_MAX]; /* each address once */
	struct tms_str *authors;                            /* perhaps "and N others" at the end */
	struct feed_entry_category *categories;
	size_t links_count, authors_count, categories_count;
	const int64_t *numbers; /* TMS_NUMBERS of them */
};

/** *out lives in the arena, and borrows from the item. TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status entry_make(struct tms_arena *arena, const struct tms_merged *item,
	struct tms_fragment_style style, struct feed_entry *out);

/** The `updated` of an item's entry in microseconds since 1970: two items of one second differ. */
int64_t entry_updated_us(const struct tms_merged *item, tms_time published);

/** Append the element of the numbers that are known, as XML forms have it; perhaps nothing. */
void entry_write_numbers(struct tms_buf *buf, const struct feed_entry *entry);

#endif
