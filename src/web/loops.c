/* The serving loops: threads started, configured, drained, stopped and counted. */
#include "web/loops.h"

#include <sched.h>
#include <stdlib.h>

#include <sys/resource.h>

#include "loop/thread.h"

#define LOOPS_MAX 16 /* where nobody has said how many */
/* Memory files of a loop (web/memfile.h): those who are asked so often that it matters are few. All
 * together they take so much of what limits.cache_bytes allows for feeds, beside it. */
#define MEMFILES_MAX ((size_t)64)
#define MEMFILE_CACHE_PART ((size_t)4)
/* Descriptors that are neither connections nor memory files: of stores and upstreams, twice what
 * servers keep in reserve for them; of a loop, its listeners and what wakes it. */
#define OTHER_FDS ((size_t)64)
#define LOOP_FDS ((size_t)16)

/* What a loop needs of the configuration: a copy of its own, so that nobody has to count who reads
 * it. */
struct settings {
	struct tms_message message;
	struct loop *loop; /* NULL: the main thread's */
	struct limiter_rules rules;
	struct tms_network networks[]; /* of the rules */
};

/* Of each loop, then the main thread's. */
struct tms_loops_settings {
	size_t count;
	struct settings *list[];
};

struct loop {
	struct tms_loops *loops;
	struct tms_thread *thread;
	struct tms_server *server;
	struct front *front;
	struct settings *settings; /* the loop's own while it runs */
	struct tms_message drain;  /* there, and back when it is done */
	uint32_t drain_ms;
};

struct tms_loops {
	struct tms_queue *home;
	struct tms_relay *relay;
	struct tms_quota *quota;
	struct limiter *limiter;
	loops_route_fn route;
	struct settings *settings; /* the main thread's own */
	struct loop *list;
	size_t count;
	size_t memfiles_max; /* of each loop */
	size_t drained;
	tms_server_done_fn done;
	void *done_context;
};

/* ---- on the serving loops ---- */

static bool is_uncounted(void *context, struct tms_str peer)
{
	const struct loop *loop = context;

	return limiter_is_uncounted(loop->loops->limiter, &loop->settings->rules, peer);
}

static void on_request(
	void *context, struct tms_exchange exchange, const struct tms_request *request)
{
	const struct loop *loop = context;
	const struct limiter_rules *rules = &loop->settings->rules;

	if (rules->requests_max == 0 ||
		limiter_lets_ask(loop->loops->limiter, rules, loop->loops->route(request->path),
			exchange, request))
		front_handle(loop->front, exchange, request);
}

static void on_settings(struct tms_message *message)
{
	struct settings *settings = TMS_MESSAGE_OF(message, struct settings, message);
	struct loop *loop = settings->loop;

	free(loop->settings);
	loop->settings = settings;
}

static void on_loop_drained(struct tms_message *message);

static void on_server_drained(void *context)
{
	struct loop *loop = context;

	loop->drain.deliver = on_loop_drained;
	tms_queue_post(loop->loops->home, &loop->drain);
}

static void on_drain(struct tms_message *message)
{
	struct loop *loop = TMS_MESSAGE_OF(message, struct loop, drain);

	tms_server_drain(loop->server, loop->drain_ms, on_server_drained, loop);
}

static tms_time now_of(void *context)
{
	return tms_clock_now(context);
}

/* ---- on the main thread ---- */

static void on_loop_drained(struct tms_message *message)
{
	struct tms_loops *loops = TMS_MESSAGE_OF(message, struct loop, drain)->loops;

	if (++loops->drained == loops->count)
		loops->done(loops->done_context);
}

static size_t wanted_count(const struct tms_conf *conf)
{
	cpu_set_t usable;
	int cores = 1;

	if (conf->serve_threads > 0)
		return (size_t)conf->serve_threads;
	if (sched_getaffinity(0, sizeof(usable), &usable) == 0)
		cores = CPU_COUNT(&usable);
	return cores < LOOPS_MAX ? (size_t)cores : LOOPS_MAX;
}

/* Memory files for each loop, of descriptors that nothing else can need: the soft limit, which is
 * low for programs that use select, is raised for them as far as the hard one allows. */
static size_t spare_files(const struct tms_conf *conf, size_t loops)
{
	const size_t needed = (size_t)conf->limits.connections + OTHER_FDS + loops * LOOP_FDS;
	const size_t wanted = needed + loops * MEMFILES_MAX;
	struct rlimit limit = { 0 };

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	if (limit.rlim_cur < wanted && limit.rlim_cur < limit.rlim_max) {
		struct rlimit raised = limit;
		raised.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
		if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
			limit = raised;
	}
	if (limit.rlim_cur >= wanted)
		return MEMFILES_MAX;
	return limit.rlim_cur > needed ? (limit.rlim_cur - needed) / loops : 0;
}

static void copy_networks(struct tms_network_list *list, struct tms_network **at)
{
	struct tms_network *copy = *at;

	for (size_t i = 0; i < list->count; i++)
		copy[i] = list->items[i];
	list->items = copy;
	*at += list->count;
}

static struct settings *settings_new(struct loop *loop, const struct limiter_rules *rules)
{
	size_t count = rules->trusted.count + rules->watchers.count;
	struct settings *made = malloc(sizeof(*made) + count * sizeof(made->networks[0]));
	struct tms_network *at = made ? made->networks : NULL;

	if (!made)
		return NULL;
	*made = (struct settings){
		.message = { .deliver = on_settings }, .loop = loop, .rules = *rules
	};
	copy_networks(&made->rules.trusted, &at);
	copy_networks(&made->rules.watchers, &at);
	return made;
}

static struct tms_server_options server_options(
	struct loop *loop, const struct tms_conf *conf, const struct tms_clock *clock)
{
	struct tms_server_options wanted;

	tms_server_options_init(&wanted);
	wanted.request.head_bytes = (size_t)conf->limits.request_head_bytes;
	wanted.quota = loop->loops->quota;
	wanted.reuse_port = loop->loops->count > 1;
	wanted.listens_later = true;
	wanted.head_ms = (uint32_t)conf->limits.request_timeout_s * 1000;
	wanted.body_ms = wanted.head_ms;
	wanted.idle_ms = (uint32_t)conf->limits.idle_timeout_s * 1000;
	/* loopback is in trusted_proxies unless the configuration says otherwise */
	wanted.counts_local = true;
	wanted.is_uncounted = is_uncounted;
	wanted.uncounted_context = loop;
	wanted.now = now_of;
	wanted.now_context = (void *)(uintptr_t)clock;
	return wanted;
}

static enum tms_status loop_init(struct loop *loop, const struct tms_loops_options *options)
{
	struct tms_loops *loops = loop->loops;
	const struct tms_server_options server =
		server_options(loop, options->conf, options->clock);

	loop->settings = settings_new(loop, &loops->settings->rules);
	enum tms_status st = loop->settings ? tms_thread_new(&loop->thread) : TMS_ENOMEM;
	if (st != TMS_OK)
		return st;
	const struct front_options front = { .relay = loops->relay,
		.home = loops->home,
		.queue = tms_thread_queue(loop->thread),
		.clock = options->clock,
		/* a client that is told 503 may come again while its first request still waits */
		.waiting_max = 2 * (size_t)options->conf->limits.connections,
		.memfiles_max = loops->memfiles_max,
		.memfile_bytes_max = (size_t)options->conf->limits.cache_bytes /
				     MEMFILE_CACHE_PART / loops->count };
	loop->front = front_new(&front);
	if (!loop->front)
		return TMS_ENOMEM;
	return tms_server_new(
		tms_thread_base(loop->thread), &server, on_request, loop, &loop->server);
}

enum tms_status tms_loops_new(
	const struct tms_loops_options *options, struct tms_loops **out, struct tms_diag *diag)
{
	struct tms_loops *made = calloc(1, sizeof(*made));
	const struct tms_conf_limits *limits = &options->conf->limits;
	struct limiter_rules rules;
	enum tms_status st = TMS_ENOMEM;

	if (made) {
		made->home = options->home;
		made->route = options->route;
		limiter_rules_of(options->conf, &rules);
		made->relay = tms_relay_new(options->home, options->handle, options->context);
		made->limiter = limiter_new();
		made->settings = settings_new(NULL, &rules);
		made->count = wanted_count(options->conf);
		made->memfiles_max = spare_files(options->conf, made->count);
		made->list = calloc(made->count, sizeof(*made->list));
		st = tms_quota_new((size_t)limits->connections,
			(size_t)limits->connections_per_address, &made->quota);
	}
	if (made && (!made->relay || !made->list || !made->limiter || !made->settings)) {
		made->count = 0;
		st = TMS_ENOMEM;
	}
	for (size_t i = 0; st == TMS_OK && i < made->count; i++) {
		made->list[i].loops = made;
		st = loop_init(&made->list[i], options);
	}
	if (st == TMS_OK) {
		*out = made;
		return TMS_OK;
	}
	tms_diag_set(diag, 0, 0, "the serving threads cannot be made: %s", tms_status_name(st));
	if (made)
		tms_loops_stop(made);
	tms_loops_free(made);
	return st;
}

enum tms_status tms_loops_listen(
	struct tms_loops *loops, struct tms_str address, struct tms_diag *diag)
{
	return tms_server_listen(loops->list[0].server, address, diag);
}

enum tms_status tms_loops_start(struct tms_loops *loops, struct tms_diag *diag)
{
	enum tms_status st = TMS_OK;

	for (size_t i = 1; st == TMS_OK && i < loops->count; i++)
		st = tms_server_listen_beside(loops->list[i].server, loops->list[0].server, diag);
	for (size_t i = 0; st == TMS_OK && i < loops->count; i++)
		st = tms_server_open(loops->list[i].server, diag);
	if (st != TMS_OK)
		return st;
	for (size_t i = 0; st == TMS_OK && i < loops->count; i++)
		st = tms_thread_start(loops->list[i].thread, "serving");
	if (st != TMS_OK)
		tms_diag_set(diag, 0, 0, "the system gives no more threads");
	return st;
}

uint16_t tms_loops_port(const struct tms_loops *loops, size_t index)
{
	return tms_server_port(loops->list[0].server, index);
}

size_t loops_count(const struct tms_loops *loops)
{
	return loops->count;
}

struct tms_loops_settings *tms_loops_prepare(
	const struct tms_loops *loops, const struct tms_conf *conf)
{
	struct tms_loops_settings *made =
		calloc(1, sizeof(*made) + (loops->count + 1) * sizeof(made->list[0]));
	struct limiter_rules rules;

	if (!made)
		return NULL;
	limiter_rules_of(conf, &rules);
	for (size_t i = 0; i <= loops->count; i++) {
		made->list[i] = settings_new(i < loops->count ? &loops->list[i] : NULL, &rules);
		if (!made->list[i]) {
			tms_loops_settings_free(made);
			return NULL;
		}
		made->count++;
	}
	return made;
}

void tms_loops_settings_free(struct tms_loops_settings *settings)
{
	for (size_t i = 0; settings && i < settings->count; i++)
		free(settings->list[i]);
	free(settings);
}

void tms_loops_configure(struct tms_loops *loops, struct tms_loops_settings *settings)
{
	for (size_t i = 0; i < loops->count; i++)
		tms_queue_post(
			tms_thread_queue(loops->list[i].thread), &settings->list[i]->message);
	free(loops->settings);
	loops->settings = settings->list[loops->count];
	free(settings);
}

struct limiter *loops_limiter(const struct tms_loops *loops)
{
	return loops->limiter;
}

const struct limiter_rules *loops_rules(const struct tms_loops *loops)
{
	return &loops->settings->rules;
}

void tms_loops_write_warnings(void *loops, struct tms_buf *buf)
{
	const struct tms_loops *all = loops;

	limiter_gateway_words(all->limiter, &all->settings->rules, buf);
}

size_t loops_slow_bytes(const struct tms_loops *loops)
{
	return tms_quota_kept(loops->quota);
}

void loops_sweep(struct tms_loops *loops)
{
	for (size_t i = 0; i < loops->count; i++)
		front_sweep(loops->list[i].front);
}

void tms_loops_drain(
	struct tms_loops *loops, uint32_t deadline_ms, tms_server_done_fn done, void *context)
{
	loops->done = done;
	loops->done_context = context;
	for (size_t i = 0; i < loops->count; i++) {
		struct loop *loop = &loops->list[i];
		loop->drain_ms = deadline_ms;
		loop->drain.deliver = on_drain;
		tms_queue_post(tms_thread_queue(loop->thread), &loop->drain);
	}
}

void tms_loops_stop(struct tms_loops *loops)
{
	/* what the threads sent last is taken when all of them have ended */
	for (size_t i = 0; i < loops->count; i++)
		if (loops->list[i].thread)
			tms_thread_join(loops->list[i].thread);
	for (size_t i = 0; i < loops->count; i++) {
		struct loop *loop = &loops->list[i];
		if (loop->thread)
			(void)tms_queue_run(tms_thread_queue(loop->thread));
		tms_server_free(loop->server);
		loop->server = NULL;
		if (loop->front)
			front_clear(loop->front);
	}
	if (loops->relay)
		tms_relay_close(loops->relay);
	(void)tms_queue_run(loops->home);
}

void tms_loops_free(struct tms_loops *loops)
{
	if (!loops)
		return;
	for (size_t i = 0; loops->list && i < loops->count; i++) {
		front_free(loops->list[i].front);
		tms_thread_free(loops->list[i].thread);
		free(loops->list[i].settings);
	}
	tms_relay_free(loops->relay);
	tms_quota_free(loops->quota);
	limiter_free(loops->limiter);
	free(loops->settings);
	free(loops->list);
	free(loops);
}

uint64_t loops_dropped(const struct tms_loops *loops)
{
	return tms_relay_dropped(loops->relay);
}

void loops_count_all(const struct tms_loops *loops, struct tms_server_counters *server,
	struct front_counts *front)
{
	*server = (struct tms_server_counters){ 0 };
	*front = (struct front_counts){ 0 };
	for (size_t i = 0; i < loops->count; i++) {
		tms_server_counters_add(loops->list[i].server, server);
		front_counts_add(loops->list[i].front, front);
	}
}
