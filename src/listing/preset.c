/*
 * Which lists to ask for. The Daily Papers list of a day grows through the day, is replaced the
 * next, and gains late papers and votes for about a week; so the newest lists are asked for at the
 * source's rhythm, the last seven days several times a day, and the two months that cover the
 * retention once a day. Future dates are answered with 400 upstream and never asked for.
 */
#include "preset_private.h"

#define HF_PAGE_ITEMS 100
#define YESTERDAY_EVERY_S (2 * TMS_HOUR_S)
#define WEEK_EVERY_S (6 * TMS_HOUR_S)
#define MONTH_EVERY_S TMS_DAY_S

void preset_plan_add(struct tms_preset_plan *plan, struct tms_poll poll)
{
	if (tms_arena_grow(plan->arena, &plan->polls, plan->count, &plan->capacity, sizeof(poll)))
		plan->polls[plan->count++] = poll;
}

/* ---- Hugging Face ---- */

/* A list that people see at /papers<page>. Lists of a time begin empty. */
static struct tms_poll hf_list(struct tms_preset_plan *plan, struct tms_str key,
	struct tms_str query, struct tms_str page, int64_t every_s)
{
	return (struct tms_poll){
		.key = key,
		.url = tms_arena_format(plan->arena, "%.*s/api/daily_papers?%.*slimit=%d",
			TMS_STR_ARGS(plan->base_url), TMS_STR_ARGS(query), HF_PAGE_ITEMS),
		.fallback_url = tms_arena_format(plan->arena, "%.*s/papers%.*s",
			TMS_STR_ARGS(plan->base_url), TMS_STR_ARGS(page)),
		.every_s = every_s,
		.page_items = HF_PAGE_ITEMS,
		.page_query = TMS_STR("&p="),
	};
}

/* The list of a time: "date", "week" or "month", and which. */
static struct tms_poll hf_period(
	struct tms_preset_plan *plan, const char *period, struct tms_str which, int64_t every_s)
{
	struct tms_poll poll = hf_list(plan,
		tms_arena_format(plan->arena, "%s/%.*s", period, TMS_STR_ARGS(which)),
		tms_arena_format(plan->arena, "%s=%.*s&", period, TMS_STR_ARGS(which)),
		tms_arena_format(plan->arena, "/%s/%.*s", period, TMS_STR_ARGS(which)), every_s);

	poll.may_be_empty = true; /* when it has just begun; weekends have nothing */
	return poll;
}

static void add_hf_day(struct tms_preset_plan *plan, tms_time day, int64_t every_s)
{
	struct tms_civil c = tms_time_to_civil(day);
	struct tms_str date =
		tms_arena_format(plan->arena, "%04d-%02d-%02d", c.year, c.month, c.day);

	preset_plan_add(plan, hf_period(plan, "date", date, every_s));
}

static struct tms_poll hf_month(struct tms_preset_plan *plan, tms_time day, int64_t every_s)
{
	struct tms_civil c = tms_time_to_civil(day);
	struct tms_str month = tms_arena_format(plan->arena, "%04d-%02d", c.year, c.month);

	return hf_period(plan, "month", month, every_s);
}

/* A month's list keeps votes rising; it does not fill a reader with old papers. */
static void add_hf_rising(struct tms_preset_plan *plan, tms_time day)
{
	struct tms_poll poll = hf_month(plan, day, MONTH_EVERY_S);

	poll.only_known_when_older = true;
	preset_plan_add(plan, poll);
}

static void plan_daily(struct tms_preset_plan *plan)
{
	tms_time today = tms_time_day_start(plan->now);
	struct tms_civil c = tms_time_to_civil(today);
	int64_t every_s = plan->every_s;

	preset_plan_add(plan, hf_list(plan, TMS_STR("latest"), TMS_STR(""), TMS_STR(""), every_s));
	add_hf_day(plan, today, every_s);
	for (int back = 1; back < TMS_SEED_DAYS; back++) {
		int64_t slow = back == 1 ? YESTERDAY_EVERY_S : WEEK_EVERY_S;
		add_hf_day(
			plan, today - back * (int64_t)TMS_DAY_S, every_s > slow ? every_s : slow);
	}
	add_hf_rising(plan, today);
	add_hf_rising(plan, today - c.day * (int64_t)TMS_DAY_S);
}

static void plan_trending(struct tms_preset_plan *plan)
{
	preset_plan_add(plan, hf_list(plan, TMS_STR("trending"), TMS_STR("sort=trending&"),
				      TMS_STR("/trending"), plan->every_s));
}

static void plan_weekly(struct tms_preset_plan *plan)
{
	for (int back = 0; back < 2; back++) {
		int year = 0, week = 0;
		tms_time_iso_week(plan->now - back * 7 * (int64_t)TMS_DAY_S, &year, &week);
		struct tms_str name = tms_arena_format(plan->arena, "%04d-W%02d", year, week);
		preset_plan_add(plan,
			hf_period(plan, "week", name, back == 0 ? plan->every_s : MONTH_EVERY_S));
	}
}

static void plan_monthly(struct tms_preset_plan *plan)
{
	preset_plan_add(plan, hf_month(plan, tms_time_day_start(plan->now), plan->every_s));
}

/* ---- arXiv ---- */

static void plan_arxiv(struct tms_preset_plan *plan)
{
	struct tms_str category = plan->upstream->category;

	preset_plan_add(plan, (struct tms_poll){
				      .key = TMS_STR("feed"),
				      .url = tms_arena_format(plan->arena, "%.*s/atom/%.*s",
					      TMS_STR_ARGS(plan->base_url), TMS_STR_ARGS(category)),
				      .fallback_url = tms_arena_format(plan->arena, "%.*s/rss/%.*s",
					      TMS_STR_ARGS(plan->base_url), TMS_STR_ARGS(category)),
				      .every_s = plan->every_s,
				      /* announced from Sunday to Thursday evening in New York */
				      .skip = { .days = TMS_SKIP_WEEKEND },
			      });
}

/* ---- the table ---- */

/* Categories come from arXiv, where it is among the sources or asked. */
#define HF_LACKS                                                                                   \
	(TMS_TRAIT_CATEGORY | TMS_TRAIT_COMMENT | TMS_TRAIT_ANNOUNCE | TMS_TRAIT_CONTENT |         \
		TMS_TRAIT_LANGUAGE)

/* In order of their names. */
static const struct tms_preset presets[] = {
	{ .name = TMS_STR_INIT("arxiv"),
		.title = TMS_STR_INIT("arXiv"),
		.site = TMS_STR_INIT("https://arxiv.org/"),
		.base_url = TMS_STR_INIT("https://rss.arxiv.org"),
		.every_s = 6 * TMS_HOUR_S,
		.usual = TMS_STR_INIT("arxiv"),
		.needs_category = true,
		.lacks = TMS_TRAIT_UPVOTES | TMS_TRAIT_COMMENTS | TMS_TRAIT_STARS |
			 TMS_TRAIT_KEYWORD | TMS_TRAIT_ORG | TMS_TRAIT_SUBMITTER |
			 TMS_TRAIT_CONTENT,
		.plan = plan_arxiv },
	{ .name = TMS_STR_INIT("hf-daily-papers"),
		.title = TMS_STR_INIT("Hugging Face Daily Papers"),
		.site = TMS_STR_INIT("https://huggingface.co/papers"),
		.base_url = TMS_STR_INIT("https://huggingface.co"),
		.every_s = 30 * TMS_MINUTE_S,
		.usual = TMS_STR_INIT("arxiv"),
		.lacks = HF_LACKS,
		.is_hf = true,
		.plan = plan_daily },
	{ .name = TMS_STR_INIT("hf-monthly"),
		.title = TMS_STR_INIT("Hugging Face papers of the month"),
		.site = TMS_STR_INIT("https://huggingface.co/papers"),
		.base_url = TMS_STR_INIT("https://huggingface.co"),
		.every_s = 6 * TMS_HOUR_S,
		.usual = TMS_STR_INIT("arxiv"),
		.lacks = HF_LACKS,
		.is_hf = true,
		.plan = plan_monthly },
	{ .name = TMS_STR_INIT("hf-trending"),
		.title = TMS_STR_INIT("Hugging Face trending papers"),
		.site = TMS_STR_INIT("https://huggingface.co/papers/trending"),
		.base_url = TMS_STR_INIT("https://huggingface.co"),
		.every_s = TMS_HOUR_S,
		.usual = TMS_STR_INIT("arxiv"),
		.lacks = HF_LACKS,
		.is_hf = true,
		.plan = plan_trending },
	{ .name = TMS_STR_INIT("hf-weekly"),
		.title = TMS_STR_INIT("Hugging Face papers of the week"),
		.site = TMS_STR_INIT("https://huggingface.co/papers"),
		.base_url = TMS_STR_INIT("https://huggingface.co"),
		.every_s = 3 * TMS_HOUR_S,
		.usual = TMS_STR_INIT("arxiv"),
		.lacks = HF_LACKS,
		.is_hf = true,
		.plan = plan_weekly },
};

const struct tms_preset *tms_presets(size_t *count)
{
	*count = TMS_COUNT(presets);
	return presets;
}

const struct tms_preset *tms_preset_find(struct tms_str name)
{
	for (size_t i = 0; i < TMS_COUNT(presets); i++)
		if (tms_str_equal(presets[i].name, name))
			return &presets[i];
	return NULL;
}

enum tms_status tms_upstream_polls(struct tms_arena *arena, const struct tms_upstream *upstream,
	tms_time now, struct tms_poll **polls, size_t *count)
{
	const struct tms_preset *preset = upstream->preset;
	struct tms_preset_plan plan = { .arena = arena,
		.upstream = upstream,
		.base_url = upstream->base_url,
		.now = now,
		.every_s = upstream->every_s };

	if (preset && plan.base_url.len == 0)
		plan.base_url = preset->base_url;
	while (tms_str_ends(plan.base_url, TMS_STR("/")))
		plan.base_url.len--;
	if (plan.every_s == 0)
		plan.every_s = preset ? preset->every_s : TMS_HOUR_S;
	if (preset)
		preset->plan(&plan);
	else
		preset_plan_add(&plan, (struct tms_poll){ .key = TMS_STR("url"),
					       .url = upstream->url,
					       .every_s = plan.every_s });
	if (arena->status != TMS_OK)
		return arena->status;
	*polls = plan.polls;
	*count = plan.count;
	return TMS_OK;
}

struct tms_str tms_poll_page_url(struct tms_arena *arena, const struct tms_poll *poll, size_t page)
{
	if (page == 0)
		return poll->url;
	return tms_arena_format(arena, "%.*s%.*s%zu", TMS_STR_ARGS(poll->url),
		TMS_STR_ARGS(poll->page_query), page);
}
