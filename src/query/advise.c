/*
 * Notes that need to know where the items come from: a test of what the items of a source never have.
 * The terms of a query are walked with their places in its text. Those that a rule cannot do without
 * stand where it is named; what else a rule says is said of its own text.
 */
#include <tamis/advice.h>

#include "checked_query.h"

#define NAMES_MAX 3        /* of sources that one note names */
#define CURE_SOURCES_MAX 8 /* that one cure names */

/* One term of the text, and how it is asked for. */
struct term {
	const struct query_node *node;
	/* Of the text: the node, or what names the rule that asks for it. */
	const struct query_node *place;
	bool is_negated;  /* below an odd number of exclusions */
	bool is_required; /* without it nothing is kept */
};

/* True: enough. */
typedef bool (*term_fn)(void *context, const struct term *term);

static bool walk(const struct query_node *node, struct term how, term_fn tell, void *context)
{
	if (!node)
		return false;
	if (!how.place && node->end > node->start)
		how.place = node;
	if (node->kind == NODE_LEAF) {
		how.node = node;
		return how.place && tell(context, &how);
	}
	bool needs_all = node->kind == NODE_ALL || node->kind == NODE_RULE;
	if (how.place && how.place->kind == NODE_RULE && !needs_all)
		return false;
	how.is_negated ^= node->kind == NODE_NOT;
	how.is_required &= needs_all;
	for (const struct query_node *child = node->children; child; child = child->next)
		if (walk(child, how, tell, context))
			return true;
	return false;
}

static void walk_terms(const struct tms_query *query, term_fn tell, void *context)
{
	(void)walk(query->root, (struct term){ .is_required = true }, tell, context);
}

/* 0 for what every source may have. */
static unsigned trait_of(const struct query_leaf *leaf)
{
	if (leaf->kind == LEAF_NUMBER)
		return 1u << leaf->field->which;
	if (leaf->kind == LEAF_EXACT)
		return leaf->field->which == EXACT_CATEGORY   ? TMS_TRAIT_CATEGORY
		       : leaf->field->which == EXACT_ANNOUNCE ? TMS_TRAIT_ANNOUNCE
		       : leaf->field->which == EXACT_LANGUAGE ? TMS_TRAIT_LANGUAGE
							      : 0;
	if (leaf->field->kind != FIELD_TEXT)
		return 0;
	static const struct {
		unsigned field, trait;
	} rows[] = {
		{ TMS_FIELD_KEYWORD, TMS_TRAIT_KEYWORD },
		{ TMS_FIELD_ORG, TMS_TRAIT_ORG },
		{ TMS_FIELD_SUBMITTER, TMS_TRAIT_SUBMITTER },
		{ TMS_FIELD_COMMENT, TMS_TRAIT_COMMENT },
		{ TMS_FIELD_CONTENT, TMS_TRAIT_CONTENT },
	};
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (leaf->field->fields == rows[i].field)
			return rows[i].trait;
	return 0;
}

/* Who names a source knows what is there. */
static bool names_source(const struct tms_query *query, struct tms_str name)
{
	for (size_t i = 0; i < query->leaves_count; i++) {
		const struct query_leaf *leaf = &query->leaves[i];
		if (leaf->kind == LEAF_EXACT && leaf->field->which == EXACT_SOURCE &&
			(leaf->open_end ? tms_str_starts_caseless(name, leaf->value)
					: tms_str_equal_caseless(name, leaf->value)))
			return true;
	}
	return false;
}

/* The sources without it, to be named: "a, b and 2 more". */
struct lacking {
	struct tms_buf names, instead; /* " OR source:a OR source:b" */
	size_t count, named;
};

static void collect(struct lacking *l, const struct tms_query *query,
	const struct tms_advice_context *context, unsigned trait)
{
	for (size_t i = 0; i < context->count; i++) {
		const struct tms_advice_source *source = &context->sources[i];
		if (!(source->lacks & trait) || names_source(query, source->name))
			continue;
		if (l->count++ < NAMES_MAX) {
			tms_buf_format(&l->names, "%s%.*s", l->count > 1 ? ", " : "",
				TMS_STR_ARGS(source->name));
			l->named = l->count;
		}
		tms_buf_format(&l->instead, " OR source:%.*s", TMS_STR_ARGS(source->name));
	}
	if (l->count > l->named)
		tms_buf_format(&l->names, " and %zu more", l->count - l->named);
}

static void cure(struct tms_advice *advice, struct tms_advice_note *note, struct tms_str text,
	const struct term *term, const struct lacking *l)
{
	const struct query_node *node = term->place;
	struct tms_buf whole = { 0 };

	tms_buf_add(&whole, tms_str_slice(text, 0, node->start));
	tms_buf_format(&whole, "(%.*s", TMS_STR_ARGS(tms_str_slice(text, node->start, node->end)));
	tms_buf_add(&whole, tms_buf_str(&l->instead));
	tms_buf_add_char(&whole, ')');
	tms_buf_add(&whole, tms_str_slice(text, node->end, text.len));
	if (whole.status == TMS_OK)
		tms_advice_cure(advice, note, TMS_STR_NONE, tms_buf_str(&whole));
	else
		advice->status = TMS_ENOMEM;
	tms_buf_free(&whole);
}

struct advising {
	const struct tms_query *query;
	struct tms_str text;
	const struct tms_advice_context *context;
	struct tms_advice *advice;
	/* Noted last: a rule may test one thing often. */
	const struct query_node *place;
	unsigned trait;
};

static void note_lacking(
	struct advising *a, const struct term *term, unsigned trait, struct lacking *l)
{
	bool is_everywhere = l->count == a->context->count;

	if (l->names.status != TMS_OK || l->instead.status != TMS_OK) {
		a->advice->status = TMS_ENOMEM;
		return;
	}
	if (l->count == 0 || (!is_everywhere && (!term->is_required || term->is_negated)) ||
		(a->place == term->place && a->trait == trait))
		return;
	a->place = term->place;
	a->trait = trait;
	struct tms_str rule = term->place->rule;
	struct tms_advice_note *note =
		tms_advice_add(a->advice, a->text, term->place->start, term->place->end,
			"no item of %.*s has %s%s%.*s%s: %s", TMS_STR_ARGS(tms_buf_str(&l->names)),
			tms_trait_name((enum tms_trait)trait), rule.len > 0 ? ", which rule:" : "",
			TMS_STR_ARGS(rule), rule.len > 0 ? " asks for" : "",
			term->is_negated     ? "this excludes nothing"
			: !term->is_required ? "this finds nothing"
			: is_everywhere      ? "nothing is kept"
					     : "what is listed there alone is not kept");
	/* of a single source, all of it would be kept */
	if (a->context->can_name_sources && a->context->count > 1 && !term->is_negated &&
		!term->place->is_grouped && l->count <= CURE_SOURCES_MAX)
		cure(a->advice, note, a->text, term, l);
}

static bool look_at_term(void *context, const struct term *term)
{
	struct advising *a = context;
	unsigned trait = trait_of(&a->query->leaves[term->node->leaf]);
	struct lacking l = { 0 };

	if (trait == 0)
		return false;
	collect(&l, a->query, a->context, trait);
	note_lacking(a, term, trait, &l);
	tms_buf_free(&l.names);
	tms_buf_free(&l.instead);
	return a->advice->count == TMS_ADVICE_NOTES_MAX;
}

void tms_query_advise(const struct tms_query *query, struct tms_str text,
	const struct tms_advice_context *context, struct tms_advice *advice)
{
	struct advising advising = {
		.query = query, .text = text, .context = context, .advice = advice
	};

	if (context->count > 0)
		walk_terms(query, look_at_term, &advising);
}

/* ---- terms that no item has ---- */

/* A note on the same bytes says more than that no item has them. */
static bool is_noted(const struct tms_advice *advice, const struct tms_query_term *term)
{
	for (size_t i = 0; i < advice->count; i++)
		if (advice->notes[i].start == term->start && advice->notes[i].end == term->end)
			return true;
	return false;
}

/* What the calendar or a subject decides is not missing because no item has it today. */
static bool may_be_missing(const struct query_leaf *leaf)
{
	return leaf->kind != LEAF_AGE && leaf->kind != LEAF_DATE && leaf->kind != LEAF_DAY &&
	       leaf->kind != LEAF_TOPIC;
}

struct seeking {
	const struct tms_query *query;
	size_t left;
	struct tms_query_term *out;
	bool is_found;
};

static bool seek_term(void *context, const struct term *term)
{
	struct seeking *s = context;
	const struct query_node *node = term->node;
	const struct query_leaf *leaf = &s->query->leaves[node->leaf];

	if (term->is_negated || term->place != node || !may_be_missing(leaf) || s->left-- > 0)
		return false;
	*s->out = (struct tms_query_term){ leaf->print, node->start, node->end, node->leaf };
	s->is_found = true;
	return true;
}

bool tms_query_term_at(const struct tms_query *query, size_t i, struct tms_query_term *out)
{
	struct seeking seeking = { .query = query, .left = i, .out = out };

	walk_terms(query, seek_term, &seeking);
	return seeking.is_found;
}

bool tms_query_term_holds(const struct tms_query *query, const struct tms_query_term *term,
	const struct tms_merged *item, const struct tms_doc *doc, tms_time now)
{
	const struct query_subject subject = { query, item, doc, now, TMS_TIME_MAX };

	return query_leaf_holds(&subject, &query->leaves[term->leaf]);
}

void tms_advice_add_missing(struct tms_advice *advice, struct tms_str text,
	const struct tms_query_term *term, size_t items)
{
	if (!is_noted(advice, term))
		(void)tms_advice_add(advice, text, term->start, term->end,
			"none of the %zu items that are there has %.*s", items,
			TMS_STR_ARGS(term->print));
}

/* ---- another threshold ---- */

#define PLACES_MAX 8

struct putting {
	size_t leaf;
	const struct query_node *nodes[PLACES_MAX]; /* by their place */
	size_t count;
};

static bool find_topic(void *context, const struct term *term)
{
	struct putting *p = context;
	size_t at = p->count;

	if (term->node->leaf != p->leaf || term->place != term->node)
		return false;
	if (p->count++ == PLACES_MAX)
		return true;
	for (; at > 0 && p->nodes[at - 1]->start > term->node->start; at--)
		p->nodes[at] = p->nodes[at - 1];
	p->nodes[at] = term->node;
	return false;
}

bool tms_query_topic_put(const struct tms_query *query, struct tms_str text, size_t i,
	uint32_t hundredths, struct tms_buf *buf)
{
	const struct query_leaf *leaf = query_topic_leaf(query, i);
	struct putting p = { .leaf = (size_t)(leaf - query->leaves) };
	size_t at = 0;

	walk_terms(query, find_topic, &p);
	if (p.count == 0 || p.count > PLACES_MAX)
		return false;
	for (size_t k = 0; k < p.count; k++) {
		tms_buf_add(buf, tms_str_slice(text, at, p.nodes[k]->start));
		tms_query_topic_print(query, i, hundredths, buf);
		at = p.nodes[k]->end;
	}
	tms_buf_add(buf, tms_str_slice(text, at, text.len));
	return true;
}
