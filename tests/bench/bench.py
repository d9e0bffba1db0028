#!/usr/bin/python3
"""The driver of tests/bench/run.sh: measures part by part and prints the table of targets at the end."""
import os
import sys
import time

import fresh_rows
import index_rows
import memory_rows
import parse_rows
import peer_rows
import piece_rows
import serve_rows
import sets_rows
import store_rows
import topics_rows
import turn_rows
from measure import Failed, Foreign, end_children, machine, say

PARTS = {"index": index_rows, "parse": parse_rows, "turns": turn_rows, "topics": topics_rows,
         "serve": serve_rows, "memory": memory_rows, "store": store_rows,
         "fresh": fresh_rows, "pieces": piece_rows, "sets": sets_rows, "peers": peer_rows}


class Table:
    """Rows in the order that they came."""

    def __init__(self, quick):
        self.quick, self.rows = quick, []

    def add(self, name, value, unit, relation, target):
        """value None: not measured, which is never ok."""
        good = value is not None and (value <= target if relation == "<=" else value >= target)
        self.rows.append((name, "-" if value is None else "%.4g" % value, unit, "%s %g" % (relation, target),
                          "ok" if good else "short"))

    def print(self):
        for row in self.rows:
            print("\t".join(row), flush=True)


def main(arguments):
    quick = "--quick" in arguments
    wanted = [a for a in arguments if a != "--quick"] or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        sys.exit("bench: no such part: %s; parts: %s" % (" ".join(unknown), " ".join(PARTS)))
    table, began = Table(quick), Foreign()
    machine()
    try:
        for name in wanted:
            start, foreign = time.monotonic(), Foreign()
            try:
                PARTS[name].measure(table)
            except (Failed, OSError) as problem:
                say("%s: %s" % (name, problem))
                PARTS[name].missing(table)
            finally:
                end_children()
            say("%s: took %.0f s; %s" % (name, time.monotonic() - start, foreign.text()))
    finally:
        end_children()
    say("all: " + began.text())
    table.print()


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    main(sys.argv[1:])
