#!/usr/bin/env python3
"""Lists of feeds: what readers export becomes a configuration, and what Tamis writes is a list that they import."""
import glob
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from xml.etree import ElementTree

from papers import Papers, paper
from service import CORPUS, PROGRAM, Service

LIST = """<?xml version="1.0" encoding="iso-8859-1"?>
<opml version="1.1"><head><title>Mine</title></head><body>
<outline title="Science"><outline text="Physics"><outline text="Caf\xe9 &amp; &quot;more&quot;" xmlUrl="https://one.org/f?a=1&amp;b=2"/></outline>
<outline type="rss" text="Two: the blog" xmlUrl="https://two.org/f"/></outline>
<outline type="rss" text="Two: the blog" xmlUrl="https://three.org/f" category="Science,news"/>
<outline type="rss" text="Two: the blog" xmlUrl="https://two.org/f"/>
<outline text="A page" htmlUrl="https://four.org/"/>
<outline text="\xbf" xmlUrl="https://five.org/f"/>
<outline text="Empty"/>
</body></opml>
"""
IMPORTED = """sources:
  cafe-more: {url: "https://one.org/f?a=1&b=2", title: "Café & \\"more\\""}
  two-the-blog: {url: "https://two.org/f", title: "Two: the blog"}
  two-the-blog-2: {url: "https://three.org/f", title: "Two: the blog"}
  five-org: {url: "https://five.org/f", title: "¿"}
groups:
  science: [physics, two-the-blog, two-the-blog-2]
  physics: [cafe-more]
  news: [two-the-blog-2]
"""


def run(*arguments, stdin=b""):
    return subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True, timeout=60)


class Import(unittest.TestCase):
    def test_a_list_becomes_sources_and_groups(self):
        done = run("import", stdin=LIST.encode("iso-8859-1"))
        self.assertEqual((done.returncode, done.stdout.decode()), (0, IMPORTED))
        told = done.stderr.decode()
        self.assertIn("standard input:7: https://four.org/ has no feed's address and is left out", told)
        self.assertIn("standard input:9: \"Empty\"", told)
        self.assertEqual(len(told.splitlines()), 2)

    def test_what_is_printed_is_a_right_configuration(self):
        with tempfile.TemporaryDirectory() as folder:
            name = os.path.join(folder, "tamis.yaml")
            with open(name, "w") as file:
                file.write(IMPORTED + "users: {ana: {feeds: {all: {sources: [science, news, five-org]}}}}\n")
            done = run("check", "-c", name)
            self.assertEqual(done.returncode, 0, done.stderr.decode())
            self.assertIn(b"4 sources", done.stdout)

    def test_what_is_no_list_is_said(self):
        for body in (b"", b"<rss version='2.0'><channel/></rss>", b"<opml><body/></opml>", b"\x00"):
            done = run("import", "-", stdin=body)
            self.assertEqual((done.returncode, done.stdout), (1, b""), body)
            self.assertIn(b"standard input", done.stderr)
        self.assertEqual(run("import", "a", "b").returncode, 2)

    def test_every_list_of_the_corpus_is_imported_or_refused_with_a_sentence(self):
        names = [n for n in glob.glob(os.path.join(CORPUS, "suites", "**", "*opml*", "**"), recursive=True)
                 + glob.glob(os.path.join(CORPUS, "suites", "**", "*.opml"), recursive=True)
                 if os.path.isfile(n) and n.endswith(("ml"))]
        if not names:
            self.skipTest("no corpus")
        imported = 0
        with tempfile.TemporaryDirectory() as folder:
            for name in sorted(set(names)):
                done = run("import", name)
                self.assertIn(done.returncode, (0, 1), name)
                self.assertEqual(done.returncode == 0, done.stdout.startswith(b"sources:\n"), name)
                if done.returncode == 1:
                    self.assertTrue(done.stderr.startswith(b"tamis: " + name.encode()), name)
                    continue
                imported += 1
                path = os.path.join(folder, "tamis.yaml")
                with open(path, "wb") as file:
                    file.write(done.stdout)
                checked = run("check", "-c", path)
                self.assertEqual(checked.returncode, 0, (name, checked.stderr.decode()))
        self.assertGreater(imported, 12)


class Export(unittest.TestCase):
    def setUp(self):
        self.papers = Papers()
        self.addCleanup(self.papers.close)
        self.papers.days = {"2026-03-02": [paper(i) for i in range(3)]}
        self.service = Service(self.papers.config() + "groups: {papers: [daily-papers]}\nusers:\n"
                               "  ana: {feeds: {mine: {match: agent, title: 'Mine & <yours>', sources: papers}, more: {match: tools}}}\n"
                               "  bo: {feeds: {b: {}}}\n").start()
        self.addCleanup(self.service.close)

    def feeds(self, *more):
        done = run("feeds", "-c", self.service.config_path, *more)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout

    def outlines(self, body):
        return {o.get("xmlUrl"): o.get("text") for o in ElementTree.fromstring(body).iter("outline") if o.get("xmlUrl")}

    def assert_valid(self, body):
        schema = os.path.join(CORPUS, "schema", "opml-2.0.xsd")
        if not shutil.which("xmllint") or not os.path.exists(schema):
            return
        with tempfile.NamedTemporaryFile() as file:
            # the schema at hand is the one for documents in its namespace; OPML's own elements are in none
            file.write(body.replace(b"<opml ", b'<opml xmlns="http://opml.org/spec2" ', 1))
            file.flush()
            done = subprocess.run(["xmllint", "--noout", "--schema", schema, file.name], capture_output=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr.decode())

    def test_a_persons_feeds_are_a_list_that_works(self):
        for form in ("atom", "rss", "json"):
            body = self.feeds("--user", "ana", "-o", "opml", "--form", form)
            self.assert_valid(body)
            listed = self.outlines(body)
            self.assertEqual(sorted(listed.values()), ["Mine & <yours>", "more"])
            self.assertIn(b"<title>Feeds of ana</title>", body)
            for url in listed:
                self.assertTrue(url.endswith("." + form))
                self.assertEqual(self.service.get(url.replace("http://feeds.example.org", "")).status, 200)

    def test_everybodys_feeds_are_grouped_by_user(self):
        body = self.feeds("-o", "opml")
        self.assert_valid(body)
        users = ElementTree.fromstring(body).find("body").findall("outline")
        self.assertEqual([(u.get("text"), len(u.findall("outline"))) for u in users], [("ana", 2), ("bo", 1)])
        self.assertEqual({line.split("\t")[1] for line in self.feeds().decode().splitlines()}, set(self.outlines(body)))
        lines = self.feeds("--user", "bo").decode().splitlines()
        self.assertEqual([line.split("\t")[0] for line in lines], ["bo/b"])
        self.assertEqual(run("feeds", "-c", self.service.config_path, "--user", "nobody").returncode, 1)
        self.assertEqual(run("feeds", "-c", self.service.config_path, "-o", "xml").returncode, 2)

    def test_newsboat_imports_the_list(self):
        if not shutil.which("newsboat"):
            self.skipTest("newsboat is not installed")
        with tempfile.TemporaryDirectory() as folder:
            name, urls = os.path.join(folder, "list.opml"), os.path.join(folder, "urls")
            with open(name, "wb") as file:
                file.write(self.feeds("-o", "opml"))
            open(urls, "w").close()
            done = subprocess.run(["newsboat", "-u", urls, "-c", os.path.join(folder, "cache"), "-i", name],
                                  env=dict(os.environ, HOME=folder), capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(urls) as file:
                lines = file.read().splitlines()
            self.assertEqual(len(lines), 3)
            self.assertTrue(all(re.match(r"http://feeds\.example\.org/f/\S+\.atom", line) for line in lines), lines)

    def test_one_feed_is_a_list_by_its_address(self):
        fixture = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fixtures", "feed", "papers.json")
        done = run("filter", "-o", "opml", "--self", "https://x.org/f.atom?a=1&b=2", "--title", "T & U", fixture)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assert_valid(done.stdout)
        self.assertEqual(self.outlines(done.stdout), {"https://x.org/f.atom?a=1&b=2": "T & U"})
        self.assertEqual(run("filter", "-o", "opml", fixture).returncode, 2)

    def test_a_group_may_be_named_in_an_address(self):
        self.service.write_config(self.papers.config() + "groups: {papers: [daily-papers]}\n")
        self.service.stop()
        self.service.start()
        by_group, by_source = self.service.get("/filter.atom?source=papers"), self.service.get("/filter.atom?source=daily-papers")
        self.assertEqual((by_group.status, by_group.body), (200, by_source.body))
        self.assertEqual(self.service.get("/filter.atom?source=pamphlets").status, 400)


if __name__ == "__main__":
    unittest.main()
