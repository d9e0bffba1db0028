/* Terms of a query that no item has: by looking at the items of a view until each term is found, or by
 * an index, a term at a time. */
#include <tamis/doc.h>
#include <tamis/explain.h>

#include "part.h"

struct missing {
	struct tms_query_term terms[TMS_ADVICE_TERMS_MAX];
	size_t count; /* that are not found yet */
};

static enum tms_status look(struct missing *missing, const struct tms_query *query,
	const struct tms_merged *merged, tms_time now, struct tms_arena *arena)
{
	struct tms_doc doc;

	tms_arena_rewind(arena, 0);
	enum tms_status st = tms_doc_make(arena, merged, &doc);
	for (size_t i = missing->count; st == TMS_OK && i-- > 0;)
		if (tms_query_term_holds(query, &missing->terms[i], merged, &doc, now))
			missing->terms[i] = missing->terms[--missing->count];
	return st;
}

enum tms_status tms_explain_missing(const struct tms_query *query, struct tms_str text,
	const struct tms_view *view, tms_time now, struct tms_advice *advice)
{
	size_t items = tms_view_count(view);
	struct missing missing = { .count = 0 };
	struct tms_arena arena = { 0 };
	enum tms_status st = TMS_OK;

	if (items < TMS_ADVICE_ITEMS_MIN)
		return TMS_OK;
	while (missing.count < TMS_ADVICE_TERMS_MAX &&
		tms_query_term_at(query, missing.count, &missing.terms[missing.count]))
		missing.count++;
	for (size_t i = 0; st == TMS_OK && missing.count > 0 && i < items; i++)
		st = look(&missing, query, &tms_view_at(view, i)->merged, now, &arena);
	for (size_t i = 0; st == TMS_OK && i < missing.count; i++)
		tms_advice_add_missing(advice, text, &missing.terms[i], items);
	tms_arena_free(&arena);
	return st;
}

enum tms_status tms_missing_step(struct tms_missing *missing, const struct tms_emptied_query *query,
	struct tms_scope *scope, bool *more)
{
	struct part_asked asked = {
		.index = query->index, .scope = scope, .options = query->options, .now = query->now
	};
	struct tms_arena arena = { 0 };
	struct tms_query_term term;
	bool is_counted = false;
	size_t matches = 0;

	*more = missing->items >= TMS_ADVICE_ITEMS_MIN && missing->next < TMS_ADVICE_TERMS_MAX &&
		tms_query_term_at(query->query, missing->next, &term);
	if (!*more)
		return TMS_OK;
	asked.arena = &arena;
	enum tms_status st = part_count(&asked, term.print, PART_WORK, &is_counted, &matches);
	if (st == TMS_OK && is_counted && matches == 0)
		tms_advice_add_missing(missing->advice, missing->text, &term, missing->items);
	bool is_next = st != TMS_EUNAVAIL || missing->tries++ > missing->items + PART_TRIES;
	missing->next += is_next;
	missing->tries = is_next ? 0 : missing->tries;
	tms_arena_free(&arena);
	return st == TMS_EUNAVAIL ? TMS_OK : st;
}
