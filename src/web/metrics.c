/* Metrics in Prometheus's text format 0.0.4. Labels are names of the configuration, never tokens or
 * users. */
#include "fetch/fetch.h"
#include "service/source_schedule.h"
#include "store/store.h"
#include "web/web_private.h"

static void head(struct tms_buf *buf, const char *name, const char *type, const char *help)
{
	tms_buf_format(buf, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void one(
	struct tms_buf *buf, const char *name, const char *type, const char *help, int64_t value)
{
	head(buf, name, type, help);
	tms_buf_format(buf, "%s %lld\n", name, (long long)value);
}

typedef int64_t source_value_fn(const struct tms_source *source, tms_time now);

static int64_t items_of(const struct tms_source *source, tms_time now)
{
	(void)now;
	return (int64_t)tms_window_count(source->window);
}

static int64_t bytes_of(const struct tms_source *source, tms_time now)
{
	(void)now;
	return (int64_t)tms_window_bytes(source->window);
}

static int64_t held_of(const struct tms_source *source, tms_time now)
{
	(void)now;
	return (int64_t)tms_window_health(source->window)->held_count;
}

static int64_t well_of(const struct tms_source *source, tms_time now)
{
	(void)now;
	return tms_health_is_well(tms_window_health(source->window));
}

static int64_t stale_of(const struct tms_source *source, tms_time now)
{
	tms_time success = tms_window_health(source->window)->last_success;

	return success == TMS_TIME_NONE ? -1 : now - success;
}

static int64_t failures_of(const struct tms_source *source, tms_time now)
{
	(void)now;
	return tms_window_health(source->window)->failures;
}

static int64_t rounds_of(const struct tms_source *source, tms_time now)
{
	(void)now;
	return (int64_t)source->rounds;
}

static int64_t waiting_of(const struct tms_source *source, tms_time now)
{
	(void)now;
	return (int64_t)tms_saver_waiting(&source->saver);
}

static int64_t busy_of(const struct tms_source *source, tms_time now)
{
	return source->conf &&
	       (source->round || !source->is_loaded ||
		       tms_source_next_due((struct tms_source *)(uintptr_t)source, now) <= now);
}

static void write_categories(const struct tms_web *web, struct tms_buf *buf)
{
	const struct tms_categories *categories = &web->service->categories;
	tms_time now = tms_clock_now(web->service->world.clock);

	one(buf, "tamis_categories_busy", "gauge",
		"1 while categories are joined, or asked of arXiv.",
		tms_categories_is_busy(categories, now));
	one(buf, "tamis_categories_copied_total", "counter",
		"Papers whose categories one source said and another one got.",
		(int64_t)categories->copied);
	one(buf, "tamis_categories_wanted", "gauge",
		"Papers whose categories nobody said, as far as there is room in the next request.",
		(int64_t)categories->lookup.wanted_count);
	head(buf, "tamis_categories_asked_total", "counter",
		"Papers whose categories were asked of arXiv, by what came of it.");
	tms_buf_format(buf,
		"tamis_categories_asked_total{outcome=\"found\"} %llu\n"
		"tamis_categories_asked_total{outcome=\"unknown\"} %llu\n",
		(unsigned long long)categories->lookup.found,
		(unsigned long long)categories->lookup.unknown);
}

static const struct {
	const char *name, *type, *help;
	source_value_fn *value;
} source_metrics[] = {
	{ "tamis_source_items", "gauge", "Items in the window.", items_of },
	{ "tamis_source_bytes", "gauge", "Memory of the window.", bytes_of },
	{ "tamis_source_held_items", "gauge", "Items of suspect listings that are held.", held_of },
	{ "tamis_source_well", "gauge", "1 while the last poll brought or confirmed a listing.",
		well_of },
	{ "tamis_source_stale_seconds", "gauge", "Since the last success; -1: never.", stale_of },
	{ "tamis_source_failures", "gauge", "Polls in a row that failed.", failures_of },
	{ "tamis_source_rounds_total", "counter", "Rounds of asking that ended.", rounds_of },
	{ "tamis_source_unsaved_items", "gauge", "Items that the store does not have yet.",
		waiting_of },
	{ "tamis_source_busy", "gauge", "1 while a round runs or is due.", busy_of },
};

static void write_sources(const struct tms_web *web, struct tms_buf *buf)
{
	const struct tms_service *service = web->service;
	tms_time now = tms_clock_now(service->world.clock);

	for (size_t m = 0; m < TMS_COUNT(source_metrics); m++) {
		head(buf, source_metrics[m].name, source_metrics[m].type, source_metrics[m].help);
		for (size_t i = 0; i < service->sources.count; i++)
			tms_buf_format(buf, "%s{source=\"%.*s\"} %lld\n", source_metrics[m].name,
				TMS_STR_ARGS(service->sources.list[i]->name),
				(long long)source_metrics[m].value(service->sources.list[i], now));
	}
}

static void write_fetches(const struct tms_web *web, struct tms_buf *buf)
{
	static const char *const outcomes[] = { [TMS_OUTCOME_LISTED] = "listed",
		[TMS_OUTCOME_UNCHANGED] = "unchanged",
		[TMS_OUTCOME_UNREADABLE] = "unreadable",
		[TMS_OUTCOME_STATUS] = "status",
		[TMS_OUTCOME_UNREACHABLE] = "unreachable",
		[TMS_OUTCOME_DENIED] = "denied",
		[TMS_OUTCOME_TOO_LARGE] = "too_large",
		[TMS_OUTCOME_PAUSED] = "paused" };
	struct tms_fetch_counts counts = tms_fetcher_counts(web->service->world.fetcher);

	head(buf, "tamis_fetches_total", "counter", "Requests to upstreams, by outcome.");
	for (size_t i = 0; i < TMS_COUNT(outcomes); i++)
		tms_buf_format(buf, "tamis_fetches_total{outcome=\"%s\"} %llu\n", outcomes[i],
			(unsigned long long)counts.by_outcome[i]);
	one(buf, "tamis_fetch_wire_bytes_total", "counter", "Bytes that came over the wire.",
		(int64_t)counts.wire_bytes);
	one(buf, "tamis_fetches_running", "gauge", "Requests under way.", (int64_t)counts.running);
	one(buf, "tamis_fetches_queued", "gauge", "Requests that wait for their host.",
		(int64_t)counts.queued);
}

static void write_server(const struct tms_web *web, struct tms_buf *buf)
{
	struct tms_server_counters sum = { 0 };
	struct front_counts front = { 0 };
	const struct tms_server_counters *counters = &sum;

	loops_count_all(web->loops, &sum, &front);
	one(buf, "tamis_serve_threads", "gauge", "Threads that answer readers.",
		(int64_t)loops_count(web->loops));
	one(buf, "tamis_feeds_served_total", "counter", "Feeds sent whole.", (int64_t)front.whole);
	one(buf, "tamis_feeds_unchanged_total", "counter", "Feeds answered with 304.",
		(int64_t)(front.unchanged + web->feeds_unchanged));
	one(buf, "tamis_feeds_alone_total", "counter",
		"Of these, answered by a serving thread alone.", (int64_t)front.alone);
	one(buf, "tamis_feeds_lent_total", "counter",
		"Feeds sent from a memory file, without a copy.", (int64_t)front.memfiles.lent);
	one(buf, "tamis_feed_files", "gauge",
		"Memory files, of feeds that many ask for; each takes a descriptor.",
		(int64_t)front.memfiles.files);
	one(buf, "tamis_feed_file_bytes", "gauge", "Memory of these.",
		(int64_t)front.memfiles.bytes);
	one(buf, "tamis_feed_files_refused_total", "counter",
		"Memory files that the system did not allow.", (int64_t)front.memfiles.refused);
	one(buf, "tamis_http_connections", "gauge", "Connections now.", (int64_t)counters->open);
	one(buf, "tamis_http_connections_total", "counter", "Connections accepted.",
		(int64_t)counters->accepted);
	one(buf, "tamis_http_requests_total", "counter", "Whole requests.",
		(int64_t)counters->requests);
	head(buf, "tamis_http_responses_total", "counter", "Responses by class of status.");
	for (int class = 1; class <= 5; class ++)
		tms_buf_format(buf, "tamis_http_responses_total{class=\"%dxx\"} %llu\n", class,
			(unsigned long long)counters->responses[class]);
	head(buf, "tamis_http_rejected_total", "counter",
		"Requests and connections not taken, by reason.");
	for (int i = 0; i < TMS_REASONS; i++)
		tms_buf_format(buf, "tamis_http_rejected_total{reason=\"%s\"} %llu\n",
			tms_server_reason_name((enum tms_server_reason)i),
			(unsigned long long)counters->rejected[i]);
	const struct limiter_counts limited = limiter_count(loops_limiter(web->loops));
	head(buf, "tamis_http_limited_total", "counter",
		"Requests answered with 429, by what the address has done too often.");
	tms_buf_format(buf,
		"tamis_http_limited_total{limit=\"requests_per_address\"} %llu\n"
		"tamis_http_limited_total{limit=\"unknown_tokens\"} %llu\n",
		(unsigned long long)limited.requests, (unsigned long long)limited.tokens);
	one(buf, "tamis_http_slow_bytes", "gauge", "Memory held for clients that are slow.",
		(int64_t)loops_slow_bytes(web->loops));
	one(buf, "tamis_http_written_bytes_total", "counter", "Bytes sent.",
		(int64_t)counters->written_bytes);
}

static void write_store(const struct tms_web *web, struct tms_buf *buf)
{
	const struct tms_store_health *health = tms_store_health(web->service->world.store);

	one(buf, "tamis_store_up", "gauge", "1 while the store can be used.", health->up);
	one(buf, "tamis_store_warned", "gauge",
		"1 while /sources warns of the store, though it can be used.",
		health->warning[0] != '\0');
	head(buf, "tamis_store_operations_total", "counter", "Operations that ended, by kind.");
	for (int i = 0; i < TMS_STORE_VERBS; i++)
		tms_buf_format(buf, "tamis_store_operations_total{op=\"%s\"} %llu\n",
			tms_store_verb_name((enum tms_store_verb)i),
			(unsigned long long)health->verbs[i].done);
	head(buf, "tamis_store_errors_total", "counter", "Operations that failed, by cause.");
	for (int i = TMS_STORE_NO_TROUBLE + 1; i < TMS_STORE_TROUBLES; i++)
		tms_buf_format(buf, "tamis_store_errors_total{kind=\"%s\"} %llu\n",
			tms_store_trouble_name((enum tms_store_trouble)i),
			(unsigned long long)health->troubles[i]);
}

static void write_shelves(const struct tms_web *web, struct tms_buf *buf)
{
	const struct tms_shelves *shelves = &web->service->shelves;
	struct tms_catalog_stats catalog;
	struct tms_index_stats index;

	tms_catalog_stats(shelves->catalog, &catalog);
	tms_index_stats(tms_catalog_index(shelves->catalog), &index);
	one(buf, "tamis_index_items", "gauge",
		"Items in the index: each once a source, and merged ones.", (int64_t)index.items);
	one(buf, "tamis_index_rules", "gauge", "Distinct rules in the index.",
		(int64_t)index.rules);
	one(buf, "tamis_index_item_bytes", "gauge", "Memory of the index for items.",
		(int64_t)index.item_bytes);
	one(buf, "tamis_index_rule_bytes", "gauge", "Memory of the index for rules.",
		(int64_t)index.rule_bytes);
	one(buf, "tamis_index_row_bytes", "gauge",
		"Of these, what was found out of items for rules; limits.rows_bytes bounds it.",
		(int64_t)index.row_bytes);
	one(buf, "tamis_index_puts_total", "counter", "Items put into the index, also again.",
		(int64_t)catalog.puts);
	one(buf, "tamis_merged_items", "gauge",
		"Items merged from several sources, once for each combination that some set shows.",
		(int64_t)catalog.merged);
	one(buf, "tamis_scopes", "gauge", "Sets of sources that some feed asks for.",
		(int64_t)catalog.scopes);
	one(buf, "tamis_scopes_built", "gauge", "Of these, held ready to be asked.",
		(int64_t)shelves->scopes.count);
	one(buf, "tamis_scope_bytes", "gauge",
		"Memory of these, merged items among it; limits.scopes_bytes bounds it.",
		(int64_t)shelves->scopes.bytes);
	one(buf, "tamis_scopes_dropped_total", "counter",
		"Of these, forgotten because others needed the room.",
		(int64_t)shelves->scopes.dropped);
	one(buf, "tamis_index_slices_total", "counter",
		"Slices of work that kept feeds up to date, each below a millisecond.",
		(int64_t)shelves->slices);
	one(buf, "tamis_index_publications_total", "counter",
		"Times that a source was brought up to date, for all feeds that take it.",
		(int64_t)shelves->published);
	one(buf, "tamis_sets", "gauge", "Sets of sources that only filter addresses ask for.",
		(int64_t)shelves->lru.count);
	one(buf, "tamis_sets_bytes", "gauge", "Memory of these; limits.sets_bytes bounds it.",
		(int64_t)shelves->lru.bytes);
	one(buf, "tamis_sets_put_out_total", "counter",
		"Of these, put out because others needed the room.", (int64_t)shelves->lru.put_out);
	one(buf, "tamis_sets_refused_total", "counter",
		"Requests for a set that were refused for want of room.",
		(int64_t)shelves->lru.refused);
	one(buf, "tamis_renditions_confirmed_total", "counter",
		"Cached feeds that a change of their sources did not touch.",
		(int64_t)shelves->confirmed);
	one(buf, "tamis_batches_total", "counter",
		"Times that rules were asked of up to 64 new or changed items of a source.",
		(int64_t)shelves->counts.batches);
	one(buf, "tamis_batch_rules_visited_total", "counter", "Rules run for that.",
		(int64_t)index.rules_visited);
	one(buf, "tamis_rules_told_total", "counter",
		"Rules that keep a new or changed item, once for each of these times.",
		(int64_t)shelves->counts.told);
	one(buf, "tamis_rules_gained_total", "counter", "Of these, rules that gained a new item.",
		(int64_t)shelves->counts.gained);
}

static void write_all(const struct tms_web *web, struct tms_buf *buf)
{
	const struct tms_service *service = web->service;
	const struct tms_feeds *feeds = &service->feeds;

	head(buf, "tamis_info", "gauge", "Version of the program.");
	tms_buf_format(buf, "tamis_info{version=\"%.*s\"} 1\n", TMS_STR_ARGS(service->version));
	one(buf, "tamis_ready", "gauge", "1 when every source has been read once.",
		tms_service_is_ready(service));
	one(buf, "tamis_clock_seconds", "gauge", "The service's clock.",
		tms_clock_now(service->world.clock));
	one(buf, "tamis_start_seconds", "gauge", "When the service started.", service->started_at);
	one(buf, "tamis_feeds", "gauge", "Persons' feeds.", (int64_t)feeds->registry.count);
	one(buf, "tamis_feeds_removed", "gauge",
		"Of these, gone from the configuration and still served.",
		(int64_t)feeds->removed_count - (int64_t)feeds->over_count);
	one(buf, "tamis_renditions_made_total", "counter", "Feeds written anew.",
		(int64_t)feeds->made);
	one(buf, "tamis_renditions_reused_total", "counter",
		"Feeds that the main thread answered from the cache.", (int64_t)feeds->reused);
	one(buf, "tamis_shelves_behind", "gauge",
		"Sources whose newest items are not shown yet, and sets of sources that wait.",
		(int64_t)tms_shelves_behind(&service->shelves));
	one(buf, "tamis_rendition_bytes", "gauge",
		"Memory of cached feeds; limits.cache_bytes bounds it.",
		(int64_t)feeds->rendition_bytes);
	one(buf, "tamis_fragment_bytes", "gauge",
		"Memory of shared entries; twice limits.cache_bytes bounds it.",
		(int64_t)tms_fragments_bytes(feeds->fragments));
	one(buf, "tamis_config_reloads_total", "counter", "Configurations taken after the start.",
		(int64_t)service->reload.taken);
	one(buf, "tamis_config_reloads_failed_total", "counter",
		"Configurations refused after the start.", (int64_t)service->reload.refused);
	one(buf, "tamis_log_dropped_total", "counter", "Log lines that could not be written.",
		(int64_t)service->world.log->dropped);
	one(buf, "tamis_requests_left_total", "counter",
		"Requests that were given up because their client had left.",
		(int64_t)loops_dropped(web->loops));
	one(buf, "tamis_turns_waiting", "gauge", "Answers under way on the main thread.",
		(int64_t)web->turns.count);
	one(buf, "tamis_turns_total", "counter", "Pieces of work that answers took.",
		(int64_t)web->turns.steps);
	one(buf, "tamis_turn_longest_microseconds", "gauge",
		"CPU of the longest of these pieces, since the start.",
		(int64_t)web->turns.longest_us);
	write_shelves(web, buf);
	write_sources(web, buf);
	write_categories(web, buf);
	write_fetches(web, buf);
	write_server(web, buf);
	write_store(web, buf);
}

void web_metrics(const struct web_call *call)
{
	struct tms_buf buf = { 0 };

	write_all(call->web, &buf);
	answer_document(call->exchange, TMS_STR("text/plain; version=0.0.4; charset=utf-8"),
		call->kept, &buf);
	tms_buf_free(&buf);
}
