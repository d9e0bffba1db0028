/* Accept-Encoding: the coding with the greatest weight that we have. */
#include <tamis/accept.h>

#include "field_value.h"

#define QUALITY_UNSAID (-1)

/* "0", "0.5", "1.000" in thousandths; false on anything else. */
static bool parse_quality(struct tms_str s, int *thousandths)
{
	int value = 0;

	if (!s.len || s.len > 5 || (s.ptr[0] != '0' && s.ptr[0] != '1') ||
		(s.len > 1 && s.ptr[1] != '.'))
		return false;
	value = s.ptr[0] - '0';
	for (size_t i = 2; i < 5; i++) {
		if (i < s.len && !tms_is_digit(s.ptr[i]))
			return false;
		value = value * 10 + (i < s.len ? s.ptr[i] - '0' : 0);
	}
	if (value > 1000)
		return false;
	*thousandths = value;
	return true;
}

/* One element, "gzip;q=0.5": its name and its weight. */
static bool parse_element(struct tms_str element, struct tms_str *name, int *quality)
{
	struct tms_str part = { 0 };

	*quality = 1000;
	if (!tms_str_split(&element, ';', &part))
		return false;
	*name = http_trim(part);
	while (tms_str_split(&element, ';', &part)) {
		part = http_trim(part);
		if (tms_str_starts_caseless(part, TMS_STR("q=")) &&
			!parse_quality(tms_str_slice(part, 2, part.len), quality))
			return false;
	}
	return http_is_token(*name);
}

enum tms_coding tms_accept_coding(struct tms_str accept_encoding)
{
	int gzip = QUALITY_UNSAID, identity = QUALITY_UNSAID, rest = QUALITY_UNSAID;
	struct tms_str element = { 0 }, name = { 0 };
	int quality = 0;

	while (http_list_next(&accept_encoding, &element)) {
		if (!parse_element(element, &name, &quality))
			continue;
		if (tms_str_equal_caseless(name, TMS_STR("gzip")) ||
			tms_str_equal_caseless(name, TMS_STR("x-gzip")))
			gzip = quality;
		else if (tms_str_equal_caseless(name, TMS_STR("identity")))
			identity = quality;
		else if (tms_str_equal(name, TMS_STR("*")))
			rest = quality;
	}
	if (gzip == QUALITY_UNSAID)
		gzip = rest == QUALITY_UNSAID ? 0 : rest;
	if (gzip > 0 && gzip >= identity)
		return TMS_CODING_GZIP;
	/* identity is taken unless it, or all that is not named, is refused */
	if (identity == 0 || (identity == QUALITY_UNSAID && rest == 0))
		return TMS_CODING_NONE;
	return TMS_CODING_IDENTITY;
}
