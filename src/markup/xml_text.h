/* A text run of a document, put right. */
#ifndef TAMIS_MARKUP_XML_TEXT_H
#define TAMIS_MARKUP_XML_TEXT_H

#include <tamis/buf.h>

/** Put right what went through the wrong charset before it came here. */
void xml_text_tidy(struct tms_buf *text);

#endif
