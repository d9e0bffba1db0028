/* What the program carries with it: mapped with its code, read when it is looked at. */
#ifndef TAMIS_SHIPPED_SHIPPED_H
#define TAMIS_SHIPPED_SHIPPED_H

#include <tamis/query.h>

/** The packed model of <tamis/topic.h>. */
struct tms_str tms_shipped_topic_model(void);
/** The catalogue: the topic files of conf/topics, one behind the other. */
struct tms_str tms_shipped_topics(void);

/** The model and the catalogue, opened. {0} is closed. */
struct tms_shipped {
	struct tms_arena arena;
	struct tms_topic_list catalogue;
	struct tms_query_topics topics;
};

/** Borrowed by all that is parsed with it. TMS_OK, TMS_ENOMEM; TMS_EMALFORMED when the program was
 * built wrong; diag says where. Close it in every case. */
TMS_MUST_CHECK enum tms_status tms_shipped_open(struct tms_shipped *shipped, struct tms_diag *diag);
void tms_shipped_close(struct tms_shipped *shipped);

#endif
