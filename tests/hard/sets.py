"""Sets of sources that an address names: a service with many sources, and what it holds and answers."""
import json
import os
import random

from origin import Answer, Origin
from service import Service, until

SOURCES, ITEMS = 12, 150
LOCAL = """
allow_networks: ["127.0.0.0/8"]
limits: {per_host_interval: 0s, min_interval: 1s, per_host_parallel: 12, %s}
"""
WORDS = [a + b for a in ("ag", "be", "col", "dif", "em", "fus", "gra", "hel", "in", "jo") for b in (
    "ents", "lief", "lapse", "tune", "bed", "ion", "dient", "ium", "verse", "intly", "osis", "ator", "ement", "arity")]


def feed(name, items):
    """A JSON Feed whose items other sources list too, half of them."""
    chosen = random.Random(name)
    listed = []
    for i in range(items):
        shared = i % 2 == 0
        said = random.Random(i if shared else "%s %d" % (name, i))
        listed.append({"id": "https://example.org/%s/%d" % ("shared" if shared else name, i),
                       "url": "https://example.org/%s/%d" % ("shared" if shared else name, i),
                       "title": " ".join(said.choice(WORDS) for _ in range(9)),
                       "content_text": " ".join(said.choice(WORDS) for _ in range(150)),
                       "date_published": "2026-03-01T%02d:%02d:00Z" % (chosen.randrange(24), chosen.randrange(60))})
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": name, "items": listed})


class Sets:
    """A service over sources of one origin; more: further lines of its configuration, limits: further ones."""

    def __init__(self, more="", limits="", sources=SOURCES, items=ITEMS):
        self.origin = Origin(lambda request: Answer(
            200, feed(request.path.strip("/"), items), {"Content-Type": "application/feed+json"}))
        listed = "".join("  s%d: {url: '%s/s%d'}\n" % (i, self.origin.url, i) for i in range(sources))
        self.config = "sources:\n" + listed + more
        self.service = Service(self.config + "filter_addresses: on\n", local=LOCAL % limits)

    def __enter__(self):
        self.service.start()
        return self

    def __exit__(self, *_):
        self.service.close()
        self.origin.close()

    def address(self, number, **more):
        """The address of one set of sources: number is the set, as bits."""
        names = ["source=s%d" % i for i in range(SOURCES) if number >> i & 1]
        return "/filter.atom?" + "&".join(names + ["%s=%s" % pair for pair in more.items()])

    def resident(self):
        with open("/proc/%d/statm" % self.service.process.pid) as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def cpu_s(self):
        with open("/proc/%d/stat" % self.service.process.pid) as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ask_sets(count, more, limits=""):
    """What asking for so many sets one after the other leaves: growth in bytes, and what was answered."""
    with Sets(more, limits) as sets:
        feeds = sets.service.addresses()
        private = next(iter(feeds.values()))
        first = sets.service.get(private)
        assert first.status == 200, first.status
        before = sets.resident()
        etag = sets.service.get(sets.address(1)).headers["etag"]
        answers = [sets.service.get(sets.address(i)).status for i in range(1, count + 1)]
        again = sets.service.get(sets.address(1))
        private_again = sets.service.get(private)
        until(lambda: sets.service.metrics()["tamis_shelves_behind"] == 0, "all shelves followed")
        metrics = sets.service.metrics()
        return {"grown": sets.resident() - before, "answers": answers, "same": again.headers["etag"] == etag,
                "private": private_again.status == 200 and private_again.body == first.body,
                "sets": metrics["tamis_sets_bytes"], "put_out": metrics["tamis_sets_put_out_total"]}
