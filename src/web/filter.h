/* Filter addresses: what their parameters say, read and written. */
#ifndef TAMIS_WEB_FILTER_H
#define TAMIS_WEB_FILTER_H

#include <tamis/conf.h>
#include <tamis/form.h>

/** The parameters of a filter address, understood. Runs live in the exchange's arena. */
struct web_filter {
	/** Each once, in the order in which they are named. */
	const struct tms_conf_source **sources;
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

/** Read `query`; unknown parameters are passed over (but not what others call match=, such as q=), an
 * empty source or limit too. Costs its bytes, and what limits.address_sources allows, whatever there is
 * in the configuration. */
void web_filter_read(const struct tms_conf *conf, struct tms_arena *arena, struct tms_str query,
	struct web_filter *out);
/** "/filter.atom?source=…&match=…", in the filter's form: the canonical address, in the arena. */
struct tms_str web_filter_target(struct tms_arena *arena, const struct web_filter *filter);
/** Of the same, "?source=…&match=…". */
struct tms_str web_filter_parameters(struct tms_arena *arena, const struct web_filter *filter);
/** What is worth saying of a query that was refused, with the error; diag: why it was. */
void web_filter_advise(const struct tms_conf *conf, struct tms_str match,
	const struct tms_diag *diag, struct tms_advice *advice);
/** The error of a query that was refused, with the line, a caret below the place and what to write
 * instead, as tms_advice_write shows them; in the arena. */
struct tms_str web_filter_query_error(
	struct tms_arena *arena, struct tms_str match, const struct tms_advice *advice);

#endif
