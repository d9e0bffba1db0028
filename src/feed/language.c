/* xml:lang: which language tags are well-formed, and the attribute. */
#include "language.h"

#define LANGUAGE_BYTES_MAX 35

bool language_is(struct tms_str tag)
{
	size_t part = 0;
	bool digits = false;

	if (tag.len == 0 || tag.len > LANGUAGE_BYTES_MAX)
		return false;
	for (size_t i = 0; i < tag.len; i++) {
		if (tag.ptr[i] == '-') {
			if (part == 0 || (!digits && part != 2 && part != 3))
				return false;
			part = 0;
			digits = true; /* allowed from the second part on */
		} else if (tms_is_alpha(tag.ptr[i]) || (digits && tms_is_digit(tag.ptr[i]))) {
			if (++part > 8)
				return false;
		} else {
			return false;
		}
	}
	return digits ? part > 0 : part == 2 || part == 3;
}

void language_write(struct tms_buf *buf, struct tms_str tag)
{
	if (language_is(tag))
		tms_buf_format(buf, " xml:lang=\"%.*s\"", TMS_STR_ARGS(tag));
}
