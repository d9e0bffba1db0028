"""What a running service holds when nobody asks: idle, and per feed."""
import time

from measure import say, write
from papers_data import atom, papers
from serve_rows import config
from tamis_server import Tamis

NAME = "idle process, anonymous memory"


def measure(table):
    upstream = write("one.atom", atom(papers(1), int(time.time())))
    bare = Tamis("idle", 'sources:\n  one: {file: "%s"}\n' % upstream).ready()
    time.sleep(1)
    idle = bare.anonymous_bytes()
    bare.stop()
    full = Tamis("full", config([("some", "model", 20)])).ready()
    time.sleep(1)
    say("memory: with 1024 papers and one feed %.1f MB RssAnon" % (full.anonymous_bytes() / 1e6))
    full.stop()
    table.add(NAME, idle / 1e6, "MB", "<=", 10)


def missing(table):
    table.add(NAME, None, "MB", "<=", 10)
