"""A million rules from the store, ready to be asked: SQLite and Redis."""
import os

from measure import program, say

ROWS = ("10^6 rules from SQLite, ready", "10^6 rules from Redis, ready")


def measure(table):
    if not os.path.exists(program("registry_bench")):
        say("store: this tree has no registry_bench")
    missing(table)


def missing(table):
    for name in ROWS:
        table.add(name, None, "s", "<=", 3)
    table.add("memory of a feed besides its rule and result", None, "B", "<=", 96)
