/* The nearest known name to one that is not known. */
#ifndef TAMIS_CONF_SUGGEST_H
#define TAMIS_CONF_SUGGEST_H

#include <tamis/str.h>

/** {.word} is a question without answers yet. */
struct suggest {
	struct tms_str word;
	struct tms_str best; /* empty: none is near */
	size_t distance;
};

/** Offer a known name; it is borrowed as long as the suggestion. */
void suggest_offer(struct suggest *suggest, struct tms_str known);

#define SUGGEST_BYTES 100
/** "; did you mean \"every\"?" or nothing, in a buffer of the caller. Returns it. */
const char *suggest_text(const struct suggest *suggest, char text[SUGGEST_BYTES]);

#endif
