"""A SQLite file that is damaged while Tamis is away, in each of several ways: every address answers as before, entries have
their ids, and what happened is said in the log, in /sources, by `tamis health` and on the page."""
import glob
import os
import random
import re
import signal

from papers import Papers, paper
from service import Service, until

PAGE = 4096


def overwrite(path, at, bytes_):
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(bytes_)


def zero_first_page(path):
    overwrite(path, 0, bytes(PAGE))


def overwrite_pages(path):
    for page in range(2, os.path.getsize(path) // PAGE, 5):
        overwrite(path, page * PAGE, random.Random(page).randbytes(PAGE))


def cut(path):
    os.truncate(path, os.path.getsize(path) // 2 // PAGE * PAGE)


def garbage(path):
    overwrite(path, 0, random.Random(1).randbytes(os.path.getsize(path)))


def empty(path):
    os.truncate(path, 0)


def damage_log(path):
    """As after a kill: what is in the log alone is lost."""
    if os.path.exists(path + "-wal"):
        overwrite(path + "-wal", 32, random.Random(2).randbytes(max(0, os.path.getsize(path + "-wal") - 32)))


KINDS = (zero_first_page, overwrite_pages, cut, garbage, empty, damage_log)


def feeds(names):
    rows = "\n".join("      %s: {sources: [daily-papers]%s}" % (name, ", " + more if more else "") for name, more in names)
    return "users:\n  ana:\n    feeds:\n" + rows + "\n"


def ids(replies):
    """Of feeds and entries."""
    return {name: set(re.findall("<id>(.*?)</id>", replies[name].text)) for name in ("ana/all", "ana/turned", "ana/new")}


def play():
    papers = Papers()
    papers.days = {"2026-03-02": [paper(i) for i in range(20)]}
    service = Service("filter_addresses: on\n" + papers.config() + feeds(
        [("all", ""), ("turned", ""), ("old", ""), ("gone", ""), ("kept", "")]))
    path = os.path.join(service.folder, "data", "tamis.db")
    held, missed, played = 0, [], 0

    try:
        service.start()
        assert service.run("feeds", "rotate", "ana/turned").returncode == 0
        service.write_config("filter_addresses: on\n" + papers.config() + feeds(
            [("all", ""), ("turned", ""), ("new", "was: old"), ("kept", "")]))
        service.reload()
        addresses = service.addresses()
        assert service.run("feeds", "delete", "ana/gone").returncode == 0
        until(lambda: service.get(addresses["ana/gone"]).status == 410, "the deletion")
        until(lambda: b"x" in copy_of(path, "ana/gone"), "the copy")
        before = {name: service.get(at) for name, at in addresses.items()}
        for damage in KINDS:
            service.stop(signal.SIGKILL if damage is damage_log else signal.SIGTERM)  # the latter leaves no log
            damage(path)
            begin = os.path.getsize(service.log_path)
            service.start(wait=False)
            service.settle()
            until(lambda: service.get("/readyz").status == 200, "being ready after " + damage.__name__)
            until(lambda: "made anew" in service.log(begin), "a line in the log after " + damage.__name__)
            service.advance(service.now + 60)  # what is missing is asked for, when limits.min_interval is over
            after = {name: service.get(at) for name, at in addresses.items()}
            words = service.get("/sources").text
            kept = glob.glob(path + ".damaged-*Z") + glob.glob(path + ".damaged-*Z-[0-9]")
            holds = {
                "statuses": {n: r.status for n, r in after.items()} == {n: r.status for n, r in before.items()},
                "ids": ids(after) == ids(before) and all(ids(after).values()),
                "the file's name": any(name in words for name in kept),
                "/sources": "the store\twarned" in words and "definitions came from the copy" in words,
                "health": "made anew" in service.run("health").stdout,
                "the page": "made anew" in service.get("/").text,
            }
            played += 1
            held += all(holds.values())
            missed += ["%s: %s" % (damage.__name__, what) for what, is_so in holds.items() if not is_so]
        service.settle()
        service.stop()
    finally:
        service.close()
        papers.close()
    return "%d of %d kinds of damage: the same addresses, answers and ids%s" % (
        held, played, "; not " + ", ".join(missed) if missed else ""), held == played


def copy_of(path, key):
    """The line of this definition in the copy, or nothing."""
    try:
        with open(path + ".definitions", "rb") as file:
            found = file.read().split(key.encode(), 1)
    except OSError:
        return b""
    return found[1].split(b"\n")[0].split(b"\t")[1] if len(found) > 1 else b""
