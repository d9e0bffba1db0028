"""Restarts under load: clients that try once more, two seconds later, see no error; who was let in is answered."""
import os
import socket
import tempfile
import threading
import time

from origin import Answer, Origin
from service import Service

RESTARTS = 3
CLIENTS = 4
RETRY_S = 2
UP_S = 2.5  # longer than a client waits: its second try meets a service that runs

FEED = "<rss version='2.0'><channel><title>t</title>%s</channel></rss>" % "".join(
    "<item><title>Item %d</title><guid isPermaLink='false'>%d</guid><description>%s</description></item>" % (
        i, i, "words " * 60) for i in range(40))


class Client(threading.Thread):
    """Asks for a feed again and again, on a connection that it keeps."""

    def __init__(self, port, path, ended):
        super().__init__(daemon=True)
        self.port, self.path, self.ended = port, path, ended
        self.answers = self.refused = self.busy = self.cut = self.errors = 0
        self.connection, self.file, self.what = None, None, []

    def close(self):
        if self.connection:
            self.file.close()
            self.connection.close()
        self.connection = None

    def ask(self):
        """None when it was answered, else what was wrong."""
        kept = self.connection is not None
        try:
            if not kept:
                self.connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
                self.file = self.connection.makefile("rb")
        except OSError:
            self.connection = None
            return "refused"
        try:
            self.connection.sendall(b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % self.path.encode())
            first = self.file.readline()
            if not first:
                raise ConnectionError("closed without a byte")
            names = {}
            for line in iter(self.file.readline, b"\r\n"):
                name, value = line.decode().split(": ", 1)
                names[name.lower()] = value.strip()
            body = self.file.read(int(names["content-length"]))
            if len(body) != int(names["content-length"]):
                raise ConnectionError("half an answer")
        except (OSError, ValueError) as error:
            self.close()
            # the server may end a connection that it kept while the next request is under way; a new one is asked
            return "kept" if kept else "cut: %s" % error
        if names.get("connection") == "close":
            self.close()
        return None if first.split()[1] == b"200" else "status %s" % first.split()[1].decode()

    def run(self):
        while not self.ended.is_set():
            wrong = self.ask()
            if wrong == "kept":
                wrong = self.ask()
            self.answers += wrong is None
            if wrong is None:
                time.sleep(0.002)
                continue
            self.refused += wrong == "refused"
            self.busy += wrong.startswith("status")
            self.cut += wrong.startswith("cut")
            self.what.append(wrong)
            time.sleep(RETRY_S)
            again = self.ask()
            self.errors += again is not None
            self.answers += again is None
            if again is not None:
                self.what.append("again: " + again)
        self.close()


class Knocker(Client):
    """Does not wait after a refusal: who is let in at any moment of a restart is answered with the feed."""

    def run(self):
        while not self.ended.is_set():
            wrong = self.ask()
            self.close()
            self.answers += wrong is None
            if wrong and wrong != "refused":
                self.errors += 1
                self.what.append("knocker: " + wrong)
            time.sleep(0.002)


def restart(restarts, up_s=UP_S):
    """The clients, who know what went wrong."""
    origin = Origin(lambda request: Answer(200, FEED, {"ETag": '"1"'}))
    folder = tempfile.TemporaryDirectory(prefix="tamis-hard-")
    service = Service("sources: {s: {url: '%s/feed.xml'}}\nusers: {ana: {feeds: {all: {sources: [s]}}}}\n" % origin.url,
                      folder=folder.name)
    try:
        service.start()
        path = service.addresses()["ana/all"]
        service.write_config("sources: {s: {url: '%s/feed.xml'}}\nusers: {ana: {feeds: {all: {sources: [s]}}}}\n"
                             % origin.url)  # with the port that it got
        ended = threading.Event()
        clients = [Client(service.port, path, ended) for _ in range(CLIENTS)] + [Knocker(service.port, path, ended)]
        for client in clients:
            client.start()
        for _ in range(restarts):
            time.sleep(up_s)  # the load itself: as long as a client waits
            service.stop()
            service.start(wait=False)
        time.sleep(up_s)
        ended.set()
        for client in clients:
            client.join()
        service.stop()
        return clients
    finally:
        service.close()
        origin.close()
        folder.cleanup()


def judge(restarts):
    clients = restart(restarts)
    total = lambda name: sum(getattr(client, name) for client in clients)
    if os.environ.get("TAMIS_SAY"):
        print([w for client in clients for w in client.what])
    figure = "%d restarts, %d answers: %d refused, %d × 503, %d cut off; %d errors after a retry" % (
        restarts, total("answers"), total("refused"), total("busy"), total("cut"), total("errors"))
    return figure, total("errors") == 0 and total("busy") == 0 and total("cut") == 0


def play():
    return judge(RESTARTS)
