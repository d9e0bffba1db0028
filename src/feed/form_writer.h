/* How documents and their entries are written in one form. */
#ifndef TAMIS_FEED_FORM_WRITER_H
#define TAMIS_FEED_FORM_WRITER_H

#include "entry.h"

struct form_writer {
	struct tms_str name, title, content_type; /* see <tamis/form.h> */
	/** Between two entries; the front of each entry's bytes. May be empty. */
	struct tms_str divider;
	struct tms_str footer;
	/** As tms_document_write_header. */
	void (*header)(struct tms_buf *buf, const struct tms_feed_definition *feed, size_t *cut);
	/** As tms_document_write_moment; NULL where the form does not say it. */
	void (*moment)(struct tms_buf *buf, int64_t us);
	/** *numbers is where the numbers begin that move all day, which are last. */
	void (*entry)(struct tms_buf *buf, const struct feed_entry *entry, size_t *numbers);
};

extern const struct form_writer atom_writer, rss_writer, json_feed_writer;

/** Static. */
const struct form_writer *form_writer_of(enum tms_form form);

#endif
