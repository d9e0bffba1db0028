/* Sets over one catalogue, real windows and a real loop; no store, no network. */
#include "../make.h"
#include "shelf_stand.h"

#include <tamis/conditional.h>
#include <zlib.h>

static void a_shelf_fills_in_slices_and_shows_nothing_before(void **state)
{
	struct stand *stand = *state;
	const struct tms_index *index = tms_catalog_index(stand->shelves.catalog);
	int told = 0;

	list(stand, 1, 0, PAPERS, T0);
	struct tms_shelf *shelf = shelves_get(&stand->shelves, &stand->list[1], 1);
	assert_non_null(shelf);
	wait_for(stand, shelf, &told);
	turn(stand);
	assert_false(tms_shelf_is_filled(shelf));
	assert_true(tms_index_count(index) > 0 && tms_index_count(index) < PAPERS);
	run(stand);
	assert_true(tms_shelf_is_filled(shelf));
	assert_int_equal(told, 1);
	assert_int_equal(tms_index_count(index), PAPERS);
	assert_int_equal(count_of(shelf), PAPERS);
	assert_true(stand->shelves.slices > 3);
	assert_int_equal(stand->shelves.published, 1);
	shelves_release(&stand->shelves, shelf);
}

static void who_waits_is_told_once(void **state)
{
	struct stand *stand = *state;
	int told = 0, over = 0;

	list(stand, 1, 0, PAPERS, T0);
	struct tms_shelf *shelf = shelves_get(&stand->shelves, &stand->list[1], 1);
	wait_for(stand, shelf, &told);
	turn(stand);
	assert_int_equal(told, 0);
	run(stand);
	assert_int_equal(told, 1);
	list(stand, 1, 0, 1, T0 + 1);
	run(stand);
	assert_int_equal(told, 1);
	shelves_release(&stand->shelves, shelf);

	shelf = shelves_get(&stand->shelves, stand->list, 2);
	wait_for(stand, shelf, &over);
	shelves_fini(&stand->shelves);
	assert_int_equal(over, 100 * TMS_SHELF_OVER);
	assert_int_equal(shelves_init(&stand->shelves, &stand->world), TMS_OK);
}

static void a_set_never_asked_over_sources_that_are_in_follows_nothing(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;
	struct tms_catalog_stats before, after;
	int told = 0;

	list(stand, 0, 0, 75, T0);
	list(stand, 1, 75, 75, T0);
	struct tms_shelf *blog = fill(stand, &stand->list[0], 1);
	struct tms_shelf *daily = fill(stand, &stand->list[1], 1);
	tms_catalog_stats(shelves->catalog, &before);
	uint64_t published = shelves->published;
	struct tms_shelf *both = shelves_get(shelves, stand->list, 2);
	wait_for(stand, both, &told);
	turn(stand);
	assert_int_equal(told, 1);
	assert_int_equal(count_of(both), 150);
	tms_catalog_stats(shelves->catalog, &after);
	assert_int_equal(after.puts, before.puts);
	assert_int_equal(shelves->published, published);
	shelves_release(shelves, both);
	shelves_release(shelves, daily);
	shelves_release(shelves, blog);
}

static void what_a_source_has_first_is_waited_for_though_the_set_was_there_before(void **state)
{
	struct stand *stand = *state;
	int told = 0;

	struct tms_shelf *shelf = fill(stand, &stand->list[1], 1);
	assert_int_equal(count_of(shelf), 0);
	list(stand, 1, 0, PAPERS, T0);
	assert_false(tms_shelf_is_filled(shelf));
	wait_for(stand, shelf, &told);
	while (told == 0)
		turn(stand);
	assert_int_equal(count_of(shelf), PAPERS);
	stand->papers[0].title = TMS_STR("A paper with another title");
	list(stand, 1, 0, 1, T0 + 1);
	assert_true(tms_shelf_is_filled(shelf)); /* what comes then is not waited for */
	shelves_release(&stand->shelves, shelf);
}

static void a_source_that_anybody_may_ask_for_is_followed_before_somebody_does(void **state)
{
	struct stand *stand = *state;
	const struct tms_index *index = tms_catalog_index(stand->shelves.catalog);
	struct tms_conf conf = { .filter_addresses_on = true };
	const struct tms_conf_source configured = { .name = names[1] };
	int told = 0;

	stand->world.conf = &conf;
	list(stand, 1, 0, PAPERS, T0);
	run(stand);
	assert_int_equal(tms_index_count(index), 0); /* it is not in the configuration */
	stand->list[1]->conf = &configured;
	shelves_configure(&stand->shelves);
	run(stand);
	assert_int_equal(tms_index_count(index), PAPERS);
	struct tms_shelf *shelf = shelves_get(&stand->shelves, &stand->list[1], 1);
	wait_for(stand, shelf, &told);
	turn(stand);
	assert_int_equal(told, 1);
	/* without these addresses only what some set takes is followed */
	conf.filter_addresses_on = false;
	shelves_configure(&stand->shelves);
	assert_int_equal(tms_index_count(index), PAPERS);
	shelves_release(&stand->shelves, shelf);
	stand->shelves.lru.bytes_max = 1;
	assert_true(shelves_make_room(&stand->shelves, NULL));
	run(stand);
	assert_int_equal(tms_index_count(index), 0);
	stand->world.conf = NULL;
	stand->list[1]->conf = NULL;
}

static void what_is_followed_for_nobody_any_more_leaves_in_slices(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;
	const struct tms_index *index = tms_catalog_index(shelves->catalog);

	list(stand, 1, 0, PAPERS, T0);
	struct tms_shelf *shelf = fill(stand, &stand->list[1], 1);
	shelves_release(shelves, shelf);
	shelves->lru.bytes_max = 1;
	assert_true(shelves_make_room(shelves, NULL));
	turn(stand);
	size_t left = tms_index_count(index);
	assert_in_range(left, 1, PAPERS - 1);
	/* who asks meanwhile is shown all of it */
	shelves->lru.bytes_max = 0;
	shelf = fill(stand, &stand->list[1], 1);
	assert_int_equal(count_of(shelf), PAPERS);
	shelves_release(shelves, shelf);
	shelves->lru.bytes_max = 1;
	assert_true(shelves_make_room(shelves, NULL));
	run(stand);
	assert_int_equal(tms_index_count(index), 0);
	assert_null(shelves->followers[stand->list[1]->number]);
}

static void sources_that_somebody_waits_for_come_before_others(void **state)
{
	struct stand *stand = *state;
	int told = 0;

	list(stand, 0, 0, PAPERS, T0);
	list(stand, 1, 0, 10, T0);
	struct tms_shelf *blog = shelves_get(&stand->shelves, &stand->list[0], 1);
	struct tms_shelf *daily = shelves_get(&stand->shelves, &stand->list[1], 1);
	wait_for(stand, daily, &told);
	while (told == 0)
		turn(stand);
	assert_false(shelf_is_in(blog));
	run(stand);
	assert_true(shelf_is_in(blog));
	shelves_release(&stand->shelves, daily);
	shelves_release(&stand->shelves, blog);
}

static void what_readers_see_already_moves_before_what_none_has_seen_comes_in(void **state)
{
	struct stand *stand = *state;

	list(stand, 0, 0, 10, T0);
	struct tms_shelf *blog = fill(stand, &stand->list[0], 1);
	list(stand, 1, 0, PAPERS, T0);
	struct tms_shelf *daily = shelves_get(&stand->shelves, &stand->list[1], 1);
	stand->papers[0].title = TMS_STR("A paper with another title");
	list(stand, 0, 0, 1, T0 + 1);
	uint64_t published = stand->shelves.published;
	while (stand->shelves.published == published)
		turn(stand);
	assert_false(shelf_is_in(daily));
	run(stand);
	assert_true(shelf_is_in(daily));
	shelves_release(&stand->shelves, daily);
	shelves_release(&stand->shelves, blog);
}

static void only_feeds_that_change_stay_stale(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;

	list(stand, 1, 0, 10, T0);
	struct tms_shelf *shelf = fill(stand, &stand->list[1], 1);
	struct tms_rendition *vision = make(stand, shelf, rule(shelf, "vision"));
	struct tms_rendition *agents = make(stand, shelf, rule(shelf, "agents"));
	struct tms_rendition *nothing = make(stand, shelf, rule(shelf, "nothing"));

	list(stand, 1, 12, 1, T0 + 10);  /* on vision */
	assert_false(is_marked(vision)); /* until it is published */
	run(stand);
	assert_true(is_marked(vision));
	assert_false(is_marked(agents));
	assert_false(is_marked(nothing));
	assert_int_equal(shelves->confirmed, 2);
	assert_false(rendition_is_current(vision, T0 + 1000));
	assert_true(rendition_is_current(agents, T0 + 1000));

	/* what an entry says counts as well as which there are */
	stand->papers[1].numbers[TMS_NUMBER_UPVOTES] = 5; /* on agents */
	list(stand, 1, 1, 1, T0 + 20);
	run(stand);
	assert_true(is_marked(agents));
	assert_false(is_marked(nothing));
	tms_rendition_unref(vision);
	tms_rendition_unref(agents);
	tms_rendition_unref(nothing);
	assert_null(shelf->renditions);
	shelves_release(shelves, shelf);
}

static void many_new_entries_are_written_before_a_feed_shows_them(void **state)
{
	struct stand *stand = *state;
	struct tms_rendition *made = NULL, *first = NULL, *few = NULL;

	list(stand, 1, 0, 10, T0);
	struct tms_shelf *shelf = fill(stand, &stand->list[1], 1);
	const struct follower *follower = follower_of(stand, 1);
	uint32_t vision = rule(shelf, "id:2603.00012");
	first = make(stand, shelf, TMS_INDEX_NONE);
	list(stand, 1, 10, 60, T0 + 10);
	while (follower->is_behind)
		turn(stand);
	assert_true(follower->unwritten_count > 40);
	assert_true(is_marked(first));
	assert_int_equal(try_to_make(stand, shelf, TMS_INDEX_NONE, true, &made), TMS_EUNAVAIL);
	assert_null(made);
	/* one that shows few of them does not wait, nor does one that has nothing older */
	few = make(stand, shelf, vision);
	run(stand);
	assert_int_equal(follower->unwritten_count, 0);
	assert_int_equal(try_to_make(stand, shelf, TMS_INDEX_NONE, true, &made), TMS_OK);
	tms_rendition_unref(made);
	made = NULL;
	/* who asks again and again waits for what his feed shows, not for all that is new */
	list(stand, 1, 70, 60, T0 + 20);
	while (follower->is_behind)
		turn(stand);
	for (size_t asked = 0; asked < 6 && !made; asked++) {
		enum tms_status st = try_to_make(stand, shelf, TMS_INDEX_NONE, true, &made);
		assert_int_equal(st, made ? TMS_OK : TMS_EUNAVAIL);
	}
	assert_non_null(made);
	assert_true(follower->unwritten_count > 40);
	tms_rendition_unref(made);
	tms_rendition_unref(few);
	tms_rendition_unref(first);
	shelves_release(&stand->shelves, shelf);
}

static void entries_of_the_newest_are_written_first(void **state)
{
	struct stand *stand = *state;

	list(stand, 1, 0, 10, T0);
	struct tms_shelf *shelf = fill(stand, &stand->list[1], 1);
	const struct follower *follower = follower_of(stand, 1);
	struct tms_rendition *first = make(stand, shelf, TMS_INDEX_NONE);
	for (size_t i = 10; i < 70; i++) /* the newest stands in the middle */
		stand->papers[i].published = T0 - 1000 + (tms_time)((i * 7 + 13) % 60);
	list(stand, 1, 10, 60, T0 + 10);
	while (follower->unwritten_count == 0 || follower->is_behind || shelf->to_mark)
		turn(stand);
	turn(stand);
	assert_true(follower->unwritten_count < 60);
	for (size_t i = 0; i < follower->unwritten_count; i++) {
		tms_time left = follower->unwritten[i]->merged.item.published;
		assert_true(left < T0 - 1000 + (tms_time)follower->unwritten_count);
	}
	tms_rendition_unref(first);
	shelves_release(&stand->shelves, shelf);
}

static void what_is_new_is_shown_before_it_is_stored(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;

	list(stand, 1, 0, PAPERS, T0);
	/* nobody follows the source: whoever changed it has to see that it is stored */
	assert_false(shelves_touch(shelves, stand->list[1]));
	struct tms_shelf *shelf = shelves_get(shelves, &stand->list[1], 1);
	assert_true(shelves_touch(shelves, stand->list[1]));
	assert_false(shelves_touch(shelves, stand->list[0]));
	const struct follower *follower = follower_of(stand, 1);
	while (!follower->is_in) {
		assert_false(follower->saves);
		turn(stand);
	}
	assert_true(follower->saves);
	run(stand);
	assert_false(follower->saves);
	shelves_release(shelves, shelf);
}

static void what_leaves_a_window_leaves_feeds(void **state)
{
	struct stand *stand = *state;

	list(stand, 1, 0, 10, T0);
	struct tms_shelf *shelf = fill(stand, &stand->list[1], 1);
	struct tms_rendition *vision = make(stand, shelf, rule(shelf, "vision"));
	struct tms_rendition *agents = make(stand, shelf, rule(shelf, "agents"));
	lose_record(stand->list[1]->window, stand->papers[0].id);
	shelves_touch(&stand->shelves, stand->list[1]);
	run(stand);
	assert_int_equal(count_of(shelf), 9);
	assert_true(is_marked(vision));
	assert_false(is_marked(agents));
	tms_rendition_unref(vision);
	tms_rendition_unref(agents);
	shelves_release(&stand->shelves, shelf);
}

static void who_waited_finds_it_built_though_others_need_its_room(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;
	int told[2] = { 0 };

	list(stand, 0, 0, 10, T0);
	list(stand, 1, 5, 10, T0);
	shelves->scopes.bytes_max = shelves->lru.bytes_max = 1;
	struct tms_shelf *blog = pin(stand, 0), *daily = pin(stand, 1);
	wait_for(stand, blog, &told[0]);
	wait_for(stand, daily, &told[1]);
	run(stand);
	assert_int_equal(told[0] + told[1], 2);
	assert_true(tms_shelf_is_filled(blog));
	assert_true(tms_shelf_is_filled(daily));
	assert_int_equal(count_of(blog), 10);
	assert_int_equal(count_of(daily), 10);
	assert_true(tms_shelf_is_filled(blog)); /* an answer in pieces goes on */
	shelves->slices += 100;
	list(stand, 1, 15, 1, T0 + 10);
	run(stand);
	assert_int_equal(count_of(daily), 11);
	assert_false(tms_shelf_is_filled(blog)); /* both have been asked: there is room for one */
	/* nor do others make no room for ever for one who does not ask */
	wait_for(stand, blog, &told[0]);
	run(stand);
	assert_true(tms_shelf_is_filled(blog));
	shelves->slices += 1000;
	assert_int_equal(count_of(daily), 11);
	assert_false(tms_shelf_is_filled(blog));
	shelves_unpin(shelves, blog);
	shelves_unpin(shelves, daily);
}

static void catch_up(struct stand *stand, size_t source)
{
	do
		turn(stand);
	while (follower_of(stand, source)->is_behind);
}

static void what_left_before_rules_were_asked_of_it_is_not_taken_for_what_came_in_its_place(
	void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;

	list(stand, 0, 101, 1, T0);
	struct tms_shelf *blog = fill(stand, &stand->list[0], 1);
	struct tms_shelf *daily = fill(stand, &stand->list[1], 1);
	(void)rule(blog, "agents");
	run(stand);
	list(stand, 0, 103, 1, T0 + 10);
	catch_up(stand, 0);
	uint32_t slot = follower_of(stand, 0)->ask.waiting[0] >> 1;
	lose_record(stand->list[0]->window, stand->papers[101].id);
	lose_record(stand->list[0]->window, stand->papers[103].id);
	shelves_touch(shelves, stand->list[0]);
	catch_up(stand, 0);
	assert_int_equal(follower_of(stand, 0)->ask.count, 1);
	list(stand, 1, 0, 100, T0 + 20);
	catch_up(stand, 1);
	assert_int_equal(
		tms_catalog_source_at(shelves->catalog, slot), follower_of(stand, 1)->number);
	run(stand);
	assert_int_equal(shelves->counts.told, 0);
	shelves_release(shelves, blog);
	shelves_release(shelves, daily);
}

static void a_rendition_that_its_feed_let_go_is_never_confirmed(void **state)
{
	struct stand *stand = *state;

	list(stand, 1, 0, 10, T0);
	struct tms_shelf *shelf = fill(stand, &stand->list[1], 1);
	struct tms_rendition *gone = make(stand, shelf, TMS_INDEX_NONE);
	struct tms_rendition *orphan = make(stand, shelf, TMS_INDEX_NONE);
	rendition_retire(gone);
	list(stand, 1, 0, 1, T0 + 10);
	run(stand);
	assert_true(is_marked(gone));
	assert_false(rendition_is_current(gone, T0 + 1000));
	tms_rendition_unref(gone);
	shelves_release(&stand->shelves, shelf);
	shelves_fini(&stand->shelves); /* before those who hold its renditions */
	assert_true(is_marked(orphan));
	tms_rendition_unref(orphan);
	assert_int_equal(shelves_init(&stand->shelves, &stand->world), TMS_OK);
}

static struct tms_str joined(const struct tms_rendition_form *form, struct tms_buf *buf)
{
	for (size_t i = 0; i < form->pieces_count; i++)
		tms_buf_add(buf, form->pieces[i]);
	assert_int_equal(buf->status, TMS_OK);
	return tms_buf_str(buf);
}

static void assert_form(const struct tms_rendition_form *form, size_t bytes)
{
	char length[48];

	(void)snprintf(length, sizeof(length), "Content-Length: %zu\r\n", bytes);
	assert_int_equal(form->bytes, bytes);
	assert_true(tms_str_ends(form->head, tms_str_from(length)));
	assert_true(tms_str_starts(form->head, TMS_STR("HTTP/1.1 200 OK\r\n")));
	assert_true(tms_str_starts(form->head_unchanged, TMS_STR("HTTP/1.1 304 Not Modified\r\n")));
	assert_int_equal(
		tms_str_find(form->head_unchanged, TMS_STR("Content-Length"), 0), SIZE_MAX);
	assert_true(form->etag.len > 2 && tms_str_ends(form->etag, TMS_STR("\"")));
	assert_int_not_equal(tms_str_find(form->head, form->etag, 0), SIZE_MAX);
	assert_int_not_equal(tms_str_find(form->head_unchanged, form->etag, 0), SIZE_MAX);
}

static void both_codings_are_one_document_and_their_heads_fit(void **state)
{
	static const char *const texts[] = { "nothing", "arxiv", "vision", "agents", "paper" };
	struct stand *stand = *state;

	list(stand, 1, 0, PAPERS, T0);
	struct tms_shelf *shelf = fill(stand, &stand->list[1], 1);
	for (size_t i = 0; i < TMS_COUNT(texts); i++) {
		struct tms_rendition *made = make(stand, shelf, rule(shelf, texts[i]));
		struct tms_buf plain = { 0 }, packed = { 0 };
		char back[400000];
		z_stream stream = { .next_out = (Bytef *)back, .avail_out = sizeof(back) };

		struct tms_str text = joined(&made->plain, &plain);
		struct tms_str member = joined(&made->gzip, &packed);
		assert_form(&made->plain, text.len);
		assert_form(&made->gzip, member.len);
		stream.next_in = (z_const Bytef *)(uintptr_t)member.ptr;
		stream.avail_in = (uInt)member.len;
		assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
		assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
		assert_int_equal(stream.avail_in, 0);
		assert_true(tms_str_equal((struct tms_str){ back, stream.total_out }, text));
		(void)inflateEnd(&stream);
		tms_buf_free(&plain);
		tms_buf_free(&packed);
		tms_rendition_unref(made);
	}
	shelves_release(&stand->shelves, shelf);
}

static struct tms_shelf *shelf_over(struct stand *stand, struct tms_source *a, struct tms_source *b)
{
	struct tms_source *const both[] = { a, b };
	struct tms_shelf *shelf = shelves_get(&stand->shelves, both, 2);

	assert_non_null(shelf);
	return shelf;
}

static void change(struct stand *stand, struct tms_source *source, size_t paper)
{
	struct tms_listing listing = { .items = &stand->papers[paper], .items_count = 1 };
	const struct tms_apply how = { .now = T0, .poll = TMS_STR("list") };
	struct tms_apply_report report;

	assert_int_equal(tms_window_apply(source->window, &listing, &how, &report), TMS_OK);
}

static void a_changed_source_marks_the_sets_that_take_it_and_no_others(void **state)
{
	enum { SOURCES = 8 };
	struct stand *stand = *state;
	struct tms_source *sources[SOURCES];
	struct tms_shelf *shelves[SOURCES][SOURCES];
	struct tms_rendition *made[SOURCES][SOURCES];
	char name[16];

	for (size_t i = 0; i < SOURCES; i++) {
		(void)snprintf(name, sizeof(name), "source%zu", i);
		sources[i] = sources_have(&stand->sources, tms_str_from(name));
		assert_non_null(sources[i]);
	}
	for (size_t i = 0; i < SOURCES; i++)
		for (size_t k = 0; k <= i; k++)
			shelves[i][k] = shelf_over(stand, sources[i], sources[k]);
	assert_int_equal(stand->shelves.sets.by_sources.count, SOURCES * (SOURCES + 1) / 2);
	run(stand);
	for (size_t i = 0; i < SOURCES; i++)
		for (size_t k = 0; k <= i; k++)
			made[i][k] = make(stand, shelves[i][k], rule(shelves[i][k], "nothing"));
	for (size_t changed = 0; changed < SOURCES; changed++) {
		uint64_t looked = stand->shelves.sets.looked, published = stand->shelves.published;
		change(stand, sources[changed], changed);
		assert_true(shelves_touch(&stand->shelves, sources[changed]));
		assert_int_equal(tms_shelves_behind(&stand->shelves), 1);
		turn(stand);
		assert_int_equal(tms_shelves_behind(&stand->shelves), 1); /* to be stored */
		for (size_t i = 0; i < SOURCES; i++)
			for (size_t k = 0; k <= i; k++)
				assert_int_equal(
					is_marked(made[i][k]), i == changed || k == changed);
		assert_int_equal(stand->shelves.sets.looked - looked, SOURCES);
		run(stand);
		assert_int_equal(tms_shelves_behind(&stand->shelves), 0);
		assert_int_equal(stand->shelves.published, published + 1);
		for (size_t i = 0; i < SOURCES; i++)
			for (size_t k = 0; k <= i; k++)
				assert_false(is_marked(made[i][k])); /* they still hold */
	}
	/* one that is as it was publishes nothing */
	uint64_t published = stand->shelves.published;
	assert_true(shelves_touch(&stand->shelves, sources[0]));
	run(stand);
	assert_int_equal(stand->shelves.published, published);
	for (size_t i = 0; i < SOURCES; i++)
		for (size_t k = 0; k <= i; k++)
			tms_rendition_unref(made[i][k]);
	assert_false(shelves_touch(&stand->shelves, stand->list[0]));
}

static void what_is_known_of_categories_publishes_only_sources_that_it_is_about(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;
	struct tms_source *known = sources_have(&stand->sources, TMS_STR("arxiv:categories"));
	struct tms_category category = { .term = TMS_STR("cs.CL") };
	struct tms_item said = stand->papers[0];
	struct tms_listing listing = { .items = &said, .items_count = 1 };
	const struct tms_apply how = { .now = T0, .poll = TMS_STR("categories") };
	struct tms_apply_report report;

	assert_int_equal(shelves_join(shelves, known), TMS_OK);
	list(stand, 0, 0, 10, T0);
	list(stand, 1, 10, 10, T0);
	struct tms_shelf *blog = fill(stand, &stand->list[0], 1);
	struct tms_shelf *daily = fill(stand, &stand->list[1], 1);
	struct tms_rendition *of_blog = make(stand, blog, rule(blog, "category:cs.CL"));
	struct tms_rendition *of_daily = make(stand, daily, rule(daily, "category:cs.CL"));
	uint64_t published = shelves->published;

	said.categories = &category;
	said.categories_count = 1;
	said.origin = TMS_ORIGIN_ARXIV_API;
	assert_int_equal(tms_window_apply(known->window, &listing, &how, &report), TMS_OK);
	assert_false(shelves_touch(shelves, known)); /* no set takes it */
	run(stand);
	assert_int_equal(shelves->published, published + 1);
	assert_true(is_marked(of_blog));
	assert_false(is_marked(of_daily));
	tms_rendition_unref(of_blog);
	of_blog = make(stand, blog, rule(blog, "category:cs.CL"));
	assert_int_equal(of_blog->chosen_count, 1);
	tms_rendition_unref(of_blog);
	tms_rendition_unref(of_daily);
	shelves_release(shelves, blog);
	shelves_release(shelves, daily);
}

static void a_shelf_is_found_in_whatever_order_its_sources_are_asked_for(void **state)
{
	struct stand *stand = *state;
	struct tms_source **list = stand->list;
	struct tms_arena arena = { 0 };

	struct tms_shelf *shelf = shelf_over(stand, list[1], list[0]);
	assert_ptr_equal(shelf_source(shelf, 0), list[0]);
	assert_ptr_equal(shelf_source(shelf, 1), list[1]);
	assert_str(shelf_names(&arena, shelf), "blog,daily");
	assert_ptr_equal(shelf_over(stand, list[0], list[1]), shelf);
	/* one that is named twice is there once */
	struct tms_shelf *one = shelf_over(stand, list[0], list[0]);
	assert_int_equal(tms_shelf_sources(one), 1);
	assert_ptr_equal(shelves_get(&stand->shelves, list, 1), one);
	/* without sources it can be asked at once, and shows nothing */
	struct tms_shelf *none = fill(stand, list, 0);
	assert_int_equal(tms_shelf_sources(none), 0);
	assert_int_equal(count_of(none), 0);
	assert_str(shelf_names(&arena, none), "");
	tms_arena_free(&arena);
}

static void unused_shelves_are_kept_up_to_a_bound(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;
	char text[24];

	struct tms_shelf *first = shelves_get(shelves, &stand->list[1], 1);
	shelves_release(shelves, first);
	assert_ptr_equal(shelves_get(shelves, &stand->list[1], 1), first);
	for (int i = 0; i < 40; i++) {
		(void)snprintf(text, sizeof(text), "source%d", i);
		struct tms_source *source = sources_have(&stand->sources, tms_str_from(text));
		assert_non_null(source);
		shelves_release(shelves, shelves_get(shelves, &source, 1));
	}
	assert_int_equal(shelves->unused, 16);
	assert_int_equal(shelves->sets.by_sources.count, 17);
	assert_ptr_equal(shelves_get(shelves, &stand->list[1], 1), first); /* it is used */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_shelf_fills_in_slices_and_shows_nothing_before, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_waits_is_told_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_set_never_asked_over_sources_that_are_in_follows_nothing, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			what_a_source_has_first_is_waited_for_though_the_set_was_there_before,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_source_that_anybody_may_ask_for_is_followed_before_somebody_does, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			sources_that_somebody_waits_for_come_before_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_readers_see_already_moves_before_what_none_has_seen_comes_in, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			only_feeds_that_change_stay_stale, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			many_new_entries_are_written_before_a_feed_shows_them, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			entries_of_the_newest_are_written_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_new_is_shown_before_it_is_stored, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_leaves_a_window_leaves_feeds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			who_waited_finds_it_built_though_others_need_its_room, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_followed_for_nobody_any_more_leaves_in_slices, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_left_before_rules_were_asked_of_it_is_not_taken_for_what_came_in_its_place,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_rendition_that_its_feed_let_go_is_never_confirmed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			both_codings_are_one_document_and_their_heads_fit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_changed_source_marks_the_sets_that_take_it_and_no_others, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_known_of_categories_publishes_only_sources_that_it_is_about, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			a_shelf_is_found_in_whatever_order_its_sources_are_asked_for, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			unused_shelves_are_kept_up_to_a_bound, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
