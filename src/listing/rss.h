/* RSS 2.0 and its elders, and the RDF Site Summary. */
#ifndef TAMIS_LISTING_RSS_H
#define TAMIS_LISTING_RSS_H

#include <tamis/xml.h>

#include "build.h"

/** The listing's own fields; channel may be NULL. */
void rss_channel_read(
	struct build *b, const struct tms_xml_node *root, const struct tms_xml_node *channel);
/**
 * Read a document whose element is rss, RDF or a channel into b->listing. TMS_OK, TMS_ELIMIT,
 * TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status rss_read(struct build *b, const struct tms_xml_node *root);

#endif
