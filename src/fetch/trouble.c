/*
 * TLS fails for many reasons, which different people can do something about: the host's owner (an
 * old certificate), whoever wrote the address (another name, a port without TLS), this machine's
 * owner (no list of authorities). So each is told apart.
 */
#include "fetch/trouble.h"

#include <string.h>

#include <tamis/status.h>

#define UNKNOWN_AUTHORITY                                                                          \
	"the host's certificate comes from an authority that this machine does not know, "         \
	"or the host does not send the certificates between"

/* Numbers of X509_V_ERR_…: openssl/x509_vfy.h */
static const struct {
	long verified;
	const char *sentence;
} certificates[] = {
	{ 2, UNKNOWN_AUTHORITY },
	{ 9, "the host's certificate is not valid yet; is the clock of this machine right?" },
	{ 10, "the host's certificate has expired" },
	{ 18, "the host's certificate is signed by itself, and by no authority that this machine knows" },
	{ 19, UNKNOWN_AUTHORITY },
	{ 20, UNKNOWN_AUTHORITY },
	{ 21, UNKNOWN_AUTHORITY },
	{ 23, "the host's certificate was revoked" },
	{ 27, UNKNOWN_AUTHORITY },
	{ 62, "the host's certificate is for another name" },
	{ 64, "the host's certificate is for another address" },
	{ 66, "the host's certificate is too weak: its key is too short" },
	{ 67, "the host's certificate is too weak: a key of its authority is too short" },
	{ 68, "the host's certificate is too weak: it is signed in a way that is not safe any more" },
};

/* Words of OpenSSL about a handshake. */
static const struct {
	const char *word, *sentence;
} handshakes[] = {
	{ "wrong version number", "the host does not speak TLS at this port" },
	{ "packet length too long", "the host does not speak TLS at this port" },
	{ "http request", "the host does not speak TLS at this port" },
	{ "record layer failure", "the host does not speak TLS at this port" },
	{ "unsupported protocol",
		"the host speaks only versions of TLS that are not safe any more" },
	{ "protocol version", "the host speaks no version of TLS that this machine speaks" },
	{ "version too low", "the host speaks only versions of TLS that are not safe any more" },
	{ "key too small", "the host's key is too short to be safe" },
	{ "handshake failure",
		"the TLS handshake failed: the host accepts none of our ways to encrypt" },
	{ "insufficient security",
		"the TLS handshake failed: the host accepts none of our ways to encrypt" },
	{ "unrecognized name", "the host has no certificate for this name" },
	{ "internal error", "the TLS handshake failed: the host has an error" },
	{ "unexpected eof", "the connection broke off in the TLS handshake" },
	{ "SSL_ERROR_SYSCALL", "the connection broke off in the TLS handshake" },
	{ "reset by peer", "the connection broke off in the TLS handshake" },
};

static const char *of_certificate(long verified)
{
	for (size_t i = 0; i < TMS_COUNT(certificates); i++)
		if (certificates[i].verified == verified)
			return certificates[i].sentence;
	/* names are compared by libcurl, which leaves OpenSSL's verdict: good */
	return verified == 0 ? "the host's certificate is for another name"
			     : "the host's certificate could not be verified";
}

static const char *of_handshake(const char *curl_says)
{
	for (size_t i = 0; i < TMS_COUNT(handshakes); i++)
		if (strstr(curl_says, handshakes[i].word))
			return handshakes[i].sentence;
	return "the TLS handshake failed";
}

const char *fetch_trouble(CURLcode result, long verified, const char *curl_says)
{
	switch ((int)result) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return "the name of the host could not be resolved";
	case CURLE_COULDNT_CONNECT:
		return "the host refused the connection or could not be reached";
	case CURLE_OPERATION_TIMEDOUT:
		return "the host took too long (limits.connect_timeout, limits.total_timeout)";
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
		return "the answer broke off";
	case CURLE_PEER_FAILED_VERIFICATION:
		return of_certificate(verified);
	case CURLE_SSL_CONNECT_ERROR:
		return of_handshake(curl_says);
	case CURLE_SSL_CIPHER:
		return "the TLS handshake failed: the host accepts none of our ways to encrypt";
	case CURLE_SSL_CACERT_BADFILE:
		return "the authorities that this machine trusts cannot be read (ca-certificates)";
	case CURLE_BAD_CONTENT_ENCODING:
		return "the answer's compression is broken";
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_HTTP2:
		return "the answer is not HTTP";
	default:
		return "the exchange failed";
	}
}
