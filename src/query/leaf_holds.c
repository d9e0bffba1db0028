/* Leaves tested on an item: texts, values, numbers and times; and those that no index can
 * answer. */
#include "checked_query.h"

#include <tamis/fold.h>

#include "text/language.h"
#include "text/regex.h"

static bool text_matches(const struct tms_query *query, const struct query_leaf *leaf,
	const struct tms_doc_text *text)
{
	struct query_span span;

	if (leaf->kind == LEAF_REGEX)
		return regex_matches(leaf->regex, text->words.text);
	if (leaf->kind == LEAF_NEAR)
		return query_near_find(query, leaf, text, 0, &span);
	return query_pattern_find(query, &leaf->pattern, text, 0, &span);
}

static bool some_text_matches(const struct query_subject *subject, const struct query_leaf *leaf)
{
	for (size_t i = 0; i < subject->doc->texts_count; i++) {
		const struct tms_doc_text *text = &subject->doc->texts[i];
		if ((text->fields & leaf->field->fields) &&
			text_matches(subject->query, leaf, text))
			return true;
	}
	return false;
}

/* A run of values, one behind the other whatever they are kept in; false behind the last. */
static bool exact_value(const struct query_subject *subject, const struct query_leaf *leaf,
	size_t i, struct tms_str *out)
{
	const struct tms_item *item = &subject->item->item;
	const struct tms_category *category = NULL;

	switch ((enum query_exact)leaf->field->which) {
	case EXACT_CATEGORY:
	case EXACT_PRIMARY:
		if (i >= 2 * tms_merged_categories_count(subject->item) ||
			(leaf->field->which == EXACT_PRIMARY && i >= 2))
			return false;
		category = tms_merged_category(subject->item, i / 2);
		*out = i % 2 == 0 ? category->term : category->label;
		return true;
	case EXACT_ANNOUNCE:
		*out = item->announce;
		return i == 0;
	case EXACT_SOURCE:
		if (i >= subject->item->sources_count)
			return false;
		*out = subject->item->sources[i];
		return true;
	case EXACT_LANGUAGE:
		*out = i == 0 ? tms_item_language(item, NULL) : TMS_STR_NONE;
		return i == 0;
	}
	return false;
}

static bool id_value(const struct tms_item *item, size_t i, struct tms_str *out)
{
	*out = i == 0 ? item->id : i == 1 ? item->upstream_id : item->link;
	return i < 3;
}

bool query_address_at(const struct tms_item *item, size_t i, struct tms_str *out)
{
	const struct tms_str own[] = { item->link, item->code_url, item->project_url,
		item->discussion_url };

	if (i < TMS_COUNT(own)) {
		*out = own[i];
		return true;
	}
	i -= TMS_COUNT(own);
	if (i < item->links_count) {
		*out = item->links[i].href;
		return true;
	}
	i -= item->links_count;
	if (i >= item->media_count)
		return false;
	*out = item->media[i];
	return true;
}

static bool is_address(const struct query_leaf *leaf, struct tms_str address)
{
	struct tms_str host, path;

	if (leaf->field->which == ADDRESS_PATH)
		return query_path_holds(leaf, address);
	query_split_address(address, &host, &path);
	return query_host_is(host, leaf->value, leaf->subdomains) &&
	       query_path_is(path, leaf->path, leaf->open_end);
}

static bool host_is_one_of(struct tms_str address, const char *const *hosts, size_t count)
{
	struct tms_str host, path;

	query_split_address(address, &host, &path);
	for (size_t i = 0; i < count; i++)
		if (query_host_is(host, tms_str_from(hosts[i]), true))
			return true;
	return false;
}

static bool is_code(const struct tms_item *item, struct tms_str address)
{
	static const char *const hosts[] = { "github.com", "gitlab.com", "codeberg.org",
		"bitbucket.org", "git.sr.ht" };

	return tms_str_equal(address, item->code_url) ||
	       host_is_one_of(address, hosts, TMS_COUNT(hosts));
}

static bool is_video(struct tms_str address)
{
	static const char *const hosts[] = { "youtube.com", "youtu.be", "vimeo.com" };
	static const char *const endings[] = { ".mp4", ".webm", ".mov", ".m4v" };
	struct tms_str host, path;

	query_split_address(address, &host, &path);
	path = tms_str_slice(path, 0, tms_str_find_byte(path, '?', 0));
	for (size_t i = 0; i < TMS_COUNT(endings); i++) {
		struct tms_str ending = tms_str_from(endings[i]);
		if (path.len >= ending.len &&
			tms_str_equal_caseless(
				tms_str_slice(path, path.len - ending.len, path.len), ending))
			return true;
	}
	return host_is_one_of(address, hosts, TMS_COUNT(hosts));
}

static bool has_value(
	const struct query_leaf *leaf, const struct tms_item *item, struct tms_str address)
{
	switch (leaf->has) {
	case HAS_CODE:
		return is_code(item, address);
	case HAS_PROJECT:
		return tms_str_equal(address, item->project_url);
	case HAS_WITHDRAWN:
		return true;
	case HAS_VIDEO:
		break;
	}
	for (size_t k = 0; k < item->links_count; k++)
		if (item->links[k].href.ptr == address.ptr &&
			tms_str_starts_caseless(item->links[k].type, TMS_STR("video/")))
			return true;
	return is_video(address);
}

static bool exact_matches(const struct query_leaf *leaf, struct tms_str value)
{
	if (leaf->field->which == EXACT_LANGUAGE)
		return language_is_in(value, leaf->value);
	if (leaf->open_end)
		return tms_str_starts_caseless(value, leaf->value);
	return tms_fold_same(value, leaf->value, true);
}

/* Value i of those that the leaf looks at (some are empty); false behind the last. */
static bool value_at(const struct query_subject *subject, const struct query_leaf *leaf, size_t i,
	struct tms_str *out)
{
	const struct tms_item *item = &subject->item->item;
	enum query_leaf_kind kind = leaf->kind;

	if (kind == LEAF_VALUE_REGEX)
		kind = leaf->field->kind == FIELD_EXACT ? LEAF_EXACT
		       : leaf->field->kind == FIELD_ID  ? LEAF_ID
							: LEAF_URL;
	if (kind == LEAF_EXACT)
		return exact_value(subject, leaf, i, out);
	if (kind == LEAF_HAS && leaf->has == HAS_WITHDRAWN) {
		*out = item->withdrawn ? TMS_STR("withdrawn") : TMS_STR_NONE;
		return i == 0;
	}
	return kind == LEAF_ID ? id_value(item, i, out) : query_address_at(item, i, out);
}

/* What of the value a regular expression looks at. */
static struct tms_str searched(const struct query_leaf *leaf, struct tms_str value)
{
	struct tms_str host, path;

	if (leaf->field->kind != FIELD_URL || leaf->field->which != ADDRESS_PATH)
		return value;
	query_split_address(value, &host, &path);
	path = query_path_alone(path);
	return path.len > 0 ? path : TMS_STR("/");
}

static bool value_matches(
	const struct query_leaf *leaf, const struct tms_item *item, struct tms_str value)
{
	if (leaf->kind == LEAF_VALUE_REGEX)
		return regex_matches(leaf->regex, searched(leaf, value));
	if (leaf->kind == LEAF_EXACT)
		return exact_matches(leaf, value);
	if (leaf->kind == LEAF_ID)
		return tms_str_equal_caseless(value, leaf->value);
	return leaf->kind == LEAF_URL ? is_address(leaf, value) : has_value(leaf, item, value);
}

bool query_value_find(const struct query_subject *subject, const struct query_leaf *leaf,
	size_t *from, struct tms_str *found)
{
	for (size_t i = *from; value_at(subject, leaf, i, found); i++) {
		if (found->len == 0 || !value_matches(leaf, &subject->item->item, *found))
			continue;
		*from = i + 1;
		return true;
	}
	return false;
}

int64_t query_number_highest(
	const struct query_subject *subject, enum tms_number number, int64_t within_s)
{
	const struct tms_merged *item = subject->item;
	const struct tms_history *history = &item->numbers[number];
	tms_time until = subject->numbers_at;
	int64_t highest = TMS_NUMBER_NONE;

	if (within_s >= 0 && item->item.published + within_s < until)
		until = item->item.published + within_s;
	if (history->count == 0 && item->first_seen <= until)
		return item->item.numbers[number];
	for (size_t i = 0; i < history->count; i++)
		if (history->steps[i].at <= until && history->steps[i].value > highest)
			highest = history->steps[i].value;
	return highest;
}

tms_time query_date_of(const struct tms_merged *item, enum query_date date)
{
	switch (date) {
	case DATE_PUBLISHED:
		return item->item.published;
	case DATE_SUBMITTED:
		return item->item.submitted;
	case DATE_UPDATED:
		return item->updated;
	case DATE_SEEN:
		break;
	}
	return item->first_seen;
}

static bool is_within(const struct query_leaf *leaf, int64_t value)
{
	return leaf->least <= value && value <= leaf->most;
}

bool query_leaf_moves(const struct query_leaf *leaf)
{
	return leaf->kind == LEAF_NUMBER || leaf->kind == LEAF_AGE || leaf->kind == LEAF_DAY;
}

bool query_leaf_holds(const struct query_subject *subject, const struct query_leaf *leaf)
{
	struct tms_str found;
	size_t from = 0;
	int64_t value;

	switch (leaf->kind) {
	case LEAF_WORDS:
	case LEAF_NEAR:
	case LEAF_REGEX:
		return some_text_matches(subject, leaf);
	case LEAF_VALUE_REGEX:
	case LEAF_EXACT:
	case LEAF_ID:
	case LEAF_URL:
	case LEAF_HAS:
		return query_value_find(subject, leaf, &from, &found);
	case LEAF_NUMBER:
		value = query_number_highest(
			subject, (enum tms_number)leaf->field->which, leaf->within_s);
		return value != TMS_NUMBER_NONE && is_within(leaf, value);
	case LEAF_WORD_COUNT:
		return is_within(leaf, (int64_t)subject->doc->words);
	case LEAF_AGE:
		value = subject->item->item.published;
		return value != TMS_TIME_NONE && is_within(leaf, subject->now - value);
	case LEAF_TOPIC:
		return query_topic_holds(subject, leaf);
	case LEAF_LISTED:
		return query_listed_holds(subject, leaf);
	case LEAF_DATE:
	case LEAF_DAY:
		return query_dates_hold(&leaf->dates,
			query_date_of(subject->item, (enum query_date)leaf->field->which),
			subject->now);
	}
	return false;
}

/* ---- those that no index can answer ---- */

enum tms_status query_leaf_literals(const struct query_leaf *leaf, struct tms_buf *out)
{
	bool is_text = leaf->kind == LEAF_REGEX || leaf->field->which == EXACT_CATEGORY ||
		       leaf->field->which == EXACT_PRIMARY;

	if (leaf->kind == LEAF_VALUE_REGEX && leaf->field->kind != FIELD_EXACT)
		is_text = false;
	return is_text ? regex_literals(leaf->regex, out) : TMS_OK;
}

enum tms_status tms_query_scans(
	const struct tms_query *query, tms_query_scan_fn tell, void *context)
{
	struct tms_buf literals = { 0 };
	enum tms_status st = TMS_OK;

	for (size_t i = 0; st == TMS_OK && i < query->leaves_count; i++) {
		const struct query_leaf *leaf = &query->leaves[i];
		if (query_path_scans(leaf))
			tell(context, leaf->print, query_leaf_cost(leaf));
		if (!query_leaf_has_regex(leaf))
			continue;
		tms_buf_clear(&literals);
		st = query_leaf_literals(leaf, &literals);
		if (st == TMS_OK && literals.len == 0)
			tell(context, leaf->print, query_leaf_cost(leaf));
	}
	tms_buf_free(&literals);
	return st;
}
