/*
 * Extension modules that Atom entries and RSS items carry.
 * Source: dublincore.org, web.resource.org/rss/1.0/modules, rssboard.org/media-rss, RFC 4685,
 * arXiv's atom schema.
 */
#include "module.h"

#include "element.h"
#include "person.h"

static void fill(struct tms_str *field, struct tms_str value)
{
	if (field->len == 0)
		*field = value;
}

/* ---- texts ---- */

static void read_encoded(struct listing_entry *entry, const struct tms_xml_node *node)
{
	entry->body.content = element_loose(entry->b, node);
	entry->body.content_type = BUILD_BODY_HTML;
	entry->body.base = element_base(entry->b, node);
	element_body_language(entry->b, node);
}

static void read_fallback_text(struct listing_entry *entry, const struct tms_xml_node *node)
{
	fill(&entry->fallback_text, element_loose(entry->b, node));
}

static void read_subtitle(struct listing_entry *entry, const struct tms_xml_node *node)
{
	fill(&entry->fallback_subtitle, element_text(entry->b, node));
}

static void read_other_title(struct listing_entry *entry, const struct tms_xml_node *node)
{
	fill(&entry->fallback_title, element_loose(entry->b, node));
}

static void read_rights(struct listing_entry *entry, const struct tms_xml_node *node)
{
	fill(&entry->b->item.rights, element_line(entry->b, "rights", node));
}

static void read_language(struct listing_entry *entry, const struct tms_xml_node *node)
{
	entry->b->item.language = element_tag(entry->b, element_text(entry->b, node));
}

static void read_subject(struct listing_entry *entry, const struct tms_xml_node *node)
{
	const struct tms_str none = { 0 };

	build_category(entry->b, element_text(entry->b, node), none, none);
}

static void read_media_category(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct tms_str scheme = tms_xml_attribute_value(node, "scheme");

	if (scheme.len == 0) /* rssboard.org/media-rss, media:category */
		scheme = TMS_STR("http://search.yahoo.com/mrss/category_schema");
	build_category(entry->b, element_text(entry->b, node), scheme,
		tms_xml_attribute_value(node, "label"));
}

/* <itunes:category text="A"><itunes:category text="B"/></itunes:category>: two of them */
void module_itunes_category(struct listing_entry *entry, const struct tms_xml_node *node)
{
	const struct tms_str scheme = TMS_STR("http://www.itunes.com/"), none = { 0 };

	build_category(entry->b, tms_xml_attribute_value(node, "text"), scheme, none);
	for (node = node->first_child; node; node = node->next)
		if (element_is(node, "category"))
			build_category(
				entry->b, tms_xml_attribute_value(node, "text"), scheme, none);
}

static void read_keywords(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct tms_str rest = element_text(entry->b, node);
	struct tms_str part;

	while (tms_str_split(&rest, ',', &part))
		build_keyword(entry->b, part);
}

static void read_date(struct listing_entry *entry, const struct tms_xml_node *node)
{
	fill(&entry->fallback_date, element_text(entry->b, node));
}

static void read_modified(struct listing_entry *entry, const struct tms_xml_node *node)
{
	if (entry->b->item.upstream_updated == TMS_TIME_NONE)
		entry->b->item.upstream_updated =
			build_date(entry->b, element_text(entry->b, node), NULL);
}

/* ---- identifiers ---- */

static void read_doi(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct tms_str doi = element_line(entry->b, "DOI", node);
	static const struct tms_str prefixes[] = { TMS_STR_INIT("doi:"),
		TMS_STR_INIT("https://doi.org/"), TMS_STR_INIT("http://dx.doi.org/"),
		TMS_STR_INIT("https://dx.doi.org/"), TMS_STR_INIT("http://doi.org/") };

	for (size_t i = 0; i < TMS_COUNT(prefixes); i++)
		if (tms_str_starts_caseless(doi, prefixes[i]))
			doi = tms_str_trim(tms_str_slice(doi, prefixes[i].len, SIZE_MAX));
	/* dc:identifier names many things; a DOI begins with its directory (ISO 26324) */
	if (tms_str_starts(doi, TMS_STR("10.")))
		fill(&entry->b->item.doi, doi);
}

static void read_announce(struct listing_entry *entry, const struct tms_xml_node *node)
{
	entry->b->item.announce = element_line(entry->b, "announcement", node);
}

static void read_comment(struct listing_entry *entry, const struct tms_xml_node *node)
{
	entry->b->item.comment = element_line(entry->b, "comment", node);
}

static void read_journal(struct listing_entry *entry, const struct tms_xml_node *node)
{
	fill(&entry->b->item.journal_ref, element_line(entry->b, "journal reference", node));
}

static void read_primary(struct listing_entry *entry, const struct tms_xml_node *node)
{
	entry->primary_category = tms_xml_attribute_value(node, "term");
}

static void read_original_link(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct tms_str none = { 0 };
	struct tms_str link = build_url(entry->b, none, element_text(entry->b, node));

	if (link.len > 0)
		entry->b->item.link = link;
}

/* ---- numbers ---- */

static void read_comments_count(struct listing_entry *entry, const struct tms_xml_node *node)
{
	int64_t count;

	if (tms_str_int64(tms_str_trim(element_text(entry->b, node)), &count))
		build_number(entry->b, TMS_NUMBER_COMMENTS, count);
}

/* ---- pictures ---- */

static void read_thumbnail(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct tms_str url = tms_xml_attribute_value(node, "url");

	if (url.len == 0)
		url = tms_xml_attribute_value(node, "href");
	if (entry->b->item.thumbnail.len == 0)
		entry->b->item.thumbnail = build_url(entry->b, entry->base, url);
}

static bool is_picture(struct tms_str type, struct tms_str medium)
{
	return tms_str_starts_caseless(type, TMS_STR("image/")) ||
	       tms_str_starts_caseless(type, TMS_STR("video/")) ||
	       tms_str_equal(medium, TMS_STR("image")) || tms_str_equal(medium, TMS_STR("video"));
}

static void read_media_content(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct tms_str type = tms_xml_attribute_value(node, "type");
	struct tms_str url = tms_xml_attribute_value(node, "url");
	int64_t length = TMS_NUMBER_NONE;

	if (is_picture(type, tms_xml_attribute_value(node, "medium"))) {
		build_media(entry->b, entry->base, url);
	} else if (url.len > 0) {
		(void)tms_str_int64(tms_xml_attribute_value(node, "fileSize"), &length);
		build_link(entry->b, entry->base,
			&(struct tms_link){ .rel = TMS_STR("enclosure"),
				.href = url,
				.type = type,
				.length = length });
	}
	/* media:content and media:group hold more of the module, a few levels deep at most */
	for (const struct tms_xml_node *child = node->first_child; child && entry->depth < 3;
		child = child->next) {
		entry->depth++;
		if (child->name.len > 0 && namespace_of(entry->b, child->ns) == NAMESPACE_MEDIA)
			(void)module_read(entry, child);
		entry->depth--;
	}
}

static const struct entry_element elements[] = {
	{ NAMESPACE_DC, "creator", person_creator },
	{ NAMESPACE_DC, "author", person_creator },
	{ NAMESPACE_DC, "title", read_other_title },
	{ NAMESPACE_DC, "description", read_fallback_text },
	{ NAMESPACE_DC, "date", read_date },
	{ NAMESPACE_DC, "subject", read_subject },
	{ NAMESPACE_DC, "rights", read_rights },
	{ NAMESPACE_DC, "language", read_language },
	{ NAMESPACE_DC, "identifier", read_doi },
	{ NAMESPACE_DCTERMS, "issued", read_date },
	{ NAMESPACE_DCTERMS, "created", read_date },
	{ NAMESPACE_DCTERMS, "modified", read_modified },
	{ NAMESPACE_CONTENT, "encoded", read_encoded },
	{ NAMESPACE_SLASH, "comments", read_comments_count },
	{ NAMESPACE_THREAD, "total", read_comments_count },
	{ NAMESPACE_MEDIA, "thumbnail", read_thumbnail },
	{ NAMESPACE_MEDIA, "content", read_media_content },
	{ NAMESPACE_MEDIA, "group", read_media_content },
	{ NAMESPACE_MEDIA, "title", read_other_title },
	{ NAMESPACE_MEDIA, "category", read_media_category },
	{ NAMESPACE_MEDIA, "description", read_fallback_text },
	{ NAMESPACE_MEDIA, "keywords", read_keywords },
	{ NAMESPACE_MEDIA, "copyright", read_rights },
	{ NAMESPACE_ITUNES, "author", person_fallback },
	{ NAMESPACE_ITUNES, "title", read_other_title },
	{ NAMESPACE_ITUNES, "summary", read_fallback_text },
	{ NAMESPACE_ITUNES, "subtitle", read_subtitle },
	{ NAMESPACE_ITUNES, "category", module_itunes_category },
	{ NAMESPACE_ITUNES, "link", read_thumbnail }, /* rel="image", of old */
	{ NAMESPACE_ITUNES, "keywords", read_keywords },
	{ NAMESPACE_ITUNES, "image", read_thumbnail },
	{ NAMESPACE_ARXIV, "announce_type", read_announce },
	{ NAMESPACE_ARXIV, "comment", read_comment },
	{ NAMESPACE_ARXIV, "journal_ref", read_journal },
	{ NAMESPACE_ARXIV, "journal_reference", read_journal },
	{ NAMESPACE_ARXIV, "doi", read_doi },
	{ NAMESPACE_ARXIV, "primary_category", read_primary },
	{ NAMESPACE_PRISM, "doi", read_doi },
	{ NAMESPACE_PRISM, "publicationName", read_journal },
	{ NAMESPACE_FEEDBURNER, "origLink", read_original_link },
};

bool module_read(struct listing_entry *entry, const struct tms_xml_node *node)
{
	return entry_read(elements, TMS_COUNT(elements), entry, node);
}
