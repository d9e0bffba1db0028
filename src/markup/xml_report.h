/* What was mended in a document, in words. */
#ifndef TAMIS_MARKUP_XML_REPORT_H
#define TAMIS_MARKUP_XML_REPORT_H

#include <tamis/charset.h>
#include <tamis/xml.h>

#include "xml_repair.h"

/**
 * What a reader should be told of a document: its charset, then what was mended, one sentence part
 * each ("3 bare ampersands, the first in line 12"), in the arena. The first fault stands
 * for itself where nothing else explains it.
 */
void xml_report_words(struct tms_arena *arena, const struct tms_charset_info *charset,
	const struct xml_mends *mends, struct tms_xml_report *report);

#endif
