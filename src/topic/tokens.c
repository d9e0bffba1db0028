/* The topic scorer's tokeniser: characters decomposed to ASCII, plurals cut, gaps noted. */
#include "tokens.h"

#include <utf8proc.h>

#include <tamis/utf8.h>

#define RIGHT_QUOTE 0x2019
#define DECOMPOSED_MAX 32

/* The word that is being read. */
struct cutter {
	const struct tms_topic_model *model;
	struct tms_arena *arena;
	struct topic_tokens *out;
	size_t max;
	char word[TOPIC_WORD_BYTES_MAX];
	size_t len;
	uint32_t start, end, gap;
	int32_t before, last; /* the character in front of the word, and the one read last */
	bool has_failed;
};

/* "llms" is a plural that the stemmer leaves: an s behind consonants alone. */
static size_t without_plural(const char *word, size_t len)
{
	if (len <= 2 || word[len - 1] != 's' || word[len - 2] == 's')
		return len;
	for (size_t i = 0; i < len; i++)
		if (tms_is_digit(word[i]) || strchr("aeiouy", word[i]))
			return len;
	return len - 1;
}

/* A word ends, before the character c. */
static void end_word(struct cutter *cut, int32_t c)
{
	size_t len = cut->len;
	bool is_genitive = len == 1 && cut->word[0] == 's' && c == ' ' &&
			   (cut->before == '\'' || cut->before == RIGHT_QUOTE);

	cut->len = 0;
	if (len == 0 || is_genitive || cut->out->count >= cut->max)
		return;
	struct topic_tokens *out = cut->out;
	if (!tms_arena_grow(
		    cut->arena, &out->list, out->count, &out->capacity, sizeof(*out->list))) {
		cut->has_failed = true;
		return;
	}
	struct topic_token *token = &out->list[out->count++];
	struct tms_str word = { cut->word, without_plural(cut->word, len) };
	*token = (struct topic_token){ topic_token_of_word(cut->model, word), cut->gap, cut->start,
		cut->end };
	cut->gap = 0;
}

static void feed(struct cutter *cut, int32_t c, size_t start, size_t end)
{
	if (c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
		if (cut->len == 0) {
			cut->start = (uint32_t)start;
			cut->before = cut->last;
		}
		if (cut->len < TOPIC_WORD_BYTES_MAX)
			cut->word[cut->len++] = (char)c;
		cut->end = (uint32_t)end;
	} else if (cut->len > 0) {
		end_word(cut, c);
	}
	if (c > 0 && c < 0x80 && strchr(",.;:()", c))
		cut->gap |= TOPIC_GAP_SENTENCE;
	if (c > 0 && c < 0x80 && strchr(",/;:()&+", c))
		cut->gap |= TOPIC_GAP_CHOICE;
	cut->last = c;
}

static void feed_decomposed(struct cutter *cut, uint32_t code_point, size_t start, size_t end)
{
	utf8proc_int32_t parts[DECOMPOSED_MAX];
	int last_class = 0;
	utf8proc_ssize_t count = utf8proc_decompose_char((utf8proc_int32_t)code_point, parts,
		DECOMPOSED_MAX, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &last_class);

	for (utf8proc_ssize_t i = 0; i < count && i < DECOMPOSED_MAX; i++)
		if (utf8proc_get_property(parts[i])->combining_class == 0)
			feed(cut, parts[i], start, end);
}

bool topic_cut(struct tms_arena *arena, const struct tms_topic_model *model, struct tms_str text,
	size_t max, struct topic_tokens *out)
{
	struct cutter cut = { .model = model, .arena = arena, .out = out, .max = max };

	if (text.len >= UINT32_MAX) {
		arena->status = TMS_ELIMIT;
		return false;
	}
	for (size_t at = 0; at < text.len && out->count < max && !cut.has_failed;) {
		size_t start = at;
		if ((unsigned char)text.ptr[at] < 0x80) {
			at++;
			feed(&cut, text.ptr[start], start, at);
		} else {
			uint32_t code_point = tms_utf8_next(text, &at);
			feed_decomposed(&cut, code_point, start, at);
		}
	}
	end_word(&cut, 0);
	return !cut.has_failed;
}
