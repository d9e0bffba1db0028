/* The bytes of a configuration before YAML sees them. */
#include "yaml.h"

#include <tamis/utf8.h>

/* Characters that are line breaks to YAML 1.1 alone: places would be off, and texts cut, behind
 * them. */
static size_t find_odd_break(struct tms_str yaml)
{
	for (size_t i = 0; i < yaml.len; i++) {
		unsigned char byte = (unsigned char)yaml.ptr[i];
		struct tms_str here = tms_str_slice(yaml, i, i + 3);
		if ((byte == '\r' && !(i + 1 < yaml.len && yaml.ptr[i + 1] == '\n')) ||
			(byte == 0xc2 && tms_str_starts(here, TMS_STR("\xc2\x85"))) ||
			(byte == 0xe2 && (tms_str_equal(here, TMS_STR("\xe2\x80\xa8")) ||
						 tms_str_equal(here, TMS_STR("\xe2\x80\xa9")))))
			return i;
	}
	return SIZE_MAX;
}

bool yaml_is_text(struct messages *messages, struct tms_str yaml, struct tms_str file)
{
	const char *problem = NULL;
	uint32_t line = 1, column = 1;
	size_t at = 0;

	if (yaml.len > TMS_CONF_FILE_BYTES_MAX) {
		messages_add(messages, file, 0, 0,
			"the file has %zu bytes; a configuration may have %zu", yaml.len,
			TMS_CONF_FILE_BYTES_MAX);
		return false;
	}
	if (!tms_utf8_is_valid(yaml)) {
		at = tms_utf8_valid_prefix(yaml);
		problem = "bytes that are not UTF-8; a configuration is written in UTF-8";
	} else if ((at = find_odd_break(yaml)) != SIZE_MAX) {
		problem =
			yaml.ptr[at] == '\r'
				? "a carriage return alone; lines end in a line feed"
				: "an invisible character that YAML takes for a line break (U+0085, U+2028 or "
				  "U+2029); remove it";
	}
	if (!problem)
		return true;
	tms_diag_locate(yaml, at, &line, &column);
	messages_add(messages, file, line, column, "%s", problem);
	return false;
}
