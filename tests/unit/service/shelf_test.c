/* Shelves over real windows and a real loop; no store, no network. */
#include "../make.h"
#include "shelf_stand.h"

#include <tamis/conditional.h>
#include <zlib.h>

static void a_shelf_fills_in_slices_and_shows_nothing_before(void **state)
{
	struct stand *stand = *state;

	list(stand, 1, 0, PAPERS, T0);
	struct tms_shelf *shelf = shelves_get(&stand->shelves, &stand->list[1], 1);
	assert_non_null(shelf);
	turn(stand);
	assert_false(shelf->is_filled);
	assert_true(tms_index_count(shelf->index) > 0 && tms_index_count(shelf->index) < PAPERS);
	run(stand);
	assert_true(shelf->is_filled);
	assert_int_equal(tms_index_count(shelf->index), PAPERS);
	assert_int_equal(tms_view_count(shelf->view), PAPERS);
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
	shelves_init(&stand->shelves, &stand->world);
}

static void only_feeds_that_change_stay_stale(void **state)
{
	struct stand *stand = *state;
	struct tms_shelves *shelves = &stand->shelves;

	list(stand, 1, 0, 10, T0);
	struct tms_shelf *shelf = shelves_get(shelves, &stand->list[1], 1);
	run(stand);
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
	struct tms_shelf *shelf = shelves_get(&stand->shelves, &stand->list[1], 1);
	run(stand);
	uint32_t vision = rule(shelf, "id:2603.00012");
	first = make(stand, shelf, TMS_INDEX_NONE);
	list(stand, 1, 10, 60, T0 + 10);
	while (shelf->is_behind)
		turn(stand);
	assert_true(shelf->unwritten_count > 40);
	assert_true(is_marked(first));
	assert_int_equal(try_to_make(stand, shelf, TMS_INDEX_NONE, true, &made), TMS_EUNAVAIL);
	assert_null(made);
	/* one that shows few of them does not wait, nor does one that has nothing older */
	few = make(stand, shelf, vision);
	run(stand);
	assert_int_equal(shelf->unwritten_count, 0);
	assert_int_equal(try_to_make(stand, shelf, TMS_INDEX_NONE, true, &made), TMS_OK);
	tms_rendition_unref(made);
	made = NULL;
	/* who asks again and again waits for what his feed shows, not for all that is new */
	list(stand, 1, 70, 60, T0 + 20);
	while (shelf->is_behind)
		turn(stand);
	for (size_t asked = 0; asked < 6 && !made; asked++) {
		enum tms_status st = try_to_make(stand, shelf, TMS_INDEX_NONE, true, &made);
		assert_int_equal(st, made ? TMS_OK : TMS_EUNAVAIL);
	}
	assert_non_null(made);
	assert_true(shelf->unwritten_count > 40);
	tms_rendition_unref(made);
	tms_rendition_unref(few);
	tms_rendition_unref(first);
	shelves_release(&stand->shelves, shelf);
}

static void entries_of_the_newest_are_written_first(void **state)
{
	struct stand *stand = *state;

	list(stand, 1, 0, 10, T0);
	struct tms_shelf *shelf = shelves_get(&stand->shelves, &stand->list[1], 1);
	run(stand);
	struct tms_rendition *first = make(stand, shelf, TMS_INDEX_NONE);
	for (size_t i = 10; i < 70; i++) /* the newest stands in the middle */
		stand->papers[i].published = T0 - 1000 + (tms_time)((i * 7 + 13) % 60);
	list(stand, 1, 10, 60, T0 + 10);
	while (shelf->unwritten_count == 0 || shelf->is_behind || shelf->to_mark)
		turn(stand);
	turn(stand);
	assert_true(shelf->unwritten_count < 60);
	for (size_t i = 0; i < shelf->unwritten_count; i++) {
		tms_time left = shelf->unwritten[i]->merged.item.published;
		assert_true(left < T0 - 1000 + (tms_time)shelf->unwritten_count);
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
	while (!shelf->is_filled) {
		assert_false(shelf->saves);
		turn(stand);
	}
	assert_true(shelf->saves);
	run(stand);
	assert_false(shelf->saves);
	shelves_release(shelves, shelf);
}

static void what_leaves_a_window_leaves_feeds(void **state)
{
	struct stand *stand = *state;

	list(stand, 1, 0, 10, T0);
	struct tms_shelf *shelf = shelves_get(&stand->shelves, &stand->list[1], 1);
	run(stand);
	struct tms_rendition *vision = make(stand, shelf, rule(shelf, "vision"));
	struct tms_rendition *agents = make(stand, shelf, rule(shelf, "agents"));
	lose_record(stand->list[1]->window, stand->papers[0].id);
	shelves_touch(&stand->shelves, stand->list[1]);
	run(stand);
	assert_int_equal(tms_index_count(shelf->index), 9);
	assert_true(is_marked(vision));
	assert_false(is_marked(agents));
	tms_rendition_unref(vision);
	tms_rendition_unref(agents);
	shelves_release(&stand->shelves, shelf);
}

static void a_rendition_that_its_feed_let_go_is_never_confirmed(void **state)
{
	struct stand *stand = *state;

	list(stand, 1, 0, 10, T0);
	struct tms_shelf *shelf = shelves_get(&stand->shelves, &stand->list[1], 1);
	run(stand);
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
	shelves_init(&stand->shelves, &stand->world);
}

static void all_rules_are_asked_of_what_is_new(void **state)
{
	struct stand *stand = *state;
	struct shelf_ask_counts *counts = &stand->shelves.counts;

	list(stand, 1, 0, 10, T0);
	struct tms_shelf *shelf = shelves_get(&stand->shelves, &stand->list[1], 1);
	(void)rule(shelf, "vision");
	(void)rule(shelf, "agents");
	(void)rule(shelf, "nothing");
	(void)rule(shelf, "upvotes>=5");
	run(stand);
	assert_int_equal(counts->batches, 0); /* at the start nothing is news */

	list(stand, 1, 12, 1, T0 + 10); /* on vision */
	run(stand);
	assert_int_equal(counts->batches, 1);
	assert_int_equal(counts->told, 1);
	assert_int_equal(counts->gained, 1);

	stand->papers[1].numbers[TMS_NUMBER_UPVOTES] = 5; /* on agents, known before */
	list(stand, 1, 1, 1, T0 + 20);
	run(stand);
	assert_int_equal(counts->batches, 2);
	assert_int_equal(counts->told, 3);
	assert_int_equal(counts->gained, 1);

	list(stand, 1, 20, 129, T0 + 30); /* more than two batches take */
	run(stand);
	assert_int_equal(counts->batches, 5);
	/* the last of them has one item, on agents: 148 */
	assert_int_equal(counts->gained, 1 + 2 + 2 + 1);
	shelves_release(&stand->shelves, shelf);
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
	struct tms_shelf *shelf = shelves_get(&stand->shelves, &stand->list[1], 1);
	run(stand);
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

static void a_changed_source_touches_the_shelves_that_take_it_and_no_others(void **state)
{
	enum { SOURCES = 8 };
	struct stand *stand = *state;
	struct tms_source *sources[SOURCES];
	struct tms_shelf *shelves[SOURCES][SOURCES];
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
	for (size_t changed = 0; changed < SOURCES; changed++) {
		assert_true(shelves_touch(&stand->shelves, sources[changed]));
		assert_int_equal(tms_shelves_behind(&stand->shelves), SOURCES);
		for (size_t i = 0; i < SOURCES; i++)
			for (size_t k = 0; k <= i; k++)
				assert_int_equal(
					shelves[i][k]->is_behind, i == changed || k == changed);
		run(stand);
		assert_int_equal(tms_shelves_behind(&stand->shelves), 0);
	}
	assert_false(shelves_touch(&stand->shelves, stand->list[0]));
	/* what is known is joined by every one, though none takes it */
	stand->shelves.known = stand->list[0];
	assert_false(shelves_touch(&stand->shelves, stand->list[0]));
	assert_int_equal(tms_shelves_behind(&stand->shelves), SOURCES * (SOURCES + 1) / 2);
	stand->shelves.known = NULL;
}

static void a_shelf_is_found_in_whatever_order_its_sources_are_asked_for(void **state)
{
	struct stand *stand = *state;
	struct tms_source **list = stand->list;
	struct tms_arena arena = { 0 };

	struct tms_shelf *shelf = shelf_over(stand, list[1], list[0]);
	assert_ptr_equal(shelf->sources[0], list[1]);
	assert_str(shelf_names(&arena, shelf), "blog,daily");
	/* people are told of them in the order of the newest asking */
	assert_ptr_equal(shelf_over(stand, list[0], list[1]), shelf);
	assert_ptr_equal(shelf->sources[0], list[0]);
	assert_ptr_equal(shelf->windows[0], list[0]->window);
	/* one that is named twice is there once */
	struct tms_shelf *one = shelf_over(stand, list[0], list[0]);
	assert_int_equal(one->count, 1);
	assert_ptr_equal(shelves_get(&stand->shelves, list, 1), one);
	struct tms_shelf *none = shelves_get(&stand->shelves, list, 0);
	assert_int_equal(none->count, 0);
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
			a_rendition_that_its_feed_let_go_is_never_confirmed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			all_rules_are_asked_of_what_is_new, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			both_codings_are_one_document_and_their_heads_fit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_changed_source_touches_the_shelves_that_take_it_and_no_others, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			a_shelf_is_found_in_whatever_order_its_sources_are_asked_for, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			unused_shelves_are_kept_up_to_a_bound, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
