/* Bits of a word, counted. Where the processor's own instruction is not taken for granted, the
 * compiler's is a call of its library: counting here takes half of that. */
#ifndef TAMIS_MEMORY_BITS_H
#define TAMIS_MEMORY_BITS_H

#include <stdint.h>

/** How many bits are set: by pairs, fours, bytes, and all bytes (H. S. Warren, Hacker's Delight,
 * 5-1). */
static inline uint32_t bits_count(uint64_t word)
{
#ifdef __POPCNT__
	return (uint32_t)__builtin_popcountll(word);
#else
	word -= word >> 1 & UINT64_C(0x5555555555555555);
	word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
	word = (word + (word >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
	return (uint32_t)(word * UINT64_C(0x0101010101010101) >> 56);
#endif
}

#endif
