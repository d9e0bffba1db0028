/* The names of TeX's commands, as far as they matter to words. */
#ifndef TAMIS_TEXT_TEX_NAME_H
#define TAMIS_TEXT_TEX_NAME_H

#include <tamis/str.h>

enum tex_kind {
	TEX_UNKNOWN, /* prints no letters that we know of: divides words */
	TEX_LETTER,  /* prints `printed`, and takes the spaces behind it */
	TEX_GREEK,   /* prints `printed` */
	TEX_ACCENT,  /* puts `mark` over the next letter */
	TEX_HOLDER,  /* prints what stands in its braces */
	TEX_STYLE,   /* changes how the next letters look */
	TEX_SILENT,  /* has a key, a place or a colour in its first braces */
	TEX_SIGN,    /* known to print no letter: never a word, not even behind one */
};

struct tex_command {
	enum tex_kind kind;
	struct tms_str printed;
	int32_t mark;
};

/** What `\name` is. */
struct tex_command tex_command_find(struct tms_str name);
/** The combining mark of an accent that is written as a sign: " ' ` ^ ~ = . ; 0: it is none. */
int32_t tex_accent_of(char sign);

#endif
