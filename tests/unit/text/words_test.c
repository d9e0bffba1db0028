#include <tamis/fold.h>
#include <tamis/words.h>

#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define CUT_CPU_MS 1000 /* it takes 17 to 25; when each sign looked through the rest, 25,000 */

/* "fine tuning [finetuning]": the folded words, then in brackets what hyphens join. */
static struct tms_str cut(struct tms_arena *arena, struct tms_buf *buf, const char *text)
{
	struct tms_words words;

	tms_buf_clear(buf);
	assert_int_equal(
		tms_words_cut(arena, tms_arena_copy(arena, tms_str_from(text)), &words), TMS_OK);
	for (size_t i = 0; i < words.count; i++)
		tms_buf_format(
			buf, "%s%.*s", i ? " " : "", TMS_STR_ARGS(tms_words_form(&words, i)));
	for (size_t i = 0; i < words.joined_count; i++)
		tms_buf_format(buf, " [%.*s]", TMS_STR_ARGS(tms_words_joined_form(&words, i)));
	return tms_buf_str(buf);
}

static void text_is_cut_into_words(void **state)
{
	static const struct {
		const char *why, *text, *words;
	} rows[] = {
		{ "nothing", "", "" },
		{ "only punctuation", " — ... !? ", "" },
		{ "case", "Large Language MODELS", "large language models" },
		{ "diacritics", "Café naïve Müller", "cafe naive muller" },
		{ "diacritics as marks of their own", "Cafe\xcc\x81", "cafe" },
		{ "letters with strokes", "Søren Łukasz Æther straße",
			"soren lukasz aether strasse" },
		{ "a dotted capital I", "İstanbul", "istanbul" },
		{ "Greek and Cyrillic keep their letters", "Ελλάδα Ёлка", "ελλαδα елка" },
		{ "full-width letters and digits", "ＡＩ ２０２６", "ai 2026" },
		{ "a ligature", "eﬃcient", "efficient" },
		{ "a dot between digits", "2.5 v1.2.3 end. 7.", "2.5 v1.2.3 end 7" },
		{ "GPT-4.1 is not GPT-4", "GPT-4.1", "gpt 4.1 [gpt4.1]" },
		{ "a number with its unit", "7B 70b", "7b 70b" },
		{ "signs behind a letter", "C++ C# F#, C++.", "c++ c# f# c++" },
		{ "full-width signs", "C＋＋", "c++" },
		{ "one sign between words divides", "text+image A#b", "text image a b" },
		{ "several signs do not", "C++17", "c++ 17" },
		{ "a sign behind a digit goes", "18+ 3#", "18 3" },
		{ "a hyphen joins", "fine-tuning", "fine tuning [finetuning]" },
		{ "every dash that joins", "fine‑tuning fine–tuning fine−tuning",
			"fine tuning fine tuning fine tuning [finetuning] [finetuning] [finetuning]" },
		{ "an em dash divides", "fine—tuning", "fine tuning" },
		{ "two hyphens divide", "fine--tuning", "fine tuning" },
		{ "a hyphen beside a space divides", "fine- tuning", "fine tuning" },
		{ "a chain joins every run", "a-b-c", "a b c [ab] [abc] [bc]" },
		{ "a long chain joins five at most", "a-b-c-d-e-f",
			"a b c d e f [ab] [abc] [abcd] [abcde] [bc] [bcd] [bcde] [bcdef] [cd] [cde] "
			"[cdef] [de] [def] [ef]" },
		{ "a slash does not join", "and/or", "and or" },
		{ "other signs divide", "R&D foo_bar x=y", "r d foo bar x y" },
		{ "a possessive is no word", "GPU's model’s James' it's", "gpu model james it" },
		{ "an apostrophe else joins as a hyphen does", "don't O'Neil 's",
			"don t o neil s [dont] [oneil]" },
		{ "every sign that is typed for one",
			"O’Neil O‘Neil O`Neil O´Neil Oʻahu Oʼahu Solov′ev Solovʹev Сем’я צ׳ק",
			"o neil o neil o neil o neil o ahu o ahu solov ev solov ev сем я צ ק [oneil] "
			"[oneil] [oneil] [oneil] [oahu] [oahu] [solovev] [solovev] [семя] [צק]" },
		{ "it is none before and behind a word", "ʻOkina ʿAlī Bāʾ 'til",
			"okina ali ba til" },
		{ "joined with a hyphen, too", "O'Neil-Smith",
			"o neil smith [oneil] [oneilsmith] [neilsmith]" },
		{ "a possessive behind one", "O'Neil's D’Arcyʼs", "o neil d arcy [oneil] [darcy]" },
		{ "a verb behind a pronoun stands apart", "she'll we’re I'd can't",
			"she ll we re i d can t [cant]" },
		{ "in a name it does not", "Sa'd Re'em", "sa d re em [sad] [reem]" },
		{ "feet and primes", "5'11 3'UTR x'2", "5 11 3 utr x 2" },
		{ "a quote within words", "a‹b c›d", "a b c d" },
		{ "a soft hyphen is not there", "fine\xc2\xadtuning", "finetuning" },
		{ "a zero-width joiner is not there",
			"a\xe2\x80\x8d"
			"b",
			"ab" },
		{ "lines are spaces", "chain\nof\tthought", "chain of thought" },
		{ "Chinese by pairs", "机器学习", "机器 器学 学习 习" },
		{ "one character alone", "猫 and 犬", "猫 and 犬" },
		{ "a run ends at a Latin word", "GPT模型X", "gpt 模型 型 x" },
		{ "kana and hangul too", "ロボット 로봇", "ロボ ボッ ット ト 로 로봇 봇" },
		{ "a run goes on behind a space", "언어 모델", "언어 어 모 모델 델" },
		{ "and behind what divides names", "山田・太郎 阿兰·图灵 A",
			"山田 田 太 太郎 郎 阿 阿兰 兰 图 图灵 灵 a" },
		{ "hangul written letter by letter",
			"\xe1\x84\x80\xe1\x85\xb5\xe1\x86\xb7\xec\x8b\xa8", "김싨 싨" },
		{ "a voicing mark of its own", "か\xe3\x82\x99 が", "が が が" },
		{ "Thai by pairs", "นกใน", "นก กใ ใน น" },
		{ "marks are part of their letter", "ข่าว", "ข่า าว ว" },
		{ "Lao, Khmer, Burmese", "ລາວ, ខ្មែរ, မြန်", "ລາ າວ ວ ខ្មែ មែរ រ မြန် န်" },
		{ "Thai digits", "ปี ๒๕๖๙", "ปี 2569" },
		{ "points of Hebrew", "צִיפּוֹר בית־ספר", "ציפור בית ספר [ביתספר]" },
		{ "points, tatweel and forms of Arabic", "كِتَابٌ أحمد إلى آل على مدرسة کتاب ـ مـحـمد",
			"كتاب احمد الي ال علي مدرسه كتاب محمد" },
		{ "hamza makes letters of waw and yeh", "مسؤول مسئول", "مسؤول مسئول" },
		{ "digits of other scripts", "٢٠٢٦ ٢٫٥ २०", "2026 2.5 20" },
		{ "emoji are words",
			"Herons🔥🔥 x👍🏽 👩‍💻 🇰🇷🇯🇵 ❤️ ©™ → •",
			"herons 🔥 🔥 x 👍 👩 💻 🇰🇷 🇯🇵 ❤" },
		{ "a sharp is a sign", "C♯", "c#" },
		{ "marks alone are no word", "\xcc\x81 \xef\xb8\x8f a", "a" },
		{ ".NET is a word of its own", ".NET code (.net) ASP.NET x.net .netrc",
			".net code .net asp net x net netrc" },
		{ ".NET in versions", ".NET8's end .NET-based",
			".net8 end .net based [.netbased]" },
		{ "bytes that are not UTF-8 divide",
			"a\xff"
			"b",
			"a b" },
	};
	struct tms_arena arena = { 0 };
	struct tms_buf buf = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_buf want = { 0 };
		/* NFKD takes kana's voicing marks and hangul apart: fold what is expected, too */
		tms_fold(&want, tms_str_from(rows[i].words));
		struct tms_str got = cut(&arena, &buf, rows[i].text);
		if (!tms_str_equal(got, tms_buf_str(&want)))
			fail_msg("%s: got \"%.*s\", expected \"%s\"", rows[i].why,
				TMS_STR_ARGS(got), rows[i].words);
		tms_buf_free(&want);
	}
	tms_buf_free(&buf);
	tms_arena_free(&arena);
}

static void tex_is_read_as_what_it_prints(void **state)
{
	static const struct {
		const char *why, *text, *words;
	} rows[] = {
		{ "an accent that is a sign", "Schr\\\"odinger R\\'enyi Poincar\\'e",
			"schrodinger renyi poincare" },
		{ "in braces", "Schr\\\"{o}dinger Ren{\\'e} Erd{\\H{o}}s",
			"schrodinger rene erdos" },
		{ "every sign", "\\'a\\`e\\^o\\~n\\\"u\\=a\\.z", "aeonuaz" },
		{ "every letter", "\\u{g}\\v{s}\\H{o}\\c{c}\\d{s}\\b{b}\\r{u}\\k{a}\\t{oo}",
			"gsocsbuaoo" },
		{ "a letter and a space", "Ho\\v s Fran\\c cois \\v Ceh", "hos francois ceh" },
		{ "letters of other alphabets",
			"Stra\\ss e S\\o ren {\\O}re \\L{}\\'od\\'z \\AE ther \\OE uvre \\AA ngstr\\\"om",
			"strasse soren ore lodz aether oeuvre angstrom" },
		{ "a dotless i under an accent",
			"na\\\"{\\i}ve Garc\\'\\i a na\\\"\\i ve \\i \\j{}",
			"naive garcia naive ij" },
		{ "two accents", "\\'{\\^e}a Nguy\\~{\\^e}n", "ea nguyen" },
		{ "an escaped quote is none", "say \\\"hello\\\" there, it\\'s, don\\'t, we\\'re",
			"say hello there it don t we re [dont]" },
		{ "scripts join", "CO$_2$ H$_{2}$O Free$^2$Guide x$^{10}$",
			"co2 h2o free2guide x10" },
		{ "in a formula as well",
			"$\\mathrm{CO_2}$ $\\text{CO}_2$ $R^2$ \\(\\mathcal{L}_1\\)",
			"co2 co2 r2 l1" },
		{ "a formula joins the word that it touches", "$k$NN $n$-gram $\\ell_1$-norm",
			"knn n gram l1 norm [ngram] [l1norm]" },
		{ "Greek", "$\\tau$-bench τ-bench $\\pi_0$ \\pi_{0.5} π₀ \\beta-VAE $\\Delta$Net",
			"τ bench τ bench π0 π0.5 π0 β vae δnet [τbench] [τbench] [βvae]" },
		{ "scripts of Greek letters without a formula",
			"π_0, π_0-like τ^2-bench μ_{0.5}. π_{ref}^2 Kλ^10 π_{θ}",
			"π0 π0 like τ2 bench μ0.5 πref 2 kλ10 πθ [π0like] [τ2bench]" },
		{ "beside formulas and braces", "{BERT} $x_1$ π_{0.5} \\textbf{τ^2-b} {π_0}x",
			"bert x1 π0.5 τ2 b π0x [τ2b]" },
		{ "other signs behind Greek",
			"π_RL λ^star π_{a b} π_{} π_{.5} π^-1 π_ 0 π\\_0 π_{0",
			"π rl λ star π a b π π 5 π 1 π 0 π 0 π 0" },
		{ "behind other letters", "snake_case 10^6 x_0 é_0 Я^2 x_{0}",
			"snake case 10 6 x 0 e 0 я 2 x 0" },
		{ "a space behind Greek", "$\\alpha _1$ $\\alpha x$ \\alpha particles",
			"α1 α x α particles" },
		{ "what holds letters",
			"\\textbf{Foo}bar \\mathbb{R}^d $\\mathbb{R}^d$ \\emph{in} {\\bf X}",
			"foobar r d rd in x" },
		{ "commands are no words",
			"$10 \\times 3$ \\cite{key2024} $\\frac{a}{b}$ \\unknown{kept} a \\sim b",
			"10 3 a b kept a b" },
		{ "signs that are escaped", "C\\# R\\&D 5\\% a\\_b \\$5", "c# r d 5 a b 5" },
		{ "places to break a word", "data\\-base off\\/line", "database offline" },
		{ "a line's end is no escape of the sign behind it", "$x_1\\\\$ a $\\$5_2$ b",
			"x1 a 52 b" },
		{ "money is no formula", "costs $5 and $10_000, US$3/HK$4",
			"costs 5 and 10 000 us 3 hk 4" },
		{ "an underscore outside", "foo_bar x^2", "foo bar x 2" },
		{ "paths and slips", "AC\\DC C:\\data\\list and\\or", "ac dc c data list and or" },
		{ "braces without a command", "$x$ in f{x}, or {BERT}ology",
			"x in fx or bertology" },
		{ "braces in other text", "f{x}", "f x" },
		{ "what is not closed", "$x_1 and \\( y \\'{", "x 1 and y" },
	};
	struct tms_arena arena = { 0 };
	struct tms_buf buf = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_str got = cut(&arena, &buf, rows[i].text);
		if (!tms_str_equal(got, tms_str_from(rows[i].words)))
			fail_msg("%s: got \"%.*s\", expected \"%s\"", rows[i].why,
				TMS_STR_ARGS(got), rows[i].words);
	}
	tms_buf_free(&buf);
	tms_arena_free(&arena);
}

static void a_hit_shows_tex_as_it_stands(void **state)
{
	static const struct {
		const char *text;
		size_t first, end;
		const char *source;
	} rows[] = {
		{ "A Schr\\\"{o}dinger bridge", 1, 2, "Schr\\\"{o}dinger" },
		{ "the CO$_2$ capture", 1, 2, "CO$_2$" },
		{ "the $\\tau$-bench", 1, 3, "$\\tau$-bench" },
		{ "$\\mathrm{CO_2}$ x", 0, 1, "CO_2" },
		{ "$\\mathrm{CO_2}$ x", 1, 2, "x" },
		{ "\\textbf{Foo} bar", 0, 2, "\\textbf{Foo} bar" },
		{ "a \\cite{x} b", 0, 2, "a \\cite{x} b" },
		{ "the π_0 model", 1, 2, "π_0" },
		{ "the τ^2-bench", 1, 3, "τ^2-bench" },
		{ "the μ_{0.5}, too", 1, 2, "μ_{0.5}" },
	};
	struct tms_arena arena = { 0 };
	struct tms_words words;

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_str text = tms_str_from(rows[i].text);
		assert_int_equal(tms_words_cut(&arena, text, &words), TMS_OK);
		struct tms_str got = tms_words_source(
			&words, tms_words_span(&words, rows[i].first, rows[i].end));
		assert_true(got.ptr >= text.ptr && got.ptr + got.len <= text.ptr + text.len);
		assert_str(got, rows[i].source);
	}
	tms_arena_free(&arena);
}

/* What is read behind a text is found by the address sanitizer. */
static void nothing_behind_a_text_is_read(void **state)
{
	static const char *const texts[] = { "大模型", "a", "大", "a大模", "나무", "ภาษา", "🔥",
		"C+", ".NET", "a-", "Qwen2.5", "CO$_2$", "\\\"o", "x'", "鳥 鳥", "π_0", "π_", "π^",
		"0_0", "π_{", "π_{0", "π_{0.", "π_{0}", "π_{\xcf", "π_{π", "a_1" };
	struct tms_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(texts); i++) {
		size_t len = strlen(texts[i]);
		char *exact = malloc(len);
		struct tms_words words = { 0 };
		assert_non_null(exact);
		memcpy(exact, texts[i], len);
		assert_int_equal(
			tms_words_cut(&arena, (struct tms_str){ exact, len }, &words), TMS_OK);
		assert_true(words.count > 0);
		assert_int_equal(
			tms_words_cut_asked(&arena, (struct tms_str){ exact, len }, &words),
			TMS_OK);
		free(exact);
	}
	tms_arena_free(&arena);
}

/* Words are found while they are counted, but only so many are remembered. */
static void a_text_of_any_length_is_cut_like_its_parts(void **state)
{
	static const size_t counts[] = { 255, 256, 257, 1000 };
	struct tms_arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(counts); i++) {
		struct tms_buf text = { 0 }, form = { 0 };
		struct tms_words words;
		for (size_t k = 0; k < counts[i]; k++) /* a character of 文章 stands at every end */
			tms_buf_format(&text, k % 5 == 4 ? "文章" : "Word-%zu's ", k);
		assert_int_equal(tms_words_cut(&arena, tms_buf_str(&text), &words), TMS_OK);
		assert_int_equal(words.count, 2 * counts[i]);
		for (size_t k = 0; k < counts[i]; k++) {
			tms_buf_clear(&form);
			tms_buf_format(&form, k % 5 == 4 ? "章" : "%zu", k);
			assert_true(tms_str_equal(
				tms_words_form(&words, 2 * k + 1), tms_buf_str(&form)));
			assert_true(tms_str_equal(tms_words_form(&words, 2 * k),
				k % 5 == 4 ? TMS_STR("文章") : TMS_STR("word")));
		}
		tms_buf_free(&text);
		tms_buf_free(&form);
	}
	tms_arena_free(&arena);
}

static void a_span_shows_the_text_as_it_stands(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_words words;

	(void)state;
	assert_int_equal(
		tms_words_cut(&arena, TMS_STR("The  “Fine-Tuned”\nMödels’ end"), &words), TMS_OK);
	assert_int_equal(words.count, 5);
	assert_str(tms_words_span(&words, 1, 3), "Fine-Tuned");
	assert_str(tms_words_span(&words, 2, 4), "Tuned”\nMödels");
	assert_str(tms_words_span(&words, 3, 9), "");
	assert_int_equal(words.joined_count, 1);
	assert_int_equal(words.joined[0].first, 1);
	assert_int_equal(words.joined[0].key.span, 2);
	tms_arena_free(&arena);
}

static void no_sign_looks_through_the_rest_of_a_text(void **state)
{
	static const char *const rows[][3] = {
		/* what begins it, what comes again and again, what ends it */
		{ "", "\\\\$", "" },
		{ "", "\\\\$", " $ " },
		{ "$", "\\\\$", "" },
		{ "", "\\$", "" },
		{ "", "$ ", "" },
		{ "", "\\(", "" },
		{ "", "\\(\\[", "\\)" },
		{ "", "\\cite{", "" },
		{ "\\a", "{", "" },
		{ "大", "   ", "" },
		{ "", "大", "" },
		{ "", "π_{0", "" },
		{ "π_{", "0", "" },
		{ "$", "π_{a", "π_0" },
		{ "", "a_^", "" },
		{ "", "a-", "" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_buf text = { 0 };
		struct tms_words words;
		tms_buf_add_cstr(&text, rows[i][0]);
		while (text.len < (size_t)256 << 10)
			tms_buf_add_cstr(&text, rows[i][1]);
		tms_buf_add_cstr(&text, rows[i][2]);
		clock_t start = clock();
		assert_int_equal(tms_words_cut(&arena, tms_buf_str(&text), &words), TMS_OK);
		double cpu_ms = (double)(clock() - start) * 1000 / CLOCKS_PER_SEC;
		if (cpu_ms > CUT_CPU_MS)
			fail_msg("%s took %.0f ms", rows[i][1], cpu_ms);
		tms_buf_free(&text);
		tms_arena_free(&arena);
	}
}

static void a_very_long_word_is_cut_and_a_small_arena_is_said(void **state)
{
	struct tms_arena arena = { .max_bytes = 512 };
	struct tms_words words;
	static char text[5000];

	(void)state;
	memset(text, 'a', sizeof(text));
	struct tms_str s = { text, sizeof(text) };
	assert_int_equal(tms_words_cut(&arena, s, &words), TMS_OK);
	assert_int_equal(words.count, 5);
	for (size_t i = 0; i < sizeof(text); i += 2)
		text[i] = ' ';
	assert_int_equal(tms_words_cut(&arena, s, &words), TMS_ELIMIT);
	tms_arena_free(&arena);
}

static bool same_word(const char *a, const char *b)
{
	struct tms_buf fa = { 0 }, fb = { 0 };
	struct tms_str sa = tms_str_from(a), sb = tms_str_from(b);

	tms_fold(&fa, sa);
	tms_fold(&fb, sb);
	bool same = tms_word_base_equal(tms_buf_str(&fa), tms_word_base(tms_buf_str(&fa), sa),
		tms_buf_str(&fb), tms_word_base(tms_buf_str(&fb), sb));
	tms_buf_free(&fa);
	tms_buf_free(&fb);
	return same;
}

static void plurals_join_their_singulars(void **state)
{
	static const char *const rows[][2] = {
		{ "LLM", "LLMs" },
		{ "agent", "agents" },
		{ "policy", "policies" },
		{ "query", "Queries" },
		{ "box", "boxes" },
		{ "loss", "losses" },
		{ "class", "classes" },
		{ "process", "processes" },
		{ "bias", "biases" },
		{ "analysis", "analyses" },
		{ "hypothesis", "hypotheses" },
		{ "basis", "basis" },
		{ "index", "indices" },
		{ "index", "indexes" },
		{ "matrix", "matrices" },
		{ "vertex", "vertices" },
		{ "corpus", "corpora" },
		{ "criterion", "criteria" },
		{ "batch", "batches" },
		{ "cache", "caches" },
		{ "hash", "hashes" },
		{ "size", "sizes" },
		{ "database", "databases" },
		{ "case", "cases" },
		{ "response", "responses" },
		{ "GPU", "GPUs" },
		{ "gpu", "gpus" },
		{ "AI", "AIs" },
		{ "VM", "VMs" },
		{ "API", "apis" },
		{ "MoE", "MoEs" },
		{ "H100", "H100s" },
		{ "focus", "focuses" },
		{ "virus", "viruses" },
		{ "cause", "causes" },
		{ "hero", "heroes" },
		{ "shoe", "shoes" },
		{ "video", "videos" },
		{ "movie", "movies" },
		{ "tie", "ties" },
		{ "area", "areas" },
		{ "schema", "schemas" },
		{ "metric", "metrics" },
		{ "topic", "topics" },
		{ "heuristic", "heuristics" },
		{ "lens", "lenses" },
		{ "quiz", "quizzes" },
		{ "child", "children" },
		{ "mouse", "mice" },
		{ "woman", "women" },
		{ "nucleus", "nuclei" },
		{ "leaf", "leaves" },
		{ "curve", "curves" },
		{ "university", "universities" },
		{ "network", "networks" },
		{ "axis", "axes" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (!same_word(rows[i][0], rows[i][1]))
			fail_msg("%s and %s are one word", rows[i][0], rows[i][1]);
}

static void what_is_no_plural_stays_apart(void **state)
{
	static const char *const rows[][2] = {
		{ "university", "universal" },
		{ "bus", "bu" },
		{ "is", "i" },
		{ "this", "thi" },
		{ "as", "a" },
		{ "us", "u" },
		{ "news", "new" },
		{ "GPS", "GP" },
		{ "TTS", "TT" },
		{ "LMS", "LM" },
		{ "has", "ha" },
		{ "gas", "ga" },
		{ "bias", "bia" },
		{ "loss", "los" },
		{ "lens", "len" },
		{ "does", "doe" },
		{ "robotics", "robotic" },
		{ "dynamics", "dynamic" },
		{ "mars", "mar" },
		{ "SARS", "SAR" },
		{ "AIDS", "aid" },
		{ "1990s", "1990" },
		{ "https", "http" },
		{ "learning", "learn" },
		{ "agent", "agency" },
		{ "chaos", "chao" },
		{ "corpus", "corp" },
		{ "analysis", "analys" },
		{ "series", "sery" },
		{ "plus", "plu" },
		{ "bus", "buss" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (same_word(rows[i][0], rows[i][1]))
			fail_msg("%s and %s are two words", rows[i][0], rows[i][1]);
}

static void exact_forms_are_compared_as_they_stand(void **state)
{
	static const struct {
		const char *a, *b;
		bool same, same_caseless;
	} rows[] = {
		{ "RAG", "RAG", true, true },
		{ "RAG", "rag", false, true },
		{ "ＲＡＧ", "RAG", true, true },
		{ "naïve", "naive", false, false },
		{ "nai\xcc\x88ve", "naïve", true, true },
		{ "Chain-of‑Thought", "Chain-of-Thought", true, true },
		{ "Chain of\n Thought", "Chain of Thought", true, true },
		{ "Chain of Thought", "Chain-of-Thought", false, false },
		{ "a", "a ", false, false },
		{ "", "", true, true },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_str a = tms_str_from(rows[i].a), b = tms_str_from(rows[i].b);
		if (tms_fold_same(a, b, false) != rows[i].same ||
			tms_fold_same(b, a, true) != rows[i].same_caseless)
			fail_msg("\"%s\" and \"%s\"", rows[i].a, rows[i].b);
	}
	assert_true(tms_has_capital(TMS_STR("éÉ")));
	assert_false(tms_has_capital(TMS_STR("été 2")));
}

static void faults_in_utf8_have_their_place(void **state)
{
	(void)state;
	assert_int_equal(tms_utf8_fault(TMS_STR("tamis é 猫 😀")), SIZE_MAX);
	assert_int_equal(tms_utf8_fault(TMS_STR("ab\xff")), 2);
	assert_int_equal(tms_utf8_fault(TMS_STR("a\xc3")), 1);
	assert_int_equal(tms_utf8_fault(TMS_STR("\xed\xa0\x80")), 0); /* a surrogate */
	assert_int_equal(tms_utf8_fault(TMS_STR("\xc0\xaf")), 0);     /* overlong */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_into_words),
		cmocka_unit_test(tex_is_read_as_what_it_prints),
		cmocka_unit_test(a_hit_shows_tex_as_it_stands),
		cmocka_unit_test(nothing_behind_a_text_is_read),
		cmocka_unit_test(a_text_of_any_length_is_cut_like_its_parts),
		cmocka_unit_test(a_span_shows_the_text_as_it_stands),
		cmocka_unit_test(no_sign_looks_through_the_rest_of_a_text),
		cmocka_unit_test(a_very_long_word_is_cut_and_a_small_arena_is_said),
		cmocka_unit_test(plurals_join_their_singulars),
		cmocka_unit_test(what_is_no_plural_stays_apart),
		cmocka_unit_test(exact_forms_are_compared_as_they_stand),
		cmocka_unit_test(faults_in_utf8_have_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
