/* Terms that no index can answer. */
#include "checked_query.h"
#include "text/regex.h"

enum tms_status tms_query_scans(
	const struct tms_query *query, tms_query_scan_fn tell, void *context)
{
	struct tms_buf literals = { 0 };
	enum tms_status st = TMS_OK;

	for (size_t i = 0; st == TMS_OK && i < query->leaves_count; i++) {
		const struct query_leaf *leaf = &query->leaves[i];
		if (leaf->kind != LEAF_REGEX)
			continue;
		tms_buf_clear(&literals);
		st = regex_literals(leaf->regex, &literals);
		if (st == TMS_OK && literals.len == 0)
			tell(context, leaf->print, query_leaf_cost(leaf));
	}
	tms_buf_free(&literals);
	return st;
}
