/* XML namespaces of feeds and their modules, by what they mean. */
#ifndef TAMIS_LISTING_NAMESPACE_H
#define TAMIS_LISTING_NAMESPACE_H

#include "build.h"

#define NAMESPACE_RDF_URI "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define NAMESPACE_XML_URI "http://www.w3.org/XML/1998/namespace"

/** Several names of one meaning occur (http/https, old versions). */
enum namespace_kind {
	NAMESPACE_NONE, /* no namespace, or one of RSS itself */
	NAMESPACE_ATOM,
	NAMESPACE_RDF,
	NAMESPACE_DC,
	NAMESPACE_DCTERMS,
	NAMESPACE_CONTENT,
	NAMESPACE_MEDIA,
	NAMESPACE_SLASH,
	NAMESPACE_ITUNES,
	NAMESPACE_ARXIV,
	NAMESPACE_THREAD,
	NAMESPACE_OPENSEARCH,
	NAMESPACE_FEEDBURNER,
	NAMESPACE_PRISM,
	NAMESPACE_ADMIN,
	NAMESPACE_UNUSED, /* known, and nothing in it for a reader */
	NAMESPACE_OTHER,
};

/**
 * An unknown namespace counts as none when the document element has it: generators misuse `xmlns`.
 */
enum namespace_kind namespace_of(struct build *b, struct tms_str uri);
/** The document element has it. */
void namespace_own(struct build *b, struct tms_str uri);
/**
 * The parser leaves an undeclared prefix with its name: then it is taken off *name. NAMESPACE_NONE
 * when there is no prefix, NAMESPACE_OTHER when nobody knows it.
 */
enum namespace_kind namespace_of_prefix(struct tms_str *name);

#endif
