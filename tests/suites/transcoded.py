"""The same feeds in many charsets, announced in many ways: every title must come out as it went in."""
import csv
import json
import os

import reading
from scores import Score


def run(corpus, suite):
    score = Score(suite)
    base = os.path.join(corpus, "suites", "transcoded")
    with open(os.path.join(base, "index.tsv"), encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = reading.read((os.path.join(base, row["file"]), row["content-type"], "") for row in rows)
    for row in rows:
        with open(os.path.join(base, row["expected"]), encoding="utf-8") as stream:
            expected = json.load(stream)
        got = found[os.path.join(base, row["file"])]
        listing = got.get("listing", {"items": []})
        want = [expected["title"]] + expected["items"]
        have = [listing.get("title")] + [item.get("title") for item in listing["items"]]
        want = [" ".join(title.split()) for title in want]
        if have == want:
            score.passes()
        else:
            wrong = next((pair for pair in zip(have, want) if pair[0] != pair[1]), (len(have), len(want)))
            score.fails(row["file"], got.get("error") or "%.100r, not %.100r" % wrong)
    return score
