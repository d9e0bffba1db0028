/* The client of the control socket: one request sent, lines of the answer told as they come. */
#include "control/client.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control/socket.h"

#define PIECE_BYTES ((size_t)16 << 10)

static bool send_all(int fd, struct tms_str bytes)
{
	while (bytes.len > 0) {
		ssize_t sent = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return false;
		bytes = tms_str_slice(bytes, (size_t)sent, bytes.len);
	}
	return true;
}

/* Tells the whole lines that are there, keeps the rest. True when the last one was among them. */
static bool tell_lines(
	const struct tms_control_asking *asking, struct tms_buf *buf, int *exit_status)
{
	struct tms_str rest = tms_buf_str(buf), line, text;
	enum tms_control_stream stream;
	size_t end = 0;

	while ((end = tms_str_find_byte(rest, '\n', 0)) != SIZE_MAX) {
		line = tms_str_slice(rest, 0, end);
		rest = tms_str_slice(rest, end + 1, rest.len);
		if (!control_line_read(line, &stream, &text, exit_status))
			continue; /* of a later version */
		if (stream == TMS_CONTROL_EXIT)
			return true;
		asking->line(asking->context, stream, text);
	}
	if (rest.len > 0)
		memmove(buf->ptr, rest.ptr, rest.len);
	buf->len = rest.len;
	return false;
}

/* errno of the last read tells why there is no more. */
static enum tms_status read_answer(
	const struct tms_control_asking *asking, int fd, int *exit_status, struct tms_diag *diag)
{
	struct tms_buf buf = { .max = TMS_CONTROL_ANSWER_BYTES_MAX };
	enum tms_status st = TMS_EIO;
	ssize_t got = 1;

	tms_diag_set(diag, 0, 0, "the service ended the connection before its answer was complete");
	while (got > 0 && tms_buf_reserve(&buf, PIECE_BYTES)) {
		got = recv(fd, buf.ptr + buf.len, PIECE_BYTES, 0);
		if (got < 0 && errno == EINTR) {
			got = 1;
			continue;
		}
		if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			tms_diag_set(diag, 0, 0, "the service does not answer within %d seconds",
				asking->timeout_s);
		buf.len += got > 0 ? (size_t)got : 0;
		if (got > 0 && tell_lines(asking, &buf, exit_status)) {
			st = TMS_OK;
			break;
		}
	}
	if (st != TMS_OK && buf.status != TMS_OK)
		st = buf.status;
	tms_buf_free(&buf);
	return st;
}

enum tms_status tms_control_ask(
	const struct tms_control_asking *asking, int *exit_status, struct tms_diag *diag)
{
	struct tms_buf line = { 0 };
	int fd = -1;

	enum tms_status st = control_connect(asking->data_dir, asking->timeout_s, &fd, diag);
	if (st != TMS_OK)
		return st;
	control_request_write(&line, asking->request);
	if (line.status != TMS_OK)
		st = line.status;
	else if (!send_all(fd, tms_buf_str(&line))) {
		tms_diag_set(diag, 0, 0, "the service does not take the request");
		st = TMS_EIO;
	} else {
		st = read_answer(asking, fd, exit_status, diag);
	}
	tms_buf_free(&line);
	(void)close(fd);
	return st;
}
