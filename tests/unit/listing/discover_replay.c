#include "../replay.h"

static void every_page_seed_and_finding_still_holds(void **state)
{
	(void)state;
	replay_all("discover", 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_seed_and_finding_still_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
