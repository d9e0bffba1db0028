#include "world.h"

#include "test.h"

#include <stdio.h>

void world_differ(const struct world *world, const struct live_rule *rule, struct paper *paper,
	const char *what, int64_t index, int64_t reference)
{
	printf("\n%s: index %lld, reference %lld\nseed %llu, epoch %zu, step %llu, now %lld, "
	       "%zu papers\nrule %u: %.*s\n",
		what, (long long)index, (long long)reference, (unsigned long long)world->seed,
		world->epoch, (unsigned long long)world->steps, (long long)world->now,
		world->papers_count, rule ? rule->number : TMS_INDEX_NONE,
		TMS_STR_ARGS(rule ? rule->text : TMS_STR_NONE));
	if (paper)
		tell_item(&paper->subject);
	if (paper && rule)
		tell_rule(rule, &world->named, paper->item, &paper->subject, world->now);
	tell_named(&world->named);
	(void)fflush(stdout);
	fail_msg("%s", what);
}
