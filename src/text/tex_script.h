/* Sub- and superscripts of Greek letters that stand without their formula. */
#ifndef TAMIS_TEXT_TEX_SCRIPT_H
#define TAMIS_TEXT_TEX_SCRIPT_H

#include <tamis/str.h>

/**
 * What the "_" or "^" at `at` sets directly behind a Greek letter: one digit, or what stands in
 * braces there when it is letters, digits and dots between digits. Empty: it is a sign like others.
 */
struct tms_str tex_script_of(struct tms_str text, size_t at);

/** Is one of these somewhere in the text? Each byte is looked at a fixed number of times at most. */
bool tex_has_script(struct tms_str text);

#endif
