/* SSRF guard: addresses and networks parsed, and which of them may be connected to. */
#include <tamis/guard.h>

#include <arpa/inet.h>

#include <tamis/url.h>

#define URL_BYTES_MAX 2048

struct range {
	const char *network;
	const char *why;
};

/* Everything else of IPv4 may be reached. */
static const struct range refused_v4[] = {
	{ "0.0.0.0/8", "this network" },
	{ "10.0.0.0/8", "private (RFC 1918)" },
	{ "100.64.0.0/10", "shared address space (RFC 6598)" },
	{ "127.0.0.0/8", "loopback" },
	{ "169.254.0.0/16", "link-local; cloud metadata" },
	{ "172.16.0.0/12", "private (RFC 1918)" },
	{ "192.0.0.0/24", "IETF protocol assignments" },
	{ "192.0.2.0/24", "documentation" },
	{ "192.31.196.0/24", "AS112" },
	{ "192.52.193.0/24", "AMT" },
	{ "192.88.99.0/24", "6to4 relay" },
	{ "192.168.0.0/16", "private (RFC 1918)" },
	{ "192.175.48.0/24", "AS112" },
	{ "198.18.0.0/15", "benchmarking" },
	{ "198.51.100.0/24", "documentation" },
	{ "203.0.113.0/24", "documentation" },
	{ "224.0.0.0/4", "multicast" },
	{ "240.0.0.0/4", "reserved" },
	{ "168.63.129.16/32", "cloud platform" },
};

/* Of IPv6 only global unicast may be reached, without these. A list of refusals alone would fail
 * open. */
static const char global_unicast[] = "2000::/3";
static const struct range refused_v6[] = {
	{ "2001::/23", "IETF protocol assignments" },
	{ "2001:db8::/32", "documentation" },
	{ "2002::/16", "6to4" },
	{ "2620:4f:8000::/48", "AS112" },
	{ "3fff::/20", "documentation" },
};

bool tms_address_parse(struct tms_str text, struct tms_address *out)
{
	struct tms_address made = { 0 };
	char copy[INET6_ADDRSTRLEN];

	if (text.len == 0 || text.len >= sizeof(copy) || memchr(text.ptr, '\0', text.len))
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	made.is_v6 = memchr(copy, ':', text.len) != NULL;
	if (inet_pton(made.is_v6 ? AF_INET6 : AF_INET, copy, made.bytes) != 1)
		return false;
	*out = made;
	return true;
}

/* Compares the first `bits` bits. */
static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

enum tms_status tms_network_parse(
	struct tms_str text, struct tms_network *out, struct tms_diag *diag)
{
	struct tms_network made = { 0 };
	struct tms_address masked = { 0 };
	size_t slash = tms_str_find_byte(text, '/', 0);
	int64_t bits = -1;

	if (!tms_address_parse(tms_str_slice(text, 0, slash), &made.address)) {
		tms_diag_set(diag, 0, 0,
			"\"%.*s\" is not a network; write for example 192.168.7.0/24",
			TMS_STR_ARGS(text));
		return TMS_EINVAL;
	}
	int64_t most = made.address.is_v6 ? 128 : 32;
	if (slash == SIZE_MAX)
		bits = most;
	else if (!tms_str_int64(tms_str_slice(text, slash + 1, text.len), &bits) || bits < 0 ||
		 bits > most) {
		tms_diag_set(diag, 0, 0, "\"%.*s\": the prefix length is a number from 0 to %d",
			TMS_STR_ARGS(text), (int)most);
		return TMS_EINVAL;
	}
	made.prefix_bits = (uint8_t)bits;
	for (int64_t i = 0; i < bits; i++)
		masked.bytes[i / 8] |= made.address.bytes[i / 8] & (uint8_t)(0x80U >> (i % 8));
	if (memcmp(masked.bytes, made.address.bytes, sizeof(masked.bytes)) != 0) {
		tms_diag_set(diag, 0, 0, "\"%.*s\" has bits behind its prefix of %d",
			TMS_STR_ARGS(text), (int)bits);
		return TMS_EINVAL;
	}
	*out = made;
	return TMS_OK;
}

bool tms_network_contains(const struct tms_network *network, const struct tms_address *address)
{
	return network->address.is_v6 == address->is_v6 &&
	       same_bits(network->address.bytes, address->bytes, network->prefix_bits);
}

static bool in_range(const char *range, const struct tms_address *address)
{
	struct tms_network network = { 0 };

	return tms_network_parse(tms_str_from(range), &network, NULL) == TMS_OK &&
	       tms_network_contains(&network, address);
}

const char *tms_guard_refusal(
	const struct tms_guard_policy *policy, const struct tms_address *address)
{
	const struct range *ranges = address->is_v6 ? refused_v6 : refused_v4;
	size_t count = address->is_v6 ? TMS_COUNT(refused_v6) : TMS_COUNT(refused_v4);

	for (size_t i = 0; i < policy->allowed_count; i++)
		if (tms_network_contains(&policy->allowed[i], address))
			return NULL;
	if (address->is_v6 && !in_range(global_unicast, address))
		return "not global unicast";
	for (size_t i = 0; i < count; i++)
		if (in_range(ranges[i].network, address))
			return ranges[i].why;
	return NULL;
}

static enum tms_status refuse(struct tms_diag *diag, const char *why)
{
	tms_diag_set(diag, 0, 0, "%s", why);
	return TMS_EDENIED;
}

enum tms_status tms_guard_url(struct tms_str url, struct tms_diag *diag)
{
	size_t start = 0;

	if (url.len > URL_BYTES_MAX)
		return refuse(diag, "the address is longer than 2,048 bytes");
	for (size_t i = 0; i < url.len; i++)
		if ((unsigned char)url.ptr[i] <= ' ' || (unsigned char)url.ptr[i] >= 0x7f)
			return refuse(diag,
				"the address holds a space, a control or a non-ASCII character; "
				"percent-encode it");
	if (tms_str_starts_caseless(url, TMS_STR("http://")))
		start = 7;
	else if (tms_str_starts_caseless(url, TMS_STR("https://")))
		start = 8;
	else
		return refuse(diag, "only http:// and https:// addresses are fetched");
	struct tms_str rest = tms_str_slice(url, start, url.len);
	size_t end = 0;
	while (end < rest.len && !strchr("/?#", rest.ptr[end]))
		end++;
	struct tms_str authority = tms_str_slice(rest, 0, end);
	if (authority.len == 0)
		return refuse(diag, "the address names no host");
	if (tms_str_find_byte(authority, '@', 0) != SIZE_MAX)
		return refuse(diag, "the address carries a user name; it would show in logs");
	if (tms_str_find_byte(authority, '%', 0) != SIZE_MAX ||
		tms_str_find_byte(authority, '\\', 0) != SIZE_MAX)
		return refuse(diag, "the host of the address holds % or \\");
	size_t colon = tms_str_find_byte(authority, ':', 0);
	size_t bracket = tms_str_find_byte(authority, ']', 0);
	if (bracket != SIZE_MAX)
		colon = tms_str_find_byte(authority, ':', bracket);
	if (colon != SIZE_MAX) {
		int64_t port = 0;
		if (!tms_str_int64(tms_str_slice(authority, colon + 1, authority.len), &port) ||
			port < 1 || port > 65535)
			return refuse(diag, "the port of the address is a number from 1 to 65535");
	}
	/* what other readers of addresses could take apart differently is not asked for at all */
	if (!tms_url_is_http(url))
		return refuse(diag, "the host of the address is none; brackets hold IPv6 alone");
	return TMS_OK;
}
