/* A cache of bodies in memory files (memfd), for sendfile; memfile.h says when one is made. */
#include "web/memfile.h"

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

TAILQ_HEAD(memfile_list, memfile);

struct memfile_pool {
	size_t files_max, bytes_max;
	struct memfile_list list; /* with copies; asked for longest ago first */
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
	/* F_SEAL_WRITE would wait for pages that other cores have not settled yet; nobody has
	 * mapped them, so this one says the same. A kernel that does not know it leaves the file
	 * as it is: nobody else has it. */
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

void memfile_drop(struct memfile_pool *pool, struct memfile *file)
{
	assert(file->users == 0);
	if (file->bytes) {
		TAILQ_REMOVE(&pool->list, file, entry);
		add(&pool->files, -UINT64_C(1));
		add(&pool->bytes, -(uint64_t)room_of(file->bytes));
		close(file->fd); /* what sockets still send of it stays until it is sent */
	}
	*file = (struct memfile){ 0 };
}

static bool make_room(struct memfile_pool *pool, size_t bytes)
{
	struct memfile *file = TAILQ_FIRST(&pool->list);

	while (get(&pool->files) >= pool->files_max ||
		get(&pool->bytes) + bytes > pool->bytes_max) {
		while (file && file->users > 0)
			file = TAILQ_NEXT(file, entry);
		if (!file)
			return false;
		struct memfile *next = TAILQ_NEXT(file, entry);
		memfile_drop(pool, file);
		file = next;
	}
	return true;
}

/* When it fails, it is tried again after as many requests. */
static void make_copy(
	struct memfile_pool *pool, struct memfile *file, const struct tms_rendition_form *form)
{
	size_t room = room_of(form->bytes);

	file->asked = 0;
	if (room > pool->bytes_max || !make_room(pool, room))
		return;
	file->fd = copy_into_file(form);
	if (file->fd < 0) {
		add(&pool->refused, 1);
		return;
	}
	file->bytes = form->bytes;
	TAILQ_INSERT_TAIL(&pool->list, file, entry);
	add(&pool->files, 1);
	add(&pool->bytes, room);
}

bool memfile_use(
	struct memfile_pool *pool, struct memfile *file, const struct tms_rendition_form *form)
{
	if (!file->bytes) {
		if (!pool->files_max || form->bytes < MEMFILE_BODY_MIN ||
			form->bytes > MEMFILE_BODY_MAX || ++file->asked <= MEMFILE_ASKED_MIN)
			return false;
		make_copy(pool, file, form);
		if (!file->bytes)
			return false;
	} else if (TAILQ_NEXT(file, entry)) {
		TAILQ_REMOVE(&pool->list, file, entry);
		TAILQ_INSERT_TAIL(&pool->list, file, entry);
	}
	file->users++;
	add(&pool->lent, 1);
	return true;
}

void memfile_release(struct memfile *file)
{
	assert(file->users > 0);
	file->users--;
}

/* ---- life ---- */

struct memfile_pool *memfile_pool_new(size_t files_max, size_t bytes_max)
{
	struct memfile_pool *made = calloc(1, sizeof(*made));

	if (!made)
		return NULL;
	TAILQ_INIT(&made->list);
	if (files_max && bytes_max && can_lend()) {
		made->files_max = files_max;
		made->bytes_max = bytes_max;
	}
	return made;
}

void memfile_pool_free(struct memfile_pool *pool)
{
	assert(!pool || TAILQ_EMPTY(&pool->list));
	free(pool);
}

void memfile_counts_add(const struct memfile_pool *pool, struct memfile_counts *sum)
{
	sum->lent += get(&pool->lent);
	sum->refused += get(&pool->refused);
	sum->files += get(&pool->files);
	sum->bytes += get(&pool->bytes);
}
