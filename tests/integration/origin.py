"""A local upstream for tests: answers what a test tells it to, and remembers what it was asked.

As a module: Origin(answer) serves answer(request) -> Answer on a free port of 127.0.0.1.
As a program: serves the misbehaviours that the fetcher's tests ask for; prints its port, ends with its stdin.
"""
import gzip
import http.server
import socketserver
import ssl
import sys
import threading
import time
import urllib.parse


class Answer:
    def __init__(self, status=200, body=b"", headers=None, raw=None):
        self.status = status
        self.body = body if isinstance(body, bytes) else body.encode()
        self.headers = dict(headers or {})
        self.raw = raw  # a function that writes the whole answer to the socket itself


class Request:
    def __init__(self, path, headers):
        parts = urllib.parse.urlsplit(path)
        self.target = path
        self.path = parts.path
        self.query = {k: v[-1] for k, v in urllib.parse.parse_qs(parts.query).items()}
        self.headers = headers


class Origin:
    def __init__(self, answer, certificate=None):
        """certificate: a file of key and certificate; then it speaks TLS."""
        self.requests = []
        self.lock = threading.Lock()
        origin = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                request = Request(self.path, self.headers)
                with origin.lock:
                    origin.requests.append(request)
                reply = answer(request)
                if reply.raw:
                    self.close_connection = True
                    try:
                        reply.raw(self.wfile)
                    except OSError:
                        pass
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.status not in (204, 304):
                    self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                if reply.status not in (204, 304):
                    try:
                        self.wfile.write(reply.body)
                    except OSError:
                        pass

            def log_message(self, *args):
                pass

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, request, client_address):
                pass  # clients that hang up are what is tested

        self.server = Server(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.url = "%s://127.0.0.1:%d" % ("https" if certificate else "http", self.port)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def asked(self, path=None):
        with self.lock:
            return [r for r in self.requests if path is None or r.path == path]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def drip(wfile):
    wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(600):
        wfile.write(b"x")
        wfile.flush()
        time.sleep(0.1)


def misbehave(request):
    path = request.path
    if path == "/ok":
        if request.headers.get("If-None-Match") == '"one"':
            return Answer(304, headers={"ETag": '"one"'})
        return Answer(200, "fine", {"ETag": '"one"', "Cache-Control": "max-age=60", "Content-Type": "text/plain",
                                    "Content-Language": "de"})
    if path == "/agent":
        return Answer(200, request.headers.get("User-Agent", "") + "|" + (request.headers.get("Cookie") or "no cookie"))
    if path == "/to":
        return Answer(int(request.query.get("status", "302")), headers={"Location": request.query["url"], "Set-Cookie": "a=b"})
    if path == "/seen":  # sends whoever has no cookie of this chain to get one, as bot walls do
        if request.headers.get("Cookie") == "seen=1":
            return Answer(200, "fine")
        return Answer(302, headers={"Location": "/see", "Set-Cookie": "seen=1; Path=/"})
    if path == "/see":
        return Answer(302, headers={"Location": "/seen"})
    if path == "/conditions":  # what it was asked to compare with
        return Answer(200, request.headers.get("If-None-Match") or "nothing", {"ETag": '"two"'})
    if path == "/unasked":
        return Answer(304, headers={"ETag": '"zz"'})
    if path == "/bomb":
        return Answer(200, gzip.compress(b"\0" * (64 << 20)), {"Content-Encoding": "gzip"})
    if path == "/double":
        return Answer(200, gzip.compress(gzip.compress(b"\0" * (64 << 20))), {"Content-Encoding": "gzip, gzip"})
    if path == "/drip":
        return Answer(raw=drip)
    if path == "/midbody":
        return Answer(raw=lambda w: w.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf"))
    if path == "/heads":
        return Answer(raw=lambda w: w.write(b"HTTP/1.1 200 OK\r\n" + b"X: %s\r\n" % (b"y" * 8000) * 40 + b"\r\n"))
    if path == "/wait":
        return Answer(429, "later", {"Retry-After": "7"})
    return Answer(404, "nothing here")


if __name__ == "__main__":
    here = Origin(misbehave)
    print(here.port, flush=True)
    sys.stdin.read()
