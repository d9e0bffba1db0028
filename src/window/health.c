/* What polls do to a source's health, and how it is told to people. */
#include <tamis/health.h>

#include <stdio.h>

void tms_health_init(struct tms_health *health)
{
	*health = (struct tms_health){
		.last_attempt = TMS_TIME_NONE,
		.last_success = TMS_TIME_NONE,
		.last_new = TMS_TIME_NONE,
		.last_left = TMS_TIME_NONE,
		.failing_since = TMS_TIME_NONE,
		.empty_since = TMS_TIME_NONE,
		.partial_since = TMS_TIME_NONE,
	};
}

static void set_text(char to[TMS_DIAG_TEXT_BYTES], const char *text)
{
	struct tms_diag diag = { 0 };

	if (text && text != to) {
		tms_diag_set(&diag, 0, 0, "%s", text); /* cuts on a character */
		memcpy(to, diag.text, sizeof(diag.text));
	} else if (!text) {
		to[0] = '\0';
	}
}

static void begin(tms_time *since, tms_time now)
{
	if (*since == TMS_TIME_NONE)
		*since = now;
}

void tms_health_failed(struct tms_health *health, tms_time now, enum tms_health_outcome outcome,
	const char *sentence)
{
	health->outcome = outcome;
	health->last_attempt = now;
	begin(&health->failing_since, now);
	if (outcome == TMS_HEALTH_MISSHAPEN)
		begin(&health->partial_since, now);
	health->failures += health->failures < UINT32_MAX;
	set_text(health->error, sentence);
}

/* The upstream answered: what failed before is over. */
static void answered(struct tms_health *health, tms_time now, enum tms_health_outcome outcome)
{
	health->outcome = outcome;
	health->last_attempt = now;
	health->failures = 0;
	health->failing_since = TMS_TIME_NONE;
	health->error[0] = '\0';
}

void tms_health_unchanged(struct tms_health *health, tms_time now)
{
	answered(health, now, TMS_HEALTH_UNCHANGED);
	if (health->empty_since == TMS_TIME_NONE) /* else what is unchanged has no items */
		health->last_success = now;
}

void tms_health_empty(struct tms_health *health, tms_time now)
{
	answered(health, now, TMS_HEALTH_EMPTY);
	begin(&health->empty_since, now);
	health->partial_since = TMS_TIME_NONE;
}

void tms_health_suspect(struct tms_health *health, tms_time now)
{
	answered(health, now, TMS_HEALTH_SUSPECT);
	health->empty_since = TMS_TIME_NONE;
	health->partial_since = TMS_TIME_NONE;
}

void tms_health_good(struct tms_health *health, tms_time now,
	const struct tms_health_counts *counts, const char *note)
{
	answered(health, now, TMS_HEALTH_GOOD);
	health->last_success = now;
	health->empty_since = TMS_TIME_NONE;
	health->partial_since = TMS_TIME_NONE;
	health->counts = *counts;
	if (counts->added > 0)
		health->last_new = now;
	set_text(health->note, note);
}

void tms_health_left(struct tms_health *health, tms_time now, size_t count)
{
	health->last_left = now;
	health->left = count;
}

bool tms_health_is_well(const struct tms_health *health)
{
	return (health->outcome == TMS_HEALTH_GOOD || health->outcome == TMS_HEALTH_UNCHANGED ||
		       health->outcome == TMS_HEALTH_EMPTY) &&
	       health->held_count == 0;
}

/* "12 minutes", "3 hours", "2 days": how people say a span. */
static void write_span(struct tms_buf *buf, int64_t seconds)
{
	static const struct {
		int64_t from_s, unit_s;
		const char *one, *many;
	} units[] = {
		{ 2 * TMS_DAY_S, TMS_DAY_S, "day", "days" },
		{ 2 * TMS_HOUR_S, TMS_HOUR_S, "hour", "hours" },
		{ TMS_MINUTE_S, TMS_MINUTE_S, "minute", "minutes" },
		{ 0, 1, "second", "seconds" },
	};

	seconds = seconds < 0 ? 0 : seconds;
	for (size_t i = 0; i < TMS_COUNT(units); i++) {
		if (seconds < units[i].from_s)
			continue;
		int64_t n = seconds / units[i].unit_s;
		tms_buf_format(buf, "%lld %s", (long long)n, n == 1 ? units[i].one : units[i].many);
		return;
	}
}

static void write_ago(struct tms_buf *buf, tms_time t, tms_time now)
{
	if (t == TMS_TIME_NONE) {
		tms_buf_add_cstr(buf, "once");
		return;
	}
	if (now - t < 5) {
		tms_buf_add_cstr(buf, "just now");
		return;
	}
	write_span(buf, now - t);
	tms_buf_add_cstr(buf, " ago");
}

static void write_last_success(struct tms_buf *buf, const struct tms_health *health, tms_time now)
{
	if (health->last_success == TMS_TIME_NONE) {
		tms_buf_add_cstr(buf, "Nothing was ever read from it.");
		return;
	}
	tms_buf_add_cstr(buf, "Last read ");
	write_ago(buf, health->last_success, now);
	tms_buf_add_cstr(buf, "; what was read is still served.");
}

/* An empty listing is a listing: nothing is new, or everything was taken away. */
static void write_empty(struct tms_buf *buf, const struct tms_health *health, tms_time now)
{
	if (now - health->empty_since >= TMS_MINUTE_S) {
		tms_buf_add_cstr(buf, ": the listing has been empty for ");
		write_span(buf, now - health->empty_since);
	} else {
		tms_buf_add_cstr(buf, ": the listing is empty");
	}
	tms_buf_add_char(buf, '.');
	if (health->last_success == TMS_TIME_NONE) {
		tms_buf_add_cstr(buf, " It has not had an item yet.");
		return;
	}
	tms_buf_add_cstr(buf, " It last had items ");
	write_ago(buf, health->last_success, now);
	tms_buf_add_cstr(buf, "; what was read is still served.");
}

static void write_good(struct tms_buf *buf, const struct tms_health *health, tms_time now)
{
	const struct tms_health_counts *counts = &health->counts;
	char gone[64] = "";

	if (counts->retired > 0)
		(void)snprintf(gone, sizeof(gone), ", %zu that left long ago and %s out",
			counts->retired, counts->retired == 1 ? "stays" : "stay");
	tms_buf_add_cstr(buf, "Read ");
	write_ago(buf, health->last_attempt, now);
	if (health->empty_since != TMS_TIME_NONE) {
		write_empty(buf, health, now);
		return;
	}
	if (health->outcome == TMS_HEALTH_UNCHANGED)
		tms_buf_add_cstr(buf, ": unchanged.");
	else
		tms_buf_format(buf, ": %zu %s, %zu new%s.", counts->items,
			counts->items == 1 ? "item" : "items", counts->added, gone);
	if (health->note[0])
		tms_buf_format(buf, " %s", health->note);
}

static void write_failure(struct tms_buf *buf, const struct tms_health *health, tms_time now)
{
	tms_buf_add_cstr(buf, health->outcome == TMS_HEALTH_FAILED ? "Could not be fetched"
								   : "Could not be read");
	if (health->failing_since != TMS_TIME_NONE && health->failures > 1) {
		tms_buf_add_cstr(buf, " for ");
		write_span(buf, now - health->failing_since);
		tms_buf_format(buf, " (%u tries)", (unsigned)health->failures);
	}
	if (health->error[0])
		tms_buf_format(buf, ": %s", health->error);
	if (!strchr(".!?", buf->len > 0 ? buf->ptr[buf->len - 1] : '.'))
		tms_buf_add_char(buf, '.');
	tms_buf_add_char(buf, ' ');
	write_last_success(buf, health, now);
}

/* What a reader misses, or finds missing in the number of items that are kept. */
static void write_left(struct tms_buf *buf, const struct tms_health *health, tms_time now)
{
	if (health->last_left == TMS_TIME_NONE || now - health->last_left >= TMS_DAY_S)
		return;
	tms_buf_format(buf, " %zu %s that its lists have not named for long left ", health->left,
		health->left == 1 ? "item" : "items");
	write_ago(buf, health->last_left, now);
	tms_buf_add_char(buf, '.');
}

static void write_held(struct tms_buf *buf, const struct tms_health *health)
{
	if (health->held_count == 0)
		return;
	tms_buf_format(buf, " Held back because they look wrong: ");
	for (size_t i = 0; i < TMS_HEALTH_TITLES && health->held_titles[i][0]; i++)
		tms_buf_format(buf, "%s“%s”", i ? ", " : "", health->held_titles[i]);
	if (health->held_count > TMS_HEALTH_TITLES)
		tms_buf_format(buf, " and %zu more", health->held_count - TMS_HEALTH_TITLES);
	tms_buf_add_cstr(buf, ".");
}

void tms_health_words(struct tms_buf *buf, const struct tms_health *health, tms_time now)
{
	switch (health->outcome) {
	case TMS_HEALTH_NEVER:
		tms_buf_add_cstr(buf, "Not read yet.");
		break;
	case TMS_HEALTH_GOOD:
	case TMS_HEALTH_UNCHANGED:
	case TMS_HEALTH_EMPTY:
		write_good(buf, health, now);
		break;
	case TMS_HEALTH_FAILED:
	case TMS_HEALTH_MISSHAPEN:
		write_failure(buf, health, now);
		break;
	case TMS_HEALTH_SUSPECT:
		tms_buf_add_cstr(buf, "The listing looks wrong. ");
		write_last_success(buf, health, now);
		break;
	}
	write_left(buf, health, now);
	write_held(buf, health);
}
