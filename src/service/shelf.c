#include "service/shelf.h"

#include <stdlib.h>

#include <event2/event.h>
#include <sodium.h>

#include "service/service.h"

/* Of one slice, as tms_view_step counts it: microseconds on a slow machine. */
#define SLICE_WORK 350
/* To put an item whose text is new, or take one out, costs one for so many bytes of text; any other
 * change costs so much. */
#define WORK_TEXT_BYTES 16
#define WORK_PUT 10
/* Renditions that one slice marks. */
#define MARKS 2000
/* Entries that one slice writes and compresses: 60 us each, measured on papers. */
#define WRITES 8
/* Rules that one slice asks whether their rendition holds: 20 us each, some a hundred. */
#define CONFIRMS 5
/* Shelves that no feed uses any more and that are kept: a registry that is built anew, or a reader
 * of a filter address that comes back, finds them filled. */
#define UNUSED_MAX 16
#define RETRY_MS 1000
/* What a view holds of each window that it follows; of each item; and of one that several windows
 * list, which is made for this view alone. About, because the parts are others' business. */
#define SEEN_BYTES 64
#define LISTED_BYTES (2 * sizeof(void *))
/* The allocator takes a part more beside what is asked of it: of 3,000 sets, measured, a fifth. */
#define ALLOCATOR_PART 3
#define MERGED_BYTES (sizeof(struct tms_view_item) + 256)

/* ---- one shelf ---- */

static void shelf_free(struct tms_shelf *shelf)
{
	if (!shelf)
		return;
	tms_shelf_end_waits(shelf, TMS_SHELF_OVER);
	while (shelf->renditions)
		tms_rendition_retire(shelf->renditions);
	while (shelf->unwritten_count > 0)
		tms_view_item_unref(shelf->unwritten[--shelf->unwritten_count]);
	free(shelf->unwritten);
	tms_shelf_ask_fini(&shelf->ask);
	tms_index_free(shelf->index);
	tms_view_free(shelf->view);
	free(shelf->sources);
	free(shelf->windows);
	free((char *)(uintptr_t)shelf->key.ptr);
	free(shelf);
}

size_t tms_shelf_bytes(const struct tms_shelf *shelf)
{
	struct tms_index_stats stats;

	tms_index_stats(shelf->index, &stats);
	size_t bytes =
		sizeof(*shelf) + shelf->key.len + shelf->count * (sizeof(void *) * 2 + SEEN_BYTES) +
		stats.item_bytes + stats.rule_bytes + tms_view_count(shelf->view) * LISTED_BYTES +
		shelf->merged_count * MERGED_BYTES + shelf->unwritten_capacity * sizeof(void *);
	return bytes + bytes / ALLOCATOR_PART;
}

static int by_name(const void *a, const void *b)
{
	return tms_str_compare(*(const struct tms_str *)a, *(const struct tms_str *)b);
}

/* The names in byte order, joined; in `buf`. */
static void write_key(struct tms_buf *buf, const struct tms_str *names, size_t count)
{
	struct tms_str *sorted = calloc(count ? count : 1, sizeof(*sorted));

	if (!sorted) {
		buf->status = TMS_ENOMEM;
		return;
	}
	if (count > 0)
		memcpy(sorted, names, count * sizeof(*names));
	qsort(sorted, count, sizeof(*sorted), by_name);
	tms_buf_add_char(buf, ','); /* so that the key is never empty */
	for (size_t i = 0; i < count; i++) {
		tms_buf_add(buf, sorted[i]);
		tms_buf_add_char(buf, ',');
	}
	free(sorted);
}

/* Takes the key's bytes. */
static struct tms_shelf *shelf_new(struct tms_buf *key, size_t count)
{
	struct tms_shelf *shelf = calloc(1, sizeof(*shelf));
	struct tms_hash_seed seed = { 0 };

	if (!shelf)
		return NULL;
	randombytes_buf(&seed, sizeof(seed));
	shelf->key = tms_buf_str(key);
	*key = (struct tms_buf){ 0 };
	shelf->sources = calloc(count ? count : 1, sizeof(struct tms_source *));
	shelf->windows = calloc(count ? count : 1, sizeof(struct tms_window *));
	if (!shelf->sources || !shelf->windows || tms_view_new(&shelf->view) != TMS_OK ||
		tms_index_new(seed, &shelf->index) != TMS_OK) {
		shelf_free(shelf);
		return NULL;
	}
	return shelf;
}

/* What the view is about to show goes into the index first. */
static enum tms_status put_change(
	void *context, struct tms_view_item *before, struct tms_view_item *after, size_t *work)
{
	struct tms_shelf *shelf = context;
	const struct tms_item *item = &(after ? after : before)->merged.item;
	size_t text = item->title.len + item->summary.len + item->comment.len;
	uint32_t slot = 0;

	*work += WORK_PUT;
	shelf->has_news = true;
	shelf->merged_count += (after && after->merged.sources_count > 1) -
			       (before && before->merged.sources_count > 1);
	if (!before || !after || !tms_view_item_says_same(before, after))
		*work += text / WORK_TEXT_BYTES;
	if (!after) {
		tms_index_remove(shelf->index, before->merged.item.id);
		return TMS_OK;
	}
	enum tms_status st = tms_index_put(shelf->index, after, &slot);
	if (st != TMS_OK || !shelf->is_filled)
		return st;
	tms_shelf_ask_note(&shelf->ask, slot, !before);
	if (shelf->fragments && (!before || before->extra))
		tms_shelf_write_later(shelf, after);
	return TMS_OK;
}

/* Everything that was made before may be overtaken, unless nothing came of what was joined. */
static void publish(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	shelf->is_behind = false;
	if (shelf->is_filled && !shelf->has_news)
		return;
	shelf->has_news = false;
	shelf->is_filled = true;
	shelf->version++;
	shelf->saves = true;
	shelf->to_mark = shelf->to_confirm = shelf->renditions;
	tms_shelf_order_unwritten(shelf);
	shelves->published++;
	tms_shelf_end_waits(shelf, TMS_SHELF_FILLED);
}

static void mark_some(struct tms_shelf *shelf, size_t count)
{
	for (; count > 0 && shelf->to_mark; count--) {
		tms_rendition_mark(shelf->to_mark);
		shelf->to_mark = shelf->to_mark->older;
	}
}

static enum tms_status catch_up(struct tms_shelves *shelves, struct tms_shelf *shelf, size_t work)
{
	bool more = false;

	tms_shelf_ask_pause(&shelf->ask);
	enum tms_status st = tms_view_step(
		shelf->view, shelf->windows, shelf->count, work, put_change, shelf, &more);
	if (st == TMS_OK && !more)
		publish(shelves, shelf);
	return st;
}

/* ---- slices ---- */

void tms_shelves_wake(struct tms_shelves *shelves, int64_t wait_ms)
{
	const struct timeval wait = { wait_ms / 1000, wait_ms % 1000 * 1000 };

	(void)evtimer_add(shelves->step, &wait);
}

/* What a shelf has to do next, the most urgent first. */
enum task { TASK_MARK, TASK_CATCH_UP, TASK_WRITE, TASK_SAVE, TASK_CONFIRM, TASK_ASK, TASK_NONE };

static enum task task_of(const struct tms_shelf *shelf)
{
	if (shelf->to_mark)
		return TASK_MARK; /* makes what was published seen */
	if (!shelf->is_filled && shelf->is_left)
		return TASK_NONE;
	if (shelf->is_behind)
		return TASK_CATCH_UP;
	if (shelf->unwritten_count > 0)
		return TASK_WRITE;
	if (shelf->saves)
		return TASK_SAVE;
	if (shelf->to_confirm)
		return TASK_CONFIRM;
	return shelf->ask.count > 0 ? TASK_ASK : TASK_NONE;
}

/*
 * Sets and the shelves of places take turns, so that neither waits for all that the other has to
 * do: anybody can make sets, and what readers are to see is seen at once.
 */
static struct tms_shelf *most_urgent(const struct tms_shelves *shelves)
{
	struct tms_shelf *found[2] = { NULL, NULL };
	enum task tasks[2] = { TASK_NONE, TASK_NONE };

	for (struct tms_shelf *shelf = shelves->all; shelf; shelf = shelf->next) {
		enum task task = task_of(shelf);
		size_t kind = shelf->set.is_in;
		if (task < TASK_NONE && task <= tasks[kind]) { /* the oldest of equals */
			tasks[kind] = task;
			found[kind] = shelf;
		}
	}
	if (!found[0] || !found[1])
		return found[0] ? found[0] : found[1];
	if (tasks[0] == TASK_MARK || tasks[1] == TASK_MARK)
		return tasks[0] == TASK_MARK ? found[0] : found[1];
	return found[shelves->slices % 2];
}

/* What readers now see is stored. */
static void save(struct tms_shelf *shelf)
{
	shelf->saves = false;
	for (size_t i = 0; i < shelf->count; i++)
		tms_saver_flush(shelf->sources[i]);
}

/* Renditions that the change does not touch are served on by those who hold them. */
static void confirm_some(struct tms_shelves *shelves, struct tms_shelf *shelf, size_t count)
{
	tms_time now = tms_clock_now(shelves->service->clock);
	uint32_t rules[CONFIRMS];
	size_t ahead = 0;

	for (struct tms_rendition *next = shelf->to_confirm; next && ahead < CONFIRMS;
		next = next->older)
		rules[ahead++] = next->rule;
	tms_index_expect(shelf->index, rules, ahead);
	for (; count > 0 && shelf->to_confirm; count--) {
		struct tms_rendition *rendition = shelf->to_confirm;
		bool more = false;
		if (tms_index_prepare(shelf->index, rendition->rule, now, SLICE_WORK, &more) !=
				TMS_OK ||
			more)
			return;
		shelf->to_confirm = rendition->older;
		shelves->confirmed += tms_rendition_is_current(rendition, now);
	}
}

static enum tms_status do_task(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	enum tms_status st = TMS_OK;

	switch (task_of(shelf)) {
	case TASK_MARK:
		mark_some(shelf, MARKS);
		break;
	case TASK_CATCH_UP:
		tms_shelf_drop_left(shelf);
		if (task_of(shelf) == TASK_CATCH_UP)
			st = catch_up(shelves, shelf, SLICE_WORK);
		mark_some(shelf, MARKS);
		break;
	case TASK_WRITE:
		tms_shelf_write_some(shelf, WRITES);
		break;
	case TASK_SAVE:
		save(shelf);
		break;
	case TASK_CONFIRM:
		confirm_some(shelves, shelf, CONFIRMS);
		break;
	case TASK_ASK:
		(void)tms_shelf_ask_step(&shelf->ask, shelf->index,
			tms_clock_now(shelves->service->clock), SLICE_WORK, &shelves->counts);
		break;
	case TASK_NONE:
		break;
	}
	return st;
}

static void on_step(evutil_socket_t fd, short what, void *context)
{
	struct tms_shelves *shelves = context;
	struct tms_shelf *shelf = most_urgent(shelves);
	enum tms_status st = TMS_OK;

	(void)fd;
	(void)what;
	if (tms_sets_give_back(shelves)) { /* a slice's work */
		tms_shelves_wake(shelves, 0);
		return;
	}
	if (!shelf)
		return;
	shelves->slices++;
	st = do_task(shelves, shelf);
	if (st != TMS_OK) {
		save(shelf);
		TMS_LOG(shelves->service->log, TMS_LOG_ERROR,
			"feeds cannot be brought up to date; it is tried again",
			{ "sources", shelf->key }, { "why", tms_str_from(tms_status_name(st)) });
	}
	if (shelf->set.is_in) {
		tms_sets_weigh(shelves, shelf);
		(void)tms_sets_make_room(shelves, shelf);
	}
	if (st != TMS_OK || most_urgent(shelves))
		tms_shelves_wake(shelves, st == TMS_OK ? 0 : RETRY_MS);
}

static void fall_behind(struct tms_shelves *shelves, struct tms_shelf *shelf, bool has_news)
{
	shelf->is_behind = true;
	shelf->has_news = shelf->has_news || has_news;
	tms_shelves_wake(shelves, 0);
}

bool tms_shelves_touch(struct tms_shelves *shelves, const struct tms_source *source)
{
	bool is_followed = false;

	for (struct tms_shelf *shelf = shelves->all; shelf; shelf = shelf->next) {
		bool has_it = false;
		for (size_t i = 0; i < shelf->count; i++)
			has_it = has_it || shelf->sources[i] == source;
		if (has_it || source == shelves->service->categories.known)
			fall_behind(shelves, shelf, has_it);
		is_followed = is_followed || has_it;
	}
	return is_followed;
}

size_t tms_shelves_behind(const struct tms_shelves *shelves)
{
	size_t count = 0;

	for (const struct tms_shelf *shelf = shelves->all; shelf; shelf = shelf->next)
		count += task_of(shelf) < TASK_CONFIRM;
	return count;
}

/* ---- all shelves ---- */

enum tms_status tms_shelves_init(struct tms_shelves *shelves, struct tms_service *service)
{
	*shelves = (struct tms_shelves){ .service = service };
	randombytes_buf(&shelves->by_key.seed, sizeof(shelves->by_key.seed));
	shelves->step = evtimer_new(service->base, on_step, shelves);
	return shelves->step ? TMS_OK : TMS_ENOMEM;
}

void tms_shelves_fini(struct tms_shelves *shelves)
{
	while (shelves->all) {
		struct tms_shelf *shelf = shelves->all;
		shelves->all = shelf->next;
		shelf_free(shelf);
	}
	tms_map_free(&shelves->by_key);
	if (shelves->step)
		event_free(shelves->step);
	*shelves = (struct tms_shelves){ 0 };
}

/* Finds the sources again: one may have come since. */
static void resolve(struct tms_shelves *shelves, struct tms_shelf *shelf,
	const struct tms_str *names, size_t count)
{
	size_t known = shelf->count;

	shelf->count = 0;
	tms_view_join(shelf->view, tms_categories_window(&shelves->service->categories));
	for (size_t i = 0; i < count; i++) {
		struct tms_source *source = tms_service_source(shelves->service, names[i]);
		if (!source)
			continue;
		shelf->sources[shelf->count] = source;
		shelf->windows[shelf->count++] = source->window;
	}
	if (shelf->count != known || !shelf->is_filled)
		fall_behind(shelves, shelf, true);
}

static struct tms_shelf *shelf_add(struct tms_shelves *shelves, struct tms_buf *key, size_t count)
{
	struct tms_shelf *shelf = shelf_new(key, count);

	if (!shelf || tms_map_put(&shelves->by_key, shelf->key, shelf) != TMS_OK) {
		shelf_free(shelf);
		return NULL;
	}
	shelf->next = shelves->all;
	if (shelf->next)
		shelf->next->before = shelf;
	shelves->all = shelf;
	shelves->unused++;
	tms_sets_enter(shelves, shelf);
	return shelf;
}

static void shelf_remove(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	*(shelf->before ? &shelf->before->next : &shelves->all) = shelf->next;
	if (shelf->next)
		shelf->next->before = shelf->before;
	tms_sets_leave(shelves, shelf);
	shelves->unused--;
	(void)tms_map_remove(&shelves->by_key, shelf->key);
	shelf_free(shelf);
}

struct tms_shelf *tms_shelf_get(
	struct tms_shelves *shelves, const struct tms_str *names, size_t count)
{
	struct tms_buf key = { 0 };
	struct tms_shelf *shelf = NULL;

	write_key(&key, names, count);
	if (key.status != TMS_OK)
		goto out;
	shelf = tms_map_find(&shelves->by_key, tms_buf_str(&key));
	if (!shelf)
		shelf = shelf_add(shelves, &key, count);
	if (!shelf)
		goto out;
	shelf->is_left = false;
	resolve(shelves, shelf, names, count);
	shelves->unused -= shelf->users == 0;
	shelf->users++;
out:
	tms_buf_free(&key);
	return shelf;
}

void tms_shelf_release(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (!shelf || --shelf->users > 0)
		return;
	if (++shelves->unused <= UNUSED_MAX)
		return;
	/* what no place uses is a set; the one asked for longest ago goes */
	struct tms_shelf *gone = shelves->sets.oldest;
	while (gone && (gone->users > 0 || gone->waits))
		gone = gone->set.newer;
	if (gone)
		shelf_remove(shelves, gone);
}

struct tms_shelf *tms_shelf_place(
	struct tms_shelves *shelves, const struct tms_str *names, size_t count)
{
	struct tms_shelf *shelf = tms_shelf_get(shelves, names, count);

	if (shelf && shelf->places++ == 0)
		tms_sets_leave(shelves, shelf);
	return shelf;
}

void tms_shelf_displace(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (shelf && --shelf->places == 0)
		tms_sets_enter(shelves, shelf);
	tms_shelf_release(shelves, shelf);
}

void tms_shelf_put_out(
	struct tms_shelves *shelves, struct tms_shelf *shelf, enum tms_shelf_word word)
{
	shelves->unused -= shelf->users == 0;
	shelf->users++; /* so that it is there until its last address is gone */
	tms_feeds_forget_shelf(&shelves->service->feeds, shelf);
	tms_shelf_end_waits(shelf, word);
	shelf->users--;
	shelves->unused++;
	shelf_remove(shelves, shelf);
}

enum tms_status tms_shelf_fill(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	enum tms_status st = TMS_OK;

	if (!shelf->is_filled || shelf->is_behind)
		st = catch_up(shelves, shelf, SIZE_MAX);
	mark_some(shelf, SIZE_MAX);
	return st;
}
