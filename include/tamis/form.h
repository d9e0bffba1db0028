/*
 * The forms that a feed can be read in. All show the same entries, in the same order, with the same
 * ids, texts and dates; which entries there is room for is measured in Atom.
 */
#ifndef TAMIS_FORM_H
#define TAMIS_FORM_H

#include <tamis/str.h>

/** Atom (RFC 4287), RSS 2.0 (rssboard.org), JSON Feed 1.1 (jsonfeed.org). */
enum tms_form { TMS_FORM_ATOM, TMS_FORM_RSS, TMS_FORM_JSON, TMS_FORMS };

/** "atom", "rss", "json": what an address ends in, behind a dot. Static. */
struct tms_str tms_form_name(enum tms_form form);
/** "Atom", "RSS", "JSON Feed". Static. */
struct tms_str tms_form_title(enum tms_form form);
/** For Content-Type; with the charset. Static. */
struct tms_str tms_form_content_type(enum tms_form form);
/** By name. False, and *out alone, when there is none of that name. */
bool tms_form_find(struct tms_str name, enum tms_form *out);
/** "/filter.rss" → "/filter" and the form; false, and all alone, when it ends in none. */
bool tms_form_cut(struct tms_str *path, enum tms_form *out);

#endif
