"""Feeds from bytes to a filled model, in turns with the parsers that people use: feedparser, feedsmith, rss-parser."""
import os
import statistics
import subprocess

from measure import CORPUS, Failed, HERE, LOAD_CORE, children, data, npm_folder, program, say, spread

TARGETS = {"feedparser": 100, "feedsmith": 5, "rss-parser": 5}
FOLDERS = ("feeds-2026", "arxiv/rss", "arxiv/api", "suites")
BYTES = range(2000, 300000)


def name_of(peer):
    return "XML feeds, bytes to model against " + peer


def files():
    """Feeds in UTF-8 of a usual size, by their first element; which parser takes them is found out."""
    found = []
    for folder in FOLDERS:
        for where, _, names in sorted(os.walk(os.path.join(CORPUS, folder))):
            for name in sorted(names):
                path = os.path.join(where, name)
                if not name.endswith((".xml", ".rss", ".atom", ".rdf")) or os.path.getsize(path) not in BYTES:
                    continue
                with open(path, "rb") as file:
                    body = file.read()
                try:
                    start = body.decode()[:2000]
                except UnicodeDecodeError:
                    continue
                if any(element in start for element in ("<rss", "<feed", "<rdf:RDF")):
                    found.append(path)
    return found


class Parser:
    """A program that reads files in turns."""

    def __init__(self, name, command, given):
        self.name = name
        with open(data(name + ".log"), "wb") as log:
            self.process = subprocess.Popen(["taskset", "-c", LOAD_CORE, *command, *given], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, stderr=log, text=True)
        children.append(self.process)
        self.items = [int(self.line("items")) for _ in given]

    def line(self, key):
        for line in self.process.stdout:
            parts = line.rstrip("\n").split("\t")
            if parts[0] == key:
                return parts[1]
        raise Failed("%s ended; see %s" % (self.name, data(self.name + ".log")))

    def turn(self, numbers):
        self.process.stdin.write(" ".join(map(str, numbers)) + "\n")
        self.process.stdin.flush()
        return float(self.line("cpu"))


def start_peers(given):
    """The ones that are here; the others are said."""
    found = []
    script = None
    for name in TARGETS:
        try:
            if name == "feedparser":
                command = ["/usr/bin/python3", os.path.join(HERE, "peers", "parse.py")]
            else:
                script = script or os.path.join(npm_folder("parse.mjs"), "parse.mjs")
                command = ["node", script, name]
            found.append(Parser(name, command, given))
        except (Failed, OSError) as problem:
            say("%s: %s" % (name_of(name), problem))
    return found


def measure(table):
    given = files()
    if not given:
        raise Failed("the corpus is not here (%s): TAMIS_CORPUS names it" % CORPUS)
    tamis, peers = Parser("tamis", [program("turn_bench")], given), start_peers(given)
    everybody = [tamis, *peers]
    common = [i for i in range(len(given)) if all(parser.items[i] > 0 for parser in everybody)]
    size = sum(os.path.getsize(given[i]) for i in common)
    say("turns: %d of %d files, %.1f MB, are read by all; items: %s" % (
        len(common), len(given), size / 1e6,
        ", ".join("%s %d" % (p.name, sum(p.items[i] for i in common)) for p in everybody)))
    turns = {parser.name: [] for parser in everybody}
    for turn in range(3 if table.quick else 6):
        for parser in everybody:
            seconds = parser.turn(common)
            if turn > 0:  # the first warms what has to be compiled
                turns[parser.name].append(seconds)
    for parser in everybody:
        say("turns: %s %s" % (parser.name, spread([size / 1e6 / s for s in turns[parser.name]], "MB/s")))
    for name, target in TARGETS.items():
        ratios = [b / a for a, b in zip(turns["tamis"], turns.get(name, []))]
        table.add(name_of(name), statistics.median(ratios) if ratios else None, "x", ">=", target)
        if ratios:
            say("turns: %s: %s" % (name, spread(ratios, "x")))


def missing(table):
    for name, target in TARGETS.items():
        table.add(name_of(name), None, "x", ">=", target)
