"""Feeds read in turns, as turn_bench.c does it: python3 parse.py FILE…"""
import sys
import time

import feedparser


def items_of(body):
    read = feedparser.parse(body)
    return len(read.entries) if read.version and not read.bozo else -1


bodies = []
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        bodies.append(file.read())
for body in bodies:
    print("items\t%d" % items_of(body), flush=True)
for line in sys.stdin:
    before = time.process_time()
    for at in line.split():
        items_of(bodies[int(at)])
    print("cpu\t%.9f" % (time.process_time() - before), flush=True)
