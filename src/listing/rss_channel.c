/*
 * What RSS says of the listing itself: the channel, and in RSS 0.90 and 1.0 the image beside it.
 * Modules speak where the channel's own elements do not.
 */
#include "rss.h"

#include "atom.h"
#include "element.h"
#include "module.h"
#include "person.h"

/* ---- texts ---- */

static void read_title(struct listing_entry *channel, const struct tms_xml_node *node)
{
	if (channel->b->listing->title.len == 0)
		channel->b->listing->title =
			build_title(channel->b, element_loose(channel->b, node));
}

static void read_own_title(struct listing_entry *channel, const struct tms_xml_node *node)
{
	struct tms_str title = build_title(channel->b, element_loose(channel->b, node));

	if (title.len > 0)
		channel->b->listing->title = title;
}

static void read_description(struct listing_entry *channel, const struct tms_xml_node *node)
{
	struct tms_str text = build_title(channel->b, element_loose(channel->b, node));

	if (text.len > 0)
		channel->b->listing->subtitle = text;
}

static void read_fallback_text(struct listing_entry *channel, const struct tms_xml_node *node)
{
	if (tms_str_trim(channel->fallback_text).len == 0)
		channel->fallback_text = element_loose(channel->b, node);
}

static void read_language(struct listing_entry *channel, const struct tms_xml_node *node)
{
	struct tms_str language = element_tag(channel->b, element_text(channel->b, node));

	if (language.len > 0)
		channel->b->listing->language = language;
}

static void read_rights(struct listing_entry *channel, const struct tms_xml_node *node)
{
	if (channel->b->listing->rights.len == 0)
		channel->b->listing->rights =
			build_title(channel->b, element_loose(channel->b, node));
}

static void read_generator(struct listing_entry *channel, const struct tms_xml_node *node)
{
	channel->b->listing->generator = element_line(channel->b, "generator", node);
}

static void read_generator_agent(struct listing_entry *channel, const struct tms_xml_node *node)
{
	if (channel->b->listing->generator.len == 0)
		channel->b->listing->generator = build_line(channel->b, "generator",
			tms_xml_attribute_ns(node, NAMESPACE_RDF_URI, "resource"));
}

static void read_category(struct listing_entry *channel, const struct tms_xml_node *node)
{
	const struct tms_str none = { 0 };

	build_category(channel->b, element_text(channel->b, node),
		tms_xml_attribute_value(node, "domain"), none);
}

/* ---- dates, numbers, addresses ---- */

static void read_built(struct listing_entry *channel, const struct tms_xml_node *node)
{
	tms_time built = build_date(channel->b, element_text(channel->b, node), NULL);

	if (built != TMS_TIME_NONE)
		channel->b->listing->updated = built;
}

static void read_fallback_date(struct listing_entry *channel, const struct tms_xml_node *node)
{
	if (tms_str_trim(channel->fallback_date).len == 0)
		channel->fallback_date = element_text(channel->b, node);
}

static void read_total(struct listing_entry *channel, const struct tms_xml_node *node)
{
	int64_t total;

	if (tms_str_int64(tms_str_trim(element_text(channel->b, node)), &total) && total >= 0)
		channel->b->listing->total = total;
}

static void read_skip_days(struct listing_entry *channel, const struct tms_xml_node *node)
{
	for (const struct tms_xml_node *child = node->first_child; child; child = child->next)
		if (element_is(child, "day"))
			tms_skip_add_day(
				&channel->b->listing->skip, element_text(channel->b, child));
}

static void read_skip_hours(struct listing_entry *channel, const struct tms_xml_node *node)
{
	for (const struct tms_xml_node *child = node->first_child; child; child = child->next)
		if (element_is(child, "hour"))
			tms_skip_add_hour(
				&channel->b->listing->skip, element_text(channel->b, child));
}

static void set_image(
	struct listing_entry *channel, const struct tms_xml_node *node, struct tms_str reference)
{
	struct tms_str url = build_url(channel->b, element_base(channel->b, node), reference);

	if (channel->b->listing->image.len == 0)
		channel->b->listing->image = url;
}

/* <image><url>; in RSS 1.0 the channel only points at it, by rdf:resource */
static void read_image(struct listing_entry *channel, const struct tms_xml_node *node)
{
	for (const struct tms_xml_node *child = node->first_child; child; child = child->next)
		if (element_is(child, "url"))
			set_image(channel, child, element_text(channel->b, child));
}

static void read_picture(struct listing_entry *channel, const struct tms_xml_node *node)
{
	struct tms_str url = tms_xml_attribute_value(node, "url");

	set_image(channel, node, url.len ? url : tms_xml_attribute_value(node, "href"));
}

static void read_media(struct listing_entry *channel, const struct tms_xml_node *node)
{
	if (tms_str_equal(tms_xml_attribute_value(node, "medium"), TMS_STR("image")) ||
		tms_str_starts_caseless(tms_xml_attribute_value(node, "type"), TMS_STR("image/")))
		read_picture(channel, node);
}

static const struct entry_element elements[] = {
	{ NAMESPACE_NONE, "title", read_own_title },
	{ NAMESPACE_NONE, "link", atom_listing_link },
	{ NAMESPACE_NONE, "description", read_description },
	{ NAMESPACE_NONE, "tagline",
		read_fallback_text }, /* Atom's elements without its namespace */
	{ NAMESPACE_NONE, "subtitle", read_fallback_text },
	{ NAMESPACE_NONE, "abstract", read_description }, /* CDF */
	{ NAMESPACE_NONE, "language", read_language },
	{ NAMESPACE_NONE, "copyright", read_rights },
	{ NAMESPACE_NONE, "generator", read_generator },
	{ NAMESPACE_NONE, "managingEditor", person_rss },
	{ NAMESPACE_NONE, "author", person_rss },
	{ NAMESPACE_NONE, "webMaster", person_fallback },
	{ NAMESPACE_NONE, "lastBuildDate", read_built },
	{ NAMESPACE_NONE, "pubDate", read_fallback_date },
	{ NAMESPACE_NONE, "category", read_category },
	{ NAMESPACE_NONE, "image", read_image },
	{ NAMESPACE_NONE, "skipDays", read_skip_days },
	{ NAMESPACE_NONE, "skipHours", read_skip_hours },
	{ NAMESPACE_ATOM, "link", atom_listing_link },
	{ NAMESPACE_ATOM, "author", person_atom },
	{ NAMESPACE_ATOM, "updated", read_fallback_date },
	{ NAMESPACE_DC, "title", read_title },
	{ NAMESPACE_DC, "description", read_fallback_text },
	{ NAMESPACE_DC, "language", read_language },
	{ NAMESPACE_DC, "rights", read_rights },
	{ NAMESPACE_DC, "creator", person_of_channel },
	{ NAMESPACE_DC, "author", person_of_channel },
	{ NAMESPACE_DC, "date", read_fallback_date },
	{ NAMESPACE_DC, "subject", read_category },
	{ NAMESPACE_DCTERMS, "modified", read_fallback_date },
	{ NAMESPACE_DCTERMS, "issued", read_fallback_date },
	{ NAMESPACE_ITUNES, "author", person_fallback },
	{ NAMESPACE_ITUNES, "subtitle", read_fallback_text },
	{ NAMESPACE_ITUNES, "summary", read_fallback_text },
	{ NAMESPACE_ITUNES, "category", module_itunes_category },
	{ NAMESPACE_ITUNES, "keywords", entry_terms },
	{ NAMESPACE_ITUNES, "image", read_picture },
	{ NAMESPACE_ITUNES, "link", read_picture }, /* rel="image", of old */
	{ NAMESPACE_MEDIA, "thumbnail", read_picture },
	{ NAMESPACE_MEDIA, "content", read_media },
	{ NAMESPACE_OPENSEARCH, "totalResults", read_total },
	{ NAMESPACE_ADMIN, "generatorAgent", read_generator_agent },
};

/* What the channel does not say in its own words. */
static void settle(struct listing_entry *channel)
{
	struct tms_listing *listing = channel->b->listing;

	if (listing->updated == TMS_TIME_NONE)
		listing->updated = build_date(channel->b, channel->fallback_date, NULL);
	if (listing->subtitle.len == 0)
		listing->subtitle = build_title(channel->b, channel->fallback_text);
	if (channel->b->item.authors_count == 0)
		person_line(channel->b, channel->creator);
}

void rss_channel_read(
	struct build *b, const struct tms_xml_node *root, const struct tms_xml_node *channel)
{
	struct tms_listing *listing = b->listing;
	struct listing_entry entry = { .b = b };
	const struct tms_xml_node *node = channel ? channel->first_child : NULL;

	(void)element_language(b, channel ? channel : root, &listing->language);
	for (; node && listing->link.len == 0; node = node->next)
		if (element_is(node, "link") && namespace_of(b, node->ns) == NAMESPACE_NONE)
			listing->link = build_url(b, element_base(b, node), element_text(b, node));
	if (listing->link.len == 0 && channel == root) /* CDF */
		listing->link =
			build_url(b, element_base(b, root), element_attribute(root, "href"));
	/*
	 * RSS does not say what relative links are relative to: they mean the site, not who serves
	 * it
	 */
	if (listing->link.len > 0)
		b->base = listing->link;
	entry.base = element_base(b, channel);
	if (channel == root)
		entry.fallback_date = element_attribute(root, "lastmod");
	build_begin_listing(b);
	for (node = channel ? channel->first_child : NULL; node; node = node->next)
		if (node->name.len > 0)
			(void)entry_read(elements, TMS_COUNT(elements), &entry, node);
	if (channel != root) /* RSS 0.90 and 1.0 */
		for (node = root->first_child; node; node = node->next)
			if (element_is(node, "image") &&
				namespace_of(b, node->ns) == NAMESPACE_NONE)
				read_image(&entry, node);
	settle(&entry);
	build_end_listing(b);
}
