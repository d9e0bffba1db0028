"""Freshness: from the upstream's last byte to the first answer that shows it."""


def measure(table):
    missing(table)


def missing(table):
    table.add("last upstream byte to changed feed, p50", None, "ms", "<=", 10)
    table.add("last upstream byte to changed feed, p99", None, "ms", "<=", 30)
    table.add("longest delay of other requests by a refresh", None, "ms", "<=", 2)
