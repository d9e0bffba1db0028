"""RSS-Bridge's own tests of its Atom output: the same items must come out of Tamis with the same information. Their input
is put into JSON Feed, one field into one; then each field of a golden document is a case."""
import json
import os
import re
import subprocess
import tempfile
from datetime import datetime, timezone
from html.parser import HTMLParser
from xml.etree import ElementTree

from scores import Score

PROGRAM = os.environ.get("TAMIS_PROGRAM", "tamis")
ATOM = "{http://www.w3.org/2005/Atom}"
SAMPLES = ("common", "empty", "emptyItems", "microblog")


def as_json_feed(sample):
    meta, items = sample["meta"], []
    for number, item in enumerate(sample["items"]):
        made = {"id": item.get("uid") or item.get("uri") or str(number), "url": item.get("uri"), "title": item.get("title"),
                "content_html": item.get("content", ""), "tags": item.get("categories"),
                "attachments": [{"url": url, "mime_type": "audio/mpeg"} for url in item.get("enclosures", [])],
                "authors": [{"name": item["author"]}] if "author" in item else None}
        if "timestamp" in item:
            made["date_published"] = moment(item["timestamp"])
        items.append({key: value for key, value in made.items() if value})
    return {"version": "https://jsonfeed.org/version/1.1", "title": meta["name"], "home_page_url": meta["uri"], "items": items}


def moment(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Text(HTMLParser):
    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.parts, self.links = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.links += [dict(attrs)["href"]] if tag == "a" and "href" in dict(attrs) else []

    def handle_data(self, data):
        self.parts.append(data)


def _words(html):
    return re.sub(r"\s+", " ", "".join(_Text(html or "").parts)).strip()


def _instant(text):
    return re.sub(r"(\.\d+)?(Z|\+00:00)$", "Z", text or "")


def _links(entry, rel):
    return [(link.get("href"), link.get("type") if rel == "enclosure" else "")
            for link in entry.findall(ATOM + "link") if link.get("rel") == rel]


def compare(golden, ours, say):
    """A verdict for each field that the golden entry has."""
    text = lambda entry, name: entry.findtext(ATOM + name) or ""
    verdict = lambda field, want, got: say(field, want == got, "%.100r, not %.100r" % (got, want))
    verdict("title", text(golden, "title"), text(ours, "title"))
    if not text(golden, "id").startswith("urn:sha1:"):  # of what has no id that is an address they make a hash
        verdict("id", text(golden, "id"), text(ours, "id"))
    for name in ("published", "updated"):
        if text(golden, name):
            verdict(name, _instant(text(golden, name)), _instant(text(ours, name)))
    for rel in ("alternate", "enclosure"):
        if _links(golden, rel):
            verdict(rel, _links(golden, rel), _links(ours, rel))
    names = lambda entry: [a.findtext(ATOM + "name") for a in entry.findall(ATOM + "author")]
    if names(golden):
        verdict("author", names(golden), names(ours))
    terms = lambda entry: [c.get("term") for c in entry.findall(ATOM + "category")]
    if terms(golden):
        verdict("category", terms(golden), terms(ours))
    if text(golden, "content").strip():
        want, got = _words(text(golden, "content")), _words(text(ours, "content"))
        say("content", got.startswith(want), "%.100r does not begin with %.100r" % (got, want))
        missing = set(_Text(text(golden, "content")).links) - set(_Text(text(ours, "content")).links)
        say("links in content", not missing, "without %s" % sorted(missing))


def run(corpus, suite):
    score = Score(suite)
    base = os.path.join(corpus, "suites", "rss-bridge", "tests", "Formats", "samples")
    for name in SAMPLES:
        def say(field, right, why):
            score.passes() if right else score.fails("feed.%s %s" % (name, field), why)
        with open(os.path.join(base, "feed.%s.json" % name), encoding="utf-8") as stream:
            sample = json.load(stream)
        golden = ElementTree.parse(os.path.join(base, "expectedAtomFormat", "feed.%s.xml" % name)).getroot()
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(as_json_feed(sample), file)
            file.flush()
            done = subprocess.run([PROGRAM, "filter", "--now", "2026-11-01T00:00:00Z", "--title", sample["meta"]["name"],
                                   "--self", golden.find(ATOM + "link[@rel='self']").get("href"), file.name],
                                  capture_output=True, timeout=60)
        if done.returncode != 0:
            score.fails("feed." + name, done.stderr.decode())
            continue
        ours = ElementTree.fromstring(done.stdout)
        say("title", golden.findtext(ATOM + "title") == ours.findtext(ATOM + "title"), ours.findtext(ATOM + "title"))
        for rel in ("alternate", "self"):
            say(rel, _links(golden, rel) == _links(ours, rel), str(_links(ours, rel)))
        # an item that says no date is of when it was first seen, so ours may stand in another order
        entries = golden.findall(ATOM + "entry"), ours.findall(ATOM + "entry")
        say("number of entries", len(entries[0]) == len(entries[1]), "%d" % len(entries[1]))
        key = lambda e: (e.findtext(ATOM + "published") or "", e.findtext(ATOM + "title"))
        by_date = all(e.findtext(ATOM + "published") for e in entries[0])
        for theirs, mine in zip(entries[0] if by_date else sorted(entries[0], key=key),
                                entries[1] if by_date else sorted(entries[1], key=lambda e: e.findtext(ATOM + "title"))):
            compare(theirs, mine, say)
    return score
