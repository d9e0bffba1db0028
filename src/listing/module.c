/*
 * Extension modules that Atom entries and RSS items carry.
 * Source: dublincore.org, web.resource.org/rss/1.0/modules, rssboard.org/media-rss, RFC 4685, arXiv's atom schema.
 */
#include "element.h"

static void fill(struct tms_str *field, struct tms_str value)
{
	if (field->len == 0)
		*field = value;
}

static struct tms_str line_of(
	struct tms_entry *entry, const char *what, const struct tms_xml_node *node)
{
	return build_line(entry->b, what, element_text(entry->b, node));
}

/* ---- people ---- */

/* "Smith, Jr.": the comma belongs to the name */
static bool is_suffix(struct tms_str part)
{
	static const char *const suffixes[] = { "Jr.", "Jr", "Sr.", "Sr", "II", "III", "IV" };

	for (size_t i = 0; i < TMS_COUNT(suffixes); i++)
		if (tms_str_equal(part, tms_str_from(suffixes[i])))
			return true;
	return false;
}

/* Where the name that starts at `at` ends: at a comma outside parentheses that no suffix follows. */
static size_t name_end(struct tms_str names, size_t at)
{
	int depth = 0;

	for (; at < names.len; at++) {
		if (names.ptr[at] == '(')
			depth++;
		else if (names.ptr[at] == ')')
			depth--;
		if (names.ptr[at] != ',' || depth > 0)
			continue;
		size_t next = tms_str_find_byte(names, ',', at + 1);
		if (!is_suffix(tms_str_trim(tms_str_slice(names, at + 1, next))))
			return at;
	}
	return at;
}

void module_creators(struct tms_entry *entry, struct tms_str names)
{
	const struct tms_str none = { 0 };
	bool many = entry->b->listing->origin != TMS_ORIGIN_OTHER;

	if (!many) {
		element_person(entry->b, names);
		return;
	}
	for (size_t at = 0; at < names.len;) {
		size_t end = name_end(names, at);
		build_author(entry->b, tms_str_slice(names, at, end), none, none);
		at = end + 1;
	}
}

static void read_creator(struct tms_entry *entry, const struct tms_xml_node *node)
{
	/* dc:creator may hold a nested rdf:Description or HTML; its text is the name either way */
	module_creators(entry, line_of(entry, "author", node));
}

static void read_itunes_author(struct tms_entry *entry, const struct tms_xml_node *node)
{
	if (entry->creator.len == 0)
		entry->creator = line_of(entry, "author", node);
}

/* ---- texts ---- */

static void read_encoded(struct tms_entry *entry, const struct tms_xml_node *node)
{
	entry->body.content = element_loose(entry->b, node);
	entry->body.content_type = TMS_BODY_HTML;
	entry->body.base = element_base(entry->b, node);
	element_body_language(entry, node);
}

static void read_fallback_text(struct tms_entry *entry, const struct tms_xml_node *node)
{
	fill(&entry->fallback_text, element_loose(entry->b, node));
}

static void read_subtitle(struct tms_entry *entry, const struct tms_xml_node *node)
{
	fill(&entry->fallback_subtitle, element_text(entry->b, node));
}

static void read_other_title(struct tms_entry *entry, const struct tms_xml_node *node)
{
	fill(&entry->fallback_title, element_loose(entry->b, node));
}

static void read_rights(struct tms_entry *entry, const struct tms_xml_node *node)
{
	fill(&entry->b->item.rights, line_of(entry, "rights", node));
}

static void read_language(struct tms_entry *entry, const struct tms_xml_node *node)
{
	entry->b->item.language = element_tag(entry->b, element_text(entry->b, node));
}

static void read_subject(struct tms_entry *entry, const struct tms_xml_node *node)
{
	const struct tms_str none = { 0 };

	build_category(entry->b, element_text(entry->b, node), none, none);
}

static void read_media_category(struct tms_entry *entry, const struct tms_xml_node *node)
{
	struct tms_str scheme = tms_xml_attribute_value(node, "scheme");

	if (scheme.len == 0) /* rssboard.org/media-rss, media:category */
		scheme = TMS_STR("http://search.yahoo.com/mrss/category_schema");
	build_category(entry->b, element_text(entry->b, node), scheme,
		tms_xml_attribute_value(node, "label"));
}

/* <itunes:category text="A"><itunes:category text="B"/></itunes:category>: two of them */
void module_itunes_category(struct tms_entry *entry, const struct tms_xml_node *node)
{
	const struct tms_str scheme = TMS_STR("http://www.itunes.com/"), none = { 0 };

	build_category(entry->b, tms_xml_attribute_value(node, "text"), scheme, none);
	for (node = node->first_child; node; node = node->next)
		if (tms_markup_is(node, "category"))
			build_category(
				entry->b, tms_xml_attribute_value(node, "text"), scheme, none);
}

static void read_keywords(struct tms_entry *entry, const struct tms_xml_node *node)
{
	struct tms_str rest = element_text(entry->b, node);
	struct tms_str part;

	while (tms_str_split(&rest, ',', &part))
		build_keyword(entry->b, part);
}

static void read_date(struct tms_entry *entry, const struct tms_xml_node *node)
{
	fill(&entry->fallback_date, element_text(entry->b, node));
}

static void read_modified(struct tms_entry *entry, const struct tms_xml_node *node)
{
	if (entry->b->item.upstream_updated == TMS_TIME_NONE)
		entry->b->item.upstream_updated =
			build_date(entry->b, element_text(entry->b, node), NULL);
}

/* ---- identifiers ---- */

static void read_doi(struct tms_entry *entry, const struct tms_xml_node *node)
{
	struct tms_str doi = line_of(entry, "DOI", node);
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

static void read_announce(struct tms_entry *entry, const struct tms_xml_node *node)
{
	entry->b->item.announce = line_of(entry, "announcement", node);
}

static void read_comment(struct tms_entry *entry, const struct tms_xml_node *node)
{
	entry->b->item.comment = build_line(entry->b, "comment", element_text(entry->b, node));
}

static void read_journal(struct tms_entry *entry, const struct tms_xml_node *node)
{
	fill(&entry->b->item.journal_ref, line_of(entry, "journal reference", node));
}

static void read_primary(struct tms_entry *entry, const struct tms_xml_node *node)
{
	entry->primary_category = tms_xml_attribute_value(node, "term");
}

static void read_original_link(struct tms_entry *entry, const struct tms_xml_node *node)
{
	struct tms_str none = { 0 };
	struct tms_str link = build_url(entry->b, none, element_text(entry->b, node));

	if (link.len > 0)
		entry->b->item.link = link;
}

/* ---- numbers ---- */

static void read_comments_count(struct tms_entry *entry, const struct tms_xml_node *node)
{
	int64_t count;

	if (tms_str_int64(tms_str_trim(element_text(entry->b, node)), &count))
		build_number(entry->b, TMS_NUMBER_COMMENTS, count);
}

/* ---- pictures ---- */

static void read_thumbnail(struct tms_entry *entry, const struct tms_xml_node *node)
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

static void read_media_content(struct tms_entry *entry, const struct tms_xml_node *node)
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
		if (child->name.len > 0 && element_ns_of(entry->b, child->ns) == TMS_NS_MEDIA)
			(void)module_read(entry, child);
		entry->depth--;
	}
}

static const struct tms_element elements[] = {
	{ TMS_NS_DC, "creator", read_creator },
	{ TMS_NS_DC, "author", read_creator },
	{ TMS_NS_DC, "title", read_other_title },
	{ TMS_NS_DC, "description", read_fallback_text },
	{ TMS_NS_DC, "date", read_date },
	{ TMS_NS_DC, "subject", read_subject },
	{ TMS_NS_DC, "rights", read_rights },
	{ TMS_NS_DC, "language", read_language },
	{ TMS_NS_DC, "identifier", read_doi },
	{ TMS_NS_DCTERMS, "issued", read_date },
	{ TMS_NS_DCTERMS, "created", read_date },
	{ TMS_NS_DCTERMS, "modified", read_modified },
	{ TMS_NS_CONTENT, "encoded", read_encoded },
	{ TMS_NS_SLASH, "comments", read_comments_count },
	{ TMS_NS_THREAD, "total", read_comments_count },
	{ TMS_NS_MEDIA, "thumbnail", read_thumbnail },
	{ TMS_NS_MEDIA, "content", read_media_content },
	{ TMS_NS_MEDIA, "group", read_media_content },
	{ TMS_NS_MEDIA, "title", read_other_title },
	{ TMS_NS_MEDIA, "category", read_media_category },
	{ TMS_NS_MEDIA, "description", read_fallback_text },
	{ TMS_NS_MEDIA, "keywords", read_keywords },
	{ TMS_NS_MEDIA, "copyright", read_rights },
	{ TMS_NS_ITUNES, "author", read_itunes_author },
	{ TMS_NS_ITUNES, "title", read_other_title },
	{ TMS_NS_ITUNES, "summary", read_fallback_text },
	{ TMS_NS_ITUNES, "subtitle", read_subtitle },
	{ TMS_NS_ITUNES, "category", module_itunes_category },
	{ TMS_NS_ITUNES, "link", read_thumbnail }, /* rel="image", of old */
	{ TMS_NS_ITUNES, "keywords", read_keywords },
	{ TMS_NS_ITUNES, "image", read_thumbnail },
	{ TMS_NS_ARXIV, "announce_type", read_announce },
	{ TMS_NS_ARXIV, "comment", read_comment },
	{ TMS_NS_ARXIV, "journal_ref", read_journal },
	{ TMS_NS_ARXIV, "journal_reference", read_journal },
	{ TMS_NS_ARXIV, "doi", read_doi },
	{ TMS_NS_ARXIV, "primary_category", read_primary },
	{ TMS_NS_PRISM, "doi", read_doi },
	{ TMS_NS_PRISM, "publicationName", read_journal },
	{ TMS_NS_FEEDBURNER, "origLink", read_original_link },
};

bool module_read(struct tms_entry *entry, const struct tms_xml_node *node)
{
	return element_read(elements, TMS_COUNT(elements), entry, node);
}
