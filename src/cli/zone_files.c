/* Files of the zone database, each read once. */
#include "cli/zone_files.h"

#include <stdlib.h>

#include "cli/cli.h"

#define FOLDER "/usr/share/zoneinfo"

struct opened {
	const struct tms_zone *zone;
	struct opened *next;
};

/* What is kept as long as the process. */
struct files {
	struct tms_arena arena;
	struct opened *opened;
};

static const struct tms_zone *open_zone(
	struct files *files, struct tms_str name, struct tms_diag *diag)
{
	const char *folder = getenv("TZDIR");
	size_t mark = tms_arena_mark(&files->arena);
	struct opened *opened = TMS_ARENA_NEW(&files->arena, struct opened);
	struct tms_arena scratch = { 0 };
	struct tms_diag why = { 0 };
	struct tms_str bytes = { 0 };

	struct tms_str path = tms_arena_format(&scratch, "%s/%.*s",
		folder && folder[0] != '\0' ? folder : FOLDER, TMS_STR_ARGS(name));
	if (!opened || scratch.status != TMS_OK ||
		cli_read(&scratch, path.ptr, TMS_ZONE_BYTES_MAX, &bytes, &why) != TMS_OK ||
		tms_zone_read(&files->arena, name, bytes, &opened->zone, &why) != TMS_OK)
		tms_diag_set(diag, 0, 0,
			"there is no time zone \"%.*s\" in the zone database here (%s); expected a "
			"name such as Europe/Berlin",
			TMS_STR_ARGS(name), why.text);
	tms_arena_free(&scratch);
	if (!opened || !opened->zone) {
		/* names that are none leave nothing behind, and memory may be there next time */
		tms_arena_rewind(&files->arena, mark);
		files->arena.status = TMS_OK;
		return NULL;
	}
	opened->next = files->opened;
	files->opened = opened;
	return opened->zone;
}

static const struct tms_zone *find(void *context, struct tms_str name, struct tms_diag *diag)
{
	struct files *files = context;

	for (const struct opened *o = files->opened; o; o = o->next)
		if (tms_str_equal(tms_zone_name(o->zone), name))
			return o->zone;
	return open_zone(files, name, diag);
}

const struct tms_zones *zone_files(void)
{
	static struct files files;
	static const struct tms_zones zones = { find, &files };

	return &zones;
}
