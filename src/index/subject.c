/* Subjects (what `topic:` and `about:` ask), interned and compiled, scored against items. */
#include "subject.h"

#include <stdlib.h>

#include "items_private.h"

#define NO_SUBJECT UINT32_MAX

/* ---- texts: name, sentence, keywords and phrases, a line each ---- */

static struct tms_str text_of(struct tms_arena *arena, const struct tms_topic_definition *d)
{
	return tms_arena_format(arena, "%.*s\n%.*s\n%.*s\n%.*s", TMS_STR_ARGS(d->name),
		TMS_STR_ARGS(d->about), TMS_STR_ARGS(d->keywords), TMS_STR_ARGS(d->all));
}

static enum tms_status compile(
	const struct index_subjects *s, struct tms_str text, struct tms_topic **out)
{
	struct tms_topic_definition d = { .id = TMS_STR_INIT("about") };
	struct tms_str *const lines[] = { &d.name, &d.about, &d.keywords, &d.all };

	for (size_t i = 0; i < TMS_COUNT(lines) && tms_str_split(&text, '\n', lines[i]); i++)
		;
	enum tms_status st =
		tms_topic_compile(s->model, s->scorer, &d, TMS_TOPIC_AS_WRITTEN, out, NULL);
	return st == TMS_OK ? TMS_OK : TMS_ENOMEM; /* it was checked when the query was read */
}

/* ---- compiled ones ---- */

static void forget_compiled(struct index_subjects *s, uint32_t subject)
{
	for (size_t i = 0; i < INDEX_SUBJECTS_COMPILED; i++)
		if (s->compiled[i].topic && s->compiled[i].subject == subject) {
			tms_topic_free(s->compiled[i].topic);
			s->compiled[i].topic = NULL;
		}
}

static enum tms_status compiled(
	struct index_subjects *s, uint32_t subject, const struct tms_topic **out)
{
	size_t place = subject % INDEX_SUBJECTS_COMPILED;
	struct tms_topic *topic = NULL;

	if (s->compiled[place].topic && s->compiled[place].subject == subject) {
		*out = s->compiled[place].topic;
		return TMS_OK;
	}
	enum tms_status st = compile(s, s->list[subject]->text, &topic);
	if (st != TMS_OK)
		return st;
	s->compilations++;
	tms_topic_free(s->compiled[place].topic);
	s->compiled[place].subject = subject;
	s->compiled[place].topic = topic;
	*out = topic;
	return TMS_OK;
}

/* ---- subjects ---- */

/* Tables of subjects, when none is left. */
static void free_tables(struct index_subjects *s)
{
	free((void *)s->list);
	free(s->of_number);
	tms_topic_set_free(s->set);
	tms_map_free(&s->by_text);
	s->list = NULL;
	s->of_number = NULL;
	s->set = NULL;
	s->count = s->capacity = s->numbers = s->first_free = 0;
}

void index_subjects_fini(struct index_subjects *s)
{
	for (size_t i = 0; i < INDEX_SUBJECTS_COMPILED; i++)
		tms_topic_free(s->compiled[i].topic);
	for (uint32_t i = 0; i < s->count; i++)
		free(s->list[i]);
	for (size_t i = 0; i < s->texts_room; i++)
		free(s->texts[i]);
	free((void *)s->texts);
	free_tables(s);
	tms_arena_free(&s->scratch);
	*s = (struct index_subjects){ 0 };
}

size_t index_subjects_rule_bytes(const struct index_subjects *s)
{
	return s->text_bytes + s->capacity * sizeof(void *) + s->numbers * sizeof(uint32_t) +
	       s->by_text.capacity * 3 * sizeof(void *) +
	       (s->set ? tms_topic_set_bytes(s->set) : 0);
}

/* A place in the list that is free: the first one, or at its end. */
static bool take_place(struct index_subjects *s, uint32_t *place)
{
	while (s->first_free < s->count && s->list[s->first_free])
		s->first_free++;
	*place = s->first_free;
	if (s->first_free < s->capacity)
		return true;
	uint32_t wanted = s->capacity + s->capacity / 4 + 16;
	void *grown = reallocarray((void *)s->list, wanted, sizeof(void *));
	if (!grown)
		return false;
	s->list = grown;
	s->capacity = wanted;
	return true;
}

static bool know_number(struct index_subjects *s, uint32_t number, uint32_t subject)
{
	if (number >= s->numbers) {
		uint32_t wanted = number + number / 4 + 16;
		uint32_t *grown = reallocarray(s->of_number, wanted, sizeof(*grown));
		if (!grown)
			return false;
		s->of_number = grown;
		s->numbers = wanted;
	}
	s->of_number[number] = subject;
	return true;
}

/* The record and its text, in one block. */
static struct index_subject *record_of(struct tms_str text)
{
	struct index_subject *record = malloc(sizeof(*record) + text.len);

	if (!record)
		return NULL;
	memcpy(record + 1, text.ptr, text.len);
	*record = (struct index_subject){ .text = { (const char *)(record + 1), text.len },
		.refs = 1 };
	return record;
}

/* Only batches ask the set: a rule that is asked once, and taken out again, is never there. */
static enum tms_status enter(struct index_subjects *s, struct index_subject *record)
{
	const struct tms_topic *topic = NULL;

	enum tms_status st = compiled(s, record->place, &topic);
	if (st == TMS_OK)
		st = tms_topic_set_add(s->set, topic, record->threshold, &record->number);
	if (st != TMS_OK)
		return st;
	if (!know_number(s, record->number, record->place)) {
		tms_topic_set_remove(s->set, record->number, topic);
		return TMS_ENOMEM;
	}
	record->is_in_set = true;
	record->entered = ++s->entries;
	s->outside--;
	return TMS_OK;
}

enum tms_status index_subject_enter(struct index_items *items, uint32_t subject)
{
	struct index_subject *record = items->subjects.list[subject];

	return record->is_in_set ? TMS_OK : enter(&items->subjects, record);
}

bool index_subjects_enter_one(struct index_items *items, size_t *work, enum tms_status *st)
{
	struct index_subjects *s = &items->subjects;
	struct index_subject *record = NULL;

	*st = TMS_OK;
	if (s->outside == 0)
		return false;
	do
		record = s->list[s->first_outside++];
	while (!record || record->is_in_set);
	*st = enter(s, record);
	if (*st != TMS_OK)
		s->first_outside = record->place;
	size_t used = (size_t)INDEX_SUBJECT_WORK * 16;
	*work -= used < *work ? used : *work;
	return true;
}

static enum tms_status add(struct index_subjects *s, const struct query_topic *asked,
	struct tms_str text, uint32_t *subject)
{
	enum tms_status st = s->set ? TMS_OK : tms_topic_set_new(asked->scorer, &s->set);

	if (st != TMS_OK)
		return st;
	s->model = asked->model;
	s->scorer = asked->scorer;
	struct index_subject *record = record_of(text);
	if (!record || !take_place(s, subject))
		st = TMS_ENOMEM;
	if (st == TMS_OK)
		st = tms_map_put(&s->by_text, record->text, record);
	if (st != TMS_OK) {
		free(record);
		return st;
	}
	record->threshold = asked->threshold;
	record->place = *subject;
	s->count += *subject == s->count;
	s->list[*subject] = record;
	s->text_bytes += sizeof(*record) + record->text.len;
	s->first_outside =
		s->outside > 0 && s->first_outside < *subject ? s->first_outside : *subject;
	s->outside++;
	return TMS_OK;
}

enum tms_status index_subject_ref(
	struct index_items *items, const struct query_topic *asked, uint32_t *subject)
{
	struct index_subjects *s = &items->subjects;
	size_t mark = tms_arena_mark(&s->scratch);
	struct tms_str text = text_of(&s->scratch, &asked->definition);
	enum tms_status st = s->scratch.status;

	struct index_subject *record = st == TMS_OK ? tms_map_find(&s->by_text, text) : NULL;
	if (record) {
		record->refs++;
		*subject = record->place;
		if (asked->threshold < record->threshold) {
			record->threshold = asked->threshold;
			if (record->is_in_set)
				tms_topic_set_threshold(s->set, record->number, asked->threshold);
		}
	} else if (st == TMS_OK) {
		st = add(s, asked, text, subject);
	}
	s->scratch.status = TMS_OK;
	tms_arena_rewind(&s->scratch, mark);
	return st == TMS_OK ? TMS_OK : TMS_ENOMEM;
}

void index_subject_unref(struct index_items *items, uint32_t subject)
{
	struct index_subjects *s = &items->subjects;
	struct index_subject *record = s->list[subject];
	const struct tms_topic *topic = NULL;

	if (--record->refs > 0)
		return;
	(void)tms_map_remove(&s->by_text, record->text);
	if (!record->is_in_set)
		s->outside--;
	else if (compiled(s, subject, &topic) == TMS_OK)
		tms_topic_set_remove(s->set, record->number, topic);
	else /* without memory its postings stay; it is not told of again */
		tms_topic_set_threshold(s->set, record->number, UINT32_MAX);
	forget_compiled(s, subject);
	s->text_bytes -= sizeof(*record) + record->text.len;
	s->list[subject] = NULL;
	s->first_free = subject < s->first_free ? subject : s->first_free;
	free(record);
	if (s->by_text.count == 0)
		free_tables(s);
}

/* ---- items ---- */

static bool make_room(struct index_subjects *s, size_t slots)
{
	if (slots <= s->texts_room)
		return true;
	void *grown = reallocarray((void *)s->texts, slots, sizeof(void *));
	if (!grown)
		return false;
	s->texts = grown;
	for (size_t i = s->texts_room; i < slots; i++)
		s->texts[i] = NULL;
	s->texts_room = slots;
	return true;
}

static enum tms_status text_at(
	struct index_items *items, uint32_t slot, const struct tms_topic_text **out)
{
	struct index_subjects *s = &items->subjects;
	const struct tms_item *item = &index_slot_at(items, slot)->item->merged.item;
	const struct tms_topic_text *made = NULL;
	size_t mark = tms_arena_mark(&s->scratch);

	if (!make_room(s, index_items_slots(items)))
		return TMS_ENOMEM;
	if (!s->texts[slot]) {
		const struct tms_topic_item texts = { item->title,
			tms_item_about(&s->scratch, item), item->keywords, item->keywords_count };
		if (s->scratch.status == TMS_OK && tms_topic_text_make(&s->scratch, s->model,
							   s->scorer, &texts, &made) == TMS_OK)
			s->texts[slot] = tms_topic_text_keep(made);
		s->scratch.status = TMS_OK;
		tms_arena_rewind(&s->scratch, mark);
		if (!s->texts[slot])
			return TMS_ENOMEM;
		s->texts_bytes += tms_topic_text_bytes(s->texts[slot]);
	}
	*out = s->texts[slot];
	return TMS_OK;
}

void index_subjects_forget(struct index_items *items, uint32_t slot)
{
	struct index_subjects *s = &items->subjects;

	if (slot >= s->texts_room || !s->texts[slot])
		return;
	s->texts_bytes -= tms_topic_text_bytes(s->texts[slot]);
	free(s->texts[slot]);
	s->texts[slot] = NULL;
}

enum tms_status index_subject_score(
	struct index_items *items, uint32_t subject, uint32_t slot, uint32_t *score)
{
	const struct tms_topic_text *text = NULL;
	const struct tms_topic *topic = NULL;

	items->verified++;
	enum tms_status st = compiled(&items->subjects, subject, &topic);
	if (st == TMS_OK)
		st = text_at(items, slot, &text);
	if (st == TMS_OK)
		*score = tms_topic_score(topic, text);
	return st;
}

/* Told in numbers of the set. */
struct telling {
	const struct index_subjects *subjects;
	tms_topic_hit_fn tell;
	void *context;
};

static void tell_subject(void *context, uint32_t number, uint32_t score)
{
	const struct telling *telling = context;

	telling->tell(telling->context, telling->subjects->of_number[number], score);
}

enum tms_status index_subjects_of(struct index_items *items, uint32_t slot, size_t *work,
	tms_topic_hit_fn tell, void *context)
{
	struct index_subjects *s = &items->subjects;
	struct telling telling = { s, tell, context };
	const struct tms_topic_text *text = NULL;
	size_t left = SIZE_MAX;

	if (!s->set || tms_topic_set_count(s->set) == 0)
		return TMS_OK;
	enum tms_status st = text_at(items, slot, &text);
	if (st == TMS_OK)
		st = tms_topic_set_begin(s->set, text);
	while (st == TMS_OK && !tms_topic_set_step(s->set, &left, tell_subject, &telling))
		;
	size_t used = SIZE_MAX - left;
	*work -= used < *work ? used : *work;
	return st;
}
