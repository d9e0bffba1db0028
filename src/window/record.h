/* Versions of records: what changed is told by comparing them. */
#ifndef TAMIS_WINDOW_RECORD_H
#define TAMIS_WINDOW_RECORD_H

#include <tamis/record.h>

/** Of everything that a feed can show or ask for, and of nothing that merely says when we last
 * looked. The same data gives the same version, in any process; never 0. */
uint64_t record_version(const struct tms_record *record);
/** Of a sighting whose categories are joined: the same categories give the same version, in any
 * process. */
uint64_t record_categories_version(const struct tms_sighting *said);

#endif
