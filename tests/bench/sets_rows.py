"""Many sets of sources: 300 sources of 30 items, a tenth of which two of them list, and feeds that each take ten sources and
have a rule of their own; the real program, a local origin. What a set costs in memory, when its feed is asked for the first
time, and when one of its sources changes; and the same of sets that only addresses ask for."""
import json
import os
import random
import statistics
import sys
import time

import base_rows
import many_rows
import scope_rows
from measure import HERE, say, spread, until
from papers_data import papers, rules_file
from tamis_server import Tamis, knows

sys.path.append(os.path.join(os.path.dirname(HERE), "integration"))
from origin import Answer, Origin  # noqa: E402

SOURCES, ITEMS, SHARED, TAKEN, TEXTS = 300, 30, 3, 10, 4000
COUNTS = {False: (1, 2, 100, 500, 1000, 2000), True: (1, 2, 100, 200)}  # by --quick
ADDRESSES = {False: 400, True: 100}
FEW, MANY = 1, 24  # texts that a change of the first source changes: such as no other source lists
CHANGES = {False: 6, True: 2}
ROUNDS = {False: 3, True: 1}  # of the services with one and two sets, that the others stand beside
WORLD = "%d sources of %d items, feeds of %d" % (SOURCES, ITEMS, TAKEN)
CONFIG = """limits: {per_host_interval: 0s, min_interval: 1s, per_host_parallel: 20%s}
filter_addresses: on
sources:
%susers:
%s"""
ROWS = (
    ("resident, %d sets beside one set", "x", "<=", 2),
    ("bytes for each further set, %d sets, without renditions", "B", "<=", 2048),
    ("failed first requests, %d sets", "", "<=", 0),
    ("first answers without all that was read, %d sets", "", "<=", 0),
    ("longest first request, %d sets beside the second set's", "x", "<=", 2),
    ("longest first request, %d sets", "ms", "<=", 100),
    ("CPU of one changed text, %d sets beside one set", "x", "<=", 2),
    ("rules visited by its batch, %d sets, beside feeds that take the source", "x", "<=", 1),
)
ADDRESS_ROWS = (
    ("bytes for each set that one of %d addresses asks for, without renditions", "B", "<=", 2048),
    ("failed requests, %d addresses of sets never asked for", "", "<=", 0),
)


class Upstream:
    """All sources. The first one is asked each second: what it says next follows the plan, and when it is asked, the CPU that
    the service has used by then is noted, so that the difference to the next note is what it made of one answer."""

    def __init__(self):
        self.papers, self.listed = papers(TEXTS), int(time.time()) - 3600
        self.version, self.plan, self.notes, self.cpu = 0, [], [], None
        self.revisions = [0] * ITEMS  # of the first source's texts
        self.bodies = [self.listing(source) for source in range(SOURCES)]
        self.origin = Origin(self.answer)

    def item(self, source, i):
        owner, own = (source, i) if i < ITEMS - SHARED else ((source + 1) % SOURCES, i - ITEMS + SHARED)
        paper = self.papers[(owner * ITEMS + own) % len(self.papers)]
        revision = self.revisions[i] if source == 0 else 0
        link = "https://example.org/%d/%d" % (owner, own)
        return {"id": link, "url": link, "title": paper["title"],
                "content_text": paper["abstract"] + (" Revision %d." % revision if revision else ""),
                "date_published": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.listed - 3600 * own - owner))}

    def listing(self, source):
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Source %d" % source,
                           "items": [self.item(source, i) for i in range(ITEMS)]}).encode()

    def answer(self, request):
        source = int(request.path[2:])
        if source == 0:
            if self.cpu:
                self.notes.append(self.cpu())
            if self.plan:
                self.version += 1
                count = self.plan.pop(0)
                self.revisions[SHARED:SHARED + count] = [self.version] * count
                self.bodies[0] = self.listing(0)
        etag = '"%d"' % (self.version if source == 0 else 0)
        if request.headers.get("If-None-Match") == etag:
            return Answer(304, headers={"ETag": etag})
        return Answer(200, self.bodies[source], {"ETag": etag, "Content-Type": "application/feed+json"})

    def changes(self, tamis, counts):
        """CPU seconds for each of these changes."""
        self.cpu, self.notes, self.plan = (lambda: cpu_s(tamis)), [], list(counts)
        until(lambda: not self.plan and len(self.notes) > len(counts), "%d changes" % len(counts), 5 * len(counts) + 60)
        self.cpu = None
        return [after - before for before, after in zip(self.notes, self.notes[1:])]


def cpu_s(tamis):
    """Of all its threads, by the kernel's clock of a process (clock_getcpuclockid)."""
    return time.clock_gettime((~tamis.process.pid << 3) | 2)


def sets(count):
    """Sources of so many different sets; the first takes the source that changes."""
    chosen, seen = random.Random(12), set()
    while len(seen) < count:
        one = tuple(sorted(chosen.sample(range(SOURCES), TAKEN)))
        if one not in seen and (seen or one[0] == 0):
            seen.add(one)
            yield one


def config(upstream, feeds):
    with open(rules_file(5000, "popular"), encoding="utf8") as file:
        rules = file.read().splitlines()
    sources = "".join("  s%d: {url: '%s/s%d', every: %s}\n" % (i, upstream.origin.url, i, "1d" if i else "1s")
                      for i in range(SOURCES))
    users = []
    for i, one in enumerate(feeds):
        if i % 10 == 0:
            users.append("  u%d:\n    feeds:\n" % (i // 10))
        users.append("      f%d: {sources: [%s], match: '%s'}\n" % (
            i, ", ".join("s%d" % s for s in one), rules[i].replace("'", "''")))
    room = ", sets_bytes: 8GB" if knows("limits.sets_bytes") else ""  # what they take is to be seen, not how they are bounded
    return CONFIG % (room, sources, "".join(users))


def metrics(tamis):
    return {name: float(value) for name, value in (
        line.rsplit(" ", 1) for line in tamis.get("/metrics")[2].decode().splitlines() if line[:1] != "#")}


def settle(tamis):
    """The metrics, when everything is shown and the rules have been asked of it: no batch for half a second."""
    last = [None]

    def settled():
        time.sleep(.5)
        seen = metrics(tamis)
        before, last[0] = last[0], seen["tamis_batches_total"]
        return seen if seen["tamis_shelves_behind"] == 0 and before == last[0] else None
    return until(settled, "all sets being followed", 120)


def ask(tamis, paths):
    """How long each took, in ms; the tag of each answer, None where it was not the feed."""
    took, tags = [], []
    for path in paths:
        began = time.monotonic()
        try:
            status, headers, _ = tamis.get(path)
            tags.append(headers.get("etag") if status == 200 else None)
        except OSError:
            tags.append(None)
        took.append((time.monotonic() - began) * 1e3)
    return took, tags


def partial(tamis, paths, tags):
    """How many of the answers were not all that the sources held: once all is shown they are others."""
    return sum(bool(before) and before != after for before, after in zip(tags, ask(tamis, paths)[1]))


class Seen:
    """One service with so many feeds, each asked for once, as soon as all sources are read."""

    def __init__(self, upstream, count, changes):
        self.count, self.feeds = count, list(sets(count))
        began = time.monotonic()
        self.tamis = Tamis("sets", config(upstream, self.feeds), core=None)
        addresses = self.tamis.addresses()  # before, so that nothing is made ready while they are listed
        self.tamis.ready(300)
        ready_s = time.monotonic() - began
        paths = [addresses["u%d/f%d" % (i // 10, i)] for i in range(count)]
        self.took, tags = ask(self.tamis, paths)
        self.failed = tags.count(None)
        self.resident, self.renditions, self.entries = self.memory()
        self.partial = partial(self.tamis, paths, tags)
        say("sets: %d: resident %.1f MB, of it renditions %.1f, entries %.1f; ready after %.1f s; first requests: %d "
            "failed, %d partial, p50 %.2f ms, the second %s, the longest %.1f" % (
                count, self.resident / 1e6, self.renditions / 1e6, self.entries / 1e6, ready_s, self.failed, self.partial,
                statistics.median(self.took), "%.2f" % self.took[1] if count > 1 else "-", max(self.took)))
        if changes:
            self.change(upstream, changes)

    def memory(self):
        """Resident bytes; and of these renditions, and the entries that all feeds share."""
        seen = settle(self.tamis)
        return self.tamis.anonymous_bytes(), seen["tamis_rendition_bytes"], seen["tamis_fragment_bytes"]

    def bare(self):
        return self.resident - self.renditions - self.entries

    def change(self, upstream, changes):
        """What one text more costs in a change that the service has to follow anyhow."""
        takers = sum(one[0] == 0 for one in self.feeds)
        before = settle(self.tamis)
        spent = upstream.changes(self.tamis, [FEW, MANY] * (changes + 1))[2:]  # the first ones warm
        seen = settle(self.tamis)
        few, many = statistics.median(spent[0::2]), statistics.median(spent[1::2])
        self.text_us = (many - few) / (MANY - FEW) * 1e6
        self.visited = (seen["tamis_batch_rules_visited_total"] - before["tamis_batch_rules_visited_total"]) / (2 * changes + 2)
        self.takers = takers
        say("sets: %d: %d feeds take the source; a change of %d of its texts %.2f ms of CPU, of %d %.2f: %.0f us a text; its "
            "batch visits %.1f rules, %.1f publications" % (
                self.count, takers, FEW, few * 1e3, MANY, many * 1e3, self.text_us, self.visited,
                (seen["tamis_index_publications_total"] - before["tamis_index_publications_total"]) / (2 * changes + 2)))

    def addresses(self, count):
        """The same without persons: each address names a set that nobody has asked for. Values of ADDRESS_ROWS."""
        before, *ready = self.memory()
        before -= sum(ready)
        paths = ["/filter.atom?source=%s&match=model&limit=20" % ",".join("s%d" % s for s in one)
                 for one in list(sets(self.count + count))[self.count:]]
        took, tags = ask(self.tamis, paths)
        failed = tags.count(None)
        resident, *ready = self.memory()
        say("sets: %d addresses: resident %.1f MB, of it renditions %.1f, entries %.1f; first requests: %d failed, p50 %.2f ms, "
            "the longest %.1f" % (
                count, resident / 1e6, ready[0] / 1e6, ready[1] / 1e6, failed, statistics.median(took), max(took)))
        return (resident - sum(ready) - before) / count, failed


def add(table, row, count, value):
    name, unit, relation, target = row
    table.add(name % count, value, unit, relation, target)


def measure(table):
    counts, upstream = COUNTS[table.quick], Upstream()
    say("sets: %s, %d items in two of them; each feed has a rule of its own" % (WORLD, SOURCES * SHARED))
    seen, of_addresses = {}, ()
    try:
        for count in counts:
            seen[count] = []
            for left in reversed(range(ROUNDS[table.quick] if count <= 2 else 1)):
                is_changed = count in (1, counts[-1]) and not left
                one = Seen(upstream, count, CHANGES[table.quick] if is_changed else 0)
                if count == 1 and not left:
                    of_addresses = one.addresses(ADDRESSES[table.quick])
                one.tamis.stop()
                seen[count].append(one)
    finally:
        upstream.origin.close()
    one, half, many = seen[1][-1], seen[counts[-2]][-1], seen[counts[-1]][-1]
    alone, bare, second = [[of(x) for x in seen[count]] for count, of in (
        (1, lambda x: x.resident), (1, Seen.bare), (2, lambda x: x.took[1]))]
    say("sets: one set %s; without renditions and entries %d sets take %.1f MB, one %s; first request of the second set %s" % (
        spread([x / 1e6 for x in alone], "MB"), many.count, many.bare() / 1e6, spread([x / 1e6 for x in bare], "MB"),
        spread(second, "ms")))
    for row, value in zip(ROWS, (
            many.resident / statistics.median(alone), (many.bare() - half.bare()) / (many.count - half.count), many.failed,
            many.partial, max(many.took) / statistics.median(second), max(many.took), many.text_us / one.text_us,
            many.visited / many.takers)):
        add(table, row, many.count, value)
    for row, value in zip(ADDRESS_ROWS, of_addresses):
        add(table, row, ADDRESSES[table.quick], value)
    scope_rows.measure(table)
    many_rows.measure(table)
    base_rows.measure(table)


def missing(table):
    for row in ROWS:
        add(table, row, COUNTS[table.quick][-1], None)
    for row in ADDRESS_ROWS:
        add(table, row, ADDRESSES[table.quick], None)
    scope_rows.missing(table)
    many_rows.missing(table)
