/*
 * English singulars and plurals, by rule and by list. A stemmer would join university with
 * universal; this joins a word with its plural and with nothing else. Where the two cannot be told
 * apart by spelling, a word stays as it is: a plural that is missed costs less than a wrong
 * meaning.
 *
 *   ending            singular       examples                        not
 *   -ss -us -is       as it is       loss, virus, analysis           bus/bu, this/thi
 *   -ics              as it is       robotics, dynamics              (metrics, topics …: listed)
 *   -sses -xes -ches  without -es    losses, boxes, batches          (caches, axes: listed)
 *   -shes -zzes -tzes without -es    hashes, buzzes
 *   -iases -oes       without -es    biases, heroes                  (shoes, toes: listed)
 *   -yses -theses     -is            analyses, hypotheses
 *   -ies, 5 letters   -y             policies, queries               (movies, series: listed)
 *   -s, 4 letters     without -s     agents, LLMs, sizes, databases  (news, lens: listed)
 *   CAPS + s          without -s     GPUs, AIs, VMs, H100s           GPS, TTS
 *
 * The list comes first; then the capitals, as the word stands in the text; then the endings.
 */
#include <tamis/words.h>

#include <stdlib.h>

#include "spelling.h"

struct irregular {
	const char *form, *singular;
};

/* In byte order. A word that is its own singular is one that the endings would cut wrongly. */
/* clang-format off */
static const struct irregular irregulars[] = {
	{ "academics", "academic" }, { "aches", "ache" }, { "ads", "ad" },
	{ "afterwards", "afterwards" }, { "aids", "aids" }, { "ais", "ai" },
	{ "alias", "alias" }, { "always", "always" }, { "analyses", "analysis" },
	{ "antibiotics", "antibiotic" }, { "apis", "api" }, { "apparatuses", "apparatus" },
	{ "appendices", "appendix" }, { "asbestos", "asbestos" }, { "asics", "asic" },
	{ "atlas", "atlas" }, { "atlases", "atlas" }, { "automata", "automaton" },
	{ "avalanches", "avalanche" }, { "axes", "axis" }, { "bayes", "bayes" },
	{ "bias", "bias" }, { "bonuses", "bonus" }, { "buses", "bus" }, { "caches", "cache" },
	{ "calculuses", "calculus" }, { "calories", "calorie" }, { "calves", "calf" },
	{ "campuses", "campus" }, { "canoes", "canoe" }, { "canvas", "canvas" },
	{ "canvases", "canvas" }, { "censuses", "census" }, { "chaos", "chaos" },
	{ "characteristics", "characteristic" }, { "children", "child" },
	{ "choruses", "chorus" }, { "christmas", "christmas" }, { "classics", "classic" },
	{ "clinics", "clinic" }, { "clis", "cli" }, { "codices", "codex" },
	{ "comics", "comic" }, { "consensuses", "consensus" }, { "cookies", "cookie" },
	{ "corpora", "corpus" }, { "corpuses", "corpus" }, { "cortices", "cortex" },
	{ "cosmos", "cosmos" }, { "cpus", "cpu" }, { "crises", "crisis" },
	{ "criteria", "criterion" }, { "critics", "critic" }, { "curricula", "curriculum" },
	{ "dallas", "dallas" }, { "diagnoses", "diagnosis" }, { "diagnostics", "diagnostic" },
	{ "does", "does" }, { "dpus", "dpu" }, { "epics", "epic" },
	{ "equilibria", "equilibrium" }, { "ethos", "ethos" }, { "extrema", "extremum" },
	{ "fabrics", "fabric" }, { "foci", "focus" }, { "focuses", "focus" }, { "foes", "foe" },
	{ "gases", "gas" }, { "genera", "genus" }, { "generics", "generic" },
	{ "geneses", "genesis" }, { "genies", "genie" }, { "geniuses", "genius" },
	{ "goes", "goes" }, { "gpus", "gpu" }, { "guis", "gui" }, { "halves", "half" },
	{ "hans", "hans" }, { "headaches", "headache" }, { "heuristics", "heuristic" },
	{ "https", "https" }, { "hypotheses", "hypothesis" }, { "ids", "id" },
	{ "indices", "index" }, { "irises", "iris" }, { "jens", "jens" }, { "kansas", "kansas" },
	{ "knives", "knife" }, { "kudos", "kudos" }, { "lars", "lars" }, { "leaves", "leaf" },
	{ "lemmata", "lemma" }, { "lens", "lens" }, { "lenses", "lens" }, { "lives", "life" },
	{ "lms", "lm" }, { "loaves", "loaf" }, { "loci", "locus" }, { "logics", "logic" },
	{ "lyrics", "lyric" }, { "macos", "macos" }, { "mars", "mars" },
	{ "matrices", "matrix" }, { "matrixes", "matrix" }, { "maxima", "maximum" },
	{ "men", "man" }, { "menus", "menu" }, { "metrics", "metric" }, { "mice", "mouse" },
	{ "minima", "minimum" }, { "minis", "mini" }, { "minuses", "minus" }, { "mips", "mips" },
	{ "momenta", "momentum" }, { "mosaics", "mosaic" }, { "movies", "movie" },
	{ "news", "news" }, { "nexuses", "nexus" }, { "niches", "niche" }, { "npus", "npu" },
	{ "nuclei", "nucleus" }, { "oases", "oasis" }, { "octopuses", "octopus" },
	{ "optima", "optimum" }, { "pancreas", "pancreas" }, { "pathos", "pathos" },
	{ "perhaps", "perhaps" }, { "phenomena", "phenomenon" }, { "pics", "pic" },
	{ "pluses", "plus" }, { "polyhedra", "polyhedron" }, { "prairies", "prairie" },
	{ "prognoses", "prognosis" }, { "psyches", "psyche" }, { "quanta", "quantum" },
	{ "quizzes", "quiz" }, { "radii", "radius" }, { "radiuses", "radius" },
	{ "relics", "relic" }, { "rhinoceros", "rhinoceros" }, { "rookies", "rookie" },
	{ "rubrics", "rubric" }, { "sars", "sars" }, { "schemata", "schema" },
	{ "selfies", "selfie" }, { "selves", "self" }, { "series", "series" },
	{ "shelves", "shelf" }, { "shoes", "shoe" }, { "simplices", "simplex" },
	{ "skeptics", "skeptic" }, { "smoothies", "smoothie" }, { "sometimes", "sometimes" },
	{ "species", "species" }, { "specifics", "specific" }, { "spectra", "spectrum" },
	{ "statistics", "statistic" }, { "statuses", "status" }, { "stimuli", "stimulus" },
	{ "stimuluses", "stimulus" }, { "strata", "stratum" }, { "subtopics", "subtopic" },
	{ "surpluses", "surplus" }, { "syllabuses", "syllabus" }, { "symbioses", "symbiosis" },
	{ "tactics", "tactic" }, { "taxis", "taxi" }, { "terminuses", "terminus" },
	{ "texas", "texas" }, { "thieves", "thief" }, { "thomas", "thomas" }, { "toes", "toe" },
	{ "topics", "topic" }, { "tpus", "tpu" }, { "uis", "ui" }, { "vegas", "vegas" },
	{ "vertices", "vertex" }, { "viruses", "virus" }, { "vms", "vm" },
	{ "vortices", "vortex" }, { "whereas", "whereas" }, { "wikis", "wiki" },
	{ "wives", "wife" }, { "wolves", "wolf" }, { "women", "woman" }, { "zombies", "zombie" },
};
/* clang-format on */

struct ending {
	struct tms_str ending;
	size_t least; /* letters of a word that it is for */
	size_t drop;
	struct tms_str tail;
};

/* The first that fits decides. */
static const struct ending endings[] = {
	{ TMS_STR_INIT("ss"), 0, 0, { 0 } },
	{ TMS_STR_INIT("us"), 0, 0, { 0 } },
	{ TMS_STR_INIT("is"), 0, 0, { 0 } },
	{ TMS_STR_INIT("ics"), 0, 0, { 0 } },
	{ TMS_STR_INIT("sses"), 5, 2, { 0 } },
	{ TMS_STR_INIT("xes"), 4, 2, { 0 } },
	{ TMS_STR_INIT("ches"), 5, 2, { 0 } },
	{ TMS_STR_INIT("shes"), 5, 2, { 0 } },
	{ TMS_STR_INIT("zzes"), 5, 2, { 0 } },
	{ TMS_STR_INIT("tzes"), 5, 2, { 0 } },
	{ TMS_STR_INIT("iases"), 6, 2, { 0 } },
	{ TMS_STR_INIT("oes"), 5, 2, { 0 } },
	{ TMS_STR_INIT("yses"), 6, 2, TMS_STR_INIT("is") },
	{ TMS_STR_INIT("theses"), 6, 2, TMS_STR_INIT("is") },
	{ TMS_STR_INIT("ies"), 5, 3, TMS_STR_INIT("y") },
	{ TMS_STR_INIT("s"), 4, 1, { 0 } },
};

/* Most looks differ in the first byte, so the listed form's length is not asked for. */
static int by_form(const void *key, const void *row)
{
	const struct tms_str *form = key;
	const char *listed = ((const struct irregular *)row)->form;
	size_t i = 0;

	while (i < form->len && listed[i] != '\0' && form->ptr[i] == listed[i])
		i++;
	if (i == form->len)
		return listed[i] == '\0' ? 0 : -1;
	if (listed[i] == '\0')
		return 1;
	return (unsigned char)form->ptr[i] - (unsigned char)listed[i];
}

/* No listed word ends otherwise; most words that are no plural stop here. */
static bool may_be_listed(struct tms_str form)
{
	if (form.len < 3)
		return false;
	char before = form.ptr[form.len - 2];
	switch (form.ptr[form.len - 1]) {
	case 's':
	case 'a':
	case 'i':
		return form.len <= 16;
	case 'n': /* men, women, children */
		return before == 'e' &&
		       (form.ptr[form.len - 3] == 'm' || form.ptr[form.len - 3] == 'r');
	case 'e': /* mice */
		return before == 'c' && form.ptr[form.len - 3] == 'i';
	default:
		return false;
	}
}

static const struct irregular *find_irregular(struct tms_str form)
{
	return bsearch(&form, irregulars, TMS_COUNT(irregulars), sizeof(irregulars[0]), by_form);
}

static bool is_upper(char byte)
{
	return byte >= 'A' && byte <= 'Z';
}

/* "GPUs", "MoEs", "H100s": an s behind a capital, or behind a digit where there is a capital. */
static bool is_capital_plural(struct tms_str s)
{
	if (s.len < 3 || s.ptr[s.len - 1] != 's')
		return false;
	if (is_upper(s.ptr[s.len - 2]))
		return true;
	if (!tms_is_digit(s.ptr[s.len - 2]))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (is_upper(s.ptr[i]))
			return true;
	return false;
}

/* "1990s" is a decade, not several of 1990. */
static bool is_decade(struct tms_str form)
{
	for (size_t i = 0; i + 1 < form.len; i++)
		if (!tms_is_digit(form.ptr[i]))
			return false;
	return true;
}

/* All end in s; the letter before it tells most of them apart. */
static bool may_end(struct tms_str form, struct tms_str ending)
{
	return ending.len < 2 || form.ptr[form.len - 2] == ending.ptr[ending.len - 2];
}

struct tms_word_base tms_word_singular(struct tms_str form, struct tms_str as_stands)
{
	struct tms_word_base same = { .keep = form.len };
	const struct irregular *listed = may_be_listed(form) ? find_irregular(form) : NULL;

	if (listed) /* a short one in capitals is an acronym of its own: LMS is not LM */
		return form.len == 3 && as_stands.len == 3 && is_upper(as_stands.ptr[2])
			       ? same
			       : (struct tms_word_base){ 0, tms_str_from(listed->singular) };
	if (form.len < 3 || form.ptr[form.len - 1] != 's' || is_decade(form))
		return same;
	if (is_capital_plural(as_stands))
		return (struct tms_word_base){ .keep = form.len - 1 };
	for (size_t i = 0; i < TMS_COUNT(endings); i++)
		if (form.len >= endings[i].least && may_end(form, endings[i].ending) &&
			tms_str_ends(form, endings[i].ending))
			return (struct tms_word_base){ form.len - endings[i].drop,
				endings[i].tail };
	return same;
}

struct tms_word_base tms_word_base(struct tms_str form, struct tms_str as_stands)
{
	struct tms_word_base singular = tms_word_singular(form, as_stands);

	if (singular.keep < SPELLING_BYTES_MIN ||
		singular.tail.len > 0) /* no rule of spelling is for "indices" and "theories" */
		return singular;
	return spelling_american(tms_str_slice(form, 0, singular.keep));
}

static char base_byte(struct tms_str form, struct tms_word_base base, size_t i)
{
	return i < base.keep ? form.ptr[i] : base.tail.ptr[i - base.keep];
}

bool tms_word_base_equal(struct tms_str a, struct tms_word_base a_base, struct tms_str b,
	struct tms_word_base b_base)
{
	size_t len = a_base.keep + a_base.tail.len;

	if (len != b_base.keep + b_base.tail.len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (base_byte(a, a_base, i) != base_byte(b, b_base, i))
			return false;
	return true;
}

struct tms_str spelling_to_stem(
	struct tms_str form, struct tms_str as_stands, char room[static SPELLING_BYTES_MAX])
{
	struct tms_word_base base = tms_word_base(form, as_stands);

	if (tms_word_base_equal(form, base, form, tms_word_singular(form, as_stands)))
		return form;
	memcpy(room, form.ptr, base.keep);
	memcpy(room + base.keep, base.tail.ptr, base.tail.len);
	return (struct tms_str){ room, base.keep + base.tail.len };
}
