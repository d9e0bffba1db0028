/*
 * Programs asked of pages: what is kept of each page gets less from part to part, and pages where
 * nothing is left are not asked any more.
 */
#ifndef TAMIS_INDEX_NARROW_H
#define TAMIS_INDEX_NARROW_H

#include "evaluate.h"

/** Of the area's wanted slots those for which the program holds. Statuses as index_evaluate. */
TMS_MUST_CHECK enum tms_status index_narrow(
	const struct index_evaluation *evaluation, const struct index_area *area, uint64_t *out);
/** The same for one leaf, as it is: neither negated nor taken to hold. */
TMS_MUST_CHECK enum tms_status index_narrow_leaf(const struct index_evaluation *evaluation,
	uint32_t leaf, const struct index_area *area, uint64_t *out);

#endif
