/*
 * Logarithms, powers and roots of whole numbers: the same everywhere, which the C library's are
 * not. Numbers with n bits behind the point are called qn.
 */
#ifndef TAMIS_TOPIC_FIXED_POINT_H
#define TAMIS_TOPIC_FIXED_POINT_H

#include <stdint.h>

/** log2(x / 2^point) with 24 bits behind the point; x is not 0. */
int64_t topic_log2(uint64_t x, unsigned point);
/** 2^x of a q24, as a q30; 0 below 2^-30, and at most 2^30 times 2^20. */
uint64_t topic_exp2(int64_t x);
/** The largest whole number whose square is not above x. */
uint64_t topic_root(uint64_t x);
/** a times b, of which b has 16 bits behind the point; rounded. Neither is negative. */
static inline uint32_t topic_times(uint32_t a, uint32_t b)
{
	return (uint32_t)(((uint64_t)a * b + 32768) >> 16);
}

#define TOPIC_LN2_Q24 INT64_C(11629080)   /* ln 2 */
#define TOPIC_LOG2E_Q24 INT64_C(24204406) /* 1 / ln 2 */

#endif
