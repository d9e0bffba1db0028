"""Real feed readers: feedparser with conditional requests, newsboat as a person would use it."""
import os
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

import check_atom
from papers import Papers, paper
from service import Service


class Readers(unittest.TestCase):
    def setUp(self):
        self.papers = Papers()
        self.addCleanup(self.papers.close)
        self.papers.days = {"2026-03-02": [paper(i, title="Agents & <tools> number %d" % i) for i in range(12)]}
        self.service = Service(self.papers.config()).start()
        self.addCleanup(self.service.close)
        self.url = "http://127.0.0.1:%d/filter.atom?match=agent" % self.service.port

    def test_feedparser_reads_it_without_complaint_and_is_not_sent_it_twice(self):
        import feedparser
        first = feedparser.parse(self.url)
        self.assertEqual((first.bozo, first.version, len(first.entries)), (0, "atom10", 12))
        self.assertEqual({e.title for e in first.entries}, {"Agents & <tools> number %d" % i for i in range(12)})
        self.assertEqual(feedparser.parse(self.url, etag=first.etag, modified=first.modified).status, 304)
        self.assertEqual(feedparser.parse(self.url, etag=first.etag).status, 304)
        self.assertEqual(feedparser.parse(self.url, modified=first.modified).status, 304)

    def test_newsboat_shows_each_paper_once_however_often_it_reloads(self):
        if not shutil.which("newsboat"):
            self.skipTest("newsboat is not installed")
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "urls"), "w") as file:
                file.write(self.url + "\n")
            cache = os.path.join(folder, "cache.db")
            for votes in (0, 50):
                self.papers.days["2026-03-02"] = [paper(i, title="Agents & <tools> number %d" % i, votes=votes + i) for i in range(12)]
                self.service.advance("2026-03-02T%02d:00:00Z" % (7 + votes // 10))
                done = subprocess.run(["newsboat", "-u", os.path.join(folder, "urls"), "-c", cache, "-x", "reload"],
                                      env=dict(os.environ, HOME=folder), capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stderr)
                with sqlite3.connect(cache) as database:
                    rows = database.execute("SELECT title, url FROM rss_item").fetchall()
                self.assertEqual(len(rows), 12)
                self.assertIn("https://huggingface.co/papers/2602.00000", {url for _, url in rows})

    def test_the_document_obeys_what_a_schema_cannot_see(self):
        problems = check_atom.check(self.service.filter("agent").body)
        self.assertEqual(problems, [])


if __name__ == "__main__":
    unittest.main()
