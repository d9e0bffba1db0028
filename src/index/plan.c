/* Plans being made, of the leaves of queries. */
#include "plan_private.h"

#include <stdlib.h>

#include <tamis/utf8.h>

#include "item_words.h"

/* Of a path that is asked for. */
#define SEGMENTS_MAX 8

/* A plan being made. Atoms that it holds are given back when it fails. */
struct making {
	struct index_items *items;
	struct index_plan head;
	uint32_t atoms[TMS_QUERY_PHRASE_WORDS_MAX];
	struct index_cover covers[TMS_QUERY_PHRASE_WORDS_MAX * (TMS_WORDS_JOINED_MAX - 1)];
	uint32_t anchor;
	uint32_t scan_cost;
	struct index_range range;
	struct tms_str print;
	enum tms_status status;
};

static bool ref(struct making *m, enum index_atom_kind kind, struct tms_str key, uint32_t *atom)
{
	if (m->status == TMS_OK)
		m->status = index_atom_ref(&m->items->atoms, kind, key, atom);
	return m->status == TMS_OK;
}

static void add_place(struct making *m, enum index_atom_kind kind, struct tms_str key)
{
	if (ref(m, kind, key, &m->atoms[m->head.places]))
		m->head.places++;
}

static enum tms_status finish(struct making *m, struct tms_buf *key)
{
	if (m->status == TMS_OK)
		m->status = key->status;
	return m->status;
}

static struct index_step word_step(const struct tms_words *words, size_t i)
{
	return (struct index_step){ tms_words_form(words, i), tms_words_span(words, i, i + 1), i, 1,
		i, i + 1 == words->count, (enum tms_word_kind)words->list[i].key.kind };
}

static struct index_step joined_step(const struct tms_words *words, size_t i)
{
	size_t first = words->joined[i].first, span = words->joined[i].key.span;

	return (struct index_step){ tms_words_joined_form(words, i),
		tms_words_span(words, first + span - 1, first + span), first, span,
		words->count + i, first + span == words->count, TMS_WORD_PLAIN };
}

/* Places and covers of a pattern, behind those that are there. */
static void add_pattern(struct making *m, const struct query_pattern *pattern)
{
	const struct tms_words *words = &pattern->words;
	size_t from = m->head.places;

	for (size_t i = 0; i < words->count && m->status == TMS_OK; i++) {
		if (m->head.places == TMS_COUNT(m->atoms))
			m->status = TMS_ELIMIT; /* the parser allows no more */
		struct index_step step = word_step(words, i);
		struct index_meaning meaning;
		if (m->status == TMS_OK)
			m->status = index_step_means(
				m->items, m->head.fields, pattern, &step, &meaning);
		if (m->status == TMS_OK)
			add_place(m, meaning.kind, meaning.key);
	}
	for (size_t i = 0; i < words->joined_count && m->status == TMS_OK; i++) {
		struct index_cover *cover = &m->covers[m->head.covers];
		struct index_step step = joined_step(words, i);
		struct index_meaning meaning;
		m->status = index_step_means(m->items, m->head.fields, pattern, &step, &meaning);
		cover->first = (uint16_t)(from + step.first);
		cover->span = (uint16_t)step.span;
		if (m->status == TMS_OK && ref(m, meaning.kind, meaning.key, &cover->atom))
			m->head.covers++;
	}
}

static void add_part(struct tms_buf *key, const struct index_atom *atom)
{
	tms_buf_add_char(key, INDEX_SOME);
	tms_buf_add_char(key, (char)atom->kind);
	tms_buf_add(key, index_atom_key(atom));
}

/* Where every place can be covered, as in "fine-tuning": what stands for the place with the longest
 * key is needed, whichever of its atoms it is. */
static void add_anchor(struct making *m)
{
	const struct index_atoms *atoms = &m->items->atoms;
	struct tms_buf key = { 0 };
	size_t longest = 0;

	if (m->status != TMS_OK || m->head.covers == 0 || m->head.kind != PLAN_ATOMS)
		return;
	uint64_t covered = 0;
	for (size_t i = 0; i < m->head.covers; i++)
		covered |= ((UINT64_C(1) << m->covers[i].span) - 1) << m->covers[i].first;
	if (covered != (UINT64_C(1) << m->head.places) - 1)
		return;
	for (size_t i = 1; i < m->head.places; i++)
		if (index_atom_at(atoms, m->atoms[i])->length >
			index_atom_at(atoms, m->atoms[longest])->length)
			longest = i;
	add_part(&key, index_atom_at(atoms, m->atoms[longest]));
	for (size_t i = 0; i < m->head.covers; i++)
		if (m->covers[i].first <= longest &&
			longest < (size_t)m->covers[i].first + m->covers[i].span)
			add_part(&key, index_atom_at(atoms, m->covers[i].atom));
	if (finish(m, &key) == TMS_OK && ref(m, ATOM_SOME, tms_buf_str(&key), &m->anchor))
		m->head.has_anchor = true;
	tms_buf_free(&key);
}

/* A name: some word of it stands in full in the person's, or one is written joined; where only
 * initials are asked for, a word begins with the first. What is written without spaces has to be
 * there as it is. */
static void add_name(struct making *m, const struct query_pattern *pattern)
{
	const struct tms_words *words = &pattern->words;
	struct tms_buf key = { 0 };
	bool all_initials = true;

	for (size_t i = 0; i < words->count; i++) {
		struct index_step step = word_step(words, i);
		struct index_meaning meaning;
		if (step.kind == TMS_WORD_PLAIN)
			continue;
		if (step.kind != TMS_WORD_LONE)
			step.kind = TMS_WORD_LOOSE;
		m->status = index_step_means(m->items, m->head.fields, pattern, &step, &meaning);
		if (m->status == TMS_OK)
			add_place(m, meaning.kind, meaning.key);
		return;
	}

	for (size_t i = 0; i < words->count; i++) {
		struct tms_str form = tms_words_form(words, i);
		size_t at = 0;
		if (form.len > 0)
			(void)tms_utf8_next(form, &at);
		all_initials &= form.len > 0 && at == form.len;
		tms_buf_add_char(&key, '\n');
		tms_buf_add(&key, form);
	}
	for (size_t i = 0; i < words->joined_count; i++) {
		tms_buf_add_char(&key, '\n');
		tms_buf_add(&key, tms_words_joined_form(words, i));
	}
	if (finish(m, &key) == TMS_OK && all_initials)
		add_place(m, ATOM_PREFIX, tms_words_form(words, 0));
	else if (m->status == TMS_OK)
		add_place(m, ATOM_FORMS, tms_buf_str(&key));
	tms_buf_free(&key);
}

static void make_words(struct making *m, const struct query_leaf *leaf)
{
	m->head.flags |= leaf->pattern.mode == WORD_EXACT ? INDEX_PLAN_RECHECK : 0;
	if (leaf->pattern.mode == WORD_NAME) {
		m->head.flags |= INDEX_PLAN_RECHECK;
		add_name(m, &leaf->pattern);
		return;
	}
	add_pattern(m, &leaf->pattern);
	if (m->head.places > 1 || m->head.covers > 0)
		m->head.flags |= INDEX_PLAN_WALK;
	add_anchor(m);
}

static bool is_repeated(const struct query_leaf *leaf, size_t part)
{
	for (size_t i = 0; i < part; i++)
		if (tms_str_equal_caseless(leaf->near[i].text, leaf->near[part].text))
			return true;
	return false;
}

static size_t times_asked(const struct query_leaf *leaf, size_t part)
{
	size_t times = 0;

	for (size_t i = part; i < leaf->near_count; i++)
		times += tms_str_equal_caseless(leaf->near[i].text, leaf->near[part].text);
	return times;
}

static void make_near(struct making *m, const struct query_leaf *leaf)
{
	struct index_near_head head = { .gap = (uint16_t)leaf->near_gap };
	struct index_near_part parts[TMS_QUERY_PHRASE_WORDS_MAX];
	char *tail = tms_arena_alloc(&m->items->scratch, sizeof(head) + sizeof(parts));

	m->head.flags |= INDEX_PLAN_NEAR;
	for (size_t i = 0; i < leaf->near_count; i++) {
		size_t places = m->head.places, covers = m->head.covers;
		if (is_repeated(leaf, i))
			continue;
		add_pattern(m, &leaf->near[i]);
		parts[head.parts++] = (struct index_near_part){ (uint8_t)(m->head.places - places),
			(uint8_t)(m->head.covers - covers), (uint8_t)times_asked(leaf, i) };
	}
	add_anchor(m);
	if (m->status == TMS_OK && !tail)
		m->status = TMS_ENOMEM;
	if (m->status != TMS_OK)
		return;
	memcpy(tail, &head, sizeof(head));
	memcpy(tail + sizeof(head), parts, head.parts * sizeof(*parts));
	m->print = (struct tms_str){ tail, sizeof(head) + head.parts * sizeof(*parts) };
}

static void make_regex(struct making *m, const struct query_leaf *leaf)
{
	struct tms_buf key = { 0 };

	m->head.flags |= INDEX_PLAN_RECHECK;
	if (leaf->kind == LEAF_VALUE_REGEX)
		m->head.fields = TMS_FIELD_CATEGORY; /* of others there are no literals */
	m->status = query_leaf_literals(leaf, &key);
	if (m->status == TMS_OK && key.len > 0) {
		add_place(m, ATOM_LITERALS, tms_buf_str(&key));
	} else {
		m->head.kind = PLAN_SCAN;
		m->scan_cost = (uint32_t)query_leaf_cost(leaf);
	}
	tms_buf_free(&key);
}

static void add_lower(struct tms_buf *buf, struct tms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		tms_buf_add_char(buf, tms_lower(s.ptr[i]));
}

static void make_value(struct making *m, const struct query_leaf *leaf)
{
	static const char kinds[] = { [EXACT_CATEGORY] = TERM_CATEGORY,
		[EXACT_PRIMARY] = TERM_PRIMARY,
		[EXACT_ANNOUNCE] = TERM_ANNOUNCE,
		[EXACT_SOURCE] = TERM_SOURCE,
		[EXACT_LANGUAGE] = TERM_LANGUAGE };
	static const struct tms_str has[] = { [HAS_CODE] = TMS_STR_INIT("code"),
		[HAS_PROJECT] = TMS_STR_INIT("project"),
		[HAS_VIDEO] = TMS_STR_INIT("video"),
		[HAS_WITHDRAWN] = TMS_STR_INIT("withdrawn") };
	enum index_atom_kind kind = leaf->open_end ? ATOM_OPEN : ATOM_VALUE;
	struct tms_buf key = { 0 };

	if (leaf->kind == LEAF_EXACT)
		tms_buf_add_char(&key, kinds[leaf->field->which]);
	if (leaf->kind == LEAF_HAS) {
		kind = ATOM_HAS;
		tms_buf_add(&key, has[leaf->has]);
	} else {
		add_lower(&key, leaf->value);
	}
	if (leaf->kind == LEAF_URL) {
		kind = leaf->subdomains ? ATOM_DOMAIN : ATOM_HOST;
		m->head.flags |= leaf->path.len > 0 ? INDEX_PLAN_RECHECK : 0;
	} else if (leaf->kind == LEAF_ID) {
		kind = ATOM_ID;
		m->head.kind = PLAN_ID;
		m->head.flags |= INDEX_PLAN_RECHECK;
	}
	if (finish(m, &key) == TMS_OK)
		add_place(m, kind, tms_buf_str(&key));
	tms_buf_free(&key);
}

/* Every whole segment has to be there. What is asked for twice, or in which order, the item is looked
 * at for. */
static void make_path(struct making *m, const struct query_leaf *leaf)
{
	char key[1 + INDEX_SEGMENT_DIGITS] = { TERM_SEGMENT };
	struct query_segment segment;
	size_t at = 0;

	m->head.flags |= INDEX_PLAN_RECHECK;
	if (query_path_scans(leaf)) {
		m->head.kind = PLAN_SCAN;
		m->scan_cost = (uint32_t)query_leaf_cost(leaf);
		return;
	}
	while (m->head.places < SEGMENTS_MAX && query_segment_next(leaf->path, &at, &segment) &&
		!(segment.is_last && leaf->open_end)) {
		(void)index_segment_text(segment.hash, key + 1);
		add_place(m, ATOM_VALUE, (struct tms_str){ key, sizeof(key) });
		if (m->status != TMS_OK)
			return;
	}
}

static void make_range(struct making *m, const struct query_leaf *leaf)
{
	m->head.kind = PLAN_RANGE;
	m->range = index_range_of(leaf);
}

static void make_subject(struct making *m, const struct query_leaf *leaf)
{
	struct index_asked_subject *asked =
		TMS_ARENA_NEW(&m->items->scratch, struct index_asked_subject);

	m->head.kind = PLAN_SUBJECT;
	if (!asked) {
		m->status = TMS_ENOMEM;
		return;
	}
	asked->threshold = leaf->topic->threshold;
	m->status = index_subject_ref(m->items, leaf->topic, &asked->subject);
	if (m->status != TMS_OK)
		return;
	m->print = (struct tms_str){ (const char *)asked, sizeof(*asked) };
	add_place(m, ATOM_SUBJECT,
		(struct tms_str){ (const char *)&asked->subject, sizeof(asked->subject) });
}

static void make_listed(struct making *m, const struct query_leaf *leaf)
{
	uint32_t *number = TMS_ARENA_NEW(&m->items->scratch, uint32_t);

	m->head.fields = TMS_FIELD_AUTHOR;
	m->status = number ? index_list_ref(m->items, leaf, number, &m->atoms[0]) : TMS_ENOMEM;
	if (m->status != TMS_OK)
		return;
	m->head.flags |= INDEX_PLAN_LISTED | INDEX_PLAN_RECHECK;
	m->head.places = 1;
	m->print = (struct tms_str){ (const char *)number, sizeof(*number) };
}

static void make_leaf(struct making *m, const struct query_leaf *leaf)
{
	m->head.fields = (uint16_t)leaf->field->fields;
	switch (leaf->kind) {
	case LEAF_WORDS:
		make_words(m, leaf);
		break;
	case LEAF_NEAR:
		make_near(m, leaf);
		break;
	case LEAF_REGEX:
	case LEAF_VALUE_REGEX:
		make_regex(m, leaf);
		break;
	case LEAF_EXACT:
	case LEAF_ID:
	case LEAF_URL:
	case LEAF_HAS:
		m->head.fields = INDEX_FIELDS_ALL;
		if (leaf->kind == LEAF_URL && leaf->field->which == ADDRESS_PATH)
			make_path(m, leaf);
		else
			make_value(m, leaf);
		break;
	case LEAF_TOPIC:
		m->head.fields = INDEX_FIELDS_ALL;
		make_subject(m, leaf);
		break;
	case LEAF_LISTED:
		make_listed(m, leaf);
		break;
	case LEAF_NUMBER:
	case LEAF_WORD_COUNT:
	case LEAF_AGE:
	case LEAF_DATE:
	case LEAF_DAY:
		make_range(m, leaf);
		break;
	}
	if ((m->head.flags & INDEX_PLAN_RECHECK) && !(m->head.flags & INDEX_PLAN_LISTED))
		m->print = leaf->print;
}

static void unref_all(struct index_items *items, const struct index_plan *head,
	const uint32_t *atoms, const struct index_cover *covers, uint32_t anchor)
{
	if (head->kind == PLAN_RANGE || head->kind == PLAN_SCAN)
		return;
	for (size_t i = 0; i < head->places; i++)
		index_atom_unref(&items->atoms, atoms[i]);
	for (size_t i = 0; i < head->covers; i++)
		index_atom_unref(&items->atoms, covers[i].atom);
	if (head->has_anchor)
		index_atom_unref(&items->atoms, anchor);
}

static void *append(char *to, const void *from, size_t bytes)
{
	if (bytes > 0)
		memcpy(to, from, bytes);
	return to + bytes;
}

/* The block of what was made. */
static struct index_plan *pack(const struct making *m)
{
	size_t bytes = index_plan_head_bytes(&m->head) + m->print.len;
	struct index_plan *plan = malloc(bytes);

	if (!plan)
		return NULL;
	char *at = append((char *)plan, &m->head, sizeof(m->head));
	if (m->head.kind == PLAN_RANGE) {
		at = append(at, &m->range, sizeof(m->range));
	} else if (m->head.kind == PLAN_SCAN) {
		at = append(at, &m->scan_cost, sizeof(m->scan_cost));
	} else {
		at = append(at, m->atoms, m->head.places * sizeof(*m->atoms));
		at = append(at, m->covers, m->head.covers * sizeof(*m->covers));
		at = append(at, &m->anchor, m->head.has_anchor ? sizeof(m->anchor) : 0);
	}
	(void)append(at, m->print.ptr, m->print.len);
	plan->bytes = (uint32_t)bytes;
	struct tms_str hashed = { (const char *)&plan->kind,
		bytes - offsetof(struct index_plan, kind) };
	plan->hash = (uint32_t)tms_hash(m->items->vocabulary.seed, hashed);
	return plan;
}

enum tms_status index_plan_make(
	struct index_items *items, const struct query_leaf *leaf, struct index_plan **out)
{
	struct making m; /* 2 KB, of which a word needs 24 bytes */

	m.items = items;
	m.head = (struct index_plan){ 0 };
	m.print = (struct tms_str){ 0 };
	m.status = TMS_OK;
	make_leaf(&m, leaf);
	struct index_plan *plan = m.status == TMS_OK ? pack(&m) : NULL;
	if (!plan && m.head.kind == PLAN_SUBJECT && m.print.len > 0) {
		struct index_asked_subject asked;
		memcpy(&asked, m.print.ptr, sizeof(asked));
		index_subject_unref(items, asked.subject);
	}
	if (!plan && (m.head.flags & INDEX_PLAN_LISTED))
		index_list_unref(items, *(const uint32_t *)(const void *)m.print.ptr);
	index_scratch_done(items);
	if (!plan) {
		unref_all(items, &m.head, m.atoms, m.covers, m.head.has_anchor ? m.anchor : 0);
		return m.status == TMS_OK ? TMS_ENOMEM : m.status;
	}
	items->scan_cost += index_plan_scan_cost(plan);
	*out = plan;
	return TMS_OK;
}

void index_plan_free(struct index_items *items, struct index_plan *plan)
{
	if (!plan)
		return;
	items->scan_cost -= index_plan_scan_cost(plan);
	index_recheck_forget(items, plan);
	if (plan->kind == PLAN_SUBJECT)
		index_subject_unref(items, index_plan_subject(plan).subject);
	if (plan->flags & INDEX_PLAN_LISTED)
		index_list_unref(items, index_plan_list(plan));
	unref_all(items, plan, index_plan_atoms(plan), index_plan_covers(plan),
		plan->has_anchor ? index_plan_own_anchor(plan) : 0);
	free(plan);
}
