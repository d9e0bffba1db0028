/* Single terms about values, numbers and times. */
#include "invent.h"

#include <assert.h>

#include "text/regex.h"

static struct ask *value_leaf(struct rule_maker *maker)
{
	static const char *const values[][3] = { { "cs.CL", "cs.*", "CS.CV" },
		{ "\"computation and language\"", "cs", "Éco*" },
		{ "\"économie\"", "\"the a*\"", "stat.*" }, { "new", "Replace-Cross", "rep*" },
		{ "daily-papers", "arxiv*", "blog" } };
	const char *prefix;
	struct ask *ask = invent_plain_leaf(maker, ASK_CATEGORY, &prefix);
	uint32_t row = roll(maker->dice, TMS_COUNT(values));

	bool primary = row < 3 && chance(maker->dice, 4);
	ask->kind = primary    ? ASK_PRIMARY
		    : row < 3  ? ASK_CATEGORY
		    : row == 3 ? ASK_ANNOUNCE
			       : ASK_SOURCE;
	ask->value = tms_str_from(values[row][roll(maker->dice, 3)]);
	prefix = row == 4                 ? "source:"
		 : row == 3               ? "announce:"
		 : primary                ? "primary:"
		 : chance(maker->dice, 3) ? "cat:"
					  : "category:";
	ask->print = tms_arena_format(maker->arena, "%s%.*s", prefix, TMS_STR_ARGS(ask->value));
	if (ask->value.ptr[0] == '"')
		ask->value = tms_str_slice(ask->value, 1, ask->value.len - 1);
	ask->open_end = tms_str_ends(ask->value, TMS_STR("*"));
	ask->value.len -= ask->open_end;
	return ask;
}

static struct ask *language_leaf(struct rule_maker *maker)
{
	static const char *const asked[][2] = { { "en", "en" }, { "EN-us", "en-US" },
		{ "en_GB", "en-gb" }, { "en-*", "en" }, { "de*", "de" }, { "zh", "zh" },
		{ "zh-Hans", "zh-hans" }, { "ja", "ja" }, { "ko", "ko" }, { "ru", "ru" },
		{ "*", "*" }, { "\"fr\"", "fr" } };
	const char *prefix;
	struct ask *ask = invent_plain_leaf(maker, ASK_LANGUAGE, &prefix);
	const char *const *row = ROLL_FROM(maker->dice, asked);

	ask->print = tms_arena_format(
		maker->arena, "%s:%s", chance(maker->dice, 3) ? "Language" : "lang", row[0]);
	ask->value = tms_str_from(row[1]);
	return ask;
}

/* A regular expression instead of a value. */
static struct ask *regex_leaf(struct rule_maker *maker)
{
	static const struct {
		const char *name;
		enum ask_kind kind;
	} fields[] = { { "category", ASK_CATEGORY }, { "cat", ASK_CATEGORY }, { "tag", ASK_TAG },
		{ "primary", ASK_PRIMARY }, { "source", ASK_SOURCE }, { "announce", ASK_ANNOUNCE },
		{ "id", ASK_ID }, { "url", ASK_URL }, { "inurl", ASK_URL },
		{ "lang", ASK_LANGUAGE }, { "path", ASK_PATH } };
	static const char *const patterns[] = { "^cs", "cs\\.c", "[a-z]+-cross$", "language", "RAG",
		"paper", "github\\.com\\/openai", "^https?:", "\\d{4}", "é", "c.l|ml$", "agents?",
		"^$", "new|papers", "^(en|ja)", "^\\/(a|openai)" };
	const char *prefix;
	uint32_t row = roll(maker->dice, TMS_COUNT(fields));
	struct ask *ask = invent_plain_leaf(maker, fields[row].kind, &prefix);
	bool exact = chance(maker->dice, 3) && fields[row].kind != ASK_TAG;
	const char *pattern = ROLL_FROM(maker->dice, patterns);

	if (ask->kind == ASK_PATH) /* "/paper/" is a path */
		pattern = tms_arena_format(maker->arena, "(%s)", pattern).ptr;
	enum tms_status st = regex_compile(tms_str_from(pattern), !exact, 4000, &ask->regex, NULL);
	assert(st == TMS_OK);
	ask->fields = TMS_FIELD_KEYWORD;
	ask->print = tms_arena_format(
		maker->arena, "%s%s:/%s/", exact ? "=" : "", fields[row].name, pattern);
	return ask;
}

/* A category or a keyword. */
static struct ask *tag_leaf(struct rule_maker *maker)
{
	static const char *const names[] = { "tag", "tags", "Label" };
	static const char *const asked[] = { "cs.CL", "reasoning", "RAG", "news", "agents",
		"\"the agents\"", "'Computation and Language'", "cs.CLX", "chain-of-thought" };
	const char *prefix;
	struct ask *ask = invent_plain_leaf(maker, ASK_TAG, &prefix);

	ask->value = tms_str_from(ROLL_FROM(maker->dice, asked));
	ask->print = tms_arena_format(
		maker->arena, "%s:%.*s", ROLL_FROM(maker->dice, names), TMS_STR_ARGS(ask->value));
	if (!tms_is_alpha(ask->value.ptr[0]))
		ask->value = tms_str_slice(ask->value, 1, ask->value.len - 1);
	ask->fields = TMS_FIELD_KEYWORD;
	cut_text(maker->arena, ask->value, &ask->cut);
	return ask;
}

static struct ask *id_leaf(struct rule_maker *maker)
{
	static const char *const asked[][2] = { { "upstream-7", "upstream-7" },
		{ "2508.00007", "arxiv:2508.00007" }, { "arXiv:2508.00003v2", "arxiv:2508.00003" },
		{ "https://arxiv.org/abs/2508.00001v1", "arxiv:2508.00001" },
		{ "https://example.org", "https://example.org" }, { "nobody", "nobody" } };
	const char *prefix;
	struct ask *ask = invent_plain_leaf(maker, ASK_ID, &prefix);
	const char *const *row = ROLL_FROM(maker->dice, asked);

	ask->print = tms_arena_format(maker->arena, "id:%s", row[0]);
	ask->value = tms_str_from(row[1]);
	return ask;
}

static struct ask *url_leaf(struct rule_maker *maker)
{
	static const char *const asked[][4] = { { "github.com/openai", "github.com", "/openai",
							"" },
		{ "https://www.github.com/OpenAI/gym/", "github.com", "/OpenAI/gym/", "" },
		{ "*.github.io", "github.io", "", "*" },
		{ "*.example.org/a", "example.org", "/a", "*" },
		{ "example.org/*", "example.org", "/", "+" },
		{ "gitlab.com", "gitlab.com", "", "" }, { "hub.com", "hub.com", "", "" },
		{ "*.org", "org", "", "*" },
		{ "huggingface.co/papers/2508.12345/", "huggingface.co", "/papers/2508.12345/",
			"" },
		{ "github.com/open", "github.com", "/open", "" },
		{ "github.com:80/open*", "github.com", "/open", "+" },
		{ "*.example.org/*", "example.org", "/", "*+" },
		{ "github.com/%6fpenai/a/b", "github.com", "/openai/a/b", "" },
		{ "github.com/openai/a%2fb", "github.com", "/openai/a%2Fb", "" },
		{ "\"example.org/a,b\"", "example.org", "/a,b", "" },
		{ "example.org/päper", "example.org", "/p%C3%A4per", "" } };
	const char *prefix;
	struct ask *ask = invent_plain_leaf(maker, ASK_URL, &prefix);
	const char *const *row = ROLL_FROM(maker->dice, asked);

	ask->print = tms_arena_format(maker->arena, "url:%s", row[0]);
	ask->value = tms_str_from(row[1]);
	ask->path = tms_str_from(row[2]);
	ask->subdomains = row[3][0] == '*';
	ask->open_end = strchr(row[3], '+') != NULL;
	return ask;
}

static struct ask *path_leaf(struct rule_maker *maker)
{
	static const char *const asked[][3] = { { "/openai", "/openai", "" },
		{ "openai", "/openai", "~" }, { "OpenAI/gym", "/OpenAI/gym", "~" },
		{ "gym", "/gym", "~" }, { "/gym", "/gym", "" }, { "/open", "/open", "" },
		{ "/open*", "/open", "+" }, { "open*", "/open", "~+" }, { "/", "/", "" },
		{ "/*", "/", "+" }, { "\"/papers/\"", "/papers/", "" },
		{ "\"papers/\"", "/papers/", "~" }, { "/papers/*", "/papers/", "+" },
		{ "/abs/2508.12345", "/abs/2508.12345", "" }, { "2508.12345", "/2508.12345", "~" },
		{ "/p%C3%A4per", "/p\xc3\xa4per", "" }, { "p\xc3\xa4per/*", "/p%c3%a4per/", "~+" },
		{ "a%2fb", "/a%2Fb", "~" }, { "papers/", "/papers/", "~" }, { "a/b", "/a/b", "~" },
		{ "\"/a,b\"", "/a,b", "" }, { "x/y", "/x/y", "~" }, { "/a", "/a", "" },
		{ "a/", "/a/", "~" }, { "tab", "/tab", "~" }, { "clip.webm", "/clip.webm", "~" } };
	const char *prefix;
	struct ask *ask = invent_plain_leaf(maker, ASK_PATH, &prefix);
	const char *const *row = ROLL_FROM(maker->dice, asked);

	ask->print = tms_arena_format(maker->arena, "path:%s", row[0]);
	ask->path = tms_str_from(row[1]);
	ask->anywhere = strchr(row[2], '~') != NULL;
	ask->open_end = strchr(row[2], '+') != NULL;
	return ask;
}

static struct ask *has_leaf(struct rule_maker *maker)
{
	static const char *const asked[] = { "has:code", "has:Project", "has:video",
		"has:withdrawn" };
	const char *prefix;
	uint32_t row = roll(maker->dice, TMS_COUNT(asked));
	struct ask *ask = invent_plain_leaf(maker, (enum ask_kind)(ASK_CODE + row), &prefix);

	ask->print = tms_str_from(asked[row]);
	return ask;
}

void invent_comparison(struct rule_maker *maker, struct ask *ask, const char *name,
	struct written a, struct written b)
{
	static const char *const signs[][4] = { { "<", " < ", "< ", " <" },
		{ "<=", "=<", " <= ", ":<=" }, { "≤", " ≤ ", " =<", ": <=" },
		{ ">", " > ", ":>", " >" }, { ">=", "=>", " >= ", " => " },
		{ "≥", "≥ ", " ≥", " : ≥" }, { "=", "==", " = ", " =" },
		{ ":", ": ", " : ", ":=" } };
	bool no_equal = ask->kind == ASK_AGE;
	uint32_t sign = roll(maker->dice, no_equal ? 6 : 8), side = roll(maker->dice, 12);

	if (side < 4) { /* a range, perhaps open */
		if (side < 3)
			ask->least = a.first;
		if (side > 0)
			ask->most = b.last;
		ask->print = tms_arena_format(maker->arena, "%s:%.*s..%.*s", name,
			side < 3 ? (int)a.text.len : 0, a.text.ptr, side > 0 ? (int)b.text.len : 0,
			b.text.ptr);
		return;
	}
	ask->print = tms_arena_format(maker->arena, "%s%s%.*s", name,
		signs[sign][chance(maker->dice, 2) ? 0 : roll(maker->dice, 4)],
		TMS_STR_ARGS(a.text));
	if (sign == 0)
		ask->most = a.first - 1;
	else if (sign < 3)
		ask->most = a.last;
	else if (sign == 3)
		ask->least = a.last + 1;
	else if (sign < 6)
		ask->least = a.first;
	else
		ask->least = a.first, ask->most = a.last;
	if (ask->kind != ASK_NUMBER || sign < 3 || sign > 5 || chance(maker->dice, 2))
		return;
	uint32_t span = roll(maker->dice, 4);
	ask->within = span * TMS_DAY_S;
	ask->print = tms_arena_format(
		maker->arena, "%.*s@%ud", TMS_STR_ARGS(ask->print), (unsigned)span);
}

static struct written write_number(struct rule_maker *maker, int64_t value)
{
	return (struct written){ tms_arena_format(maker->arena, "%lld", (long long)value), value,
		value };
}

static struct ask *number_leaf(struct rule_maker *maker)
{
	static const char *const number_names[] = { "upvotes", "comments", "stars" };
	static const uint32_t most[] = { 3, 12, 40, 300 };
	const char *prefix;
	bool words = chance(maker->dice, 4);
	struct ask *ask = invent_plain_leaf(maker, words ? ASK_WORD_COUNT : ASK_NUMBER, &prefix);
	uint32_t value = roll(maker->dice, ROLL_FROM(maker->dice, most));

	ask->number = (enum tms_number)roll(maker->dice, TMS_NUMBERS);
	invent_comparison(maker, ask, words ? "words" : number_names[ask->number],
		write_number(maker, value), write_number(maker, value + roll(maker->dice, 20)));
	return ask;
}

static struct written write_span(struct rule_maker *maker, uint32_t value)
{
	int64_t seconds = (int64_t)value * TMS_HOUR_S;
	struct tms_str text = value % 168 == 0 && chance(maker->dice, 2)
				      ? tms_arena_format(maker->arena, "%uw", value / 168)
			      : value % 24 == 0 ? tms_arena_format(maker->arena, "%ud", value / 24)
						: tms_arena_format(maker->arena, "%uh", value);

	return (struct written){ text, seconds, seconds };
}

static struct ask *age_leaf(struct rule_maker *maker)
{
	static const uint32_t hours[] = { 0, 1, 5, 24, 48, 72, 168, 336, 720 };
	const char *prefix;
	struct ask *ask = invent_plain_leaf(maker, ASK_AGE, &prefix);
	uint32_t value = ROLL_FROM(maker->dice, hours);

	invent_comparison(maker, ask, "age", write_span(maker, value),
		write_span(maker, value + ROLL_FROM(maker->dice, hours)));
	return ask;
}

struct ask *invent_value_leaf(struct rule_maker *maker)
{
	uint32_t side = roll(maker->dice, 13);

	if (side == 1 || (side == 0 && chance(maker->dice, 2)))
		return chance(maker->dice, 4) ? language_leaf(maker) : value_leaf(maker);
	if (side == 2)
		return chance(maker->dice, 2) ? id_leaf(maker) : has_leaf(maker);
	if (side == 0 || side == 4)
		return chance(maker->dice, 2) ? regex_leaf(maker) : tag_leaf(maker);
	if (side == 3)
		return chance(maker->dice, 3) ? path_leaf(maker) : url_leaf(maker);
	if (side < 8)
		return number_leaf(maker);
	return side < 11 ? age_leaf(maker) : invent_date_leaf(maker);
}
