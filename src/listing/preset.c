/*
 * Which lists to ask for. The Daily Papers list of a day grows through the day, is replaced the
 * next, and gains late papers and votes for about a week; so the newest lists are asked for at the
 * source's rhythm, the last seven days several times a day, and the two months that cover the
 * retention once a day. Future dates are answered with 400 upstream and never asked for.
 */
#include <tamis/preset.h>

#define HF_PAGE_ITEMS 100
#define YESTERDAY_EVERY_S (2 * TMS_HOUR_S)
#define WEEK_EVERY_S (6 * TMS_HOUR_S)
#define MONTH_EVERY_S TMS_DAY_S

static const struct tms_preset presets[] = {
	{ .name = TMS_STR_INIT("arxiv"),
		.kind = TMS_PRESET_ARXIV,
		.title = TMS_STR_INIT("arXiv"),
		.site = TMS_STR_INIT("https://arxiv.org/"),
		.base_url = TMS_STR_INIT("https://rss.arxiv.org"),
		.every_s = 6 * TMS_HOUR_S,
		.usual = TMS_STR_INIT("arxiv"),
		.needs_category = true },
	{ .name = TMS_STR_INIT("hf-daily-papers"),
		.kind = TMS_PRESET_HF_DAILY,
		.title = TMS_STR_INIT("Hugging Face Daily Papers"),
		.site = TMS_STR_INIT("https://huggingface.co/papers"),
		.base_url = TMS_STR_INIT("https://huggingface.co"),
		.every_s = 30 * TMS_MINUTE_S,
		.usual = TMS_STR_INIT("arxiv"),
		.is_hf = true },
	{ .name = TMS_STR_INIT("hf-monthly"),
		.kind = TMS_PRESET_HF_MONTHLY,
		.title = TMS_STR_INIT("Hugging Face papers of the month"),
		.site = TMS_STR_INIT("https://huggingface.co/papers"),
		.base_url = TMS_STR_INIT("https://huggingface.co"),
		.every_s = 6 * TMS_HOUR_S,
		.usual = TMS_STR_INIT("arxiv"),
		.is_hf = true },
	{ .name = TMS_STR_INIT("hf-trending"),
		.kind = TMS_PRESET_HF_TRENDING,
		.title = TMS_STR_INIT("Hugging Face trending papers"),
		.site = TMS_STR_INIT("https://huggingface.co/papers/trending"),
		.base_url = TMS_STR_INIT("https://huggingface.co"),
		.every_s = TMS_HOUR_S,
		.usual = TMS_STR_INIT("arxiv"),
		.is_hf = true },
	{ .name = TMS_STR_INIT("hf-weekly"),
		.kind = TMS_PRESET_HF_WEEKLY,
		.title = TMS_STR_INIT("Hugging Face papers of the week"),
		.site = TMS_STR_INIT("https://huggingface.co/papers"),
		.base_url = TMS_STR_INIT("https://huggingface.co"),
		.every_s = 3 * TMS_HOUR_S,
		.usual = TMS_STR_INIT("arxiv"),
		.is_hf = true },
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

struct plan {
	struct tms_arena *arena;
	struct tms_str base;
	struct tms_poll *polls;
	size_t count, capacity;
};

static void add(struct plan *plan, struct tms_poll poll)
{
	if (tms_arena_grow(plan->arena, &plan->polls, plan->count, &plan->capacity, sizeof(poll)))
		plan->polls[plan->count++] = poll;
}

static void add_hf(struct plan *plan, struct tms_str key, struct tms_str query, struct tms_str page,
	int64_t every_s)
{
	add(plan, (struct tms_poll){
			  .key = key,
			  .url = tms_arena_format(plan->arena, "%.*s/api/daily_papers?%.*slimit=%d",
				  TMS_STR_ARGS(plan->base), TMS_STR_ARGS(query), HF_PAGE_ITEMS),
			  .fallback_url = tms_arena_format(plan->arena, "%.*s/papers%.*s",
				  TMS_STR_ARGS(plan->base), TMS_STR_ARGS(page)),
			  .every_s = every_s,
			  .page_items = HF_PAGE_ITEMS,
			  .listed_day = TMS_TIME_NONE,
		  });
}

static void add_hf_day(struct plan *plan, tms_time day, int64_t every_s)
{
	struct tms_civil c = tms_time_to_civil(day);
	struct tms_str date =
		tms_arena_format(plan->arena, "%04d-%02d-%02d", c.year, c.month, c.day);

	add_hf(plan, tms_arena_format(plan->arena, "date/%.*s", TMS_STR_ARGS(date)),
		tms_arena_format(plan->arena, "date=%.*s&", TMS_STR_ARGS(date)),
		tms_arena_format(plan->arena, "/date/%.*s", TMS_STR_ARGS(date)), every_s);
	if (plan->count > 0)
		plan->polls[plan->count - 1].listed_day = day;
}

static void add_hf_month(struct plan *plan, tms_time day, int64_t every_s)
{
	struct tms_civil c = tms_time_to_civil(day);
	struct tms_str month = tms_arena_format(plan->arena, "%04d-%02d", c.year, c.month);

	add_hf(plan, tms_arena_format(plan->arena, "month/%.*s", TMS_STR_ARGS(month)),
		tms_arena_format(plan->arena, "month=%.*s&", TMS_STR_ARGS(month)),
		tms_arena_format(plan->arena, "/month/%.*s", TMS_STR_ARGS(month)), every_s);
}

static void plan_daily(struct plan *plan, tms_time now, int64_t every_s)
{
	tms_time today = tms_time_day_start(now);
	struct tms_civil c = tms_time_to_civil(today);

	add_hf(plan, TMS_STR("latest"), TMS_STR(""), TMS_STR(""), every_s);
	add_hf_day(plan, today, every_s);
	for (int back = 1; back < TMS_SEED_DAYS; back++) {
		int64_t slow = back == 1 ? YESTERDAY_EVERY_S : WEEK_EVERY_S;
		add_hf_day(
			plan, today - back * (int64_t)TMS_DAY_S, every_s > slow ? every_s : slow);
	}
	add_hf_month(plan, today, MONTH_EVERY_S);
	add_hf_month(plan, today - c.day * (int64_t)TMS_DAY_S, MONTH_EVERY_S);
}

static void plan_weekly(struct plan *plan, tms_time now, int64_t every_s)
{
	for (int back = 0; back < 2; back++) {
		int year = 0, week = 0;
		tms_time_iso_week(now - back * 7 * (int64_t)TMS_DAY_S, &year, &week);
		struct tms_str name = tms_arena_format(plan->arena, "%04d-W%02d", year, week);
		add_hf(plan, tms_arena_format(plan->arena, "week/%.*s", TMS_STR_ARGS(name)),
			tms_arena_format(plan->arena, "week=%.*s&", TMS_STR_ARGS(name)),
			tms_arena_format(plan->arena, "/week/%.*s", TMS_STR_ARGS(name)),
			back == 0 ? every_s : MONTH_EVERY_S);
	}
}

static void plan_preset(
	struct plan *plan, const struct tms_upstream *upstream, tms_time now, int64_t every_s)
{
	tms_time today = tms_time_day_start(now);

	switch (upstream->preset ? upstream->preset->kind : TMS_PRESET_URL) {
	case TMS_PRESET_URL:
		add(plan, (struct tms_poll){ .key = TMS_STR("url"),
				  .url = upstream->url,
				  .every_s = every_s,
				  .listed_day = TMS_TIME_NONE });
		break;
	case TMS_PRESET_HF_DAILY:
		plan_daily(plan, now, every_s);
		break;
	case TMS_PRESET_HF_TRENDING:
		add_hf(plan, TMS_STR("trending"), TMS_STR("sort=trending&"), TMS_STR("/trending"),
			every_s);
		break;
	case TMS_PRESET_HF_WEEKLY:
		plan_weekly(plan, now, every_s);
		break;
	case TMS_PRESET_HF_MONTHLY:
		add_hf_month(plan, today, every_s);
		break;
	case TMS_PRESET_ARXIV:
		add(plan,
			(struct tms_poll){ .key = TMS_STR("feed"),
				.url = tms_arena_format(plan->arena, "%.*s/atom/%.*s",
					TMS_STR_ARGS(plan->base), TMS_STR_ARGS(upstream->category)),
				.fallback_url = tms_arena_format(plan->arena, "%.*s/rss/%.*s",
					TMS_STR_ARGS(plan->base), TMS_STR_ARGS(upstream->category)),
				.every_s = every_s,
				/* announced from Sunday to Thursday evening in New York */
				.skip = { .days = TMS_SKIP_WEEKEND },
				.listed_day = TMS_TIME_NONE });
		break;
	}
}

enum tms_status tms_upstream_polls(struct tms_arena *arena, const struct tms_upstream *upstream,
	tms_time now, struct tms_poll **polls, size_t *count)
{
	const struct tms_preset *preset = upstream->preset;
	struct plan plan = { .arena = arena, .base = upstream->base_url };
	int64_t every_s = upstream->every_s;

	if (preset && plan.base.len == 0)
		plan.base = preset->base_url;
	while (tms_str_ends(plan.base, TMS_STR("/")))
		plan.base.len--;
	if (every_s == 0)
		every_s = preset ? preset->every_s : TMS_HOUR_S;
	plan_preset(&plan, upstream, now, every_s);
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
	return tms_arena_format(arena, "%.*s&p=%zu", TMS_STR_ARGS(poll->url), page);
}
