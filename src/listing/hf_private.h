/* Hugging Face Daily Papers: the items that its API and its page carry. */
#ifndef TAMIS_LISTING_HF_PRIVATE_H
#define TAMIS_LISTING_HF_PRIVATE_H

#include <tamis/json.h>
#include <tamis/xml.h>

#include "build.h"

/**
 * Is the value an element of /api/daily_papers or /api/papers/search, or (`flat`) an answer of
 * /api/papers/ID?
 */
bool hf_is_item(const struct json_t *value);
bool hf_is_paper(const struct json_t *value);

/**
 * Read all elements of an array of items. Elements that are no items are skipped with a note.
 * TMS_OK, TMS_ELIMIT, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status hf_read_items(struct build *b, const struct json_t *array);
/** Read one flat paper. */
TMS_MUST_CHECK enum tms_status hf_read_paper(struct build *b, const struct json_t *paper);

/** The pages of the paper at arXiv, as further links of the item. */
void hf_add_links(struct build *b, struct tms_str arxiv_id);

/**
 * "2026-06-09", "2026-W24", "2026-06": which period it names; the listing's period and date are
 * set.
 */
void hf_set_period(struct build *b, struct tms_str date);

/** Items of a day's list that have no date of their own get that day's. */
void hf_date_items(struct build *b);

/**
 * Read a list page: the data of its component where they are there, else its visible cards. TMS_OK;
 * TMS_ENOTFEED: no list page; TMS_EMALFORMED: one, but nothing in it can be read; TMS_ELIMIT;
 * TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status hf_read_page(struct build *b, const struct tms_xml_node *html);

/** Read the visible cards below the node. TMS_OK, TMS_ELIMIT, TMS_ENOMEM; *found counts them. */
TMS_MUST_CHECK enum tms_status hf_read_cards(
	struct build *b, const struct tms_xml_node *top, size_t *found);

#endif
