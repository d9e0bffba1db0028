/*
 * A forwarded request is an errand:
 *
 *   serving loop      answering loop
 *   forward  ------>  on_arrival, the handler
 *   on_answer <-----  relay_answer
 *   sent     ------>  on_return: what was sent by reference is released
 *
 * When its client leaves before the answer, a second message goes there and back:
 *
 *   on_left  ------>  on_gone: what is not begun is not begun, and its place is free
 *   on_gone_back <--
 *
 * The errand is freed when that is back, behind an answer that was on its way already.
 */
#include "relay_private.h"

#include <assert.h>
#include <stdlib.h>

#include "errand.h"
#include "exchange_local.h"
#include "slot_map.h"

#define BUSY_RETRY_S 5

struct tms_relay {
	struct tms_queue *home;
	tms_server_handle_fn handle;
	void *context;
	struct slot_map errands; /* that wait for their answer */
	uint64_t dropped;
	bool is_closed;
};

struct tms_relay_side {
	struct tms_relay *relay;
	struct tms_queue *queue;
	size_t waiting, waiting_max;
	tms_relay_take_fn take;
	void *context;
};

/* ---- on the serving loop ---- */

static void on_return(struct tms_message *message);

/* The connection is done with the answer. */
static void on_sent(void *owner)
{
	struct errand *errand = owner;

	if (!errand->release) {
		errand_free(errand);
		return;
	}
	errand->message.deliver = on_return;
	tms_queue_post(errand->side->relay->home, &errand->message);
}

/* Of a client that has left nothing is sent, but what was lent is given back. */
static void send(struct errand *errand)
{
	if (errand->has_text) {
		(void)exchange_local_answer_text(errand->exchange, errand->answer.response.status,
			errand->text, errand->answer.response.retry_after_s);
		errand_free(errand);
		return;
	}
	errand->answer.release = on_sent;
	errand->answer.owner = errand;
	(void)exchange_local_answer(errand->exchange, &errand->answer);
}

static void on_answer(struct tms_message *message)
{
	struct errand *errand = TMS_MESSAGE_OF(message, struct errand, message);

	errand->side->waiting--;
	errand->is_answered = true;
	if (!errand_has_left(errand))
		send(errand);
}

static void on_given(struct tms_message *message)
{
	struct errand *errand = TMS_MESSAGE_OF(message, struct errand, message);
	struct tms_relay_side *side = errand->side;
	struct tms_exchange exchange = errand->exchange;
	void *thing = errand->thing;

	side->waiting--;
	errand->has_text = errand->is_answered = true; /* nothing is lent */
	if (!errand_has_left(errand))
		errand_free(errand);
	side->take(side->context, exchange, thing);
}

static void on_gone_back(struct tms_message *message)
{
	struct errand *errand = TMS_MESSAGE_OF(message, struct errand, gone);

	if (errand->is_answered) {
		send(errand);
		return;
	}
	errand->side->waiting--;
	errand_free(errand);
}

static void on_gone(struct tms_message *message);

static void on_left(void *owner)
{
	struct errand *errand = owner;

	atomic_store_explicit(&errand->is_gone, true, memory_order_relaxed);
	errand->gone.deliver = on_gone;
	tms_queue_post(errand->side->relay->home, &errand->gone);
}

static void on_arrival(struct tms_message *message);

void tms_relay_forward(struct tms_relay_side *side, struct tms_exchange exchange,
	const struct tms_request *request)
{
	struct errand *errand = NULL;

	if (side->waiting < side->waiting_max)
		errand = errand_new(exchange, request, exchange_local_peer(exchange));
	if (!errand) {
		(void)exchange_local_answer_text(exchange, 503,
			TMS_STR("Too many requests wait for their answer; try again."),
			BUSY_RETRY_S);
		return;
	}
	errand->message.deliver = on_arrival;
	errand->side = side;
	side->waiting++;
	exchange_local_watch(exchange, on_left, errand);
	tms_queue_post(side->relay->home, &errand->message);
}

struct tms_relay_side *tms_relay_side_new(struct tms_relay *relay, struct tms_queue *queue,
	size_t waiting_max, tms_relay_take_fn take, void *context)
{
	struct tms_relay_side *made = calloc(1, sizeof(*made));

	if (made)
		*made = (struct tms_relay_side){ .relay = relay,
			.queue = queue,
			.waiting_max = waiting_max,
			.take = take,
			.context = context };
	return made;
}

void tms_relay_side_free(struct tms_relay_side *side)
{
	free(side);
}

/* ---- on the answering loop ---- */

/* It is answered, or will not be. */
static void leave_slot(struct tms_relay *relay, struct errand *errand)
{
	errand->is_placed = false;
	slot_map_leave(&relay->errands, errand->slot);
}

static struct errand *find(struct tms_exchange exchange)
{
	return slot_map_find(&exchange.relay->errands, exchange.slot, exchange.generation);
}

static void send_back(struct errand *errand, tms_message_fn deliver)
{
	errand->message.deliver = deliver;
	tms_queue_post(errand->side->queue, &errand->message);
}

static void on_arrival(struct tms_message *message)
{
	struct errand *errand = TMS_MESSAGE_OF(message, struct errand, message);
	struct tms_relay *relay = errand->side->relay;

	if (errand_has_left(errand)) { /* its other message is behind this one */
		relay->dropped++;
		return;
	}
	if (relay->is_closed) {
		errand_free(errand);
		return;
	}
	if (!slot_map_take(&relay->errands, errand, &errand->slot)) {
		errand->has_text = true;
		errand->answer.response.status = 503;
		errand->text = TMS_STR("There is no memory for this request now.");
		send_back(errand, on_answer);
		return;
	}
	errand->is_placed = true;
	const struct tms_exchange exchange = { .relay = relay,
		.slot = errand->slot,
		.generation = slot_map_generation(&relay->errands, errand->slot) };
	relay->handle(relay->context, exchange, &errand->request);
}

static void on_gone(struct tms_message *message)
{
	struct errand *errand = TMS_MESSAGE_OF(message, struct errand, gone);
	struct tms_relay *relay = errand->side->relay;

	if (errand->is_placed) {
		leave_slot(relay, errand);
		relay->dropped++;
	}
	if (!relay->is_closed) {
		errand->gone.deliver = on_gone_back;
		tms_queue_post(errand->side->queue, &errand->gone);
		return;
	}
	/* the serving loops have ended, and their servers are gone */
	if (errand->is_answered && errand->release)
		errand->release(errand->owner);
	errand_free(errand);
}

static void on_return(struct tms_message *message)
{
	struct errand *errand = TMS_MESSAGE_OF(message, struct errand, message);

	errand->release(errand->owner);
	errand_free(errand);
}

struct tms_relay *tms_relay_new(struct tms_queue *home, tms_server_handle_fn handle, void *context)
{
	struct tms_relay *made = calloc(1, sizeof(*made));

	if (made)
		*made = (struct tms_relay){ .home = home, .handle = handle, .context = context };
	return made;
}

void tms_relay_close(struct tms_relay *relay)
{
	relay->is_closed = true;
	for (size_t i = 0; i < relay->errands.count; i++) {
		struct errand *errand = slot_map_at(&relay->errands, i);
		if (!errand)
			continue;
		leave_slot(relay, errand);
		if (!errand_has_left(errand)) /* else its message is under way */
			errand_free(errand);
	}
}

uint64_t tms_relay_dropped(const struct tms_relay *relay)
{
	return relay->dropped;
}

void tms_relay_free(struct tms_relay *relay)
{
	if (!relay)
		return;
	assert(relay->is_closed);
	slot_map_fini(&relay->errands);
	free(relay);
}

void *tms_exchange_side(struct tms_exchange exchange)
{
	const struct errand *errand = exchange.relay ? find(exchange) : NULL;

	return errand ? errand->side->context : NULL;
}

bool tms_exchange_give(struct tms_exchange exchange, void *thing)
{
	struct errand *errand = exchange.relay ? find(exchange) : NULL;

	if (!errand)
		return false;
	leave_slot(exchange.relay, errand);
	errand->thing = thing;
	send_back(errand, on_given);
	return true;
}

bool relay_answer(struct tms_exchange exchange, const struct tms_answer *answer)
{
	struct errand *errand = find(exchange);
	bool is_taken = errand && errand_take_answer(errand, answer);

	if (!is_taken && answer->release)
		answer->release(answer->owner);
	if (!errand)
		return false;
	if (!is_taken)
		errand_take_text(errand, 503, TMS_STR("There is no memory for this answer now."),
			BUSY_RETRY_S);
	leave_slot(exchange.relay, errand);
	send_back(errand, on_answer);
	return true;
}

bool relay_answer_text(
	struct tms_exchange exchange, int status, struct tms_str text, int64_t retry_after_s)
{
	struct errand *errand = find(exchange);

	if (!errand)
		return false;
	leave_slot(exchange.relay, errand);
	errand_take_text(errand, status, text, retry_after_s);
	send_back(errand, on_answer);
	return true;
}

const struct tms_request *relay_request(struct tms_exchange exchange)
{
	struct errand *errand = find(exchange);

	return errand && !errand_has_left(errand) ? &errand->request : NULL;
}

struct tms_arena *relay_arena(struct tms_exchange exchange)
{
	struct errand *errand = find(exchange);

	return errand ? &errand->arena : NULL;
}

struct tms_str relay_peer(struct tms_exchange exchange)
{
	const struct errand *errand = find(exchange);

	return errand ? errand->peer : TMS_STR_NONE;
}
