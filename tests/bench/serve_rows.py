"""Warm requests: a feed assembled from fragments against nginx serving the same bytes, and one serving loop against two."""
import os
import statistics
import time

from measure import Failed, cost, cpu_of, data, say, spread, start, stop, until, wrk, write
from papers_data import atom, papers
from tamis_server import Tamis, knows, threads

ROUNDS = 5
NGINX = """daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.err;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=100; etag on;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4;
  scgi_temp_path {folder}/t5; types {{ application/atom+xml atom; }} default_type application/octet-stream;
  gzip_static on;
  server {{ listen 127.0.0.1:{port}; root {folder}; {more} }}
}}
"""


def free_port():
    import socket
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Nginx:
    def __init__(self, name, files, more="", core="0"):
        self.folder, self.port = data("nginx-" + name), free_port()
        os.makedirs(self.folder, exist_ok=True)
        os.chmod(self.folder, 0o755)
        for file, body in files.items():
            write("nginx-%s/%s" % (name, file), body)
        config = write("nginx-%s/nginx.conf" % name, NGINX.format(folder=self.folder, port=self.port, more=more))
        user = ["-g", "user root;"] if os.geteuid() == 0 else []
        self.process = start(["/usr/sbin/nginx", "-p", self.folder, "-c", config, *user], "nginx-%s.log" % name, core)
        until(self.answers, "nginx answering")

    def answers(self):
        import socket
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def etag(self, path):
        import http.client
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("HEAD", path)
        answer = connection.getresponse()
        connection.close()
        return answer.getheader("ETag")


def interleave(rounds, takes):
    """Each taken in turn, A B A B …; lists by name of what they returned."""
    got = {name: [] for name in takes}
    for _ in range(rounds):
        for name, take in takes.items():
            got[name].append(take())
    return got


def config(feeds, loops=1):
    upstream = write("upstream.atom", atom(papers(1024), int(time.time())))
    users = "".join("      %s: {sources: [papers], match: '%s', limit: %d}\n" % feed for feed in feeds)
    return 'sources:\n  papers: {file: "%s", title: Papers}\nusers:\n  ana:\n    feeds:\n%s%s' % (upstream, users, threads(loops))


def compare(name, table, got, target, note=""):
    """CPU per request of both, round by round; the ratio is of neighbours, so that slow drift falls out."""
    ours, theirs = [x[0] for x in got["tamis"]], [x[0] for x in got["nginx"]]
    ratios = [a / b for a, b in zip(ours, theirs)]
    table.add(name, statistics.median(ratios), "x", "<=", target)
    say("%s: tamis %s; nginx %s; ratio %s%s" % (name, spread(ours, "us a request"), spread(theirs, "us"), spread(ratios, "x"), note))
    say("%s: tamis %.0f requests a second, p99 %.2f ms; nginx %.0f, %.2f ms" % (
        name, statistics.median(x[1] for x in got["tamis"]), statistics.median(x[2] for x in got["tamis"]),
        statistics.median(x[1] for x in got["nginx"]), statistics.median(x[2] for x in got["nginx"])))


def against_nginx(table, seconds, rounds):
    tamis = Tamis("serve", config([("some", "model", 20)])).ready()
    path = tamis.address("ana/some")
    status, headers, body = tamis.get(path)
    packed = tamis.get(path, {"Accept-Encoding": "gzip"})
    if status != 200 or packed[1].get("content-encoding") != "gzip":
        raise Failed("the feed is answered with %d" % status)
    nginx = Nginx("serve", {"feed.atom": body, "feed.atom.gz": packed[2]})
    ours, theirs = [tamis.process], [nginx.process]
    conditional = ["If-None-Match: " + headers["etag"]], ["If-None-Match: " + nginx.etag("/feed.atom")]
    gzip = ["Accept-Encoding: gzip"]
    say("serve: one feed of %d bytes, %d entries; gzip %d bytes" % (len(body), body.count(b"<entry>"), len(packed[2])))
    for got in (tamis.get(path, {"If-None-Match": headers["etag"]}),):
        if got[0] != 304:
            raise Failed("a conditional request is answered with %d" % got[0])
    for name, a, b, target in (("warm 200, 40 KB, CPU against nginx", [], [], 1.1),
                               ("warm 304, CPU against nginx", *conditional, 1.0)):
        compare(name, table, interleave(rounds, {
            "tamis": lambda: cost(ours, tamis.port, path, a, seconds=seconds),
            "nginx": lambda: cost(theirs, nginx.port, "/feed.atom", b, seconds=seconds)}), target)
    got = interleave(max(rounds // 2, 1), {
        "tamis": lambda: cost(ours, tamis.port, path, gzip, seconds=seconds),
        "nginx": lambda: cost(theirs, nginx.port, "/feed.atom", gzip, seconds=seconds)})
    say("gzip, no target: tamis %s; nginx gzip_static of the same bytes %s" % (
        spread([x[0] for x in got["tamis"]], "us a request"), spread([x[0] for x in got["nginx"]], "us")))
    tamis.stop()
    stop(nginx.process)


def two_loops(table, seconds, rounds):
    """With two cores the load needs as much as the servers, so what counts is how many requests a second of CPU serves: two
    loops that do not hold each other up serve as many each as one does alone."""
    name = "two serving loops against one"
    if not knows("serve_threads"):
        say("two loops: this build has no serve_threads")
        table.add(name, None, "x", ">=", 1.7)
        return
    servers = {count: Tamis("loops%d" % count, config([("some", "model", 20)], count), core=None).ready() for count in (1, 2)}
    paths = {count: tamis.address("ana/some") for count, tamis in servers.items()}

    def take(count):
        tamis = servers[count]
        before = cpu_of([tamis.process])
        rate, requests, _ = wrk(tamis.port, paths[count], seconds=seconds, connections=48, threads=2, core=None)
        return requests / (cpu_of([tamis.process]) - before), rate
    got = interleave(rounds, {1: lambda: take(1), 2: lambda: take(2)})
    ratios = [2 * b[0] / a[0] for a, b in zip(got[1], got[2])]
    table.add(name, statistics.median(ratios), "x", ">=", 1.7)
    say("two loops: requests per second of CPU, one loop %s; two loops %s; 2 x their ratio %s" % (
        spread([x[0] for x in got[1]]), spread([x[0] for x in got[2]]), spread(ratios, "x")))
    say("two loops: with the load on the same cores: one loop %.0f requests a second, two loops %.0f" % (
        statistics.median(x[1] for x in got[1]), statistics.median(x[1] for x in got[2])))
    for tamis in servers.values():
        tamis.stop()


def measure(table):
    seconds, rounds = (1, 3) if table.quick else (2, ROUNDS)
    against_nginx(table, seconds, rounds)
    two_loops(table, seconds, rounds)


def missing(table):
    table.add("warm 200, 40 KB, CPU against nginx", None, "x", "<=", 1.1)
    table.add("warm 304, CPU against nginx", None, "x", "<=", 1.0)
