/*
 * Any bytes in any charset: what comes out is valid UTF-8 without what XML forbids, whatever was
 * said of it, and it takes less than the steps that their number allows. The first byte chooses the kind of document, the first line is the Content-Type.
 */
#include <stdlib.h>

#include <tamis/charset.h>
#include <tamis/utf8.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void is_clean(struct tms_str text)
{
	struct tms_arena scratch = { 0 };
	size_t replaced = 0;

	require(tms_utf8_is_valid(text));
	/* what is clean is not copied and nothing in it is replaced */
	struct tms_str again = tms_utf8_sanitise(&scratch, text, &replaced);
	require(replaced == 0 && again.len == text.len);
	tms_arena_free(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const enum tms_charset_kind kinds[] = { TMS_CHARSET_XML, TMS_CHARSET_HTML,
		TMS_CHARSET_TEXT };
	struct tms_str all = { (const char *)bytes, size }, text = { 0 }, again = { 0 };
	struct tms_arena arena = { 0 };
	struct tms_charset_info info = { 0 };

	if (size == 0)
		return 0;
	size_t line = tms_str_find_byte(all, '\n', 1);
	struct tms_steps steps = { .left = UINT64_MAX };
	struct tms_charset_input in = {
		.body = tms_str_slice(all, line == SIZE_MAX ? size : line + 1, size),
		.content_type = tms_str_slice(all, 1, line),
		.kind = kinds[bytes[0] % TMS_COUNT(kinds)],
		.steps = &steps,
	};
	require(tms_charset_to_utf8(&arena, &in, &text, &info, NULL) == TMS_OK);
	require(UINT64_MAX - steps.left <=
		size * TMS_CHARSET_STEPS_PER_BYTE + TMS_CHARSET_STEPS_LEAST);
	require(info.name && tms_charset_find(tms_str_from(info.name)) != NULL);
	is_clean(text);
	require(!tms_str_starts(text, TMS_STR("\xef\xbb\xbf")));
	require(tms_charset_to_utf8(&arena, &in, &again, NULL, NULL) == TMS_OK);
	require(tms_str_equal(text, again));
	tms_arena_free(&arena);
	return 0;
}
