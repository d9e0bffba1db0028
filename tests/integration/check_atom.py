#!/usr/bin/env python3
"""What must be true of every Atom document that Tamis writes, beyond what a schema can see.

As a module: check(data) returns a list of sentences, empty when all is well.
As a program: check_atom.py FILE… prints them and exits 1 when there are any.
Only the standard library. Sources: RFC 4287, RFC 3986, and what readers break on (NetNewsWire,
FreshRSS, newsboat, Miniflux, W3C's validator).
"""
import re
import sys
import xml.parsers.expat
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.etree import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
# RFC 3986, absolute; W3C's validator takes no other characters
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(//(\[[0-9A-Fa-f:.]+\])?)?"
                 r"(?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+\Z")
INSTANT = re.compile(r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d"
                     r"(\.\d+)?Z\Z")
MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+\Z")
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*\Z")
# NetNewsWire takes a document for RSS or RDF when these bytes are anywhere in it
FORBIDDEN = (b"<rss", b"<channel>", b"<rdf:RDF", b"<![CDATA[", b"<!DOCTYPE", b"<!ENTITY")
# W3C's validator warns of C1 controls and of U+FFFD
ODD_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ufffe\uffff]")
SIMPLE = {"a", "abbr", "b", "blockquote", "br", "cite", "code", "dd", "del", "div", "dl", "dt",
          "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins",
          "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "sup",
          "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "caption",
          "mark", "time", "article", "section", "details", "summary", "picture", "source", "audio",
          "video", "track", "col", "colgroup", "wbr", "ruby", "rt", "rp", "bdi", "bdo", "dfn",
          "address", "header", "footer", "aside", "main", "nav", "center", "big", "strike", "acronym"}
VOID = {"br", "hr", "img", "source", "track", "col", "wbr"}


class Content(HTMLParser):
    """HTML in an entry: simple elements, closed in order, absolute addresses, nothing that runs."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults, self.open, self.text, self.media = [], [], [], False

    def handle_starttag(self, tag, attrs):
        if tag not in SIMPLE:
            self.faults.append(f"content holds <{tag}>")
        if tag not in VOID:
            self.open.append(tag)
        self.media |= tag in ("img", "audio", "video")
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.faults.append(f"content holds the attribute {name}")
            if name in ("href", "src") and not re.match(r"(https?://|mailto:)", value or ""):
                self.faults.append(f"content holds the relative or odd address {value!r}")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID and self.open:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes what is not open")

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        self.faults.append("content holds a comment")


def _bytes(data, say):
    for bad in FORBIDDEN:
        if bad in data:
            say(f"the bytes {bad.decode()} occur")
    if not data.startswith(b'<?xml version="1.0" encoding="utf-8"?>'):
        say("it does not begin with an XML declaration in UTF-8")
    if data.count(b"<?") != 1:
        say("it holds a processing instruction")
    if b"<!--" in data:
        say("it holds a comment")
    if b'<feed xmlns="http://www.w3.org/2005/Atom"' not in data[:200]:
        say("the Atom namespace is not the default one of <feed>")
    if re.search(rb"<(\w+):(feed|entry|id|title|link|updated|published|author|content|summary)\b",
                 data):
        say("an Atom element has a prefix")
    if len(data) < 128:
        say("it is shorter than 128 bytes: NetNewsWire reads no such document")


def _one(parent, name, say, where):
    found = parent.findall(ATOM + name)
    if len(found) != 1:
        say(f"{where}: {len(found)} <{name}> instead of one")
        return None
    return found[0]


def _line(text):
    """The text on one line, white space of XML collapsed."""
    return re.sub("[ \t\r\n]+", " ", text).strip(" ")


def _text(element):
    return "" if element is None else "".join(element.itertext())


def _title(parent, say, where):
    title = _one(parent, "title", say, where)
    text = _text(title)
    if title is not None and title.get("type", "text") != "text":
        say(f"{where}: title is not plain text")
    if not text or text != _line(text):
        say(f"{where}: title is empty or not on one clean line: {text!r}")


def _uri(value, say, where, web=True):
    value = value or ""
    if not URI.match(value):
        say(f"{where}: no valid absolute URI: {value!r}")
    elif web and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc):
        say(f"{where}: not an address of the web: {value!r}")


def _instant(parent, name, say, where):
    text = _text(_one(parent, name, say, where))
    if not INSTANT.match(text):
        say(f"{where}: <{name}> is no RFC 3339 instant in UTC: {text!r}")
    return text


def _links(parent, say, where):
    seen, alternates = set(), set()
    for link in parent.findall(ATOM + "link"):
        rel, kind = link.get("rel"), link.get("type")
        _uri(link.get("href"), say, f"{where}: link rel={rel}")
        if not rel:
            say(f"{where}: a link without rel")
        if kind is not None and not MEDIA_TYPE.match(kind):
            say(f"{where}: link type {kind!r}")
        if rel == "enclosure" and not kind:
            say(f"{where}: an enclosure without type")
        if link.get("length") is not None and not link.get("length").isdigit():
            say(f"{where}: link length {link.get('length')!r}")
        if (rel, link.get("href")) in seen:
            say(f"{where}: the same link twice: {rel} {link.get('href')}")
        seen.add((rel, link.get("href")))
        if rel == "alternate":
            if (kind, link.get("hreflang")) in alternates:
                say(f"{where}: two alternate links of one type and language")
            alternates.add((kind, link.get("hreflang")))
        if rel == "replies" and kind != "text/html":
            say(f"{where}: replies link is not text/html (Miniflux takes no other)")
    return [link.get("rel") for link in parent.findall(ATOM + "link")]


def _people(parent, say, where):
    authors = parent.findall(ATOM + "author")
    for author in authors:
        name = _text(_one(author, "name", say, where + ": author"))
        if not name or name != _line(name):
            say(f"{where}: author name is empty or not on one clean line: {name!r}")
    return len(authors)


def check_html(text, what, say, where):
    """What is wrong with the HTML of an entry, in any form of a feed."""
    html = Content()
    html.feed(text)
    html.close()
    for fault in html.faults:
        say(f"{where}: {fault}")
    if html.open:
        say(f"{where}: {what} leaves <{html.open[-1]}> open")
    if not html.media and not "".join(html.text).strip():
        say(f"{where}: {what} is empty")


def _content(entry, say, where):
    content = _one(entry, "content", say, where)
    if content is None:
        return
    if content.get("type") != "html":
        say(f"{where}: content is not type html")
    if len(content):
        say(f"{where}: content holds elements that are not escaped")
    check_html(_text(content), "content", say, where)


def _entry(entry, say, ids, updates, feed_has_author):
    identity = _text(_one(entry, "id", say, "an entry"))
    where = f"entry {identity}"
    _uri(identity, say, where + ": id", web=False)
    if identity in ids:
        say(f"{where}: its id occurs twice")
    ids.add(identity)
    _title(entry, say, where)
    updated = _instant(entry, "updated", say, where)
    published = _instant(entry, "published", say, where)
    if updated in updates:
        say(f"{where}: another entry has the same updated")
    updates.add(updated)
    if updated[:19] < published[:19]:
        say(f"{where}: updated {updated} before published {published}")
    rels = _links(entry, say, where)
    for rel in ("self", "hub", "edit"):
        if rel in rels:
            say(f"{where}: a link rel={rel}")
    if not _people(entry, say, where) and not feed_has_author:
        say(f"{where}: no author here or at the feed")
    for category in entry.findall(ATOM + "category"):
        if not (category.get("term") or "").strip():
            say(f"{where}: a category without term")
        if category.get("scheme") is not None:
            _uri(category.get("scheme"), say, where + ": category scheme", web=False)
    language = entry.get(XML + "lang")
    if language is not None and not LANGUAGE.match(language):
        say(f"{where}: xml:lang {language!r}")
    _content(entry, say, where)


def check(data, entries_max=None, bytes_max=None):
    """All that is wrong with the document, as sentences."""
    faults = []
    say = faults.append
    _bytes(data, say)
    try:
        parser = xml.parsers.expat.ParserCreate()
        parser.Parse(data, True)
        root = ElementTree.fromstring(data)
        odd = ODD_CHARACTERS.search(data.decode("utf-8"))
    except (xml.parsers.expat.ExpatError, ElementTree.ParseError, UnicodeDecodeError) as error:
        say(f"not well-formed: {error}")
        return faults
    if odd:
        say(f"it holds the character {odd.group()!r}")
    if root.tag != ATOM + "feed":
        say(f"the document element is {root.tag}")
        return faults
    _uri(_text(_one(root, "id", say, "feed")), say, "feed: id", web=False)
    _title(root, say, "feed")
    updated = _instant(root, "updated", say, "feed")
    rels = _links(root, say, "feed")
    if rels.count("self") > 1 or "hub" in rels:
        say("feed: more than one self link, or a hub")
    has_author = _people(root, say, "feed") > 0
    if not has_author:
        say("feed: no author")
    ids, updates = set(), set()
    entries = root.findall(ATOM + "entry")
    for entry in entries:
        _entry(entry, say, ids, updates, has_author)
    if entries and updated.rstrip("Z") < max(text.rstrip("Z") for text in updates):
        say(f"feed: updated {updated} is older than its newest entry")
    if list(root)[-len(entries):] != entries and entries:
        say("feed: something stands behind or between the entries")
    if entries_max is not None and len(entries) > entries_max:
        say(f"feed: {len(entries)} entries")
    if bytes_max is not None and len(data) > bytes_max:
        say(f"feed: {len(data)} bytes")
    return faults


def main(check_one):
    """Print what is wrong with the files that the command line names; 1 when something is."""
    bad = 0
    for name in sys.argv[1:] or ["-"]:
        with (sys.stdin.buffer if name == "-" else open(name, "rb")) as stream:
            for fault in check_one(stream.read()):
                print(f"{name}: {fault}")
                bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main(check))
