/* Fixed-point logarithm, power of two and square root: the same bits everywhere. */
#include "fixed_point.h"

#define FRACTION_BITS 24
#define ONE_Q30 (UINT64_C(1) << 30)

/* By squaring: each time the number passes two, its logarithm has a one there. */
int64_t topic_log2(uint64_t x, unsigned point)
{
	int whole = 63 - __builtin_clzll(x);
	uint64_t m = whole >= 31 ? x >> (whole - 31) : x << (31 - whole); /* 1 to 2, a q31 */
	int64_t part = 0;

	/* without branches, here and below: which way one goes is a coin's throw */
	for (int bit = 0; bit < FRACTION_BITS; bit++) {
		m = (m * m) >> 31;
		uint64_t passes = m >> 32;
		m >>= passes;
		part = part << 1 | (int64_t)passes;
	}
	return ((int64_t)whole - (int64_t)point) * (INT64_C(1) << FRACTION_BITS) + part;
}

/* By multiplying the roots of two that the exponent's bits stand for. */
uint64_t topic_exp2(int64_t x)
{
	static const uint32_t roots[FRACTION_BITS] = { 1518500250, 1276901417, 1170923762,
		1121280436, 1097253708, 1085434106, 1079572136, 1076653033, 1075196443, 1074468888,
		1074105294, 1073923544, 1073832680, 1073787251, 1073764537, 1073753181, 1073747502,
		1073744663, 1073743244, 1073742534, 1073742179, 1073742001, 1073741913,
		1073741868 };
	int64_t whole = x >> FRACTION_BITS;
	uint64_t m = ONE_Q30;

	if (whole < -30)
		return 0;
	if (whole > 20)
		whole = 20;
	for (int i = 0; i < FRACTION_BITS; i++) {
		uint64_t has_bit = (uint64_t)x >> (FRACTION_BITS - 1 - i) & 1;
		uint64_t factor = ONE_Q30 + ((roots[i] - ONE_Q30) & (0 - has_bit));
		m = (m * factor + (ONE_Q30 >> 1)) >> 30; /* times one changes nothing */
	}
	return whole >= 0 ? m << whole : m >> -whole;
}

uint64_t topic_root(uint64_t x)
{
	uint64_t root = 0;

	for (uint64_t bit = UINT64_C(1) << 62; bit; bit >>= 2) {
		if (x >= root + bit) {
			x -= root + bit;
			root = (root >> 1) + bit;
		} else {
			root >>= 1;
		}
	}
	return root;
}
