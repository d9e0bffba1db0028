/* An entry as all forms show it: chosen once, then written in one of them (form_writer.h). */
#ifndef TAMIS_FEED_ENTRY_H
#define TAMIS_FEED_ENTRY_H

#include <tamis/fragment.h>

#define TMS_ENTRY_LINKS_MAX 32

enum tms_entry_rel { TMS_REL_ALTERNATE, TMS_REL_RELATED, TMS_REL_REPLIES, TMS_REL_ENCLOSURE };

struct tms_entry_link {
	enum tms_entry_rel rel;
	struct tms_str href; /* http or https; not escaped */
	struct tms_str type; /* a media type without parameters; may be empty */
	int64_t length;      /* above 0, or nothing is known */
};

struct tms_entry_category {
	struct tms_str term;   /* never empty */
	struct tms_str scheme; /* http or https, or empty */
	struct tms_str label;  /* may be empty */
};

/** Texts are as the item has them: writers put them on one line and escape them. */
struct tms_entry {
	struct tms_str id; /* an absolute IRI */
	struct tms_str title;
	struct tms_str language; /* a tag, or empty */
	struct tms_str html;     /* simple elements, never empty */
	int64_t updated_us, published_us;
	struct tms_entry_link links[TMS_ENTRY_LINKS_MAX]; /* each address once */
	struct tms_str *authors;                          /* perhaps "and N others" at the end */
	struct tms_entry_category *categories;
	size_t links_count, authors_count, categories_count;
	const int64_t *numbers; /* TMS_NUMBERS of them */
};

/** *out lives in the arena, and borrows from the item. TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status entry_make(struct tms_arena *arena, const struct tms_merged *item,
	struct tms_fragment_style style, struct tms_entry *out);

/** Append the element that holds the numbers which are known, as XML forms have it; perhaps nothing. */
void entry_write_numbers(struct tms_buf *buf, const struct tms_entry *entry);

#endif
