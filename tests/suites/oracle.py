"""What feedparser counted in every feed of the corpus: as many entries are in it. It is a peer, not the truth; where
Tamis is right, differences.tsv says why, and the case still counts as failed.

Two things hold for all feeds: an entry of which feedparser itself read nothing may be left out, and entries that are
alike in all that it read are one.
"""
import csv
import hashlib
import json
import os

import reading
from scores import Score

EMPTY = hashlib.sha1(b"").hexdigest()[:12]  # of no summary
SUITES = {"oracle/wellformed": True, "oracle/broken": False}


def _is_wellformed(corpus):
    with open(os.path.join(corpus, "suites", "index.tsv"), encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield "suites/" + row["path"], row["wellformed"] == "yes"


def _content_types(corpus):
    with open(os.path.join(corpus, "suites", "transcoded", "index.tsv"), encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield "suites/transcoded/" + row["file"], row["content-type"]


def _is_something(entry):
    said = [value for key, value in entry.items() if key not in ("categories", "summary_sha1")]
    return any(said) or bool(entry["categories"]) or entry["summary_sha1"] != EMPTY


def _counts(entries):
    """(fewest, most)"""
    different = {json.dumps(entry, sort_keys=True) for entry in entries if _is_something(entry)}
    return len(different), len(entries)


def run(corpus, suite):
    score, wellformed, types = Score(suite), dict(_is_wellformed(corpus)), dict(_content_types(corpus))
    with open(os.path.join(corpus, "oracle", "feedparser.jsonl"), encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    # what is a feed to neither side is none of ours: OPML, KML, pages
    rows = [row for row in rows if row.get("version") or row.get("entries")]
    rows = [row for row in rows if wellformed.get(row["path"], not row["bozo"]) == SUITES[suite]]
    found = reading.read((os.path.join(corpus, row["path"]), types.get(row["path"], ""), "http://127.0.0.1:8097/")
                         for row in rows)
    for row in rows:
        got = found[os.path.join(corpus, row["path"])]
        listing = got.get("listing", {})
        count = listing.get("items_count", 0)
        fewest, most = _counts(row["entries"])
        if fewest <= count <= most:
            score.passes()
        else:
            why = got.get("error") or "".join(note["text"] + "; " for note in listing.get("notes", [])[:2])
            score.fails(row["path"], "%d entries, not %d; %s" % (count, len(row["entries"]), why))
    return score
