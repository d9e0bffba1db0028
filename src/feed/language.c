/* xml:lang: the attribute. */
#include "language.h"

void language_write(struct tms_buf *buf, struct tms_str tag)
{
	if (language_is(tag))
		tms_buf_format(buf, " xml:lang=\"%.*s\"", TMS_STR_ARGS(tag));
}
