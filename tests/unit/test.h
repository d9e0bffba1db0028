/* What every unit test needs: cmocka in the order it wants, and a few checks in our own types. */
#ifndef TAMIS_TEST_H
#define TAMIS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <tamis/str.h>

/** Fails with both texts when they differ. */
#define assert_str(actual, expected)                                                            \
	do {                                                                                    \
		struct tms_str actual_ = (actual), expected_ = tms_str_from(expected);          \
		if (!tms_str_equal(actual_, expected_))                                         \
			fail_msg("got \"%.*s\", expected \"%.*s\"", TMS_STR_ARGS(actual_),      \
				TMS_STR_ARGS(expected_));                                       \
	} while (0)

#endif
