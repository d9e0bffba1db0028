#!/usr/bin/env python3
"""What a warm request costs the server, beside nginx with the same bytes in a file.

    serve.py BUILD [--rounds 7] [--seconds 1.0] [--pieces 20,100] [--bytes 40960] [--connections 32]

BUILD holds tests/bench/serve_bench. Servers run on core 0, wrk on core 1; each round asks one after
the other, so that what else the machine does meets all of them. The cost is the CPU time of the
server's process by the scheduler's count (/proc/PID/schedstat), divided by the answers that wrk had.
Lines: name, median, unit, least, most. `ratio` is the median of the rounds' ratios to nginx.
"""
import argparse
import http.client
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

NGINX = """
daemon off; worker_processes 1; pid {root}/pid; error_log {root}/error.log; user {user};
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_timeout 75;
  keepalive_requests 1000000000; open_file_cache max=100; open_file_cache_valid 1h;
  default_type "application/atom+xml; charset=utf-8";
  add_header Cache-Control "private, max-age=900"; add_header Vary "Accept-Encoding";
  add_header X-Content-Type-Options nosniff; add_header Referrer-Policy no-referrer;
  add_header Content-Security-Policy "default-src 'none'; sandbox"; add_header X-Robots-Tag noindex;
  client_body_temp_path {root}/a; proxy_temp_path {root}/b; fastcgi_temp_path {root}/c;
  uwsgi_temp_path {root}/d; scgi_temp_path {root}/e;
  server {{ listen 127.0.0.1:{port}; root {root}/www; }}
}}
"""


class Server:
    def __init__(self, name, port, process, pid, body_bytes):
        self.name, self.port, self.process, self.pid = name, port, process, pid
        self.body_bytes = body_bytes
        self.tag = self.ask()

    def ask(self):
        """The entity tag; and see that the server sends what it should."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("GET", "/feed")
        response = connection.getresponse()
        body = response.read()
        connection.close()
        if response.status != 200 or len(body) != self.body_bytes:
            sys.exit(f"{self.name} answers {response.status} with {len(body)} bytes")
        return response.headers["ETag"]

    def cpu_ns(self):
        return int(pathlib.Path(f"/proc/{self.pid}/schedstat").read_text().split()[0])

    def cost(self, options, is_same):
        """CPU microseconds for one answer."""
        before = self.cpu_ns()
        command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{options.connections}",
                   f"-d{max(1, round(options.seconds))}s", f"http://127.0.0.1:{self.port}/feed"]
        if is_same:
            command += ["-H", f"If-None-Match: {self.tag}"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        answers = int(re.search(r"(\d+) requests in", said)[1])
        if "Socket errors" in said or "Non-2xx" in said or not answers:
            sys.exit(f"{self.name}: {said}")
        return (self.cpu_ns() - before) / 1000 / answers

    def stop(self):
        self.process.terminate()
        self.process.wait()


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_nginx(root, body_bytes):
    (root / "www").mkdir()
    (root / "www/feed").write_bytes(b"x" * body_bytes)
    os.chmod(root, 0o755)
    port = free_port()
    user = "root" if os.getuid() == 0 else "nobody"
    (root / "conf").write_text(NGINX.format(root=root, port=port, user=user))
    binary = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen(["taskset", "-c", "0", binary, "-c", str(root / "conf")],
                               stderr=subprocess.DEVNULL)
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
    for _ in range(200):
        worker = children.read_text().split()
        if worker:
            break
        time.sleep(.02)
    for _ in range(200):
        try:
            return Server("nginx", port, process, int(worker[0]), body_bytes)
        except ConnectionRefusedError:
            time.sleep(.02)
    sys.exit("nginx does not start")


def start_bench(name, options, *arguments):
    command = [f"{options.build}/tests/bench/serve_bench", "-b", str(options.bytes), *arguments]
    process = subprocess.Popen(["taskset", "-c", "0", *command], stdout=subprocess.PIPE, text=True)
    port = int(process.stdout.readline())
    return Server(name, port, process, process.pid, options.bytes)


def print_line(name, values, unit):
    print(f"{name}\t{statistics.median(values):.3f}\t{unit}\t{min(values):.3f}\t{max(values):.3f}",
          flush=True)


def compare(servers, options, is_same):
    kind = "304" if is_same else "200"
    costs = {server.name: [] for server in servers}
    for _ in range(options.rounds):
        for server in servers:
            costs[server.name].append(server.cost(options, is_same))
    for name, values in costs.items():
        print_line(f"serve.{kind}.{name}.cpu", values, "us")
    for name, values in costs.items():
        if name != "nginx":
            print_line(f"serve.{kind}.{name}.ratio",
                       [ours / theirs for ours, theirs in zip(values, costs["nginx"])], "x nginx")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--pieces", default="20,100")
    parser.add_argument("--bytes", type=int, default=40960)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--only", choices=["200", "304"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        servers = [start_nginx(pathlib.Path(folder), options.bytes), start_bench("bare", options, "-e")]
        for pieces in options.pieces.split(","):
            servers.append(start_bench(f"{pieces}_pieces", options, "-p", pieces))
        servers.append(start_bench("file", options, "-m"))
        servers.append(start_bench("written_head", options, "-w"))
        try:
            for is_same in (False, True):
                if options.only in (None, "304" if is_same else "200"):
                    compare(servers, options, is_same)
        finally:
            for server in servers:
                server.stop()


if __name__ == "__main__":
    main()
