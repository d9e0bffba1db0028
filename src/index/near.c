/*
 * near(), found in the forward index of an item: what query_near_find of query/match.c finds in its
 * words. Behind each word the last places of all parts are known; they are near when the words
 * between them are few enough.
 */
#include "walk.h"

struct part {
	struct index_run run;
	size_t times; /* that it is asked for */
	size_t last;  /* its newest place among the sightings, older ones behind it */
};

struct sighting {
	size_t first, end; /* end 0: not seen in this text */
};

struct search {
	struct index_walk walk;
	struct part parts[TMS_QUERY_PHRASE_WORDS_MAX];
	size_t parts_count;
	struct sighting sightings[TMS_QUERY_PHRASE_WORDS_MAX];
	size_t sightings_count;
	size_t gap;
	uint64_t *starts; /* of every term the parts that may begin with it, as a mask */
};

static void read_parts(struct search *s, const struct index_plan *plan)
{
	struct tms_str rest = index_plan_print(plan);
	struct index_near_head head;
	struct index_run run = { 0 };

	memcpy(&head, rest.ptr, sizeof(head));
	s->gap = head.gap;
	s->parts_count = head.parts;
	s->sightings_count = 0;
	for (size_t i = 0; i < s->parts_count; i++) {
		struct index_near_part part;
		memcpy(&part, rest.ptr + sizeof(head) + i * sizeof(part), sizeof(part));
		run.places = part.places;
		s->parts[i] = (struct part){ run, part.times, s->sightings_count };
		s->sightings_count += part.times;
		run.place += part.places;
		run.cover += part.covers;
	}
}

static void mark_unit(struct search *s, const struct index_unit *unit, size_t part)
{
	for (size_t word = 0; word * 64 < s->walk.forward->terms_count; word++)
		for (uint64_t rest = unit->bits[word]; rest != 0; rest &= rest - 1)
			s->starts[word * 64 + (size_t)__builtin_ctzll(rest)] |= UINT64_C(1) << part;
}

static void mark_starts(struct search *s)
{
	const struct index_walk *w = &s->walk;

	for (size_t i = 0; i < s->parts_count; i++) {
		struct index_run run = s->parts[i].run;
		mark_unit(s, &w->units[run.place], i);
		for (size_t k = w->plan->places + run.cover;
			k < w->units_count && w->units[k].first == run.place; k++)
			mark_unit(s, &w->units[k], i);
	}
}

/* A newer sighting of a part that is asked for more than once moves the older ones on. */
static void note(struct search *s, const struct part *part, struct sighting seen)
{
	struct sighting *last = &s->sightings[part->last];

	memmove(last + 1, last, (part->times - 1) * sizeof(*last));
	last[0] = seen;
}

/* True when all parts have been seen and stand near enough where they were seen last. */
static bool is_near(const struct search *s)
{
	size_t covered = 0, first = SIZE_MAX, end = 0;

	for (size_t i = 0; i < s->sightings_count; i++) {
		const struct sighting *seen = &s->sightings[i];
		if (seen->end == 0)
			return false;
		covered += seen->end - seen->first;
		first = seen->first < first ? seen->first : first;
		end = seen->end > end ? seen->end : end;
	}
	return end - first <= covered + s->gap;
}

/* Note the parts that begin at word `at`, of those that may; true when one does. */
static bool note_parts(struct search *s, uint64_t parts, size_t at, size_t end)
{
	bool noted = false;

	for (; parts != 0; parts &= parts - 1) {
		const struct part *part = &s->parts[__builtin_ctzll(parts)];
		uint64_t ends = index_walk_ends(&s->walk, part->run, at, end);
		if (ends == 0)
			continue;
		note(s, part, (struct sighting){ at, at + (size_t)__builtin_ctzll(ends) });
		noted = true;
	}
	return noted;
}

static bool holds_in_text(struct search *s, size_t start, size_t end)
{
	const struct index_forward *forward = s->walk.forward;
	const struct index_joined *joined = index_forward_joined(forward);
	uint32_t run = index_joined_from(forward, start);

	memset(s->sightings, 0, s->sightings_count * sizeof(*s->sightings));
	for (size_t at = start; at < end; at++) {
		uint64_t parts = s->starts[index_forward_at(forward, at)];
		for (; run < forward->joined_count && joined[run].at == at; run++)
			parts |= s->starts[joined[run].term];
		if (parts != 0 && note_parts(s, parts, at, end) && is_near(s))
			return true;
	}
	return false;
}

static bool holds_in(struct search *s)
{
	const struct index_forward *forward = s->walk.forward;
	const struct index_text *texts = index_forward_texts(forward);

	for (size_t i = 0; i < forward->texts_count; i++)
		if ((s->walk.plan->fields & index_text_fields(texts[i])) &&
			holds_in_text(s, texts[i].start, index_text_end(forward, i)))
			return true;
	return false;
}

enum tms_status index_near_holds(
	struct index_items *items, const struct index_plan *plan, uint32_t slot, bool *holds)
{
	size_t mark = tms_arena_mark(&items->scratch);
	struct search s; /* 3 KB, of which two words need little */

	enum tms_status st = index_walk_begin(items, plan, slot, &s.walk, holds);
	if (st == TMS_OK && *holds) {
		s.starts = TMS_ARENA_ARRAY(&items->scratch, uint64_t, s.walk.forward->terms_count);
		st = s.starts ? TMS_OK : TMS_ENOMEM;
	}
	if (st == TMS_OK && *holds) {
		read_parts(&s, plan);
		mark_starts(&s);
		*holds = holds_in(&s);
	}
	tms_arena_rewind(&items->scratch, mark);
	return st;
}
