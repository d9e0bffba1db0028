/* The public request vectors of the corpus: read them, or say plainly that they are not there. */
#ifndef HTTP_VECTORS_H
#define HTTP_VECTORS_H

#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include <unistd.h>

#include <jansson.h>
#include <tamis/arena.h>
#include <tamis/buf.h>

/** corpus/NAME through TAMIS_CORPUS, or beside the source root; in the arena. */
static inline const char *corpus_path(struct tms_arena *arena, const char *name)
{
	const char *corpus = getenv("TAMIS_CORPUS"), *tests = getenv("TAMIS_TESTS");

	if (corpus)
		return tms_arena_format(arena, "%s/%s", corpus, name).ptr;
	return tms_arena_format(arena, "%s/../../shared/corpus/%s", tests ? tests : ".", name).ptr;
}

/** The vectors of desync.json, or NULL after saying what is skipped. */
static inline json_t *desync_vectors(void)
{
	struct tms_arena arena = { 0 };
	const char *path = corpus_path(&arena, "security/http/desync.json");
	json_t *vectors = NULL;

	if (access(path, R_OK) != 0) {
		print_message("skipped: the request vectors, %s is not there\n", path);
	} else {
		vectors = json_load_file(path, JSON_ALLOW_NUL, NULL);
		assert_non_null(vectors);
	}
	tms_arena_free(&arena);
	return vectors;
}

/** Latin-1 as JSON carries it (UTF-8) back to bytes; in the arena. */
static inline struct tms_str latin1_bytes(struct tms_arena *arena, const json_t *string)
{
	const char *utf8 = json_string_value(string);
	size_t len = json_string_length(string), made = 0;
	char *bytes = tms_arena_alloc(arena, len + 1);

	assert_non_null(bytes);
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)utf8[i];
		if (byte >= 0x80) { /* only U+0080 to U+00FF: two bytes */
			byte = (unsigned char)((byte & 3) << 6 | (utf8[++i] & 0x3f));
		}
		bytes[made++] = (char)byte;
	}
	return (struct tms_str){ bytes, made };
}

#endif
