/* Where authors, editors and submitters are read, whatever format a listing has. */
#include "person.h"

#include "element.h"

/* ---- XML ---- */

static const struct tms_xml_node *child_of(const struct tms_xml_node *node, const char *name)
{
	for (node = node->first_child; node; node = node->next)
		if (element_is(node, name))
			return node;
	return NULL;
}

void person_atom(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct build *b = entry->b;
	const struct tms_xml_node *uri = child_of(node, "uri");
	struct tms_str name = element_text(b, child_of(node, "name"));
	struct tms_str email = element_text(b, child_of(node, "email"));

	if (!node->first_child)
		return;
	if (!uri) /* 0.3, and drafts of it */
		uri = child_of(node, "url");
	if (!uri)
		uri = child_of(node, "homepage");
	struct tms_str url = build_url(b, element_base(b, uri), element_text(b, uri));
	if (tms_str_trim(name).len == 0) /* some say only an address */
		name = email.len ? email : url;
	if (tms_str_trim(name).len == 0 && !element_has_elements(node))
		name = element_text(b, node); /* <author>Name</author> */
	build_author(b, name, url, email);
}

/* Is the whole of it an address: one @ between what has no space? */
static bool is_address(struct tms_str text)
{
	size_t at = tms_str_find_byte(text, '@', 0);

	if (at == SIZE_MAX || at == 0 || at + 1 == text.len ||
		tms_str_find_byte(text, '@', at + 1) != SIZE_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (tms_is_space(text.ptr[i]) || text.ptr[i] == '(' || text.ptr[i] == '<')
			return false;
	return true;
}

/* The text ends in `open` … `close`: what stands before and between. */
static bool cut(
	struct tms_str text, char open, char close, struct tms_str *before, struct tms_str *between)
{
	size_t at = tms_str_find_byte(text, open, 0);

	if (at == SIZE_MAX || text.ptr[text.len - 1] != close)
		return false;
	*before = tms_str_trim(tms_str_slice(text, 0, at));
	*between = tms_str_trim(tms_str_slice(text, at + 1, text.len - 1));
	return true;
}

void person_line(struct build *b, struct tms_str text)
{
	struct tms_str name = tms_str_trim(text);
	struct tms_str email = { 0 };
	const struct tms_str none = { 0 };
	struct tms_str before, between;

	if (tms_str_starts_caseless(name, TMS_STR("mailto:")))
		name = tms_str_slice(name, 7, SIZE_MAX);
	if (is_address(name)) {
		email = name;
	} else if (cut(name, '(', ')', &before, &between) ||
		   cut(name, '<', '>', &before, &between)) {
		bool is_first = is_address(before);
		if (is_first || is_address(between)) {
			email = is_first ? before : between;
			name = is_first ? between : before;
		}
	}
	build_author(b, name.len ? name : email, none, email);
}

void person_rss(struct listing_entry *entry, const struct tms_xml_node *node)
{
	const struct tms_xml_node *child = node->first_child;

	while (child && !element_is(child, "name") && !element_is(child, "email"))
		child = child->next;
	if (child) /* <author><name>…: as Atom has it */
		person_atom(entry, node);
	else
		person_line(entry->b, element_line(entry->b, "author", node));
}

/* "Smith, Jr.": the comma belongs to the name */
static bool is_suffix(struct tms_str part)
{
	static const char *const suffixes[] = { "Jr.", "Jr", "Sr.", "Sr", "II", "III", "IV" };

	for (size_t i = 0; i < TMS_COUNT(suffixes); i++)
		if (tms_str_equal(part, tms_str_from(suffixes[i])))
			return true;
	return false;
}

/*
 * Where the name that starts at `at` ends: at a comma outside parentheses that no suffix follows.
 */
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

void person_creators(struct listing_entry *entry, struct tms_str names)
{
	const struct tms_str none = { 0 };
	bool many = entry->b->listing->origin != TMS_ORIGIN_OTHER;

	if (!many) {
		person_line(entry->b, names);
		return;
	}
	for (size_t at = 0; at < names.len;) {
		size_t end = name_end(names, at);
		build_author(entry->b, tms_str_slice(names, at, end), none, none);
		at = end + 1;
	}
}

void person_creator(struct listing_entry *entry, const struct tms_xml_node *node)
{
	/* dc:creator may hold a nested rdf:Description or HTML; its text is the name either way */
	person_creators(entry, element_line(entry->b, "author", node));
}

void person_of_channel(struct listing_entry *channel, const struct tms_xml_node *node)
{
	person_line(channel->b, element_line(channel->b, "author", node));
}

void person_fallback(struct listing_entry *entry, const struct tms_xml_node *node)
{
	if (entry->creator.len == 0)
		entry->creator = element_line(entry->b, "author", node);
}

/* ---- JSON ---- */

static void read_json_author(struct build *b, const struct json_t *author)
{
	const struct tms_str none = { 0 };
	struct tms_str name = tms_json_text(author); /* a bare name, against the format */

	if (name.len == 0)
		name = tms_json_str(author, "name");
	if (tms_str_trim(name).len == 0)
		name = tms_json_str(author, "url");
	build_author(b, name, build_url(b, none, tms_json_str(author, "url")), none);
}

/* 1.1 has a list, 1 has one; "author" stays allowed beside it. */
void person_jsonfeed(struct build *b, const struct json_t *object)
{
	const struct json_t *authors = tms_json_array(object, "authors");

	for (size_t i = 0; i < tms_json_count(authors); i++)
		read_json_author(b, tms_json_at(authors, i));
	if (b->item.authors_count == 0)
		read_json_author(b, tms_json_get(object, "author"));
}

void person_hf(struct build *b, const struct json_t *outer, const struct json_t *paper)
{
	const struct json_t *authors = tms_json_array(paper, "authors");
	const struct json_t *by = tms_json_object(outer, "submittedBy");
	const struct tms_str none = { 0 };

	for (size_t i = 0; i < tms_json_count(authors); i++) {
		const struct json_t *author = tms_json_at(authors, i);
		struct tms_str name = tms_json_text(author); /* a bare name in some archives */
		if (name.len == 0)
			name = tms_json_str(author, "name");
		/* accounts are claimed and confirmed all day: as part of the author they would
		 * make the item look edited, so only the name is taken */
		if (!tms_json_bool(author, "hidden", false))
			build_author(b, name, none, none);
	}
	if (!by)
		by = tms_json_object(paper, "submittedOnDailyBy");
	b->item.submitter = build_line(b, "submitter", tms_json_str(by, "fullname"));
	b->item.submitter_name = build_line(b, "submitter", tms_json_str(by, "name"));
	if (b->item.submitter_name.len == 0)
		b->item.submitter_name = build_line(b, "submitter", tms_json_str(by, "user"));
	if (b->item.submitter.len == 0)
		b->item.submitter = b->item.submitter_name;
}

/* ---- the whole ---- */

void person_inherit(struct tms_listing *listing)
{
	for (size_t i = 0; i < listing->items_count; i++) {
		struct tms_item *item = &listing->items[i];
		if (item->authors_count > 0)
			continue;
		item->authors = listing->authors; /* shared: items are read, never written */
		item->authors_count = listing->authors_count;
	}
}
