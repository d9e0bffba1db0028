/*
 * What Tamis makes of zone files: for each line "NAME PATH" of standard input, and each moment from
 * the first argument up to the second in steps of the third, a line
 * "NAME MOMENT OFFSET DAY-START DAY-END".
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <tamis/zone.h>

static bool read_file(const char *path, char *bytes, size_t *len)
{
	FILE *file = fopen(path, "rb");

	if (!file)
		return false;
	*len = fread(bytes, 1, TMS_ZONE_BYTES_MAX, file);
	(void)fclose(file);
	return *len > 0;
}

static bool write_zone(const char *name, const char *path, const int64_t span[3])
{
	static char bytes[TMS_ZONE_BYTES_MAX];
	const struct tms_zone *zone = NULL;
	struct tms_arena arena = { 0 };
	struct tms_diag diag = { 0 };
	size_t len = 0;

	if (!read_file(path, bytes, &len)) {
		(void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return false;
	}
	if (tms_zone_read(&arena, tms_str_from(name), (struct tms_str){ bytes, len }, &zone,
		    &diag) != TMS_OK) {
		(void)fprintf(stderr, "%s\n", diag.text);
		return false;
	}
	for (tms_time t = span[0]; t < span[1]; t += span[2])
		(void)printf("%s %lld %d %lld %lld\n", name, (long long)t, tms_zone_offset(zone, t),
			(long long)tms_zone_day_start(zone, t),
			(long long)tms_zone_day_end(zone, t));
	tms_arena_free(&arena);
	return true;
}

int main(int argc, char **argv)
{
	char line[1024];
	int64_t span[3];

	for (int i = 0; i < 3; i++)
		if (argc != 4 || !tms_str_int64(tms_str_from(argv[i + 1]), &span[i])) {
			(void)fputs("usage: write_zones FROM UNTIL STEP < ZONES\n", stderr);
			return 2;
		}
	while (fgets(line, sizeof(line), stdin)) {
		char *space = strchr(line, ' ');
		line[strcspn(line, "\n")] = '\0';
		if (!space)
			return 2;
		*space = '\0';
		if (!write_zone(line, space + 1, span))
			return 1;
	}
	return 0;
}
