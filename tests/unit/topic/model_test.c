#include "test.h"

#include <stdlib.h>

#include <tamis/topic.h>

#include "shipped/shipped.h"

static void the_shipped_model_opens(void **state)
{
	struct tms_topic_model *model = NULL;

	(void)state;
	assert_int_equal(tms_topic_model_open(tms_shipped_topic_model(), &model, NULL), TMS_OK);
	assert_non_null(model);
	tms_topic_model_free(model);
}

static void what_is_no_model_is_refused_with_a_reason(void **state)
{
	struct tms_str whole = tms_shipped_topic_model();
	char *copy = malloc(whole.len);

	(void)state;
	assert_non_null(copy);
	for (size_t row = 0; row < 5; row++) {
		struct tms_topic_model *model = NULL;
		struct tms_diag diag = { 0 };
		size_t len = whole.len;
		memcpy(copy, whole.ptr, whole.len);
		if (row == 0)
			len = 20;
		else if (row == 1)
			len = whole.len - 1000;
		else if (row == 2)
			copy[0] = 'X';
		else if (row == 3)
			memset(copy + 8, 1, 4); /* the order of bytes */
		else
			memset(copy + 0x2000 + 40000, 0x7f, 100000); /* some of its tables */
		assert_int_equal(tms_topic_model_open((struct tms_str){ copy, len }, &model, &diag),
			TMS_EMALFORMED);
		assert_int_not_equal(diag.text[0], 0);
	}
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shipped_model_opens),
		cmocka_unit_test(what_is_no_model_is_refused_with_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
