/* Following a window by its changes; what views and the catalogue see of a window's inside. */
#ifndef TAMIS_WINDOW_FOLLOW_H
#define TAMIS_WINDOW_FOLLOW_H

#include <tamis/view.h>

/** A window, and how far it has been seen; {.window} has seen nothing. */
struct window_follow {
	struct tms_window *window; /* borrowed; NULL: none */
	uint64_t generation, drops;
};

/** Has anything changed behind what was seen? */
bool window_follow_is_behind(const struct window_follow *follow);
/** Of the records that have changed behind what was seen, the one that did so first; NULL: there is
 * none. What has left the window is not among them. */
const struct tms_record *window_follow_next(const struct window_follow *follow);
/** That record has been seen. */
void window_follow_seen(struct window_follow *follow, const struct tms_record *record);
/** All has been seen. True when records have left since the last time. */
bool window_follow_end(struct window_follow *follow);

/** The window's record of that id that can be shown, or NULL. */
const struct tms_record *window_shown(const struct tms_window *window, struct tms_str id);
/** By which windows are in order, so that the order in which they are passed changes nothing. */
struct tms_str window_name(const struct tms_window *window);

#endif
