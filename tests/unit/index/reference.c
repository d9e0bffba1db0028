/* Trees, values, numbers and time, each as the language says it. */
#include "reference.h"

#include <assert.h>
#include <stdlib.h>

#include <tamis/fold.h>
#include <tamis/html_text.h>

#include "text/language.h"
#include "text/regex.h"
#include "text/script.h"

static void add_text(struct subject *subject, unsigned field, struct tms_str text)
{
	if (text.len == 0)
		return;
	struct subject_text *added = &subject->texts[subject->texts_count++];
	added->field = field;
	cut_text(&subject->arena, text, &added->cut);
	added->cut.is_name = field == TMS_FIELD_AUTHOR || field == TMS_FIELD_CATEGORY ||
			     field == TMS_FIELD_ORG || field == TMS_FIELD_SUBMITTER;
}

/* A label that says the same in other capitals is no text of its own. */
static void add_two(
	struct subject *subject, enum tms_field field, struct tms_str text, struct tms_str label)
{
	add_text(subject, field, text);
	if (!tms_str_equal_caseless(text, label))
		add_text(subject, field, label);
}

static struct tms_str squeeze(struct tms_arena *arena, struct tms_str text)
{
	char *to = tms_arena_alloc(arena, text.len + 1);
	size_t len = 0;

	assert(to);
	for (size_t i = 0; i < text.len; i++)
		if (!tms_is_space(text.ptr[i]))
			to[len++] = text.ptr[i];
	return (struct tms_str){ to, len };
}

/* A summary that was made of the content is one text with it. */
static bool is_same_text(struct subject *subject, struct tms_str content, struct tms_str summary)
{
	return tms_str_equal(
		squeeze(&subject->arena, summary), squeeze(&subject->arena, content));
}

void subject_init(struct subject *subject, const struct tms_merged *merged)
{
	const struct tms_item *item = &merged->item;
	size_t most = 10 + item->authors_count + 2 * item->categories_count +
		      2 * merged->joined_count + item->keywords_count;

	*subject = (struct subject){ .merged = merged };
	subject->texts = TMS_ARENA_ARRAY(&subject->arena, struct subject_text, most);
	assert(subject->texts);
	add_text(subject, TMS_FIELD_TITLE, item->title);
	struct tms_str content = tms_html_to_text(&subject->arena, item->content_html);
	bool is_one = content.len > 0 && is_same_text(subject, content, item->summary);
	add_text(subject, is_one ? TMS_FIELDS_BODY : TMS_FIELD_ABSTRACT,
		is_one ? content : item->summary);
	if (!is_one)
		add_text(subject, TMS_FIELD_CONTENT, content);
	for (size_t i = 0; i < item->authors_count; i++)
		add_text(subject, TMS_FIELD_AUTHOR, item->authors[i].name);
	for (size_t i = 0; i < item->categories_count; i++)
		add_two(subject, TMS_FIELD_CATEGORY, item->categories[i].term,
			item->categories[i].label);
	for (size_t i = 0; i < merged->joined_count; i++)
		add_two(subject, TMS_FIELD_CATEGORY, merged->joined[i].term,
			merged->joined[i].label);
	for (size_t i = 0; i < item->keywords_count; i++)
		add_text(subject, TMS_FIELD_KEYWORD, item->keywords[i]);
	add_two(subject, TMS_FIELD_ORG, item->organization, item->organization_name);
	add_two(subject, TMS_FIELD_SUBMITTER, item->submitter, item->submitter_name);
	add_text(subject, TMS_FIELD_COMMENT, item->comment);
	add_text(subject, TMS_FIELD_OTHER, item->ai_summary);
	add_text(subject, TMS_FIELD_OTHER, item->journal_ref);
}

void subject_fini(struct subject *subject)
{
	tms_arena_free(&subject->arena);
	*subject = (struct subject){ 0 };
}

/* The whole value, or how it begins; case and forms of characters do not count. */
static bool is_value(const struct ask *ask, struct tms_str value)
{
	if (value.len == 0)
		return false;
	if (ask->regex)
		return regex_matches(ask->regex, value);
	if (tms_fold_same(value, ask->value, true))
		return true;
	for (size_t end = 0; ask->open_end && end < value.len;) {
		(void)tms_utf8_next(value, &end);
		if (tms_fold_same(tms_str_slice(value, 0, end), ask->value, true))
			return true;
	}
	return false;
}

static bool has_category(const struct ask *ask, const struct tms_category *categories, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_value(ask, categories[i].term) || is_value(ask, categories[i].label))
			return true;
	return false;
}

static bool has_source(const struct ask *ask, const struct tms_merged *merged)
{
	for (size_t i = 0; i < merged->sources_count; i++)
		if (is_value(ask, merged->sources[i]))
			return true;
	return false;
}

/* Lower case, with hyphens, and one at the end. */
static struct tms_buf plain_tag(struct tms_str tag)
{
	struct tms_buf buf = { 0 };

	for (size_t i = 0; i < tag.len; i++)
		tms_buf_add_char(&buf, tag.ptr[i] == '_' ? '-' : tms_lower(tag.ptr[i]));
	tms_buf_add_char(&buf, '-');
	return buf;
}

/* What is said, else what is seen. */
static struct tms_str language_of(const struct tms_item *item)
{
	const struct tms_str texts[] = { item->title, item->summary };
	struct tms_str rest = item->language, said = { 0 };

	(void)tms_str_split(&rest, ',', &said);
	said = tms_str_trim(said);
	if (language_named(said).len > 0)
		return language_named(said);
	size_t letters = 0;
	while (letters < said.len && tms_is_alpha(said.ptr[letters]))
		letters++;
	bool ends = letters == said.len || said.ptr[letters] == '-' || said.ptr[letters] == '_';
	if ((letters == 2 || letters == 3) && ends && !tms_str_is(said, "und"))
		return said;
	return script_language(texts, 2);
}

static bool is_language(const struct ask *ask, const struct tms_item *item)
{
	struct tms_str tag = language_of(item);

	if (tag.len == 0 || ask->regex)
		return tag.len > 0 && regex_matches(ask->regex, tag);
	if (tms_str_equal(ask->value, TMS_STR("*")))
		return true;
	struct tms_buf there = plain_tag(tag), asked = plain_tag(ask->value);
	bool begins = tms_str_starts(tms_buf_str(&there), tms_buf_str(&asked));
	tms_buf_free(&there);
	tms_buf_free(&asked);
	return begins;
}

static bool is_id(const struct ask *ask, const struct tms_item *item)
{
	if (ask->regex)
		return is_value(ask, item->id) || is_value(ask, item->upstream_id) ||
		       is_value(ask, item->link);
	return tms_str_equal_caseless(item->id, ask->value) ||
	       tms_str_equal_caseless(item->upstream_id, ask->value) ||
	       tms_str_equal_caseless(item->link, ask->value);
}

/* "https://user@www.Host:80/path?x": host is "Host", path is "/path?x". */
static void split(struct tms_str address, struct tms_str *host, struct tms_str *path)
{
	size_t at = tms_str_find(address, TMS_STR("://"), 0);

	*host = at == SIZE_MAX ? address : tms_str_slice(address, at + 3, address.len);
	for (at = 0; at < host->len; at++)
		if (host->ptr[at] == '/' || host->ptr[at] == '?' || host->ptr[at] == '#')
			break;
	*path = tms_str_slice(*host, at, host->len);
	host->len = at;
	at = tms_str_find_byte(*host, '@', 0);
	if (at != SIZE_MAX)
		*host = tms_str_slice(*host, at + 1, host->len);
	host->len = tms_str_slice(*host, 0, tms_str_find_byte(*host, ':', 0)).len;
	if (tms_str_starts_caseless(*host, TMS_STR("www.")))
		*host = tms_str_slice(*host, 4, host->len);
}

static bool is_in_domain(struct tms_str host, struct tms_str domain)
{
	if (host.len < domain.len)
		return false;
	size_t from = host.len - domain.len;
	return tms_str_equal_caseless(tms_str_slice(host, from, host.len), domain) &&
	       (from == 0 || host.ptr[from - 1] == '.');
}

static bool is_of_hosts(struct tms_str address, const char *const *hosts)
{
	struct tms_str host, path;

	split(address, &host, &path);
	for (; *hosts; hosts++)
		if (is_in_domain(host, tms_str_from(*hosts)))
			return true;
	return false;
}

static bool is_code(const struct tms_item *item, struct tms_str address)
{
	static const char *const hosts[] = { "github.com", "gitlab.com", "codeberg.org",
		"bitbucket.org", "git.sr.ht", NULL };

	return tms_str_equal(address, item->code_url) || is_of_hosts(address, hosts);
}

static bool ends_caseless(struct tms_str s, const char *ending)
{
	struct tms_str end = tms_str_from(ending);

	return s.len >= end.len &&
	       tms_str_equal_caseless(tms_str_slice(s, s.len - end.len, s.len), end);
}

static bool is_video(struct tms_str address)
{
	static const char *const hosts[] = { "youtube.com", "youtu.be", "vimeo.com", NULL };
	struct tms_str host, path;

	split(address, &host, &path);
	path = tms_str_slice(path, 0, tms_str_find_byte(path, '?', 0));
	return is_of_hosts(address, hosts) || ends_caseless(path, ".mp4") ||
	       ends_caseless(path, ".webm") || ends_caseless(path, ".mov") ||
	       ends_caseless(path, ".m4v");
}

/* Lower case, and percent-encoded only what means something else when it is not. */
static struct tms_buf plain_path(struct tms_str path)
{
	struct tms_buf buf = { 0 };
	char hex[3] = { 0 };

	for (size_t i = 0; i < path.len; i++) {
		char *end = hex, byte = path.ptr[i];
		if (byte == '%' && path.len - i > 2) {
			memcpy(hex, path.ptr + i + 1, 2);
			byte = (char)strtoul(hex, &end, 16);
		}
		if (path.ptr[i] == '%' && end == hex + 2 && tms_is_alnum(hex[0]))
			i += 2;
		else
			byte = path.ptr[i], end = hex;
		if (end != hex && (byte == 0 || strchr("%:/?#[]@!$&'()*+,;=", byte)) && byte != 0)
			tms_buf_format(&buf, "%%%02x", (unsigned)byte);
		else
			tms_buf_add_char(&buf, tms_lower(byte));
	}
	return buf;
}

/* Both as plain_path makes them; ends: what ends a segment. */
static bool path_begins(const struct ask *ask, struct tms_str a, struct tms_str b, const char *ends)
{
	bool begins = tms_str_starts(a, b), is_whole = b.len == 0 || ask->open_end;

	if (begins)
		is_whole |= a.len == b.len || tms_str_ends(b, TMS_STR("/")) ||
			    strchr(ends, a.ptr[b.len]);
	else if (tms_str_ends(b, TMS_STR("/")))
		begins = is_whole = tms_str_equal(a, tms_str_slice(b, 0, b.len - 1));
	return begins && is_whole;
}

static bool is_path(const struct ask *ask, struct tms_str address)
{
	struct tms_str host, path;
	bool holds = false;

	split(address, &host, &path);
	path = tms_str_slice(path, 0, tms_str_find_byte(path, '#', 0));
	path = tms_str_slice(path, 0, tms_str_find_byte(path, '?', 0));
	if (ask->regex)
		return regex_matches(ask->regex, path.len > 0 ? path : TMS_STR("/"));
	struct tms_buf there = plain_path(path), asked = plain_path(ask->path);
	struct tms_str a = tms_buf_str(&there), b = tms_buf_str(&asked);
	for (size_t at = 0; at <= a.len; at++)
		if (ask->anywhere ? at < a.len && a.ptr[at] == '/' : at == 0)
			holds |= path_begins(ask, tms_str_slice(a, at, a.len), b, "/");
	tms_buf_free(&there);
	tms_buf_free(&asked);
	return holds;
}

static bool is_below(const struct ask *ask, struct tms_str address)
{
	struct tms_str host, path;

	if (ask->regex)
		return regex_matches(ask->regex, address);
	split(address, &host, &path);
	if (ask->subdomains ? !is_in_domain(host, ask->value)
			    : !tms_str_equal_caseless(host, ask->value))
		return false;
	struct tms_buf there = plain_path(path), asked = plain_path(ask->path);
	bool begins = path_begins(ask, tms_buf_str(&there), tms_buf_str(&asked), "/?#&");
	tms_buf_free(&there);
	tms_buf_free(&asked);
	return begins;
}

static bool address_holds(
	const struct ask *ask, const struct tms_item *item, struct tms_str address)
{
	if (address.len == 0)
		return false;
	if (ask->kind == ASK_URL)
		return is_below(ask, address);
	if (ask->kind == ASK_PATH)
		return is_path(ask, address);
	if (ask->kind == ASK_CODE)
		return is_code(item, address);
	if (ask->kind == ASK_PROJECT)
		return tms_str_equal(address, item->project_url);
	return is_video(address);
}

static bool some_address_holds(const struct ask *ask, const struct tms_item *item)
{
	const struct tms_str own[] = { item->link, item->code_url, item->project_url,
		item->discussion_url };

	for (size_t i = 0; i < TMS_COUNT(own); i++)
		if (address_holds(ask, item, own[i]))
			return true;
	for (size_t i = 0; i < item->links_count; i++) {
		const struct tms_link *link = &item->links[i];
		if (address_holds(ask, item, link->href))
			return true;
		if (ask->kind == ASK_VIDEO && link->href.len > 0 &&
			tms_str_starts_caseless(link->type, TMS_STR("video/")))
			return true;
	}
	for (size_t i = 0; i < item->media_count; i++)
		if (address_holds(ask, item, item->media[i]))
			return true;
	return false;
}

/* The highest value up to a moment. One that has no history was there when the item was first seen. */
static bool number_holds(const struct ask *ask, const struct tms_merged *merged, tms_time until)
{
	const struct tms_history *history = &merged->numbers[ask->number];
	int64_t highest = TMS_NUMBER_NONE;

	if (ask->within >= 0 && merged->item.published + ask->within < until)
		until = merged->item.published + ask->within;
	if (history->count == 0 && merged->first_seen <= until)
		highest = merged->item.numbers[ask->number];
	for (size_t i = 0; i < history->count; i++)
		if (history->steps[i].at <= until && history->steps[i].value > highest)
			highest = history->steps[i].value;
	return highest != TMS_NUMBER_NONE && ask->least <= highest && highest <= ask->most;
}

static bool time_holds(const struct ask *ask, tms_time time)
{
	return time != TMS_TIME_NONE && ask->least <= time && time <= ask->most;
}

static int64_t days_of(int64_t seconds)
{
	return seconds / TMS_DAY_S - (seconds % TMS_DAY_S < 0);
}

/* By the number of the day since 1970, as clocks there show it. A date that is midnight in UTC has
 * no time of day: it is that day there as well. */
static bool date_holds(const struct ask *ask, tms_time date, tms_time now)
{
	if (date == TMS_TIME_NONE)
		return false;
	if (date % TMS_DAY_S == 0)
		date -= ask->ahead_s;
	if (!ask->counts_from_today)
		return time_holds(ask, date);
	int64_t today = days_of(now + ask->ahead_s), asked = today + 1 + ask->day;
	int64_t day = days_of(date + ask->ahead_s);
	/* 1 January 1970 was a Thursday */
	if (ask->day >= 0)
		for (asked = today; ((asked + 4) % 7 + 7) % 7 != ask->day;)
			asked--;
	bool late = ask->day_least == ASK_OPEN ||
		    (ask->day_least == ASK_BEGINNING ? day >= asked : day > asked);
	bool early = ask->day_most == ASK_OPEN ||
		     (ask->day_most == ASK_BEGINNING ? day < asked : day <= asked);
	return late && early;
}

static size_t count_words(const struct subject *subject)
{
	size_t title = 0, longest = 0;

	for (size_t i = 0; i < subject->texts_count; i++) {
		size_t words = subject->texts[i].cut.words.count;
		if (subject->texts[i].field & TMS_FIELD_TITLE)
			title = words;
		else if ((subject->texts[i].field & TMS_FIELDS_BODY) && words > longest)
			longest = words;
	}
	return title + longest;
}

static bool holds_at(
	const struct ask *ask, const struct subject *subject, tms_time now, tms_time numbers_at);

static bool leaf_holds(
	const struct ask *ask, const struct subject *subject, tms_time now, tms_time numbers_at)
{
	const struct tms_merged *merged = subject->merged;
	int64_t words;

	switch (ask->kind) {
	case ASK_WORDS:
	case ASK_NEAR:
	case ASK_REGEX:
		return reference_text_holds(ask, subject);
	case ASK_CATEGORY:
		return has_category(ask, merged->item.categories, merged->item.categories_count) ||
		       has_category(ask, merged->joined, merged->joined_count);
	case ASK_TAG:
		return has_category(ask, merged->item.categories, merged->item.categories_count) ||
		       has_category(ask, merged->joined, merged->joined_count) ||
		       reference_text_holds(ask, subject);
	case ASK_PRIMARY:
		if (merged->item.categories_count > 0)
			return has_category(ask, merged->item.categories, 1);
		return merged->joined_count > 0 && has_category(ask, merged->joined, 1);
	case ASK_WITHDRAWN:
		return merged->item.withdrawn;
	case ASK_ANNOUNCE:
		return is_value(ask, merged->item.announce);
	case ASK_SOURCE:
		return has_source(ask, merged);
	case ASK_LANGUAGE:
		return is_language(ask, &merged->item);
	case ASK_ID:
		return is_id(ask, &merged->item);
	case ASK_URL:
	case ASK_PATH:
	case ASK_CODE:
	case ASK_PROJECT:
	case ASK_VIDEO:
		return some_address_holds(ask, &merged->item);
	case ASK_NUMBER:
		return number_holds(ask, merged, numbers_at);
	case ASK_WORD_COUNT:
		words = (int64_t)count_words(subject);
		return ask->least <= words && words <= ask->most;
	case ASK_AGE:
		return merged->item.published != TMS_TIME_NONE &&
		       time_holds(ask, now - merged->item.published);
	case ASK_PUBLISHED:
		return date_holds(ask, merged->item.published, now);
	case ASK_SUBMITTED:
		return date_holds(ask, merged->item.submitted, now);
	case ASK_UPDATED:
		return date_holds(ask, merged->updated, now);
	case ASK_SEEN:
		return date_holds(ask, merged->first_seen, now);
	case ASK_LISTED:
		return reference_listed_holds(ask, subject);
	case ASK_TOPIC:
		return reference_topic_holds(ask, subject);
	case ASK_ALL:
	case ASK_ANY:
	case ASK_NOT:
	case ASK_GROUP:
	case ASK_RULE:
		break;
	}
	abort();
}

static bool holds_at(
	const struct ask *ask, const struct subject *subject, tms_time now, tms_time numbers_at)
{
	if (!ask)
		return true;
	if (ask->kind > ASK_RULE)
		return leaf_holds(ask, subject, now, numbers_at);
	for (const struct ask *child = ask->children; child; child = child->next) {
		bool holds = holds_at(child, subject, now, numbers_at);
		if (ask->kind == ASK_NOT)
			return !holds;
		if (holds == (ask->kind == ASK_ANY))
			return holds;
	}
	return ask->kind != ASK_ANY;
}

bool reference_holds(const struct ask *ask, const struct subject *subject, tms_time now)
{
	return holds_at(ask, subject, now, TMS_TIME_MAX);
}

static void keep_earlier(tms_time moment, tms_time after, tms_time *best)
{
	if (moment > after && moment < *best)
		*best = moment;
}

/* Midnight there, within a month of the date. */
static void next_of_days(const struct ask *ask, tms_time published, tms_time after, tms_time *best)
{
	tms_time midnight = (days_of(after + ask->ahead_s) + 1) * TMS_DAY_S - ask->ahead_s;

	if (midnight < published - TMS_DAY_S)
		midnight = (days_of(published + ask->ahead_s)) * TMS_DAY_S - ask->ahead_s;
	if (midnight < published + 30 * TMS_DAY_S)
		keep_earlier(midnight, after, best);
}

/* Around every moment at which an age that is asked for may begin or end to hold. */
static void next_of_ages(const struct ask *ask, tms_time published, tms_time after, tms_time *best)
{
	for (; ask; ask = ask->next) {
		next_of_ages(ask->children, published, after, best);
		if (ask->counts_from_today && published != TMS_TIME_NONE)
			next_of_days(ask, published, after, best);
		if (ask->kind != ASK_AGE || published == TMS_TIME_NONE)
			continue;
		if (ask->least != INT64_MIN) {
			keep_earlier(published + ask->least, after, best);
			keep_earlier(published + ask->least + 1, after, best);
		}
		if (ask->most != INT64_MAX) {
			keep_earlier(published + ask->most, after, best);
			keep_earlier(published + ask->most + 1, after, best);
		}
	}
}

static void next_of_steps(const struct tms_merged *merged, tms_time after, tms_time *best)
{
	for (size_t n = 0; n < TMS_NUMBERS; n++)
		for (size_t i = 0; i < merged->numbers[n].count; i++)
			keep_earlier(merged->numbers[n].steps[i].at, after, best);
}

/* The root alone: its `next` belongs to whoever holds it. */
static void next_of_root(const struct ask *ask, tms_time published, tms_time after, tms_time *best)
{
	struct ask root;

	if (!ask)
		return;
	root = *ask;
	root.next = NULL;
	next_of_ages(&root, published, after, best);
}

tms_time reference_entered(const struct ask *ask, const struct subject *subject, tms_time now)
{
	const struct tms_merged *merged = subject->merged;

	for (tms_time at = merged->first_seen; at < now;) {
		tms_time next = now;
		if (holds_at(ask, subject, at, at))
			return at;
		next_of_steps(merged, at, &next);
		next_of_root(ask, merged->item.published, at, &next);
		at = next;
	}
	return now;
}

tms_time reference_next_change(const struct ask *ask, const struct subject *subject, tms_time now)
{
	bool holds = reference_holds(ask, subject, now);

	for (tms_time at = now;;) {
		tms_time next = TMS_TIME_MAX;
		next_of_root(ask, subject->merged->item.published, at, &next);
		if (next == TMS_TIME_MAX || reference_holds(ask, subject, next) != holds)
			return next;
		at = next;
	}
}
