/* Time zones by their names. */
#include "conf_private.h"

const struct tms_zone *zone_named(
	struct conf_reader *reader, const struct conf_node *node, struct tms_str name)
{
	const struct tms_zones *zones = reader->raw.conf.zones;
	struct tms_diag why = { 0 };

	if (name.len == 0 || tms_str_equal_caseless(name, TMS_STR("UTC")))
		return NULL;
	const struct tms_zone *zone =
		zones && tms_zone_is_name(name) ? zones->find(zones->context, name, &why) : NULL;
	if (!zone && why.text[0] != '\0')
		messages_at(&reader->errors, node, "time_zone: %s", why.text);
	else if (!zone)
		messages_at(&reader->errors, node,
			"time_zone: found \"%.*s\", expected the name of a time zone, such as "
			"Europe/Berlin",
			TMS_STR_ARGS(name));
	return zone;
}
