#include "web/hot.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U /* Linux 6.3 */
#endif
#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 16 /* Linux 5.1 */
#endif

#define PIECES_PER_WRITE ((size_t)64)
#define PAGE_BYTES ((size_t)4096) /* files take whole ones */

TAILQ_HEAD(body_list, tms_hot_body);

struct tms_hot {
	size_t files_max, bytes_max;
	struct body_list bodies; /* with copies; asked for longest ago first */
	atomic_uint_fast64_t lent, refused, files, bytes; /* written by this loop only */
};

static uint64_t get(const atomic_uint_fast64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

/* One writer: no exclusive access is needed. Adds what wraps around to less, too. */
static void add(atomic_uint_fast64_t *counter, uint64_t more)
{
	atomic_store_explicit(counter, get(counter) + more, memory_order_relaxed);
}

/* ---- files ---- */

static int open_file(void)
{
	const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int fd = memfd_create("tamis feed", flags | MFD_NOEXEC_SEAL);

	return fd >= 0 ? fd : memfd_create("tamis feed", flags); /* an older kernel */
}

static bool write_run(int fd, struct iovec *parts, size_t count)
{
	while (count > 0) {
		ssize_t written = writev(fd, parts, (int)count);
		if (written <= 0)
			return false;
		while (count > 0 && (size_t)written >= parts->iov_len) {
			written -= (ssize_t)parts->iov_len;
			parts++;
			count--;
		}
		if (count > 0) {
			parts->iov_base = (char *)parts->iov_base + written;
			parts->iov_len -= (size_t)written;
		}
	}
	return true;
}

static bool write_pieces(int fd, const struct tms_rendition_form *form)
{
	struct iovec parts[PIECES_PER_WRITE];
	size_t count = 0;

	for (size_t i = 0; i < form->pieces_count; i++) {
		const struct tms_str piece = form->pieces[i];
		if (piece.len > 0)
			parts[count++] = (struct iovec){ (void *)(uintptr_t)piece.ptr, piece.len };
		if (count < PIECES_PER_WRITE && i + 1 < form->pieces_count)
			continue;
		if (!write_run(fd, parts, count))
			return false;
		count = 0;
	}
	return true;
}

/* -1 when the system refuses. */
static int copy_into_file(const struct tms_rendition_form *form)
{
	int fd = open_file();

	if (fd < 0)
		return -1;
	if (!write_pieces(fd, form)) {
		close(fd);
		return -1;
	}
	/* F_SEAL_WRITE would wait for pages that other cores have not settled yet; nobody has mapped
	 * them, so this one says the same. A kernel that does not know it leaves the file as it is:
	 * nobody else has it. */
	(void)fcntl(
		fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
	return fd;
}

/* Sandboxes refuse one call or the other: better known now than in the middle of an answer. */
static bool can_lend(void)
{
	int ends[2] = { -1, -1 };
	int fd = open_file();
	off_t offset = 0;
	bool can = false;

	if (fd >= 0 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) {
		can = write(fd, "x", 1) == 1 && sendfile(ends[0], fd, &offset, 1) == 1;
		close(ends[0]);
		close(ends[1]);
	}
	if (fd >= 0)
		close(fd);
	return can;
}

/* ---- copies ---- */

static size_t room_of(size_t bytes)
{
	return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
}

void hot_drop(struct tms_hot *hot, struct tms_hot_body *body)
{
	assert(body->users == 0);
	if (body->bytes) {
		TAILQ_REMOVE(&hot->bodies, body, entry);
		add(&hot->files, -UINT64_C(1));
		add(&hot->bytes, -(uint64_t)room_of(body->bytes));
		close(body->fd); /* what sockets still send of it stays until it is sent */
	}
	*body = (struct tms_hot_body){ 0 };
}

static bool make_room(struct tms_hot *hot, size_t bytes)
{
	struct tms_hot_body *body = TAILQ_FIRST(&hot->bodies);

	while (get(&hot->files) >= hot->files_max || get(&hot->bytes) + bytes > hot->bytes_max) {
		while (body && body->users > 0)
			body = TAILQ_NEXT(body, entry);
		if (!body)
			return false;
		struct tms_hot_body *next = TAILQ_NEXT(body, entry);
		hot_drop(hot, body);
		body = next;
	}
	return true;
}

/* When it fails, it is tried again after as many requests. */
static void make_copy(
	struct tms_hot *hot, struct tms_hot_body *body, const struct tms_rendition_form *form)
{
	size_t room = room_of(form->bytes);

	body->asked = 0;
	if (room > hot->bytes_max || !make_room(hot, room))
		return;
	body->fd = copy_into_file(form);
	if (body->fd < 0) {
		add(&hot->refused, 1);
		return;
	}
	body->bytes = form->bytes;
	TAILQ_INSERT_TAIL(&hot->bodies, body, entry);
	add(&hot->files, 1);
	add(&hot->bytes, room);
}

bool hot_use(struct tms_hot *hot, struct tms_hot_body *body, const struct tms_rendition_form *form)
{
	if (!body->bytes) {
		if (!hot->files_max || form->bytes < TMS_HOT_BODY_MIN ||
			form->bytes > TMS_HOT_BODY_MAX || ++body->asked <= TMS_HOT_ASKED_MIN)
			return false;
		make_copy(hot, body, form);
		if (!body->bytes)
			return false;
	} else if (TAILQ_NEXT(body, entry)) {
		TAILQ_REMOVE(&hot->bodies, body, entry);
		TAILQ_INSERT_TAIL(&hot->bodies, body, entry);
	}
	body->users++;
	add(&hot->lent, 1);
	return true;
}

void hot_release(struct tms_hot_body *body)
{
	assert(body->users > 0);
	body->users--;
}

/* ---- life ---- */

struct tms_hot *hot_new(size_t files_max, size_t bytes_max)
{
	struct tms_hot *made = calloc(1, sizeof(*made));

	if (!made)
		return NULL;
	TAILQ_INIT(&made->bodies);
	if (files_max && bytes_max && can_lend()) {
		made->files_max = files_max;
		made->bytes_max = bytes_max;
	}
	return made;
}

void hot_free(struct tms_hot *hot)
{
	assert(!hot || TAILQ_EMPTY(&hot->bodies));
	free(hot);
}

void hot_counts_add(const struct tms_hot *hot, struct tms_hot_counts *sum)
{
	sum->lent += get(&hot->lent);
	sum->refused += get(&hot->refused);
	sum->files += get(&hot->files);
	sum->bytes += get(&hot->bytes);
}
