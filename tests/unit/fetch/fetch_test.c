#include "test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <event2/event.h>

#include "corpus.h"
#include "fetch/fetch.h"
#include "loop/clock.h"

static struct tms_clock system_clock;

/* The upstream of these tests: tests/integration/origin.py, a process of its own. */
static struct {
	pid_t pid;
	int to_stdin;
	int port;
} origin;

static int start_origin(void **state)
{
	int in[2], out[2];
	char script[4096], line[32];

	system_clock = tms_clock_system();
	(void)state;

	(void)snprintf(script, sizeof(script), "%s/integration/origin.py", getenv("TAMIS_TESTS"));
	if (pipe(in) != 0 || pipe(out) != 0)
		return -1;
	origin.pid = fork();
	if (origin.pid == 0) {
		(void)dup2(in[0], 0);
		(void)dup2(out[1], 1);
		(void)close(in[1]);
		(void)close(out[0]);
		execlp("python3", "python3", script, (char *)NULL);
		_exit(127);
	}
	(void)close(in[0]);
	(void)close(out[1]);
	origin.to_stdin = in[1];
	FILE *answers = fdopen(out[0], "r");
	if (!answers || !fgets(line, sizeof(line), answers))
		return -1;
	int64_t port = 0;
	if (!tms_str_int64(tms_str_trim(tms_str_from(line)), &port))
		return -1;
	origin.port = (int)port;
	(void)fclose(answers);
	return 0;
}

static int stop_origin(void **state)
{
	(void)state;
	(void)close(origin.to_stdin);
	(void)kill(origin.pid, SIGTERM);
	return waitpid(origin.pid, NULL, 0) == origin.pid ? 0 : -1;
}

/* What a reply said, kept beyond the call. */
struct kept {
	struct event_base *base;
	bool done;
	enum tms_outcome outcome;
	int http_status;
	bool permanent;
	char body[200], error[300], etag[40], language[40];
	int64_t pause_s;
	tms_time paused_until;
	size_t body_bytes;
};

static void keep_text(char *to, size_t size, struct tms_str from)
{
	(void)snprintf(to, size, "%.*s", TMS_STR_ARGS(from));
}

static void keep(void *context, const struct tms_fetch_reply *reply)
{
	struct kept *kept = context;

	kept->done = true;
	kept->outcome = reply->answer.outcome;
	kept->http_status = reply->answer.http_status;
	kept->permanent = reply->answer.permanent_redirect;
	kept->body_bytes = reply->body.len;
	kept->paused_until = reply->answer.paused_until;
	(void)tms_retry_after_parse(reply->answer.retry_after, 0, &kept->pause_s);
	keep_text(kept->body, sizeof(kept->body), reply->body);
	keep_text(kept->error, sizeof(kept->error), reply->answer.error);
	keep_text(kept->etag, sizeof(kept->etag), reply->answer.etag);
	keep_text(kept->language, sizeof(kept->language), reply->content_language);
	(void)event_base_loopbreak(kept->base);
}

static struct tms_network loopback;

static struct tms_fetcher_options options_of_tests(void)
{
	(void)!tms_network_parse(TMS_STR("127.0.0.0/8"), &loopback, NULL);
	return (struct tms_fetcher_options){ .user_agent = TMS_STR(
						     "Tamis/test (+mailto:nobody@example.org)"),
		.policy = { &loopback, 1 },
		.body_bytes_max = 1 << 20,
		.header_bytes_max = 64 << 10,
		.redirects_max = 5,
		.connect_timeout_ms = 5000,
		.total_timeout_ms = 20000,
		.parallel = 16,
		.host_parallel = 2 };
}

static struct kept fetch(
	const struct tms_fetcher_options *options, const struct tms_fetch_request *request)
{
	struct event_base *base = event_base_new();
	struct tms_fetcher *fetcher = tms_fetcher_new(base, &system_clock, options);
	struct kept kept = { .base = base };

	assert_non_null(fetcher);
	assert_non_null(tms_fetch_start(fetcher, request, keep, &kept));
	assert_false(kept.done); /* never inside the call that asked */
	while (!kept.done)
		assert_int_equal(event_base_loop(base, EVLOOP_ONCE), 0);
	tms_fetcher_free(fetcher);
	event_base_free(base);
	return kept;
}

static struct kept fetch_path(const char *path)
{
	struct tms_fetcher_options options = options_of_tests();
	struct tms_arena arena = { 0 };
	struct tms_fetch_request request = { .url = tms_arena_format(&arena,
						     "http://127.0.0.1:%d%s", origin.port, path) };
	struct kept kept = fetch(&options, &request);

	tms_arena_free(&arena);
	return kept;
}

static void a_body_comes_with_its_validators_and_is_not_sent_twice(void **state)
{
	struct tms_fetcher_options options = options_of_tests();
	struct tms_arena arena = { 0 };
	struct tms_fetch_request request = { .url = tms_arena_format(&arena,
						     "http://127.0.0.1:%d/ok", origin.port) };
	(void)state;

	struct kept first = fetch(&options, &request);
	assert_int_equal(first.outcome, TMS_OUTCOME_LISTED);
	assert_string_equal(first.body, "fine");
	assert_string_equal(first.etag, "\"one\"");
	assert_string_equal(first.language, "de");
	request.etag = tms_str_from(first.etag);
	assert_int_equal(fetch(&options, &request).outcome, TMS_OUTCOME_UNCHANGED);
	tms_arena_free(&arena);
}

static void misbehaving_hosts_end_in_a_plain_outcome(void **state)
{
	static const struct {
		const char *path;
		enum tms_outcome outcome;
		const char *says;
	} rows[] = {
		{ "/bomb", TMS_OUTCOME_TOO_LARGE, "limits.body_bytes" },
		{ "/double", TMS_OUTCOME_TOO_LARGE, "limits.body_bytes" },
		{ "/heads", TMS_OUTCOME_TOO_LARGE, "limits.header_bytes" },
		{ "/midbody", TMS_OUTCOME_UNREACHABLE, "broke off" },
		{ "/missing", TMS_OUTCOME_STATUS, "404" },
		{ "/to?url=file:///etc/passwd", TMS_OUTCOME_DENIED, "only http" },
		{ "/to?url=http://user@example.org/", TMS_OUTCOME_DENIED, "user name" },
		{ "/to?url=http://[::1]:9/", TMS_OUTCOME_DENIED, "allow_networks" },
		{ "/to?url=http://169.254.169.254/latest", TMS_OUTCOME_DENIED, "allow_networks" },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct kept kept = fetch_path(rows[i].path);
		if (kept.outcome != rows[i].outcome || !strstr(kept.error, rows[i].says))
			fail_msg("%s: outcome %d, \"%s\"", rows[i].path, (int)kept.outcome,
				kept.error);
	}
}

static void redirects_are_followed_counted_and_told_apart(void **state)
{
	(void)state;
	struct kept kept = fetch_path("/to?status=301&url=/ok");
	assert_int_equal(kept.outcome, TMS_OUTCOME_LISTED);
	assert_true(kept.permanent);
	assert_false(fetch_path("/to?status=302&url=/ok").permanent);
	/* the agent is honest */
	assert_string_equal(
		fetch_path("/agent").body, "Tamis/test (+mailto:nobody@example.org)|no cookie");
	/* each hop asks for itself again */
	struct tms_arena arena = { 0 };
	struct tms_str path = TMS_STR("/ok");
	for (int i = 0; i < 7; i++) {
		struct tms_buf escaped = { 0 };
		for (size_t k = 0; k < path.len; k++)
			tms_buf_format(&escaped, "%%%02x", (unsigned char)path.ptr[k]);
		path = tms_arena_format(
			&arena, "/to?url=%.*s", TMS_STR_ARGS(tms_buf_str(&escaped)));
		tms_buf_free(&escaped);
		if (i == 2)
			assert_int_equal(
				fetch_path(tms_str_cstr(&arena, path)).outcome, TMS_OUTCOME_LISTED);
		if (path.len > 1500)
			break;
	}
	tms_arena_free(&arena);
	struct tms_fetcher_options options = options_of_tests();
	options.redirects_max = 0;
	struct tms_fetch_request request = { .url = TMS_STR("") };
	char url[80];
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/to?url=/ok", origin.port);
	request.url = tms_str_from(url);
	kept = fetch(&options, &request);
	assert_int_equal(kept.outcome, TMS_OUTCOME_UNREACHABLE);
	assert_non_null(strstr(kept.error, "limits.redirects"));
}

static void cookies_are_sent_within_one_chain_of_redirects_and_no_further(void **state)
{
	char url[120];
	(void)state;

	assert_string_equal(fetch_path("/seen").body, "fine");
	assert_string_equal(
		fetch_path("/to?url=/agent").body, "Tamis/test (+mailto:nobody@example.org)|a=b");
	assert_non_null(strstr(fetch_path("/agent").body, "no cookie"));
	/* another host of the chain does not get them */
	(void)snprintf(url, sizeof(url), "/to?url=http://localhost:%d/agent", origin.port);
	assert_non_null(strstr(fetch_path(url).body, "no cookie"));
}

static void validators_go_only_to_the_address_that_gave_them(void **state)
{
	static const struct {
		const char *why, *path, *validated, *gets;
	} rows[] = {
		{ "the address itself", "/conditions", "", "\"one\"" },
		{ "it leads elsewhere now", "/to?url=/conditions", "", "nothing" },
		{ "the end of the chain gave them", "/to?url=/conditions", "/conditions",
			"\"one\"" },
		{ "it led elsewhere once", "/conditions", "/ok", "nothing" },
	};
	struct tms_fetcher_options options = options_of_tests();
	struct tms_arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_fetch_request request = { .etag = TMS_STR("\"one\"") };
		request.url = tms_arena_format(
			&arena, "http://127.0.0.1:%d%s", origin.port, rows[i].path);
		if (rows[i].validated[0])
			request.validated_url = tms_arena_format(
				&arena, "http://127.0.0.1:%d%s", origin.port, rows[i].validated);
		struct kept kept = fetch(&options, &request);
		if (strcmp(kept.body, rows[i].gets) != 0)
			fail_msg("%s: asked with %s", rows[i].why, kept.body);
	}
	tms_arena_free(&arena);
}

static void a_304_that_nobody_asked_for_is_a_failure(void **state)
{
	(void)state;
	struct kept kept = fetch_path("/unasked");

	assert_int_equal(kept.outcome, TMS_OUTCOME_STATUS);
	assert_int_equal(kept.http_status, 304);
	assert_non_null(strstr(kept.error, "without having been asked"));
}

/* Another instance, that knows of one pause. */
struct other {
	struct tms_fetcher *fetcher;
	char host[40];
	tms_time until;
	int looked;
};

static void look(void *context, struct tms_str host)
{
	struct other *other = context;
	bool is_paused = tms_str_equal(host, tms_str_from(other->host));

	other->looked++;
	tms_fetcher_told_host(other->fetcher, host, is_paused ? other->until : 0);
}

static struct kept fetch_beside(struct other *other, const char *format)
{
	struct tms_fetcher_options options = options_of_tests();
	struct event_base *base = event_base_new();
	struct kept kept = { .base = base };
	struct tms_arena arena = { 0 };
	struct tms_fetch_request request = { .url = tms_arena_format(
						     &arena, "http://127.0.0.1:%d", origin.port) };

	request.url = tms_arena_format(
		&arena, "%.*s%s%d/ok", TMS_STR_ARGS(request.url), format, origin.port);
	other->fetcher = tms_fetcher_new(base, &system_clock, &options);
	tms_fetcher_look_with(other->fetcher, look, other);
	assert_non_null(tms_fetch_start(other->fetcher, &request, keep, &kept));
	while (!kept.done)
		assert_int_equal(event_base_loop(base, EVLOOP_ONCE), 0);
	tms_fetcher_free(other->fetcher);
	event_base_free(base);
	tms_arena_free(&arena);
	return kept;
}

static void a_pause_that_others_know_of_is_obeyed_on_every_hop(void **state)
{
	tms_time now = tms_clock_now(&system_clock);
	struct other other = { .until = now + 600 };
	(void)state;

	(void)snprintf(other.host, sizeof(other.host), "localhost:%d", origin.port);
	struct kept kept = fetch_beside(&other, "/to?url=http://localhost:");
	assert_int_equal(kept.outcome, TMS_OUTCOME_PAUSED);
	assert_int_equal(kept.paused_until, now + 600);
	assert_int_equal(other.looked, 2); /* both hosts */
	other.until = now - 1;
	kept = fetch_beside(&other, "/to?url=http://localhost:");
	assert_int_equal(kept.outcome, TMS_OUTCOME_LISTED);
	other.until = now + 30 * TMS_DAY_S; /* longer than any pause: a clock was set back */
	kept = fetch_beside(&other, "/to?url=http://LOCALHOST:");
	assert_int_equal(kept.outcome, TMS_OUTCOME_LISTED);
}

/* How many milliseconds a fetch takes with this many between two starts at a host. */
static int64_t takes_ms(const char *path, int64_t interval_ms)
{
	struct tms_fetcher_options options = options_of_tests();
	struct tms_arena arena = { 0 };
	struct tms_fetch_request request = { .url = tms_arena_format(&arena,
						     "http://127.0.0.1:%d%s", origin.port, path) };
	int64_t begun_ms = tms_monotonic_ms();

	options.host_interval_ms = interval_ms;
	assert_int_equal(fetch(&options, &request).outcome, TMS_OUTCOME_LISTED);
	tms_arena_free(&arena);
	return tms_monotonic_ms() - begun_ms;
}

static void a_redirect_asks_its_host_as_politely_as_a_first_request(void **state)
{
	(void)state;
	assert_true(takes_ms("/to?url=/ok", 200) >= 200);
	assert_true(takes_ms("/to?url=/to?url=/ok", 200) >= 400);
}

static void a_host_that_asks_for_rest_is_heard(void **state)
{
	(void)state;
	struct kept kept = fetch_path("/wait");
	assert_int_equal(kept.http_status, 429);
	assert_int_equal(kept.pause_s, 7);
}

static void a_dripping_host_is_left_at_the_deadline(void **state)
{
	struct tms_fetcher_options options = options_of_tests();
	struct tms_arena arena = { 0 };
	struct tms_fetch_request request = { .url = tms_arena_format(&arena,
						     "http://127.0.0.1:%d/drip", origin.port) };
	(void)state;

	options.total_timeout_ms = 300;
	struct kept kept = fetch(&options, &request);
	assert_int_equal(kept.outcome, TMS_OUTCOME_UNREACHABLE);
	assert_non_null(strstr(kept.error, "limits.total_timeout"));
	tms_arena_free(&arena);
}

/* A listener that must never see a connection. */
static int trap_port(int *fd)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (*fd < 0 || bind(*fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
		listen(*fd, 16) != 0 || getsockname(*fd, (struct sockaddr *)&address, &size) != 0)
		return -1;
	return ntohs(address.sin_port);
}

static void no_spelling_of_a_private_address_is_connected_to(void **state)
{
	FILE *file = corpus_open("security/ssrf/literals.txt");
	struct tms_fetcher_options options = options_of_tests();
	char line[600], url[700];
	int trap = -1, port = trap_port(&trap), tried = 0;
	(void)state;

	assert_true(port > 0);
	if (!file) {
		corpus_skipped("spellings of loopback and metadata addresses");
		skip();
	}
	options.policy = (struct tms_guard_policy){ 0 };
	options.connect_timeout_ms = options.total_timeout_ms = 2000;
	while (fgets(line, sizeof(line), file)) {
		struct tms_str text = tms_str_trim(tms_str_from(line));
		if (text.len == 0 || text.ptr[0] == '#')
			continue;
		/* aim at the trap where the spelling leaves room for a port */
		size_t slash = tms_str_find(text, TMS_STR("/"), 8);
		bool plain =
			slash == text.len - 1 && tms_str_find(text, TMS_STR("@"), 0) == SIZE_MAX;
		if (plain)
			(void)snprintf(url, sizeof(url), "%.*s:%d/", (int)slash, text.ptr, port);
		else
			(void)snprintf(url, sizeof(url), "%.*s", TMS_STR_ARGS(text));
		struct tms_fetch_request request = { .url = tms_str_from(url) };
		struct kept kept = fetch(&options, &request);
		if (kept.outcome == TMS_OUTCOME_LISTED || kept.http_status != 0)
			fail_msg("answered: %s", url);
		if (accept(trap, NULL, NULL) >= 0)
			fail_msg("connected: %s", url);
		tried++;
	}
	(void)fclose(file);
	(void)close(trap);
	assert_true(tried >= 60);
}

static void a_proxy_of_the_environment_is_not_used(void **state)
{
	int trap = -1, port = trap_port(&trap);
	char proxy[60];
	(void)state;

	(void)snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", port);
	assert_int_equal(setenv("http_proxy", proxy, 1), 0);
	assert_string_equal(fetch_path("/ok").body, "fine");
	assert_true(accept(trap, NULL, NULL) < 0);
	(void)unsetenv("http_proxy");
	(void)close(trap);
}

static void files_are_read_only_where_the_configuration_says_so(void **state)
{
	struct tms_fetcher_options options = options_of_tests();
	char path[] = "/tmp/tamis-fetch-XXXXXX", url[64];
	int fd = mkstemp(path);
	(void)state;

	assert_true(fd >= 0 && write(fd, "hello", 5) == 5);
	(void)snprintf(url, sizeof(url), "file://%s", path);
	struct tms_fetch_request request = { .url = tms_str_from(url) };
	assert_int_equal(fetch(&options, &request).outcome, TMS_OUTCOME_DENIED);
	request.allow_file = true;
	assert_string_equal(fetch(&options, &request).body, "hello");
	options.body_bytes_max = 4;
	assert_int_equal(fetch(&options, &request).outcome, TMS_OUTCOME_TOO_LARGE);
	(void)close(fd);
	(void)unlink(path);
	struct kept gone = fetch(&options, &request);
	assert_int_equal(gone.outcome, TMS_OUTCOME_UNREACHABLE);
	assert_non_null(strstr(gone.error, "cannot be opened"));
	request.url = TMS_STR("file:///dev/zero");
	assert_int_equal(fetch(&options, &request).outcome, TMS_OUTCOME_DENIED);
}

static void nothing_arrives_after_a_cancel(void **state)
{
	struct tms_fetcher_options options = options_of_tests();
	struct event_base *base = event_base_new();
	struct tms_fetcher *fetcher = tms_fetcher_new(base, &system_clock, &options);
	struct kept cancelled = { .base = base }, kept = { .base = base };
	char url[60];
	(void)state;

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%d/ok", origin.port);
	struct tms_fetch_request request = { .url = tms_str_from(url) };
	tms_fetch_cancel(tms_fetch_start(fetcher, &request, keep, &cancelled));
	assert_non_null(tms_fetch_start(fetcher, &request, keep, &kept));
	while (!kept.done)
		assert_int_equal(event_base_loop(base, EVLOOP_ONCE), 0);
	assert_false(cancelled.done);
	(void)tms_fetch_start(
		fetcher, &request, keep, &cancelled); /* still queued when the fetcher goes */
	tms_fetcher_free(fetcher);
	assert_false(cancelled.done);
	event_base_free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_body_comes_with_its_validators_and_is_not_sent_twice),
		cmocka_unit_test(misbehaving_hosts_end_in_a_plain_outcome),
		cmocka_unit_test(redirects_are_followed_counted_and_told_apart),
		cmocka_unit_test(cookies_are_sent_within_one_chain_of_redirects_and_no_further),
		cmocka_unit_test(validators_go_only_to_the_address_that_gave_them),
		cmocka_unit_test(a_304_that_nobody_asked_for_is_a_failure),
		cmocka_unit_test(a_pause_that_others_know_of_is_obeyed_on_every_hop),
		cmocka_unit_test(a_redirect_asks_its_host_as_politely_as_a_first_request),
		cmocka_unit_test(a_host_that_asks_for_rest_is_heard),
		cmocka_unit_test(a_dripping_host_is_left_at_the_deadline),
		cmocka_unit_test(no_spelling_of_a_private_address_is_connected_to),
		cmocka_unit_test(a_proxy_of_the_environment_is_not_used),
		cmocka_unit_test(files_are_read_only_where_the_configuration_says_so),
		cmocka_unit_test(nothing_arrives_after_a_cancel),
	};
	return cmocka_run_group_tests(tests, start_origin, stop_origin);
}
