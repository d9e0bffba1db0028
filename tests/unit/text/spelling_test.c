/* British and American spelling, word by word and over all words of the corpus. */
#include "../test.h"

#include <stdio.h>

#include <tamis/fold.h>
#include <tamis/words.h>

#include "corpus_words.h"

/* As words of a text, or as words of a name. */
static bool are_one(const char *a, const char *b, bool is_name)
{
	struct tms_word_base (*base_of)(struct tms_str, struct tms_str) =
		is_name ? tms_word_singular : tms_word_base;
	struct tms_buf fa = { 0 }, fb = { 0 };
	struct tms_str sa = tms_str_from(a), sb = tms_str_from(b);

	tms_fold(&fa, sa);
	tms_fold(&fb, sb);
	struct tms_str x = tms_buf_str(&fa), y = tms_buf_str(&fb);
	bool one = tms_word_base_equal(x, base_of(x, sa), y, base_of(y, sb));
	tms_buf_free(&fa);
	tms_buf_free(&fb);
	return one;
}

/* How the key of a word says that it begins; 0 for what is no word when it is cut again. */
static uint16_t beginning_of(struct tms_str word)
{
	struct tms_arena arena = { 0 };
	struct tms_words words;

	assert_int_equal(tms_words_cut(&arena, word, &words), TMS_OK);
	uint16_t beginning = words.count == 0 ? 0 : words.list[0].key.beginning;
	tms_arena_free(&arena);
	return beginning;
}

static void british_and_american_forms_are_one_word(void **state)
{
	static const char *const rows[][2] = {
		/* -ise and -ize, with what may stand behind */
		{ "optimise", "optimize" },
		{ "optimises", "optimizes" },
		{ "optimised", "optimized" },
		{ "Optimising", "optimizing" },
		{ "optimisation", "optimization" },
		{ "optimisers", "optimizer" },
		{ "organisational", "organizational" },
		{ "generalisable", "generalizable" },
		{ "generalisability", "generalizability" },
		{ "tokeniser", "tokenizers" },
		{ "recognise", "recognize" },
		{ "synthesised", "synthesized" },
		{ "quantised", "quantized" },
		{ "amortised", "amortized" },
		{ "italicise", "italicize" },
		{ "analyse", "analyze" },
		{ "analysed", "analyzed" },
		{ "analysers", "analyzer" },
		{ "catalysing", "catalyzing" },
		/* -our and -or */
		{ "behaviour", "behavior" },
		{ "behaviours", "behaviors" },
		{ "behavioural", "behavioral" },
		{ "colour", "color" },
		{ "colourful", "colorful" },
		{ "recolouring", "recoloring" },
		{ "colourise", "colorize" },
		{ "colourisation", "colorization" },
		{ "favourite", "favorite" },
		{ "neighbourhoods", "neighborhood" },
		{ "labour", "labor" },
		{ "tumours", "tumor" },
		{ "endeavour", "endeavor" },
		{ "flavour", "flavor" },
		{ "saviour", "savior" },
		{ "mould", "mold" },
		/* -re and -er */
		{ "centre", "center" },
		{ "centred", "centered" },
		{ "epicentres", "epicenter" },
		{ "kilometres", "kilometers" },
		{ "fibre", "fiber" },
		{ "theatre", "theater" },
		{ "manoeuvre", "maneuver" },
		/* doubled letters */
		{ "modelling", "modeling" },
		{ "labelled", "labeled" },
		{ "unlabelled", "unlabeled" },
		{ "signalling", "signaling" },
		{ "traveller", "travelers" },
		{ "cancelled", "canceled" },
		{ "fuelled", "fueled" },
		{ "dialled", "dialed" },
		{ "counsellor", "counselor" },
		{ "marvellous", "marvelous" },
		{ "fulfil", "fulfills" },
		{ "enrolment", "enrollment" },
		{ "distil", "distill" },
		{ "focussed", "focused" },
		/* ae and oe */
		{ "anaemia", "anemia" },
		{ "paediatric", "pediatric" },
		{ "haemoglobin", "hemoglobin" },
		{ "anæsthesia", "anesthesia" },
		{ "oestrogen", "estrogen" },
		{ "foetal", "fetal" },
		{ "diarrhoea", "diarrhea" },
		/* and single words */
		{ "defence", "defense" },
		{ "offences", "offense" },
		{ "licence", "license" },
		{ "practise", "practice" },
		{ "grey", "gray" },
		{ "greyscale", "grayscale" },
		{ "catalogue", "catalog" },
		{ "cataloguing", "cataloging" },
		{ "dialogues", "dialogs" },
		{ "programme", "programs" },
		{ "artefacts", "artifact" },
		{ "judgement", "judgment" },
		{ "ageing", "aging" },
		{ "sceptical", "skeptical" },
		{ "aluminium", "aluminum" },
		{ "sulphur", "sulfur" },
		{ "learnt", "learned" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (!are_one(rows[i][0], rows[i][1], false) ||
			beginning_of(tms_str_from(rows[i][0])) !=
				beginning_of(tms_str_from(rows[i][1])))
			fail_msg("%s and %s are one word", rows[i][0], rows[i][1]);
}

static void what_only_looks_british_stays_as_it_is(void **state)
{
	static const char *const rows[][2] = {
		{ "four", "for" },
		{ "your", "yor" },
		{ "hour", "hor" },
		{ "our", "or" },
		{ "tour", "tor" },
		{ "flour", "flor" },
		{ "pouring", "poring" },
		{ "scouring", "scoring" },
		{ "contour", "contor" },
		{ "source", "sorce" },
		{ "would", "wold" },
		{ "exercise", "exercize" },
		{ "advise", "advize" },
		{ "promise", "promize" },
		{ "revised", "revized" },
		{ "supervised", "supervized" },
		{ "unsupervised", "unsupervized" },
		{ "improvising", "improvizing" },
		{ "comprise", "comprize" },
		{ "surprising", "surprizing" },
		{ "prise", "prize" },
		{ "rise", "rize" },
		{ "wise", "wize" },
		{ "pairwise", "pairwize" },
		{ "noise", "noize" },
		{ "raised", "raized" },
		{ "precise", "precize" },
		{ "expertise", "expertize" },
		{ "disability", "dizability" },
		{ "Ising", "izing" },
		{ "filling", "filing" },
		{ "filled", "filed" },
		{ "refilled", "refiled" },
		{ "infilling", "infiling" },
		{ "tiller", "tiler" },
		{ "called", "caled" },
		{ "polling", "poling" },
		{ "genre", "gener" },
		{ "more", "moer" },
		{ "timbre", "timber" },
		{ "prologue", "prolog" },
		{ "rogue", "rog" },
		{ "science", "sciense" },
		{ "sequence", "sequense" },
		{ "aerial", "erial" },
		{ "poem", "pem" },
		{ "does", "des" },
		{ "Jaemin", "Jemin" },
		{ "analysis", "analyze" },
		{ "storey", "story" },
		{ "tyre", "tire" },
		{ "cheque", "check" },
		{ "disc", "disk" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (are_one(rows[i][0], rows[i][1], false))
			fail_msg("%s and %s are two words", rows[i][0], rows[i][1]);
}

static void names_are_compared_as_they_are_spelled(void **state)
{
	(void)state;
	assert_false(are_one("Grey", "Gray", true));
	assert_false(are_one("Colours", "Color", true));
	assert_true(are_one("Colours", "Colour", true));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "behavior": ["behavior", "behaviour"]: the singulars that are of one base. */
static json_t *group(json_t *forms)
{
	json_t *groups = json_object();
	const char *key;
	json_t *value;

	json_object_foreach(forms, key, value)
	{
		struct tms_str form = tms_str_from(key);
		struct tms_word_base base = tms_word_base(form, form);
		struct tms_word_base singular = tms_word_singular(form, form);
		struct tms_buf name = { 0 }, word = { 0 };
		tms_buf_format(
			&name, "%.*s%.*s", (int)base.keep, form.ptr, TMS_STR_ARGS(base.tail));
		tms_buf_format(&word, "%.*s%.*s", (int)singular.keep, form.ptr,
			TMS_STR_ARGS(singular.tail));
		if (beginning_of(form) != beginning_of(tms_buf_str(&name)))
			fail_msg("%.*s begins otherwise than %.*s", TMS_STR_ARGS(form),
				TMS_STR_ARGS(tms_buf_str(&name)));
		json_t *list = json_object_getn(groups, name.ptr, name.len);
		if (!list) {
			list = json_object();
			(void)json_object_setn_new(groups, name.ptr, name.len, list);
		}
		(void)json_object_setn_new(list, word.ptr, word.len, json_null());
		tms_buf_free(&name);
		tms_buf_free(&word);
	}
	return groups;
}

static void print_group(struct tms_buf *out, json_t *singulars)
{
	const char *list[16], *key;
	json_t *value;
	size_t count = 0;

	json_object_foreach(singulars, key, value)
	{
		assert_true(count < TMS_COUNT(list));
		list[count++] = key;
	}
	if (count < 2)
		return;
	qsort(list, count, sizeof(*list), by_text);
	for (size_t i = 0; i < count; i++)
		tms_buf_format(out, "%s%s", i > 0 ? " " : "", list[i]);
	tms_buf_add_char(out, '\n');
}

static void every_spelling_that_the_corpus_joins_was_looked_at(void **state)
{
	json_t *forms = corpus_words(), *value;
	struct tms_buf out = { 0 };
	const char **names, *key;
	size_t count = 0;

	(void)state;
	if (!forms) {
		skip();
		return;
	}
	json_t *groups = group(forms);
	names = calloc(json_object_size(groups) + 1, sizeof(*names));
	assert_non_null(names);
	json_object_foreach(groups, key, value) names[count++] = key;
	qsort(names, count, sizeof(*names), by_text);
	for (size_t i = 0; i < count; i++)
		print_group(&out, json_object_get(groups, names[i]));
	corpus_words_kept("spelling_pairs.txt", tms_buf_str(&out));
	tms_buf_free(&out);
	free(names);
	json_decref(groups);
	json_decref(forms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(british_and_american_forms_are_one_word),
		cmocka_unit_test(what_only_looks_british_stays_as_it_is),
		cmocka_unit_test(names_are_compared_as_they_are_spelled),
		cmocka_unit_test(every_spelling_that_the_corpus_joins_was_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
