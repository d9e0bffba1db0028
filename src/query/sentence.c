/* Why an item is kept or dropped, as a sentence for people. */
#include <tamis/query.h>

static void add_plain(struct tms_buf *buf, struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++)
		tms_buf_add_char(buf, (unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7F
					      ? ' '
					      : text.ptr[i]);
}

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

/* A part that holds, with where. */
static void say_held(const struct saying *s, const struct tms_query_reason *reason)
{
	say_part(s, reason);
	if (reason->words.len > 0) {
		say_found(s, reason);
		say_fields(s, reason);
	} else if (reason->value.len > 0 && !reason->is_topic) {
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
	if (reason->rule.len > 0) {
		tms_buf_add_cstr(s->buf, " (rule ");
		s->marks->text(s->buf, reason->rule);
		tms_buf_add_char(s->buf, ')');
	}
}

void tms_query_explanation_say(const struct tms_query_explanation *why,
	const struct tms_query_marks *marks, struct tms_buf *buf)
{
	static const struct tms_query_marks plain = { "*", "*", add_plain };
	struct saying s = { .marks = marks ? marks : &plain, .buf = buf, .divider = "" };

	if (why->kept && why->reasons_count == 0)
		tms_buf_add_cstr(buf, "nothing excludes it");
	for (size_t i = 0; i < why->met_count; i++)
		say(&s, &why->met[i], true);
	for (size_t i = 0; i < why->reasons_count; i++)
		say(&s, &why->reasons[i], why->kept);
}
