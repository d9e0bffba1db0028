"""What people use today, on the same feed of 84 papers with the same rule: RSS-Bridge and a Node script. Requests per second of
CPU of the server, its helpers included; warm: the answer is in the peer's cache."""
import http.client
import os
import shutil
import statistics
import time
import urllib.parse

from measure import Failed, cost, data, npm_folder, say, spread, start, stop, until, write
from papers_data import atom, papers
from serve_rows import Nginx, free_port, interleave
from tamis_server import Tamis, threads

WORD = "video"
BRIDGE = "warm filtered feed against RSS-Bridge"
SCRIPT = "warm filtered feed against Node and feedsmith"
SHARE = "/usr/share/rss-bridge"
POOL = """[global]
error_log = {folder}/fpm.log
daemonize = no
[bridge]
{user}listen = {folder}/fpm.sock
listen.mode = 0666
pm = static
pm.max_children = 4
php_admin_value[opcache.enable] = 1
"""


def get(port, path, patience=60):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def kept(body):
    return body.count(b"<entry")


def listens(port):
    try:
        return get(port, "/")[0] > 0
    except OSError:
        return False


def start_bridge():
    """A copy of the package's files with a cache and a list of bridges of its own, under php-fpm and nginx."""
    folder = data("rss-bridge")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SHARE, folder, ignore=lambda where, names: {"cache", "config.ini.php", "whitelist.txt"} & set(names))
    os.makedirs(os.path.join(folder, "cache"))
    write("rss-bridge/whitelist.txt", "*")
    write("rss-bridge/config.ini.php", "; <?php exit; ?>\n")
    user = "user = root\ngroup = root\n" if os.geteuid() == 0 else ""
    pool = write("fpm.conf", POOL.format(folder=data(""), user=user))
    command = next((path for path in ("/usr/sbin/php-fpm8.2", "/usr/sbin/php-fpm") if os.path.exists(path)), None)
    if not command:
        raise Failed("there is no php-fpm here")
    fpm = start([command, "-y", pool, "-F"] + (["-R"] if user else []), "fpm.out")
    until(lambda: os.path.exists(data("fpm.sock")), "php-fpm listening")
    site = "location / {{ include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME {0}/index.php; fastcgi_pass unix:{1}/fpm.sock; }}"
    return fpm, Nginx("bridge", {}, site.format(folder, data("").rstrip("/")))


def start_script():
    folder = npm_folder("filter.mjs")
    port = free_port()
    process = start(["node", "filter.mjs", str(port)], "node.log", cwd=folder)
    until(lambda: listens(port), "node listening")
    return process, port


def take(processes, port, path, seconds):
    # few connections: php has four workers, and nobody gains by a queue
    return lambda: cost(processes, port, path, seconds=seconds, connections=8)


def compare(table, name, target, got, peer):
    ours, theirs = [x[0] for x in got["tamis"]], [x[0] for x in got[peer]]
    ratios = [b / a for a, b in zip(ours, theirs)]
    table.add(name, statistics.median(ratios), "x", ">=", target)
    say("%s: %s %s a request (%.0f a second, p99 %.1f ms); tamis %s; %s" % (
        name, peer, spread(theirs, "us"), statistics.median(x[1] for x in got[peer]),
        statistics.median(x[2] for x in got[peer]), spread(ours, "us"), spread(ratios, "x")))


def cold(name, process, port, path, count):
    """CPU and time of an answer that is made anew."""
    from measure import cpu_of
    before, began = cpu_of(process), time.monotonic()
    for _ in range(count):
        if get(port, path)[0] != 200:
            raise Failed("%s does not answer" % name)
    say("%s, made anew each time: %.1f ms of CPU, %.1f ms" % (
        name, (cpu_of(process) - before) / count * 1e3, (time.monotonic() - began) / count * 1e3))


def measure(table):
    seconds, rounds = (1, 2) if table.quick else (3, 3)
    body = atom(papers(84), int(time.time()))
    upstream = Nginx("upstream", {"papers.atom": body}, core="1")
    url = "http://127.0.0.1:%d/papers.atom" % upstream.port
    config = 'sources:\n  papers: {file: "%s"}\nusers:\n  ana:\n    feeds:\n      rl: {sources: [papers], match: "%s", limit: 100}\n%s'
    tamis = Tamis("peers", config % (write("84.atom", body), WORD, threads(1))).ready()
    path = tamis.address("ana/rl")
    got = tamis.get(path)
    say("peers: tamis keeps %d of 84 papers, %d bytes" % (kept(got[2]), len(got[2])))
    ours = take([tamis.process], tamis.port, path, seconds)
    for name, target, run in ((BRIDGE, 60, against_bridge), (SCRIPT, 5, against_script)):
        try:
            run(table, name, target, url, ours, seconds, rounds)
        except (Failed, OSError, http.client.HTTPException) as problem:
            say("%s: %s" % (name, problem))
            table.add(name, None, "x", ">=", target)
    tamis.stop()
    stop(upstream.process)


def against_bridge(table, name, target, url, ours, seconds, rounds):
    if not os.path.exists(SHARE):
        raise Failed("the package rss-bridge is not here")
    fpm, nginx = start_bridge()
    path = "/?" + urllib.parse.urlencode({
        "action": "display", "bridge": "Filter", "url": url, "filter": WORD, "filter_type": "permit", "case_insensitive": "on",
        "target_title": "on", "target_content": "on", "length_limit": "-1", "format": "Atom"})
    status, body = get(nginx.port, path)
    if status != 200 or not kept(body):
        raise Failed("RSS-Bridge answers %d: %s" % (status, body[:200]))
    say("%s: RSS-Bridge keeps %d papers, %d bytes" % (name, kept(body), len(body)))
    got = interleave(rounds, {"tamis": ours, "RSS-Bridge": take([fpm, nginx.process], nginx.port, path, seconds)})
    compare(table, name, target, got, "RSS-Bridge")
    stop(nginx.process)
    stop(fpm)


def against_script(table, name, target, url, ours, seconds, rounds):
    node, port = start_script()
    for parser in ("feedsmith", "rss-parser"):
        path = "/?" + urllib.parse.urlencode({"url": url, "word": WORD, "parser": parser})
        status, body = get(port, path)
        if status != 200 or not kept(body):
            raise Failed("the script answers %d: %s" % (status, body[:200]))
        say("%s: the script with %s keeps %d papers, %d bytes" % (name, parser, kept(body), len(body)))
        cold("Node and " + parser, [node], port, path + "&fresh=1", 20)
    path = "/?" + urllib.parse.urlencode({"url": url, "word": WORD, "parser": "feedsmith"})
    got = interleave(rounds, {"tamis": ours, "Node": take([node], port, path, seconds)})
    compare(table, name, target, got, "Node")
    stop(node)


def missing(table):
    table.add(BRIDGE, None, "x", ">=", 60)
    table.add(SCRIPT, None, "x", ">=", 5)
