/* The routing table: path, methods, limits and handler of each address. */
#include "web/routes.h"

#include "web/limiter.h"
#include "web/web_private.h"

#define METHOD(name) (1U << TMS_METHOD_##name)
#define READING (METHOD(GET) | METHOD(HEAD))

/* clang-format off */
static const struct route table[] = {
	/* path, match, methods, who may, may be kept by, counted, handler */
	{ TMS_STR_INIT("/f/"), ROUTE_BELOW, READING, ROUTE_ANYBODY, WEB_KEPT_BY_READER,
		/* a feed that is there never is; others are, by limiter_lets_guess */
		ROUTE_UNCOUNTED, .turn_now = web_person_feed },
	{ TMS_STR_INIT("/filter"), ROUTE_FORM, READING, ROUTE_ANYBODY, WEB_KEPT_BY_ANYBODY,
		ROUTE_COUNTED, .turn = web_filter_feed },
	{ TMS_STR_INIT("/"), ROUTE_EXACT, READING, ROUTE_ANYBODY, WEB_KEPT_BY_NOBODY,
		ROUTE_COUNTED, .turn = web_page },
	{ TMS_STR_INIT("/explain"), ROUTE_EXACT, READING, ROUTE_ANYBODY, WEB_KEPT_BY_NOBODY,
		ROUTE_COUNTED, .turn = web_explain },
	{ TMS_STR_INIT("/style.css"), ROUTE_EXACT, READING, ROUTE_ANYBODY, WEB_KEPT_BY_ANYBODY,
		ROUTE_COUNTED, .answer = web_style },
	{ TMS_STR_INIT("/healthz"), ROUTE_EXACT, READING, ROUTE_ANYBODY, WEB_KEPT_BY_NOBODY,
		ROUTE_UNCOUNTED, .answer = web_alive },
	{ TMS_STR_INIT("/readyz"), ROUTE_EXACT, READING, ROUTE_ANYBODY, WEB_KEPT_BY_NOBODY,
		ROUTE_UNCOUNTED, .answer = web_ready },
	{ TMS_STR_INIT("/sources"), ROUTE_EXACT, READING, ROUTE_WATCHERS, WEB_KEPT_BY_NOBODY,
		ROUTE_COUNTED, .answer = web_sources },
	{ TMS_STR_INIT("/recipes"), ROUTE_EXACT, READING, ROUTE_ANYBODY, WEB_KEPT_BY_NOBODY,
		ROUTE_COUNTED, .answer = web_recipes },
	{ TMS_STR_INIT("/recipes/"), ROUTE_BELOW, READING, ROUTE_ANYBODY, WEB_KEPT_BY_NOBODY,
		ROUTE_COUNTED, .answer = web_recipe },
	{ TMS_STR_INIT("/metrics"), ROUTE_EXACT, READING, ROUTE_WATCHERS, WEB_KEPT_BY_NOBODY,
		ROUTE_COUNTED, .answer = web_metrics },
};
/* clang-format on */

const struct route *routes_all(size_t *count)
{
	*count = TMS_COUNT(table);
	return table;
}

static bool is_of(const struct route *route, struct tms_str path)
{
	enum tms_form form;

	switch (route->match) {
	case ROUTE_EXACT:
		break;
	case ROUTE_BELOW:
		return tms_str_starts(path, route->path);
	case ROUTE_FORM:
		if (!tms_form_cut(&path, &form))
			return false;
		break;
	}
	return tms_str_equal(path, route->path);
}

const struct route *tms_web_route(struct tms_str path)
{
	size_t count = 0;
	const struct route *rows = routes_all(&count);

	for (size_t i = 0; i < count; i++)
		if (is_of(&rows[i], path))
			return &rows[i];
	return NULL;
}

/* False, and answered, when this client may not ask. */
static bool lets(const struct route *route, const struct web_call *call)
{
	switch (route->who) {
	case ROUTE_ANYBODY:
		return true;
	case ROUTE_WATCHERS:
		if (limiter_lets_watch(
			    loops_rules(call->web->loops), call->exchange, call->request))
			return true;
		break;
	}
	answer_text(call->exchange, 403,
		TMS_STR("This is for the addresses that the setting metrics_networks names.\n"));
	return false;
}

void tms_web_handle(void *context, struct tms_exchange exchange, const struct tms_request *request)
{
	struct tms_web *web = context;
	const struct route *route = tms_web_route(request->path);
	unsigned methods = route ? route->methods : READING;

	if (!(methods >> request->method & 1)) {
		answer_not_allowed(exchange, methods);
		return;
	}
	if (!route) {
		answer_nothing(exchange);
		return;
	}
	const struct web_call call = { .web = web,
		.exchange = exchange,
		.request = request,
		.rest = tms_str_slice(request->path, route->path.len, SIZE_MAX),
		.kept = route->kept };
	if (!lets(route, &call))
		return;
	if (route->answer)
		route->answer(&call);
	else if (route->turn_now)
		turn_now(&call, route->turn_now);
	else
		turn_begin(&call, route->turn);
}

void tms_web_fini(struct tms_web *web)
{
	turns_fini(&web->turns);
}
