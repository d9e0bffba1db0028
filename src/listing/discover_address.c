/* Addresses that look like feeds, and addresses where feeds usually are. */
#include <tamis/discover.h>

#include <tamis/url.h>

/* A last part of a path that is a feed's, with or without a slash behind it. */
static const struct tms_str names[] = { TMS_STR_INIT("feed"), TMS_STR_INIT("feeds"),
	TMS_STR_INIT("rss"), TMS_STR_INIT("rss2"), TMS_STR_INIT("atom"), TMS_STR_INIT("rdf"),
	TMS_STR_INIT("index.xml"), TMS_STR_INIT("feed.xml"), TMS_STR_INIT("rss.xml"),
	TMS_STR_INIT("atom.xml"), TMS_STR_INIT("feeds.xml"), TMS_STR_INIT("rss2.xml"),
	TMS_STR_INIT("feed.json"), TMS_STR_INIT("feed.php"), TMS_STR_INIT("rss.php"),
	TMS_STR_INIT("rss.aspx") };
static const struct tms_str endings[] = { TMS_STR_INIT(".rss"), TMS_STR_INIT(".atom"),
	TMS_STR_INIT(".rdf"), TMS_STR_INIT("-feed.xml"), TMS_STR_INIT("-rss.xml"),
	TMS_STR_INIT("-atom.xml"), TMS_STR_INIT("_rss.xml"), TMS_STR_INIT("_feed.xml") };
/* Query parameters whose value says it. */
static const struct tms_str parameters[] = { TMS_STR_INIT("feed"), TMS_STR_INIT("format"),
	TMS_STR_INIT("type"), TMS_STR_INIT("output"), TMS_STR_INIT("alt"), TMS_STR_INIT("mode"),
	TMS_STR_INIT("show") };

static bool is_among(struct tms_str word, const struct tms_str *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tms_str_equal_caseless(word, list[i]))
			return true;
	return false;
}

static bool ends_like_a_feed(struct tms_str name)
{
	for (size_t i = 0; i < TMS_COUNT(endings); i++)
		if (name.len > endings[i].len &&
			tms_str_equal_caseless(
				tms_str_slice(name, name.len - endings[i].len, name.len),
				endings[i]))
			return true;
	return is_among(name, names, TMS_COUNT(names));
}

static bool asks_for_a_feed(struct tms_str query)
{
	static const struct tms_str values[] = { TMS_STR_INIT("rss"), TMS_STR_INIT("rss2"),
		TMS_STR_INIT("atom"), TMS_STR_INIT("rdf"), TMS_STR_INIT("feed"),
		TMS_STR_INIT("jsonfeed"), TMS_STR_INIT("rss_2.0"), TMS_STR_INIT("atom_1.0") };
	struct tms_str name, value;

	while (tms_url_next_parameter(&query, &name, &value))
		if (is_among(name, parameters, TMS_COUNT(parameters)) &&
			is_among(value, values, TMS_COUNT(values)))
			return true;
	return false;
}

/* The last part of a path that is not empty. */
static struct tms_str last_part(struct tms_str path)
{
	while (tms_str_ends(path, TMS_STR("/")))
		path.len--;
	size_t start = path.len;
	while (start > 0 && path.ptr[start - 1] != '/')
		start--;
	return tms_str_slice(path, start, path.len);
}

bool tms_discover_is_feedlike(struct tms_str url)
{
	struct tms_url parts;

	if (tms_str_starts_caseless(url, TMS_STR("feed:")))
		return true;
	/* an address inside an address: a button of a reader service, not a feed */
	if (!tms_url_parse(url, &parts) ||
		tms_str_find(parts.path, TMS_STR("://"), 0) != SIZE_MAX ||
		tms_str_find_caseless(parts.path, TMS_STR("%3a%2f"), 0) != SIZE_MAX ||
		tms_str_find_caseless(parts.path, TMS_STR("http:/"), 0) != SIZE_MAX ||
		tms_str_find_caseless(parts.path, TMS_STR("https:/"), 0) != SIZE_MAX)
		return false;
	return ends_like_a_feed(last_part(parts.path)) || asks_for_a_feed(parts.query);
}

/* ---- guesses ---- */

struct guesses {
	struct tms_arena *arena;
	struct tms_candidate *list;
	size_t count;
	struct tms_str page; /* not a guess */
};

static void add(struct guesses *guesses, struct tms_str base, const char *name)
{
	struct tms_str url = tms_arena_format(guesses->arena, "%.*s%s", TMS_STR_ARGS(base), name);

	if (guesses->count == TMS_DISCOVER_GUESSES_MAX || url.len == 0 ||
		url.len > TMS_ITEM_URL_BYTES_MAX || tms_str_equal(url, guesses->page))
		return;
	for (size_t i = 0; i < guesses->count; i++)
		if (tms_str_equal(guesses->list[i].url, url))
			return;
	guesses->list[guesses->count++] =
		(struct tms_candidate){ .url = url, .why = TMS_CANDIDATE_GUESS };
}

/* The page as a folder: "/blog" and "/blog/" are one, of "/blog/today.html" it is "/blog/". */
static struct tms_str folder_of(struct tms_arena *arena, struct tms_str page)
{
	struct tms_url parts;

	if (!tms_url_parse(page, &parts))
		return TMS_STR_NONE;
	size_t before = page.len - (parts.has_query ? parts.query.len + 1 : 0);
	if (parts.has_fragment)
		before -= parts.fragment.len + 1;
	struct tms_str bare = tms_str_slice(page, 0, before);
	struct tms_str name = last_part(parts.path);
	if (tms_str_ends(bare, TMS_STR("/")))
		return bare;
	if (tms_str_find_byte(name, '.', 0) != SIZE_MAX)
		return tms_str_slice(bare, 0, bare.len - name.len);
	return tms_arena_format(arena, "%.*s/", TMS_STR_ARGS(bare));
}

size_t tms_discover_guesses(
	struct tms_arena *arena, struct tms_str page_url, struct tms_candidate **out)
{
	/* most usual first: WordPress and its like, static site generators, Ghost, Blogger */
	static const char *const of_host[] = { "feed", "rss", "atom.xml", "index.xml", "feed.xml",
		"rss.xml", "feed.json", "feed.atom", "index.rdf", "feeds/posts/default",
		"blog/feed" };
	static const char *const of_folder[] = { "feed", "rss", "index.xml", "feed.xml",
		"atom.xml" };
	struct guesses guesses = { .arena = arena };
	struct tms_str page = tms_url_resolve(arena, TMS_STR_NONE, page_url);

	if (!tms_url_is_http(page))
		return 0;
	struct tms_str host = tms_url_resolve(arena, page, TMS_STR("/"));
	struct tms_str folder = folder_of(arena, page);
	guesses.page = page;
	guesses.list = TMS_ARENA_ARRAY(arena, struct tms_candidate, TMS_DISCOVER_GUESSES_MAX);
	if (!guesses.list)
		return 0;
	for (size_t i = 0; i < TMS_COUNT(of_folder) && !tms_str_equal(folder, host); i++)
		add(&guesses, folder, of_folder[i]);
	for (size_t i = 0; i < TMS_COUNT(of_host); i++)
		add(&guesses, host, of_host[i]);
	*out = guesses.list;
	return guesses.count;
}
