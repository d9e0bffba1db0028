/* The edge cache of a serving loop: set-associative, LRU in a set; front.h has the protocol. */
#include "web/front.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <sodium.h>

#include <tamis/accept.h>
#include <tamis/conditional.h>
#include <tamis/hash.h>

#include "loop/queue.h"

#define SETS ((size_t)2048)
#define WAYS ((size_t)4)
#define TARGET_BYTES_MAX ((size_t)1024) /* longer addresses are always forwarded */
#define SWEEP_SETS ((size_t)128)        /* looked at before other events have their turn */

/* One form of a rendition that is held. */
struct form {
	struct hold *hold;
	struct memfile file;
};

/* A reference of this front to a rendition. Made by the main thread, freed by it. */
struct hold {
	struct tms_message message; /* on its way back */
	struct front *front;
	struct tms_rendition *rendition;
	size_t refs; /* the front's own: its place in the table, and answers under way */
	struct form plain, gzip;
	struct tms_str target;
	char bytes[]; /* of the target */
};

struct front_place {
	uint64_t hash;
	uint64_t used; /* the front's tick of the last time */
	struct hold *hold;
};

struct front {
	struct tms_relay_side *side;
	struct tms_queue *home, *queue;
	const struct tms_clock *clock;
	struct tms_hash_seed seed;
	struct memfile_pool *memfiles;
	struct front_place *places; /* SETS times WAYS */
	uint64_t tick;
	struct tms_message sweep;
	size_t swept;           /* sets, of the sweep under way */
	bool is_sweeping;       /* the main thread's: the message is under way */
	bool is_to_sweep_again; /* the main thread's */
	atomic_uint_fast64_t whole, unchanged, alone; /* written by this loop only */
};

/* One writer: adding needs no exclusive access, only whole numbers for those who read. */
static void count(atomic_uint_fast64_t *counter)
{
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + 1,
		memory_order_relaxed);
}

/* ---- references ---- */

/* On the main thread. */
static void on_back(struct tms_message *message)
{
	struct hold *hold = TMS_MESSAGE_OF(message, struct hold, message);

	tms_rendition_unref(hold->rendition);
	free(hold);
}

static void hold_unref(struct hold *hold)
{
	if (--hold->refs > 0)
		return;
	memfile_drop(hold->front->memfiles, &hold->plain.file);
	memfile_drop(hold->front->memfiles, &hold->gzip.file);
	hold->message.deliver = on_back;
	tms_queue_post(hold->front->home, &hold->message);
}

static void release_hold(void *owner)
{
	hold_unref(owner);
}

/* What was sent lay in a file. */
static void release_form(void *owner)
{
	struct form *form = owner;

	memfile_release(&form->file);
	hold_unref(form->hold);
}

static bool is_fresh(const struct hold *hold, tms_time now)
{
	const struct tms_rendition *rendition = hold->rendition;

	/* whoever was told of something newer has got the flag's new value with it */
	return !atomic_load_explicit(&rendition->is_stale, memory_order_relaxed) &&
	       now < rendition->expires;
}

/* ---- the table ---- */

static struct front_place *find(struct front *front, struct tms_str target, uint64_t hash)
{
	struct front_place *set = &front->places[hash % SETS * WAYS];

	for (size_t i = 0; i < WAYS; i++)
		if (set[i].hold && set[i].hash == hash &&
			tms_str_equal(set[i].hold->target, target))
			return &set[i];
	return NULL;
}

static void leave(struct front_place *place)
{
	struct hold *hold = place->hold;

	*place = (struct front_place){ 0 };
	hold_unref(hold);
}

/* Keeps it in the place of what was there for the same target, or was used longest ago. */
static void keep(struct front *front, struct hold *hold)
{
	uint64_t hash = tms_hash(front->seed, hold->target);
	struct front_place *set = &front->places[hash % SETS * WAYS];
	struct front_place *place = find(front, hold->target, hash);

	for (size_t i = 0; !place && i < WAYS; i++)
		if (!set[i].hold)
			place = &set[i];
	if (!place) {
		place = set;
		for (size_t i = 1; i < WAYS; i++)
			if (set[i].used < place->used)
				place = &set[i];
	}
	if (place->hold)
		leave(place);
	hold->refs++;
	*place = (struct front_place){ .hash = hash, .used = ++front->tick, .hold = hold };
}

/* ---- answering ---- */

/* From its file, when it has one by now. */
static void send_file(struct front *front, struct form *form,
	const struct tms_rendition_form *bytes, struct tms_answer *answer)
{
	if (!memfile_use(front->memfiles, &form->file, bytes))
		return;
	answer->piece_count = 0;
	answer->file = (struct tms_answer_file){ .fd = form->file.fd, .bytes = form->file.bytes };
	answer->release = release_form;
	answer->owner = form;
}

static void answer(struct front *front, struct tms_exchange exchange,
	const struct tms_request *request, struct hold *hold, tms_time now)
{
	const struct tms_rendition *rendition = hold->rendition;
	struct tms_str accepts =
		tms_request_list(tms_exchange_arena(exchange), request, TMS_STR("Accept-Encoding"));
	bool is_gzip = tms_accept_coding(accepts) == TMS_CODING_GZIP;
	const struct tms_rendition_form *form = is_gzip ? &rendition->gzip : &rendition->plain;
	const struct tms_validators validators = { form->etag, rendition->modified };
	struct tms_answer answer = { .head = form->head,
		.pieces = form->pieces,
		.piece_count = form->pieces_count,
		.release = release_hold,
		.owner = hold };

	if (tms_request_holds(request, &validators, now)) {
		answer.head = form->head_unchanged;
		answer.piece_count = 0;
		count(&front->unchanged);
	} else {
		count(&front->whole);
		if (request->method == TMS_METHOD_GET)
			send_file(front, is_gzip ? &hold->gzip : &hold->plain, form, &answer);
	}
	hold->refs++;
	(void)tms_exchange_answer(exchange, &answer);
}

void front_handle(void *context, struct tms_exchange exchange, const struct tms_request *request)
{
	struct front *front = context;
	struct front_place *place = NULL;
	tms_time now = 0;

	if ((request->method == TMS_METHOD_GET || request->method == TMS_METHOD_HEAD) &&
		request->target.len <= TARGET_BYTES_MAX)
		place = find(front, request->target, tms_hash(front->seed, request->target));
	if (place)
		now = tms_clock_now(front->clock);
	if (place && is_fresh(place->hold, now)) {
		place->used = ++front->tick;
		count(&front->alone);
		tms_rendition_use(place->hold->rendition);
		answer(front, exchange, request, place->hold, now);
		return;
	}
	if (place)
		leave(place);
	tms_relay_forward(front->side, exchange, request);
}

/* A rendition has come from the main thread, as the answer to this request. */
static void on_given(void *context, struct tms_exchange exchange, void *thing)
{
	struct front *front = context;
	struct hold *hold = thing;
	const struct tms_request *request = tms_exchange_request(exchange);
	tms_time now = tms_clock_now(front->clock);

	if (hold->target.len <= TARGET_BYTES_MAX && is_fresh(hold, now))
		keep(front, hold);
	if (request)
		answer(front, exchange, request, hold, now);
	hold_unref(hold);
}

/* ---- sweeping ---- */

/* On the main thread. */
static void on_swept(struct tms_message *message)
{
	struct front *front = TMS_MESSAGE_OF(message, struct front, sweep);

	front->is_sweeping = false;
	if (front->is_to_sweep_again)
		front_sweep(front);
}

static void on_sweep(struct tms_message *message)
{
	struct front *front = TMS_MESSAGE_OF(message, struct front, sweep);
	tms_time now = tms_clock_now(front->clock);
	struct front_place *place = &front->places[front->swept * WAYS];

	for (size_t i = 0; i < SWEEP_SETS * WAYS; i++, place++)
		if (place->hold && !is_fresh(place->hold, now))
			leave(place);
	front->swept += SWEEP_SETS;
	if (front->swept == SETS)
		message->deliver = on_swept;
	tms_queue_post(front->swept == SETS ? front->home : front->queue, message);
}

void front_sweep(struct front *front)
{
	front->is_to_sweep_again = front->is_sweeping;
	if (front->is_sweeping)
		return;
	front->is_sweeping = true;
	front->swept = 0;
	front->sweep.deliver = on_sweep;
	tms_queue_post(front->queue, &front->sweep);
}

/* ---- life ---- */

struct front *front_new(const struct front_options *options)
{
	struct front *front = calloc(1, sizeof(*front));

	if (!front)
		return NULL;
	front->home = options->home;
	front->queue = options->queue;
	front->clock = options->clock;
	randombytes_buf(&front->seed, sizeof(front->seed));
	/* pages of it are there once they are used */
	front->places = calloc(SETS * WAYS, sizeof(*front->places));
	front->side = tms_relay_side_new(
		options->relay, options->queue, options->waiting_max, on_given, front);
	front->memfiles = memfile_pool_new(options->memfiles_max, options->memfile_bytes_max);
	if (!front->places || !front->side || !front->memfiles) {
		front_free(front);
		return NULL;
	}
	return front;
}

void front_clear(struct front *front)
{
	for (size_t i = 0; i < SETS * WAYS; i++)
		if (front->places[i].hold)
			leave(&front->places[i]);
}

void front_free(struct front *front)
{
	if (!front)
		return;
	assert(!front->is_sweeping);
	tms_relay_side_free(front->side);
	memfile_pool_free(front->memfiles);
	free(front->places);
	free(front);
}

/* ---- on the main thread ---- */

void front_hand_over(struct tms_exchange exchange, struct tms_rendition *rendition)
{
	const struct tms_request *request = tms_exchange_request(exchange);
	struct tms_str target = request ? request->target : TMS_STR_NONE;
	struct hold *hold = request ? malloc(sizeof(*hold) + target.len) : NULL;

	if (!hold) {
		tms_rendition_unref(rendition);
		(void)tms_exchange_answer_text(
			exchange, 503, TMS_STR("There is no memory for this answer now."), 5);
		return;
	}
	*hold = (struct hold){ .front = tms_exchange_side(exchange),
		.rendition = rendition,
		.refs = 1,
		.target = { hold->bytes, target.len } };
	hold->plain.hold = hold->gzip.hold = hold;
	memcpy(hold->bytes, target.ptr, target.len);
	(void)tms_exchange_give(exchange, hold); /* it has not ended: its request is there */
}

void front_counts_add(const struct front *front, struct front_counts *sum)
{
	sum->whole += atomic_load_explicit(&front->whole, memory_order_relaxed);
	sum->unchanged += atomic_load_explicit(&front->unchanged, memory_order_relaxed);
	sum->alone += atomic_load_explicit(&front->alone, memory_order_relaxed);
	memfile_counts_add(front->memfiles, &sum->memfiles);
}
