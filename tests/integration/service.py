"""A running Tamis for tests: starts the real program on a free port with a clock that the test drives."""
import gzip
import http.client
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse
import xml.etree.ElementTree as ET
from datetime import datetime, timezone

PROGRAM = os.environ.get("TAMIS_PROGRAM", "build-tests/plain/tamis")
CORPUS = os.environ.get("TAMIS_CORPUS") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "shared", "corpus")
ATOM = "{http://www.w3.org/2005/Atom}"
PATIENCE_S = 60

# no waiting between requests to the test's own origin, which is on loopback
LOCAL = """
allow_networks: ["127.0.0.0/8"]
limits: {per_host_interval: 0s, min_interval: 1s, connect_timeout: 2s, feed_bytes: 10MB, total_timeout: 5s}
"""


def seconds(text):
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def rfc3339(t):
    return datetime.fromtimestamp(t, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def until(condition, what):
    """Look again and again until it holds; never a fixed wait."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.005)
    raise AssertionError("it did not happen within %d s: %s" % (PATIENCE_S, what))


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode()

    def entries(self):
        return [Entry(node) for node in ET.fromstring(self.body).findall(ATOM + "entry")]


class Entry:
    def __init__(self, node):
        get = lambda name: (node.findtext(ATOM + name) or "").strip()
        self.id, self.title, self.updated, self.published = get("id"), get("title"), get("updated"), get("published")
        self.summary, self.content = get("summary"), get("content")
        self.authors = [a.findtext(ATOM + "name") for a in node.findall(ATOM + "author")]
        self.link = next((l.get("href") for l in node.findall(ATOM + "link") if l.get("rel", "alternate") == "alternate"), None)
        # everything that a reader hashes: all but the live numbers
        self.said = (self.id, self.title, self.updated, self.published, self.summary, self.content, tuple(self.authors),
                     tuple(sorted((l.get("rel"), l.get("href")) for l in node.findall(ATOM + "link"))),
                     tuple(c.get("term") for c in node.findall(ATOM + "category")))


class Service:
    def __init__(self, config, now="2026-03-02T06:00:00Z", folder=None, env=None, local=LOCAL):
        self.temporary = None if folder else tempfile.TemporaryDirectory(prefix="tamis-test-")
        self.folder = folder or self.temporary.name
        self.config_path = os.path.join(self.folder, "tamis.yaml")
        self.clock_path = os.path.join(self.folder, "clock")
        self.log_path = os.path.join(self.folder, "log")
        self.env, self.local, self.process, self.port = env or {}, local, None, None
        self.write_config(config)
        self.set_clock(now)

    def write_config(self, config):
        base = '\nlisten: "127.0.0.1:%s"\npublic_url: "http://feeds.example.org"\ndata_dir: "%s/data"\n' % (
            self.port or 0, self.folder)
        with open(self.config_path, "w") as file:
            file.write(self.local + base + config)

    def set_clock(self, now):
        self.now = now if isinstance(now, int) else seconds(now)
        with open(self.clock_path + ".new", "w") as file:
            file.write(rfc3339(self.now))
        os.rename(self.clock_path + ".new", self.clock_path)

    def start(self, wait=True):
        env = {k: v for k, v in os.environ.items() if not k.startswith("TAMIS_")}
        env.update(self.env)
        log = open(self.log_path, "ab")
        begin = log.tell()
        self.process = subprocess.Popen([PROGRAM, "serve", "-c", self.config_path, "--clock", self.clock_path],
                                        stdout=log, stderr=log, env=env, stdin=subprocess.DEVNULL)
        log.close()

        def listening():
            if self.process.poll() is not None:
                raise AssertionError("the service ended:\n" + self.log())
            found = re.search(r" listening .*port=(\d+)", self.log(begin))
            return int(found.group(1)) if found else None
        self.port = until(listening, "listening")
        if wait:
            self.settle()
        return self

    def log(self, begin=0):
        with open(self.log_path, "rb") as file:
            file.seek(begin)
            return file.read().decode("utf-8", "replace")

    def get(self, path, headers=None, method="GET", unpack=True):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, headers=headers or {})
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        names = {k.lower(): v for k, v in response.getheaders()}
        if unpack and names.get("content-encoding") == "gzip" and body:
            body = gzip.decompress(body)
        return Reply(response.status, names, body)

    def raw(self, target):
        """The whole answer to a request for these very bytes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def filter(self, match="", source=None, headers=None, **more):
        query = dict(more, **({"match": match} if match else {}), **({"source": source} if source else {}))
        return self.get("/filter.atom?" + urllib.parse.urlencode(query), headers)

    def metrics(self):
        values = {}
        for line in self.get("/metrics").text.splitlines():
            if line and not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                values[name] = float(value)
        return values

    def settle(self):
        """Until the service has seen the clock and nothing is due, running, unsaved or not shown yet."""
        def settled():
            m = self.metrics()
            return (m["tamis_clock_seconds"] >= self.now and m["tamis_shelves_behind"] == 0 and
                    m["tamis_categories_busy"] == 0 and
                    m["tamis_fetches_running"] + m["tamis_fetches_queued"] == 0 and
                    not any(v for k, v in m.items() if k.startswith(("tamis_source_busy", "tamis_source_unsaved"))))
        until(settled, "settling")

    def advance(self, to):
        self.set_clock(to)
        self.settle()

    def addresses(self):
        done = self.run("feeds")
        assert done.returncode == 0, done.stderr
        rows = [line.split("\t") for line in done.stdout.splitlines()]
        return {row[0]: urllib.parse.urlsplit(row[1]).path for row in rows}

    def run(self, *arguments):
        env = {k: v for k, v in os.environ.items() if not k.startswith("TAMIS_")}
        return subprocess.run([PROGRAM, arguments[0], "-c", self.config_path, *arguments[1:]], capture_output=True,
                              text=True, env=env, timeout=60)

    def reload(self):
        before = self.metrics()
        done = lambda m: m["tamis_config_reloads_total"] + m["tamis_config_reloads_failed_total"]
        self.process.send_signal(signal.SIGHUP)
        until(lambda: done(self.metrics()) > done(before), "reloading")

    def stop(self, number=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            code = self.process.wait(timeout=PATIENCE_S)
            if number == signal.SIGTERM:
                assert code == 0, "it ended with %d:\n%s" % (code, self.log())
        self.process = None

    def close(self):
        self.stop(signal.SIGKILL)
        if self.temporary:
            self.temporary.cleanup()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()
