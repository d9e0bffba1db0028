"""When two texts mean the same: the one rule by which the suites compare.

The suites hold what other programs write, with their own quoting, sanitiser and white space. So:
* text: what a person reads. Tags are taken off, entities decoded, white space is collapsed. Ours is plain text; the
  expected one may be plain text or HTML, so it is right when it equals the expected one read either way. A picture or
  an empty element alone has no words: then ours may be absent.
* html: the words as above, and where ours is HTML the addresses (of links, pictures and media) in their order.
* url: scheme and host in lower case, no default port, "/" for no path, escapes and IRIs alike, without what tracks.
* time: the same second; parts of a second are not kept.
* person: a name, or an address, or both in one of the ways to write them.
* number, exact: as they are.
"""
import html
import re
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from urllib.parse import quote, unquote, urlsplit

UNSEEN = {"script", "style", "title", "head", "applet", "object", "noscript", "template", "textarea", "select"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
BLOCKS = {"address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl",
          "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
          "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary",
          "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
ADDRESSES = {("a", "href"), ("img", "src"), ("video", "src"), ("audio", "src"), ("source", "src")}
DANGEROUS = re.compile(r"<\s*(script|style|iframe|object|embed|form|meta|link)\b|<[^>]*\s(on\w+|style)\s*=|"
                       r"<[^>]*=\s*[\"']?\s*(javascript|vbscript|data):", re.I)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.words, self.addresses, self.unseen = [], [], 0

    def handle_starttag(self, tag, attrs):
        if tag in UNSEEN and tag not in VOID:
            self.unseen += 1
        if tag in BLOCKS:
            self.words.append(" ")
        for name, value in attrs:
            if (tag, name) in ADDRESSES and value and not self.unseen:
                self.addresses.append(url(value))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in UNSEEN and self.unseen:
            self.unseen -= 1
        if tag in BLOCKS:
            self.words.append(" ")

    def handle_data(self, data):
        if not self.unseen:
            self.words.append(data)


def collapse(text):
    """White space to single spaces; what has no shape on a page, and what the XML and HTML rules forbid, goes."""
    text = re.sub("[\ufeff\u200b\u00ad\x00-\x08\x0e-\x1f\x7f]", "", text)
    return re.sub(r"\s+", " ", text).strip()


def _read(text):
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return collapse("".join(reader.words)), reader.addresses


def words(text):
    return _read(text)[0]


TRACKING = re.compile(r"^(utm_|mtm_|pk_)|^(fbclid|gclid)=", re.I)


def url(address):
    address = collapse(html.unescape(address))
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return address
    if not parts.scheme:
        return quote(unquote(address), safe="/?&=;:@+,!*'()$#~%")
    host = unquote(parts.hostname or "")
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        pass  # no name of a host, but it can be compared
    if port and port != {"http": 80, "https": 443}.get(parts.scheme):
        host += ":%d" % port
    if parts.username:
        host = parts.username + "@" + host
    path = quote(unquote(parts.path), safe="/?&=;:@+,!*'()$#~%")
    if not path and host:
        path = "/"
    query = "&".join(p for p in parts.query.split("&") if p and not TRACKING.match(p))
    query = quote(unquote(query), safe="/?&=;:@+,!*'()$#~%")
    return "%s:%s%s%s%s" % (parts.scheme, "//" + host if host else "", path, "?" + query if query else "",
                            "#" + unquote(parts.fragment) if parts.fragment else "")


def moment(value):
    """Seconds since 1970 of nine numbers, an RFC 822 or an ISO 8601 date; None when it is none of them."""
    if isinstance(value, tuple):
        return datetime(*value[:6], tzinfo=timezone.utc).timestamp()
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            made = read(value.strip())
        except (ValueError, TypeError):
            continue
        return (made if made.tzinfo else made.replace(tzinfo=timezone.utc)).timestamp()
    return None


def _same_text(ours, expected):
    return collapse(ours) in (collapse(expected), words(expected), collapse(html.unescape(expected)))


def _same_html(ours, expected):
    """ours: {"html": …, "text": …}; the listing's HTML where it has some, and its plain text."""
    want_words, want_addresses = _read(expected)
    rich, plain = ours.get("html"), ours.get("text", "")
    if rich and DANGEROUS.search(rich):
        return False
    if rich and _read(rich)[0] in (want_words, collapse(expected)):
        return _read(rich)[1] == want_addresses
    return _same_text(plain, expected) and bool(want_words or not want_addresses)


def _same_person(ours, expected):
    name, email = ours.get("name", ""), ours.get("email", "")
    forms = {name, email, "%s (%s)" % (name, email), "%s (%s)" % (email, name), "%s <%s>" % (name, email)}
    return collapse(expected) in forms - {""} or words(expected) in forms - {""}


def _same_time(ours, expected):
    have, want = moment(ours), moment(expected)
    return have is not None and want is not None and int(have) == int(want)


RULES = {
    "text": _same_text,
    "html": _same_html,
    "url": lambda ours, expected: url(ours) == url(expected),
    "time": _same_time,
    "person": _same_person,
    "number": lambda ours, expected: str(ours) == str(expected),
    "exact": lambda ours, expected: ours == expected,
}


class NotKept:
    """In a view, where our model on purpose does not have what the same field of another thing has."""


NOT_KEPT = NotKept()


def main_link(address):
    """Of the link of an item or a listing its address is kept; it is a page."""
    return {"rel": "alternate", "href": address, "type": NOT_KEPT, "title": NOT_KEPT, "hreflang": NOT_KEPT,
            "length": NOT_KEPT}


def same(kind, ours, expected):
    """Ours is None where the listing does not say it; an expected text of nothing means the same."""
    if ours is None and isinstance(expected, str) and kind in ("text", "html"):
        said, addresses = _read(expected)
        return not said and (kind == "text" or not addresses)
    if ours is None:
        return expected in (None, "", [], {})
    if not isinstance(expected, (str, tuple)) and kind not in ("number", "exact"):
        return False
    return RULES[kind](ours, expected)
