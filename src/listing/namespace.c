/* The table of XML namespaces that feeds use, in any spelling. */
#include "namespace.h"

static const struct {
	struct tms_str uri;
	enum namespace_kind ns;
} namespaces[] = {
	{ TMS_STR_INIT(""), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://purl.org/rss/1.0/"), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://my.netscape.com/rdf/simple/0.9/"), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://channel.netscape.com/rdf/simple/0.9/"), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://purl.org/net/rss1.1#"), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://backend.userland.com/rss"), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://backend.userland.com/rss2"), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://blogs.law.harvard.edu/tech/rss"), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://www.rssboard.org/rss-specification"), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://www.w3.org/2005/Atom"), NAMESPACE_ATOM },
	{ TMS_STR_INIT("https://www.w3.org/2005/Atom"), NAMESPACE_ATOM },
	{ TMS_STR_INIT("http://purl.org/atom/ns#"), NAMESPACE_ATOM },
	{ TMS_STR_INIT(NAMESPACE_RDF_URI), NAMESPACE_RDF },
	{ TMS_STR_INIT("http://purl.org/dc/elements/1.1/"), NAMESPACE_DC },
	{ TMS_STR_INIT("http://purl.org/dc/elements/1.0/"), NAMESPACE_DC },
	{ TMS_STR_INIT("http://purl.org/dc/terms/"), NAMESPACE_DCTERMS },
	{ TMS_STR_INIT("http://purl.org/rss/1.0/modules/content/"), NAMESPACE_CONTENT },
	{ TMS_STR_INIT("http://search.yahoo.com/mrss/"), NAMESPACE_MEDIA },
	{ TMS_STR_INIT("http://search.yahoo.com/mrss"), NAMESPACE_MEDIA },
	{ TMS_STR_INIT("https://search.yahoo.com/mrss/"), NAMESPACE_MEDIA },
	{ TMS_STR_INIT("http://purl.org/rss/1.0/modules/slash/"), NAMESPACE_SLASH },
	{ TMS_STR_INIT("http://www.itunes.com/dtds/podcast-1.0.dtd"), NAMESPACE_ITUNES },
	{ TMS_STR_INIT("http://arxiv.org/schemas/atom"), NAMESPACE_ARXIV },
	{ TMS_STR_INIT("https://arxiv.org/schemas/atom"), NAMESPACE_ARXIV },
	{ TMS_STR_INIT("http://purl.org/syndication/thread/1.0"), NAMESPACE_THREAD },
	{ TMS_STR_INIT("http://a9.com/-/spec/opensearch/1.1/"), NAMESPACE_OPENSEARCH },
	{ TMS_STR_INIT("http://a9.com/-/spec/opensearchrss/1.0/"), NAMESPACE_OPENSEARCH },
	{ TMS_STR_INIT("http://rssnamespace.org/feedburner/ext/1.0"), NAMESPACE_FEEDBURNER },
	{ TMS_STR_INIT("http://prismstandard.org/namespaces/basic/2.0/"), NAMESPACE_PRISM },
	{ TMS_STR_INIT("http://prismstandard.org/namespaces/1.2/basic/"), NAMESPACE_PRISM },
	{ TMS_STR_INIT("http://prismstandard.org/namespaces/basic/3.0/"), NAMESPACE_PRISM },
	{ TMS_STR_INIT("http://purl.org/rss/1.0/modules/prism/"), NAMESPACE_PRISM },
	{ TMS_STR_INIT("http://webns.net/mvcb/"), NAMESPACE_ADMIN },
	{ TMS_STR_INIT("http://www.georss.org/georss"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://www.opengis.net/gml"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://www.w3.org/2003/01/geo/wgs84_pos#"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://wellformedweb.org/CommentAPI/"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://podlove.org/simple-chapters"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("https://podlove.org/simple-chapters"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("https://podcastindex.org/namespace/1.0"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://www.google.com/schemas/play-podcasts/1.0"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://www.youtube.com/xml/schemas/2015"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://gdata.youtube.com/schemas/2007"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://backend.userland.com/creativeCommonsRssModule"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://web.resource.org/cc/"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://purl.org/rss/1.0/modules/syndication/"), NAMESPACE_UNUSED },
};

/*
 * Names of namespaces are compared as they are (XML names 1.0 section 2.3), but feeds write them in
 * any case.
 */
static enum namespace_kind find_ns(struct tms_str uri)
{
	uri = tms_str_trim(uri);
	for (size_t i = 0; i < TMS_COUNT(namespaces); i++)
		if (tms_str_equal_caseless(namespaces[i].uri, uri))
			return namespaces[i].ns;
	return NAMESPACE_OTHER;
}

enum namespace_kind namespace_of(struct build *b, struct tms_str uri)
{
	size_t at = ((uintptr_t)uri.ptr >> 4) % BUILD_NAMESPACES;

	if (!b->namespaces[at].uri || b->namespaces[at].uri != uri.ptr) {
		bool is_own = b->own_ns.len > 0 && tms_str_equal(uri, b->own_ns);
		enum namespace_kind ns = find_ns(uri);
		(void)build_spend(b, 4 + uri.len / 4);
		b->namespaces[at].uri = uri.ptr;
		b->namespaces[at].ns = ns == NAMESPACE_OTHER && is_own ? NAMESPACE_NONE : ns;
	}
	return (enum namespace_kind)b->namespaces[at].ns;
}

void namespace_own(struct build *b, struct tms_str uri)
{
	b->own_ns = uri;
	memset(b->namespaces, 0, sizeof(b->namespaces)); /* it was another's until now */
}

/* Prefixes that feeds use without declaring them, as everybody means them. */
static const struct {
	struct tms_str prefix;
	enum namespace_kind ns;
} prefixes[] = {
	{ TMS_STR_INIT("dc:"), NAMESPACE_DC },
	{ TMS_STR_INIT("dcterms:"), NAMESPACE_DCTERMS },
	{ TMS_STR_INIT("content:"), NAMESPACE_CONTENT },
	{ TMS_STR_INIT("media:"), NAMESPACE_MEDIA },
	{ TMS_STR_INIT("itunes:"), NAMESPACE_ITUNES },
	{ TMS_STR_INIT("slash:"), NAMESPACE_SLASH },
	{ TMS_STR_INIT("thr:"), NAMESPACE_THREAD },
	{ TMS_STR_INIT("atom:"), NAMESPACE_ATOM },
	{ TMS_STR_INIT("atom10:"), NAMESPACE_ATOM },
	{ TMS_STR_INIT("feedburner:"), NAMESPACE_FEEDBURNER },
	{ TMS_STR_INIT("arxiv:"), NAMESPACE_ARXIV },
	{ TMS_STR_INIT("prism:"), NAMESPACE_PRISM },
	{ TMS_STR_INIT("opensearch:"), NAMESPACE_OPENSEARCH },
	{ TMS_STR_INIT("georss:"), NAMESPACE_UNUSED },
};

enum namespace_kind namespace_of_prefix(struct tms_str *name)
{
	size_t colon = tms_str_find_byte(*name, ':', 0);
	struct tms_str prefix = tms_str_slice(*name, 0, colon + 1);

	if (colon == SIZE_MAX)
		return NAMESPACE_NONE;
	for (size_t i = 0; i < TMS_COUNT(prefixes); i++)
		if (tms_str_equal_caseless(prefixes[i].prefix, prefix)) {
			*name = tms_str_slice(*name, colon + 1, SIZE_MAX);
			return prefixes[i].ns;
		}
	return NAMESPACE_OTHER;
}
