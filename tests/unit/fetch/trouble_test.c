#include "test.h"

#include <tamis/status.h>

#include "fetch/trouble.h"

static void each_trouble_of_tls_is_told_as_what_it_is(void **state)
{
	static const struct {
		CURLcode result;
		long verified;
		const char *curl_says, *word;
	} rows[] = {
		{ CURLE_PEER_FAILED_VERIFICATION, 10, "SSL certificate problem", "has expired" },
		{ CURLE_PEER_FAILED_VERIFICATION, 9, "SSL certificate problem", "not valid yet" },
		{ CURLE_PEER_FAILED_VERIFICATION, 18, "SSL certificate problem",
			"signed by itself" },
		{ CURLE_PEER_FAILED_VERIFICATION, 19, "SSL certificate problem", "authority" },
		{ CURLE_PEER_FAILED_VERIFICATION, 20, "SSL certificate problem", "authority" },
		{ CURLE_PEER_FAILED_VERIFICATION, 23, "SSL certificate problem", "revoked" },
		{ CURLE_PEER_FAILED_VERIFICATION, 0,
			"SSL: no alternative certificate subject name matches target host name 'x'",
			"another name" },
		{ CURLE_PEER_FAILED_VERIFICATION, 62, "SSL certificate problem", "another name" },
		{ CURLE_PEER_FAILED_VERIFICATION, 66, "SSL certificate problem", "too weak" },
		{ CURLE_PEER_FAILED_VERIFICATION, 99, "SSL certificate problem",
			"could not be verified" },
		{ CURLE_SSL_CONNECT_ERROR, 0, "error:0A00010B:SSL routines::wrong version number",
			"does not speak TLS" },
		{ CURLE_SSL_CONNECT_ERROR, 0, "error:0A000102:SSL routines::unsupported protocol",
			"not safe any more" },
		{ CURLE_SSL_CONNECT_ERROR, 0,
			"error:0A00042E:SSL routines::tlsv1 alert protocol version",
			"no version of TLS" },
		{ CURLE_SSL_CONNECT_ERROR, 0,
			"error:0A000410:SSL routines::sslv3 alert handshake failure",
			"ways to encrypt" },
		{ CURLE_SSL_CONNECT_ERROR, 0, "OpenSSL SSL_connect: Connection reset by peer",
			"broke off" },
		{ CURLE_SSL_CONNECT_ERROR, 0,
			"error:0A000126:SSL routines::unexpected eof while reading", "broke off" },
		{ CURLE_SSL_CONNECT_ERROR, 0, "", "handshake failed" },
		{ CURLE_SSL_CACERT_BADFILE, 0, "", "cannot be read" },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		const char *told =
			fetch_trouble(rows[i].result, rows[i].verified, rows[i].curl_says);
		if (!strstr(told, rows[i].word))
			fail_msg("%s (%ld): \"%s\"", rows[i].word, rows[i].verified, told);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_trouble_of_tls_is_told_as_what_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
