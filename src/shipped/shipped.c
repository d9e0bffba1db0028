#include "shipped.h"

extern const char tms_shipped_model[], tms_shipped_model_end[];
extern const char tms_shipped_catalogue[], tms_shipped_catalogue_end[];

struct tms_str tms_shipped_topic_model(void)
{
	return (struct tms_str){ tms_shipped_model,
		(size_t)(tms_shipped_model_end - tms_shipped_model) };
}

struct tms_str tms_shipped_topics(void)
{
	return (struct tms_str){ tms_shipped_catalogue,
		(size_t)(tms_shipped_catalogue_end - tms_shipped_catalogue) };
}
