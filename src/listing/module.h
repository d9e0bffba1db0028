/* Extension modules: Dublin Core, Media RSS, iTunes, content, slash, threading, PRISM, arXiv's. */
#ifndef TAMIS_LISTING_MODULE_H
#define TAMIS_LISTING_MODULE_H

#include "entry.h"

/** Elements of extension modules that may stand in any entry. False when the node is none. */
bool module_read(struct listing_entry *entry, const struct tms_xml_node *node);
/** itunes:category, with the ones inside it, into the item's categories. */
void module_itunes_category(struct listing_entry *entry, const struct tms_xml_node *node);

#endif
