"""Slow clients by the thousand, from one selector: half heads, slow bodies, readers that do not read."""
import resource
import selectors
import socket
import time

HEAD = b"GET %s HTTP/1.1\r\nHost: a\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: */*\r\n"
BODY = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n"


def raise_descriptors(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


class Crowd:
    def __init__(self, port, large):
        self.port, self.large = port, large.encode()
        self.sockets, self.selector, self.closed = [], selectors.DefaultSelector(), 0

    def add(self, count, kinds=("head", "body", "reader"), sources=("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5")):
        for i in range(count):
            kind = kinds[i % len(kinds)]
            s = socket.socket()
            if kind == "reader":
                s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            s.bind((sources[len(self.sockets) % len(sources)], 0))
            s.connect(("127.0.0.1", self.port))
            s.sendall({"head": HEAD % b"/", "body": BODY + b"x" * 300, "reader": HEAD % self.large + b"\r\n"}[kind])
            s.setblocking(False)
            self.sockets.append((kind, s))
            if kind != "reader":
                self.selector.register(s, selectors.EVENT_READ)

    def look(self):
        """How many of those that are no readers have been closed."""
        for key, _ in self.selector.select(0):
            try:
                data = key.fileobj.recv(4096)
            except OSError:
                data = b""
            if not data:
                self.selector.unregister(key.fileobj)
                self.closed += 1
        return self.closed

    def close(self):
        for _, s in self.sockets:
            s.close()
        self.selector.close()


class Good:
    """A reader that asks for one thing after the other on a connection that it keeps, and how long each took."""

    def __init__(self, port, path):
        self.request = (b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % path.encode())
        self.port, self.socket, self.errors = port, None, 0
        self.connect()

    def connect(self):
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def ask(self):
        """Milliseconds."""
        begin = time.perf_counter()
        try:
            self.socket.sendall(self.request)
            got = self.socket.recv(65536)
            end = got.find(b"\r\n\r\n")
            length = int(got[:end].split(b"Content-Length: ")[1].split(b"\r\n")[0])
            left = end + 4 + length - len(got)
            while left > 0:
                left -= len(self.socket.recv(65536)) or left
            if not got.startswith(b"HTTP/1.1 200"):
                self.errors += 1
        except (OSError, IndexError, ValueError):
            self.errors += 1
            self.socket.close()
            self.connect()
        return (time.perf_counter() - begin) * 1000


def p99(values):
    return sorted(values)[int(len(values) * 0.99)]


def resident_kb(pid):
    with open("/proc/%d/status" % pid) as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
