#include "parse.h"

#include <tamis/settings.h>

/* ---- the table ---- */

static void every_setting_can_be_found_named_and_explained(void **state)
{
	size_t count = 0;
	const struct tms_setting *settings = tms_settings(&count);
	(void)state;

	assert_true(count > 50);
	for (size_t i = 0; i < count; i++) {
		struct tms_buf expected = { 0 }, variable = { 0 };
		if (tms_setting_find(tms_str_from(settings[i].path)) != &settings[i])
			fail_msg("%s stands twice, or is hidden by another", settings[i].path);
		tms_setting_write_expected(&expected, &settings[i]);
		tms_setting_write_variable(&variable, &settings[i]);
		assert_true(expected.len > 0);
		assert_true(tms_str_starts(tms_buf_str(&variable), TMS_STR("TAMIS_")));
		if (!tms_str_ends(tms_str_from(settings[i].help), TMS_STR(".")))
			fail_msg("the help of %s is no sentence", settings[i].path);
		tms_buf_free(&expected);
		tms_buf_free(&variable);
	}
}

static void a_path_with_real_names_finds_its_setting(void **state)
{
	static const struct {
		const char *path, *want;
	} rows[] = {
		{ "limits.items", "limits.items" },
		{ "sources.daily-papers.items", "sources.NAME.items" },
		{ "rules.no-noise", "rules.NAME" },
		{ "users.ana.feeds.agents.match", "users.USER.feeds.FEED.match" },
		{ "users.ana.rules.mine", "users.USER.rules.NAME" },
		{ "limits", NULL },
		{ "limits.items.more", NULL },
		{ "sources..items", NULL },
		{ "", NULL },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		const struct tms_setting *setting = tms_setting_find(tms_str_from(rows[i].path));
		if (rows[i].want ? !setting || strcmp(setting->path, rows[i].want) != 0
				 : setting != NULL)
			fail_msg("%s", rows[i].path);
	}
}

static void sizes_are_read_in_every_unit_and_written_in_the_shortest(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes; /* -1: refused */
		const char *written;
	} rows[] = {
		{ "0", 0, "0" },
		{ "1000", 1000, "1kB" },
		{ "1024", 1024, "1KiB" },
		{ "10MB", 10000000, "10MB" },
		{ "10 mb", 10000000, "10MB" },
		{ "16KiB", 16384, "16KiB" },
		{ "500kB", 500000, "500kB" },
		{ "2GiB", INT64_C(2147483648), "2GiB" },
		{ "77B", 77, "77" },
		{ "1025", 1025, "1025" },
		{ "", -1, NULL },
		{ "MB", -1, NULL },
		{ "-1", -1, NULL },
		{ "1.5MB", -1, NULL },
		{ "10TB", -1, NULL },
		{ "9223372036854775807GB", -1, NULL },
		{ "99999999999999999999", -1, NULL },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_buf text = { 0 };
		int64_t bytes = -1;
		bool is_read = tms_bytes_parse(tms_str_from(rows[i].text), &bytes);
		if (is_read != (rows[i].bytes >= 0) || bytes != rows[i].bytes)
			fail_msg("\"%s\" was read as %lld", rows[i].text, (long long)bytes);
		if (is_read)
			tms_bytes_write(&text, bytes);
		if (is_read)
			assert_str(tms_buf_str(&text), rows[i].written);
		tms_buf_free(&text);
	}
}

/* ---- describe and the example ---- */

static void describe_tells_every_setting_with_its_variable_in_100_columns(void **state)
{
	struct tms_buf text = { 0 };
	size_t count = 0;
	const struct tms_setting *settings = tms_settings(&count);
	(void)state;

	tms_settings_describe(&text);
	assert_int_equal(text.status, TMS_OK);
	for (size_t i = 0; i < count; i++) {
		struct tms_buf variable = { 0 };
		tms_setting_write_variable(&variable, &settings[i]);
		if (tms_str_find(tms_buf_str(&text), tms_buf_str(&variable), 0) == SIZE_MAX ||
			tms_str_find(tms_buf_str(&text), tms_str_from(settings[i].path), 0) ==
				SIZE_MAX)
			fail_msg("%s is not told", settings[i].path);
		tms_buf_free(&variable);
	}
	const struct tms_preset *presets = tms_presets(&count);
	for (size_t i = 0; i < count; i++)
		if (tms_str_find(tms_buf_str(&text), presets[i].name, 0) == SIZE_MAX)
			fail_msg("%.*s is not told", TMS_STR_ARGS(presets[i].name));
	struct tms_str rest = tms_buf_str(&text), line;
	while (tms_str_split(&rest, '\n', &line))
		if (line.len > 104) /* bytes; some characters have three */
			fail_msg("too wide: %.*s", TMS_STR_ARGS(line));
	tms_buf_free(&text);
}

/* "#name: value" becomes "name: value"; help and samples ("# …") stay comments. */
static struct tms_buf uncommented(struct tms_str example)
{
	struct tms_buf out = { 0 };
	struct tms_str line;

	while (tms_str_split(&example, '\n', &line)) {
		bool is_setting = line.len > 1 && line.ptr[0] == '#' &&
				  (line.ptr[1] != ' ' || (line.len > 3 && line.ptr[2] == ' ' &&
								 tms_is_alpha(line.ptr[3])));
		tms_buf_add(&out, is_setting ? tms_str_slice(line, 1, line.len) : line);
		tms_buf_add_char(&out, '\n');
	}
	tms_buf_add_char(&out, '\0');
	return out;
}

static void assert_same_settings(const struct tms_conf *a, const struct tms_conf *b)
{
	assert_memory_equal(&a->limits, &b->limits, sizeof(a->limits));
	assert_str(a->public_url, b->public_url.ptr);
	assert_str(a->data_dir, b->data_dir.ptr);
	assert_str(a->store.url, b->store.url.ptr);
	assert_str(a->store.prefix, b->store.prefix.ptr);
	assert_str(a->listen[0].text, b->listen[0].text.ptr);
	assert_int_equal(a->store.timeout_ms, b->store.timeout_ms);
	assert_int_equal(a->filter_addresses, b->filter_addresses);
	assert_int_equal(a->arxiv_categories, b->arxiv_categories);
	assert_str(a->arxiv_api_url, b->arxiv_api_url.ptr);
	assert_int_equal(a->log_level, b->log_level);
	assert_int_equal(a->log_format, b->log_format);
	assert_int_equal(a->metrics_networks.count, b->metrics_networks.count);
	assert_int_equal(a->trusted_proxies.count, b->trusted_proxies.count);
	assert_int_equal(a->serve_threads, b->serve_threads);
	assert_int_equal(a->sources_count, b->sources_count);
	assert_int_equal(a->sources[0].hash, b->sources[0].hash);
	assert_int_equal(a->users_count, 0);
	assert_int_equal(a->rules_count, 0);
}

static void the_example_file_changes_nothing_whether_its_lines_are_comments_or_not(void **state)
{
	struct tms_buf text = { 0 };
	struct parsed none = parse_with(NULL, NULL);
	(void)state;

	tms_settings_example(&text);
	struct tms_buf open = uncommented(tms_buf_str(&text));
	tms_buf_add_char(&text, '\0');
	struct parsed closed = parse(text.ptr), opened = parse(open.ptr);
	assert_right(&none);
	assert_right(&closed);
	assert_right(&opened);
	assert_non_null(strstr(open.ptr, "\n  body_bytes: 10MB\n"));
	assert_same_settings(closed.conf, none.conf);
	assert_same_settings(opened.conf, none.conf);
	tms_arena_free(&none.arena);
	tms_arena_free(&closed.arena);
	tms_arena_free(&opened.arena);
	tms_buf_free(&open);
	tms_buf_free(&text);
}

static void the_committed_example_is_the_one_that_describe_prints(void **state)
{
	struct tms_buf text = { 0 };
	char *committed = read_file("../conf/tamis.yaml");
	(void)state;

	tms_settings_example(&text);
	if (!tms_str_equal(tms_buf_str(&text), tms_str_from(committed)))
		fail_msg(
			"conf/tamis.yaml is not what the table says: tamis describe --example > conf/tamis.yaml");
	free(committed);
	tms_buf_free(&text);
}

/* Every scalar setting by its variable: the value is read, and a nonsensical one is refused in the
 * variable's name. */
static void every_setting_can_be_given_by_its_variable(void **state)
{
	size_t count = 0;
	const struct tms_setting *settings = tms_settings(&count);
	(void)state;

	for (size_t i = 0; i < count; i++) {
		struct tms_buf variable = { 0 }, entry = { 0 };
		tms_setting_write_variable(&variable, &settings[i]);
		tms_buf_format(&entry, "%.*s=\x01(\"", TMS_STR_ARGS(tms_buf_str(&variable)));
		tms_buf_add_char(&entry, '\0');
		const char *env[] = { entry.ptr, NULL };
		struct parsed p = parse_with("sources: {name: {preset: hf-weekly}}\n", env);
		bool is_named = false;
		for (size_t k = 0; k < p.errors.count; k++)
			is_named = is_named ||
				   tms_str_equal(p.errors.items[k].file, tms_buf_str(&variable));
		if (p.status != TMS_EINVAL || !is_named)
			fail_msg("%.*s is passed over", TMS_STR_ARGS(tms_buf_str(&variable)));
		tms_arena_free(&p.arena);
		tms_buf_free(&variable);
		tms_buf_free(&entry);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_setting_can_be_found_named_and_explained),
		cmocka_unit_test(a_path_with_real_names_finds_its_setting),
		cmocka_unit_test(sizes_are_read_in_every_unit_and_written_in_the_shortest),
		cmocka_unit_test(describe_tells_every_setting_with_its_variable_in_100_columns),
		cmocka_unit_test(
			the_example_file_changes_nothing_whether_its_lines_are_comments_or_not),
		cmocka_unit_test(the_committed_example_is_the_one_that_describe_prints),
		cmocka_unit_test(every_setting_can_be_given_by_its_variable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
