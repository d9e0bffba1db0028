/* A set of characters of a regular expression, and how it is written over units; see
 * regex_unicode.h. */
#ifndef TAMIS_TEXT_REGEX_CLASS_H
#define TAMIS_TEXT_REGEX_CLASS_H

#include <tamis/buf.h>

/** Characters beyond ASCII, by the unit that they have. */
enum regex_part {
	PART_WORD,
	PART_DIGIT,
	PART_OTHER,
	REGEX_PARTS,
};

/** {0} is empty; regex_class_free. */
struct regex_class {
	uint64_t ascii[2];
	bool all[REGEX_PARTS];    /* every one of that part */
	bool listed[REGEX_PARTS]; /* those of that part that stand in one of these */
	struct tms_buf ranges;    /* others, as RE2 writes them in brackets */
	struct tms_buf classes;   /* properties: each as \p{…} or \P{…}, and a line break */
	bool is_negated;
};

/** What a character is part of; c >= 0x80. */
enum regex_part regex_part_of(int32_t c);
/** Append the unit of a character. */
void regex_add_unit(struct tms_buf *out, int32_t c);

void regex_class_free(struct regex_class *set);
void regex_class_add_range(struct regex_class *set, int32_t first, int32_t last);
/** One of d D w W s S. */
void regex_class_add_escape(struct regex_class *set, char name);
/** \p{name}, or \P{name}. */
void regex_class_add_property(struct regex_class *set, struct tms_str name, bool is_negated);
/** [:name:], or [:^name:]. */
void regex_class_add_posix(struct regex_class *set, struct tms_str name, bool is_negated);
/** Append an expression that takes one unit of the set. */
void regex_class_write(struct regex_class *set, struct tms_buf *out);

#endif
