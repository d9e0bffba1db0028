/* Directories and files for tests that read captures and golden files. */
#ifndef TAMIS_TEST_FILES_H
#define TAMIS_TEST_FILES_H

#include <tamis/arena.h>

/** The whole file, or the empty run with ptr NULL when it cannot be read. */
struct tms_str test_read(struct tms_arena *arena, const char *path);
bool test_write(const char *path, struct tms_str bytes);
/** Regular files below a directory, in byte order of their paths; *count of them. 0 when there is no such directory. */
char **test_files(struct tms_arena *arena, const char *directory, size_t *count);
/** Where the captures are: TAMIS_CORPUS, else ../shared/corpus beside the source root; NULL when they are not there. */
const char *test_corpus(struct tms_arena *arena);

#endif
