/* The table of routes: each row says all that has to be known of an address before it is
 * answered. */
#include "test.h"

#include <stdio.h>

#include "web/limiter.h"
#include "web/web.h"

#define METHOD(name) (1U << TMS_METHOD_##name)

static void each_address_stands_once_and_leads_to_its_row(void **state)
{
	size_t count = 0;
	const struct route *rows = routes_all(&count);

	(void)state;
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		char path[64];
		snprintf(path, sizeof(path), "%.*s%s", TMS_STR_ARGS(rows[i].path),
			rows[i].match == ROUTE_FORM ? ".atom" : "");
		assert_ptr_equal(tms_web_route(tms_str_from(path)), &rows[i]);
		for (size_t j = i + 1; j < count; j++)
			assert_false(tms_str_equal(rows[i].path, rows[j].path));
	}
}

static void each_row_is_whole(void **state)
{
	size_t count = 0;
	const struct route *rows = routes_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct route *row = &rows[i];
		int handlers = !!row->answer + !!row->turn + !!row->turn_now;
		if (!tms_str_starts(row->path, TMS_STR("/")) ||
			tms_str_ends(row->path, TMS_STR("/")) !=
				(row->match == ROUTE_BELOW || row->path.len == 1))
			fail_msg("%.*s is no such path", TMS_STR_ARGS(row->path));
		if (!row->methods ||
			!(row->methods & METHOD(GET)) != !(row->methods & METHOD(HEAD)))
			fail_msg("%.*s: GET and HEAD go together", TMS_STR_ARGS(row->path));
		if (handlers != 1)
			fail_msg("%.*s has %d handlers", TMS_STR_ARGS(row->path), handlers);
		if (row->kept != WEB_KEPT_BY_NOBODY &&
			(row->who != ROUTE_ANYBODY || row->methods & ~(METHOD(GET) | METHOD(HEAD))))
			fail_msg("%.*s must not be kept", TMS_STR_ARGS(row->path));
	}
}

static void paths_lead_to_the_row_that_they_mean(void **state)
{
	static const struct {
		const char *path, *row;
	} rows[] = {
		{ "/", "/" },
		{ "/f/", "/f/" },
		{ "/f/any.atom", "/f/" },
		{ "/f", NULL },
		{ "/filter", NULL },
		{ "/filter.json", "/filter" },
		{ "/filter.html", NULL },
		{ "/filter.atom/", NULL },
		{ "/recipes", "/recipes" },
		{ "/recipes/", "/recipes/" },
		{ "/recipes/a/b", "/recipes/" },
		{ "/metrics", "/metrics" },
		{ "/metrics/", NULL },
		{ "/Metrics", NULL },
		{ "//", NULL },
		{ "*", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		const struct route *found = tms_web_route(tms_str_from(rows[i].path));
		if (!found != !rows[i].row ||
			(found && !tms_str_equal(found->path, tms_str_from(rows[i].row))))
			fail_msg("%s leads to %.*s", rows[i].path, found ? (int)found->path.len : 7,
				found ? found->path.ptr : "nothing");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_address_stands_once_and_leads_to_its_row),
		cmocka_unit_test(each_row_is_whole),
		cmocka_unit_test(paths_lead_to_the_row_that_they_mean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
