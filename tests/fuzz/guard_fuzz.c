/*
 * Any bytes as an address, a network and a URL: what is taken is one address only, a network holds
 * itself, and a URL that may be asked for holds nothing that another reader could take apart
 * differently. Lines of the input: the address (and what a proxy
 * says), the network, the URL.
 */
#include <stdlib.h>

#include <arpa/inet.h>

#include <tamis/forwarded.h>
#include <tamis/url.h>

#include "promise.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* An IPv4 address wrapped in IPv6 is never a way around the table. */
static void wrap(const struct tms_address *address)
{
	static const struct tms_guard_policy nothing = { 0 };
	struct tms_address mapped = { .bytes = { [10] = 0xff, [11] = 0xff }, .is_v6 = true };
	struct tms_address translated = { .bytes = { 0, 0x64, 0xff, 0x9b }, .is_v6 = true };

	memcpy(mapped.bytes + 12, address->bytes, 4);
	memcpy(translated.bytes + 12, address->bytes, 4);
	PROMISE(tms_guard_refusal(&nothing, &mapped));
	PROMISE(tms_guard_refusal(&nothing, &translated));
}

static void address(struct tms_str text)
{
	static const struct tms_guard_policy nothing = { 0 };
	struct tms_address read, again;
	char written[INET6_ADDRSTRLEN];

	if (!tms_address_parse(text, &read))
		return;
	PROMISE(inet_ntop(read.is_v6 ? AF_INET6 : AF_INET, read.bytes, written, sizeof(written)));
	PROMISE(tms_address_parse(tms_str_from(written), &again));
	PROMISE(again.is_v6 == read.is_v6 &&
		memcmp(again.bytes, read.bytes, read.is_v6 ? 16 : 4) == 0);
	const struct tms_network alone = { read, read.is_v6 ? 128 : 32 };
	const struct tms_guard_policy allows = { &alone, 1 };
	PROMISE(tms_network_contains(&alone, &read));
	PROMISE(!tms_guard_refusal(&allows, &read));
	if (!read.is_v6)
		wrap(&read);
	else if ((read.bytes[0] & 0xe0) != 0x20)
		PROMISE(tms_guard_refusal(&nothing, &read));
}

static void network(struct tms_str text)
{
	struct tms_diag diag = { 0 };
	struct tms_network read;

	if (tms_network_parse(text, &read, &diag) != TMS_OK) {
		PROMISE(diag.text[0]);
		return;
	}
	size_t bits = read.address.is_v6 ? 128 : 32;
	PROMISE(read.prefix_bits <= bits && tms_network_contains(&read, &read.address));
	for (size_t i = read.prefix_bits; i < bits; i++)
		PROMISE(!(read.address.bytes[i / 8] & 0x80 >> i % 8));
	struct tms_address other = read.address;
	if (read.prefix_bits > 0) {
		other.bytes[(read.prefix_bits - 1) / 8] ^=
			(uint8_t)(0x80 >> (read.prefix_bits - 1) % 8);
		PROMISE(!tms_network_contains(&read, &other));
	}
	other.is_v6 = !other.is_v6;
	PROMISE(!tms_network_contains(&read, &other));
}

/* The line as what proxies say: a stranger is never believed, and who is found is behind the proxies. */
static void forwarded(struct tms_str text)
{
	static const struct tms_address stranger = { .bytes = { 203, 0, 113, 7 } },
					proxy = { .bytes = { 10, 1, 2, 3 } };
	static const struct tms_network own = { .address = { .bytes = { 10 } }, .prefix_bits = 8 };
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct tms_address client;

	PROMISE(tms_forwarded_client(&stranger, text, &own, 1, &client) == TMS_FORWARDED_ADDRESS);
	PROMISE(memcmp(client.bytes, stranger.bytes, 4) == 0 && !client.is_v6);
	if (tms_forwarded_client(&proxy, text, &own, 1, &client) == TMS_FORWARDED_ADDRESS)
		PROMISE(!client.is_v6 || memcmp(client.bytes, mapped, sizeof(mapped)) != 0);
	PROMISE(tms_forwarded_client(NULL, text, &own, 1, &client) != TMS_FORWARDED_LOCAL ||
		tms_forwarded_client(&proxy, text, &own, 1, &client) == TMS_FORWARDED_ADDRESS);
}

static void url(struct tms_str text)
{
	struct tms_diag diag = { 0 };

	if (tms_guard_url(text, &diag) != TMS_OK) {
		PROMISE(diag.text[0]);
		return;
	}
	PROMISE(text.len <= 2048 && tms_url_is_http(text));
	for (size_t i = 0; i < text.len; i++)
		PROMISE((uint8_t)text.ptr[i] > 0x20 && (uint8_t)text.ptr[i] < 0x7f);
	struct tms_str rest =
		tms_str_slice(text, tms_str_find(text, TMS_STR("//"), 0) + 2, text.len);
	for (size_t i = 0;
		i < rest.len && rest.ptr[i] != '/' && rest.ptr[i] != '?' && rest.ptr[i] != '#'; i++)
		PROMISE(rest.ptr[i] != '@' && rest.ptr[i] != '%' && rest.ptr[i] != '\\');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct tms_str input = { (const char *)bytes, size }, line = { 0 };

	if (tms_str_split(&input, '\n', &line)) {
		address(line);
		forwarded(line);
	}
	if (tms_str_split(&input, '\n', &line))
		network(line);
	url(input);
	return 0;
}
