/*
 * Memory that ends: allocations of ours that fail when a test says so. The test is linked with
 * memory_ends of tests/unit/meson.build, which leads calls of what is linked statically through
 * here; what libraries allocate never fails. Included once in a program.
 */
#ifndef TAMIS_TEST_FAILING_MEMORY_H
#define TAMIS_TEST_FAILING_MEMORY_H

#include <stdbool.h>
#include <stdlib.h>

static size_t until_failure; /* allocations; 0: none fails */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);

static bool ends_here(void)
{
	return until_failure > 0 && --until_failure == 0;
}

void *__wrap_malloc(size_t size)
{
	return ends_here() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return ends_here() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return ends_here() ? NULL : __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
	return ends_here() ? NULL : __real_reallocarray(old, count, size);
}

#endif
