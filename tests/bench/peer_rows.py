"""What people use today: RSS-Bridge and a Node script."""


def measure(table):
    missing(table)


def missing(table):
    table.add("warm filtered feed against RSS-Bridge", None, "x", ">=", 60)
    table.add("warm filtered feed against Node and feedsmith", None, "x", ">=", 5)
