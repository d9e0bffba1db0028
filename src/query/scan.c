/* Terms that no index can answer. */
#include "checked_query.h"
#include "text/regex.h"

enum tms_status query_leaf_literals(const struct query_leaf *leaf, struct tms_buf *out)
{
	bool is_text = leaf->kind == LEAF_REGEX || leaf->field->which == EXACT_CATEGORY ||
		       leaf->field->which == EXACT_PRIMARY;

	if (leaf->kind == LEAF_VALUE_REGEX && leaf->field->kind != FIELD_EXACT)
		is_text = false;
	return is_text ? regex_literals(leaf->regex, out) : TMS_OK;
}

enum tms_status tms_query_scans(
	const struct tms_query *query, tms_query_scan_fn tell, void *context)
{
	struct tms_buf literals = { 0 };
	enum tms_status st = TMS_OK;

	for (size_t i = 0; st == TMS_OK && i < query->leaves_count; i++) {
		const struct query_leaf *leaf = &query->leaves[i];
		if (query_path_scans(leaf))
			tell(context, leaf->print, query_leaf_cost(leaf));
		if (!query_leaf_has_regex(leaf))
			continue;
		tms_buf_clear(&literals);
		st = query_leaf_literals(leaf, &literals);
		if (st == TMS_OK && literals.len == 0)
			tell(context, leaf->print, query_leaf_cost(leaf));
	}
	tms_buf_free(&literals);
	return st;
}
