/* Parts of the web layer that its files share. */
#ifndef TAMIS_WEB_PARTS_H
#define TAMIS_WEB_PARTS_H

#include "web/web.h"

/** The parameters of a filter address, understood. Runs live in the exchange's arena. */
struct tms_web_filter {
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
void tms_web_read_filter(const struct tms_conf *conf, struct tms_arena *arena, struct tms_str query,
	struct tms_web_filter *out);
/** "/filter.atom?source=…&match=…", in the filter's form: the canonical address, in the arena. */
struct tms_str tms_web_filter_target(struct tms_arena *arena, const struct tms_web_filter *filter);
/** Of the same, "?source=…&match=…". */
struct tms_str tms_web_filter_parameters(
	struct tms_arena *arena, const struct tms_web_filter *filter);
/** The sentence of a query that cannot be read, with the line and a caret below the place; in the
 * arena. */
struct tms_str tms_web_query_error(
	struct tms_arena *arena, struct tms_str match, const struct tms_diag *diag);

/** Answer with the page: health, form, and what the filter keeps; `lists_all` shows every item with
 * its reason. */
void tms_web_page(struct tms_web *web, struct tms_exchange exchange,
	const struct tms_web_filter *filter, bool lists_all);
/** Answer with a line for every item, as `format` says, after some slices. */
void tms_web_lines(
	struct tms_web *web, struct tms_exchange exchange, const struct tms_web_filter *filter);
/** Answer with a few lines of plain text: what was read, how much is kept, three titles and why. */
void tms_web_summary(
	struct tms_web *web, struct tms_exchange exchange, const struct tms_web_filter *filter);
/** Append how a source is doing: its health, when it is asked next, and the feed that is read in the
 * place of its page. */
void tms_web_source_words(struct tms_buf *buf, struct tms_source *source, tms_time now);
/** Append how what is held of a source is let in; nothing when nothing is held. */
void tms_web_held_words(struct tms_buf *buf, const struct tms_source *source);
/** Answer with a line for each source: name, well|ill|waiting, items, words; divided by tabs. Behind them
 * "the store", ill|warned, where it is, words; when there is something to tell of it. */
void tms_web_sources(struct tms_web *web, struct tms_exchange exchange);
/** Answer with a line for each recipe: name, configured|shipped, its sources; divided by tabs. */
void tms_web_recipes(struct tms_web *web, struct tms_exchange exchange);
/** Answer with the text of a recipe that comes with Tamis; those of the configuration are not shown. */
void tms_web_recipe(struct tms_web *web, struct tms_exchange exchange, struct tms_str name);
/** Append HTML: which feed is read in the place of a page, and the choice there was. Nothing for a
 * source whose address is a listing. */
void tms_web_choice(struct tms_buf *buf, const struct tms_source *source);
/** The one style sheet. Static. */
struct tms_str tms_web_style(void);
/** Append metrics in Prometheus's text format. */
void tms_web_write_metrics(const struct tms_web *web, struct tms_buf *buf);
/** Append HTML text with & < > " ' escaped and control characters dropped. */
void tms_web_escape(struct tms_buf *buf, struct tms_str text);

#endif
