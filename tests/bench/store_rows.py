"""A million feeds with their rules from the store, ready to be asked: SQLite and Redis."""
import os
import shutil

from measure import data, program, run_program, say, start, stop, until
from papers_data import rules_file

SOURCE = "daily-papers"  # of the feeds that registry_bench makes
READY = "10^6 rules from %s, ready"
MEMORY = "memory of a feed besides its rule and result"
SPARE = 20000  # rules behind those that are stored, to be added and removed


def missing(table):
    for name in ("SQLite", "Redis"):
        table.add(READY % name, None, "s", "<=", 3)
    table.add(MEMORY, None, "B", "<=", 96)


def has_program():
    return os.path.exists(program("registry_bench"))


def folder_of(name, keep=False):
    folder = data(name)
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder, exist_ok=True)
    return folder


def rules(count):
    return rules_file(count + SPARE, "selective", 3)


def filled_sqlite(count):
    """Path of a database with so many feeds, filled once in a run; None where nothing fills it."""
    if not has_program():
        return None
    folder = folder_of("registry-%d" % count, keep=True)
    path = os.path.join(folder, "feeds.db")
    if not os.path.exists(path):
        run_program([program("registry_bench"), "sqlite:" + path, folder, rules(count), str(count)], 500)
    return path


def describe(name, values):
    get = lambda key: values.get(key, float("nan"))
    say("%s: ready after %.2f s of CPU, %.2f s on the wall; longest round of the loop %.2f ms; filled in %.1f s" % (
        name, get("ready.cpu"), get("ready.wall"), get("ready.longest") / 1e3, get("fill.wall")))
    say("%s: a feed %.1f B (registry %.1f), its rule %.1f, resident %.1f; add a feed %.2f us (p99 %.2f), remove %.2f; open %.2f; "
        "a change of another process %.0f us" % (
            name, get("feed.bytes"), get("feed.registry"), get("feed.rule"), get("feed.anonymous"), get("add"), get("add.p99"),
            get("remove"), get("open"), get("change.cpu")))


def measure(table):
    count = 10 ** 5 if table.quick else 10 ** 6
    if not has_program():
        say("store: this tree has no registry_bench")
        missing(table)
        return
    folder = folder_of("registry-%d" % count)
    results = {"SQLite": run_program([program("registry_bench"), "sqlite:" + os.path.join(folder, "feeds.db"), folder, rules(count),
                                      str(count)], 500)}
    results["Redis"] = on_redis(count)
    for name, values in results.items():
        describe(name, values)
        table.add(READY % name, values.get("ready.wall"), "s", "<=", 3)
    table.add(MEMORY, results["SQLite"].get("feed.bytes"), "B", "<=", 96)


def on_redis(count):
    folder = folder_of("redis")
    server = start(["redis-server", "--port", "0", "--unixsocket", folder + "/redis.sock", "--dir", folder, "--save", "",
                    "--appendonly", "yes"], "redis.log")
    until(lambda: os.path.exists(folder + "/redis.sock"), "Redis listening")
    try:
        return run_program([program("registry_bench"), "redis+unix://%s/redis.sock" % folder, folder_of("registry-redis"), rules(count),
                            str(count)], 500)
    finally:
        stop(server)
