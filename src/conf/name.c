/* Names that people give: of sources, groups, rules, users, feeds and recipes. */
#include "conf_private.h"

bool tms_conf_is_name(struct tms_str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!(name.ptr[i] >= 'a' && name.ptr[i] <= 'z') && !tms_is_digit(name.ptr[i]) &&
			name.ptr[i] != '-')
			return false;
	return name.len > 0 && name.len <= TMS_CONF_NAME_BYTES;
}

bool name_check(struct conf_reader *reader, const struct conf_node *key, const char *what)
{
	if (tms_conf_is_name(key->text))
		return true;
	messages_at(&reader->errors, key,
		"\"%.*s\" cannot name %s; expected 1 to 64 characters of a-z, 0-9 and \"-\"",
		TMS_STR_ARGS(tms_str_slice(key->text, 0, 80)), what);
	return false;
}
