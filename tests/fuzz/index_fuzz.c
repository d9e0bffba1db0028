/*
 * Any bytes as a history of an index: rules and items come and go, numbers rise, time moves, and
 * what the index says is what each query says of each item.
 *
 * A step is a byte that says what happens, one that says to what, and its text, which ends at a
 * byte 0x1F or where the input does.
 */
#include <stdlib.h>

#include <tamis/doc.h>
#include <tamis/fold.h>
#include <tamis/index.h>
#include <tamis/record.h>

#include "window/view_item.h"

#define NOW INT64_C(1772370000)
#define RULES_MAX 16
#define ITEMS_MAX 12

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct rule {
	struct tms_query *query; /* NULL: none */
	uint32_t number;
};

/* An item, and what queries see of it: made once, not for every rule at every step. */
struct held {
	struct tms_view_item *item; /* NULL: none */
	struct tms_doc doc;
	struct tms_arena arena; /* of the doc */
};

struct world {
	struct tms_str input;
	struct tms_index *index;
	struct rule rules[RULES_MAX];
	struct held items[ITEMS_MAX];
	tms_time now;
	uint64_t told[RULES_MAX * 4];
};

/* so few terms that 16 rules cannot have more regular expressions that every item is asked than an
 * index takes */
static const struct tms_query_options options = {
	.limits = { .regex_size = 500, .terms = 15, .cost = 300 }
};

static void require(bool holds)
{
	if (!holds)
		abort();
}

static uint8_t next_byte(struct world *world)
{
	if (world->input.len == 0)
		return 0;
	uint8_t byte = (uint8_t)world->input.ptr[0];
	world->input = tms_str_slice(world->input, 1, world->input.len);
	return byte;
}

static struct tms_str next_text(struct world *world)
{
	struct tms_str text = { 0 };

	(void)tms_str_split(&world->input, 0x1F, &text);
	return text;
}

static void drop_rule(struct world *world, struct rule *rule)
{
	if (!rule->query)
		return;
	tms_index_remove_rule(world->index, rule->number);
	tms_query_free(rule->query);
	rule->query = NULL;
}

static void add_rule(struct world *world, struct rule *rule)
{
	struct tms_str text = next_text(world);
	struct tms_diag said = { 0 }, why = { 0 };
	struct tms_query *query = NULL;

	drop_rule(world, rule);
	enum tms_status st = tms_query_parse(text, &options, &query, &why);
	enum tms_status added =
		tms_index_add_rule(world->index, text, &options, &rule->number, &said);
	require(added == st);
	require(st == TMS_OK || (said.line == why.line && said.column == why.column &&
					strcmp(said.text, why.text) == 0));
	rule->query = query;
}

/* Texts hold what items hold: UTF-8, and no control characters but line breaks. */
static struct tms_str clean(struct tms_arena *arena, struct tms_str text)
{
	struct tms_str copy = tms_arena_copy(arena, tms_str_slice(text, 0, tms_utf8_fault(text)));
	char *at = (char *)(uintptr_t)copy.ptr;

	for (size_t i = 0; i < copy.len; i++)
		if ((unsigned char)at[i] < 0x20 || at[i] == 0x7F)
			at[i] = '\n';
	return copy;
}

/* The index has another in its place, or none. */
static void let_go(struct held *held)
{
	tms_view_item_unref(held->item);
	tms_arena_free(&held->arena);
	held->item = NULL;
}

static void put_item(struct world *world, size_t which)
{
	static const char *const ids[ITEMS_MAX] = { "a", "b", "c", "d", "e", "f", "g", "h", "i",
		"j", "k", "l" };
	struct tms_arena arena = { 0 };
	struct tms_person author;
	struct tms_category category = { .term = TMS_STR("cs.CL") };
	struct tms_item item;
	struct tms_view_item *made = NULL;
	uint8_t side = next_byte(world);

	tms_item_init(&item);
	item.id = tms_str_from(ids[which]);
	item.title = clean(&arena, next_text(world));
	item.summary = clean(&arena, next_text(world));
	author = (struct tms_person){ .name = item.title };
	item.authors = &author;
	item.authors_count = side & 1 && item.title.len > 0;
	item.categories = &category;
	item.categories_count = side >> 1 & 1;
	struct tms_sighting sighting = { .first_seen = NOW - side * TMS_HOUR_S,
		.last_seen = NOW,
		.published = NOW - side * 2 * TMS_HOUR_S,
		.changed_at = TMS_TIME_NONE,
		.source = TMS_STR("s") };
	require(tms_packed_item_new(&item, &sighting.packed) == TMS_OK);
	for (uint8_t i = 0; i < (side & 7); i++) {
		bool moved;
		require(tms_track_add(&sighting.tracks[side & 1], NOW - side * TMS_HOUR_S + i * 60,
				(side >> 3) + i, &moved) == TMS_OK);
	}
	const struct tms_record record = { .id = item.id,
		.first_seen = sighting.first_seen,
		.sightings = &sighting,
		.sightings_count = 1 };
	const struct tms_record *records[] = { &record };
	require(view_item_make(records, 1, NULL, &made) == TMS_OK);
	require(tms_index_put(world->index, made, NULL) == TMS_OK);
	let_go(&world->items[which]);
	world->items[which].item = made;
	require(tms_doc_make(&world->items[which].arena, &made->merged, &world->items[which].doc) ==
		TMS_OK);
	tms_sighting_fini(&sighting);
	tms_arena_free(&arena);
}

static void remove_item(struct world *world, size_t which)
{
	struct held *held = &world->items[which];

	if (!held->item)
		return;
	tms_index_remove(world->index, held->item->merged.item.id);
	let_go(held);
}

static void check_rule(struct world *world, const struct rule *rule)
{
	struct tms_arena arena = { 0 };
	struct tms_selection got;
	tms_time expires = TMS_TIME_MAX;
	size_t kept = 0;

	if (!rule->query)
		return;
	require(tms_index_select(world->index, rule->number, world->now, SIZE_MAX, &arena, &got) ==
		TMS_OK);
	for (size_t i = 0; i < ITEMS_MAX; i++) {
		const struct tms_view_item *item = world->items[i].item;
		const struct tms_doc *doc = &world->items[i].doc;
		if (!item)
			continue;
		tms_time entered = 0, change = tms_query_next_change(
					      rule->query, &item->merged, doc, world->now);
		expires = change < expires ? change : expires;
		if (!tms_query_entered(rule->query, &item->merged, doc, world->now, &entered))
			continue;
		size_t at = 0;
		while (at < got.count && got.list[at].item != item)
			at++;
		require(at < got.count && got.list[at].entered == entered);
		kept++;
	}
	require(kept == got.kept_count && kept == got.count && got.expires == expires);
	tms_arena_free(&arena);
}

static void tell(void *context, uint32_t rule, uint64_t items)
{
	struct world *world = context;

	require(rule < TMS_COUNT(world->told) && items != 0);
	require(world->told[rule] == 0);
	world->told[rule] = items;
}

/* Of all rules, by a list of them. */
static void ask_list(struct world *world, struct tms_batch *batch, size_t step)
{
	uint32_t list[RULES_MAX];
	size_t count = 0, asked = 0;

	for (size_t r = 0; r < RULES_MAX; r++) {
		bool is_there = !world->rules[r].query;
		for (size_t i = 0; i < count && !is_there; i++)
			is_there = list[i] == world->rules[r].number;
		if (!is_there)
			list[count++] = world->rules[r].number;
	}
	while (asked < count) {
		size_t work = step;
		asked += tms_batch_ask(batch, list + asked, count - asked, &work, tell, world);
	}
}

static void check_batch(struct world *world, size_t work, bool is_list)
{
	const struct held *of[ITEMS_MAX];
	uint32_t slots[ITEMS_MAX];
	struct tms_batch *batch = NULL;
	size_t count = 0;

	for (size_t i = 0; i < ITEMS_MAX; i++)
		if (world->items[i].item) {
			of[count] = &world->items[i];
			slots[count++] =
				tms_index_find(world->index, world->items[i].item->merged.item.id);
		}
	if (count == 0)
		return;
	memset(world->told, 0, sizeof(world->told));
	require(tms_batch_new(world->index, slots, count, world->now, &batch) == TMS_OK);
	if (is_list)
		ask_list(world, batch, work);
	else
		while (tms_batch_step(batch, work, tell, world))
			;
	tms_batch_free(batch);
	for (size_t r = 0; r < RULES_MAX; r++) {
		const struct rule *rule = &world->rules[r];
		for (size_t i = 0; rule->query && i < count; i++) {
			require(tms_index_at(world->index, slots[i]) == of[i]->item);
			require(tms_query_matches(rule->query, &of[i]->item->merged, &of[i]->doc,
					world->now) == (world->told[rule->number] >> i & 1));
		}
	}
}

static void step(struct world *world)
{
	uint8_t what = next_byte(world), which = next_byte(world);

	switch (what % 6) {
	case 0:
	case 1:
		add_rule(world, &world->rules[which % RULES_MAX]);
		break;
	case 2:
		drop_rule(world, &world->rules[which % RULES_MAX]);
		break;
	case 3:
		put_item(world, which % ITEMS_MAX);
		break;
	case 4:
		remove_item(world, which % ITEMS_MAX);
		break;
	default:
		world->now += ((tms_time)which - 60) * TMS_HOUR_S;
		check_batch(world, which % 4 == 0 ? TMS_BATCH_ALL : 1U + which % 4U, which & 4);
	}
	for (size_t i = 0; i < RULES_MAX; i++)
		check_rule(world, &world->rules[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct world world = { .input = { (const char *)bytes, size }, .now = NOW };
	struct tms_index_stats stats;

	require(tms_index_new((struct tms_hash_seed){ size, 1 }, &world.index) == TMS_OK);
	for (int steps = 0; world.input.len > 0 && steps < 40; steps++)
		step(&world);
	check_batch(&world, TMS_BATCH_ALL, false);
	check_batch(&world, TMS_BATCH_ALL, true);
	for (size_t i = 0; i < RULES_MAX; i++)
		drop_rule(&world, &world.rules[i]);
	for (size_t i = 0; i < ITEMS_MAX; i++)
		remove_item(&world, i);
	tms_index_stats(world.index, &stats);
	require(stats.items == 0 && stats.rules == 0 && stats.leaves == 0);
	tms_index_free(world.index);
	return 0;
}
