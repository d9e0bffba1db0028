/* What the program carries with it: mapped with its code, read from the disk when it is looked at. */
#ifndef TAMIS_SHIPPED_H
#define TAMIS_SHIPPED_H

#include <tamis/str.h>

/** The packed model of <tamis/topic.h>. */
struct tms_str tms_shipped_topic_model(void);
/** The catalogue: the topic files of conf/topics, one behind the other. */
struct tms_str tms_shipped_topics(void);

#endif
