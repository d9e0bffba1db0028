/*
 * Bytes of any charset to UTF-8.
 * Source: RFC 7303 section 3 and XML 1.0 appendix F for XML; WHATWG Encoding and HTML (sniffing)
 * for HTML and labels.
 */
#ifndef TAMIS_CHARSET_H
#define TAMIS_CHARSET_H

#include <tamis/arena.h>
#include <tamis/diag.h>
#include <tamis/steps.h>

/** What decoding may cost, in steps (tamis/steps.h): below 1 for each byte where a charset fits, 2
 * where every byte is broken. */
#define TMS_CHARSET_STEPS_PER_BYTE 8
#define TMS_CHARSET_STEPS_LEAST 65536

/** What the bytes are said to be decides where a charset may be named. */
enum tms_charset_kind {
	TMS_CHARSET_XML, /* BOM (RFC 7303 section 3.3), Content-Type, XML declaration, else UTF-8 */
	TMS_CHARSET_HTML, /* BOM, Content-Type, <meta> in the first 1,024 bytes, else UTF-8 */
	TMS_CHARSET_TEXT, /* BOM, Content-Type, else UTF-8 */
};

enum tms_charset_source {
	TMS_CHARSET_FROM_DEFAULT,
	TMS_CHARSET_FROM_HEADER,
	TMS_CHARSET_FROM_BOM,
	TMS_CHARSET_FROM_DOCUMENT, /* XML declaration or <meta> */
	TMS_CHARSET_FROM_BYTES,    /* what the bytes look like */
};

struct tms_charset_input {
	struct tms_str body;
	struct tms_str content_type; /* value of the header; may be empty */
	enum tms_charset_kind kind;
	size_t max_bytes;        /* of the UTF-8; 0: 40 MiB */
	struct tms_steps *steps; /* left to take, less by what was taken afterwards; NULL: as many
				    as the constants above allow */
};

struct tms_charset_info {
	const char *name; /* the charset used, in lower case; static */
	enum tms_charset_source source;
	bool conflict; /* two places named different charsets, or the first choice could not decode
			  the bytes */
	size_t replaced; /* U+FFFD written for broken bytes and for characters that XML forbids */
	struct tms_str refused; /* a label, as it is written, that does not fit the bytes or is not
				   known; borrowed from the input; empty: none */
	bool refused_of_header; /* it stands in the header; else in the document */
};

/**
 * Decode to UTF-8 without a BOM, always valid and free of characters that XML forbids.
 * The charsets named are tried in the order that their kind gives, then UTF-8, then what the bytes
 * look like, and the first that decodes all bytes is used; if none does, the first one with
 * replacements. UTF-8 bytes that are labelled Latin-1 are read as UTF-8; bytes that hold no UTF-8
 * and look like nothing else are read as windows-1252.
 * Unknown and disallowed names (UTF-7 among them) are passed over. *out is borrowed from the body
 * when nothing had to change. info and diag may be NULL. TMS_OK, TMS_ELIMIT, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_charset_to_utf8(struct tms_arena *arena,
	const struct tms_charset_input *input, struct tms_str *out, struct tms_charset_info *info,
	struct tms_diag *diag);

/** The charset that a label means ("latin1" → "windows-1252"), or NULL when it is not on the list.
 * Static. */
const char *tms_charset_find(struct tms_str label);

#endif
