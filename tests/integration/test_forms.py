#!/usr/bin/env python3
"""One feed in three forms: the same entries as Atom, RSS and JSON Feed, from a shell and from the service."""
import html
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
from datetime import datetime, timezone
from xml.etree import ElementTree

import check_atom
import check_json
import check_rss
from papers import Papers, paper
from service import CORPUS, PROGRAM, Service

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(os.path.dirname(HERE), "fixtures", "feed")
LISTINGS = [os.path.join(FIXTURES, "papers.json"), os.path.join(FIXTURES, "arxiv.atom")]
NOW = "2026-03-03T12:00:00Z"
CHECKS = {"atom": check_atom.check, "rss": check_rss.check, "json": check_json.check}
TYPES = {"atom": "application/atom+xml; charset=utf-8", "rss": "application/rss+xml; charset=utf-8",
         "json": "application/feed+json; charset=utf-8"}
ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"


def instant(text):
    return datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def of_atom(body):
    for entry in ElementTree.fromstring(body).findall(ATOM + "entry"):
        links = {link.get("rel"): link.get("href") for link in reversed(entry.findall(ATOM + "link"))}
        yield (entry.findtext(ATOM + "id"), entry.findtext(ATOM + "title"), links.get("alternate"),
               entry.findtext(ATOM + "published"), entry.findtext(ATOM + "updated"),
               [a.findtext(ATOM + "name") for a in entry.findall(ATOM + "author")],
               [c.get("term") for c in entry.findall(ATOM + "category")], entry.findtext(ATOM + "content"))


def of_rss(body):
    for item in ElementTree.fromstring(body)[0].findall("item"):
        # a title that looks like HTML is escaped as HTML
        yield (item.findtext("guid"), html.unescape(item.findtext("title")), item.findtext("link"), instant(item.findtext("pubDate")),
               item.findtext(ATOM + "updated"), [c.text for c in item.findall(DC + "creator")],
               [c.text for c in item.findall("category")], item.findtext("description"))


def of_json(body):
    for item in json.loads(body)["items"]:
        yield (item["id"], item["title"], item.get("url"), item["date_published"], item["date_modified"],
               [a["name"] for a in item.get("authors", [])], item.get("tags", []), item["content_html"])


READ = {"atom": of_atom, "rss": of_rss, "json": of_json}


class Shell(unittest.TestCase):
    def write(self, form, *more):
        done = subprocess.run([PROGRAM, "filter", "-o", form, "--now", NOW, "--self", "https://x.org/f." + form,
                               *more, *LISTINGS], capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, b""), form)
        return done.stdout

    def test_each_form_is_written_as_it_always_was(self):
        for form in CHECKS:
            body = self.write(form, "--title", "Papers & <more>")
            name = os.path.join(FIXTURES, "golden", "papers." + form)
            if os.environ.get("UPDATE"):
                with open(name, "wb") as file:
                    file.write(body)
            with open(name, "rb") as file:
                self.assertEqual(body.decode(), file.read().decode(), "run with UPDATE=1 if it is to change: " + form)

    def test_all_forms_say_the_same_of_the_same_entries(self):
        said = {form: list(READ[form](self.write(form, "-m", "agents OR bees OR diffusion"))) for form in CHECKS}
        self.assertGreater(len(said["atom"]), 2)
        self.assertEqual(said["rss"], said["atom"])
        self.assertEqual(said["json"], said["atom"])

    def test_an_empty_feed_is_a_feed_in_every_form(self):
        for form, check in CHECKS.items():
            self.assertEqual(check(self.write(form, "-m", "quantum")), [], form)

    def test_an_address_can_be_of_any_form(self):
        for form in CHECKS:
            done = subprocess.run([PROGRAM, "address", "-m", "agents", "--form", form], capture_output=True, timeout=60)
            self.assertEqual(done.stdout.decode(), "http://127.0.0.1:8080/filter.%s?match=agents\n" % form)
        self.assertEqual(subprocess.run([PROGRAM, "address", "--form", "xml"], capture_output=True, timeout=60).returncode, 2)

    def test_a_form_that_does_not_exist_is_said(self):
        done = subprocess.run([PROGRAM, "filter", "-o", "xml", *LISTINGS], capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertIn(b"atom, rss, json", done.stderr)

    def test_json_is_valid_by_its_schemas(self):
        schemas = [os.path.join(CORPUS, "schema", name) for name in
                   ("jsonfeed-sonicdoe-schema-v1.1.json", "jsonfeed-1.1-aygp.schema.json")]
        if not all(os.path.exists(schema) for schema in schemas):
            self.skipTest("no schema of JSON Feed at hand")
        for schema in schemas:
            faults = check_json.schema_faults(self.write("json"), schema)
            if faults is None:
                self.skipTest("no python3-jsonschema")
            self.assertEqual(faults, [], schema)


class Served(unittest.TestCase):
    def setUp(self):
        self.papers = Papers()
        self.addCleanup(self.papers.close)
        self.papers.days = {"2026-03-02": [paper(i, title="Agents & <tools> number %d" % i, votes=i) for i in range(12)]}

    def start(self, more=""):
        self.service = Service(self.papers.config() + more).start()
        self.addCleanup(self.service.close)
        return self.service

    def assert_forms(self, addresses):
        said, etags = {}, set()
        for form, address in addresses.items():
            reply = self.service.get(address)
            self.assertEqual((reply.status, reply.headers["content-type"]), (200, TYPES[form]))
            self.assertEqual(CHECKS[form](reply.body), [], form)
            self.assertIn(("http://feeds.example.org" + address).replace("&", "&amp;" if form != "json" else "&"),
                          reply.body.decode())
            packed = self.service.get(address, {"Accept-Encoding": "gzip"})
            self.assertEqual(packed.headers["content-encoding"], "gzip")
            self.assertEqual(packed.body, reply.body)
            etags |= {reply.headers["etag"], packed.headers["etag"]}
            for tag in (reply.headers["etag"], packed.headers["etag"]):
                self.assertEqual(self.service.get(address, {"If-None-Match": tag}).status, 304)
            for other in etags - {reply.headers["etag"], packed.headers["etag"]}:
                self.assertEqual(self.service.get(address, {"If-None-Match": other}).status, 200, "of another form")
            self.assertEqual(self.service.get(address, {"If-Modified-Since": reply.headers["last-modified"]}).status, 304)
            said[form] = list(READ[form](reply.body))
        self.assertEqual(len(etags), 2 * len(addresses), "one for each form and coding")
        self.assertEqual(said["rss"], said["atom"])
        self.assertEqual(said["json"], said["atom"])
        self.assertEqual(len(said["atom"]), 12)

    def test_a_filter_address_has_three_forms(self):
        self.start()
        self.assert_forms({form: "/filter.%s?source=daily-papers&match=agent" % form for form in CHECKS})
        self.assertEqual(self.service.get("/filter.xml?match=agent").status, 404)
        self.assertEqual(self.service.get("/filter?match=agent").status, 404)

    def test_a_persons_feed_has_three_forms_under_one_secret(self):
        self.start("users: {ana: {feeds: {mine: {match: agent}}}}\n")
        listed = subprocess.run([PROGRAM, "feeds", "-c", self.service.config_path], capture_output=True, text=True, timeout=60)
        path = re.search(r"/f/[^.\s]+", listed.stdout).group(0)
        self.assert_forms({form: path + "." + form for form in CHECKS})
        for form in CHECKS:
            listed = subprocess.run([PROGRAM, "feeds", "-c", self.service.config_path, "--form", form],
                                    capture_output=True, text=True, timeout=60)
            self.assertIn("http://feeds.example.org%s.%s\t" % (path, form), listed.stdout)
        for wrong in (path, path + ".xml", path + ".json.rss", path[:-1] + ".rss"):
            self.assertEqual(self.service.get(wrong).status, 404, wrong)

    def test_every_form_moves_when_the_text_does_and_not_when_votes_do(self):
        self.start()
        addresses = ["/filter.%s?match=agent" % form for form in CHECKS]
        before = [self.service.get(address).headers["etag"] for address in addresses]
        self.papers.days["2026-03-02"] = [paper(i, title="Agents & <tools> number %d" % i, votes=50 + i) for i in range(12)]
        self.service.advance("2026-03-02T08:00:00Z")
        self.assertEqual([self.service.get(address).headers["etag"] for address in addresses], before)
        self.papers.days["2026-03-02"] = [paper(i, title="Agents renamed, number %d" % i) for i in range(12)]
        self.service.advance("2026-03-02T10:00:00Z")
        for address, tag in zip(addresses, before):
            reply = self.service.get(address)
            self.assertNotEqual(reply.headers["etag"], tag)
            self.assertIn(b"Agents renamed, number 3", reply.body)

    def test_what_a_reader_holds_is_known_before_the_items_are_read_in_every_form(self):
        service = self.start("users: {ana: {feeds: {mine: {match: agent}}}}\n")
        listed = subprocess.run([PROGRAM, "feeds", "-c", service.config_path], capture_output=True, text=True, timeout=60)
        path = re.search(r"/f/[^.\s]+", listed.stdout).group(0)
        etags = {form: service.get(path + "." + form).headers["etag"] for form in CHECKS}
        self.assertEqual(len(set(etags.values())), 3)
        service.stop()
        service.start()
        for form, etag in etags.items():
            self.assertEqual(service.get(path + "." + form, {"If-None-Match": etag}).status, 304, form)

    def test_the_page_lets_a_person_choose(self):
        self.start()
        page = self.service.get("/?match=agent&form=rss").body.decode()
        self.assertIn('<option value="rss" selected>RSS</option>', page)
        self.assertIn('href="/filter.rss?source=daily-papers&amp;match=agent"', page)
        self.assertIn('<a href="/filter.json?source=daily-papers&amp;match=agent">JSON Feed</a>', page)
        page = self.service.get("/?match=agent").body.decode()
        self.assertIn('<option value="atom" selected>Atom</option>', page)
        self.assertIn("http://feeds.example.org/filter.atom?source=daily-papers&amp;match=agent", page)


class Readers(unittest.TestCase):
    """Programs that people read with."""

    def setUp(self):
        papers = Papers()
        self.addCleanup(papers.close)
        papers.days = {"2026-03-02": [paper(i, title="Agents & <tools> number %d" % i) for i in range(12)]}
        self.service = Service(papers.config()).start()
        self.addCleanup(self.service.close)
        self.url = "http://127.0.0.1:%d/filter.rss?match=agent" % self.service.port

    def test_feedparser_reads_rss_without_complaint(self):
        import feedparser
        first = feedparser.parse(self.url)
        self.assertEqual((first.bozo, first.version, len(first.entries)), (0, "rss20", 12))
        self.assertEqual({e.title for e in first.entries}, {"Agents &amp; &lt;tools&gt; number %d" % i for i in range(12)})
        entry = first.entries[0]
        self.assertEqual(entry.id[:27], "https://arxiv.org/abs/2602.")
        self.assertEqual([a.name for a in entry.authors], ["Ada Author"])
        self.assertEqual(entry.published_parsed[:6], entry.updated_parsed[:6])
        self.assertIn("We study agents", entry.summary)
        self.assertEqual(feedparser.parse(self.url, etag=first.etag, modified=first.modified).status, 304)

    def test_newsboat_shows_rss_as_it_shows_atom(self):
        if not shutil.which("newsboat"):
            self.skipTest("newsboat is not installed")
        rows = []
        for url in (self.url, self.url.replace(".rss", ".atom")):
            with tempfile.TemporaryDirectory() as folder:
                with open(os.path.join(folder, "urls"), "w") as file:
                    file.write(url + "\n")
                cache = os.path.join(folder, "cache.db")
                done = subprocess.run(["newsboat", "-u", os.path.join(folder, "urls"), "-c", cache, "-x", "reload"],
                                      env=dict(os.environ, HOME=folder), capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stderr)
                with sqlite3.connect(cache) as database:
                    rows.append(sorted(database.execute("SELECT guid, title, url, pubDate, content FROM rss_item")))
        self.assertEqual(len(rows[0]), 12)
        self.assertEqual([row[:1] + row[2:] for row in rows[0]], [row[:1] + row[2:] for row in rows[1]])


if __name__ == "__main__":
    unittest.main()
