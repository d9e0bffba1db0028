"""A page that is large and legal, so that reading it takes seconds, and what the store says meanwhile."""
import json
import os
import sqlite3
import threading

from origin import Answer, Origin
from service import Service, until

LARGE = """
allow_networks: ["127.0.0.0/8"]
limits: {per_host_interval: 0s, min_interval: 1s, total_timeout: 60s, body_bytes: 200MB, drain_timeout: %ds}
"""
SOURCES = """
sources:
  large: {url: "%s/large", every: 1h}
  small: {url: "%s/small", every: 1h}
"""


def feed(*entries):
    """An Atom feed of entries (name, content)."""
    parts = ["<entry><id>urn:%s</id><title>Of %s</title><updated>2026-01-01T00:00:00Z</updated>"
             "<content type='html'>%s</content></entry>" % (name, name, content) for name, content in entries]
    return ("<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title><id>urn:f</id>"
            "<updated>2026-01-01T00:00:00Z</updated>%s</feed>" % "".join(parts)).encode()


def large(megabytes):
    sentence = "&lt;p&gt;words and &lt;a href='/x'&gt;a link&lt;/a&gt; and &lt;b&gt;more&lt;/b&gt;&lt;/p&gt;"
    content = sentence * (20000 // len(sentence))
    return feed(*(("large-%d" % i, content) for i in range(megabytes * 50)))


class Busy:
    """Two sources: `large`, whose page is read for long, and `small`, whose answer waits until that has begun."""

    def __init__(self, drain_s=10, megabytes=90):
        self.pages = {"/large": large(megabytes), "/small": feed(("small", "short"))}
        self.begun = threading.Event()
        self.origin = Origin(self.answer)
        self.service = Service(SOURCES % (self.origin.url, self.origin.url), local=LARGE % drain_s)

    def answer(self, request):
        if request.path == "/small":
            self.begun.wait(60)
        return Answer(200, self.pages[request.path], {"Content-Type": "application/atom+xml"})

    def state(self, source):
        """What the store says of the one list of a source; {} before it says anything."""
        path = os.path.join(self.service.folder, "data", "tamis.db")
        if not os.path.exists(path):
            return {}
        with sqlite3.connect("file:%s?mode=ro" % path, uri=True) as database:
            try:
                rows = database.execute("SELECT state FROM source WHERE name = ?", (source.encode(),)).fetchall()
            except sqlite3.OperationalError:
                return {}  # the service is making it
        polls = json.loads(rows[0][0])["polls"] if rows and rows[0][0] else {}
        return next(iter(polls.values()), {})

    def is_reading(self):
        return self.state("large").get("reading", False)

    def start(self):
        """Until the large page is being read; from then on the small one is given."""
        self.service.start(wait=False)
        until(self.is_reading, "reading the large page")
        self.begun.set()
        return self.service

    def titles(self):
        reply = self.service.filter(source="large,small")
        return {entry.title for entry in reply.entries()} if reply.status == 200 else {"%d %s" % (reply.status, reply.text)}

    def close(self):
        self.begun.set()
        self.service.close()
        self.origin.close()
