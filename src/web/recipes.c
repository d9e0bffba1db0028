/* The recipes that sources may name, in lines: /recipes; and the text of one that comes with
 * Tamis: /recipes/NAME. */
#include <tamis/recipe_file.h>

#include "web/web_private.h"

/* "NAME, where it is from, the sources that it reads" */
static void add_line(struct tms_buf *buf, const struct tms_service *service, struct tms_str name,
	const char *origin)
{
	const char *divider = "";

	tms_buf_format(buf, "%.*s\t%s\t", TMS_STR_ARGS(name), origin);
	for (size_t i = 0; i < service->sources.count; i++) {
		const struct tms_conf_source *conf = service->sources.list[i]->conf;
		if (!conf || !conf->recipe || !tms_str_equal(conf->recipe->name, name))
			continue;
		tms_buf_format(buf, "%s%.*s", divider, TMS_STR_ARGS(conf->name));
		divider = ",";
	}
	tms_buf_add_char(buf, '\n');
}

static bool is_configured(const struct tms_conf *conf, struct tms_str name)
{
	for (size_t i = 0; i < conf->recipes_count; i++)
		if (tms_str_equal(conf->recipes[i]->name, name))
			return true;
	return false;
}

void web_recipes(const struct web_call *call)
{
	const struct tms_service *service = call->web->service;
	const struct tms_conf *conf = service->world.conf;
	struct tms_buf buf = { 0 };
	size_t count = 0;
	const struct tms_recipe_shipped *shipped = tms_recipes_shipped(&count);

	for (size_t i = 0; i < conf->recipes_count; i++)
		add_line(&buf, service, conf->recipes[i]->name, "configured");
	for (size_t i = 0; i < count; i++)
		if (!is_configured(conf, shipped[i].name))
			add_line(&buf, service, shipped[i].name, "shipped");
	answer_words(call->exchange, &buf);
	tms_buf_free(&buf);
}

void web_recipe(const struct web_call *call)
{
	const struct tms_recipe_shipped *shipped = tms_recipe_shipped_find(call->rest);

	if (is_configured(call->web->service->world.conf, call->rest))
		answer_text(call->exchange, 403,
			TMS_STR("This recipe is one of the configuration, whose text is not shown."));
	else if (shipped)
		answer_text(call->exchange, 200, shipped->yaml);
	else
		answer_text(call->exchange, 404,
			TMS_STR("There is no recipe of this name; /recipes names all."));
}
