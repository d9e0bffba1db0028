/*
 * Any bytes as an XML feed, sound or broken. What is mended is valid UTF-8 and says what was wrong;
 * no listing has more items than the text has words that could open one: nothing is invented. And no
 * bytes take the steps that their number allows: the limit is for what nobody has thought of.
 */
#include <stdlib.h>

#include <tamis/charset.h>
#include <tamis/listing.h>
#include <tamis/utf8.h>
#include <tamis/xml.h>

#define MEMORY ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void walk(const struct tms_xml_node *root)
{
	for (const struct tms_xml_node *node = root; node;
		node = tms_xml_next_element(root, node)) {
		require(tms_utf8_is_valid(node->name));
		for (size_t i = 0; i < node->attributes_count; i++)
			require(tms_utf8_is_valid(node->attributes[i].value));
		for (const struct tms_xml_node *child = node->first_child; child;
			child = child->next)
			require(child->parent == node && tms_utf8_is_valid(child->text));
	}
}

static void read_tree(struct tms_str body)
{
	struct tms_arena arena = { .max_bytes = MEMORY };
	struct tms_xml_node *root = NULL;
	struct tms_xml_report report = { 0 };
	struct tms_diag diag = { 0 };
	struct tms_steps steps = { .left = UINT64_MAX };
	const struct tms_xml_limits limits = { .steps = &steps };
	enum tms_status st =
		tms_xml_parse(&arena, body, TMS_STR_NONE, true, &limits, &root, &report, &diag);

	require(UINT64_MAX - steps.left <= body.len * TMS_XML_STEPS_PER_BYTE + TMS_XML_STEPS_LEAST);
	require(st == TMS_OK || diag.text[0] != '\0');
	if (st == TMS_OK) {
		require(report.recovered == (report.first_fault.text[0] != '\0'));
		require(report.recovered || !report.truncated);
		walk(root);
	}
	tms_arena_free(&arena);
}

static size_t count(struct tms_str text, struct tms_str word)
{
	size_t found = 0;

	for (size_t at = tms_str_find_caseless(text, word, 0); at != SIZE_MAX;
		at = tms_str_find_caseless(text, word, at + 1))
		found++;
	return found;
}

static void read_listing(struct tms_str body)
{
	const struct tms_charset_input in = { .body = body, .kind = TMS_CHARSET_XML };
	struct tms_arena arena = { .max_bytes = MEMORY };
	struct tms_listing listing;
	struct tms_str text = { 0 };

	if (tms_listing_parse(&arena, body, NULL, &listing, NULL) == TMS_OK &&
		(listing.kind == TMS_LISTING_RSS || listing.kind == TMS_LISTING_ATOM) &&
		tms_charset_to_utf8(&arena, &in, &text, NULL, NULL) == TMS_OK)
		require(listing.items_count + listing.skipped_count + listing.duplicates_count <=
			count(text, TMS_STR("item")) + count(text, TMS_STR("entry")));
	tms_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct tms_str body = { (const char *)bytes, size };

	read_tree(body);
	read_listing(body);
	return 0;
}
