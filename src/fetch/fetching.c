/* The fetcher's options, from the configuration. */
#include "fetch/fetching.h"

struct tms_fetcher_options tms_fetching_options(
	struct tms_arena *arena, const struct tms_conf *conf, struct tms_str version)
{
	struct tms_str agent = conf->user_agent;

	if (agent.len == 0 && conf->contact.len > 0)
		agent = tms_arena_format(arena, "Tamis/%.*s (+%.*s)", TMS_STR_ARGS(version),
			TMS_STR_ARGS(conf->contact));
	else if (agent.len == 0)
		agent = tms_arena_format(arena, "Tamis/%.*s", TMS_STR_ARGS(version));
	return (struct tms_fetcher_options){
		.user_agent = agent,
		.policy = { conf->allow_networks.items, conf->allow_networks.count },
		.body_bytes_max = (size_t)conf->limits.body_bytes,
		.header_bytes_max = (size_t)conf->limits.header_bytes,
		.redirects_max = (unsigned)conf->limits.redirects,
		.connect_timeout_ms = conf->limits.connect_timeout_s * 1000,
		.total_timeout_ms = conf->limits.total_timeout_s * 1000,
		.parallel = (unsigned)conf->limits.fetches,
		.host_parallel = (unsigned)conf->limits.per_host_parallel,
		.host_interval_ms = conf->limits.per_host_interval_ms,
	};
}
