/*
 * British and American spelling as one: what words of texts are compared by is the American form,
 * where one of the rules below knows it. As with plurals, what cannot be told apart by spelling
 * stays as it is: a pair that is missed costs less than a wrong meaning.
 *
 *   British                 American     examples                       not
 *   -ise -isation …         -ize         optimise, tokenisers           exercise, advise, rise, -wise
 *   -lyse                   -lyze        analyse, catalysed             lyse
 *   -our- behind a stem     -or-         behaviours, colouring          four, your, hour, contour
 *   -lling -lled -ller …    -ling        modelling, labelled            filling, called, refilled
 *   -ae- -oe- in a stem     -e-          anaemia, paediatric, oestrogen aerial, poem
 *   listed endings                       centre, defence, dialogue, grey, programme
 *
 * What becomes of a word is a part of it and a listed ending, or a part of it and the rest of it.
 * The rules of -our-, -ae- and -oe- are lists of stems, since more words have these letters for
 * another reason; the other rules have their exceptions.
 */
#include "spelling.h"

/* By which an American word is longer at most: none is by more than "centered". */
#define LONGER 8

struct ending {
	struct tms_str british, american;
};

/*
 * The endings that end in these four letters; of those on -ing these are the four before "ng". Of
 * some pairs the British form is the shorter one: then it is the American word that is changed.
 */
/* clang-format off */
#define E(british, american) { TMS_STR_INIT(british), TMS_STR_INIT(american) },
#define ENDINGS(ON) \
	ON('j', 'a', 'm', 'a', E("pyjama", "pajama")) \
	ON('u', 'r', 'i', 'c', E("sulphuric", "sulfuric")) \
	ON('p', 't', 'i', 'c', E("sceptic", "skeptic")) \
	ON('n', 'c', 'e', 'd', E("licenced", "licensed")) \
	ON('g', 'h', 'e', 'd', E("ploughed", "plowed")) \
	ON('p', 'p', 'e', 'd', E("worshipped", "worshiped") E("kidnapped", "kidnaped")) \
	ON('t', 'r', 'e', 'd', E("centred", "centered")) \
	ON('v', 'r', 'e', 'd', E("manoeuvred", "maneuvered")) \
	ON('i', 's', 'e', 'd', E("practised", "practiced")) \
	ON('s', 's', 'e', 'd', E("focussed", "focused") E("biassed", "biased")) \
	ON('t', 't', 'e', 'd', E("benefitted", "benefited") E("targetted", "targeted") \
		E("budgetted", "budgeted") E("combatted", "combated")) \
	ON('g', 'u', 'e', 'd', E("alogued", "aloged")) \
	ON('e', 'y', 'e', 'd', E("greyed", "grayed")) \
	ON('i', 'e', 'c', 'e', E("centrepiece", "centerpiece")) \
	ON('e', 'n', 'c', 'e', E("defence", "defense") E("offence", "offense") \
		E("pretence", "pretense") E("licence", "license")) \
	ON('h', 'i', 'd', 'e', E("sulphide", "sulfide")) \
	ON('a', 'c', 'h', 'e', E("moustache", "mustache")) \
	ON('c', 'a', 'l', 'e', E("greyscale", "grayscale")) \
	ON('a', 'b', 'l', 'e', E("sizeable", "sizable") E("likeable", "likable") \
		E("useable", "usable") E("moveable", "movable") \
		E("manoeuvrable", "maneuverable")) \
	ON('a', 'm', 'm', 'e', E("programme", "program") E("kilogramme", "kilogram")) \
	ON('l', 'i', 'n', 'e', E("centreline", "centerline")) \
	ON('a', 'b', 'r', 'e', E("sabre", "saber")) \
	ON('i', 'b', 'r', 'e', E("fibre", "fiber") E("calibre", "caliber")) \
	ON('m', 'b', 'r', 'e', E("sombre", "somber")) \
	ON('a', 'g', 'r', 'e', E("meagre", "meager")) \
	ON('c', 'h', 'r', 'e', E("ochre", "ocher")) \
	ON('a', 't', 'r', 'e', E("theatre", "theater")) \
	ON('c', 't', 'r', 'e', E("spectre", "specter")) \
	ON('e', 't', 'r', 'e', E("metre", "meter")) \
	ON('i', 't', 'r', 'e', E("litre", "liter")) \
	ON('n', 't', 'r', 'e', E("centre", "center")) \
	ON('s', 't', 'r', 'e', E("lustre", "luster")) \
	ON('u', 'v', 'r', 'e', E("manoeuvre", "maneuver")) \
	ON('t', 'i', 's', 'e', E("practise", "practice")) \
	ON('h', 'a', 't', 'e', E("sulphate", "sulfate")) \
	ON('n', 'a', 't', 'e', E("sulphonate", "sulfonate")) \
	ON('h', 'i', 't', 'e', E("sulphite", "sulfite")) \
	ON('o', 'g', 'u', 'e', E("catalogue", "catalog") E("dialogue", "dialog") \
		E("analogue", "analog") E("monologue", "monolog") E("epilogue", "epilog") \
		E("homologue", "homolog") E("orthologue", "ortholog") E("paralogue", "paralog") \
		E("travelogue", "travelog")) \
	ON('o', 'u', 'g', 'h', E("plough", "plow")) \
	ON('y', 'i', 's', 'h', E("greyish", "grayish")) \
	ON('i', 'c', 'a', 'l', E("sceptical", "skeptical")) \
	ON('n', 't', 'a', 'l', E("judgemental", "judgmental")) \
	ON('t', 'u', 'a', 'l', E("artefactual", "artifactual")) \
	ON('p', 'a', 'l', 'l', E("appall", "appal")) \
	ON('r', 'a', 'l', 'l', E("enthrall", "enthral")) \
	ON('f', 'i', 'l', 'l', E("fulfill", "fulfil")) \
	ON('t', 'i', 'l', 'l', E("instill", "instil") E("distill", "distil")) \
	ON('r', 'o', 'l', 'l', E("enroll", "enrol")) \
	ON('l', 'f', 'u', 'l', E("skillful", "skilful") E("willful", "wilful")) \
	ON('c', 'i', 's', 'm', E("scepticism", "skepticism")) \
	ON('n', 'i', 'u', 'm', E("aluminium", "aluminum")) \
	ON('l', 'l', 'e', 'n', E("woollen", "woolen")) \
	ON('p', 'h', 'e', 'r', E("cypher", "cipher")) \
	ON('p', 'h', 'u', 'r', E("sulphur", "sulfur")) \
	ON('l', 'a', 's', 's', E("fibreglass", "fiberglass")) \
	ON('l', 'e', 's', 's', E("defenceless", "defenseless")) \
	ON('n', 'e', 's', 's', E("greyness", "grayness")) \
	ON('f', 'a', 'c', 't', E("artefact", "artifact")) \
	ON('m', 'e', 'n', 't', E("judgement", "judgment") E("acknowledgement", "acknowledgment") \
		E("abridgement", "abridgment") E("enrollment", "enrolment") \
		E("fulfillment", "fulfilment") E("installment", "instalment")) \
	ON('a', 'r', 'n', 't', E("learnt", "learned")) \
	ON('h', 'u', 'r', 't', E("yoghurt", "yogurt")) \
	ON('g', 'r', 'e', 'y', E("grey", "gray")) \
	ON('a', 'l', 'l', 'y', E("sceptically", "skeptically")) \
	ON('u', 'l', 'l', 'y', E("skillfully", "skilfully") E("willfully", "wilfully")) \
	ON('l', 'e', 'r', 'y', E("jewellery", "jewelry")) \
	ON('c', 'o', 's', 'y', E("cosy", "cozy")) \
	ON('l', 'i', 't', 'y', E("manoeuvrability", "maneuverability"))
#define ENDINGS_ON_ING(ON) \
	ON('e', 'n', 'c', 'i', E("licencing", "licensing")) \
	ON('a', 'g', 'e', 'i', E("ageing", "aging")) \
	ON('u', 't', 'e', 'i', E("routeing", "routing")) \
	ON('u', 'g', 'h', 'i', E("ploughing", "plowing")) \
	ON('c', 'a', 'l', 'i', E("greyscaling", "grayscaling")) \
	ON('a', 'p', 'p', 'i', E("kidnapping", "kidnaping")) \
	ON('i', 'p', 'p', 'i', E("worshipping", "worshiping")) \
	ON('n', 't', 'r', 'i', E("centring", "centering")) \
	ON('u', 'v', 'r', 'i', E("manoeuvring", "maneuvering")) \
	ON('t', 'i', 's', 'i', E("practising", "practicing")) \
	ON('a', 's', 's', 'i', E("biassing", "biasing")) \
	ON('u', 's', 's', 'i', E("focussing", "focusing")) \
	ON('a', 't', 't', 'i', E("combatting", "combating")) \
	ON('e', 't', 't', 'i', E("targetting", "targeting") E("budgetting", "budgeting")) \
	ON('i', 't', 't', 'i', E("benefitting", "benefiting")) \
	ON('o', 'g', 'u', 'i', E("aloguing", "aloging")) \
	ON('r', 'e', 'y', 'i', E("greying", "graying"))
/* clang-format on */

#define LETTERS(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))
#define CASE(a, b, c, d, ...)                                                                      \
	case LETTERS(a, b, c, d): {                                                                \
		static const struct ending list[] = { __VA_ARGS__ };                               \
		return respell_as(word, list, TMS_COUNT(list), out);                               \
	}

static bool respell_as(
	struct tms_str word, const struct ending *endings, size_t count, struct tms_word_base *out)
{
	for (size_t i = 0; i < count; i++)
		if (tms_str_ends(word, endings[i].british)) {
			*out = (struct tms_word_base){ word.len - endings[i].british.len,
				endings[i].american };
			return true;
		}
	return false;
}

/* Most words end in no letters of these. */
static bool respell_listed(struct tms_str word, struct tms_word_base *out)
{
	const unsigned char *end = (const unsigned char *)word.ptr + word.len;

	end -= word.len > 5 && tms_str_ends(word, TMS_STR("ng")) ? 2 : 0;
	switch (LETTERS(end[-4], end[-3], end[-2], end[-1])) {
		ENDINGS(CASE)
		ENDINGS_ON_ING(CASE)
	default:
		return false;
	}
}

static bool ends_alike(struct tms_str a, struct tms_str b)
{
	return a.ptr[a.len - 1] == b.ptr[b.len - 1];
}

static bool ends_with_any(struct tms_str s, const struct tms_str *endings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tms_str_ends(s, endings[i]))
			return true;
	return false;
}

static bool is_vowel(char letter)
{
	return letter == 'a' || letter == 'e' || letter == 'i' || letter == 'o' || letter == 'u';
}

static bool has_vowel(struct tms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (is_vowel(s.ptr[i]) || s.ptr[i] == 'y')
			return true;
	return false;
}

/* What stands behind the s or z of -ise and -ize, and, one letter earlier, behind the r of -our. */
static const struct tms_str inflections[] = { TMS_STR_INIT("rize"), TMS_STR_INIT("rized"),
	TMS_STR_INIT("rizer"), TMS_STR_INIT("rizing"), TMS_STR_INIT("rization"),
	TMS_STR_INIT("rizational"), TMS_STR_INIT("rizable"), TMS_STR_INIT("rizability") };

/* "optimising": "optim", and which inflection it is. */
static bool split_ise(struct tms_str word, struct tms_str *stem, struct tms_str *american)
{
	for (size_t i = 0; i < TMS_COUNT(inflections); i++) {
		struct tms_str behind = tms_str_slice(inflections[i], 3, inflections[i].len);
		if (!ends_alike(word, behind) || word.len < behind.len + 3 ||
			!tms_str_ends(word, behind))
			continue;
		size_t at = word.len - behind.len;
		if (word.ptr[at - 1] != 's' || (word.ptr[at - 2] != 'i' && word.ptr[at - 2] != 'y'))
			continue;
		*stem = tms_str_slice(word, 0, at - 2);
		*american = inflections[i];
		return true;
	}
	return false;
}

/* Stems, or how they end, that have an s in American as well. */
static bool keeps_its_s(struct tms_str stem)
{
	static const struct tms_str endings[] = { TMS_STR_INIT("w"), TMS_STR_INIT("pr"),
		TMS_STR_INIT("erc"), TMS_STR_INIT("exc"), TMS_STR_INIT("inc"), TMS_STR_INIT("umc"),
		TMS_STR_INIT("rec"), TMS_STR_INIT("onc"), TMS_STR_INIT("dv"), TMS_STR_INIT("dev"),
		TMS_STR_INIT("rev"), TMS_STR_INIT("perv"), TMS_STR_INIT("prov"),
		TMS_STR_INIT("elev"), TMS_STR_INIT("prom"), TMS_STR_INIT("prem"),
		TMS_STR_INIT("surm"), TMS_STR_INIT("esp"), TMS_STR_INIT("franch"),
		TMS_STR_INIT("chand"), TMS_STR_INIT("parad"), TMS_STR_INIT("expert"),
		TMS_STR_INIT("advert"), TMS_STR_INIT("chast"), TMS_STR_INIT("sunr"),
		TMS_STR_INIT("moonr") };
	static const struct tms_str all[] = { TMS_STR_INIT("ar"), TMS_STR_INIT("dem"),
		TMS_STR_INIT("rem"), TMS_STR_INIT("an"), TMS_STR_INIT("cer"), TMS_STR_INIT("el"),
		TMS_STR_INIT("den"), TMS_STR_INIT("val"), TMS_STR_INIT("mort"),
		TMS_STR_INIT("treat") };

	for (size_t i = 0; i < TMS_COUNT(all); i++)
		if (tms_str_equal(stem, all[i]))
			return true;
	return ends_with_any(stem, endings, TMS_COUNT(endings));
}

/* "rise" has no vowel before it; "noise", "raise" and "bruise" have one right before it. */
static bool respell_ise(struct tms_str word, struct tms_word_base *out)
{
	struct tms_str stem, american;

	if (!split_ise(word, &stem, &american) || !has_vowel(stem))
		return false;
	if (word.ptr[stem.len] == 'y' ? stem.ptr[stem.len - 1] != 'l' || stem.len < 4
				      : is_vowel(stem.ptr[stem.len - 1]) || keeps_its_s(stem))
		return false;
	*out = (struct tms_word_base){ stem.len + 1, tms_str_slice(american, 2, american.len) };
	return true;
}

/* Vowels before the l of -lling; the u of "quilling" is none. */
static size_t count_vowels(struct tms_str s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.len; i++)
		count += is_vowel(s.ptr[i]) && !(s.ptr[i] == 'u' && i > 0 && s.ptr[i - 1] == 'q');
	return count;
}

/* A verb of one syllable doubles its l by nature, also behind a prefix: "refilled" is not filed
 * again. */
static bool doubles_its_l(struct tms_str stem)
{
	return count_vowels(stem) < 2 ||
	       (tms_str_ends(stem, TMS_STR("fill")) && !tms_str_ends(stem, TMS_STR("fulfill"))) ||
	       (tms_str_ends(stem, TMS_STR("till")) && !tms_str_ends(stem, TMS_STR("still")));
}

static bool respell_ll(struct tms_str word, struct tms_word_base *out)
{
	static const struct tms_str endings[] = { TMS_STR_INIT("lling"), TMS_STR_INIT("lled"),
		TMS_STR_INIT("ller"), TMS_STR_INIT("llor"), TMS_STR_INIT("llist"),
		TMS_STR_INIT("llous") };

	for (size_t i = 0; i < TMS_COUNT(endings); i++) {
		if (!ends_alike(word, endings[i]) || !tms_str_ends(word, endings[i]))
			continue;
		size_t at = word.len - endings[i].len + 2;
		if (doubles_its_l(tms_str_slice(word, 0, at)))
			return false;
		*out = (struct tms_word_base){ at - 1, tms_str_slice(word, at, word.len) };
		return true;
	}
	return false;
}

/* A stem with the letter that is left out in American: of "avour" and "ae" the one at 3 and at 0. */
struct stem {
	struct tms_str letters;
	size_t left_out;
};

#define STEM(letters, left_out)                                                                    \
	{                                                                                          \
		TMS_STR_INIT(letters), left_out                                                    \
	}

/* favour, flavour, endeavour, savour; behaviour, saviour; humour, rumour, tumour; rigour, vigour … */
static const struct stem stems_with_ou[] = { STEM("avour", 3), STEM("aviour", 4), STEM("colour", 4),
	STEM("honour", 4), STEM("umour", 3), STEM("armour", 4), STEM("clamour", 5),
	STEM("enamour", 5), STEM("glamour", 5), STEM("labour", 4), STEM("neighbour", 7),
	STEM("harbour", 5), STEM("vapour", 4), STEM("odour", 3), STEM("ardour", 4),
	STEM("candour", 5), STEM("splendour", 7), STEM("igour", 3), STEM("valour", 4),
	STEM("parlour", 5), STEM("fervour", 5), STEM("demeanour", 7), STEM("rancour", 5),
	STEM("succour", 5), STEM("mould", 2), STEM("moult", 2) };
static const struct stem stems_with_e[] = { STEM("aesth", 0), STEM("aemia", 0), STEM("aemic", 0),
	STEM("haem", 1), STEM("paed", 1), STEM("archaeolog", 4), STEM("mediaeval", 4),
	STEM("gynaec", 3), STEM("caesium", 1), STEM("caesarean", 1), STEM("faeces", 1),
	STEM("faecal", 1), STEM("aetiolog", 0), STEM("palaeo", 3), STEM("oestr", 0),
	STEM("oesoph", 0), STEM("foet", 1), STEM("rrhoea", 3), STEM("pnoea", 2), STEM("oedem", 0),
	STEM("homoeo", 3), STEM("coeliac", 1) };

/* The first place of one of the pairs, from that letter on. */
static size_t find_pair(struct tms_str word, size_t from)
{
	for (size_t i = from; i + 1 < word.len; i++)
		if ((word.ptr[i] == 'o' && (word.ptr[i + 1] == 'u' || word.ptr[i + 1] == 'e')) ||
			(word.ptr[i] == 'a' && word.ptr[i + 1] == 'e'))
			return i;
	return SIZE_MAX;
}

/* "colourise" loses its u and its s. */
static struct tms_word_base leave_out(struct tms_str word, size_t at)
{
	struct tms_str stem, american;

	if (split_ise(word, &stem, &american) && stem.len == at + 2 && word.ptr[stem.len] == 'i')
		return (struct tms_word_base){ at, american };
	return (struct tms_word_base){ at, tms_str_slice(word, at + 1, word.len) };
}

/* The pair at that letter, where its u is left out, or its a or o. */
static bool respell_pair(struct tms_str word, size_t at, const struct stem *stems, size_t count,
	struct tms_word_base *out)
{
	for (size_t i = 0; i < count; i++) {
		struct tms_str letters = stems[i].letters;
		size_t pair = stems[i].left_out - (letters.ptr[stems[i].left_out] == 'u');
		if (pair > at || letters.ptr[pair] != word.ptr[at] ||
			(pair > 0 && letters.ptr[pair - 1] != word.ptr[at - 1]))
			continue;
		if (!tms_str_starts(tms_str_slice(word, at - pair, word.len), letters))
			continue;
		*out = leave_out(word, at - pair + stems[i].left_out);
		return true;
	}
	return false;
}

static bool respell_stem(struct tms_str word, struct tms_word_base *out)
{
	for (size_t at = find_pair(word, 0); at != SIZE_MAX; at = find_pair(word, at + 1)) {
		bool is_ou = word.ptr[at + 1] == 'u';
		char next = at + 2 < word.len ? word.ptr[at + 2] : 0;
		if (is_ou && next != 'r' && next != 'l') /* "mould"; all others are "our" */
			continue;
		if (is_ou ? respell_pair(word, at, stems_with_ou, TMS_COUNT(stems_with_ou), out)
			  : respell_pair(word, at, stems_with_e, TMS_COUNT(stems_with_e), out))
			return true;
	}
	return false;
}

/* Is this the letter that stands so far from the end, the last one at 1? */
static bool has_at(struct tms_str word, size_t from_end, char letter)
{
	return word.len > from_end && word.ptr[word.len - from_end] == letter;
}

/* -ise and -ll- with all that may stand behind: a quick look that spares most words more. */
static bool may_be_inflected(struct tms_str word)
{
	switch (word.ptr[word.len - 1]) {
	case 'e': /* -ise, -isable */
		return has_at(word, 2, 's') || has_at(word, 5, 's');
	case 'd': /* -ised, -iser, -lled, -ller */
	case 'r':
		return has_at(word, 3, 's') || has_at(word, 3, 'l');
	case 'g': /* -ising, -lling */
		return has_at(word, 4, 's') || has_at(word, 4, 'l');
	case 'n': /* -isation */
		return has_at(word, 6, 's');
	case 'l': /* -isational, -isability */
	case 'y':
		return has_at(word, 8, 's');
	case 't': /* -llist, -llous */
	case 's':
		return has_at(word, 4, 'l');
	default:
		return false;
	}
}

struct tms_word_base spelling_american(struct tms_str word)
{
	struct tms_word_base american = { .keep = word.len };

	if (word.len < SPELLING_BYTES_MIN || word.len > SPELLING_BYTES_MAX - LONGER)
		return american;
	if (respell_stem(word, &american) || respell_listed(word, &american) ||
		!may_be_inflected(word))
		return american;
	if (!respell_ise(word, &american))
		(void)respell_ll(word, &american);
	return american;
}
