/* Why an item is kept or dropped, as a sentence for people. */
#include <tamis/query.h>

static void add_plain(struct tms_buf *buf, struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++)
		tms_buf_add_char(buf, (unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7F
					      ? ' '
					      : text.ptr[i]);
}

static const struct tms_query_marks plain_marks = { "*", "*", add_plain };

struct saying {
	const struct tms_query_marks *marks;
	struct tms_buf *buf;
	const char *divider;
};

static void say_part(const struct saying *s, const struct tms_query_reason *reason)
{
	tms_buf_add_cstr(s->buf, s->marks->before);
	s->marks->text(s->buf, reason->words.len > 0 ? reason->words : reason->part);
	tms_buf_add_cstr(s->buf, s->marks->behind);
}

/* True for the first place in its field. */
static bool is_first(const struct tms_query_reason *reason, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(reason->hits[i].field, reason->hits[at].field) == 0)
			return false;
	return true;
}

/* "in the title, abstract and comment" */
static void say_fields(const struct saying *s, const struct tms_query_reason *reason)
{
	size_t fields = 0, said = 0;

	for (size_t i = 0; i < reason->hits_count; i++)
		fields += is_first(reason, i);
	for (size_t i = 0; i < reason->hits_count; i++) {
		if (!is_first(reason, i))
			continue;
		tms_buf_add_cstr(s->buf, said == 0            ? " in the "
					 : said + 1 == fields ? " and "
							      : ", ");
		tms_buf_add_cstr(s->buf, reason->hits[i].field);
		said++;
	}
}

/* What was found where that is another form: "Qwen2.5" of Qwen. */
static void say_found(const struct saying *s, const struct tms_query_reason *reason)
{
	struct tms_str asked = reason->words, found = { 0 };

	if (reason->hits_count > 0)
		found = reason->hits[0].words;
	while (asked.len > 0 && (asked.ptr[0] == '=' || asked.ptr[0] == '~'))
		asked = tms_str_slice(asked, 1, asked.len);
	if (asked.len > 2 && asked.ptr[0] == '"')
		asked = tms_str_slice(asked, 1, asked.len - 1);
	if (found.len == 0 || tms_str_equal_caseless(asked, found))
		return;
	tms_buf_add_cstr(s->buf, " (");
	s->marks->text(s->buf, found);
	tms_buf_add_char(s->buf, ')');
}

/* Who of a list is meant, and how he is written there: "Emmy Noether", "Emmy Noether: E. Noether". */
static void say_entry(const struct saying *s, const struct tms_query_reason *reason)
{
	struct tms_str found = reason->hits_count > 0 ? reason->hits[0].words : TMS_STR_NONE;

	tms_buf_add_cstr(s->buf, " (");
	s->marks->text(s->buf, reason->value);
	if (reason->hits_total == 1 && !tms_str_starts_caseless(reason->value, found)) {
		tms_buf_add_cstr(s->buf, ": ");
		s->marks->text(s->buf, found);
	}
	tms_buf_add_char(s->buf, ')');
}

/* How much of a topic, and by what: (.62: agents, tools). */
static void say_score(const struct saying *s, const struct tms_query_reason *reason)
{
	tms_buf_add_cstr(s->buf, " (");
	tms_topic_part_print(reason->score, s->buf);
	if (reason->telling.len > 0) {
		tms_buf_add_cstr(s->buf, ": ");
		s->marks->text(s->buf, reason->telling);
	}
	tms_buf_add_char(s->buf, ')');
}

/* A part that holds, with where. */
static void say_held(const struct saying *s, const struct tms_query_reason *reason)
{
	say_part(s, reason);
	if (reason->words.len > 0) {
		if (reason->value.len > 0)
			say_entry(s, reason);
		else
			say_found(s, reason);
		say_fields(s, reason);
	} else if (reason->value.len > 0 && reason->is_topic) {
		say_score(s, reason);
	} else if (reason->value.len > 0) {
		tms_buf_add_cstr(s->buf, " (");
		s->marks->text(s->buf, reason->value);
		tms_buf_add_char(s->buf, ')');
	}
}

/* A part that was asked for and does not hold. */
static void say_absent(const struct saying *s, const struct tms_query_reason *reason)
{
	bool is_value = reason->words.len == 0 && (reason->value.len > 0 || reason->is_topic);

	if (!is_value)
		tms_buf_add_cstr(s->buf, "no ");
	say_part(s, reason);
	if (reason->is_topic) {
		tms_buf_add_cstr(s->buf, " too little");
	} else if (is_value) {
		tms_buf_add_cstr(s->buf, " not met (");
		s->marks->text(s->buf, reason->value);
		tms_buf_add_char(s->buf, ')');
	}
}

static void say_rule(const struct saying *s, const struct tms_query_reason *reason)
{
	if (reason->rule.len == 0)
		return;
	tms_buf_add_cstr(s->buf, " (rule ");
	s->marks->text(s->buf, reason->rule);
	tms_buf_add_char(s->buf, ')');
}

static void say(struct saying *s, const struct tms_query_reason *reason, bool is_for)
{
	tms_buf_add_cstr(s->buf, s->divider);
	s->divider = "; ";
	if (!is_for && reason->holds)
		tms_buf_add_cstr(s->buf, "taken out by ");
	if (is_for || reason->holds)
		say_held(s, reason);
	else
		say_absent(s, reason);
	say_rule(s, reason);
}

static void say_met(struct saying *s, const struct tms_query_explanation *why)
{
	for (size_t i = 0; i < why->met_count; i++)
		say(s, &why->met[i], true);
}

void tms_query_met_say(const struct tms_query_explanation *why, const struct tms_query_marks *marks,
	struct tms_buf *buf)
{
	struct saying s = { .marks = marks ? marks : &plain_marks, .buf = buf, .divider = "" };

	say_met(&s, why);
}

void tms_query_explanation_say(const struct tms_query_explanation *why,
	const struct tms_query_marks *marks, struct tms_buf *buf)
{
	struct saying s = { .marks = marks ? marks : &plain_marks, .buf = buf, .divider = "" };

	if (why->kept && why->reasons_count == 0)
		tms_buf_add_cstr(buf, "nothing excludes it");
	say_met(&s, why);
	for (size_t i = 0; i < why->reasons_count; i++)
		say(&s, &why->reasons[i], why->kept);
}

/* ---- what is missing ---- */

/* Of more parts that would do as well the others are counted. */
#define OTHERS_SAID 3

/* With its field: that is where it is missing. */
static void say_asked(const struct saying *s, const struct tms_query_reason *reason)
{
	tms_buf_add_cstr(s->buf, s->marks->before);
	s->marks->text(s->buf, reason->part);
	tms_buf_add_cstr(s->buf, s->marks->behind);
}

static bool is_measured(const struct tms_query_reason *reason)
{
	return reason->words.len == 0 && reason->value.len > 0 && !reason->is_topic;
}

static void say_lacking(const struct saying *s, const struct tms_query_reason *reason)
{
	if (reason->is_topic) {
		tms_buf_add_cstr(s->buf, " scores ");
		tms_topic_part_print(reason->score, s->buf);
		tms_buf_add_cstr(s->buf, ", asked for ");
		tms_topic_part_print(reason->threshold + TMS_TOPIC_ONE / 200, s->buf);
	} else if (is_measured(reason)) {
		tms_buf_add_cstr(s->buf, " is not met (");
		s->marks->text(s->buf, reason->value);
		tms_buf_add_char(s->buf, ')');
	} else {
		tms_buf_add_cstr(s->buf, " is missing");
	}
}

static void say_change(const struct saying *s, const struct tms_query_reason *reason)
{
	if (reason->holds) {
		tms_buf_add_cstr(s->buf, "taken out by ");
		say_held(s, reason);
	} else {
		say_asked(s, reason);
		say_lacking(s, reason);
	}
}

/* Between parts of which one would do; of those behind OTHERS_SAID the count. */
static void say_or(const struct saying *s, const char *divider, size_t at, size_t count)
{
	if (at == OTHERS_SAID)
		tms_buf_format(s->buf, " or one of %zu more", count - at);
	else if (at > 0)
		tms_buf_add_cstr(s->buf, at + 1 == count ? " or " : divider);
}

/* "a, b or c is missing" */
static void say_one_of(const struct saying *s, const struct tms_query_reason *list, size_t count)
{
	for (size_t i = 0; i < count && i <= OTHERS_SAID; i++) {
		say_or(s, ", ", i, count);
		if (i < OTHERS_SAID)
			say_asked(s, &list[i]);
	}
	tms_buf_add_cstr(s->buf, " is missing");
}

/* "a is missing or taken out by b" */
static void say_each(const struct saying *s, const struct tms_query_reason *list, size_t count)
{
	for (size_t i = 0; i < count && i <= OTHERS_SAID; i++) {
		say_or(s, " or ", i, count);
		if (i < OTHERS_SAID)
			say_change(s, &list[i]);
	}
}

/* What takes an item out only together. */
static void say_together(const struct saying *s, const struct tms_query_reason *list, size_t count)
{
	tms_buf_add_cstr(s->buf, "taken out by ");
	for (size_t i = 0; i < count && i < OTHERS_SAID; i++) {
		tms_buf_add_cstr(s->buf, i > 0 ? " together with " : "");
		say_held(s, &list[i]);
	}
}

/* One part with those that would do instead of it. */
static void say_part_missing(
	const struct saying *s, const struct tms_query_reason *list, size_t count)
{
	size_t held = 0, measured = 0;

	for (size_t i = 0; i < count; i++) {
		held += list[i].holds;
		measured += is_measured(&list[i]);
	}
	if (held == count)
		say_together(s, list, count);
	else if (held > 0 || measured > 0 || count == 1)
		say_each(s, list, count);
	else
		say_one_of(s, list, count);
	say_rule(s, &list[0]);
}

static void say_how_short(const struct saying *s, const struct tms_query_explanation *why)
{
	size_t parts = 0;

	for (size_t i = 0; i < why->missing_count; i++)
		parts += !why->missing[i].is_other;
	if (why->nearness.rest <= TMS_QUERY_NEARNESS_NEARLY)
		tms_buf_add_cstr(s->buf, "nearly: ");
	else if (parts == 1)
		tms_buf_add_cstr(s->buf, "one term short: ");
	else
		tms_buf_format(s->buf, "%zu terms short: ", parts);
}

void tms_query_missing_say(const struct tms_query_explanation *why,
	const struct tms_query_marks *marks, struct tms_buf *buf)
{
	const struct saying s = { .marks = marks ? marks : &plain_marks, .buf = buf };

	if (why->kept)
		return;
	if (why->missing_count == 0) {
		tms_buf_add_cstr(buf, "the rule excludes what it asks for");
		return;
	}
	say_how_short(&s, why);
	for (size_t i = 0, count; i < why->missing_count; i += count) {
		for (count = 1; i + count < why->missing_count && why->missing[i + count].is_other;)
			count++;
		tms_buf_add_cstr(buf, i > 0 ? "; " : "");
		say_part_missing(&s, &why->missing[i], count);
	}
}
