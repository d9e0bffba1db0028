/* Signs of other search languages: refused, with how it is written here. */
#include <tamis/advice.h>

#include "subject.h"

struct row {
	const char *query, *says;
	const char *cures[TMS_ADVICE_CURES_MAX];
};

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct tms_advice advice = { 0 };
		struct tms_query *query = NULL;
		enum tms_status st =
			tms_query_parse_advised(tms_str_from(rows[i].query), NULL, &query, &advice);
		if (st != TMS_EINVAL)
			fail_msg("%s is read", rows[i].query);
		const struct tms_advice_note *error = &advice.notes[advice.count - 1];
		if (!strstr(error->diag.text, rows[i].says))
			fail_msg("%s: %s", rows[i].query, error->diag.text);
		for (size_t k = 0; k < TMS_ADVICE_CURES_MAX; k++) {
			struct tms_str want =
				rows[i].cures[k] ? tms_str_from(rows[i].cures[k]) : TMS_STR_NONE;
			struct tms_str got = error->cures[k].text;
			if (!tms_str_equal(want, got))
				fail_msg("%s: cure %zu is \"%.*s\"", rows[i].query, k,
					TMS_STR_ARGS(got));
		}
		tms_advice_free(&advice);
	}
}

static void lists_are_any_or_all_of_these(void **state)
{
	static const struct row rows[] = {
		{ "herons, storks", "OR for any of these",
			{ "herons OR storks", "herons storks", "\"herons, storks\"" } },
		{ "herons,storks", "OR for any",
			{ "herons OR storks", "herons storks", "\"herons,storks\"" } },
		{ "RLHF, DPO, preference optimization", "OR for any",
			{ "RLHF OR DPO OR (preference optimization)",
				"RLHF DPO (preference optimization)",
				"\"RLHF, DPO, preference optimization\"" } },
		{ "RLHF,DPO agents", "OR for any",
			{ "(RLHF OR DPO) agents", "RLHF DPO agents", "\"RLHF,DPO\" agents" } },
		{ "a, b, or c", "OR for any", { "a OR b OR c", "a b c", "\"a, b, or c\"" } },
		{ "a; b", "found \";\"", { "a OR b", "a b", "\"a; b\"" } },
		{ "a， b", "OR for any", { "a OR b", "a b", "\"a， b\"" } },
		{ "学习、模型", "OR for any", { "学习 OR 模型", "学习 模型", "\"学习、模型\"" } },
		{ "a, b, -c", "OR for any", { "(a OR b) -c", "a b -c" } },
		{ "\"a b\", \"c d\"", "OR for any", { "\"a b\" OR \"c d\"", "\"a b\" \"c d\"" } },
		{ "(a, b) c", "OR for any", { "(a OR b) c", "(a b) c", "(\"a, b\") c" } },
		{ "10,000, b", "OR for any", { "10,000 OR b", "10,000 b", "\"10,000, b\"" } },
		{ "title:a, b", "OR for any",
			{ "title:(a OR b)", "title:(a b)", "title:\"a, b\"" } },
		{ "title:(a, b)", "OR for any",
			{ "title:(a OR b)", "title:(a b)", "title:(\"a, b\")" } },
		{ "author:Ada Heron, Bo Stork", "OR for any",
			{ "author:(\"Ada Heron\" OR \"Bo Stork\")",
				"author:(\"Ada Heron\" \"Bo Stork\")",
				"author:\"Ada Heron, Bo Stork\"" } },
		{ "category:cs.CL,cs.LG x", "OR for any",
			{ "category:(cs.CL OR cs.LG) x", "category:(cs.CL cs.LG) x",
				"category:\"cs.CL,cs.LG\" x" } },
		{ "cs.CL, cs.LG", "OR for any",
			{ "category:cs.CL OR category:cs.LG", "category:cs.CL category:cs.LG",
				"\"cs.CL, cs.LG\"" } },
		{ "has:code,video", "OR for any", { "has:(code OR video)", "has:(code video)" } },
		{ "title:a|b", "found \"|\"",
			{ "title:(a OR b)", "title:(a b)", "title:\"a|b\"" } },
		{ "category:cs.CL|cs.LG", "found \"|\"",
			{ "category:(cs.CL OR cs.LG)", "category:(cs.CL cs.LG)",
				"category:\"cs.CL|cs.LG\"" } },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
	assert_true(title_keeps("10,000", "10,000 steps"));
	assert_true(title_keeps("herons,", "herons"));
	assert_true(title_keeps("/a,b/", "a,b"));
}

static void forms_of_other_programs_are_written_out(void **state)
{
	static const struct row rows[] = {
		{ "(?i)herons", "between slashes", { "/herons/" } },
		{ "x (?i)herons", "between slashes", { "x /herons/" } },
		{ "(?i)reward hacking", "between slashes",
			{ "/reward hacking/", "/reward/ hacking" } },
		{ "(?:a|b)c", "between slashes", { "/(?:a|b)c/" } },
		{ "%22herons%20at%22", "encoded", { "\"herons at\"" } },
		{ "%22herons+at%22", "encoded", { "\"herons at\"" } },
		{ "title%3Aherons", "encoded", { "title:herons" } },
		{ "upvotes%3E%3D20", "encoded", { "upvotes>=20" } },
		{ "%E5%AD%A6%E4%B9%A0", "encoded", { "学习" } },
		{ "&quot;herons at&quot;", "encoded", { "\"herons at\"" } },
		{ "herons NEAR/3 night", "expected near(", { "near(\"herons night\", 3)" } },
		{ "\"a b\" near/3 c", "expected near(", { "\"a b\" c" } },
		{ "\"a b\" NEAR/2 \"c d\"", "expected near(", { "\"a b\" \"c d\"" } },
		{ "\"a\" NEAR/2 \"b\"", "expected near(", { "near(\"a b\", 2)" } },
		{ "~heron NEAR/2 night*", "expected near(", { "~heron night*" } },
		{ "title:a NEAR/2 b", "expected near(", { "title:a b" } },
		{ "x herons NEAR night y", "expected near(", { "x near(\"herons night\", 5) y" } },
		{ "herons ADJ3 night", "expected near(", { "near(\"herons night\", 3)" } },
		{ "herons W/2 night", "expected near(", { "near(\"herons night\", 2)" } },
		{ "\"a b\"~3", "near(\"two or more words\", 5)", { "near(\"a b\", 3)" } },
		{ "title:\"a b\"~3 c", "near(", { "title:near(\"a b\", 3) c" } },
		{ "-\"a b\"~", "near(", { "-near(\"a b\", 5)" } },
		{ "agent~2", "any inflection", { "~agent", "agent" } },
		{ "agent~0.8", "any inflection", { "~agent", "agent" } },
		{ "agen?s", "regular expression", { "/\\bagen\\ws\\b/", "/agen?s/" } },
		{ "title:colo?r", "regular expression",
			{ "title:/\\bcolo\\wr\\b/", "title:/colo?r/" } },
		{ "a*b", "only at the end", { "/\\ba\\w*b\\b/" } },
		{ "*ing", "only at the end", { "/ing\\b/" } },
		{ "ab*", "at least 3", { "/\\bab/", "/\\bab\\*/", "ab" } },
		{ "A* x", "at least 3", { "/\\bA\\*/ x", "/\\bA/ x" } },
		{ "agent*?", "only at the end", { "agent*" } },
		{ "go*?", "only at the end", { "/\\bgo/" } },
		{ "a*?", "only at the end", { "/\\ba/" } },
		{ ".*x?", "only at the end", { "\".*x?\"" } },
		{ "*", "only at the end", { "" } },
		{ "\\bna\\b", "expected a word", { "/\\bna\\b/" } },
		{ "/a/i", "takes no flags", { "/a/" } },
		{ "url:/a/b/", "a slash in it", { "url:/a\\/b/", "url:/a/" } },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
	assert_true(title_keeps("100%", "100 percent"));
	assert_true(title_keeps("What is attention?", "What is attention"));
	assert_true(title_keeps("\"agen?s\"", "agen s"));
	assert_true(title_keeps("\"NEAR/3\"", "near 3"));
}

static void names_are_known_by_what_they_mean(void **state)
{
	static const struct row rows[] = {
		{ "date>=2026-01-01", "published, submitted, updated and seen",
			{ "published>=2026-01-01", "submitted>=2026-01-01",
				"updated>=2026-01-01" } },
		{ "year:2026", "published",
			{ "published:2026", "submitted:2026", "updated:2026" } },
		{ "votes>=20", "\"upvotes\"", { "upvotes>=20", "\"votes>=20\"" } },
		{ "votes >= 20", "\"upvotes\"", { "upvotes >= 20" } },
		{ "likes>5", "\"upvotes\"", { "upvotes>5", "\"likes>5\"" } },
		{ "site:github.com", "\"url\"", { "url:github.com", "\"site:github.com\"" } },
		{ "subject:cs.CL", "\"category\"", { "category:cs.CL", "\"subject:cs.CL\"" } },
		{ "affiliation:meta", "\"org\"", { "org:meta", "\"affiliation:meta\"" } },
		{ "by:heron", "\"author\"", { "author:heron", "\"by:heron\"" } },
		{ "titel:x", "\"title\"", { "title:x", "\"titel:x\"" } },
		{ "https://x.org/y", "in quotes", { "url:x.org/y", "\"https://x.org/y\"" } },
		{ "cs.CL", "a category of arXiv", { "category:cs.CL", "\"cs.CL\"" } },
		{ "-cs.cl x", "a category of arXiv", { "-category:cs.CL x", "-\"cs.cl\" x" } },
		{ "hep-th", "a category of arXiv", { "category:hep-th", "\"hep-th\"" } },
		{ "cs.*", "a category of arXiv", { "category:cs.*", "\"cs.*\"" } },
		{ "cs.CL OR cs.LG x", "a category of arXiv",
			{ "category:cs.CL OR category:cs.LG x", "\"cs.CL\" OR \"cs.LG\" x" } },
		{ "cs.CL -cs.LG \"cs.AI\"", "a category of arXiv",
			{ "category:cs.CL -category:cs.LG \"cs.AI\"",
				"\"cs.CL\" -\"cs.LG\" \"cs.AI\"" } },
		{ "cs.CL (cs.LG OR title:cs.AI) /a cs.CV/", "a category of arXiv",
			{ "category:cs.CL (category:cs.LG OR title:cs.AI) /a cs.CV/",
				"\"cs.CL\" (\"cs.LG\" OR title:cs.AI) /a cs.CV/" } },
		{ "url:shorts", "a dot in it", { "url:/shorts/" } },
		{ "inurl:shorts x", "a dot in it", { "inurl:/shorts/ x" } },
		{ "url:a+b/c", "a dot in it", { "url:/a\\+b\\/c/" } },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
	assert_true(title_keeps("=cs.CL", "the cs.CL list"));
	assert_true(title_keeps("title:cs.CL", "the cs.CL list"));
	assert_false(title_keeps("cs.XX", "the cs.CL list"));
	assert_false(title_keeps("url:localhost/x", ""));
}

static void languages_are_asked_for_by_their_tags(void **state)
{
	static const struct row rows[] = {
		{ "lang:english", "the tag of a language", { "lang:en" } },
		{ "lang:English", "the tag of a language", { "lang:en" } },
		{ "language:german x", "the tag of a language", { "language:de x" } },
		{ "-lang:chinese", "the tag of a language", { "-lang:zh" } },
		{ "lang:\"french\"", "the tag of a language", { "lang:fr" } },
		{ "lang:(english OR de)", "the tag of a language", { "lang:(en OR de)" } },
		{ "lang:frensh", "the tag of a language", { "lang:fr" } },
		{ "lang:français", "the tag of a language", { "lang:fr" } },
		{ "lang:eng", "the tag of a language", { "lang:en" } },
		{ "lang:jp", "the tag of a language", { "lang:ja" } },
		{ "lang:eng-gb", "the tag of a language", { "lang:en-GB" } },
		{ "lang:english_us", "the tag of a language", { "lang:en-US" } },
		{ "lang:klingon", "the tag of a language", { "\"lang:klingon\"" } },
		{ "lang:en--us", "the tag of a language", { "\"lang:en--us\"" } },
		{ "lang:en,de", "OR for any", { "lang:(en OR de)", "lang:(en de)" } },
		{ "lang:\"en\",\"de\"", "OR for any",
			{ "lang:(\"en\" OR \"de\")", "lang:(\"en\" \"de\")" } },
		{ "langauge:en", "the nearest is \"lang\"", { "lang:en", "\"langauge:en\"" } },
		{ "locale:en", "\"lang\"", { "lang:en", "\"locale:en\"" } },
		{ "lang>=en", "expected \"lang:\"", { "lang:en" } },
		{ "=lang:en", "always compared whole", { "lang:en" } },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void paths_are_paths(void **state)
{
	static const struct row rows[] = {
		{ "path:https://a.example/blog?x", "a path alone",
			{ "url:a.example/blog?x", "path:/blog" } },
		{ "-path://a.example/blog x", "a path alone",
			{ "-url:a.example/blog x", "-path:/blog x" } },
		{ "path:/watch?v=1", "ends before it", { "path:/watch" } },
		{ "path:/a#b", "ends before it", { "path:/a" } },
		{ "path:/blog/*/03 x", "only at its end",
			{ "path:/^\\/blog\\/[^\\/]*\\/03(\\/|$)/ x" } },
		{ "path:*/03", "only at its end", { "path:03", "path:/\\/03(\\/|$)/" } },
		{ "path:*", "only at its end", { "\"path:*\"" } },
		{ "path:/wiki/Heron_(bird) x", "needs quotes",
			{ "path:\"/wiki/Heron_(bird)\" x" } },
		{ "path:/^a", "not closed", { "path:/^a/" } },
		{ "path:/a/\\d+/", "a slash in it", { "path:/a\\/\\d+/", "path:/a/" } },
		{ "folder:/a", "\"path\"", { "path:/a", "\"folder:/a\"" } },
		{ "=path:/a", "always compared whole", { "path:/a" } },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void numbers_are_compared_behind_their_name(void **state)
{
	static const struct row rows[] = {
		{ ">50 upvotes", "directly before it", { "upvotes>50" } },
		{ ">=50 stars x", "directly before it", { "stars>=50 x" } },
		{ "> 50 votes", "directly before it", { "upvotes>50" } },
		{ "50+ upvotes", "expected upvotes>=50", { "upvotes>=50" } },
		{ "a >50", "directly before it", { "a upvotes>50" } },
		{ "<7d", "directly before it", { "age<7d" } },
		{ ">2026-01-01", "directly before it", { "published>2026-01-01" } },
		{ "20<upvotes", "directly before it", { "upvotes>20" } },
		{ "upvotes!=3", "an exclusion", { "-upvotes=3" } },
		{ "upvotes>=1,000", "a whole number", { "upvotes>=1000" } },
		{ "upvotes>2k", "a whole number", { "upvotes>2000" } },
		{ "upvotes:50..20", "smaller end first", { "upvotes:20..50" } },
		{ "published:2026..2025@UTC", "smaller end first", { "published:2025..2026@UTC" } },
		{ "published>2025..2026@UTC", "expected \"published:\"",
			{ "published:2025..2026@UTC" } },
		{ "age:3d..3", "a span in hours", { "age:3d..3d" } },
		{ "upvotes:1..1k", "a whole number", { "upvotes:1..1000" } },
		{ "upvotes>=5..9", "expected \"upvotes:\"", { "upvotes:5..9" } },
		{ "age:7d", "exact age", { "age<=7d", "age>=7d" } },
		{ "age<7", "a span in hours", { "age<7d" } },
		{ "age < 30 days x", "a span in hours", { "age < 30d x" } },
		{ "title>=3", "expected \"title:\"", { "title:3" } },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
	assert_true(title_keeps("50+", "50 birds"));
}

static void spans_and_dates_are_read_as_people_write_them(void **state)
{
	static const struct row rows[] = {
		{ "age<1m", "a span in hours", { "age<30d" } },
		{ "age>1y", "a span in hours", { "age>365d" } },
		{ "age<=6mo x", "a span in hours", { "age<=180d x" } },
		{ "age<2 weeks", "a span in hours", { "age<2w" } },
		{ "age<2 months x", "a span in hours", { "age<60d x" } },
		{ "age<36 hours", "a span in hours", { "age<36h" } },
		{ "age<120min", "a span in hours", { "age<2h" } },
		{ "age<90min", "a span in hours", { "\"age<90min\"" } },
		{ "age<7 diffusion", "a span in hours", { "age<7d diffusion" } },
		{ "age:1m", "exact age", { "age<=30d", "age>=30d" } },
		{ "age:1w..1m", "a span in hours", { "age:1w..30d" } },
		{ "age<1.5y", "a span in hours", { "\"age<1.5y\"" } },
		{ "age<monday", "a span in hours", { "\"age<monday\"" } },
		{ "since:1m", "a day, week", { "since:30d" } },
		{ "since:\"last monday\"", "a day, week", { "since:monday" } },
		{ "since:last monday x", "a day, week", { "since:monday x" } },
		{ "since:7 days ago", "a day, week", { "since:7d" } },
		{ "since:\"Nov 2025\" x", "a day, week", { "since:2025-11 x" } },
		{ "published:\"Nov 2025\"", "a day, week", { "published:2025-11" } },
		{ "published:Nov 2025", "a day, week", { "published:2025-11" } },
		{ "published:Nov-2025", "a day, week", { "published:2025-11" } },
		{ "published:11/2025", "a day, week", { "published:2025-11" } },
		{ "published>=2025/11/3", "a day, week", { "published>=2025-11-03" } },
		{ "published:3/11/2025", "a day, week",
			{ "published:2025-11-03", "published:2025-03-11" } },
		{ "published:25/11/2025", "a day, week", { "published:2025-11-25" } },
		{ "submitted:\"Nov 3, 2025\"", "a day, week", { "submitted:2025-11-03" } },
		{ "published:last week", "a day, week", { "since:1w" } },
		{ "-published:\"last week\" x", "a day, week", { "-since:1w x" } },
		{ "published:past 3 months", "a day, week", { "since:90d" } },
		{ "published:>7d", "a day, week", { "age<7d", "age>7d" } },
		{ "published>7d", "a day, week", { "age<7d", "age>7d" } },
		{ "published:this week", "a day, week", { "since:monday" } },
		{ "submitted:this week", "a day, week", { "submitted>=monday" } },
		{ "published:soon", "a day, week", { "\"published:soon\"" } },
		{ "since:\"zzz qqq\" x", "a day, week",
			{ "\"since:zzz qqq\" x", "x", "\"since:zzz qqq x\"" } },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void what_does_not_close_or_join_is_mended(void **state)
{
	static const struct row rows[] = {
		{ "\"a b", "not closed", { "\"a b\"" } },
		{ "(a b", "not closed", { "(a b)" } },
		{ "(a (b", "not closed", { "(a (b))" } },
		{ "a)", "without a \"(\"", { "a" } },
		{ "a () b", "empty parentheses", { "a b" } },
		{ "a OR", "behind OR", { "a" } },
		{ "OR a", "before it", { "a" } },
		{ "a ||", "behind OR", { "a" } },
		{ "a - b", "directly behind it", { "a -b", "a b" } },
		{ "a ! b", "directly behind it", { "a -b", "a b" } },
		{ "title:-x", "before the field", { "-title:x" } },
		{ "ti:=RAG", "before the field", { "=ti:RAG" } },
		{ "~title:x", "before the word", { "title:~x" } },
		{ "'a \"b c\"'", "single quotes", { "a \"b c\"" } },
		{ "near(a b, 3)", "expected near(", { "near(\"a b\", 3)" } },
		{ "near(\"a b\")", "expected a comma", { "near(\"a b\", 5)" } },
		{ "near(\"a b\" 3)", "expected a comma", { "near(\"a b\", 3)" } },
		{ "near(\"a b\"3) c", "expected a comma", { "near(\"a b\", 3) c" } },
		{ "near(a b 3)", "expected near(", { "near(\"a b\", 3)" } },
		{ "near(\"a\", 3)", "two or more", { "\"a\"" } },
		{ "/abc", "not closed", { "/abc/" } },
		{ "herons, agen?s", "OR for any",
			{ "herons OR /\\bagen\\ws\\b/", "herons /\\bagen\\ws\\b/",
				"\"herons, agen?s\"" } },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void notes_beside_an_error_propose_nothing(void **state)
{
	struct tms_advice advice = { 0 };
	struct tms_query *query = NULL;

	(void)state;
	assert_int_equal(
		tms_query_parse_advised(TMS_STR("a or b, c"), NULL, &query, &advice), TMS_EINVAL);
	assert_int_equal(advice.count, 2);
	assert_false(advice.notes[0].is_error);
	assert_int_equal(advice.notes[0].cures_count, 0);
	assert_true(advice.notes[1].cures_count > 0);
	tms_advice_free(&advice);
}

static void kinds_of_links_are_known_by_what_they_mean(void **state)
{
	static const struct row rows[] = {
		{ "has:retracted", "or withdrawn", { "has:withdrawn" } },
		{ "-has:retraction x", "or withdrawn", { "-has:withdrawn x" } },
		{ "has:deleted", "or withdrawn", { "has:withdrawn" } },
		{ "has:cod", "or withdrawn", { "has:code" } },
		{ "has:vidoe", "or withdrawn", { "has:video" } },
		{ "has:pdf", "expected code, project, video or withdrawn", { "\"has:pdf\"" } },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void names_and_values_together_say_what_is_meant(void **state)
{
	static const struct row rows[] = {
		{ "after:2026-11-01", "dates are published",
			{ "published>=2026-11-01", "submitted>=2026-11-01",
				"updated>=2026-11-01" } },
		{ "before:2026-11-01 x", "dates are published",
			{ "published<2026-11-01 x", "submitted<2026-11-01 x",
				"updated<2026-11-01 x" } },
		{ "-until:2026", "dates are published",
			{ "-published<=2026", "-submitted<=2026", "-updated<=2026" } },
		{ "after:7d", "dates are published", { "age<=7d", "\"after:7d\"" } },
		{ "before:7d", "dates are published", { "age>7d", "\"before:7d\"" } },
		{ "older_than:2w", "dates are published", { "age>2w", "\"older_than:2w\"" } },
		{ "before:christmas", "dates are published", { "\"before:christmas\"" } },
		{ "arxiv:cs.CL", "\"category\"", { "category:cs.CL", "\"arxiv:cs.CL\"" } },
		{ "arXiv:cs.* x", "\"category\"", { "category:cs.* x", "\"arXiv:cs.*\" x" } },
		{ "arxiv:2508.12345", "\"id\"", { "id:2508.12345", "\"arxiv:2508.12345\"" } },
		{ "arxiv:herons", "no field", { "\"arxiv:herons\"" } },
		{ "https://arxiv.org/abs/2508.12345v2", "found an address",
			{ "id:2508.12345", "\"https://arxiv.org/abs/2508.12345v2\"" } },
		{ "-https://huggingface.co/papers/2508.12345 x", "found an address",
			{ "-id:2508.12345 x", "-\"https://huggingface.co/papers/2508.12345\" x" } },
		{ "http://a.example/w/Heron_(bird)#top x", "found an address",
			{ "url:\"a.example/w/Heron_(bird)\" x",
				"\"http://a.example/w/Heron_(bird)#top\" x" } },
		{ "(https://a.example/b)", "found an address",
			{ "(url:a.example/b)", "(\"https://a.example/b\")" } },
		{ "creator:heron", "\"author\"", { "author:heron", "\"creator:heron\"" } },
		{ "wordcount>500", "\"words\"", { "words>500", "\"wordcount>500\"" } },
		{ "lengt>5", "\"words\"", { "words>5", "\"lengt>5\"" } },
		{ "min_upvotes:20", "expected upvotes>=20",
			{ "upvotes>=20", "\"min_upvotes:20\"" } },
		{ "max-age:7d x", "expected age<=7d", { "age<=7d x", "\"max-age:7d\" x" } },
		{ "retracted:true", "expected has:withdrawn",
			{ "has:withdrawn", "\"retracted:true\"" } },
		{ "retracted:no x", "expected -has:withdrawn",
			{ "-has:withdrawn x", "\"retracted:no\" x" } },
		{ "sort:date", "no field \"sort\". To search", { "\"sort:date\"" } },
		{ "size>5", "no field \"size\". To search", { "\"size>5\"" } },
		{ "notes:x", "no field \"notes\". To search", { "\"notes:x\"" } },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void groups_of_fields_with_one_value_are_written_out(void **state)
{
	static const struct row rows[] = {
		{ "upvotes:(20)", "expected one value", { "upvotes:20" } },
		{ "upvotes:(>20)", "expected one value", { "upvotes:>20" } },
		{ "upvotes:(<5 OR >20)", "expected one value", { "(upvotes:<5 OR upvotes:>20)" } },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_any_or_all_of_these),
		cmocka_unit_test(forms_of_other_programs_are_written_out),
		cmocka_unit_test(names_are_known_by_what_they_mean),
		cmocka_unit_test(kinds_of_links_are_known_by_what_they_mean),
		cmocka_unit_test(names_and_values_together_say_what_is_meant),
		cmocka_unit_test(groups_of_fields_with_one_value_are_written_out),
		cmocka_unit_test(languages_are_asked_for_by_their_tags),
		cmocka_unit_test(paths_are_paths),
		cmocka_unit_test(numbers_are_compared_behind_their_name),
		cmocka_unit_test(spans_and_dates_are_read_as_people_write_them),
		cmocka_unit_test(what_does_not_close_or_join_is_mended),
		cmocka_unit_test(notes_beside_an_error_propose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
