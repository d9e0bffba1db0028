/* Character references. Source: HTML 4.01 section 24, and apos of XHTML. */
#include "html_entity.h"

#include <tamis/utf8.h>

#define LONGEST_NAME 10 /* "thetasym" and its like, with room */

/* In the order of their bytes. A walk through all of them for each "&" would be most of what it
 * costs to read a text that is full of them. */
static const struct {
	char name[9];
	uint16_t code_point;
} entities[] = {
	{ "AElig", 198 },
	{ "Aacute", 193 },
	{ "Acirc", 194 },
	{ "Agrave", 192 },
	{ "Alpha", 913 },
	{ "Aring", 197 },
	{ "Atilde", 195 },
	{ "Auml", 196 },
	{ "Beta", 914 },
	{ "Ccedil", 199 },
	{ "Chi", 935 },
	{ "Dagger", 8225 },
	{ "Delta", 916 },
	{ "ETH", 208 },
	{ "Eacute", 201 },
	{ "Ecirc", 202 },
	{ "Egrave", 200 },
	{ "Epsilon", 917 },
	{ "Eta", 919 },
	{ "Euml", 203 },
	{ "Gamma", 915 },
	{ "Iacute", 205 },
	{ "Icirc", 206 },
	{ "Igrave", 204 },
	{ "Iota", 921 },
	{ "Iuml", 207 },
	{ "Kappa", 922 },
	{ "Lambda", 923 },
	{ "Mu", 924 },
	{ "Ntilde", 209 },
	{ "Nu", 925 },
	{ "OElig", 338 },
	{ "Oacute", 211 },
	{ "Ocirc", 212 },
	{ "Ograve", 210 },
	{ "Omega", 937 },
	{ "Omicron", 927 },
	{ "Oslash", 216 },
	{ "Otilde", 213 },
	{ "Ouml", 214 },
	{ "Phi", 934 },
	{ "Pi", 928 },
	{ "Prime", 8243 },
	{ "Psi", 936 },
	{ "Rho", 929 },
	{ "Scaron", 352 },
	{ "Sigma", 931 },
	{ "THORN", 222 },
	{ "Tau", 932 },
	{ "Theta", 920 },
	{ "Uacute", 218 },
	{ "Ucirc", 219 },
	{ "Ugrave", 217 },
	{ "Upsilon", 933 },
	{ "Uuml", 220 },
	{ "Xi", 926 },
	{ "Yacute", 221 },
	{ "Yuml", 376 },
	{ "Zeta", 918 },
	{ "aacute", 225 },
	{ "acirc", 226 },
	{ "acute", 180 },
	{ "aelig", 230 },
	{ "agrave", 224 },
	{ "alefsym", 8501 },
	{ "alpha", 945 },
	{ "amp", 38 },
	{ "and", 8743 },
	{ "ang", 8736 },
	{ "apos", 39 },
	{ "aring", 229 },
	{ "asymp", 8776 },
	{ "atilde", 227 },
	{ "auml", 228 },
	{ "bdquo", 8222 },
	{ "beta", 946 },
	{ "brvbar", 166 },
	{ "bull", 8226 },
	{ "cap", 8745 },
	{ "ccedil", 231 },
	{ "cedil", 184 },
	{ "cent", 162 },
	{ "chi", 967 },
	{ "circ", 710 },
	{ "clubs", 9827 },
	{ "cong", 8773 },
	{ "copy", 169 },
	{ "crarr", 8629 },
	{ "cup", 8746 },
	{ "curren", 164 },
	{ "dArr", 8659 },
	{ "dagger", 8224 },
	{ "darr", 8595 },
	{ "deg", 176 },
	{ "delta", 948 },
	{ "diams", 9830 },
	{ "divide", 247 },
	{ "eacute", 233 },
	{ "ecirc", 234 },
	{ "egrave", 232 },
	{ "empty", 8709 },
	{ "emsp", 8195 },
	{ "ensp", 8194 },
	{ "epsilon", 949 },
	{ "equiv", 8801 },
	{ "eta", 951 },
	{ "eth", 240 },
	{ "euml", 235 },
	{ "euro", 8364 },
	{ "exist", 8707 },
	{ "fnof", 402 },
	{ "forall", 8704 },
	{ "frac12", 189 },
	{ "frac14", 188 },
	{ "frac34", 190 },
	{ "frasl", 8260 },
	{ "gamma", 947 },
	{ "ge", 8805 },
	{ "gt", 62 },
	{ "hArr", 8660 },
	{ "harr", 8596 },
	{ "hearts", 9829 },
	{ "hellip", 8230 },
	{ "iacute", 237 },
	{ "icirc", 238 },
	{ "iexcl", 161 },
	{ "igrave", 236 },
	{ "image", 8465 },
	{ "infin", 8734 },
	{ "int", 8747 },
	{ "iota", 953 },
	{ "iquest", 191 },
	{ "isin", 8712 },
	{ "iuml", 239 },
	{ "kappa", 954 },
	{ "lArr", 8656 },
	{ "lambda", 955 },
	{ "lang", 9001 },
	{ "laquo", 171 },
	{ "larr", 8592 },
	{ "lceil", 8968 },
	{ "ldquo", 8220 },
	{ "le", 8804 },
	{ "lfloor", 8970 },
	{ "lowast", 8727 },
	{ "loz", 9674 },
	{ "lrm", 8206 },
	{ "lsaquo", 8249 },
	{ "lsquo", 8216 },
	{ "lt", 60 },
	{ "macr", 175 },
	{ "mdash", 8212 },
	{ "micro", 181 },
	{ "middot", 183 },
	{ "minus", 8722 },
	{ "mu", 956 },
	{ "nabla", 8711 },
	{ "nbsp", 160 },
	{ "ndash", 8211 },
	{ "ne", 8800 },
	{ "ni", 8715 },
	{ "not", 172 },
	{ "notin", 8713 },
	{ "nsub", 8836 },
	{ "ntilde", 241 },
	{ "nu", 957 },
	{ "oacute", 243 },
	{ "ocirc", 244 },
	{ "oelig", 339 },
	{ "ograve", 242 },
	{ "oline", 8254 },
	{ "omega", 969 },
	{ "omicron", 959 },
	{ "oplus", 8853 },
	{ "or", 8744 },
	{ "ordf", 170 },
	{ "ordm", 186 },
	{ "oslash", 248 },
	{ "otilde", 245 },
	{ "otimes", 8855 },
	{ "ouml", 246 },
	{ "para", 182 },
	{ "part", 8706 },
	{ "permil", 8240 },
	{ "perp", 8869 },
	{ "phi", 966 },
	{ "pi", 960 },
	{ "piv", 982 },
	{ "plusmn", 177 },
	{ "pound", 163 },
	{ "prime", 8242 },
	{ "prod", 8719 },
	{ "prop", 8733 },
	{ "psi", 968 },
	{ "quot", 34 },
	{ "rArr", 8658 },
	{ "radic", 8730 },
	{ "rang", 9002 },
	{ "raquo", 187 },
	{ "rarr", 8594 },
	{ "rceil", 8969 },
	{ "rdquo", 8221 },
	{ "real", 8476 },
	{ "reg", 174 },
	{ "rfloor", 8971 },
	{ "rho", 961 },
	{ "rlm", 8207 },
	{ "rsaquo", 8250 },
	{ "rsquo", 8217 },
	{ "sbquo", 8218 },
	{ "scaron", 353 },
	{ "sdot", 8901 },
	{ "sect", 167 },
	{ "shy", 173 },
	{ "sigma", 963 },
	{ "sigmaf", 962 },
	{ "sim", 8764 },
	{ "spades", 9824 },
	{ "sub", 8834 },
	{ "sube", 8838 },
	{ "sum", 8721 },
	{ "sup", 8835 },
	{ "sup1", 185 },
	{ "sup2", 178 },
	{ "sup3", 179 },
	{ "supe", 8839 },
	{ "szlig", 223 },
	{ "tau", 964 },
	{ "there4", 8756 },
	{ "theta", 952 },
	{ "thetasym", 977 },
	{ "thinsp", 8201 },
	{ "thorn", 254 },
	{ "tilde", 732 },
	{ "times", 215 },
	{ "trade", 8482 },
	{ "uArr", 8657 },
	{ "uacute", 250 },
	{ "uarr", 8593 },
	{ "ucirc", 251 },
	{ "ugrave", 249 },
	{ "uml", 168 },
	{ "upsih", 978 },
	{ "upsilon", 965 },
	{ "uuml", 252 },
	{ "weierp", 8472 },
	{ "xi", 958 },
	{ "yacute", 253 },
	{ "yen", 165 },
	{ "yuml", 255 },
	{ "zeta", 950 },
	{ "zwj", 8205 },
	{ "zwnj", 8204 },
};

/* Nearly all that are ever asked for. */
static uint32_t common(struct tms_str name)
{
	switch (name.len) {
	case 2:
		return name.ptr[1] != 't'   ? 0
		       : name.ptr[0] == 'l' ? '<'
		       : name.ptr[0] == 'g' ? '>'
					    : 0;
	case 3:
		return memcmp(name.ptr, "amp", 3) == 0 ? '&' : 0;
	case 4:
		if (memcmp(name.ptr, "quot", 4) == 0)
			return '"';
		return memcmp(name.ptr, "nbsp", 4) == 0 ? 0xa0 : 0;
	default:
		return 0;
	}
}

uint32_t html_entity_find(struct tms_str name)
{
	uint32_t found = common(name);
	if (found)
		return found;
	size_t low = 0, high = TMS_COUNT(entities);

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = tms_str_compare(name, tms_str_from(entities[middle].name));
		if (order == 0)
			return entities[middle].code_point;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return 0;
}

/* What browsers show for the controls 128 to 159: windows-1252. Source: WHATWG HTML, numeric
 * character references. */
static const uint16_t windows_1252[32] = { 0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020,
	0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d, 0x8f, 0x90, 0x2018, 0x2019,
	0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,
	0x017e, 0x0178 };

uint32_t html_windows_1252(uint32_t control)
{
	return windows_1252[control - 0x80];
}

static uint32_t numeric(struct tms_str s, size_t *bytes)
{
	bool hex = s.len > 1 && (s.ptr[1] == 'x' || s.ptr[1] == 'X');
	size_t start = hex ? 2 : 1, at = start;
	uint32_t value = 0;

	for (; at < s.len; at++) {
		int digit = tms_hex_value(s.ptr[at]);
		if (digit < 0 || (!hex && digit > 9))
			break;
		value = value * (hex ? 16 : 10) + (uint32_t)digit;
		value = value > 0x110000 ? 0x110000 : value;
	}
	if (at == start)
		return 0;
	*bytes = at + (at < s.len && s.ptr[at] == ';');
	if (value >= 0x80 && value < 0xa0)
		return html_windows_1252(value);
	return value != 0 && tms_utf8_is_xml_char(value) ? value : TMS_UTF8_REPLACEMENT;
}

uint32_t html_reference(struct tms_str s, size_t *bytes)
{
	size_t len = 0;

	if (s.len > 0 && s.ptr[0] == '#')
		return numeric(s, bytes);
	while (len < s.len && len < LONGEST_NAME && tms_is_alnum(s.ptr[len]))
		len++;
	uint32_t found = html_entity_find(tms_str_slice(s, 0, len));
	if (!found)
		return 0;
	bool ended = len < s.len && s.ptr[len] == ';';
	bool goes_on = len < s.len && (s.ptr[len] == '=' || tms_is_alnum(s.ptr[len]));
	/* the old ones, of Latin-1, count without their ";" too; but not in ?a=1&copy=2 */
	if (!ended && (found > 255 || found == '\'' || goes_on))
		return 0;
	*bytes = len + ended;
	return found;
}

void html_decode(struct tms_buf *buf, struct tms_str raw)
{
	size_t at = 0;

	while (at < raw.len) {
		size_t next = tms_str_find_byte(raw, '&', at), bytes = 0;
		tms_buf_add(buf, tms_str_slice(raw, at, next));
		if (next == SIZE_MAX)
			return;
		uint32_t c = html_reference(tms_str_slice(raw, next + 1, raw.len), &bytes);
		if (c)
			tms_utf8_write(buf, c);
		else
			tms_buf_add_char(buf, '&');
		at = next + 1 + bytes;
	}
}
