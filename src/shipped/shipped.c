/* Files linked into the program: the packed topic model and the catalogue of topics. */
#include "shipped.h"

#include <stdint.h>

extern const char tms_shipped_model[], tms_shipped_model_end[];
extern const char tms_shipped_catalogue[], tms_shipped_catalogue_end[];

/* As numbers: for the compiler the two symbols are objects of their own. */
static struct tms_str between(const char *start, const char *end)
{
	return (struct tms_str){ start, (size_t)((uintptr_t)end - (uintptr_t)start) };
}

struct tms_str tms_shipped_topic_model(void)
{
	return between(tms_shipped_model, tms_shipped_model_end);
}

struct tms_str tms_shipped_topics(void)
{
	return between(tms_shipped_catalogue, tms_shipped_catalogue_end);
}

enum tms_status tms_shipped_open(struct tms_shipped *shipped, struct tms_diag *diag)
{
	*shipped = (struct tms_shipped){ 0 };
	enum tms_status st = tms_topic_file_parse(
		&shipped->arena, tms_shipped_topics(), &shipped->catalogue, diag);

	if (st == TMS_OK)
		st = tms_topic_model_open(tms_shipped_topic_model(), &shipped->topics.model, diag);
	shipped->topics.scorer = tms_topic_scorer_find(TMS_TOPIC_SCORER_DEFAULT);
	shipped->topics.lists = &shipped->catalogue;
	shipped->topics.lists_count = 1;
	return st == TMS_ELIMIT ? TMS_EMALFORMED : st;
}

void tms_shipped_close(struct tms_shipped *shipped)
{
	tms_topic_model_free(shipped->topics.model);
	tms_arena_free(&shipped->arena);
	*shipped = (struct tms_shipped){ 0 };
}
