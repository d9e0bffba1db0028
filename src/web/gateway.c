/* The default gateways of this machine, from /proc/net/route and ipv6_route. */
#include "web/gateway.h"

#include <fcntl.h>
#include <unistd.h>

#define ROUTES_BYTES_MAX 16384 /* default routes of ordinary machines come first */
#define FIELDS_MAX 10
#define FLAG_GATEWAY 0x2 /* RTF_GATEWAY */

/* "0a1B", of an even number of digits. False when it is something else. */
static bool hex_bytes(struct tms_str digits, uint8_t *out, size_t count)
{
	if (digits.len != 2 * count)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		int value = tms_hex_value(digits.ptr[i]);
		if (value < 0)
			return false;
		out[i / 2] = (uint8_t)(i % 2 ? out[i / 2] | value : value << 4);
	}
	return true;
}

static bool is_zero(const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (bytes[i])
			return false;
	return true;
}

static void add(struct gateways *gateways, const struct tms_address *address)
{
	const struct tms_guard_policy public_only = { 0 };

	/* a public one is not somebody's own network */
	if (!tms_guard_refusal(&public_only, address) || gateways->count == GATEWAYS_MAX ||
		gateways_find(gateways, address) >= 0)
		return;
	gateways->list[gateways->count++] = *address;
}

/* Takes a line off the text; its fields between spaces and tabs. Returns how many. */
static size_t take_fields(struct tms_str *text, struct tms_str fields[FIELDS_MAX])
{
	size_t end = tms_str_find_byte(*text, '\n', 0);
	struct tms_str line = tms_str_slice(*text, 0, end);
	size_t count = 0;

	*text = tms_str_slice(*text, line.len + 1, text->len);
	for (size_t at = 0; at < line.len && count < FIELDS_MAX;) {
		size_t start = at;
		while (at < line.len && line.ptr[at] != ' ' && line.ptr[at] != '\t')
			at++;
		if (at > start)
			fields[count++] = tms_str_slice(line, start, at);
		else
			at++;
	}
	return count;
}

void gateways_add4(struct gateways *gateways, struct tms_str routes)
{
	struct tms_str fields[FIELDS_MAX];

	while (routes.len > 0) {
		uint8_t to[4], by[4], flags[2];
		/* Iface Destination Gateway Flags …, numbers as the machine has them in memory */
		if (take_fields(&routes, fields) < 4 || !hex_bytes(fields[1], to, 4) ||
			!hex_bytes(fields[2], by, 4) || !hex_bytes(fields[3], flags, 2) ||
			!is_zero(to, 4) || is_zero(by, 4) || !(flags[1] & FLAG_GATEWAY))
			continue;
		uint32_t number = (uint32_t)by[0] << 24 | (uint32_t)by[1] << 16 |
				  (uint32_t)by[2] << 8 | by[3];
		struct tms_address address = { .is_v6 = false };
		memcpy(address.bytes, &number, sizeof(number));
		add(gateways, &address);
	}
}

void gateways_add6(struct gateways *gateways, struct tms_str routes)
{
	struct tms_str fields[FIELDS_MAX];

	while (routes.len > 0) {
		struct tms_address address = { .is_v6 = true };
		uint8_t to[16], bits[1];
		/* destination, its length, source, its length, next hop, … */
		if (take_fields(&routes, fields) >= 5 && hex_bytes(fields[0], to, 16) &&
			hex_bytes(fields[1], bits, 1) && hex_bytes(fields[4], address.bytes, 16) &&
			bits[0] == 0 && is_zero(to, 16) && !is_zero(address.bytes, 16))
			add(gateways, &address);
	}
}

int gateways_find(const struct gateways *gateways, const struct tms_address *address)
{
	for (size_t i = 0; i < gateways->count; i++)
		if (gateways->list[i].is_v6 == address->is_v6 &&
			memcmp(gateways->list[i].bytes, address->bytes, address->is_v6 ? 16 : 4) ==
				0)
			return (int)i;
	return -1;
}

static struct tms_str read_routes(const char *path, char buffer[ROUTES_BYTES_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, buffer, ROUTES_BYTES_MAX);

	if (fd >= 0)
		close(fd);
	return (struct tms_str){ buffer, got > 0 ? (size_t)got : 0 };
}

void gateways_read(struct gateways *out)
{
	char buffer[ROUTES_BYTES_MAX];

	*out = (struct gateways){ 0 };
	gateways_add4(out, read_routes("/proc/net/route", buffer));
	gateways_add6(out, read_routes("/proc/net/ipv6_route", buffer));
}
