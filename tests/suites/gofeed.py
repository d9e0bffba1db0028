"""gofeed's golden files: beside each document what that program reads in it. Each value of a golden file is a case.

There are four forms: its Atom and RSS parsers have one each, its JSON Feed parser the format's own, and all of them are
translated into one form of a feed. What our model has of them stands in fields.tsv.
"""
import glob
import json
import os

import meaning
import reading
from fields import Fields
from scores import Score

# suite: where its files are, and what is behind NAME in the golden one's name
SUITES = {
    "gofeed/atom": (["parser/atom"], ".xml", ".json"),
    "gofeed/rss": (["parser/rss"], ".xml", ".json"),
    "gofeed/feed": (["translator/atom", "translator/rss", "extensions/*"], ".xml", ".json"),
    "gofeed/feed-json": (["translator/json"], ".json", "_expected.json"),
    "gofeed/json": (["parser/json"], ".json", "_expected.json"),
}


def _text(item):
    text = {"html": item.get("content_html"), "text": item.get("summary", "")}
    return text if text["html"] or text["text"] else None


def _people(authors):
    return [{"name": author.get("name"), "email": author.get("email"), "uri": author.get("uri"),
             "url": author.get("uri")} for author in authors]


def _links(one):
    return ([meaning.main_link(one["link"])] if one.get("link") else []) + one.get("links", [])


def _enclosures(item):
    return [dict(link, url=link["href"]) for link in item.get("links", []) if link["rel"] == "enclosure"]


def _terms(one):
    return [category.get("label") or category["term"] for category in one.get("categories", [])] + one.get("keywords", [])


def _dates(updated, published):
    return {"updated": updated, "updatedParsed": updated, "published": published, "publishedParsed": published,
            "pubDate": published, "pubDateParsed": published, "lastBuildDate": updated,
            "lastBuildDateParsed": updated, "date_modified": updated, "date_published": published}


def _item(item):
    people, text, enclosures = _people(item.get("authors", [])), _text(item), _enclosures(item)
    picture = item.get("thumbnail") or (item.get("media") or [None])[0]
    made = _dates(item.get("upstream_updated") or item.get("published"), item.get("published"))
    made.update(
        title=item.get("title"), rights=item.get("rights"), language=item.get("language"), link=item.get("link"),
        url=item.get("link"), comments=item.get("discussion_url"), image={"url": picture}, authors=people,
        author=people[0] if people else None, enclosures=enclosures, enclosure=enclosures[-1] if enclosures else None,
        summary=text, description=text, content=text, content_html=text, content_text=text,
        id=item.get("upstream_id"), guid=item.get("upstream_id"), tags=_terms(item))
    return made


def _feed(listing):
    people = _people(listing.get("authors", []))
    made = _dates(listing.get("updated"), listing.get("updated"))
    made.update(
        title=listing.get("title"), subtitle=listing.get("subtitle"), description=listing.get("subtitle"),
        id=listing.get("id"), rights=listing.get("rights"), copyright=listing.get("rights"),
        language=listing.get("language"), link=listing.get("link"), home_page_url=listing.get("link"),
        feed_url=listing.get("self_url"), feedLink=listing.get("self_url"), next_url=listing.get("next_url"),
        logo=listing.get("image"), icon=listing.get("image"), image={"url": listing.get("image")},
        generator=listing.get("generator"), version=listing.get("version"), authors=people,
        author=people[0] if people else None)
    return made


def _atom_view(listing):
    def more(made, one):
        made["links"], made["categories"] = _links(one), one.get("categories", [])
        return made

    feed = more(_feed(listing), listing)
    feed["generator"] = {"value": listing.get("generator")}
    feed["entries"] = [more(dict(_item(item), content={"value": _text(item)}), item) for item in listing["items"]]
    return feed


def _rss_view(listing):
    def more(made, one):
        made["links"] = [link["href"] for link in _links(one) if link["rel"] == "alternate"]
        made["categories"] = [{"value": category["term"], "domain": category.get("scheme")}
                              for category in one.get("categories", [])]
        return made

    def item_of(item):
        made = more(_item(item), item)
        person = (item.get("authors") or [None])[0]
        return dict(made, author=person, guid={"value": item.get("upstream_id")})

    feed = more(_feed(listing), listing)
    feed["managingEditor"] = feed["webMaster"] = (listing.get("authors") or [None])[0]
    feed["items"] = [item_of(item) for item in listing["items"]]
    return feed


def _feed_view(listing):
    def more(made, one):
        made["links"], made["categories"] = [link["href"] for link in _links(one)], _terms(one)
        return made

    feed = more(_feed(listing), listing)
    feed["items"] = [more(_item(item), item) for item in listing["items"]]
    return feed


def _json_view(listing):
    def item_of(item):
        made = _item(item)
        related = [link["href"] for link in item.get("links", []) if link["rel"] == "related"]
        attachments = [dict(link, mime_type=link.get("type"), size_in_bytes=link.get("length"))
                       for link in made["enclosures"]]
        return dict(made, image=item.get("thumbnail"), external_url=related[0] if related else None,
                    attachments=attachments)

    return dict(_feed(listing), items=[item_of(item) for item in listing["items"]])


def _feed_json_view(listing):
    feed = _feed_view(listing)
    feed["links"] += [address for address in [listing.get("self_url")] if address]
    return feed


VIEWS = {"gofeed/atom": _atom_view, "gofeed/rss": _rss_view, "gofeed/feed": _feed_view,
         "gofeed/feed-json": _feed_json_view, "gofeed/json": _json_view}


def _leaves(expected, ours, field=""):
    """(field, expected, ours) of each value, and of the number of items."""
    if isinstance(expected, dict) and field.endswith(("links[]", "categories[]")) and not (
            {"href", "term", "value"} & set(expected)):
        yield field + " of nothing", expected, None
    elif isinstance(expected, dict):
        for key, value in expected.items():
            inner = ours.get(key) if isinstance(ours, dict) else None
            yield from _leaves(value, inner, field + "." + key if field else key)
    elif isinstance(expected, list):
        if field in ("items", "entries"):
            yield "len(%s)" % field, len(expected), len(ours or [])
        if field.endswith(("categories", "tags")) and ours and isinstance(ours[0], str):
            ours = [want if want in ours else None for want in expected]  # their order says nothing
        for at, value in enumerate(expected):
            inner = ours[at] if isinstance(ours, list) and at < len(ours) else None
            yield from _leaves(value, inner, field + "[]")
    else:
        yield field, expected, ours


def _golden(corpus, suite):
    folders, ending, golden_ending = SUITES[suite]
    base = os.path.join(corpus, "suites", "gofeed", "testdata")
    for golden in sorted(sum((glob.glob(os.path.join(base, folder, "*" + golden_ending)) for folder in folders), [])):
        path = golden[:-len(golden_ending)] + ending
        if os.path.exists(path):
            yield path, golden, os.path.relpath(path, base)


def run(corpus, suite):
    score, fields = Score(suite), Fields(suite)
    todo = list(_golden(corpus, suite))
    found = reading.read((path, "", "") for path, _, _ in todo)
    for path, golden, name in todo:
        with open(golden, encoding="utf-8") as stream:
            expected = json.load(stream)
        got = found[path]
        ours = VIEWS[suite](got["listing"]) if "listing" in got else {}
        for field, want, have in _leaves(expected, ours):
            kind = fields.kind(field)
            if kind is None or have is meaning.NOT_KEPT:
                score.not_applicable += 1
            elif meaning.same(kind, have, want):
                score.passes()
            else:
                score.fails(name + " " + field, "%.200r, not %.200r; %s" % (have, want, got.get("error", "")))
    return score
