/* What the tests of the configuration share: reading a text, and finding one message. */
#ifndef TAMIS_TESTS_CONF_PARSE_H
#define TAMIS_TESTS_CONF_PARSE_H

#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include <tamis/conf.h>

struct parsed {
	struct tms_arena arena;
	const struct tms_conf *conf;
	struct tms_conf_messages errors;
	enum tms_status status;
};

/* env: "NAME=value" texts, NULL at the end; may be NULL itself. */
static inline struct parsed parse_with(const char *yaml, const char *const *env)
{
	struct parsed parsed = { 0 };
	struct tms_conf_env variables[16];
	struct tms_conf_input in = { .env = variables };

	if (yaml)
		in = (struct tms_conf_input){
			.yaml = tms_str_from(yaml), .file = TMS_STR("t.yaml"), .env = variables
		};
	for (; env && env[in.env_count]; in.env_count++) {
		struct tms_str entry = tms_str_from(env[in.env_count]);
		size_t equals = tms_str_find_byte(entry, '=', 0);
		variables[in.env_count] = (struct tms_conf_env){ tms_str_slice(entry, 0, equals),
			tms_str_slice(entry, equals + 1, entry.len) };
	}
	parsed.status = tms_conf_parse(&parsed.arena, &in, &parsed.conf, &parsed.errors);
	return parsed;
}

static inline struct parsed parse(const char *yaml)
{
	return parse_with(yaml, NULL);
}

/* All messages, as people see them; the caller frees the buffer. */
static inline struct tms_buf messages_of(const struct tms_conf_messages *messages)
{
	struct tms_buf text = { 0 };

	for (size_t i = 0; i < messages->count; i++)
		tms_conf_message_write(&text, &messages->items[i]);
	return text;
}

static inline void assert_right(const struct parsed *parsed)
{
	if (parsed->status == TMS_OK)
		return;
	struct tms_buf text = messages_of(&parsed->errors);
	fail_msg("%s: %.*s", tms_status_name(parsed->status), TMS_STR_ARGS(tms_buf_str(&text)));
}

/* The next line that is no text to use instead. */
static inline bool next_message(struct tms_str *have, struct tms_str *message)
{
	while (tms_str_split(have, '\n', message))
		if (!tms_str_starts(*message, TMS_STR("  ")))
			return true;
	return false;
}

/* Exactly these messages: each line is a beginning of a message and, behind "…", what else it
 * holds. What is proposed instead is left out. */
static inline void assert_messages(
	const char *why, const struct tms_conf_messages *messages, const char *expected)
{
	struct tms_str rest = tms_str_from(expected), line, message;
	struct tms_buf all = messages_of(messages);
	struct tms_str have = tms_buf_str(&all);
	bool is_same = true;

	while (is_same && tms_str_split(&rest, '\n', &line)) {
		size_t gap = tms_str_find(line, TMS_STR("\xe2\x80\xa6"), 0);
		struct tms_str first = tms_str_slice(line, 0, gap);
		struct tms_str more = gap == SIZE_MAX ? (struct tms_str){ 0 }
						      : tms_str_slice(line, gap + 3, line.len);
		is_same = next_message(&have, &message) && tms_str_starts(message, first) &&
			  tms_str_find(message, more, 0) != SIZE_MAX;
	}
	if (!is_same || next_message(&have, &message))
		fail_msg("%s: expected\n%s\ngot\n%.*s", why, expected,
			TMS_STR_ARGS(tms_buf_str(&all)));
	tms_buf_free(&all);
}

/* The text of a file below tests/, or of the repository with "../"; the caller frees it. */
static inline char *read_file(const char *path)
{
	const char *tests = getenv("TAMIS_TESTS");
	char name[1024];

	(void)snprintf(name, sizeof(name), "%s/%s", tests ? tests : "tests", path);
	FILE *file = fopen(name, "rb");
	if (!file)
		fail_msg("%s cannot be opened", name);
	char *text = calloc(1, 1 << 20);
	assert_non_null(text);
	size_t len = fread(text, 1, (1 << 20) - 1, file);
	(void)fclose(file);
	text[len] = '\0';
	return text;
}

#endif
