/* Where the next page of a list is: what a selector finds, or an address with a number in it. */
#include <tamis/listing.h>

#include "recipe_private.h"

static struct tms_str numbered_page(struct recipe_run *run)
{
	const struct tms_recipe *recipe = run->program.recipe;
	struct tms_str rest = recipe->page_url.text;
	struct tms_buf url = { .max = TMS_ITEM_URL_BYTES_MAX };
	int64_t number = recipe->page_first + recipe->page_step * (int64_t)(run->page + 1);

	for (;;) {
		size_t at = tms_str_find(rest, TMS_STR("{page}"), 0);
		tms_buf_add(&url, tms_str_slice(rest, 0, at));
		if (at == SIZE_MAX)
			break;
		tms_buf_format(&url, "%lld", (long long)number);
		rest = tms_str_slice(rest, at + 6, rest.len);
	}
	struct tms_str made = build_url(run->b, run->b->url, tms_buf_str(&url));
	/* what came without an address may still be told */
	if (made.len == 0 && run->b->url.len == 0)
		made = tms_arena_copy(run->b->arena, tms_buf_str(&url));
	tms_buf_free(&url);
	return made;
}

void recipe_find_next(struct recipe_run *run)
{
	const struct tms_recipe *recipe = run->program.recipe;
	struct recipe_result found = { 0 };
	struct tms_str url = { 0 };

	if ((int64_t)run->page + 1 >= recipe->pages || run->report->items == 0)
		return;
	if (recipe->page_url.text.len > 0) {
		url = numbered_page(run);
	} else if (run->layout->next.count > 0) {
		run->b->is_fleeting = true;
		if (!run->layout->is_json)
			run->place.node = (struct tms_xpath_node){ .node = run->place.document };
		run->place.value = run->place.root;
		recipe_evaluate(run, &run->layout->next, TMS_RECIPE_PART, &found);
		if (found.count > 0)
			url = build_url(run->b, run->b->base, found.values[0].text);
		run->b->is_fleeting = false;
	}
	run->b->listing->next_url = run->report->next_url = url;
}
