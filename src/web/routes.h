/*
 * The routes: one row for each address, which says all that is known of it before it is answered.
 * A new route is a row and its handler; the limiter and the handler of requests read the rest here.
 */
#ifndef TAMIS_WEB_ROUTES_H
#define TAMIS_WEB_ROUTES_H

#include "web/answer.h"
#include "web/turn.h"

enum route_match {
	ROUTE_EXACT, /* the path */
	ROUTE_BELOW, /* what begins with it */
	ROUTE_FORM,  /* it, a dot, and the name of a form: tamis/form.h */
};

/** Who may ask. Others are refused before the handler is called: routes.c has an arm for each of
 * these, and whoever has to show more than an address is one more. */
enum route_who {
	ROUTE_ANYBODY,
	ROUTE_WATCHERS, /* the addresses of metrics_networks, uncounted then; else 403 */
};

/** Whether limits.requests_per_address counts who asks. */
enum route_count {
	ROUTE_COUNTED,
	ROUTE_UNCOUNTED,
};

struct route {
	struct tms_str path;
	enum route_match match;
	unsigned methods; /* a bit for each enum tms_method; others: 405 */
	enum route_who who;
	enum web_kept kept;
	enum route_count count;
	/* the handler, one of three: */
	void (*answer)(const struct web_call *call); /* at once */
	turn_fn turn;                                /* by turns */
	turn_fn turn_now;                            /* the same with the first piece at once */
};

/** All rows. Static. */
const struct route *routes_all(size_t *count);

#endif
