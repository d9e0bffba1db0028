"""Freshness: from the upstream's last byte to the first answer that shows it, with 84 new papers each time and 10^6 feeds of as
many rules over the source; and what other requests feel of it."""
import json
import os
import re
import shutil
import statistics
import subprocess

import store_rows
from measure import HERE, Failed, data, program, say, start, stop, until, write
from papers_data import papers
from tamis_server import Tamis, threads

FIRST, ROUNDS, NEW, ROUND_S = 1024, 14, 84, 5
NAMES = ("last upstream byte to changed feed, p50", "last upstream byte to changed feed, p99",
         "longest delay of other requests by a refresh")
# how long after the change was served a request still counts as delayed by it
AFTER_S = 0.1
CONFIG = """sources:
  %s: {url: "http://127.0.0.1:%d/papers.atom", every: 1s}
limits: {per_host_interval: 0s, min_interval: 1s, items: 5000}
users:
  bench:
    feeds:
      all: {sources: [%s], limit: 20}
      rare: {sources: [%s], match: 'zebrafish OR video', limit: 20}
"""


def numbers(text, word):
    return [[float(x) for x in line.split()[1:]] for line in text.splitlines() if line.startswith(word + " ")]


def measure(table):
    rounds = 6 if table.quick else ROUNDS
    count = 10 ** 5 if table.quick else 10 ** 6
    folder = data("fresh")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    write("fresh/papers.json", json.dumps(papers(FIRST + NEW * (rounds + 2))))
    upstream = start(["/usr/bin/python3", os.path.join(HERE, "upstream.py"), folder, str(FIRST)], "upstream.log", core=None)

    def log():
        with open(data("upstream.log")) as file:
            return file.read()
    port = int(until(lambda: re.search(r"port (\d+)", log()), "the upstream listening").group(1))
    store = store_rows.filled_sqlite(count)
    if store:  # a copy: what was listed in an earlier run would not be new
        store = shutil.copy(store, os.path.join(folder, "feeds.db"))
    name = store_rows.SOURCE
    tamis = Tamis("fresh", CONFIG % (name, port, name, name) + ('store: "sqlite:%s"\n' % store if store else "") + threads(0),
                  core=None).ready(180)
    until(lambda: tamis.get(tamis.address("bench/all"))[0] == 200, "the feed being there", 60)
    watched, other = tamis.address("bench/all"), tamis.address("bench/rare")  # takes seconds when others use the machine
    write("fresh/go", "")
    say("fresh: %s; %d papers at first, %d new ones in each of %d rounds; nothing is pinned" % (
        "%d feeds in the store" % count if store else "no store with many feeds here, two feeds only", FIRST, NEW, rounds))
    done = subprocess.run([program("probe_bench"), str(tamis.port), watched, other, str(rounds * ROUND_S)], capture_output=True, text=True)
    if done.returncode:
        raise Failed("the probe failed: " + done.stderr[-200:])
    say("fresh: resident anonymous memory %.0f MB" % (tamis.anonymous_bytes() / 1e6))
    report(table, numbers(log(), "sent"), numbers(done.stdout, "changed"), numbers(done.stdout, "slow"), done.stdout)
    tamis.stop()
    stop(upstream)


def report(table, sent, changed, slow, out):
    changed = [c[0] for c in changed[1:]]  # the first is the probe's own first look
    delays, inside, windows = [], [], []
    for (at,) in sent:
        after = [c for c in changed if c > at - 0.05]
        if after and after[0] < at + 2:
            delays.append(max(after[0] - at, 0) * 1e3)
            windows.append((at - 0.05, after[0] + AFTER_S))
    if len(delays) < 3:
        raise Failed("only %d changes were seen, of %d" % (len(delays), len(sent)))
    for begin, end in windows:
        inside.append(max([ms for when, ms in slow if begin <= when <= end], default=0))
    outside = sorted(ms for when, ms in slow if not any(b <= when <= e for b, e in windows))
    delays.sort()
    table.add(NAMES[0], statistics.median(delays), "ms", "<=", 10)
    table.add(NAMES[1], delays[min(len(delays) - 1, round(len(delays) * .99))], "ms", "<=", 30)
    table.add(NAMES[2], max(inside), "ms", "<=", 2)
    values = dict(line.split("\t")[:2] for line in out.splitlines() if "\t" in line)
    say("fresh: %d changes, delay %.2f ms (%.2f to %.2f)" % (len(delays), statistics.median(delays), delays[0], delays[-1]))
    say("fresh: another request takes %s ms (p99 %s); longest during each refresh: median %.2f, all %.2f ms; at other times: "
        "%d above .5 ms, longest %.2f ms" % (values.get("other"), values.get("other.p99"), statistics.median(inside), max(inside),
                                             len(outside), outside[-1] if outside else 0))


def missing(table):
    table.add(NAMES[0], None, "ms", "<=", 10)
    table.add(NAMES[1], None, "ms", "<=", 30)
    table.add(NAMES[2], None, "ms", "<=", 2)
