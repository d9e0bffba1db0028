/* Two configurations side by side. All lists are in byte order of their names, so each pair of
 * lists is walked once; a name is what each of their structures begins with. */
#include <tamis/conf_change.h>

#include <tamis/settings.h>

#include "raw.h"

struct comparison {
	struct tms_arena *arena;
	const struct tms_conf *before, *after;
	struct tms_conf_changes changes;
	size_t capacity;
	struct tms_str user; /* whose lists are compared; empty: everybody's */
};

struct list {
	const void *items;
	size_t count, size;
};

typedef bool same_fn(const struct comparison *c, const void *before, const void *after);

static void add(struct comparison *c, const struct tms_conf_change *change)
{
	struct tms_conf_changes *changes = &c->changes;

	if (changes->count >= TMS_CONF_CHANGES_MAX ||
		!tms_arena_grow(c->arena, &changes->items, changes->count, &c->capacity,
			sizeof(*changes->items))) {
		changes->left_out++;
		return;
	}
	struct tms_conf_change *copy = &changes->items[changes->count++];
	*copy = *change;
	copy->name = tms_arena_copy(c->arena, change->name);
	copy->user = tms_arena_copy(c->arena, change->user);
	copy->was = tms_arena_copy(c->arena, change->was);
}

static void note(struct comparison *c, enum tms_conf_part part, enum tms_conf_difference how,
	struct tms_str name)
{
	add(c, &(struct tms_conf_change){
		       .part = part, .how = how, .name = name, .user = c->user });
}

static const void *at(const struct list *list, size_t i)
{
	return (const char *)list->items + i * list->size;
}

static struct tms_str name_at(const struct list *list, size_t i)
{
	struct tms_str name;

	memcpy(&name, at(list, i), sizeof(name));
	return name;
}

static void walk(struct comparison *c, enum tms_conf_part part, struct list before,
	struct list after, same_fn *same)
{
	size_t i = 0, k = 0;

	while (i < before.count || k < after.count) {
		int order = i == before.count ? 1 : k == after.count ? -1 : 0;
		if (order == 0)
			order = tms_str_compare(name_at(&before, i), name_at(&after, k));
		if (order < 0)
			note(c, part, TMS_CONF_REMOVED, name_at(&before, i));
		else if (order > 0)
			note(c, part, TMS_CONF_ADDED, name_at(&after, k));
		else if (!same(c, at(&before, i), at(&after, k)))
			note(c, part, TMS_CONF_CHANGED, name_at(&after, k));
		i += order <= 0;
		k += order >= 0;
	}
}

/* ---- settings ---- */

static bool same_networks(const struct tms_network_list *a, const struct tms_network_list *b)
{
	bool is_same = a->count == b->count;

	for (size_t i = 0; is_same && i < a->count; i++)
		is_same = a->items[i].prefix_bits == b->items[i].prefix_bits &&
			  memcmp(&a->items[i].address, &b->items[i].address,
				  sizeof(a->items[i].address)) == 0;
	return is_same;
}

static bool same_listen(const struct tms_conf *a, const struct tms_conf *b)
{
	bool is_same = a->listen_count == b->listen_count;

	for (size_t i = 0; is_same && i < a->listen_count; i++)
		is_same = tms_str_equal(a->listen[i].text, b->listen[i].text);
	return is_same;
}

static const char *field(const struct tms_conf *conf, const struct tms_setting *setting)
{
	return (const char *)conf + (setting->offset - offsetof(struct conf_raw, conf));
}

static bool same_setting(const struct comparison *c, const struct tms_setting *setting)
{
	const struct tms_conf *a = c->before, *b = c->after;
	const char *in_a = field(a, setting), *in_b = field(b, setting);

	switch (setting->kind) {
	case TMS_SETTING_TEXT:
	case TMS_SETTING_NAME:
	case TMS_SETTING_URL:
	case TMS_SETTING_PATH:
		return tms_str_equal(*(const struct tms_str *)(const void *)in_a,
			*(const struct tms_str *)(const void *)in_b);
	case TMS_SETTING_NUMBER:
	case TMS_SETTING_SPAN:
	case TMS_SETTING_SPAN_MS:
	case TMS_SETTING_BYTES:
		return memcmp(in_a, in_b, sizeof(int64_t)) == 0;
	case TMS_SETTING_CHOICE:
		return memcmp(in_a, in_b, sizeof(int)) == 0;
	case TMS_SETTING_NETWORKS:
		return same_networks((const struct tms_network_list *)(const void *)in_a,
			(const struct tms_network_list *)(const void *)in_b);
	case TMS_SETTING_LISTEN:
		return same_listen(a, b);
	case TMS_SETTING_STORE: /* its default follows data_dir, which is told by itself */
		return tms_str_equal(a->store.url, b->store.url);
	case TMS_SETTING_SOURCES:
	case TMS_SETTING_QUERY:
	case TMS_SETTING_RECIPE:
	case TMS_SETTING_AUTHORS:
	case TMS_SETTING_TOPICS: /* feeds that ask for them are told */
		break;
	}
	return true;
}

/* What is made once, at the start. */
static bool waits_for_a_start(struct tms_str path)
{
	static const char *const paths[] = { "listen", "data_dir", "store", "instance_key_file",
		"serve_threads", "redis.prefix", "redis.password", "redis.password_file",
		"redis.timeout", "limits.connections", "limits.connections_per_address",
		"limits.request_head_bytes", "limits.request_timeout", "limits.idle_timeout" };

	for (size_t i = 0; i < TMS_COUNT(paths); i++)
		if (tms_str_equal(path, tms_str_from(paths[i])))
			return true;
	return false;
}

static bool stands_alone(struct tms_str path)
{
	size_t dot = tms_str_find_byte(path, '.', 0);
	struct tms_str group = dot == SIZE_MAX ? TMS_STR_NONE : tms_str_slice(path, 0, dot);

	return group.len == 0 || tms_str_equal(group, TMS_STR("limits")) ||
	       tms_str_equal(group, TMS_STR("log")) || tms_str_equal(group, TMS_STR("redis"));
}

static void compare_settings(struct comparison *c)
{
	size_t count = 0;
	const struct tms_setting *settings = tms_settings(&count);

	for (size_t i = 0; i < count; i++) {
		struct tms_str path = tms_str_from(settings[i].path);
		if (stands_alone(path) && !same_setting(c, &settings[i]))
			add(c, &(struct tms_conf_change){ .how = TMS_CONF_CHANGED,
				       .name = path,
				       .waits = waits_for_a_start(path) });
	}
}

/* ---- names ---- */

/* A value that is the limit's before and after is told as the limit's change, not at each source.
 */
static bool same_value(int64_t a, int64_t b, int64_t limit_a, int64_t limit_b)
{
	return a == b || (a == limit_a && b == limit_b);
}

static bool same_source(const struct comparison *c, const void *before, const void *after)
{
	const struct tms_conf_source *a = before, *b = after;
	const struct tms_conf_limits *old = &c->before->limits, *new = &c->after->limits;
	bool is_bounded = old->min_interval_s != new->min_interval_s &&
			  (a->every_s == old->min_interval_s || b->every_s == new->min_interval_s);

	return a->hash == b->hash && (a->every_s == b->every_s || is_bounded) &&
	       same_value(a->retention_s, b->retention_s, old->retention_s, new->retention_s) &&
	       same_value(a->items, b->items, old->items, new->items) &&
	       tms_str_equal(a->title, b->title);
}

static bool same_group(const struct comparison *c, const void *before, const void *after)
{
	const struct tms_conf_group *a = before, *b = after;
	bool is_same = a->sources_count == b->sources_count;

	(void)c;
	for (size_t i = 0; is_same && i < a->sources_count; i++)
		is_same = tms_str_equal(a->sources[i]->name, b->sources[i]->name);
	return is_same;
}

static bool same_rule(const struct comparison *c, const void *before, const void *after)
{
	const struct tms_query_rule *a = before, *b = after;

	(void)c;
	return tms_str_equal(a->text, b->text);
}

static bool same_authors(const struct comparison *c, const void *before, const void *after)
{
	const struct tms_query_authors *a = before, *b = after;

	(void)c;
	return tms_str_equal(a->text, b->text);
}

static bool same_feed(const struct comparison *c, const void *before, const void *after)
{
	const struct tms_conf_feed *a = before, *b = after;

	(void)c;
	return a->hash == b->hash && (b->was.len == 0 || tms_str_equal(a->was, b->was));
}

/* Those of a user stand behind everybody's. */
static struct list own_rules(const struct tms_conf *conf, const struct tms_conf_user *user)
{
	size_t others =
		user->rules_count < conf->rules_count ? user->rules_count : conf->rules_count;

	return (struct list){ user->rules ? user->rules + others : NULL, user->rules_count - others,
		sizeof(*user->rules) };
}

static struct list own_authors(const struct tms_conf *conf, const struct tms_conf_user *user)
{
	size_t others = user->authors_count < conf->authors_count ? user->authors_count
								  : conf->authors_count;

	return (struct list){ user->authors ? user->authors + others : NULL,
		user->authors_count - others, sizeof(*user->authors) };
}

/* A feed that is there under another name is one change, not two. */
static void join_renamed(struct comparison *c, size_t first, const struct tms_conf_user *after)
{
	struct tms_conf_changes *changes = &c->changes;
	size_t kept = first;

	for (size_t i = first; i < changes->count; i++) {
		struct tms_conf_change *change = &changes->items[i];
		const struct tms_conf_feed *feed = change->how == TMS_CONF_ADDED
							   ? tms_conf_find_feed(after, change->name)
							   : NULL;
		for (size_t k = first; feed && feed->was.len > 0 && k < changes->count; k++)
			if (changes->items[k].how == TMS_CONF_REMOVED &&
				tms_str_equal(changes->items[k].name, feed->was)) {
				change->how = TMS_CONF_RENAMED;
				change->was = changes->items[k].name;
			}
	}
	for (size_t i = first; i < changes->count; i++) {
		bool is_renamed = false;
		for (size_t k = first; changes->items[i].how == TMS_CONF_REMOVED && !is_renamed &&
				       k < changes->count;
			k++)
			is_renamed = changes->items[k].how == TMS_CONF_RENAMED &&
				     tms_str_equal(changes->items[k].was, changes->items[i].name);
		if (!is_renamed)
			changes->items[kept++] = changes->items[i];
	}
	changes->count = kept;
}

static void compare_user(
	struct comparison *c, const struct tms_conf_user *before, const struct tms_conf_user *after)
{
	static const struct tms_conf_user nobody;

	before = before ? before : &nobody;
	after = after ? after : &nobody;
	walk(c, TMS_CONF_AUTHORS, own_authors(c->before, before), own_authors(c->after, after),
		same_authors);
	walk(c, TMS_CONF_RULE, own_rules(c->before, before), own_rules(c->after, after), same_rule);
	size_t first = c->changes.count;
	walk(c, TMS_CONF_FEED,
		(struct list){ before->feeds, before->feeds_count, sizeof(*before->feeds) },
		(struct list){ after->feeds, after->feeds_count, sizeof(*after->feeds) },
		same_feed);
	join_renamed(c, first, after);
}

static void compare_users(struct comparison *c)
{
	const struct tms_conf *a = c->before, *b = c->after;
	size_t i = 0, k = 0;

	while (i < a->users_count || k < b->users_count) {
		int order = i == a->users_count ? 1 : k == b->users_count ? -1 : 0;
		if (order == 0)
			order = tms_str_compare(a->users[i].name, b->users[k].name);
		c->user = order <= 0 ? a->users[i].name : b->users[k].name;
		compare_user(c, order <= 0 ? &a->users[i] : NULL, order >= 0 ? &b->users[k] : NULL);
		i += order <= 0;
		k += order >= 0;
	}
}

enum tms_status tms_conf_compare(struct tms_arena *arena, const struct tms_conf *before,
	const struct tms_conf *after, struct tms_conf_changes *out)
{
	struct comparison c = { .arena = arena, .before = before, .after = after };

	compare_settings(&c);
	walk(&c, TMS_CONF_SOURCE,
		(struct list){ before->sources, before->sources_count, sizeof(*before->sources) },
		(struct list){ after->sources, after->sources_count, sizeof(*after->sources) },
		same_source);
	walk(&c, TMS_CONF_GROUP,
		(struct list){ before->groups, before->groups_count, sizeof(*before->groups) },
		(struct list){ after->groups, after->groups_count, sizeof(*after->groups) },
		same_group);
	walk(&c, TMS_CONF_AUTHORS,
		(struct list){ before->authors, before->authors_count, sizeof(*before->authors) },
		(struct list){ after->authors, after->authors_count, sizeof(*after->authors) },
		same_authors);
	walk(&c, TMS_CONF_RULE,
		(struct list){ before->rules, before->rules_count, sizeof(*before->rules) },
		(struct list){ after->rules, after->rules_count, sizeof(*after->rules) },
		same_rule);
	compare_users(&c);
	if (arena->status != TMS_OK)
		return arena->status;
	*out = c.changes;
	return TMS_OK;
}

/* ---- words ---- */

static void write_name(struct tms_buf *buf, const struct tms_conf_change *change)
{
	switch (change->part) {
	case TMS_CONF_SETTING:
		tms_buf_add(buf, change->name);
		return;
	case TMS_CONF_SOURCE:
		tms_buf_format(buf, "source %.*s", TMS_STR_ARGS(change->name));
		return;
	case TMS_CONF_GROUP:
		tms_buf_format(buf, "group %.*s", TMS_STR_ARGS(change->name));
		return;
	case TMS_CONF_AUTHORS:
	case TMS_CONF_RULE:
		tms_buf_format(buf, "%s %.*s", change->part == TMS_CONF_RULE ? "rule" : "authors",
			TMS_STR_ARGS(change->name));
		if (change->user.len > 0)
			tms_buf_format(buf, " of %.*s", TMS_STR_ARGS(change->user));
		return;
	case TMS_CONF_FEED:
		tms_buf_format(buf, "feed %.*s/%.*s", TMS_STR_ARGS(change->user),
			TMS_STR_ARGS(change->name));
		return;
	}
}

void tms_conf_change_write(struct tms_buf *buf, const struct tms_conf_change *change)
{
	static const char *const hows[] = { [TMS_CONF_ADDED] = "added",
		[TMS_CONF_REMOVED] = "removed",
		[TMS_CONF_CHANGED] = "changed",
		[TMS_CONF_RENAMED] = "renamed" };

	write_name(buf, change);
	tms_buf_format(buf, ": %s", hows[change->how]);
	if (change->how == TMS_CONF_RENAMED)
		tms_buf_format(
			buf, "; it was %.*s, and keeps its address", TMS_STR_ARGS(change->was));
	if (change->is_late)
		tms_buf_format(buf, "; too late for `was`: the address of %.*s is over",
			TMS_STR_ARGS(change->was));
	if (change->is_counted)
		tms_buf_format(buf, "; of what it kept %zu stay and %zu leave, %zu come",
			change->kept, change->leave, change->come);
	if (change->waits)
		tms_buf_add_cstr(buf, "; takes effect at the next start");
}
