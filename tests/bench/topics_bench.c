/*
 * Many topics: topics_bench PAPERS COUNT
 * PAPERS  lines of JSON with "title" and "abstract", real papers
 * COUNT   distinct topics in the set. The first are real: a title, and the first sentence of the
 *         abstract. The others are these with a fifth of their phrases those of another title and
 *         with other weights: so they ask for words as real ones do.
 */
#include <stdio.h>
#include <stdlib.h>

#include <tamis/json.h>
#include <tamis/topic_set.h>

#include "bench.h"
#include "shipped/shipped.h"
#include "topic/set_private.h"

#define REAL_TOPICS 2000
#define ITEMS 400
#define OPENINGS 5
#define THRESHOLD TMS_TOPIC_LOOSE
#define MILLI 1e3
#define MICRO 1e6

struct bench {
	struct tms_arena arena;
	struct tms_shipped shipped;
	struct tms_topic_item *papers;
	size_t papers_count, papers_capacity;
	struct tms_topic **real;
	size_t real_count, real_capacity;
	struct tms_topic_set *set;
	uint64_t random;
};

static void read_papers(struct bench *b, const char *path)
{
	struct tms_str rest = bench_map(path), line;

	while (tms_str_split(&rest, '\n', &line)) {
		struct json_t *object = NULL;
		if (tms_json_parse(line, NULL, &object, NULL) != TMS_OK)
			continue;
		bench_grow(&b->papers, b->papers_count, &b->papers_capacity, sizeof(*b->papers));
		b->papers[b->papers_count++] = (struct tms_topic_item){
			.title = tms_arena_copy(&b->arena, tms_json_str(object, "title")),
			.abstract = tms_arena_copy(&b->arena, tms_json_str(object, "abstract")),
		};
		tms_json_free(object);
	}
	if (b->papers_count < ITEMS)
		bench_fail("there are %zu papers; at least %d are needed", b->papers_count, ITEMS);
}

static void open_model(struct bench *b)
{
	double times[OPENINGS];

	for (size_t i = 0; i < OPENINGS; i++) {
		struct tms_topic_model *model = NULL;
		double start = bench_cpu_s();
		if (tms_topic_model_open(tms_shipped_topic_model(), &model, NULL) != TMS_OK)
			bench_fail("the model cannot be opened");
		times[i] = (bench_cpu_s() - start) * MILLI;
		tms_topic_model_free(model);
	}
	bench_print("model_first", times[0], "ms");
	bench_print_list("model", times, OPENINGS, "ms");
	if (tms_shipped_open(&b->shipped, NULL) != TMS_OK)
		bench_fail("the catalogue cannot be opened");
}

static void compile_real(struct bench *b)
{
	double start = bench_cpu_s();
	size_t facets = 0;

	for (size_t i = 0; i < b->papers_count && b->real_count < REAL_TOPICS; i++) {
		struct tms_str abstract = b->papers[i].abstract;
		struct tms_topic_definition d = { .id = TMS_STR_INIT("x"),
			.name = b->papers[i].title,
			.about = tms_str_slice(
				abstract, 0, tms_str_find(abstract, TMS_STR(". "), 0)) };
		struct tms_topic *topic = NULL;
		d.about = tms_str_slice(d.about, 0, TMS_TOPIC_ABOUT_BYTES_MAX);
		if (tms_topic_compile(b->shipped.topics.model, b->shipped.topics.scorer, &d,
			    TMS_TOPIC_AS_WRITTEN, &topic, NULL) != TMS_OK)
			continue; /* a title of too many parts */
		bench_grow((void *)&b->real, b->real_count, &b->real_capacity, sizeof(topic));
		b->real[b->real_count++] = topic;
		facets += topic->shape.facets;
	}
	double spent = bench_cpu_s() - start;
	bench_print("real_topics", (double)b->real_count, "");
	bench_print("facets", (double)facets / (double)b->real_count, "");
	bench_print("compile", spent / (double)b->real_count * MILLI, "ms");
	bench_print("compile_facet", spent / (double)facets * MILLI, "ms");
}

/* A fifth of the phrases and terms are another topic's. */
static struct tms_topic *jittered(struct bench *b, size_t base)
{
	const struct tms_topic *from = b->real[base];
	const struct tms_topic *other = b->real[bench_random(&b->random) % b->real_count];
	size_t words = TOPIC_PHRASE_TOKENS_MAX;
	struct tms_topic *topic = bench_alloc(
		sizeof(*topic) +
		from->phrases_count * (sizeof(*topic->phrases) + words * sizeof(uint32_t)) +
		from->terms_count * sizeof(*topic->terms));

	*topic = *from;
	topic->phrases = (void *)(topic + 1);
	topic->terms = (void *)(topic->phrases + from->phrases_count);
	topic->tokens = (void *)(topic->terms + from->terms_count);
	for (uint32_t i = 0; i < from->phrases_count; i++) {
		const struct tms_topic *source = bench_random(&b->random) % 5 ? from : other;
		const struct topic_compiled_phrase *phrase =
			&source->phrases[source == from
						 ? i
						 : bench_random(&b->random) % other->phrases_count];
		topic->phrases[i] = *phrase;
		topic->phrases[i].tokens_at = (uint32_t)(i * words);
		topic->phrases[i].facet = from->phrases[i].facet;
		topic->phrases[i].weight =
			(uint16_t)(1 + bench_random(&b->random) % phrase->weight);
		memcpy(topic->tokens + i * words, source->tokens + phrase->tokens_at,
			phrase->len * sizeof(uint32_t));
	}
	for (uint32_t i = 0; i < from->terms_count; i++)
		topic->terms[i] =
			bench_random(&b->random) % 5 || other->terms_count == 0
				? from->terms[i]
				: other->terms[bench_random(&b->random) % other->terms_count];
	return topic;
}

static void fill(struct bench *b, size_t count)
{
	double phrases = 0, terms = 0, adding = 0, before = bench_heap_bytes();
	uint32_t number;

	if (tms_topic_set_new(b->shipped.topics.scorer, &b->set) != TMS_OK)
		bench_fail("no memory");
	for (size_t i = 0; i < count; i++) {
		struct tms_topic *topic =
			i < b->real_count ? b->real[i] : jittered(b, i % b->real_count);
		double start = bench_cpu_s();
		if (tms_topic_set_add(b->set, topic, THRESHOLD, &number) != TMS_OK)
			bench_fail("no memory");
		adding += bench_cpu_s() - start;
		phrases += topic->phrases_count;
		terms += topic->terms_count;
		if (i >= b->real_count)
			free(topic);
	}
	bench_print("topics", (double)count, "");
	bench_print("phrases", phrases / (double)count, "");
	bench_print("terms", terms / (double)count, "");
	bench_print("add", adding / (double)count * MICRO, "us");
	bench_print("topic_bytes", (double)tms_topic_set_bytes(b->set) / (double)count, "B");
	bench_print("topic_heap_bytes", (bench_heap_bytes() - before) / (double)count, "B");
}

static void count_hit(void *context, uint32_t number, uint32_t score)
{
	(void)number;
	(void)score;
	++*(size_t *)context;
}

/* What the item that was begun adds: one for each phrase or term of it and topic that asks for it. */
static size_t count_updates(const struct tms_topic_set *set, const struct tms_topic_text *text)
{
	size_t updates = 0;

	for (uint32_t i = 0; i < set->found_count; i++)
		updates += set->states[set->found[i]].postings.count;
	for (size_t i = 0; i < text->terms_count; i++)
		if (text->terms[i].term < set->terms_capacity)
			updates += set->terms[text->terms[i].term].count;
	return updates;
}

static void score(struct bench *b)
{
	double times[ITEMS], texts[ITEMS], longest = 0;
	size_t hits = 0, updates = 0;

	for (size_t i = 0; i < ITEMS; i++) {
		const struct tms_topic_text *text = NULL;
		struct tms_arena arena = { 0 };
		double start = bench_cpu_s();
		/* not those that the topics were made of */
		if (tms_topic_text_make(&arena, b->shipped.topics.model, b->shipped.topics.scorer,
			    &b->papers[b->papers_count - 1 - i], &text) != TMS_OK)
			bench_fail("no memory");
		texts[i] = (bench_cpu_s() - start) * MICRO;
		start = bench_cpu_s();
		if (tms_topic_set_begin(b->set, text) != TMS_OK)
			bench_fail("no memory");
		updates += count_updates(b->set, text);
		for (bool done = false; !done;) {
			size_t work = 16 * 500;
			double slice = bench_cpu_s();
			done = tms_topic_set_step(b->set, &work, count_hit, &hits);
			slice = (bench_cpu_s() - slice) * MILLI;
			longest = slice > longest ? slice : longest;
		}
		times[i] = (bench_cpu_s() - start) * MILLI;
		tms_arena_free(&arena);
	}
	bench_print_list("score", times, ITEMS, "ms");
	bench_print_list("text", texts, ITEMS, "us");
	bench_print("slice_longest", longest, "ms");
	bench_print("updates", (double)updates / ITEMS, "");
	bench_print("hits", (double)hits / ITEMS, "");
}

int main(int argc, char **argv)
{
	struct bench b = { .random = 7 };
	int64_t count = 0;

	if (argc != 3 || !tms_str_int64(tms_str_from(argv[2]), &count) || count < REAL_TOPICS)
		bench_fail("usage: topics_bench PAPERS COUNT (at least %d)", REAL_TOPICS);
	read_papers(&b, argv[1]);
	open_model(&b);
	compile_real(&b);
	fill(&b, (size_t)count);
	score(&b);
	return 0;
}
