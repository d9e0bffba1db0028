"""The service over a real Redis that comes and goes."""
import os
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

from origin import Answer
from papers import Papers, paper
from service import Service, until


class Redis:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="tamis-redis-")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = None

    def start(self, *more):
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.folder.name, "--appendonly", "yes",
             "--appendfsync", "always", "--save", "", *more], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: self.ask("PING") == b"+PONG\r\n", "Redis")
        return self

    def ask(self, command):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(command.encode() + b"\r\n")
                return connection.recv(65536)
        except OSError:
            return b""

    def stop(self, number=signal.SIGKILL):
        if self.process:
            self.process.send_signal(number)
            self.process.wait()
            self.process = None

    def close(self):
        self.stop()
        self.folder.cleanup()


class Store(unittest.TestCase):
    def setUp(self):
        self.papers = Papers()
        self.addCleanup(self.papers.close)
        self.papers.days = {"2026-03-02": [paper(i) for i in range(20)]}
        self.redis = Redis().start()
        self.addCleanup(self.redis.close)

    def service(self, **more):
        config = 'store: "redis://127.0.0.1:%d/0"\nredis: {timeout: 500ms}\nfilter_addresses: on\n' % self.redis.port
        service = Service(config + self.papers.config() + "users: {ana: {feeds: {all: {sources: [daily-papers]}}}}\n", **more)
        self.addCleanup(service.close)
        return service

    def test_a_restart_serves_the_same_bytes_from_redis(self):
        service = self.service().start()
        path = service.addresses()["ana/all"]
        before = service.get(path)
        service.stop()
        self.papers.down = Answer(500, "down")
        service.start(wait=False)
        until(lambda: service.get(path).status == 200, "the feed")
        after = service.get(path)
        self.assertEqual((after.body, after.headers["etag"]), (before.body, before.headers["etag"]))
        keys = self.redis.ask("KEYS *")
        self.assertNotIn(path.split("/")[2].split(".")[0].encode(), keys, "the store knows no token")
        names = [word.decode() for word in keys.split(b"\r\n") if word.startswith(b"tamis:")]
        lasting = {name: int(self.redis.ask("TTL %s" % name)[1:]) for name in names}
        results = [name for name, ttl in lasting.items() if ttl > 0]
        self.assertTrue(any("all" in name for name in results), "results are kept for a time: %s" % lasting)
        self.assertFalse(any("item" in name or "def" in name for name in results), "what is defined has no time to live")

    def test_killing_redis_under_load_leaves_feeds_served_and_loses_nothing(self):
        service = self.service().start()
        path = service.addresses()["ana/all"]
        statuses, ended = set(), threading.Event()

        def load():
            while not ended.is_set():
                statuses.add(service.get(path).status)
        readers = [threading.Thread(target=load) for _ in range(2)]
        for reader in readers:
            reader.start()
        try:
            self.redis.stop(signal.SIGKILL)
            self.papers.days["2026-03-02"] += [paper(100 + i) for i in range(5)]
            service.set_clock("2026-03-02T09:00:00Z")
            until(lambda: len(service.get(path).entries()) == 25, "new papers while the store is away")
            until(lambda: service.metrics()["tamis_store_up"] == 0, "the store being known as away")
            self.redis.start()
            service.settle()
        finally:
            ended.set()
            for reader in readers:
                reader.join()
        self.assertEqual(statuses, {200})
        before = service.get(path).body
        service.stop(signal.SIGKILL)
        self.papers.down = Answer(500, "down")
        service.start(wait=False)
        until(lambda: service.get(path).status == 200, "the feed")
        self.assertEqual(service.get(path).body, before, "what came while Redis was away is there")

    def test_a_pause_that_one_instance_was_told_is_kept_by_all(self):
        one, other = self.service().start(), self.service()
        self.papers.down = Answer(429, "slow down", {"Retry-After": "3600"})
        one.advance("2026-03-02T06:30:00Z")
        asked = len(self.papers.origin.requests)
        other.set_clock("2026-03-02T06:30:00Z")
        other.start()
        for service in (one, other):
            service.advance("2026-03-02T07:20:00Z")
            self.assertIn("asks for a pause until 07:30 UTC", service.get("/sources").text)
        self.assertEqual(len(self.papers.origin.requests), asked)
        self.papers.down = None
        for service in (one, other):
            service.advance("2026-03-02T07:30:10Z")
            self.assertNotIn("pause", service.get("/sources").text)
        self.assertGreater(len(self.papers.origin.requests), asked)

    def test_without_redis_at_the_start_nothing_false_is_said_until_it_comes(self):
        service = self.service().start()
        path = service.addresses()["ana/all"]
        service.stop()
        self.redis.stop()
        service.start(wait=False)
        self.assertEqual(service.get("/healthz").status, 200)
        self.assertEqual(service.get("/readyz").status, 503)
        reply = service.get(path)
        self.assertEqual(reply.status, 503, "never a false 404")
        self.assertIn("retry-after", reply.headers)
        self.redis.start()
        until(lambda: service.get(path).status == 200, "the feed once Redis is there")
        self.assertEqual(len(service.get(path).entries()), 20)

    def test_a_redis_that_may_evict_definitions_is_refused_in_words(self):
        self.redis.stop()
        self.redis.start("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")
        service = self.service().start(wait=False)
        until(lambda: "allkeys" in service.log(), "the refusal")
        self.assertEqual(service.get("/readyz").status, 503)


if __name__ == "__main__":
    unittest.main()
