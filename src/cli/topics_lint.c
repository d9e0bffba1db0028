/* tamis topics lint: what to look at before a topic is given to others. */
#include <stdio.h>
#include <stdlib.h>

#include "topics_private.h"

#define SAMPLES 5
#define OVERLAP_SHOWN_PERCENT 50

/* Scores of every topic, item by item: scores[topic * items + item]. */
struct lint {
	struct topics_work work;
	uint32_t *scores;
	uint32_t *phrases; /* of each topic: how many items have each phrase written out */
	uint32_t *facets;
	struct tms_buf out;
};

static uint32_t score_of(const struct lint *l, size_t topic, size_t item)
{
	return l->scores[topic * l->work.items_count + item];
}

static int score_all(struct lint *l, const struct topics_options *how)
{
	struct topics_work *w = &l->work;

	l->scores = calloc(w->topics.count * w->items_count + 1, sizeof(*l->scores));
	l->phrases = calloc(w->topics.count * TMS_TOPIC_PHRASES_MAX + 1, sizeof(*l->phrases));
	l->facets = calloc(w->topics.count * TMS_TOPIC_FACETS_MAX + 1, sizeof(*l->facets));
	if (!l->scores || !l->phrases || !l->facets)
		return TMS_EXIT_TROUBLE;
	for (size_t i = 0; i < w->items_count; i++) {
		const struct tms_topic_text *text = NULL;
		size_t mark = tms_arena_mark(&w->arena);
		if (tms_topic_text_make(
			    &w->arena, w->model, how->scorer, &w->items[i].texts, &text) != TMS_OK)
			return TMS_EXIT_TROUBLE;
		for (size_t t = 0; t < w->topics.count; t++) {
			l->scores[t * w->items_count + i] = tms_topic_score(w->compiled[t], text);
			tms_topic_count_found(w->compiled[t], text,
				l->phrases + t * TMS_TOPIC_PHRASES_MAX,
				l->facets + t * TMS_TOPIC_FACETS_MAX);
		}
		tms_arena_rewind(&w->arena, mark);
	}
	return TMS_EXIT_DONE;
}

/* ---- one topic ---- */

static size_t count_hits(const struct lint *l, size_t topic, uint32_t threshold)
{
	size_t hits = 0;

	for (size_t i = 0; i < l->work.items_count; i++)
		hits += score_of(l, topic, i) >= threshold;
	return hits;
}

static void write_rates(struct lint *l, size_t topic)
{
	static const struct {
		const char *name;
		uint32_t threshold;
	} levels[] = { { "loose", TMS_TOPIC_LOOSE }, { "normal", TMS_TOPIC_NORMAL },
		{ "strict", TMS_TOPIC_STRICT } };
	const struct tms_topic_definition *d = &l->work.topics.items[topic];
	size_t items = l->work.items_count ? l->work.items_count : 1;

	tms_buf_format(&l->out, "%.*s (%.*s), of 1,000 papers:", TMS_STR_ARGS(d->id),
		TMS_STR_ARGS(d->name));
	for (size_t i = 0; i < TMS_COUNT(levels); i++) {
		size_t tenths = count_hits(l, topic, levels[i].threshold) * 10000 / items;
		tms_buf_format(&l->out, "%s %zu.%zu %s", i ? "," : "", tenths / 10, tenths % 10,
			levels[i].name);
	}
	tms_buf_add_char(&l->out, '\n');
}

static void write_title(struct lint *l, size_t topic, size_t item)
{
	tms_buf_add_cstr(&l->out, "  ");
	tms_topic_part_print(score_of(l, topic, item), &l->out);
	tms_buf_add_cstr(&l->out, "  ");
	topics_write_title(&l->work.items[item], &l->out);
}

/* The next item from `score` on upwards or downwards, ties in the order of the file. */
static size_t next_item(
	const struct lint *l, size_t topic, size_t last, bool upwards, uint32_t start)
{
	size_t best = SIZE_MAX;
	uint32_t from = last == SIZE_MAX ? start : score_of(l, topic, last);

	for (size_t i = 0; i < l->work.items_count; i++) {
		uint32_t score = score_of(l, topic, i);
		bool is_behind = upwards ? score >= from : score <= from && score < start;
		if (score == from && last != SIZE_MAX && i <= last)
			is_behind = false;
		if (is_behind && (best == SIZE_MAX || (upwards ? score < score_of(l, topic, best)
							       : score > score_of(l, topic, best))))
			best = i;
	}
	return best;
}

/* Titles next to the normal threshold: what a reader would just see, and just miss. */
static void write_samples(struct lint *l, size_t topic)
{
	size_t above[SAMPLES], count = 0, item = SIZE_MAX;

	while (count < SAMPLES &&
		(item = next_item(l, topic, item, true, TMS_TOPIC_NORMAL)) != SIZE_MAX)
		above[count++] = item;
	while (count > 0)
		write_title(l, topic, above[--count]);
	tms_buf_add_cstr(&l->out, "  --- normal\n");
	item = SIZE_MAX;
	for (size_t i = 0; i < SAMPLES; i++) {
		item = next_item(l, topic, item, false, TMS_TOPIC_NORMAL);
		if (item == SIZE_MAX || score_of(l, topic, item) == 0)
			break;
		write_title(l, topic, item);
	}
}

/* Topics that have most of this one's papers. */
static void write_overlaps(struct lint *l, size_t topic)
{
	size_t hits = count_hits(l, topic, TMS_TOPIC_NORMAL);
	bool has_any = false;

	for (size_t t = 0; t < l->work.topics.count && hits > 0; t++) {
		size_t both = 0;
		for (size_t i = 0; i < l->work.items_count; i++)
			both += score_of(l, topic, i) >= TMS_TOPIC_NORMAL &&
				score_of(l, t, i) >= TMS_TOPIC_NORMAL;
		if (t == topic || both * 100 / hits < OVERLAP_SHOWN_PERCENT)
			continue;
		tms_buf_format(&l->out, "%s %.*s has %zu of its %zu",
			has_any ? "," : "  overlap:", TMS_STR_ARGS(l->work.topics.items[t].id),
			both, hits);
		has_any = true;
	}
	if (has_any)
		tms_buf_add_char(&l->out, '\n');
}

static void write_missing(struct lint *l, size_t topic)
{
	const struct tms_topic *compiled = l->work.compiled[topic];
	struct tms_str phrase;
	bool has_any = false;

	for (size_t i = 0; i < tms_topic_facets_count(compiled); i++)
		if (l->facets[topic * TMS_TOPIC_FACETS_MAX + i] == 0)
			tms_buf_format(&l->out,
				"  empty facet: no paper has anything of \"%.*s\"\n",
				TMS_STR_ARGS(tms_topic_facet_name(compiled, i)));
	for (size_t i = 0; tms_topic_written_phrase(&l->work.topics.items[topic], i, &phrase);
		i++) {
		if (l->phrases[topic * TMS_TOPIC_PHRASES_MAX + i] > 0)
			continue;
		tms_buf_format(&l->out, "%s \"%.*s\"",
			has_any ? "," : "  never found:", TMS_STR_ARGS(phrase));
		has_any = true;
	}
	if (has_any)
		tms_buf_add_char(&l->out, '\n');
}

int topics_lint(const struct topics_options *how)
{
	struct lint l = { 0 };

	int status = topics_open(&l.work, how);
	if (status == TMS_EXIT_DONE) {
		status = score_all(&l, how);
		if (status != TMS_EXIT_DONE)
			tms_cli_error("there is not enough memory");
	}
	for (size_t t = 0; status == TMS_EXIT_DONE && t < l.work.topics.count; t++) {
		write_rates(&l, t);
		write_samples(&l, t);
		write_overlaps(&l, t);
		write_missing(&l, t);
		tms_buf_add_char(&l.out, '\n');
	}
	if (status == TMS_EXIT_DONE && (l.out.status != TMS_OK || !cli_write(tms_buf_str(&l.out))))
		status = TMS_EXIT_TROUBLE;
	free(l.scores);
	free(l.phrases);
	free(l.facets);
	tms_buf_free(&l.out);
	topics_close(&l.work);
	return status;
}
