/* Sending what is lined up: sendmsg for parts, sendfile for files. */
#include "output_send.h"

#include <errno.h>
#include <limits.h>

#include <sys/sendfile.h>
#include <sys/socket.h>

#include "connection.h"
#include "connection_close.h"
#include "keep_alive.h"
#include "park.h"
#include "server_private.h"

#define PARTS_PER_WRITE ((size_t)IOV_MAX)

/* As sendmsg: the bytes sent, or -1. */
static ssize_t send_parts(struct connection *connection)
{
	struct output *output = &connection->output;
	size_t left = output->part_count - output->next;
	struct msghdr message = { .msg_iov = output->parts + output->next,
		.msg_iovlen = left < PARTS_PER_WRITE ? left : PARTS_PER_WRITE };
	/* a head alone would be a segment of its own */
	int flags = MSG_NOSIGNAL | MSG_DONTWAIT | (output->file.bytes ? MSG_MORE : 0);
	ssize_t sent = sendmsg(connection->fd, &message, flags);

	if (sent > 0)
		output_advance(output, (size_t)sent);
	return sent;
}

static ssize_t send_file(struct connection *connection)
{
	struct tms_answer_file *file = &connection->output.file;
	off_t offset = (off_t)file->offset;
	ssize_t sent = sendfile(connection->fd, file->fd, &offset, file->bytes);

	if (sent > 0) {
		file->offset += (uint64_t)sent;
		file->bytes -= (size_t)sent;
	}
	if (sent == 0) { /* the file is shorter than was promised */
		errno = EIO;
		return -1;
	}
	return sent;
}

void output_flush(struct connection *connection)
{
	struct output *output = &connection->output;
	struct tms_server_counters *counters = &connection->server->counters;

	while (output_is_left(output)) {
		ssize_t sent = output->next < output->part_count ? send_parts(connection)
								 : send_file(connection);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			connection->is_blocked = event_add(&connection->write_event, NULL) == 0;
			if (!connection->is_blocked)
				connection_close(connection, true);
			else if (!connection->is_busy)
				park_begin(connection);
			return;
		}
		if (sent < 0) {
			connection_close(connection, false); /* the client has left */
			return;
		}
		COUNT_ONE(counters->writes);
		COUNT_ADD(counters->written_bytes, (uint64_t)sent);
	}
	if (connection->is_blocked)
		event_del(&connection->write_event);
	connection->is_blocked = false;
	output_drop(&connection->output, connection->server->quota);
	keep_alive_sent(connection);
}
