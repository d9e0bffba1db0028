/* Reading from the client's socket into the workspace. */
#include "input.h"

#include <errno.h>

#include <sys/socket.h>

#include "connection_close.h"
#include "output_answer.h"
#include "park.h"
#include "server_private.h"
#include "tick.h"

#define READ_BYTES ((size_t)4096)

/* False when the connection is gone or refused. */
static bool make_room(struct connection *connection)
{
	size_t wants = tms_request_reader_wants(&connection->reader);
	size_t room = READ_BYTES;
	struct tms_buf *input = NULL;

	if (!workspace_enter(connection)) {
		connection_close(connection, true);
		return false;
	}
	input = &connection->work->input;
	if (connection->input_start) {
		memmove(input->ptr, input->ptr + connection->input_start,
			input->len - connection->input_start);
		input->len -= connection->input_start;
		connection->input_start = 0;
	}
	if (wants > input->len)
		room = wants - input->len;
	if (tms_buf_reserve(input, room))
		return true;
	output_refuse(connection, 503, TMS_STR("There is no memory for this request now."),
		TMS_REASON_DESCRIPTORS);
	return false;
}

void input_read_away(struct connection *connection)
{
	char waste[16384];
	ssize_t got = recv(connection->fd, waste, sizeof(waste), MSG_DONTWAIT);

	if (got > 0)
		COUNT_ADD(connection->server->counters.read_bytes, (uint64_t)got);
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		connection_close(connection, false);
}

bool input_read(struct connection *connection)
{
	struct tms_buf *input = NULL;
	ssize_t got = 0;

	if (!park_end(connection)) {
		connection_close(connection, true);
		return false;
	}
	if (connection->has_ended)
		return true;
	if (!make_room(connection))
		return false;
	input = &connection->work->input;
	got = recv(connection->fd, input->ptr + input->len, input->capacity - input->len,
		MSG_DONTWAIT);
	if (got > 0) {
		COUNT_ADD(connection->server->counters.read_bytes, (uint64_t)got);
		input->len += (size_t)got;
		return true;
	}
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return true; /* woken for what is here already, or for nothing */
	if (got < 0) {
		connection_close(connection, false);
		return false;
	}
	/* the client may have closed its half only: what it has sent is still answered */
	connection->has_ended = true;
	event_del(&connection->read_event);
	connection->is_reading = false;
	return true;
}

void input_look_whether_left(struct connection *connection)
{
	const struct tms_server_options *options = &connection->server->options;
	char byte = 0;
	ssize_t got = recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	uint64_t soon_ms = serve_now_ms() + options->left_ms;

	if (got < 0 && errno != EAGAIN && errno != EINTR) {
		connection_close(connection, true);
	} else if (got == 0) {
		connection->has_ended = true;
		if (soon_ms < connection->deadline_ms)
			connection->deadline_ms = soon_ms;
	}
}
