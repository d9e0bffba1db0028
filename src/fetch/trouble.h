/* Why an exchange failed, in words for people. */
#ifndef TAMIS_FETCH_TROUBLE_H
#define TAMIS_FETCH_TROUBLE_H

#include <curl/curl.h>

/**
 * The sentence for a failure of libcurl; static. It holds nothing that the host wrote.
 * verified   of CURLINFO_SSL_VERIFYRESULT: the X509_V_ERR_… number of OpenSSL, 0: none
 * curl_says  what libcurl wrote into its error buffer; only looked into
 */
const char *fetch_trouble(CURLcode result, long verified, const char *curl_says);

#endif
