/*
 * Any bytes as a configuration: no crash, an error for every refusal and none for what is taken,
 * places inside the file, and a configuration whose parts hold together.
 */
#include <stdlib.h>

#include <tamis/conf.h>

#include "promise.h"

static void check_feed(const struct tms_conf *conf, const struct tms_conf_user *user,
	const struct tms_conf_feed *feed)
{
	struct tms_query_options how;
	struct tms_query *query = NULL;

	PROMISE(tms_conf_is_name(feed->name) && feed->title.len > 0 && feed->limit > 0);
	PROMISE(feed->sources_count > 0);
	for (size_t i = 0; i < feed->sources_count; i++)
		PROMISE(tms_conf_find_source(conf, feed->sources[i]->name) == feed->sources[i]);
	PROMISE(tms_conf_find_feed(user, feed->name) == feed);
	tms_conf_query_options(conf, user, &how);
	PROMISE(tms_query_parse(feed->match, &how, &query, NULL) == TMS_OK);
	tms_query_free(query);
}

static void check(const struct tms_conf *conf)
{
	PROMISE(conf->listen_count > 0 && conf->sources_count > 0 && conf->public_url.len > 0);
	for (size_t i = 0; i < conf->sources_count; i++) {
		const struct tms_conf_source *source = &conf->sources[i];
		PROMISE(tms_conf_is_name(source->name) &&
			source->every_s >= conf->limits.min_interval_s);
		PROMISE((source->preset != NULL) + (source->url.len > 0) + (source->path.len > 0) ==
			1);
	}
	for (size_t i = 0; i < conf->groups_count; i++) {
		const struct tms_conf_group *group = &conf->groups[i];
		PROMISE(tms_conf_find_group(conf, group->name) == group);
		PROMISE(!tms_conf_find_source(conf, group->name) && group->sources_count > 0);
	}
	for (size_t i = 0; i < conf->users_count; i++) {
		PROMISE(tms_conf_find_user(conf, conf->users[i].name) == &conf->users[i]);
		for (size_t k = 0; k < conf->users[i].feeds_count; k++)
			check_feed(conf, &conf->users[i], &conf->users[i].feeds[k]);
	}
}

static void check_files(const struct tms_conf_input *in)
{
	struct tms_arena arena = { .max_bytes = (size_t)64 << 20 };
	size_t count = 0;
	struct tms_str *paths = tms_conf_files(&arena, in, &count);

	for (size_t i = 0; i < count; i++)
		PROMISE(arena.status != TMS_OK || paths[i].len > 0);
	tms_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tms_arena arena = { .max_bytes = (size_t)64 << 20 };
	struct tms_str bytes = { (const char *)data, size };
	struct tms_conf_input in = { .yaml = bytes, .file = TMS_STR("f") };
	struct tms_conf_messages errors;
	const struct tms_conf *conf = NULL;
	uint32_t lines = 1, column = 1;

	check_files(&in);
	enum tms_status status = tms_conf_parse(&arena, &in, &conf, &errors);
	PROMISE(status == TMS_OK || status == TMS_EINVAL || status == TMS_ELIMIT);
	PROMISE((status == TMS_OK) == (conf != NULL));
	PROMISE(status != TMS_EINVAL || errors.count > 0);
	PROMISE(status != TMS_OK || errors.count == 0);
	/* what follows the last line break is no line */
	tms_diag_locate(
		bytes, size > 0 && data[size - 1] == '\n' ? size - 1 : size, &lines, &column);
	for (size_t i = 0; i < errors.count; i++) {
		PROMISE(errors.items[i].diag.text[0] != '\0');
		PROMISE(errors.items[i].diag.line <= lines);
	}
	if (conf)
		check(conf);
	tms_arena_free(&arena);
	return 0;
}
