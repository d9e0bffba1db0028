/*
 * Pairing heaps (Fredman, Sedgewick, Sleator, Tarjan 1986): a tree in which nobody has a smaller
 * number than the parent; children are a list. When somebody leaves, the children are joined in
 * pairs from the first on, and the pairs into one tree from the last on.
 */
#include "memory/pairing_heap.h"

/* Two trees into one; either may be none. */
static struct pairing_link *join(struct pairing_link *a, struct pairing_link *b)
{
	if (!a || !b)
		return a ? a : b;
	if (b->number < a->number) {
		struct pairing_link *least = b;
		b = a;
		a = least;
	}
	b->next = a->child;
	b->before = a;
	if (a->child)
		a->child->before = b;
	a->child = b;
	return a;
}

/* The next sibling, which it no longer has. */
static struct pairing_link *cut(struct pairing_link *link)
{
	struct pairing_link *next = link ? link->next : NULL;

	if (link)
		link->next = link->before = NULL;
	return next;
}

/* A list of trees into one. */
static struct pairing_link *join_all(struct pairing_link *list)
{
	struct pairing_link *pairs = NULL, *tree = NULL;

	while (list) {
		struct pairing_link *a = list, *b = cut(a), *rest = cut(b);
		struct pairing_link *pair = join(a, b);
		pair->next = pairs; /* the last one stands first */
		pairs = pair;
		list = rest;
	}
	while (pairs) {
		struct pairing_link *pair = pairs;
		pairs = cut(pair);
		tree = join(tree, pair);
	}
	return tree;
}

void pairing_heap_put(struct pairing_heap *heap, struct pairing_link *link, int64_t number)
{
	pairing_heap_leave(link);
	*link = (struct pairing_link){ .heap = heap, .number = number };
	heap->first = join(heap->first, link);
}

void pairing_heap_leave(struct pairing_link *link)
{
	struct pairing_heap *heap = link->heap;

	if (!heap)
		return;
	struct pairing_link *children = join_all(link->child);
	if (heap->first == link) {
		heap->first = children;
	} else {
		if (link->before->child == link)
			link->before->child = link->next;
		else
			link->before->next = link->next;
		if (link->next)
			link->next->before = link->before;
		heap->first = join(heap->first, children);
	}
	*link = (struct pairing_link){ .child = NULL };
}
