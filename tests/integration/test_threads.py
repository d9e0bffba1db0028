"""Several serving threads under readers that never stop, while everything behind them changes.

Also run with the program built for ThreadSanitizer, which fails the program's exit code on any race (tests/run.sh).
"""
import re
import signal
import socket
import threading
import unittest

from papers import Papers, paper
from service import Service, until
from test_redis import Redis

PAPERS = 12
READERS = 6
THREADS = 2
SUMMARY = "We study agents that use tools, and say so at length. " * 40  # a feed that is large enough to be lent


class Broken(Exception):
    pass


class Connection:
    """A reader's connection that is kept, read byte by byte as HTTP says: half an answer is an error."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.file = self.socket.makefile("rb")

    def ask(self, target, headers=(), method="GET"):
        """(status, headers, body), or None when the server has closed before its answer began."""
        lines = ["%s %s HTTP/1.1" % (method, target), "Host: a", *headers, "", ""]
        try:
            self.socket.sendall("\r\n".join(lines).encode())
            first = self.file.readline()
        except ConnectionError:
            return None
        if not first:
            return None
        names = {}
        for line in iter(self.file.readline, b"\r\n"):
            if not line.endswith(b"\r\n"):
                raise Broken("the head ends in %r" % line)
            name, value = line.decode().split(": ", 1)
            names[name.lower()] = value.rstrip("\r\n")
        status = int(first.split()[1])
        length = 0 if status == 304 or method == "HEAD" else int(names["content-length"])
        body = self.file.read(length)
        if len(body) != length:
            raise Broken("%d of %d bytes" % (len(body), length))
        return status, names, body

    def close(self):
        self.file.close()
        self.socket.close()


class Reader(threading.Thread):
    """Asks for one feed again and again, and holds every answer against what it must be."""

    def __init__(self, world, number):
        super().__init__(daemon=True)
        self.world, self.number = world, number
        self.problem, self.answers, self.unchanged, self.connections = None, 0, 0, 0

    def run(self):
        try:
            while not self.world.ended.is_set():
                self.read_on_one_connection()
        except (Broken, OSError, ValueError) as error:
            self.problem = "reader %d: %s: %s" % (self.number, type(error).__name__, error)

    def connect(self):
        """A connection, or None when the service is stopping and lets nobody in.

        Whether it stops is asked behind the attempt: one that began before may end behind it."""
        try:
            return Connection(self.world.service.port)
        except ConnectionError:
            if self.world.is_stopping:
                return None
            raise

    def read_on_one_connection(self):
        connection = self.connect()
        if connection is None:
            self.world.ended.wait(0.01)
            return
        self.connections += 1
        seen, etag, seen_etag = (0, 0), None, (0, 0)
        try:
            for turn in range(200):
                if self.world.ended.is_set():
                    return
                floor = self.world.floor
                headers = ["If-None-Match: " + etag] if etag and turn % 2 else []
                method = "HEAD" if turn % 17 == 16 else "GET"
                answer = connection.ask(self.world.path, headers, method)
                if answer is None:
                    if self.world.is_stopping:
                        return
                    raise Broken("the server closed a connection that it had promised to keep")
                status, names, body = answer
                self.answers += 1
                if status == 304:
                    self.unchanged += 1
                    if not headers or names["etag"] != etag:
                        raise Broken("304 with %s to %s" % (names["etag"], headers))
                    now = seen_etag
                elif status != 200:
                    raise Broken("status %d" % status)
                elif method == "HEAD":
                    continue
                else:
                    now = self.world.check(names, body)
                    etag, seen_etag = names["etag"], now
                if any(n < f for n, f in zip(now, floor)):
                    raise Broken("%d: version %s when %s was there before the request" % (status, now, floor))
                if any(n < s for n, s in zip(now, seen)):
                    raise Broken("%d: version %s after %s on the same connection" % (status, now, seen))
                seen = now
                self.spare()
                if names.get("connection") == "close":
                    return
        finally:
            connection.close()

    def spare(self):
        """A feed whose address is taken away is served until then and never after."""
        gone = self.world.spare_is_gone
        if self.answers % 29:
            return
        connection = self.connect() if not self.world.is_stopping else None
        if connection is None:
            return
        answer = connection.ask(self.world.spare)
        connection.close()
        # 429: six readers ask for what is gone more than 20 times a minute
        if answer and (answer[0] not in (200, 404, 429) or (gone and answer[0] == 200)):
            raise Broken("a feed at an address that was %s: %d" % ("gone" if gone else "there", answer[0]))


class World:
    def __init__(self, service):
        self.service, self.ended = service, threading.Event()
        self.floor = (0, 0)  # versions of items and of rules that every request from now on must see
        self.is_stopping = self.spare_is_gone = False
        self.bodies, self.lock = {}, threading.Lock()

    def check(self, names, body):
        """(version of the items, version of the rules) of a feed that is whole and of one piece."""
        if not body.endswith(b"</feed>\n"):
            raise Broken("the end is %r" % body[-20:])
        versions = set(re.findall(rb"<title[^>]*>[^<]*number \d+, version (\d+)", body))
        titles = re.findall(rb"<title[^>]*>rules (\d+)", body)
        if len(versions) != 1 or body.count(b"<entry>") != PAPERS or len(titles) != 1:
            raise Broken("%d entries of versions %s, rules %s" % (body.count(b"<entry>"), versions, titles))
        with self.lock:
            # entity tags are weak for the numbers of votes alone, and these never move here
            if self.bodies.setdefault(names["etag"], body) != body:
                raise Broken("two bodies under %s" % names["etag"])
        return int(versions.pop()), int(titles[0])


class Threads(unittest.TestCase):
    def setUp(self):
        self.papers = Papers()
        self.addCleanup(self.papers.close)
        self.redis = Redis().start()
        self.addCleanup(self.redis.close)
        self.list_version(1)
        self.service = Service(self.config(1))
        self.addCleanup(self.service.close)

    def list_version(self, version):
        self.papers.days = {"2026-03-02": [
            paper(i, title="A paper on agents number %d, version %d" % (i, version), summary=SUMMARY)
            for i in range(PAPERS)]}

    def config(self, rules, store="redis"):
        chosen = 'store: "redis://127.0.0.1:%d/0"\nredis: {timeout: 5s}\n' % self.redis.port if store == "redis" else ""
        return chosen + "serve_threads: %d\n" % THREADS + self.papers.config() + (
            'users: {ana: {feeds: {main: {sources: [daily-papers], match: "agents", title: "rules %d"}, '
            "spare: {sources: [daily-papers]}}}}\n" % rules)

    def start(self):
        self.service.start()
        paths = self.service.addresses()
        world = World(self.service)
        world.path, world.spare = paths["ana/main"], paths["ana/spare"]
        readers = [Reader(world, i) for i in range(READERS)]
        for reader in readers:
            reader.start()
        self.addCleanup(world.ended.set)
        return world, readers

    def all_well(self, readers):
        for reader in readers:
            self.assertIsNone(reader.problem)

    def wait_for(self, readers, count):
        """Every reader has had so many answers more."""
        marks = [reader.answers + count for reader in readers]
        until(lambda: any(r.problem for r in readers) or all(r.answers >= m for r, m in zip(readers, marks)), "answers")
        self.all_well(readers)

    def end(self, world, readers):
        """Stop under load: what has begun is answered whole."""
        world.is_stopping = True
        self.service.stop()
        world.ended.set()
        for reader in readers:
            reader.join()
        self.all_well(readers)
        self.assertIn("stopped", self.service.log())
        self.assertNotIn("ThreadSanitizer", self.service.log())

    def bring(self, world, version):
        self.list_version(version)
        self.service.advance(self.service.now + 3600)
        world.floor = (version, world.floor[1])

    def configure(self, world, rules):
        self.service.write_config(self.config(rules))
        self.service.reload()
        until(lambda: b"rules %d" % rules in self.service.get(world.path).body, "the new title")
        world.floor = (world.floor[0], rules)

    def test_readers_see_whole_versions_in_their_order_whatever_changes(self):
        world, readers = self.start()
        self.assertEqual(self.service.metrics()["tamis_serve_threads"], THREADS)
        for version in range(2, 8):
            self.bring(world, version)
            self.configure(world, version)
            self.wait_for(readers, 20)
        done = self.service.run("feeds", "rotate", "ana/spare")
        self.assertEqual(done.returncode, 0, done.stderr)
        until(lambda: self.service.get(world.spare).status in (404, 429), "the old address going")
        world.spare_is_gone = True
        self.wait_for(readers, 60)
        metrics = self.service.metrics()
        self.assertGreater(metrics["tamis_feeds_alone_total"], 100, "serving threads answer alone")
        self.assertGreater(metrics["tamis_feeds_lent_total"], 100, "many ask for the same bytes")
        self.assertGreater(metrics["tamis_feed_files"], 0)
        self.assertGreaterEqual(metrics["tamis_feed_file_bytes"], metrics["tamis_feed_files"] * 16384)
        self.assertEqual(metrics["tamis_feed_files_refused_total"], 0)
        self.assertGreater(sum(r.unchanged for r in readers), 100)
        self.assertGreater(sum(r.connections for r in readers), READERS, "both threads had connections")
        self.end(world, readers)

    def test_a_store_that_goes_away_and_comes_back_makes_no_reader_wait_or_fail(self):
        world, readers = self.start()
        self.redis.stop(signal.SIGKILL)
        self.list_version(2)
        self.service.set_clock(self.service.now + 3600)
        until(lambda: b"version 2" in self.service.get(world.path).body, "new items while the store is away")
        world.floor = (2, 1)
        until(lambda: self.service.metrics()["tamis_store_up"] == 0, "the store being known as away")
        self.wait_for(readers, 60)
        self.redis.start()
        self.service.settle()
        self.wait_for(readers, 60)
        self.end(world, readers)


if __name__ == "__main__":
    unittest.main()
