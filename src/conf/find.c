/* Finding things in a configuration by name. */
#include <tamis/conf.h>

#include <tamis/identity.h>

#include "conf_private.h"

/* All lists are in byte order of their names, and a name is what each of their structures begins
 * with. */
static const void *find(const void *items, size_t count, size_t size, struct tms_str name)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const char *item = (const char *)items + mid * size;
		struct tms_str have;
		memcpy(&have, item, sizeof(have));
		int order = tms_str_compare(have, name);
		if (order == 0)
			return item;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

_Static_assert(offsetof(struct tms_conf_source, name) == 0 &&
		       offsetof(struct tms_conf_group, name) == 0 &&
		       offsetof(struct tms_conf_user, name) == 0 &&
		       offsetof(struct tms_conf_feed, name) == 0,
	"find() reads the name at the beginning");

const struct tms_conf_source *tms_conf_find_source(const struct tms_conf *conf, struct tms_str name)
{
	return find(conf->sources, conf->sources_count, sizeof(*conf->sources), name);
}

bool tms_conf_source_is_hf(const struct tms_conf_source *source)
{
	return (source->preset && source->preset->is_hf) || tms_is_hf_url(source->url) ||
	       (source->recipe && tms_is_hf_url(source->recipe->url));
}

const struct tms_conf_group *tms_conf_find_group(const struct tms_conf *conf, struct tms_str name)
{
	return find(conf->groups, conf->groups_count, sizeof(*conf->groups), name);
}

/* What one address may cost: so many names, each of so many bytes. */
#define NEAREST_NAMES 1000
#define NEAREST_BYTES 40

struct tms_str tms_conf_nearest_source(const struct tms_conf *conf, struct tms_str name)
{
	struct suggest suggest = { .word = name };

	if (name.len > NEAREST_BYTES)
		return TMS_STR_NONE;
	for (size_t i = 0; i < conf->sources_count && i < NEAREST_NAMES; i++)
		if (conf->sources[i].name.len <= NEAREST_BYTES)
			suggest_offer(&suggest, conf->sources[i].name);
	for (size_t i = 0; i < conf->groups_count && i < NEAREST_NAMES; i++)
		if (conf->groups[i].name.len <= NEAREST_BYTES)
			suggest_offer(&suggest, conf->groups[i].name);
	return suggest.best;
}

const struct tms_conf_user *tms_conf_find_user(const struct tms_conf *conf, struct tms_str name)
{
	return find(conf->users, conf->users_count, sizeof(*conf->users), name);
}

const struct tms_conf_feed *tms_conf_find_feed(
	const struct tms_conf_user *user, struct tms_str name)
{
	return find(user->feeds, user->feeds_count, sizeof(*user->feeds), name);
}

struct tms_query_limits conf_query_limits(const struct tms_conf *conf)
{
	return (struct tms_query_limits){
		.bytes = (size_t)conf->limits.query_bytes,
		.terms = (size_t)conf->limits.query_terms,
		.depth = (size_t)conf->limits.query_depth,
		.regex_size = (size_t)conf->limits.query_regex_size,
		.cost = (size_t)conf->limits.query_cost,
		.scan_cost = (size_t)conf->limits.scan_cost,
	};
}

void tms_conf_query_options(const struct tms_conf *conf, const struct tms_conf_user *user,
	struct tms_query_options *out)
{
	*out = (struct tms_query_options){
		.limits = conf_query_limits(conf),
		.rules = user ? user->rules : conf->rules,
		.rules_count = user ? user->rules_count : conf->rules_count,
		.authors = user ? user->authors : conf->authors,
		.authors_count = user ? user->authors_count : conf->authors_count,
		.topics = user ? user->topics : conf->topics,
		.zone = user ? user->zone : conf->zone,
		.zones = conf->zones,
	};
}

/* What arXiv says of a paper's categories is joined to the same paper of all other sources. */
static bool has_arxiv(const struct tms_conf *conf)
{
	if (conf->arxiv_categories == TMS_LOOKUPS_ON)
		return true;
	for (size_t i = 0; i < conf->sources_count; i++) {
		const struct tms_conf_source *source = &conf->sources[i];
		if (source->preset ? source->preset->needs_category
				   : source->path.len > 0 ||
					     tms_str_find(source->url, TMS_STR("arxiv.org"), 0) !=
						     SIZE_MAX)
			return true;
	}
	return false;
}

unsigned tms_conf_source_lacks(const struct tms_conf *conf, const struct tms_conf_source *source)
{
	unsigned lacks = source->preset ? source->preset->lacks : 0;

	if (lacks & TMS_TRAIT_CATEGORY && has_arxiv(conf))
		lacks &= ~(unsigned)TMS_TRAIT_CATEGORY;
	return lacks;
}
