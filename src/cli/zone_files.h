/* Time zones, from the files of this machine's zone database. */
#ifndef TAMIS_CLI_ZONE_FILES_H
#define TAMIS_CLI_ZONE_FILES_H

#include <tamis/zone.h>

/**
 * The zones of the folder that TZDIR names, else /usr/share/zoneinfo. Each is read when it is first
 * asked for and kept as long as the process, because configurations come and go and what was read
 * with one lives on. For one thread.
 */
const struct tms_zones *zone_files(void);

#endif
