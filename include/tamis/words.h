/*
 * Text cut into words, the same way for what is searched and for what is asked.
 *
 * TeX is read as what it prints, see src/text/tex.h: Schr\"odinger, CO$_2$ and $\pi_0$ are words as
 * Schrödinger, CO₂ and π₀ are. Cut at everything but letters, marks and digits. A '.' between digits
 * and a '+' or '#' behind a letter stay in the word (2.5, C++, C#), and so does the one that begins
 * .NET. A possessive 's is no word of its own. Parts that a
 * hyphen joins are words next to each other, and are kept joined as well (fine-tuning: fine,
 * tuning, finetuning). So are those that an apostrophe joins between letters (O'Neil: o, neil, oneil),
 * but for pronouns with a verb (she'll). An emoji is a word.
 *
 * Scripts that are written without spaces, or with some that readers do not agree on (Han, kana,
 * hangul; Thai, Lao, Khmer, Burmese), are cut into overlapping pairs: every character is a word
 * together with the next one of its run, the last one alone. So a run that is asked for is found
 * inside a longer one, and a single character by the words that begin with it. A run goes on behind
 * spaces, a hyphen or a middle dot; a pair that has such a gap in it holds a space.
 */
#ifndef TAMIS_WORDS_H
#define TAMIS_WORDS_H

#include <tamis/arena.h>

/** A longer run of letters is cut there; hyphens and apostrophes join up to so many parts. */
#define TMS_WORD_MAX_BYTES 1024
#define TMS_WORDS_JOINED_MAX 5

enum tms_word_kind {
	TMS_WORD_PLAIN,
	TMS_WORD_LONE,    /* a character of a run without a next one */
	TMS_WORD_PAIR,    /* with the next one */
	TMS_WORD_BRIDGED, /* with the next one, a gap between them */
	TMS_WORD_LOOSE, /* either, and asked for: the gap does not count (see tms_words_cut_asked) */
};

/** How a word is compared: its folded form (the hash is FNV-1a), and how it begins, which is the
 * same for all words of one base (see tms_word_base). */
struct tms_word_key {
	uint32_t form_hash;
	uint32_t form_at; /* offset in tms_words.forms, or TMS_WORD_AS_IT_STANDS */
	uint16_t form_len;
	uint16_t beginning;
	uint8_t span; /* words that it covers: 1, or more for parts that are joined */
	uint8_t kind; /* enum tms_word_kind */
};
#define TMS_WORD_AS_IT_STANDS UINT32_MAX

struct tms_word {
	struct tms_word_key key;
	uint32_t start, end; /* bytes of the plain text */
};

/** Words first to first + key.span, written as one. */
struct tms_word_joined {
	struct tms_word_key key;
	uint32_t first;
};

/** A run of the plain text, and the bytes that it was written with. */
struct tms_words_piece {
	uint32_t plain;              /* where the run begins; it ends where the next one begins */
	uint32_t source, source_end; /* between two pieces: what prints nothing, as "$" and "}" */
	bool is_same;                /* the same bytes on both sides */
};

/** {0} is a text without words. A word's place is its index in `list`. */
struct tms_words {
	struct tms_str text;  /* borrowed: the text as it stands */
	struct tms_str plain; /* what TeX prints of it, which was cut; mostly the same */
	const struct tms_words_piece *pieces; /* of plain, where it is not; else NULL */
	size_t pieces_count;
	const struct tms_word *list;
	const struct tms_word_joined *joined; /* in order of `first`, then of span */
	size_t count, joined_count;
	const char *forms;
};

/**
 * Cut a text (valid UTF-8; other bytes only divide words). *out borrows the text and lives in the
 * arena. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's, or a text of 4 GiB).
 */
TMS_MUST_CHECK enum tms_status tms_words_cut(
	struct tms_arena *arena, struct tms_str text, struct tms_words *out);

/**
 * The same for a text that is asked for. A last character that its pair has already is no word of
 * its own. Pairs of a run of three characters and more, and pairs that are asked for with a gap, are
 * TMS_WORD_LOOSE: found with a gap and without. A pair alone is found without one: most words of
 * Korean are so short that they would be found across any two.
 */
TMS_MUST_CHECK enum tms_status tms_words_cut_asked(
	struct tms_arena *arena, struct tms_str text, struct tms_words *out);
/**
 * The bytes of the text that its first words take, with what divides them; all of it when it has no
 * more. TeX counts as it stands.
 * left  how many words; less by those that were found
 */
size_t tms_words_within(struct tms_str text, size_t *left);
/** Are two forms the same but for the space that a gap is in one of them? */
bool tms_word_same_loosely(struct tms_str a, struct tms_str b);

/** The folded form of word i ("Agents" → "agents"). */
struct tms_str tms_words_form(const struct tms_words *words, size_t i);
/** That of entry i of `joined` ("fine-tuning" → "finetuning"). */
struct tms_str tms_words_joined_form(const struct tms_words *words, size_t i);
/** Words first up to, not including, end, as they stand in the plain text: "Schrödinger", with an
 * accent of its own, for "Schr\"odinger". */
struct tms_str tms_words_span(const struct tms_words *words, size_t first, size_t end);
/** The same, of the last word its first character alone: what was asked for ended in one. */
struct tms_str tms_words_span_lone(const struct tms_words *words, size_t first, size_t end);
/** Such a span as it stands in the text; its pointer points into words->text. */
struct tms_str tms_words_source(const struct tms_words *words, struct tms_str span);
/** Index of the first joined entry at or behind word `first`. */
size_t tms_words_joined_from(const struct tms_words *words, size_t first);

/** A word made of another: the first `keep` bytes of the folded form, then `tail` (static, or of the
 * form). */
struct tms_word_base {
	size_t keep;
	struct tms_str tail;
};

/**
 * The singular of an English word by our own rule (the table stands in src/text/plural.c). A word
 * that is no plural by that rule is its own singular. Words of names are compared by it.
 * form       folded
 * as_stands  the same word in the text: "AIs" and "GPUs" are plurals by their capitals
 */
struct tms_word_base tms_word_singular(struct tms_str form, struct tms_str as_stands);
/** Its singular in American spelling (the rules stand in src/text/spelling.c). Words of texts are
 * compared by it: "behaviours" and "behavior" are one. */
struct tms_word_base tms_word_base(struct tms_str form, struct tms_str as_stands);
/** A name with its version behind it, as one word: "qwen2.5", "gpt4o", "llamav2" (src/text/version.c
 * has the rules). Letters alone with a v at their end can be two stems: "yolov" and "yolo". */
#define TMS_WORD_STEMS_MAX 2
/** The letters before the version of a folded form, borrowed of it: how many stems; 0: it has no
 * version. Each has two letters or more. */
size_t tms_word_stems(struct tms_str form, struct tms_str stems[TMS_WORD_STEMS_MAX]);
/** Is the folded form a version alone: "2.5", "4o", "v3"? */
bool tms_word_is_version(struct tms_str form);
/** How many letters the folded form has; 0 when it has anything else. */
size_t tms_word_letters(struct tms_str form);
/** A stem of fewer letters is asked for in capitals: "GB" finds GB200, "gb" does not. */
#define TMS_WORD_STEM_LETTERS 3

/** Are two folded forms the same word, each by what one of these two functions made of it? */
bool tms_word_base_equal(struct tms_str a, struct tms_word_base a_base, struct tms_str b,
	struct tms_word_base b_base);

#endif
