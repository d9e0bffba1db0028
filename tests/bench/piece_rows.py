"""The longest piece of work that one request takes of the main thread, for the dearest requests over 5,000 papers."""
import time
import urllib.parse

from measure import say, until, write
from papers_data import atom, papers
from tamis_server import Tamis

COUNT, MOST_MS = 5000, 5
NAME = "longest piece of the main thread, %s"
CONFIG = """sources:
  many: {file: "%s"}
  more: {file: "%s"}
limits: {min_interval: 1h, items: 5000, retention: 3660d}
"""
WORDS = ("model learning data training language network image method task agent video policy reward token graph vision "
         "robot speech audio code math proof search memory tool planning safety privacy attention diffusion").split()
SENTENCE = ("reinforcement learning for reasoning | rewards that can be verified, and what they make of large language models | "
            "RLVR; GRPO; process reward; policy gradient; chain of thought; verifier")


def address(path, match="", source="many", **more):
    return path + "?" + urllib.parse.urlencode(dict(source=source, **({"match": match} if match else {}), **more))


def words(count, join=" OR ", form="%s"):
    return join.join(form % (WORDS[i % 30] + ("" if i < 30 else " " + WORDS[i // 30 + i % 7])) for i in range(count))


REQUESTS = {
    "the page": "/",
    "/explain": address("/explain", "agents OR reasoning"),
    "/explain, nothing kept": address("/explain", words(60, " ")),
    "summary": address("/explain", words(60, " "), format="summary"),
    "lines": address("/explain", words(60), format="tsv"),
    "new address of 1,000 entries": address("/filter.atom", limit=1000),
    "new set of sources": address("/filter.json", "agents", "many,more"),
    "many terms": address("/filter.atom", words(200, " OR ", '"%s"')),
    "many near()": address("/filter.atom", " OR ".join('near("%s %s", 9)' % (WORDS[i % 30], WORDS[(i * 7 + 1) % 30])
                                                      for i in range(120))),
    "regular expressions": address("/filter.atom", "/[ab].{20}z/ OR /(a|e|i).{10}q/"),
    "a topic": address("/filter.atom", 'about:"%s"' % SENTENCE),
    "many topics": address("/filter.atom", " OR ".join('about:"%s tools %d"' % (w, i) for i, w in enumerate(WORDS))),
    "many ages": address("/filter.atom", " OR ".join("age<%dd" % i for i in range(1, 100))),
    "numbers": address("/filter.atom", "upvotes>=1 OR age<400d OR comments>0"),
}


def measure(table):
    now = time.time()
    files = [write("pieces-%s.atom" % name, atom(part, now)) for name, part in (
        ("many", papers(COUNT)), ("more", papers(COUNT + 1000)[COUNT - 500:]))]
    for name, path in REQUESTS.items():
        tamis = Tamis("pieces", CONFIG % tuple(files), core=None).ready(180)

        def metrics():
            return dict(line.rsplit(" ", 1) for line in tamis.get("/metrics")[2].decode().splitlines() if line[:1] != "#")
        until(lambda: metrics()["tamis_shelves_behind"] == "0", "all papers being there", 60)
        status, _, body = tamis.get(path)
        seen = metrics()
        longest = int(seen["tamis_turn_longest_microseconds"]) / 1000
        say("pieces: %s: %d, %s pieces, longest %.2f ms" % (name, status, seen["tamis_turns_total"], longest))
        if status != 200:
            say("pieces: %s" % body[:200].decode())
        table.add(NAME % name, longest if status == 200 else None, "ms", "<=", MOST_MS)
        tamis.stop()


def missing(table):
    for name in REQUESTS:
        table.add(NAME % name, None, "ms", "<=", MOST_MS)
