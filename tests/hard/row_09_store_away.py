"""What is said while Redis is away, is written over by others, or may throw feeds away. Told by readers' answers, metrics,
/sources and commands."""
import signal
import socket
import threading

from papers import Papers, paper
from service import Service, until
from test_redis import Redis

UNKNOWN = "/f/%s.atom" % ("a" * 32)


class Cut:
    """Between a client and Redis: passes everything on until the client says EXEC, which Redis gets and nobody answers."""

    def __init__(self, port):
        self.to = port
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.to))
            threading.Thread(target=self.back, args=(server, client), daemon=True).start()
            threading.Thread(target=self.forth, args=(client, server), daemon=True).start()

    def back(self, server, client):
        try:
            while piece := server.recv(65536):
                client.sendall(piece)
        except OSError:
            pass

    def forth(self, client, server):
        try:
            while piece := client.recv(65536):
                if b"EXEC\r\n" in piece:
                    client.shutdown(socket.SHUT_RDWR)
                server.sendall(piece)
        except OSError:
            pass

    def close(self):
        self.socket.close()


def play():
    papers, redis = Papers(), Redis().start()
    papers.days = {"2026-03-02": [paper(i) for i in range(5)]}
    config = 'store: "redis://127.0.0.1:%d/0"\nredis: {timeout: 500ms}\n' + papers.config() + \
        "users: {ana: {feeds: {all: {sources: [daily-papers]}}}}\n"
    held, seen = [], []

    def note(what, holds):
        held.append(bool(holds))
        if not holds:
            seen.append(what)
    service = Service(config % redis.port)
    cut = Cut(redis.port)
    try:
        service.start()
        path = service.addresses()["ana/all"]
        note("an unknown token is a 404 while the store is there", service.get(UNKNOWN).status == 404)

        redis.process.send_signal(signal.SIGSTOP)
        until(lambda: service.metrics()["tamis_store_up"] == 0, "Redis hanging being noticed")
        unknown = service.get(UNKNOWN)  # not asked again and again: twenty a minute are answered
        note("an unknown token is a 503 while Redis hangs, which says when to come again: %d" % unknown.status,
             unknown.status == 503 and "retry-after" in unknown.headers)
        note("a known one is served", service.get(path).status == 200)
        redis.process.send_signal(signal.SIGCONT)
        until(lambda: service.metrics()["tamis_store_up"] == 1, "Redis being back")
        note("an unknown token is a 404 again", service.get(UNKNOWN).status == 404)

        redis.ask("RENAME tamis:definitions kept")
        redis.ask("SET tamis:definitions x")
        until(lambda: service.metrics()["tamis_store_up"] == 0, "a key of another type being noticed")
        until(lambda: "tamis:definitions" in service.get("/sources").text, "the key being named")
        note("it is served meanwhile", service.get(path).status == 200)
        redis.ask("RENAME kept tamis:definitions")
        until(lambda: service.metrics()["tamis_store_up"] == 1, "the store once the key is mended")

        redis.ask("CONFIG SET maxmemory-policy allkeys-lru")
        until(lambda: service.metrics()["tamis_store_up"] == 0, "the policy being noticed")
        note("the policy is named", "allkeys-lru" in service.get("/sources").text)
        done = service.run("feeds", "rotate", "ana/all")
        note("an edit is refused: %s" % done.stderr, done.returncode != 0 and "allkeys-lru" in done.stderr)
        redis.ask("CONFIG SET maxmemory-policy noeviction")
        until(lambda: service.metrics()["tamis_store_up"] == 1, "the store once the policy is right")

        service.write_config(config % cut.port)
        done = service.run("feeds", "rotate", "ana/all")
        note("an edit without an answer is not known: %s" % done.stderr,
             done.returncode != 0 and "it is not known whether" in done.stderr)
        service.write_config(config % redis.port)
        until(lambda: service.addresses()["ana/all"] != path, "the edit, which Redis had done")
    finally:
        cut.close()
        service.close()
        redis.close()
        papers.close()
    return "%d of %d promises held%s" % (sum(held), len(held), ": not " + "; ".join(seen) if seen else ""), all(held)
