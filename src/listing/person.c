/* People as RSS and its modules write them: in one line. */
#include "element.h"

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

void element_person(struct build *b, struct tms_str text)
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

void rss_person(struct listing_entry *entry, const struct tms_xml_node *node)
{
	const struct tms_xml_node *child = node->first_child;

	while (child && !element_is(child, "name") && !element_is(child, "email"))
		child = child->next;
	if (child) /* <author><name>…: as Atom has it */
		atom_person(entry, node);
	else
		element_person(
			entry->b, build_line(entry->b, "author", element_text(entry->b, node)));
}
