#!/usr/bin/env python3
"""What must be true of every RSS 2.0 document that Tamis writes: the rules of rssboard.org's specification and profile,
and what W3C's validator calls an error or warns of.

As a module: check(data) returns a list of sentences, empty when all is well.
As a program: check_rss.py FILE… prints them and exits 1 when there are any.
Only the standard library.
"""
import re
import sys
import xml.parsers.expat
from datetime import datetime, timezone
from xml.etree import ElementTree

from check_atom import INSTANT, LANGUAGE, MEDIA_TYPE, ODD_CHARACTERS, XML, _line, _text, check_html, main

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
# the validator's own idea of an absolute address, and of one that a file may have
LINK = re.compile(r"[a-zA-Z][0-9a-zA-Z+\-.]*:(//)?[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]+\Z")
FILE = re.compile(r"https?://([0-9A-Za-z-]+\.)+[0-9A-Za-z][0-9A-Za-z-]*(:\d+)?/")
DATE = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
                  r"\d{4} \d\d:\d\d:\d\d GMT\Z")
# RSS 2.0's own elements: how often each may occur
CHANNEL = {"title": (1, 1), "link": (1, 1), "description": (1, 1), "language": (0, 1), "lastBuildDate": (1, 1),
           "generator": (1, 1), "image": (0, 1), "item": (0, 10000), ATOM + "link": (0, 1)}
ITEM = {"title": (1, 1), "link": (0, 1), "guid": (1, 1), "pubDate": (1, 1), "description": (1, 1), "comments": (0, 1),
        "enclosure": (0, 1), "category": (0, 50), ATOM + "updated": (1, 1), ATOM + "link": (0, 32),
        DC + "creator": (0, 51), RDF + "Description": (0, 1)}
ATTRIBUTES = {"guid": {"isPermaLink"}, "enclosure": {"url", "length", "type"}, "category": {"domain"},
              ATOM + "link": {"rel", "type", "href", "length"}, RDF + "Description": {"upvotes", "comments", "stars"},
              "item": {XML + "lang"}}


def _children(parent, rules, say, where):
    for name, (least, most) in rules.items():
        count = len(parent.findall(name))
        if not least <= count <= most:
            say(f"{where}: {count} <{name}>")
    for child in parent:
        if child.tag not in rules:
            say(f"{where}: an element <{child.tag}>")
        strange = set(child.keys()) - ATTRIBUTES.get(child.tag, set())
        if strange:
            say(f"{where}: <{child.tag}> has the attribute {sorted(strange)}")


def _link(value, say, where):
    if not LINK.match(value or ""):
        say(f"{where}: no address that RSS can hold: {value!r}")


def _date(text, say, where):
    if not DATE.match(text):
        say(f"{where}: no date of RFC 822 with its day and four digits: {text!r}")
        return None
    moment = datetime.strptime(text[5:25], "%d %b %Y %H:%M:%S").replace(tzinfo=timezone.utc)
    if moment.strftime("%a") != text[:3]:
        say(f"{where}: the wrong day of the week: {text!r}")
    return moment


def _plain(element, say, where):
    text = _text(element)
    if not text or text != _line(text):
        say(f"{where}: <{element.tag}> is empty or not on one clean line: {text!r}")
    # the validator takes this for HTML, whatever it is
    if re.search(r"<[/a-zA-Z!]", text):
        say(f"{where}: <{element.tag}> holds what readers take for HTML: {text!r}")


def _enclosure(item, say, where):
    for enclosure in item.findall("enclosure"):
        if not FILE.match(enclosure.get("url") or ""):
            say(f"{where}: enclosure url {enclosure.get('url')!r}")
        if not (enclosure.get("length") or "").isdigit():
            say(f"{where}: enclosure length {enclosure.get('length')!r}")
        if not MEDIA_TYPE.match(enclosure.get("type") or ""):
            say(f"{where}: enclosure type {enclosure.get('type')!r}")


def _item(item, say, ids):
    identity = _text(item.find("guid"))
    where = f"item {identity}"
    _children(item, ITEM, say, where)
    if identity in ids:
        say(f"{where}: its guid occurs twice")
    ids.add(identity)
    if item.find("guid") is None or item.find("guid").get("isPermaLink") != "false":
        say(f"{where}: guid does not say isPermaLink=false")
    for name in ("link", "comments"):
        if item.find(name) is not None:
            _link(_text(item.find(name)), say, f"{where}: {name}")
    for name in ["title", "category", DC + "creator"]:
        for element in item.findall(name):
            _plain(element, say, where)
    for category in item.findall("category"):
        if category.get("domain") is not None:
            _link(category.get("domain"), say, f"{where}: domain")
    for link in item.findall(ATOM + "link"):
        if link.get("rel") not in ("related", "enclosure"):
            say(f"{where}: atom:link rel={link.get('rel')}")
        _link(link.get("href"), say, f"{where}: atom:link")
    _date(_text(item.find("pubDate")), say, where + ": pubDate")
    if not INSTANT.match(_text(item.find(ATOM + "updated"))):
        say(f"{where}: atom:updated {_text(item.find(ATOM + 'updated'))!r}")
    language = item.get(XML + "lang")
    if language is not None and not LANGUAGE.match(language):
        say(f"{where}: xml:lang {language!r}")
    _enclosure(item, say, where)
    check_html(_text(item.find("description")), "description", say, where)


def _channel(channel, say):
    _children(channel, CHANNEL, say, "channel")
    for name in ("title", "description"):
        if channel.find(name) is not None:
            _plain(channel.find(name), say, "channel")
    _link(_text(channel.find("link")), say, "channel: link")
    for link in channel.findall(ATOM + "link"):
        if (link.get("rel"), link.get("type")) != ("self", "application/rss+xml"):
            say(f"channel: atom:link is {link.attrib}")
        _link(link.get("href"), say, "channel: self")
    for image in channel.findall("image"):
        if [_text(image.find(name)) for name in ("title", "link")] != [_text(channel.find(name))
                                                                      for name in ("title", "link")]:
            say("channel: title and link of the image are not the channel's")
    built = _date(_text(channel.find("lastBuildDate")), say, "channel: lastBuildDate")
    changes = [_text(item.find(ATOM + "updated"))[:19] for item in channel.findall("item")]
    if built and changes and built.strftime("%Y-%m-%dT%H:%M:%S") < max(changes):
        say("channel: lastBuildDate is older than its newest item")
    items = channel.findall("item")
    if items and list(channel)[-len(items):] != items:
        say("channel: something stands behind or between the items")


def check(data, entries_max=None, bytes_max=None):
    """All that is wrong with the document, as sentences."""
    faults = []
    say = faults.append
    if not data.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"'):
        say("it does not begin with an XML declaration in UTF-8 and <rss version=\"2.0\">")
    for bad in (b"<![CDATA[", b"<!DOCTYPE", b"<!ENTITY", b"<!--", b"<rdf:RDF"):
        if bad in data:
            say(f"the bytes {bad.decode()} occur")
    try:
        xml.parsers.expat.ParserCreate().Parse(data, True)
        root = ElementTree.fromstring(data)
        odd = ODD_CHARACTERS.search(data.decode("utf-8"))
    except (xml.parsers.expat.ExpatError, ElementTree.ParseError, UnicodeDecodeError) as error:
        say(f"not well-formed: {error}")
        return faults
    if odd:
        say(f"it holds the character {odd.group()!r}")
    if root.tag != "rss" or [child.tag for child in root] != ["channel"]:
        say(f"the document element is {root.tag}, or holds something else than one channel")
        return faults
    _channel(root[0], say)
    ids = set()
    for item in root[0].findall("item"):
        _item(item, say, ids)
    if entries_max is not None and len(ids) > entries_max:
        say(f"channel: {len(ids)} items")
    if bytes_max is not None and len(data) > bytes_max:
        say(f"channel: {len(data)} bytes")
    return faults


if __name__ == "__main__":
    sys.exit(main(check))
