/*
 * Feeds, bytes to filled model, against bare SAX2: parse_bench FILE…
 *
 * The peer is libxml2's push parser over the same bytes in chunks of 16 KiB with callbacks that
 * only count, so it is what reading XML costs before anything is done with it. What our reader does
 * beyond XML, turning HTML into text and into safe HTML, is timed apart over the same bodies: the
 * plain ratio has it inside, `model` is without it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>

#include <tamis/html_clean.h>
#include <tamis/html_text.h>
#include <tamis/listing.h>

#include "bench.h"

#define ROUNDS 9
#define ROUND_S .02 /* a round repeats a file until it has cost so much */
#define CHUNK_BYTES 16384
#define MICRO 1e6

static size_t counted;

static void count_start(void *user, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri,
	int ns_count, const xmlChar **ns, int count, int defaulted, const xmlChar **attributes)
{
	(void)user, (void)local, (void)prefix, (void)uri, (void)ns_count, (void)ns;
	(void)defaulted, (void)attributes;
	counted += 1 + (size_t)count;
}

static void count_text(void *user, const xmlChar *text, int len)
{
	(void)user, (void)text;
	counted += (size_t)len;
}

static void read_bare(struct tms_str body)
{
	xmlSAXHandler callbacks = { .initialized = XML_SAX2_MAGIC,
		.startElementNs = count_start,
		.characters = count_text,
		.ignorableWhitespace = count_text,
		.cdataBlock = count_text };
	xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&callbacks, NULL, NULL, 0, NULL);

	if (!parser)
		bench_fail("no memory for a parser");
	(void)xmlCtxtUseOptions(parser, XML_PARSE_NONET);
	for (size_t at = 0; at < body.len; at += CHUNK_BYTES) {
		size_t bytes = body.len - at < CHUNK_BYTES ? body.len - at : CHUNK_BYTES;
		(void)xmlParseChunk(parser, body.ptr + at, (int)bytes, 0);
	}
	(void)xmlParseChunk(parser, NULL, 0, 1);
	if (!parser->wellFormed)
		bench_fail("not well-formed: not a file for this comparison");
	if (parser->myDoc)
		xmlFreeDoc(parser->myDoc);
	parser->myDoc = NULL;
	xmlFreeParserCtxt(parser);
}

static size_t read_model(struct tms_str body)
{
	struct tms_arena arena = { 0 };
	struct tms_listing listing;
	struct tms_diag diag = { 0 };

	if (tms_listing_parse(&arena, body, NULL, &listing, &diag) != TMS_OK)
		bench_fail("not read: %s", diag.text);
	size_t items = listing.items_count;
	tms_arena_free(&arena);
	return items;
}

/* ---- HTML, apart ---- */

/* Every conversion that the reader asks for passes through here (the linker's --wrap), so that it
 * can be done again alone. */
struct conversion {
	struct tms_str html, base; /* base is used where `is_clean` */
	bool is_clean;
};

static struct {
	struct conversion *list;
	size_t count, capacity;
	bool on;
	struct tms_arena texts;
} seen;

struct tms_str __real_tms_html_to_text(struct tms_arena *arena, struct tms_str html);
struct tms_str __wrap_tms_html_to_text(struct tms_arena *arena, struct tms_str html);
enum tms_status __real_tms_html_clean(struct tms_arena *arena, struct tms_str html,
	struct tms_str base, const struct tms_html_limits *limits, struct tms_str *out);
enum tms_status __wrap_tms_html_clean(struct tms_arena *arena, struct tms_str html,
	struct tms_str base, const struct tms_html_limits *limits, struct tms_str *out);

static void note(struct tms_str html, struct tms_str base, bool is_clean)
{
	if (!seen.on)
		return;
	bench_grow(&seen.list, seen.count, &seen.capacity, sizeof(*seen.list));
	seen.list[seen.count++] = (struct conversion){ tms_arena_copy(&seen.texts, html),
		tms_arena_copy(&seen.texts, base), is_clean };
}

struct tms_str __wrap_tms_html_to_text(struct tms_arena *arena, struct tms_str html)
{
	note(html, TMS_STR_NONE, false);
	return __real_tms_html_to_text(arena, html);
}

enum tms_status __wrap_tms_html_clean(struct tms_arena *arena, struct tms_str html,
	struct tms_str base, const struct tms_html_limits *limits, struct tms_str *out)
{
	note(html, base, true);
	return __real_tms_html_clean(arena, html, base, limits, out);
}

static void convert(void)
{
	const struct tms_html_limits limits = { .bytes = TMS_ITEM_CONTENT_BYTES_MAX };
	struct tms_arena arena = { 0 }; /* one, as the reader has */

	for (size_t i = 0; i < seen.count; i++) {
		const struct conversion *c = &seen.list[i];
		struct tms_str clean;
		if (!c->is_clean)
			(void)__real_tms_html_to_text(&arena, c->html);
		else if (__real_tms_html_clean(&arena, c->html, c->base, &limits, &clean) ==
			 TMS_ENOMEM)
			bench_fail("no memory");
	}
	tms_arena_free(&arena);
}

/* ---- one file ---- */

struct turn {
	double bare[ROUNDS], model[ROUNDS], html[ROUNDS];
};

static void measure(struct tms_str body, struct turn *out)
{
	double start = bench_cpu_s();
	size_t repeats = 1;

	seen.count = 0;
	seen.on = true;
	(void)read_model(body);
	seen.on = false;
	read_bare(body);
	repeats += (size_t)(ROUND_S / (bench_cpu_s() - start));
	for (size_t round = 0; round < ROUNDS; round++) {
		start = bench_cpu_s();
		for (size_t i = 0; i < repeats; i++)
			read_bare(body);
		double bare = bench_cpu_s();
		for (size_t i = 0; i < repeats; i++)
			(void)read_model(body);
		double model = bench_cpu_s();
		for (size_t i = 0; i < repeats; i++)
			convert();
		out->html[round] = (bench_cpu_s() - model) / (double)repeats;
		out->model[round] = (model - bare) / (double)repeats;
		out->bare[round] = (bare - start) / (double)repeats;
	}
}

int main(int argc, char **argv)
{
	double ratios[ROUNDS], with_html[ROUNDS], bytes = 0, bare = 0, model = 0, html = 0;
	struct turn total = { 0 };

	if (argc < 2)
		bench_fail("usage: parse_bench FILE…");
	for (int i = 1; i < argc; i++) {
		struct tms_str body = bench_map(argv[i]);
		struct turn turn;
		const char *name = strrchr(argv[i], '/');
		measure(body, &turn);
		for (size_t k = 0; k < ROUNDS; k++) {
			total.bare[k] += turn.bare[k];
			total.model[k] += turn.model[k];
			total.html[k] += turn.html[k];
		}
		bare = bench_quantile(turn.bare, ROUNDS, .5);
		model = bench_quantile(turn.model, ROUNDS, .5);
		html = bench_quantile(turn.html, ROUNDS, .5);
		printf("# %s: %zu bytes, bare %.0f MB/s, model %.0f MB/s, ratio %.2f, "
		       "without HTML %.2f (HTML %.0f us of %.0f)\n",
			name ? name + 1 : argv[i], body.len, (double)body.len / bare / MICRO,
			(double)body.len / model / MICRO, bare / model, bare / (model - html),
			html * MICRO, model * MICRO);
		bytes += (double)body.len;
		tms_arena_free(&seen.texts);
	}
	for (size_t k = 0; k < ROUNDS; k++) {
		with_html[k] = total.bare[k] / total.model[k];
		ratios[k] = total.bare[k] / (total.model[k] - total.html[k]);
	}
	bench_print_list("model_ratio", ratios, ROUNDS, "x");
	bench_print_list("model_and_html_ratio", with_html, ROUNDS, "x");
	bench_print("bare_rate", bytes / bench_quantile(total.bare, ROUNDS, .5) / MICRO, "MB/s");
	bench_print("model_rate", bytes / bench_quantile(total.model, ROUNDS, .5) / MICRO, "MB/s");
	bench_print("html_share",
		bench_quantile(total.html, ROUNDS, .5) / bench_quantile(total.model, ROUNDS, .5) *
			100,
		"%");
	return 0;
}
