#!/usr/bin/env python3
"""What must be true of every JSON Feed that Tamis writes: the rules of jsonfeed.org's version 1.1, and that nothing
stands in it twice, relative or empty.

As a module: check(data) returns a list of sentences, empty when all is well; schema_faults(data, path) asks a JSON
schema, where python3-jsonschema is installed (None without it).
As a program: check_json.py FILE… prints them and exits 1 when there are any.
Only the standard library, but for that schema.
"""
import json
import re
import sys

from check_atom import INSTANT, LANGUAGE, MEDIA_TYPE, ODD_CHARACTERS, URI, _line, check_html, main

VERSION = "https://jsonfeed.org/version/1.1"
TOP = {"version", "title", "home_page_url", "feed_url", "description", "icon", "language", "items"}
ITEM = {"id", "title", "url", "external_url", "date_published", "date_modified", "language", "authors", "tags",
        "content_html", "attachments", "_tamis"}
NUMBERS = {"upvotes", "comments", "stars"}


def _keys(thing, allowed, needed, say, where):
    if not isinstance(thing, dict):
        say(f"{where}: not an object")
        return False
    for key in set(thing) - allowed:
        say(f"{where}: a member {key!r}")
    for key in needed - set(thing):
        say(f"{where}: no {key}")
    return not needed - set(thing)


def _web(value, say, where):
    if not isinstance(value, str) or not URI.match(value) or not re.match(r"https?://.", value):
        say(f"{where}: not an address of the web: {value!r}")


def _one_line(value, say, where):
    if not isinstance(value, str) or not value or value != _line(value):
        say(f"{where}: empty or not on one clean line: {value!r}")


def _attachments(item, say, where):
    for attachment in item.get("attachments", []):
        if not _keys(attachment, {"url", "mime_type", "size_in_bytes"}, {"url", "mime_type"}, say, where):
            continue
        _web(attachment["url"], say, f"{where}: attachment")
        if not MEDIA_TYPE.match(attachment["mime_type"]):
            say(f"{where}: mime_type {attachment['mime_type']!r}")
        size = attachment.get("size_in_bytes", 1)
        if not isinstance(size, int) or size < 1:
            say(f"{where}: size_in_bytes {size!r}")


def _item(item, say, ids):
    if not _keys(item, ITEM, {"id", "title", "date_published", "date_modified", "content_html"}, say, "an item"):
        return
    where = f"item {item['id']}"
    if not URI.match(item["id"]):
        say(f"{where}: its id is no IRI")
    if item["id"] in ids:
        say(f"{where}: its id occurs twice")
    ids.add(item["id"])
    _one_line(item["title"], say, where + ": title")
    for key in ("url", "external_url"):
        if key in item:
            _web(item[key], say, f"{where}: {key}")
    for key in ("date_published", "date_modified"):
        if not INSTANT.match(item[key]):
            say(f"{where}: {key} {item[key]!r}")
    if item["date_modified"][:19] < item["date_published"][:19]:
        say(f"{where}: modified before it was published")
    if "language" in item and not LANGUAGE.match(item["language"]):
        say(f"{where}: language {item['language']!r}")
    for key in ("authors", "tags", "attachments"):
        if key in item and not (isinstance(item[key], list) and item[key]):
            say(f"{where}: {key} is empty or no list")
    for author in item.get("authors", []):
        if _keys(author, {"name"}, {"name"}, say, where + ": author"):
            _one_line(author["name"], say, where + ": author")
    for tag in item.get("tags", []):
        _one_line(tag, say, where + ": tag")
    if "_tamis" in item:
        _keys(item["_tamis"], NUMBERS, set(), say, where + ": _tamis")
        if list(item)[-1] != "_tamis" or not all(type(n) is int for n in item["_tamis"].values()):
            say(f"{where}: _tamis is not last, or holds what is no number")
    _attachments(item, say, where)
    check_html(item["content_html"], "content", say, where)


def _no_doubles(pairs):
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key occurs twice in one object")
    return dict(pairs)


def check(data, entries_max=None, bytes_max=None):
    """All that is wrong with the document, as sentences."""
    faults = []
    say = faults.append
    try:
        text = data.decode("utf-8")
        feed = json.loads(text, object_pairs_hook=_no_doubles)
    except ValueError as error:
        return [f"no JSON: {error}"]
    odd = ODD_CHARACTERS.search(json.dumps(feed, ensure_ascii=False))
    if odd:
        say(f"it holds the character {odd.group()!r}")
    if not _keys(feed, TOP, {"version", "title", "items"}, say, "feed"):
        return faults
    if feed["version"] != VERSION or list(feed)[0] != "version":
        say(f"the version is {feed['version']!r}, or not said first")
    _one_line(feed["title"], say, "feed: title")
    for key in ("home_page_url", "feed_url", "icon"):
        if key in feed:
            _web(feed[key], say, f"feed: {key}")
    ids = set()
    for item in feed["items"]:
        _item(item, say, ids)
    if entries_max is not None and len(feed["items"]) > entries_max:
        say(f"feed: {len(feed['items'])} items")
    if bytes_max is not None and len(data) > bytes_max:
        say(f"feed: {len(data)} bytes")
    return faults


_validators = {}


def schema_faults(data, path):
    """What a JSON schema says of the document; None when there is nothing to ask it with."""
    try:
        import jsonschema
    except ImportError:
        return None
    if path not in _validators:
        with open(path, encoding="utf-8") as stream:
            schema = json.load(stream)
        _validators[path] = jsonschema.validators.validator_for(schema)(schema)
    return [f"{list(error.absolute_path)}: {error.message}"[:300]
            for error in _validators[path].iter_errors(json.loads(data))]


if __name__ == "__main__":
    sys.exit(main(check))
