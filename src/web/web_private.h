/* What the files of this room share: the handlers of the routes, and words of several answers. */
#ifndef TAMIS_WEB_WEB_PRIVATE_H
#define TAMIS_WEB_WEB_PRIVATE_H

#include "web/answer.h"
#include "web/filter.h"
#include "web/web.h"

/* Handlers, as web/routes.c calls them. */

/** /f/TOKEN.FORM: the feed of a person. */
enum turn_word web_person_feed(struct turn *turn, const struct tms_request *request);
/** /filter.FORM: the feed that its parameters make. */
enum turn_word web_filter_feed(struct turn *turn, const struct tms_request *request);
/** /: the page with health, form, and what the filter keeps. */
enum turn_word web_page(struct turn *turn, const struct tms_request *request);
/** /explain: the page with every item and its reason, or as `format` says: all items in lines, or a
 * few lines of plain text about what was read, how much is kept, and why. */
enum turn_word web_explain(struct turn *turn, const struct tms_request *request);
/** /style.css: the one style sheet. */
void web_style(const struct web_call *call);
/** /healthz: "ok", as long as anything is answered. */
void web_alive(const struct web_call *call);
/** /readyz: the line of tms_web_write_ready, with 503 when it is not. */
void web_ready(const struct web_call *call);
/** /sources: the lines of tms_web_write_sources, and one for each warning: "the service", warned,
 * nothing, words. */
void web_sources(const struct web_call *call);
/** /recipes: a line for each recipe: name, configured|shipped, its sources; divided by tabs. */
void web_recipes(const struct web_call *call);
/** /recipes/NAME: the text of one that comes with Tamis; those of the configuration are not
 * shown. */
void web_recipe(const struct web_call *call);
/** /metrics: in Prometheus's text format. */
void web_metrics(const struct web_call *call);

/* Of the pages and of /explain, the first piece: */

enum turn_word web_page_begin(struct turn *turn, struct tms_str query, bool lists_all);
enum turn_word explain_lines_begin(struct turn *turn, struct tms_str query);
enum turn_word explain_summary_begin(struct turn *turn, struct tms_str query);

/** How many items are looked at or explained in one piece, of a query that costs so much (struct
 * tms_query_limits). */
size_t web_items_a_piece(size_t cost);

/* Words: */

/** Append how a source is doing: its health, when it is asked next, and the feed that is read in
 * the place of its page. */
void web_source_words(struct tms_buf *buf, struct tms_source *source, tms_time now);
/** Append how what is held of a source is let in; nothing when nothing is held. */
void web_held_words(struct tms_buf *buf, const struct tms_source *source);
/** Append HTML text with & < > " ' escaped and control characters dropped. */
void web_html_text(struct tms_buf *buf, struct tms_str text);

#endif
