"""Many sources and many feeds that each take some of them, from a SQLite file that was filled before, without an upstream: how soon
the service is ready, what it takes, and how long readers wait who come at once."""
import os
import shutil
import statistics
import time

from measure import Failed, data, program, run_program, say, until, write
from papers_data import hf_list, papers, rules_file
from tamis_server import Tamis

SOURCES, ITEMS, TAKEN, TEXTS, ASKED = 2000, 100, 20, 4000, 500
FEEDS = 10 ** 5
WORLD = "%d sources x %d items, %d feeds x %d" % (SOURCES, ITEMS, FEEDS, TAKEN)
ROWS = ((WORLD + ": resident", "GB", 2.0), (WORLD + ": ready from SQLite", "s", 15), (WORLD + ": failed first requests", "", 0),
        (WORLD + ": longest first request, all sources there", "ms", 100))
# nobody listens at port 9: every source fails at once, and is asked again a day later
CONFIG = """store: "sqlite:%s"
instance_key_file: "%s"
limits: {per_host_interval: 0s, per_host_parallel: 20, sources: %d}
sources:
%susers:
  nobody: {feeds: {none: {sources: [s0]}}}
"""


def filled():
    """Paths of a store, of its key and of the addresses of its feeds."""
    folder = data("many")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    store, key, paths = (os.path.join(folder, name) for name in ("feeds.db", "instance.key", "paths.txt"))
    values = run_program([program("fill_bench"), "sqlite:" + store, key, paths, write("texts.json", hf_list(papers(TEXTS))),
                          rules_file(FEEDS, "selective"), *map(str, (FEEDS, SOURCES, ITEMS, TAKEN))], 300)
    if "fill.wall" not in values:
        raise Failed("the store could not be filled")
    say("many: filled in %.1f s, %.0f MB" % (values["fill.wall"], os.path.getsize(store) / 1e6))
    return store, key, paths


def ask(tamis, paths):
    """How long each took, in ms; how many failed."""
    took, failed = [], 0
    for path in paths:
        began = time.monotonic()
        try:
            failed += tamis.get(path)[0] != 200
        except OSError:
            failed += 1
        took.append((time.monotonic() - began) * 1e3)
    return took, failed


def metric(tamis, name):
    lines = tamis.get("/metrics")[2].decode().splitlines()
    return float(next(line for line in lines if line.startswith(name + " ")).rsplit(" ", 1)[1])


def cpu_s(tamis):
    """Of all its threads, by the kernel's clock of a process (clock_getcpuclockid)."""
    return time.clock_gettime((~tamis.process.pid << 3) | 2)


def measure(table):
    if table.quick:
        say("many: not in a quick run")
        return
    store, key, paths = filled()
    with open(paths) as file:
        paths = file.read().split()
    chosen = paths[::len(paths) // (2 * ASKED)]
    began = time.monotonic()
    tamis = Tamis("many", CONFIG % (store, key, SOURCES, "".join(
        "  s%d: {url: 'http://127.0.0.1:9/%d', every: 1d}\n" % (i, i) for i in range(SOURCES))), core=None)
    listening_s = time.monotonic() - began
    until(lambda: tamis.get(chosen[0])[0] == 200, "a first reader being served", 300)
    served_s = time.monotonic() - began
    tamis.ready(300)
    ready_s, ready_cpu_s = time.monotonic() - began, cpu_s(tamis)
    took, failed = ask(tamis, chosen[:ASKED])
    behind = metric(tamis, "tamis_shelves_behind")
    until(lambda: metric(tamis, "tamis_shelves_behind") == 0, "all sources being shown", 300)
    whole_s = time.monotonic() - began
    later, later_failed = ask(tamis, chosen[ASKED:])
    resident = tamis.anonymous_bytes()
    say("many: listening after %.1f s, a first reader served after %.1f, ready after %.1f (%.1f of CPU); %d asked at once when ready: p50 %.1f ms, "
        "longest %.0f, %d failed, then %d behind; all shown after %.1f s; %d more: p50 %.2f ms, longest %.1f, %d failed" % (
            listening_s, served_s, ready_s, ready_cpu_s, len(took), statistics.median(took), max(took),
            failed, behind, whole_s, len(later), statistics.median(later), max(later), later_failed))
    say("many: resident %.2f GB, of it renditions %.1f MB, entries %.1f; CPU of all %.1f s" % (
        resident / 1e9, metric(tamis, "tamis_rendition_bytes") / 1e6, metric(tamis, "tamis_fragment_bytes") / 1e6,
        cpu_s(tamis)))
    tamis.stop()
    for (name, unit, target), value in zip(ROWS, (resident / 1e9, ready_s, failed + later_failed, max(later))):
        table.add(name, value, unit, "<=", target)


def missing(table):
    for name, unit, target in ROWS:
        table.add(name, None, unit, "<=", target)
