#include "parse.h"

/* ---- what a right file means ---- */

static const char example[] =
	"public_url: https://feeds.example.org\n"
	"sources:\n"
	"  daily-papers: {preset: hf-daily-papers}\n"
	"  arxiv-cl: {url: \"https://rss.arxiv.org/atom/cs.CL\", every: 6h}\n"
	"rules:\n"
	"  no-noise: '-title:survey -\"technical report\"'\n"
	"users:\n"
	"  ana:\n"
	"    feeds:\n"
	"      agents: {sources: [daily-papers, arxiv-cl], match: 'agent \"tool use\" rule:no-noise'}\n"
	"      loved: {sources: [daily-papers], match: 'upvotes>=50', limit: 30, date: entered}\n"
	"  bo:\n"
	"    feeds:\n"
	"      rl:\n"
	"        title: RL for reasoning\n"
	"        sources: [daily-papers, arxiv-cl]\n"
	"        match: |\n"
	"          (grpo OR \"reward model\")\n"
	"          -vision\n";

static void sources_rules_users_and_feeds_are_what_the_file_says(void **state)
{
	struct parsed p = parse(example);
	(void)state;

	assert_right(&p);
	assert_str(p.conf->public_url, "https://feeds.example.org");
	assert_true(p.conf->public_url_is_set);
	assert_int_equal(p.conf->sources_count, 2);
	const struct tms_conf_source *papers =
		tms_conf_find_source(p.conf, TMS_STR("daily-papers"));
	const struct tms_conf_source *arxiv = tms_conf_find_source(p.conf, TMS_STR("arxiv-cl"));
	assert_non_null(papers);
	assert_non_null(arxiv);
	assert_ptr_equal(papers->preset, tms_preset_find(TMS_STR("hf-daily-papers")));
	assert_int_equal(papers->every_s, papers->preset->every_s);
	assert_str(papers->title, "Hugging Face Daily Papers");
	assert_null(arxiv->preset);
	assert_str(arxiv->url, "https://rss.arxiv.org/atom/cs.CL");
	assert_int_equal(arxiv->every_s, 6 * TMS_HOUR_S);
	assert_int_equal(arxiv->retention_s, 30 * TMS_DAY_S);
	assert_int_equal(arxiv->items, 5000);
	assert_int_equal(p.conf->rules_count, 1);
	assert_str(p.conf->rules[0].text, "-title:survey -\"technical report\"");
	assert_false(p.conf->filter_addresses_on);
	tms_arena_free(&p.arena);
}

static void a_feed_is_what_the_file_says(void **state)
{
	struct parsed p = parse(example);
	(void)state;

	assert_right(&p);
	assert_int_equal(p.conf->users_count, 2);
	const struct tms_conf_user *ana = tms_conf_find_user(p.conf, TMS_STR("ana"));
	const struct tms_conf_user *bo = tms_conf_find_user(p.conf, TMS_STR("bo"));
	assert_null(tms_conf_find_user(p.conf, TMS_STR("an")));
	assert_non_null(ana);
	assert_non_null(bo);
	const struct tms_conf_feed *loved = tms_conf_find_feed(ana, TMS_STR("loved"));
	const struct tms_conf_feed *agents = tms_conf_find_feed(ana, TMS_STR("agents"));
	const struct tms_conf_feed *rl = tms_conf_find_feed(bo, TMS_STR("rl"));
	assert_null(tms_conf_find_feed(ana, TMS_STR("rl")));
	assert_non_null(loved);
	assert_non_null(agents);
	assert_non_null(rl);
	assert_str(loved->title, "loved");
	assert_int_equal(loved->limit, 30);
	assert_int_equal(loved->date, TMS_FEED_DATE_ENTERED);
	assert_int_equal(loved->link, TMS_FEED_LINK_HF);
	assert_int_equal(agents->limit, 100);
	assert_int_equal(agents->date, TMS_FEED_DATE_LISTED);
	assert_int_equal(agents->sources_count, 2);
	assert_str(agents->sources[0]->name, "arxiv-cl");
	assert_str(agents->sources[1]->name, "daily-papers");
	assert_str(rl->title, "RL for reasoning");
	assert_str(rl->match, "(grpo OR \"reward model\")\n-vision");
	tms_arena_free(&p.arena);
}

static void without_a_file_there_is_one_source_and_every_default(void **state)
{
	struct parsed p = parse_with(NULL, NULL);
	(void)state;

	assert_right(&p);
	assert_int_equal(p.conf->listen_count, 1);
	assert_str(p.conf->listen[0].text, "127.0.0.1:8080");
	assert_int_equal(p.conf->listen[0].at.port, 8080);
	assert_str(p.conf->public_url, "http://127.0.0.1:8080");
	assert_false(p.conf->public_url_is_set);
	assert_str(p.conf->data_dir, "/var/lib/tamis");
	assert_str(p.conf->instance_key_file, "/var/lib/tamis/instance.key");
	assert_int_equal(p.conf->store.scheme, TMS_STORE_SCHEME_SQLITE);
	assert_str(p.conf->store.url, "sqlite:/var/lib/tamis/tamis.db");
	assert_int_equal(p.conf->sources_count, 1);
	assert_str(p.conf->sources[0].name, "daily-papers");
	assert_true(p.conf->filter_addresses_on);
	assert_int_equal(p.conf->allow_networks.count, 0);
	assert_int_equal(p.conf->metrics_networks.count, 2);
	assert_int_equal(p.conf->limits.body_bytes, 10000000);
	assert_int_equal(p.conf->limits.request_head_bytes, 16384);
	assert_int_equal(p.conf->limits.per_host_interval_ms, 1000);
	assert_int_equal(p.conf->limits.min_interval_s, 15 * TMS_MINUTE_S);
	assert_int_equal(p.conf->limits.feed_bytes, 500000);
	assert_int_equal(p.conf->limits.removed_feeds_s, 7 * TMS_DAY_S);
	assert_int_equal(p.conf->warnings.count, 0);
	tms_arena_free(&p.arena);
}

static void a_feed_may_leave_out_the_only_source_and_the_query(void **state)
{
	struct parsed p =
		parse("users: {ana: {feeds: {all: {}, every-thing: , quiet: {match: ''}}}}");
	(void)state;

	assert_right(&p);
	for (size_t i = 0; i < 3; i++) {
		const struct tms_conf_feed *feed = &p.conf->users[0].feeds[i];
		assert_int_equal(feed->match.len, 0);
		assert_int_equal(feed->sources_count, 1);
		assert_str(feed->sources[0]->name, "daily-papers");
	}
	tms_arena_free(&p.arena);
}

static void what_items_of_one_source_are_read_for_takes_no_place_over_another(void **state)
{
	struct parsed p =
		parse("limits: {scan_cost: 58}\n" /* error_test.c: both cost 59 */
		      "sources: {x: {url: 'https://x.example/'}, y: {url: 'https://y.example/'}}\n"
		      "users: {a: {feeds: {f: {sources: [x], match: '/[a-z]{9}/'},\n"
		      "  g: {sources: [y], match: '/[a-z]{8}/'}}}}\n");
	(void)state;

	assert_right(&p);
	tms_arena_free(&p.arena);
}

static void links_lead_to_arxiv_where_no_source_is_hugging_face(void **state)
{
	struct parsed p = parse(
		"sources: {cl: {preset: arxiv, category: cs.CL}, hf: {preset: hf-trending}, page: {recipe: hf-papers}}\n"
		"users:\n  ana:\n    feeds:\n"
		"      a: {sources: cl}\n      b: {sources: 'cl, hf'}\n      c: {sources: [hf], link: pdf}\n"
		"      d: {sources: page}\n");
	(void)state;

	assert_right(&p);
	assert_int_equal(p.conf->users[0].feeds[0].link, TMS_FEED_LINK_ARXIV);
	assert_int_equal(p.conf->users[0].feeds[1].link, TMS_FEED_LINK_HF);
	assert_int_equal(p.conf->users[0].feeds[1].sources_count, 2);
	assert_int_equal(p.conf->users[0].feeds[2].link, TMS_FEED_LINK_PDF);
	assert_int_equal(p.conf->users[0].feeds[3].link, TMS_FEED_LINK_HF);
	assert_str(p.conf->sources[0].title, "arXiv cs.CL");
	tms_arena_free(&p.arena);
}

static void a_group_stands_for_its_sources_wherever_sources_are_named(void **state)
{
	struct parsed p = parse(
		"sources: {a: {url: 'https://a.org'}, b: {url: 'https://b.org'}, c: {url: 'https://c.org'}}\n"
		"groups:\n  all: [some, c]\n  one: b\n  some: [b, a, one]\n"
		"users:\n  ana:\n    feeds:\n"
		"      f: {sources: [c, some]}\n      g: {sources: 'one, all'}\n      h: {sources: [a, b, c]}\n");
	(void)state;

	assert_right(&p);
	assert_int_equal(p.conf->groups_count, 3);
	const struct tms_conf_group *some = tms_conf_find_group(p.conf, TMS_STR("some"));
	assert_non_null(some);
	assert_int_equal(some->sources_count, 2);
	assert_str(some->sources[0]->name, "a");
	assert_str(some->sources[1]->name, "b");
	assert_int_equal(tms_conf_find_group(p.conf, TMS_STR("all"))->sources_count, 3);
	assert_null(tms_conf_find_group(p.conf, TMS_STR("a")));
	for (size_t i = 0; i < 3; i++) {
		const struct tms_conf_feed *feed = &p.conf->users[0].feeds[i];
		assert_int_equal(feed->sources_count, 3);
		assert_str(feed->sources[0]->name, "a");
		assert_str(feed->sources[2]->name, "c");
	}
	tms_arena_free(&p.arena);
}

static void a_user_may_ask_for_everybodys_rules_and_the_own(void **state)
{
	struct parsed p = parse(
		"rules: {noise: '-survey'}\n"
		"users:\n  ana:\n    rules: {mine: 'agents rule:noise'}\n    feeds: {a: {match: 'rule:mine'}}\n"
		"  bo: {feeds: {b: {match: 'rule:noise'}}}\n");
	struct tms_query_options how;
	(void)state;

	assert_right(&p);
	tms_conf_query_options(p.conf, &p.conf->users[0], &how);
	assert_int_equal(how.rules_count, 2);
	assert_str(how.rules[1].name, "mine");
	tms_conf_query_options(p.conf, &p.conf->users[1], &how);
	assert_int_equal(how.rules_count, 1);
	assert_int_equal(how.limits.bytes, 4096);
	tms_conf_query_options(p.conf, NULL, &how);
	assert_int_equal(how.rules_count, 1);
	tms_arena_free(&p.arena);
}

static void lists_of_authors_are_everybodys_or_ones_own(void **state)
{
	static const struct tms_conf_file files[] = {
		{ TMS_STR_INIT("conf/lab.txt"), TMS_STR_INIT("# us\nEmmy Noether\n"), { 0 } },
		{ TMS_STR_INIT("/etc/own.txt"), TMS_STR_INIT("Alan Turing"), { 0 } }
	};
	const struct tms_conf_input in = {
		.yaml = TMS_STR(
			"authors:\n  friends: |\n    Ada Lovelace\n\n    Alan Turing\n"
			"  lab: {file: lab.txt}\nrules: {us: 'author:@lab'}\n"
			"users:\n  ana:\n    authors: {lab: {file: /etc/own.txt}, x: Ada}\n"
			"    feeds: {a: {match: 'author:@friends rule:us'}, b: {match: 'author:@x'}}\n"
			"  bo: {feeds: {a: {match: 'author:@friends rule:us'}}}\n"),
		.file = TMS_STR("conf/t.yaml"),
		.files = files,
		.files_count = TMS_COUNT(files)
	};
	struct parsed p = { 0 };
	struct tms_query_options how;
	size_t count = 0;
	(void)state;

	struct tms_str *paths = tms_conf_files(&p.arena, &in, &count);
	assert_int_equal(count, 2);
	assert_str(paths[0], "conf/lab.txt");
	assert_str(paths[1], "/etc/own.txt");
	p.status = tms_conf_parse(&p.arena, &in, &p.conf, &p.errors);
	assert_right(&p);
	tms_conf_query_options(p.conf, NULL, &how);
	assert_int_equal(how.authors_count, 2);
	assert_str(how.authors[0].text, "Ada Lovelace\nAlan Turing\n");
	assert_str(how.authors[1].text, "Emmy Noether\n");
	tms_conf_query_options(p.conf, &p.conf->users[0], &how);
	assert_int_equal(how.authors_count, 4);
	assert_str(how.authors[2].text, "Alan Turing\n");
	/* the same words, and another list of that name */
	assert_true(p.conf->users[0].feeds[0].hash != p.conf->users[1].feeds[0].hash);
	tms_arena_free(&p.arena);
}

static void stores_may_be_written_for_short(void **state)
{
	static const struct {
		const char *store, *url;
		enum tms_store_scheme scheme;
	} rows[] = {
		{ "sqlite", "sqlite:/var/lib/tamis/tamis.db", TMS_STORE_SCHEME_SQLITE },
		{ "sqlite:/srv/t.db", "sqlite:/srv/t.db", TMS_STORE_SCHEME_SQLITE },
		{ "redis://cache:6379/2", "redis://cache:6379/2", TMS_STORE_SCHEME_REDIS },
		{ "redis://u:secret@cache", "redis://u:secret@cache", TMS_STORE_SCHEME_REDIS },
		{ "unix:/run/redis.sock", "redis+unix:/run/redis.sock",
			TMS_STORE_SCHEME_REDIS_UNIX },
		{ "redis+unix://:secret@/run/r.sock", "redis+unix://:secret@/run/r.sock",
			TMS_STORE_SCHEME_REDIS_UNIX },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		char yaml[200];
		(void)snprintf(yaml, sizeof(yaml), "store: '%s'\n", rows[i].store);
		struct parsed p = parse(yaml);
		assert_right(&p);
		assert_int_equal(p.conf->store.scheme, rows[i].scheme);
		assert_str(p.conf->store.url, rows[i].url);
		assert_str(p.conf->store.prefix, "tamis:");
		assert_int_equal(p.conf->store.timeout_ms, 500);
		tms_arena_free(&p.arena);
	}
}

static void relative_paths_start_at_the_files_folder(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_conf_messages errors;
	const struct tms_conf *conf = NULL;
	const struct tms_conf_env env = { TMS_STR("TAMIS_REDIS__PASSWORD_FILE"),
		TMS_STR("secret") };
	struct tms_conf_input in = {
		.yaml = TMS_STR("data_dir: state/\nsources: {a: {file: papers.json}}\n"),
		.file = TMS_STR("/etc/tamis/tamis.yaml"),
		.env = &env,
		.env_count = 1
	};
	(void)state;

	assert_int_equal(tms_conf_parse(&arena, &in, &conf, &errors), TMS_OK);
	assert_str(conf->data_dir, "/etc/tamis/state");
	assert_str(conf->store.url, "sqlite:/etc/tamis/state/tamis.db");
	assert_str(conf->sources[0].path, "/etc/tamis/papers.json");
	assert_str(conf->store.password_file, "secret"); /* a variable knows no folder */
	tms_arena_free(&arena);
}

/* ---- hashes ---- */

static void a_hash_follows_what_matters_and_nothing_else(void **state)
{
	static const struct {
		const char *why, *yaml;
		bool source_same, feed_same;
	} rows[] = {
		{ "the same again, in other words",
			"rules: {r: \"-survey\"}\nsources:\n  s:\n    preset: hf-daily-papers\n"
			"users: {a: {feeds: {f: {match: \"agents rule:r\"}}}}",
			true, true },
		{ "another rhythm",
			"sources: {s: {preset: hf-daily-papers, every: 3h}}\nrules: {r: '-survey'}\n"
			"users: {a: {feeds: {f: {match: 'agents rule:r'}}}}",
			true, true },
		{ "another list",
			"sources: {s: {preset: hf-trending}}\nrules: {r: '-survey'}\n"
			"users: {a: {feeds: {f: {match: 'agents rule:r'}}}}",
			false, false },
		{ "another rule behind the same name",
			"sources: {s: {preset: hf-daily-papers}}\nrules: {r: '-vision'}\n"
			"users: {a: {feeds: {f: {match: 'agents rule:r'}}}}",
			true, false },
		{ "another limit",
			"sources: {s: {preset: hf-daily-papers}}\nrules: {r: '-survey'}\n"
			"users: {a: {feeds: {f: {match: 'agents rule:r', limit: 5}}}}",
			true, false },
		{ "another title",
			"sources: {s: {preset: hf-daily-papers}}\nrules: {r: '-survey'}\n"
			"users: {a: {feeds: {f: {match: 'agents rule:r', title: T}}}}",
			true, false },
		{ "a rename that keeps its address",
			"sources: {s: {preset: hf-daily-papers}}\nrules: {r: '-survey'}\n"
			"users: {a: {feeds: {f: {match: 'agents rule:r', was: g}}}}",
			true, true },
	};
	struct parsed base =
		parse("sources: {s: {preset: hf-daily-papers}}\nrules: {r: '-survey'}\n"
		      "users: {a: {feeds: {f: {match: 'agents rule:r'}}}}");
	(void)state;
	assert_right(&base);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct parsed p = parse(rows[i].yaml);
		assert_right(&p);
		bool source = p.conf->sources[0].hash == base.conf->sources[0].hash;
		bool feed = p.conf->users[0].feeds[0].hash == base.conf->users[0].feeds[0].hash;
		if (source != rows[i].source_same || feed != rows[i].feed_same)
			fail_msg("%s", rows[i].why);
		tms_arena_free(&p.arena);
	}
	tms_arena_free(&base.arena);
}

/* ---- the environment ---- */

static void the_environment_wins_over_the_file(void **state)
{
	static const char *const env[] = {
		"TAMIS_PUBLIC_URL=https://env.example.org/",
		"TAMIS_LIMITS__BODY_BYTES=2MB",
		"TAMIS_SOURCES__DAILY_PAPERS__EVERY=2h",
		"TAMIS_SOURCES__EXTRA__URL=https://example.org/feed",
		"TAMIS_USERS__ANA__FEEDS__TOOL_USE__LIMIT=7",
		"TAMIS_USERS__ANA__FEEDS__TOOL_USE__SOURCES=extra,daily-papers",
		"TAMIS_RULES__NO_NOISE=-vision",
		"TAMIS_ALLOW_NETWORKS=10.0.0.0/8, fd00::/8",
		"TAMIS_LISTEN=:9090,unix:/run/t.sock",
		"TAMIS_CONTACT=",
		"PATH=/bin",
		NULL,
	};
	struct parsed p =
		parse_with("public_url: https://file.example.org\n"
			   "contact: me@example.org\n"
			   "limits: {body_bytes: 1MB}\n"
			   "sources: {daily-papers: {preset: hf-daily-papers, every: 6h}}\n"
			   "rules: {no-noise: '-survey'}\n"
			   "users: {ana: {feeds: {tool-use: {match: 'tool', limit: 9}}}}\n",
			env);
	(void)state;

	assert_right(&p);
	assert_str(p.conf->public_url, "https://env.example.org");
	assert_int_equal(p.conf->limits.body_bytes, 2000000);
	assert_int_equal(p.conf->sources_count, 2);
	assert_int_equal(
		tms_conf_find_source(p.conf, TMS_STR("daily-papers"))->every_s, 2 * TMS_HOUR_S);
	assert_int_equal(p.conf->users[0].feeds[0].limit, 7);
	assert_int_equal(p.conf->users[0].feeds[0].sources_count, 2);
	assert_str(p.conf->rules[0].text, "-vision");
	assert_int_equal(p.conf->allow_networks.count, 2);
	assert_int_equal(p.conf->listen_count, 2);
	assert_int_equal(p.conf->listen[0].at.kind, TMS_LISTEN_ANY);
	assert_int_equal(p.conf->contact.len, 0);
	tms_arena_free(&p.arena);
}

static void a_wrong_variable_is_named(void **state)
{
	static const char *const env[] = { "TAMIS_LIMITS__ITEMS=many", "TAMIS_STORE=mysql",
		"TAMIS_RULES__R=\"unclosed", NULL };
	struct parsed p = parse_with("limits: {items: 10}\nlog: {level: loud}\n", env);
	(void)state;

	assert_int_equal(p.status, TMS_EINVAL);
	assert_messages("variables stand behind the file", &p.errors,
		"t.yaml:2:14: log.level: found \"loud\"; expected error, warning, info or debug\n"
		"TAMIS_LIMITS__ITEMS: limits.items: found \"many\"; expected a whole number from 1 to 1000000\n"
		"TAMIS_RULES__R: character 1: …\n"
		"TAMIS_STORE: store: found \"mysql\"; expected sqlite");
	tms_arena_free(&p.arena);
}

static void a_misspelt_variable_is_warned_of_and_a_strangers_is_not(void **state)
{
	static const char *const env[] = { "TAMIS_PUBLIC_ULR=x", "TAMIS_LIMITS__NOTHING=x",
		"TAMIS_CONFIG=x", "TAMIS_PORT_8080_TCP_ADDR=10.0.0.1",
		"TAMIS_SERVICE_HOST=10.0.0.1", NULL };
	struct parsed p = parse_with(NULL, env);
	(void)state;

	assert_right(&p);
	assert_messages("slips", &p.conf->warnings,
		"TAMIS_LIMITS__NOTHING: this variable names no setting\n"
		"TAMIS_PUBLIC_ULR: this variable names no setting; did you mean \"TAMIS_PUBLIC_URL\"?");
	tms_arena_free(&p.arena);
}

static void systemd_says_where_data_goes_unless_somebody_else_does(void **state)
{
	static const char *const systemd[] = { "STATE_DIRECTORY=/var/lib/private/t:/var/lib/other",
		NULL };
	static const char *const both[] = { "STATE_DIRECTORY=/var/lib/t", "TAMIS_DATA_DIR=/srv/t",
		NULL };
	struct parsed a = parse_with(NULL, systemd), b = parse_with("data_dir: /srv/f\n", systemd),
		      c = parse_with(NULL, both);
	(void)state;

	assert_right(&a);
	assert_right(&b);
	assert_right(&c);
	assert_str(a.conf->data_dir, "/var/lib/private/t");
	assert_str(b.conf->data_dir, "/srv/f");
	assert_str(c.conf->data_dir, "/srv/t");
	tms_arena_free(&a.arena);
	tms_arena_free(&b.arena);
	tms_arena_free(&c.arena);
}

static void somebody_without_systemd_has_a_place_that_may_be_written(void **state)
{
	static const struct {
		const char *why, *yaml, *name, *value, *want;
	} rows[] = {
		{ "nobody says anything else", "contact: a\n", "HOME", "/h", "/home/ana/state" },
		{ "systemd does", "contact: a\n", "STATE_DIRECTORY", "/var/lib/t", "/var/lib/t" },
		{ "the file does", "data_dir: /srv/t\n", "HOME", "/h", "/srv/t" },
		{ "a variable does", "data_dir: /srv/t\n", "TAMIS_DATA_DIR", "/v", "/v" },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_conf_messages errors;
		const struct tms_conf *conf = NULL;
		const struct tms_conf_env env = { tms_str_from(rows[i].name),
			tms_str_from(rows[i].value) };
		const struct tms_conf_input in = { .yaml = tms_str_from(rows[i].yaml),
			.file = TMS_STR("t.yaml"),
			.env = &env,
			.env_count = 1,
			.data_dir = TMS_STR("/home/ana/state") };
		assert_int_equal(tms_conf_parse(&arena, &in, &conf, &errors), TMS_OK);
		if (!tms_str_equal(conf->data_dir, tms_str_from(rows[i].want)))
			fail_msg("%s: %.*s", rows[i].why, TMS_STR_ARGS(conf->data_dir));
		tms_arena_free(&arena);
	}
}

static void a_refused_file_still_says_where_data_is(void **state)
{
	static const struct {
		const char *why, *yaml, *name, *value, *want;
	} rows[] = {
		{ "its line can be read", "listen: x\ndata_dir: state # ours\nusers:\n\tana: {}\n",
			"HOME", "/h", "/etc/t/state" },
		{ "a variable wins as ever", "data_dir: /srv\nusers:\n\tana: {}\n",
			"TAMIS_DATA_DIR", "/v", "/v" },
		{ "there is none", "colour: red\n", "HOME", "/h", "/home/ana/state" },
		{ "there is none, under systemd", "colour: red\n", "STATE_DIRECTORY", "/s", "/s" },
		{ "it is wrong as well", "data_dir: [a\n", "HOME", "/h", "/home/ana/state" },
		{ "it belongs to something else", "limits:\n  data_dir: /no\n", "HOME", "/h",
			"/home/ana/state" },
		{ "the file cannot be read at all", "", "TAMIS_DATA_DIR", "/v", "/v" },
		{ "the variable is wrong", "", "TAMIS_DATA_DIR", "", "/home/ana/state" },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		const struct tms_conf_env env[] = { { tms_str_from(rows[i].name),
							    tms_str_from(rows[i].value) },
			{ TMS_STR_INIT("TAMIS_LISTEN"), TMS_STR_INIT("nowhere") } };
		const struct tms_conf_input in = { .yaml = tms_str_from(rows[i].yaml),
			.file = TMS_STR("/etc/t/tamis.yaml"),
			.env = env,
			.env_count = 2,
			.data_dir = TMS_STR("/home/ana/state") };
		struct tms_str found = tms_conf_data_dir(&arena, &in);
		if (!tms_str_equal(found, tms_str_from(rows[i].want)))
			fail_msg("%s: %.*s", rows[i].why, TMS_STR_ARGS(found));
		tms_arena_free(&arena);
	}
}

static void an_open_address_without_public_url_is_warned_of(void **state)
{
	struct parsed p = parse("listen: ':8080'\n");
	(void)state;

	assert_right(&p);
	assert_str(p.conf->public_url, "http://localhost:8080");
	assert_messages("other machines cannot reach localhost", &p.conf->warnings,
		"t.yaml: public_url is not set");
	tms_arena_free(&p.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_rules_users_and_feeds_are_what_the_file_says),
		cmocka_unit_test(a_feed_is_what_the_file_says),
		cmocka_unit_test(without_a_file_there_is_one_source_and_every_default),
		cmocka_unit_test(a_feed_may_leave_out_the_only_source_and_the_query),
		cmocka_unit_test(what_items_of_one_source_are_read_for_takes_no_place_over_another),
		cmocka_unit_test(links_lead_to_arxiv_where_no_source_is_hugging_face),
		cmocka_unit_test(a_group_stands_for_its_sources_wherever_sources_are_named),
		cmocka_unit_test(a_user_may_ask_for_everybodys_rules_and_the_own),
		cmocka_unit_test(lists_of_authors_are_everybodys_or_ones_own),
		cmocka_unit_test(stores_may_be_written_for_short),
		cmocka_unit_test(relative_paths_start_at_the_files_folder),
		cmocka_unit_test(a_hash_follows_what_matters_and_nothing_else),
		cmocka_unit_test(the_environment_wins_over_the_file),
		cmocka_unit_test(a_wrong_variable_is_named),
		cmocka_unit_test(a_misspelt_variable_is_warned_of_and_a_strangers_is_not),
		cmocka_unit_test(systemd_says_where_data_goes_unless_somebody_else_does),
		cmocka_unit_test(somebody_without_systemd_has_a_place_that_may_be_written),
		cmocka_unit_test(a_refused_file_still_says_where_data_is),
		cmocka_unit_test(an_open_address_without_public_url_is_warned_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
