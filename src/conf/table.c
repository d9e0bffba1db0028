/* The table of settings. Order is the order of `tamis describe` and of the example file. */
#include <tamis/settings.h>

#include "raw.h"

#define MB INT64_C(1000000)
#define GB (1000 * MB)
#define KIB INT64_C(1024)
#define YEAR_S (366 * (int64_t)TMS_DAY_S)

#define CONF(field) offsetof(struct conf_raw, conf.field)
#define LIMIT(field) CONF(limits.field)
#define SOURCE(field) offsetof(struct conf_source_raw, source.field)
#define FEED(field) offsetof(struct conf_feed_raw, feed.field)

#define TEXT(path_, offset_, max_, standard_, help_)                                               \
	{                                                                                          \
		.path = (path_), .kind = TMS_SETTING_TEXT, .offset = (offset_), .max = (max_),     \
		.standard = (standard_), .help = (help_)                                           \
	}
#define CHOICE(path_, offset_, choices_, standard_, help_)                                         \
	{                                                                                          \
		.path = (path_), .kind = TMS_SETTING_CHOICE, .offset = (offset_),                  \
		.choices = (choices_), .standard = (standard_), .help = (help_)                    \
	}
#define PLAIN(path_, kind_, offset_, standard_, help_)                                             \
	{                                                                                          \
		.path = (path_), .kind = (kind_), .offset = (offset_), .standard = (standard_),    \
		.help = (help_)                                                                    \
	}
#define RANGE(path_, kind_, offset_, min_, max_, standard_, help_)                                 \
	{                                                                                          \
		.path = (path_), .kind = (kind_), .offset = (offset_), .min = (min_),              \
		.max = (max_), .standard = (standard_), .help = (help_)                            \
	}

static const struct tms_setting settings[] = {
	PLAIN("listen", TMS_SETTING_LISTEN, CONF(listen), "127.0.0.1:8080",
		"Where to answer: one address or a list of them. \":8080\" is every address of the "
		"machine, \"unix:/run/tamis.sock\" a socket."),
	PLAIN("public_url", TMS_SETTING_URL, CONF(public_url), NULL,
		"What readers put before every address, such as https://feeds.example.org; a path may "
		"follow. When it is not set, http:// and the first address of `listen`."),
	PLAIN("data_dir", TMS_SETTING_PATH, CONF(data_dir), "/var/lib/tamis",
		"Folder of the database, the instance key and the control socket. When it is not set: "
		"under systemd its STATE_DIRECTORY; for a user other than root $XDG_STATE_HOME/tamis, else "
		"~/.local/state/tamis."),
	PLAIN("store", TMS_SETTING_STORE, offsetof(struct conf_raw, store), "sqlite",
		"Where everything is kept: sqlite (a file in data_dir), sqlite:/path/of/file, "
		"redis://host:6379/0, or unix:/path/of/redis.sock."),
	PLAIN("instance_key_file", TMS_SETTING_PATH, CONF(instance_key_file), NULL,
		"File of the secret that all feed addresses are made from; made on the first start. When it "
		"is not set, instance.key in data_dir. All processes of one service share it."),
	TEXT("contact", CONF(contact), 200, NULL,
		"An address of mail or of a page, told to the sites that are asked, so that they can "
		"reach you instead of blocking you."),
	TEXT("user_agent", CONF(user_agent), 200, NULL,
		"The whole User-Agent. When it is not set, Tamis, its version and the contact."),
	TEXT("time_zone", offsetof(struct conf_raw, time_zone), TMS_ZONE_NAME_BYTES, "UTC",
		"Where a day begins in queries (published:today, published:2026-03-01): a name of the time "
		"zone database, such as Europe/Berlin. What feeds show stays in UTC."),
	CHOICE("filter_addresses", CONF(filter_addresses), "auto|on|off", "auto",
		"May anybody have a feed straight from an address (/filter.atom?match=…)? auto: while "
		"no users are configured."),
	PLAIN("allow_networks", TMS_SETTING_NETWORKS, CONF(allow_networks), NULL,
		"Private ranges that sources may reach, such as 192.168.7.0/24. Everything that is not the "
		"public Internet is refused otherwise."),
	PLAIN("metrics_networks", TMS_SETTING_NETWORKS, CONF(metrics_networks),
		"127.0.0.0/8,::1/128", "Who may read /metrics and /sources."),
	PLAIN("trusted_proxies", TMS_SETTING_NETWORKS, CONF(trusted_proxies), "127.0.0.0/8,::1/128",
		"Proxies of your own: their connections are not counted, and who asks is the last address in "
		"X-Forwarded-For that is none of them. Others are not believed."),
	CHOICE("arxiv_categories", CONF(arxiv_categories), "off|on", "off",
		"Are the arXiv categories of Hugging Face's papers asked of arXiv's interface where no "
		"source says them? 100 papers a request, a request in 3 seconds, each paper once."),
	PLAIN("arxiv_api_url", TMS_SETTING_URL, CONF(arxiv_api_url), "https://export.arxiv.org",
		"Where arXiv's interface is asked for categories."),
	RANGE("serve_threads", TMS_SETTING_NUMBER, CONF(serve_threads), 0, 256, "0",
		"Threads that answer readers. 0: one for each core that the process may use, at most 16."),
	PLAIN("topics", TMS_SETTING_TOPICS, 0, NULL,
		"Topics for everybody, in the form of topic files: \"topics: |\", then lines \"[topic ID]\", "
		"\"name = …\". One with the identifier of a topic of the catalogue replaces it."),
	CHOICE("log.level", CONF(log_level), "error|warning|info|debug", "info",
		"From which weight on lines are written."),
	CHOICE("log.format", CONF(log_format), "text|json", "text", "How lines are written."),
	TEXT("redis.prefix", CONF(store.prefix), 64,
		"tamis:", "Before every key, so that one Redis can serve several instances."),
	TEXT("redis.password", CONF(store.password), 1000, NULL,
		"Password of Redis. Better kept in redis.password_file or the environment than in this file."),
	PLAIN("redis.password_file", TMS_SETTING_PATH, CONF(store.password_file), NULL,
		"File whose first line is the password of Redis; it wins over every other place."),
	RANGE("redis.timeout", TMS_SETTING_SPAN_MS, CONF(store.timeout_ms), 10, 60000, "500ms",
		"How long Redis may take to answer before it counts as down."),

	RANGE("limits.body_bytes", TMS_SETTING_BYTES, LIMIT(body_bytes), 1000, GB, "10MB",
		"The largest answer of a source that is read, after decompression."),
	RANGE("limits.header_bytes", TMS_SETTING_BYTES, LIMIT(header_bytes), KIB, MB, "64KiB",
		"The largest head of an answer of a source."),
	RANGE("limits.redirects", TMS_SETTING_NUMBER, LIMIT(redirects), 0, 20, "5",
		"Redirects that are followed for one answer."),
	RANGE("limits.connect_timeout", TMS_SETTING_SPAN, LIMIT(connect_timeout_s), 1, 300, "10s",
		"How long a source may take to accept a connection."),
	RANGE("limits.total_timeout", TMS_SETTING_SPAN, LIMIT(total_timeout_s), 1, 3600, "30s",
		"How long a source may take for one whole answer."),
	RANGE("limits.min_interval", TMS_SETTING_SPAN, LIMIT(min_interval_s), 1, TMS_DAY_S, "15m",
		"No source is asked more often, whatever its `every` says."),
	RANGE("limits.fetches", TMS_SETTING_NUMBER, LIMIT(fetches), 1, 1000, "16",
		"Answers that are fetched at the same time, of all hosts together."),
	RANGE("limits.per_host_parallel", TMS_SETTING_NUMBER, LIMIT(per_host_parallel), 1, 20, "2",
		"Answers that are fetched from one host at the same time."),
	RANGE("limits.per_host_interval", TMS_SETTING_SPAN_MS, LIMIT(per_host_interval_ms), 0,
		3600000, "1s", "Pause between the starts of two fetches from one host."),
	RANGE("limits.retention", TMS_SETTING_SPAN, LIMIT(retention_s), TMS_HOUR_S, 10 * YEAR_S,
		"30d",
		"How long an item is kept after a source last listed it. It leaves when three later "
		"listings, over a day, do not name it."),
	RANGE("limits.items", TMS_SETTING_NUMBER, LIMIT(items), 1, 1000000, "5000",
		"Items that are kept of one source; those unlisted for longest go first, and none "
		"that is still listed."),
	RANGE("limits.removed_feeds", TMS_SETTING_SPAN, LIMIT(removed_feeds_s), 0, YEAR_S, "7d",
		"How long a feed is still served that is no longer in this file."),
	RANGE("limits.cache_bytes", TMS_SETTING_BYTES, LIMIT(cache_bytes), 0, 64 * GB, "64MB",
		"Memory for feeds that are ready to be sent, and a quarter more for copies of the most read."),
	RANGE("limits.feed_entries", TMS_SETTING_NUMBER, LIMIT(feed_entries), 1, 10000, "100",
		"Entries that a feed may ask for with its `limit`."),
	RANGE("limits.feed_bytes", TMS_SETTING_BYTES, LIMIT(feed_bytes), 10000, GB, "500kB",
		"The largest feed; older entries are left out. Many readers fail on larger ones."),
	RANGE("limits.query_bytes", TMS_SETTING_BYTES, LIMIT(query_bytes), 16, 1000000, "4096",
		"The longest query."),
	RANGE("limits.query_terms", TMS_SETTING_NUMBER, LIMIT(query_terms), 1, 10000, "256",
		"Words, phrases and tests in one query, with its rules written out."),
	RANGE("limits.query_depth", TMS_SETTING_NUMBER, LIMIT(query_depth), 1, TMS_QUERY_DEPTH_MAX,
		"32", "Groups and rules inside each other in one query."),
	RANGE("limits.query_regex_size", TMS_SETTING_NUMBER, LIMIT(query_regex_size), 10, 1000000,
		"4000", "Instructions of one compiled regular expression."),
	RANGE("limits.query_cost", TMS_SETTING_NUMBER, LIMIT(query_cost), 10, 1000000, "1000",
		"What asking one query of one item may cost: a word 1, near() 2 a word, a regular "
		"expression half of its instructions."),
	RANGE("limits.scan_cost", TMS_SETTING_NUMBER, LIMIT(scan_cost), 1, 1000000, "4000",
		"What regular expressions that every item has to be read for (a match needs no three "
		"letters or digits in a row) may cost together, of all feeds that take one source."),
	RANGE("limits.address_sources", TMS_SETTING_NUMBER, LIMIT(address_sources), 1, 1000, "64",
		"Names in the source= of one filter address, and sources that they stand for."),
	RANGE("limits.sets_bytes", TMS_SETTING_BYTES, LIMIT(sets_bytes), 1000000, 64 * GB, "64MB",
		"Memory for the sets of sources that only filter addresses ask for; what was asked for "
		"longest ago goes. A set that is larger by itself is answered with 503."),
	RANGE("limits.scopes_bytes", TMS_SETTING_BYTES, LIMIT(scopes_bytes), 1000000, 64 * GB,
		"64MB",
		"Memory for what sets of sources show, those of feeds too: which items, and items merged "
		"from several sources. What was asked for longest ago is worked out again when it is asked "
		"for."),
	RANGE("limits.rows_bytes", TMS_SETTING_BYTES, LIMIT(rows_bytes), 1000000, 64 * GB, "8MB",
		"Memory for what was found out of items that rules ask about, so that it is not looked for "
		"again with each rule. What was not used for longest goes."),
	RANGE("limits.sources", TMS_SETTING_NUMBER, LIMIT(sources), 1, 100000, "1000",
		"Sources in this file."),
	RANGE("limits.rules", TMS_SETTING_NUMBER, LIMIT(rules), 1, 100000, "1000",
		"Named rules of this file, and of each user."),
	RANGE("limits.users", TMS_SETTING_NUMBER, LIMIT(users), 1, 1000000, "10000",
		"Users in this file."),
	RANGE("limits.feeds_per_user", TMS_SETTING_NUMBER, LIMIT(feeds_per_user), 1, 100000, "100",
		"Feeds of one user."),
	RANGE("limits.connections", TMS_SETTING_NUMBER, LIMIT(connections), 1, 1000000, "1000",
		"Connections of readers at the same time."),
	RANGE("limits.connections_per_address", TMS_SETTING_NUMBER, LIMIT(connections_per_address),
		1, 1000000, "64", "Connections from one address at the same time."),
	RANGE("limits.requests_per_address", TMS_SETTING_NUMBER, LIMIT(requests_per_address), 0,
		10000000, "0",
		"Requests of one address within a minute; beyond, 429. Feeds of users are always served and "
		"not counted. 0: no limit."),
	RANGE("limits.request_head_bytes", TMS_SETTING_BYTES, LIMIT(request_head_bytes), KIB, MB,
		"16KiB", "The largest head of a request."),
	RANGE("limits.request_timeout", TMS_SETTING_SPAN, LIMIT(request_timeout_s), 1, 600, "10s",
		"How long a request may take to arrive."),
	RANGE("limits.idle_timeout", TMS_SETTING_SPAN, LIMIT(idle_timeout_s), 1, 3600, "60s",
		"How long a connection may wait for its next request."),
	RANGE("limits.drain_timeout", TMS_SETTING_SPAN, LIMIT(drain_timeout_s), 0, 600, "10s",
		"How long stopping may take after the signal: answers that have begun, pages being "
		"read, what waits for the store."),

	PLAIN("sources.NAME.preset", TMS_SETTING_NAME, offsetof(struct conf_source_raw, preset),
		NULL, "An upstream that Tamis knows: PRESETS."),
	TEXT("sources.NAME.category", SOURCE(category), 200, NULL,
		"With the preset arxiv: its category, such as cs.CL; several are joined by +."),
	PLAIN("sources.NAME.base_url", TMS_SETTING_URL, SOURCE(base_url), NULL,
		"With a preset: a mirror that is asked instead."),
	PLAIN("sources.NAME.url", TMS_SETTING_URL, SOURCE(url), NULL,
		"Instead of a preset: the address of a feed or listing."),
	PLAIN("sources.NAME.recipe", TMS_SETTING_NAME, offsetof(struct conf_source_raw, recipe),
		NULL,
		"How a page that has no feed is read: a name of `recipes`, of a file in the folder "
		"recipes beside this one, or of one that comes with Tamis (`tamis recipe list`). With a "
		"url or a file, or for the recipe's own url."),
	PLAIN("sources.NAME.file", TMS_SETTING_PATH, SOURCE(path), NULL,
		"Instead of a preset: a file of this machine."),
	RANGE("sources.NAME.every", TMS_SETTING_SPAN, SOURCE(every_s), 1, 30 * (int64_t)TMS_DAY_S,
		NULL,
		"How often it is asked. When it is not set, as the preset knows best, else 1h; never "
		"more often than limits.min_interval."),
	TEXT("sources.NAME.title", SOURCE(title), 200, NULL,
		"What people read. When it is not set, the title of the preset or the name."),
	RANGE("sources.NAME.retention", TMS_SETTING_SPAN, SOURCE(retention_s), TMS_HOUR_S,
		10 * YEAR_S, NULL, "As limits.retention, for this source."),
	RANGE("sources.NAME.items", TMS_SETTING_NUMBER, SOURCE(items), 1, 1000000, NULL,
		"As limits.items, for this source."),

	PLAIN("groups.NAME", TMS_SETTING_SOURCES, 0, NULL,
		"Sources and groups that this name stands for, wherever sources are named."),

	PLAIN("recipes.NAME", TMS_SETTING_RECIPE, 0, NULL,
		"How a page that has no feed is read; its form is told by tamis-recipe(5)."),

	PLAIN("authors.NAME", TMS_SETTING_AUTHORS, 0, NULL,
		"People that queries ask for with author:@NAME, whoever of them wrote it. \"NAME; org: "
		"ORGANISATION\" asks for the item's organisation too."),

	PLAIN("rules.NAME", TMS_SETTING_QUERY, 0, NULL,
		"A query that others ask for with rule:NAME."),
	PLAIN("users.USER.authors.NAME", TMS_SETTING_AUTHORS, 0, NULL,
		"A list of this user alone; it wins over the one of that name for everybody."),
	PLAIN("users.USER.rules.NAME", TMS_SETTING_QUERY, 0, NULL, "A rule of this user alone."),
	TEXT("users.USER.time_zone", offsetof(struct conf_user_raw, time_zone), TMS_ZONE_NAME_BYTES,
		NULL, "The time zone of this user alone."),
	PLAIN("users.USER.topics", TMS_SETTING_TOPICS, 0, NULL, "Topics of this user alone."),
	TEXT("users.USER.feeds.FEED.title", FEED(title), 200, NULL,
		"What readers show. When it is not set, the name."),
	PLAIN("users.USER.feeds.FEED.sources", TMS_SETTING_SOURCES, 0, NULL,
		"Names of the sources, or groups of them, to choose from. May be left out where there is only one source."),
	PLAIN("users.USER.feeds.FEED.match", TMS_SETTING_QUERY, FEED(match), NULL,
		"The query. When it is not set, everything is kept."),
	RANGE("users.USER.feeds.FEED.limit", TMS_SETTING_NUMBER, FEED(limit), 1, 10000, NULL,
		"Entries to show. When it is not set, 100; at most limits.feed_entries."),
	CHOICE("users.USER.feeds.FEED.link", offsetof(struct conf_feed_raw, link),
		"auto|hf|arxiv|pdf", "auto",
		"Where entries lead: the paper's page at Hugging Face or arXiv, or its PDF. auto: Hugging "
		"Face if one of the sources is."),
	CHOICE("users.USER.feeds.FEED.date", FEED(date), "listed|entered", "listed",
		"The date of entries: when it was listed, or when the query first held."),
	PLAIN("users.USER.feeds.FEED.was", TMS_SETTING_NAME, FEED(was), NULL,
		"Its name before a rename, so that its address stays."),
};

const struct tms_setting *tms_settings(size_t *count)
{
	*count = TMS_COUNT(settings);
	return settings;
}
