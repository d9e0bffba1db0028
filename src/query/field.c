/* The names of fields: what each stands for, and the one that a wrong name is nearest to. */
#include "checked_query.h"

#define NAME_DISTANCE_MAX 2
#define LONG_NAME 5
#define DISTANCE_BYTES_MAX 64

#define ROW(id, name, how) ROW_##how(id, name)
#define ROW_WORDS(id, name) { name, FIELD_TEXT, TMS_FIELD_##id, 0 },
#define ROW_WHOLE(id, name) /* below */
#define ROW_UNNAMED(id, name)

/* In the order in which an error would name them; the default first. */
static const struct query_field fields[] = {
	{ "text", FIELD_TEXT, TMS_FIELDS_TEXT, 0 },
	{ "any", FIELD_TEXT, TMS_FIELDS_ANY, 0 },
	/* clang-format off */
	TMS_FIELD_LIST(ROW)
	/* clang-format on */
	{ "category", FIELD_EXACT, 0, EXACT_CATEGORY },
	{ "primary", FIELD_EXACT, 0, EXACT_PRIMARY },
	{ "announce", FIELD_EXACT, 0, EXACT_ANNOUNCE },
	{ "source", FIELD_EXACT, 0, EXACT_SOURCE },
	{ "lang", FIELD_EXACT, 0, EXACT_LANGUAGE },
	{ "id", FIELD_ID, 0, 0 },
	{ "url", FIELD_URL, 0, ADDRESS_WHOLE },
	{ "path", FIELD_URL, 0, ADDRESS_PATH },
	{ "tag", FIELD_TAG, 0, 0 },
	{ "has", FIELD_HAS, 0, 0 },
	{ "upvotes", FIELD_NUMBER, 0, TMS_NUMBER_UPVOTES },
	{ "comments", FIELD_NUMBER, 0, TMS_NUMBER_COMMENTS },
	{ "stars", FIELD_NUMBER, 0, TMS_NUMBER_STARS },
	{ "words", FIELD_WORDS, 0, 0 },
	{ "age", FIELD_AGE, 0, 0 },
	{ "published", FIELD_DATE, 0, DATE_PUBLISHED },
	{ "submitted", FIELD_DATE, 0, DATE_SUBMITTED },
	{ "updated", FIELD_DATE, 0, DATE_UPDATED },
	{ "seen", FIELD_DATE, 0, DATE_SEEN },
	{ "since", FIELD_SINCE, 0, DATE_PUBLISHED },
	{ "rule", FIELD_RULE, 0, 0 },
	{ "topic", FIELD_TOPIC, 0, TOPIC_BY_NAME },
	{ "about", FIELD_TOPIC, 0, TOPIC_BY_TEXT },
};

/* Further names: of arXiv's interface, of other readers, and short ones. */
static const char *const further[][2] = { { "summary", "abstract" }, { "cat", "category" },
	{ "ti", "title" }, { "abs", "abstract" }, { "au", "author" }, { "co", "comment" },
	{ "all", "any" }, { "intitle", "title" }, { "intext", "text" }, { "inurl", "url" },
	{ "tags", "tag" }, { "label", "tag" }, { "body", "content" }, { "language", "lang" } };

const struct query_field *query_field_default(void)
{
	return &fields[0];
}

const struct query_field *query_field_find(struct tms_str name)
{
	for (size_t i = 0; i < TMS_COUNT(fields); i++)
		if (tms_str_equal_caseless(name, tms_str_from(fields[i].name)))
			return &fields[i];
	for (size_t i = 0; i < TMS_COUNT(further); i++)
		if (tms_str_equal_caseless(name, tms_str_from(further[i][0])))
			return query_field_find(tms_str_from(further[i][1]));
	return NULL;
}

static size_t least_of(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Optimal string alignment, three rows of it. */
size_t query_distance(struct tms_str a, struct tms_str b, size_t limit)
{
	size_t rows[3][DISTANCE_BYTES_MAX + 1], last_least = 0;

	if (a.len > DISTANCE_BYTES_MAX || b.len > DISTANCE_BYTES_MAX || a.len > b.len + limit ||
		b.len > a.len + limit)
		return limit + 1;
	for (size_t j = 0; j <= b.len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
		char x = tms_lower(a.ptr[i - 1]);
		size_t least = i;
		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			char y = tms_lower(b.ptr[j - 1]);
			row[j] = least_of(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == tms_lower(b.ptr[j - 2]) &&
				tms_lower(a.ptr[i - 2]) == y && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
			least = row[j] < least ? row[j] : least;
		}
		if (least > limit && last_least > limit) /* no later row is nearer than two */
			return limit + 1;
		last_least = least;
	}
	size_t distance = rows[a.len % 3][b.len];
	return distance > limit ? limit + 1 : distance;
}

/* What other programs call a field. */
static const char *const meant[][2] = { { "votes", "upvotes" }, { "vote", "upvotes" },
	{ "likes", "upvotes" }, { "points", "upvotes" }, { "score", "upvotes" },
	{ "replies", "comments" }, { "discussion", "comments" }, { "length", "words" },
	{ "date", "published" }, { "dates", "published" }, { "pubdate", "published" },
	{ "day", "published" }, { "year", "published" }, { "month", "published" },
	{ "time", "published" }, { "before", "published" }, { "after", "published" },
	{ "since", "published" }, { "until", "published" }, { "created", "submitted" },
	{ "modified", "updated" }, { "changed", "updated" }, { "added", "seen" },
	{ "subject", "category" }, { "subjects", "category" }, { "class", "category" },
	{ "section", "category" }, { "site", "url" }, { "domain", "url" }, { "host", "url" },
	{ "link", "url" }, { "website", "url" }, { "feed", "source" }, { "from", "source" },
	{ "list", "source" }, { "affiliation", "org" }, { "institution", "org" },
	{ "company", "org" }, { "lab", "org" }, { "university", "org" }, { "kw", "keyword" },
	{ "hashtag", "keyword" }, { "by", "author" }, { "name", "author" }, { "person", "author" },
	{ "writer", "author" }, { "description", "abstract" }, { "desc", "abstract" },
	{ "fulltext", "content" }, { "article", "content" }, { "jr", "any" }, { "journal", "any" },
	{ "uploader", "submitter" }, { "poster", "submitter" }, { "user", "submitter" },
	{ "arxiv", "id" }, { "doi", "id" }, { "is", "has" }, { "with", "has" }, { "near", "about" },
	{ "like", "about" }, { "similar", "about" }, { "pathname", "path" },
	{ "directory", "path" }, { "folder", "path" }, { "locale", "lang" }, { "lng", "lang" },
	{ "idiom", "lang" }, { "search", "rule" }, { "filter", "rule" }, { "type", "announce" },
	{ "creator", "author" }, { "wordcount", "words" }, { "word_count", "words" },
	{ "newer", "published" }, { "newer_than", "published" }, { "older", "published" },
	{ "older_than", "published" } };

const struct query_field *query_field_meant(struct tms_str name)
{
	for (size_t i = 0; i < TMS_COUNT(meant); i++)
		if (tms_str_equal_caseless(name, tms_str_from(meant[i][0])))
			return query_field_find(tms_str_from(meant[i][1]));
	return NULL;
}

/* "lengt": what is meant but for a letter; of short names, and from the first on, that is another. */
static const struct query_field *nearly_meant(struct tms_str name)
{
	for (size_t i = 0; name.len >= LONG_NAME && i < TMS_COUNT(meant); i++) {
		struct tms_str known = tms_str_from(meant[i][0]);
		if (tms_lower(known.ptr[0]) == tms_lower(name.ptr[0]) &&
			query_distance(name, known, 1) == 1)
			return query_field_find(tms_str_from(meant[i][1]));
	}
	return NULL;
}

const char *query_field_nearest(struct tms_str name)
{
	const struct query_field *same = query_field_meant(name);
	const char *nearest = NULL;
	size_t best = NAME_DISTANCE_MAX + 1;

	if (same)
		return same->name;
	if (name.len < LONG_NAME)
		best = 2; /* of few letters, one may be wrong */
	for (size_t i = 0; i < TMS_COUNT(fields); i++) {
		struct tms_str known = tms_str_from(fields[i].name);
		size_t distance = query_distance(name, known, NAME_DISTANCE_MAX);
		bool begins = name.len >= 3 && (tms_str_starts_caseless(name, known) ||
						       tms_str_starts_caseless(known, name));
		if (begins && distance > NAME_DISTANCE_MAX)
			distance = NAME_DISTANCE_MAX;
		if (distance < best && distance < known.len) {
			best = distance;
			nearest = fields[i].name;
		}
	}
	if (best > 1) {
		same = nearly_meant(name);
		nearest = same ? same->name : nearest;
	}
	return nearest;
}
