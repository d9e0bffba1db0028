/* X-Forwarded-For: the client's address, as far as trusted proxies say it. */
#include <tamis/forwarded.h>

static struct tms_address unmapped(const struct tms_address *address)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };
	struct tms_address plain = { .is_v6 = false };

	if (!address->is_v6 || memcmp(address->bytes, prefix, sizeof(prefix)) != 0)
		return *address;
	memcpy(plain.bytes, address->bytes + 12, 4);
	return plain;
}

bool tms_networks_contain(
	const struct tms_network *networks, size_t count, const struct tms_address *address)
{
	const struct tms_address plain = unmapped(address);

	for (size_t i = 0; i < count; i++)
		if (tms_network_contains(&networks[i], &plain))
			return true;
	return false;
}

/* Of what HTTP calls white space, and nothing else. */
static struct tms_str trim(struct tms_str s)
{
	while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = tms_str_slice(s, 1, s.len);
	while (s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* ":443" and nothing else. */
static bool is_port(struct tms_str s)
{
	unsigned port = 0;

	if (s.len < 2 || s.len > 6 || s.ptr[0] != ':')
		return false;
	for (size_t i = 1; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		port = port * 10 + (unsigned)(s.ptr[i] - '0');
	}
	return port <= UINT16_MAX;
}

static bool parse(struct tms_str s, struct tms_address *out)
{
	size_t colon = tms_str_find_byte(s, ':', 0);
	struct tms_address parsed;

	if (s.ptr[0] == '[') {
		size_t end = tms_str_find_byte(s, ']', 0);
		struct tms_str rest = tms_str_slice(s, end < s.len ? end + 1 : s.len, s.len);
		if (end >= s.len || (rest.len > 0 && !is_port(rest)) ||
			!tms_address_parse(tms_str_slice(s, 1, end), &parsed) || !parsed.is_v6)
			return false;
	} else if (!tms_address_parse(s, &parsed)) {
		/* IPv4 with a port: an IPv6 address without brackets has no place for one */
		if (colon >= s.len || !is_port(tms_str_slice(s, colon, s.len)) ||
			!tms_address_parse(tms_str_slice(s, 0, colon), &parsed) || parsed.is_v6)
			return false;
	}
	*out = unmapped(&parsed);
	return true;
}

enum tms_forwarded tms_forwarded_client(const struct tms_address *peer, struct tms_str list,
	const struct tms_network *trusted, size_t trusted_count, struct tms_address *out)
{
	struct tms_address client = { .is_v6 = false };
	bool has_client = peer != NULL;
	size_t looks = 0;

	if (peer) {
		client = unmapped(peer);
		if (!tms_networks_contain(trusted, trusted_count, &client))
			list = TMS_STR_NONE;
	}
	while (list.len > 0) {
		size_t start = list.len;
		while (start > 0 && list.ptr[start - 1] != ',')
			start--;
		struct tms_str element = trim(tms_str_slice(list, start, list.len));
		list.len = start > 0 ? start - 1 : 0;
		if (element.len == 0)
			continue;
		if (looks++ == TMS_FORWARDED_MAX || !parse(element, &client))
			return TMS_FORWARDED_UNKNOWN;
		has_client = true;
		if (!tms_networks_contain(trusted, trusted_count, &client))
			break;
	}
	if (!has_client)
		return TMS_FORWARDED_LOCAL;
	*out = client;
	return TMS_FORWARDED_ADDRESS;
}
