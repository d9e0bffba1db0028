/* Persons' feeds: definitions entered in the registry, and opened when their token is asked for. */
#include "service/person_feeds.h"

#include <stdio.h>
#include <stdlib.h>

#include "service/reload.h"
#include "service/sources.h"

/* A stored rule was judged when it was saved: limits that were lowered since do not take it away. */
#define STORED_BYTES ((size_t)1 << 20)
#define STORED_TERMS ((size_t)1 << 16)
#define STORED_REGEX_SIZE ((size_t)1 << 16)
/* Feeds that are compared with what they showed, of one configuration. */
#define COMPARED_MAX 200
#define COUNT_CHARS 24

static struct tms_shelf *shelf_of(const struct tms_feeds *feeds, uint32_t source_set)
{
	return source_sets_at(&feeds->shelves->sets, source_set)->shelf;
}

static struct tms_index *index_of(const struct tms_feeds *feeds)
{
	return tms_catalog_index(feeds->shelves->catalog);
}

/* Feeds are opened by the thousand: the arena of one fits what is copied into it. */
static void expect(struct tms_arena *arena, const struct tms_definition *d, size_t url_bytes)
{
	tms_arena_expect(arena,
		tms_arena_copy_bytes(d->user.len) + tms_arena_copy_bytes(d->address_name.len) +
			tms_arena_copy_bytes(d->title.len) + tms_arena_copy_bytes(url_bytes));
}

/* Of "PUBLIC_URL/f/TOKEN.FORM". */
static size_t url_bytes(
	const struct tms_feeds *feeds, const struct tms_token *token, enum tms_form form)
{
	return feeds->world->conf->public_url.len + strlen("/f/") + strlen(token->text) +
	       strlen(".") + tms_form_name(form).len;
}

static struct tms_served *open_person(struct tms_feeds *feeds, uint32_t number,
	const struct registered_feed *record, enum tms_form form)
{
	const struct tms_definition *d = &record->definition;
	struct tms_served *served = calloc(1, sizeof(*served));
	struct tms_token token;

	if (!served)
		return NULL;
	tms_token_make(feeds->world->key, d->user, d->address_name, d->generation, &token);
	expect(&served->arena, d, url_bytes(feeds, &token, form));
	served->number = number;
	served->stands_still = !record->has_rule;
	served->shelf = shelf_of(feeds, record->source_set);
	served->place = record->rule;
	served->rule = shelf_rule(served->shelf, served->place);
	served->feed = (struct tms_feed_definition){
		.user = tms_arena_copy(&served->arena, d->user),
		.name = tms_arena_copy(&served->arena, d->address_name),
		.title = tms_arena_copy(&served->arena, d->title),
		.self_url = tms_arena_format(&served->arena, "%.*s/f/%s.%.*s",
			TMS_STR_ARGS(feeds->world->conf->public_url), token.text,
			TMS_STR_ARGS(tms_form_name(form))),
		.entries_max = (size_t)d->limit,
		.link = d->link,
		.date = d->date,
		.form = form,
		.revised = d->revised,
	};
	if (served->arena.status != TMS_OK) {
		tms_arena_free(&served->arena);
		free(served);
		return NULL;
	}
	served_feed_dress(feeds, served);
	served_feed_open(feeds, served);
	return served;
}

static const struct tms_conf_feed *configured(
	const struct tms_feeds *feeds, const struct tms_definition *d)
{
	const struct tms_conf_user *user = d->origin == TMS_ORIGIN_CONF
						   ? tms_conf_find_user(feeds->world->conf, d->user)
						   : NULL;

	return user ? tms_conf_find_feed(user, d->name) : NULL;
}

struct tms_served *tms_feeds_find(struct tms_feeds *feeds, struct tms_str token, enum tms_form form)
{
	struct registered_feed record;
	struct token_digest digest;

	if (!feeds->is_open)
		return NULL;
	definition_digest(token, &digest);
	uint32_t number = registry_find_digest(&feeds->registry, &digest);
	if (!registry_get(&feeds->registry, number, &record))
		return NULL;
	const struct tms_definition *d = &record.definition;
	if (d->is_deleted ||
		(!configured(feeds, d) &&
			tms_definition_is_over(d, feeds->world->conf->limits.removed_feeds_s,
				tms_clock_now(feeds->world->clock))))
		return &feeds->over;
	struct tms_served *served = served_feed_find_opened(feeds, number, form);
	if (served)
		return served;
	if (feeds->idle) /* it was opened, and has come to nothing */
		served_feed_close(feeds, feeds->idle);
	served = open_person(feeds, number, &record, form);
	feeds->idle = served;
	return served;
}

/* ---- records ---- */

static void close_number(struct tms_feeds *feeds, uint32_t number)
{
	for (int form = 0; form < TMS_FORMS; form++) {
		struct tms_served *served =
			served_feed_find_opened(feeds, number, (enum tms_form)form);
		if (served)
			served_feed_close(feeds, served);
	}
}

/* The shelf of these sources, or NULL when memory is out. Sources that only feeds gone from the
 * configuration still need are read from the store, and polled no more. */
static struct tms_shelf *find_shelf(struct tms_feeds *feeds, struct tms_str sources)
{
	struct tms_str rest = sources, name = { 0 };
	size_t count = 0, most = 1;

	for (size_t i = 0; i < sources.len; i++)
		most += sources.ptr[i] == ',';
	struct tms_source **list = calloc(most, sizeof(struct tms_source *));
	bool has_all = list != NULL;
	while (has_all && tms_str_split(&rest, ',', &name)) {
		list[count] = sources_keep(feeds->world->sources, name);
		has_all = list[count++] != NULL;
	}
	struct tms_shelf *shelf = has_all ? shelves_get(feeds->shelves, list, count) : NULL;
	free(list);
	return shelf;
}

/* The same, pinned; let_go. Mostly it is the one of the feed before. */
static struct tms_shelf *pin_shelf(struct tms_feeds *feeds, struct tms_str sources)
{
	struct tms_buf *last = &feeds->last_pinned.sources;
	struct tms_shelf *shelf = feeds->last_pinned.shelf;

	if (shelf && tms_str_equal(tms_buf_str(last), sources)) {
		shelves_pin(feeds->shelves, shelf);
		return shelf;
	}
	shelf = find_shelf(feeds, sources);
	if (!shelf)
		return NULL;
	shelves_pin(feeds->shelves, shelf);
	shelves_release(feeds->shelves, shelf);
	tms_buf_clear(last);
	tms_buf_add(last, sources);
	feeds->last_pinned.shelf = last->status == TMS_OK ? shelf : NULL;
	return shelf;
}

static void let_go(struct tms_feeds *feeds, uint32_t source_set, uint32_t rule)
{
	struct tms_shelf *shelf = shelf_of(feeds, source_set);

	shelf_rules_remove(shelf, rule);
	if (shelf->pins == 1 && feeds->last_pinned.shelf == shelf)
		feeds->last_pinned.shelf = NULL;
	shelves_unpin(feeds->shelves, shelf);
}

/* A feed on its way into the registry. */
struct entering {
	struct registered_feed record;
	struct tms_shelf *shelf; /* NULL: it has failed */
	struct tms_query_options options;
	struct tms_str match;
	struct tms_diag diag;
};

/* What the configuration says now is read as it stands there: its rules may be of those that cannot
 * be written out. */
static void choose_rule(
	const struct tms_feeds *feeds, const struct tms_definition *d, struct entering *entering)
{
	const struct tms_conf_feed *feed = configured(feeds, d);

	entering->options = (struct tms_query_options){ .limits = { .bytes = STORED_BYTES,
								.terms = STORED_TERMS,
								.depth = TMS_QUERY_DEPTH_MAX,
								.regex_size = STORED_REGEX_SIZE },
		.authors = feeds->world->conf->authors,
		.authors_count = feeds->world->conf->authors_count,
		.topics = feeds->world->conf->topics,
		.zones = feeds->world->conf->zones };
	entering->match = d->match;
	if (feed && feed->hash == d->hash) {
		tms_conf_query_options(feeds->world->conf,
			tms_conf_find_user(feeds->world->conf, d->user), &entering->options);
		entering->match = feed->match;
	}
	/* the configuration was checked as a whole, and what is stored was; that feeds come one by
	 * one while others are on their way out is no reason to refuse one */
	entering->options.limits.scan_cost = SIZE_MAX;
}

static bool counts_as_removed(const struct registered_feed *record)
{
	return record->definition.removed_at != 0 && !record->definition.is_deleted;
}

static bool stands_still(const struct registered_feed *record)
{
	return !record->has_rule && !record->definition.is_deleted;
}

static void begin(struct tms_feeds *feeds, struct defined_feed *defining, struct entering *entering)
{
	struct tms_definition *d = &defining->definition;

	entering->diag = (struct tms_diag){ 0 };
	tms_definition_seal(d, feeds->world->key, feeds->key_tag);
	registry_fetch(&feeds->registry, defining->key);
	registry_fetch_digest(&feeds->registry, &d->digest);
	entering->shelf = pin_shelf(feeds, d->sources);
	defining->status = entering->shelf ? TMS_OK : TMS_ENOMEM;
	if (!entering->shelf)
		return;
	entering->record = (struct registered_feed){ .definition = *d,
		.key = defining->key,
		.revision = defining->revision,
		.stamp = feeds->stamp,
		.rule = TMS_INDEX_NONE,
		.source_set = entering->shelf->set->number };
	choose_rule(feeds, d, entering);
}

static bool has_words(const struct defined_feed *defining, const struct entering *entering)
{
	return entering->shelf && !defining->definition.is_deleted &&
	       tms_str_trim(entering->match).len > 0;
}

static void note_rule(struct tms_feeds *feeds, const struct tms_index_addition *addition,
	struct defined_feed *defining, struct entering *entering)
{
	const struct tms_definition *d = &defining->definition;

	defining->status = addition->status;
	if (addition->status == TMS_OK)
		defining->status = shelf_rules_take(entering->shelf, addition->rule, SIZE_MAX,
			&entering->record.rule, &entering->diag);
	if (defining->status != TMS_OK && defining->status != TMS_ENOMEM)
		TMS_LOG(feeds->world->log, TMS_LOG_ERROR,
			"a feed's rule cannot be read; the feed stands still", { "user", d->user },
			{ "feed", d->name }, { "why", tms_str_from(entering->diag.text) });
}

/* Puts the rules into the index together. */
static void add_rules(
	struct tms_feeds *feeds, struct defined_feed *list, struct entering *entering, size_t count)
{
	struct tms_index_addition additions[DEFINED_FEEDS_MAX];
	size_t of[DEFINED_FEEDS_MAX], together = 0;

	for (size_t at = 0; at < count; at++) {
		if (!has_words(&list[at], &entering[at]))
			continue;
		of[together] = at;
		additions[together++] = (struct tms_index_addition){ .text = entering[at].match,
			.options = &entering[at].options,
			.diag = &entering[at].diag };
	}
	tms_index_add_rules(index_of(feeds), additions, together);
	for (size_t i = 0; i < together; i++)
		note_rule(feeds, &additions[i], &list[of[i]], &entering[of[i]]);
}

/* Is there anything that two rules can be compared on, without waiting? */
static bool has_items(struct tms_shelf *shelf)
{
	size_t count = 0;

	return shelf_is_in(shelf) && shelf_count(shelf, &count) == TMS_OK && count > 0;
}

/* An edit, of the feed or of a topic or rule that it asks for, says what it does. */
static void compare(struct tms_feeds *feeds, const struct registered_feed *old,
	const struct registered_feed *new)
{
	struct tms_shelf *shelf = shelf_of(feeds, new->source_set);
	struct tms_difference change;
	char kept[COUNT_CHARS], leave[COUNT_CHARS], come[COUNT_CHARS];

	if (!feeds->edits.are_counted || !old->has_rule || !new->has_rule ||
		old->source_set != new->source_set)
		return;
	uint32_t before = shelf_rule(shelf, old->rule), now = shelf_rule(shelf, new->rule);
	if (before == now || !has_items(shelf))
		return;
	if (++feeds->edits.count > COMPARED_MAX) {
		if (feeds->edits.count == COMPARED_MAX + 1)
			tms_log_say(feeds->world->log, TMS_LOG_INFO,
				"more feeds show something else now; what changes is not counted");
		return;
	}
	if (shelf_differ(shelf, before, now, feeds->edits.now, &change) != TMS_OK)
		return;
	reload_count(feeds->reload, new->definition.user, new->definition.name, &change);
	(void)snprintf(kept, sizeof(kept), "%zu", change.kept_count);
	(void)snprintf(leave, sizeof(leave), "%zu", change.leave);
	(void)snprintf(come, sizeof(come), "%zu", change.come);
	TMS_LOG(feeds->world->log, TMS_LOG_INFO, "a feed shows something else now",
		{ "user", new->definition.user }, { "feed", new->definition.name },
		{ "kept", tms_str_from(kept) }, { "leave", tms_str_from(leave) },
		{ "come", tms_str_from(come) });
}

static void end(struct tms_feeds *feeds, struct defined_feed *defining, struct entering *entering)
{
	struct registered_feed *record = &entering->record, old = { 0 };
	enum tms_status st = defining->status;

	record->has_rule = st == TMS_OK && !defining->definition.is_deleted;
	uint32_t known = registry_find(&feeds->registry, defining->key);
	bool is_known = registry_get(&feeds->registry, known, &old);
	if (is_known && st == TMS_OK)
		compare(feeds, &old, record);
	if (is_known) {
		close_number(feeds, known);
		feeds->removed_count -= counts_as_removed(&old);
		feeds->standing_count -= stands_still(&old);
	}
	if (st != TMS_ENOMEM)
		st = registry_put(&feeds->registry, record, &defining->number);
	defining->status = st;
	if (st != TMS_OK) { /* the old one stays */
		feeds->removed_count += is_known && counts_as_removed(&old);
		feeds->standing_count += is_known && stands_still(&old);
		let_go(feeds, record->source_set, record->rule);
		return;
	}
	feeds->removed_count += counts_as_removed(record);
	if (stands_still(record)) {
		feeds->standing_count++;
		feeds->still.next = 0;
		feeds->still.again_at = 0;
	}
	if (is_known)
		let_go(feeds, old.source_set, old.rule);
}

void person_feeds_define_all(struct tms_feeds *feeds, struct defined_feed *list, size_t count)
{
	struct entering entering[DEFINED_FEEDS_MAX];

	for (size_t i = 0; i < count; i++)
		begin(feeds, &list[i], &entering[i]);
	add_rules(feeds, list, entering, count);
	for (size_t i = 0; i < count; i++)
		if (entering[i].shelf)
			end(feeds, &list[i], &entering[i]);
}

enum tms_status person_feeds_define(struct tms_feeds *feeds, struct tms_str key,
	const struct tms_definition *d, int64_t revision, uint32_t *number)
{
	struct defined_feed one = { .key = key, .definition = *d, .revision = revision };

	person_feeds_define_all(feeds, &one, 1);
	if (one.status == TMS_OK)
		*number = one.number;
	return one.status;
}

void person_feeds_undefine(struct tms_feeds *feeds, uint32_t number)
{
	struct registered_feed record;

	if (!registry_get(&feeds->registry, number, &record))
		return;
	close_number(feeds, number);
	feeds->removed_count -= counts_as_removed(&record);
	feeds->standing_count -= stands_still(&record);
	registry_remove(&feeds->registry, number);
	let_go(feeds, record.source_set, record.rule);
}

bool person_feeds_definition(const struct tms_feeds *feeds, uint32_t number,
	struct tms_arena *arena, struct registered_feed *record)
{
	if (!registry_get(&feeds->registry, number, record))
		return false;
	const struct tms_shelf *shelf = shelf_of(feeds, record->source_set);
	record->definition.sources = shelf_names(arena, shelf);
	if (record->rule != TMS_INDEX_NONE)
		record->definition.match =
			tms_index_rule_text(index_of(feeds), shelf_rule(shelf, record->rule));
	record->definition.key_tag = feeds->key_tag;
	return true;
}
