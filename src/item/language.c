/* Which language an item is in, as far as that is said or seen. */
#include <tamis/item.h>

#include <tamis/status.h>

#include "text/language.h"
#include "text/script.h"

/* Several may be said, the first one first. "und" is none (BCP 47), "mul" is several. */
static struct tms_str language_said(const struct tms_item *item)
{
	struct tms_str said = tms_str_trim(item->language);
	size_t end = 0;

	while (end < said.len && !memchr(",;| ", said.ptr[end], 4))
		end++;
	said = tms_str_slice(said, 0, end);
	if (said.len == 0 || tms_str_is(said, "und") || tms_str_is(said, "mul"))
		return TMS_STR_NONE;
	struct tms_str named = language_named(said);
	if (named.len > 0)
		return named;
	for (end = 0; end < said.len && said.ptr[end] != '-' && said.ptr[end] != '_';)
		end++;
	return language_is(tms_str_slice(said, 0, end)) ? said : TMS_STR_NONE; /* or "en_US" */
}

struct tms_str tms_item_language(const struct tms_item *item, bool *is_by_letters)
{
	const struct tms_str texts[] = { item->title, item->summary };
	struct tms_str said = language_said(item);

	if (is_by_letters)
		*is_by_letters = said.len == 0;
	return said.len > 0 ? said : script_language(texts, TMS_COUNT(texts));
}
