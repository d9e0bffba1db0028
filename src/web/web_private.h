/* Parts of the web layer that its files share. */
#ifndef TAMIS_WEB_WEB_PRIVATE_H
#define TAMIS_WEB_WEB_PRIVATE_H

#include "web/web.h"

/** The parameters of a filter address, understood. Runs live in the exchange's arena. */
struct web_filter {
	const struct tms_conf_source *
		*sources; /* each once, in the order in which they are named */
	size_t sources_count;
	struct tms_str match;
	int64_t limit;  /* 0: not given */
	bool was_asked; /* source or match was given */
	struct tms_str format;
	enum tms_form form; /* that is chosen on the page; Atom when none is */
	int status;         /* 400 (or 503: no memory) and `error` when something is wrong */
	struct tms_str error;
	size_t steps; /* what reading it took: parameters, names, sources of groups */
};

/** Read `query`; unknown parameters are passed over, an empty source or limit too. Costs its bytes,
 * and what limits.address_sources allows, whatever there is in the configuration. */
void web_filter_read(const struct tms_conf *conf, struct tms_arena *arena, struct tms_str query,
	struct web_filter *out);
/** "/filter.atom?source=…&match=…", in the filter's form: the canonical address, in the arena. */
struct tms_str web_filter_target(struct tms_arena *arena, const struct web_filter *filter);
/** Of the same, "?source=…&match=…". */
struct tms_str web_filter_parameters(struct tms_arena *arena, const struct web_filter *filter);
/** The sentence of a query that cannot be read, with the line and a caret below the place, as
 * tms_diag_write shows them; in the arena. */
struct tms_str web_filter_query_error(
	struct tms_arena *arena, struct tms_str match, const struct tms_diag *diag);

#define TMS_WEB_NO_MEMORY TMS_STR("There is not enough memory for this answer now.\n")
#define TMS_WEB_SET_TOO_LARGE                                                                      \
	TMS_STR("These sources take more memory together than an address may use "                 \
		"(limits.sets_bytes).\n")
#define TMS_WEB_SETS_FULL                                                                          \
	TMS_STR("Other sets of sources take all memory that there is for them now "                \
		"(limits.sets_bytes). Try again in a moment.\n")

/** The page: health, form, and what the filter keeps. */
enum turn_word web_page(struct turn *turn, const struct tms_request *request);
/** /explain: the page with every item and its reason, or as `format` says: all items in lines, or a
 * few lines of plain text about what was read, how much is kept, and why. */
enum turn_word web_explain(struct turn *turn, const struct tms_request *request);

/* Of these, one piece each: */
enum turn_word web_page_begin(struct turn *turn, struct tms_str query, bool lists_all);
enum turn_word explain_lines_begin(struct turn *turn, const struct web_filter *filter);
enum turn_word explain_summary_begin(struct turn *turn, struct tms_str query);

/** The feed that a filter asks for. NULL, and *word is what the piece ends with: it is answered, or
 * its shelf is to be waited for. Borrowed until the next call. */
struct tms_served *web_served(struct turn *turn, const struct web_filter *filter,
	struct tms_str target, enum turn_word *word);
/** Append how a source is doing: its health, when it is asked next, and the feed that is read in the
 * place of its page. */
void web_source_words(struct tms_buf *buf, struct tms_source *source, tms_time now);
/** Append how what is held of a source is let in; nothing when nothing is held. */
void web_held_words(struct tms_buf *buf, const struct tms_source *source);
/** Answer with the lines of tms_web_write_sources, and one for each warning: "the service", warned,
 * nothing, words. */
void web_sources(struct tms_web *web, struct tms_exchange exchange);
/** Answer with a line for each recipe: name, configured|shipped, its sources; divided by tabs. */
void web_recipes(struct tms_web *web, struct tms_exchange exchange);
/** Answer with the text of a recipe that comes with Tamis; those of the configuration are not shown. */
void web_recipe(struct tms_web *web, struct tms_exchange exchange, struct tms_str name);
/** Append HTML: which feed is read in the place of a page, and the choice there was. Nothing for a
 * source whose address is a listing. */
void web_choice(struct tms_buf *buf, const struct tms_source *source);
/** The one style sheet. Static. */
struct tms_str web_style(void);
/** Append metrics in Prometheus's text format. */
void web_write_metrics(const struct tms_web *web, struct tms_buf *buf);
/** Append HTML text with & < > " ' escaped and control characters dropped. */
void web_escape(struct tms_buf *buf, struct tms_str text);

#endif
