/* The copy of the definitions beside the SQLite file, written and read (sqlite_copy.h). */
#include "sqlite_copy.h"

#include <tamis/hash.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store.h"

#define WORDS "tamis definitions 1 "
#define TEMPORARY TMS_SQLITE_COPY_SUFFIX ".new"
#define CHECK_CHARS 16
#define LINE_MAX_BYTES 200

char *sqlite_name(const char *path, const char *suffix)
{
	size_t bytes = strlen(path) + strlen(suffix) + 1;
	char *name = malloc(bytes);

	if (name)
		snprintf(name, bytes, "%s%s", path, suffix);
	return name;
}

int sqlite_sync_folder(const char *path)
{
	struct tms_str text = tms_str_from(path);
	int trouble = 0;

	while (text.len > 0 && text.ptr[text.len - 1] != '/')
		text.len--;
	char *folder = text.len ? strndup(path, text.len) : strdup(".");
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	/* some file systems know no fsync of a folder: their names need none */
	if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL && errno != ENOSYS))
		trouble = folder ? errno : ENOMEM;
	if (fd >= 0)
		(void)close(fd);
	free(folder);
	return trouble;
}

/* Against what a disk does, not against people. */
static uint64_t check_of(struct tms_str record)
{
	return tms_hash((struct tms_hash_seed){ 0x74616d6973, 1 }, record);
}

/* ---- writing ---- */

static int put_record(struct sqlite_copy_writer *writer)
{
	if (writer->record.status != TMS_OK)
		return ENOMEM;
	struct tms_str record = tms_buf_str(&writer->record);
	writer->bytes += (int64_t)record.len + CHECK_CHARS + 2;
	if (writer->bytes > TMS_SQLITE_COPY_BYTES_MAX)
		return EFBIG;
	if (fprintf(writer->file, "%016llx ", (unsigned long long)check_of(record)) < 0 ||
		fwrite(record.ptr, 1, record.len, writer->file) != record.len ||
		fputc('\n', writer->file) == EOF)
		return errno ? errno : EIO;
	return 0;
}

int sqlite_copy_begin(
	struct sqlite_copy_writer *writer, const char *path, const struct sqlite_copy_head *head)
{
	char *temporary = sqlite_name(path, TEMPORARY);

	*writer = (struct sqlite_copy_writer){ .path = strdup(path) };
	int fd = -1;
	if (temporary && writer->path) {
		(void)unlink(temporary); /* of a process that was killed */
		fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	}
	int trouble = temporary && writer->path ? errno : ENOMEM;
	free(temporary);
	if (fd < 0)
		return trouble;
	writer->file = fdopen(fd, "w");
	if (!writer->file) {
		(void)close(fd);
		return ENOMEM;
	}
	tms_buf_format(&writer->record, WORDS "%s %lld %lld", head->identity,
		(long long)head->revision, (long long)head->made_s);
	return put_record(writer);
}

int sqlite_copy_add(struct sqlite_copy_writer *writer, const struct sqlite_copy_row *row)
{
	tms_buf_clear(&writer->record);
	tms_buf_format(&writer->record, "d %zu %zu %lld\n", row->key.len, row->bytes.len,
		(long long)row->revision);
	tms_buf_add(&writer->record, row->key);
	tms_buf_add(&writer->record, row->bytes);
	writer->count++;
	return put_record(writer);
}

int sqlite_copy_end(struct sqlite_copy_writer *writer)
{
	char *temporary = sqlite_name(writer->path, TEMPORARY);
	char *name = sqlite_name(writer->path, TMS_SQLITE_COPY_SUFFIX);
	int trouble = temporary && name ? 0 : ENOMEM;

	tms_buf_clear(&writer->record);
	tms_buf_format(&writer->record, "e %zu", writer->count);
	if (!trouble)
		trouble = put_record(writer);
	if (!trouble && (fflush(writer->file) != 0 || fsync(fileno(writer->file)) != 0))
		trouble = errno;
	if (!trouble && rename(temporary, name) != 0)
		trouble = errno;
	if (!trouble)
		trouble = sqlite_sync_folder(writer->path);
	free(temporary);
	free(name);
	sqlite_copy_drop(writer);
	return trouble;
}

void sqlite_copy_drop(struct sqlite_copy_writer *writer)
{
	char *temporary = writer->path ? sqlite_name(writer->path, TEMPORARY) : NULL;

	if (writer->file)
		(void)fclose(writer->file);
	if (writer->file && temporary)
		(void)unlink(temporary); /* when it was ended, it has its name already */
	free(temporary);
	free(writer->path);
	tms_buf_free(&writer->record);
	*writer = (struct sqlite_copy_writer){ 0 };
}

/* ---- reading ---- */

/* One line into the record, without its end; false: the end, or longer than any of ours. */
static bool get_line(struct sqlite_copy_reader *reader)
{
	int byte = 0;

	tms_buf_clear(&reader->record);
	while ((byte = fgetc(reader->file)) != EOF && byte != '\n') {
		if (reader->record.len == LINE_MAX_BYTES)
			return false;
		tms_buf_add_char(&reader->record, (char)byte);
	}
	return byte == '\n' && reader->record.status == TMS_OK;
}

/* "CHECK words" apart. */
static bool cut_check(struct tms_str line, uint64_t *check, struct tms_str *words)
{
	*check = 0;
	if (line.len < CHECK_CHARS + 1 || line.ptr[CHECK_CHARS] != ' ')
		return false;
	for (size_t i = 0; i < CHECK_CHARS; i++) {
		int value = tms_hex_value(line.ptr[i]);
		if (value < 0)
			return false;
		*check = *check << 4 | (uint64_t)value;
	}
	*words = tms_str_slice(line, CHECK_CHARS + 1, SIZE_MAX);
	return true;
}

static bool cut_number(struct tms_str *words, int64_t *out)
{
	struct tms_str word = { 0 };

	return tms_str_split(words, ' ', &word) && tms_str_int64(word, out) && *out >= 0;
}

static bool read_head(struct sqlite_copy_reader *reader)
{
	uint64_t check = 0;
	struct tms_str words, identity = { 0 };
	struct sqlite_copy_head head = { 0 };

	if (!get_line(reader) || !cut_check(tms_buf_str(&reader->record), &check, &words) ||
		check_of(words) != check || !tms_str_starts(words, TMS_STR(WORDS)))
		return false;
	words = tms_str_slice(words, strlen(WORDS), SIZE_MAX);
	if (!tms_str_split(&words, ' ', &identity) || identity.len >= sizeof(head.identity) ||
		!cut_number(&words, &head.revision) || !cut_number(&words, &head.made_s))
		return false;
	memcpy(head.identity, identity.ptr, identity.len);
	reader->head = head;
	return true;
}

void sqlite_copy_open(struct sqlite_copy_reader *reader, const char *path)
{
	char *name = sqlite_name(path, TMS_SQLITE_COPY_SUFFIX);

	*reader = (struct sqlite_copy_reader){ 0 };
	reader->file = name ? fopen(name, "re") : NULL;
	reader->is_there = reader->file != NULL;
	free(name);
	if (reader->file && !read_head(reader)) {
		reader->has_skipped = true;
		(void)fseeko(reader->file, 0, SEEK_SET);
	}
}

/* The record whose line was read: key and value behind it, judged. */
static bool read_row(struct sqlite_copy_reader *reader, struct sqlite_copy_row *row)
{
	uint64_t check = 0;
	struct tms_str words;
	int64_t key_bytes = 0, value_bytes = 0;

	if (!cut_check(tms_buf_str(&reader->record), &check, &words) ||
		!tms_str_starts(words, TMS_STR("d ")))
		return false;
	words = tms_str_slice(words, 2, SIZE_MAX);
	if (!cut_number(&words, &key_bytes) || !cut_number(&words, &value_bytes) ||
		!cut_number(&words, &row->revision) || key_bytes < 1 ||
		key_bytes > TMS_STORE_KEY_MAX || value_bytes > (int64_t)TMS_STORE_VALUE_MAX)
		return false;
	size_t bytes = (size_t)(key_bytes + value_bytes);
	tms_buf_add_char(&reader->record, '\n');
	size_t begin = reader->record.len;
	if (!tms_buf_reserve(&reader->record, bytes) ||
		fread(reader->record.ptr + begin, 1, bytes, reader->file) != bytes ||
		fgetc(reader->file) != '\n')
		return false;
	reader->record.len += bytes;
	struct tms_str record = tms_buf_str(&reader->record);
	if (check_of(tms_str_slice(record, CHECK_CHARS + 1, SIZE_MAX)) != check)
		return false;
	row->key = tms_str_slice(record, begin, begin + (size_t)key_bytes);
	row->bytes = tms_str_slice(record, begin + (size_t)key_bytes, SIZE_MAX);
	return true;
}

static bool is_end(const struct sqlite_copy_reader *reader)
{
	uint64_t check = 0;
	struct tms_str words;
	int64_t count = 0;

	if (!cut_check(tms_buf_str(&reader->record), &check, &words) || check_of(words) != check ||
		!tms_str_starts(words, TMS_STR("e ")))
		return false;
	words = tms_str_slice(words, 2, SIZE_MAX);
	return cut_number(&words, &count) && (size_t)count == reader->count;
}

bool sqlite_copy_next(struct sqlite_copy_reader *reader, struct sqlite_copy_row *row)
{
	while (reader->file && !feof(reader->file) && !ferror(reader->file)) {
		bool is_line = get_line(reader);
		bool was_last = feof(reader->file) != 0; /* which moving in the file forgets */
		off_t behind = ftello(reader->file);
		if (is_line && read_row(reader, row)) {
			reader->count++;
			return true;
		}
		if (is_line && is_end(reader)) {
			reader->is_whole = !reader->has_skipped && fgetc(reader->file) == EOF;
			return false;
		}
		/* damaged: the next record begins behind one of the next ends of lines */
		reader->has_skipped = true;
		reader->record.status = TMS_OK;
		if (was_last || behind < 0 || fseeko(reader->file, behind, SEEK_SET) != 0)
			return false;
	}
	return false;
}

void sqlite_copy_close(struct sqlite_copy_reader *reader)
{
	if (reader->file)
		(void)fclose(reader->file);
	tms_buf_free(&reader->record);
	*reader = (struct sqlite_copy_reader){ 0 };
}

bool sqlite_has_copy(const char *path)
{
	char *name = sqlite_name(path, TMS_SQLITE_COPY_SUFFIX);
	bool has_copy = name && access(name, F_OK) == 0;

	free(name);
	return has_copy;
}

bool sqlite_copy_head(const char *path, struct sqlite_copy_head *head)
{
	struct sqlite_copy_reader reader;

	sqlite_copy_open(&reader, path);
	*head = reader.head;
	bool is_read = reader.head.identity[0] != '\0';
	sqlite_copy_close(&reader);
	return is_read;
}
