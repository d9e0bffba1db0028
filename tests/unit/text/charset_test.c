#include "test.h"

#include <tamis/charset.h>

static void the_charset_of_a_content_type_is_found_however_it_is_written(void **state)
{
	static const struct {
		const char *type, *charset;
	} rows[] = {
		{ "text/xml; charset=iso-8859-2", "iso-8859-2" },
		{ "text/xml;charset=ISO-8859-2;q=1", "ISO-8859-2" },
		{ "text/xml; Charset = \"utf-8\"", "utf-8" },
		{ "text/xml; charset='utf-8'; a=b", "utf-8" },
		{ "text/xml; charset=iii", "iii" },
		{ "text/xml; xcharset=a; charset=b", "b" },
		{ "text/xml; charset=", "" },
		{ "text/xml", "" },
		{ "", "" },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		assert_str(tms_charset_parameter(tms_str_from(rows[i].type)), rows[i].charset);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_charset_of_a_content_type_is_found_however_it_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
