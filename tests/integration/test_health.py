"""How the sources are doing, as people and their scripts see it in a terminal."""
import subprocess
import unittest

from origin import Answer, Origin
from service import PROGRAM, Service, seconds

START = "2026-03-02T06:00:00Z"
HOUR = 3600
ITEM = "<item><guid isPermaLink='false'>%s</guid><title>%s</title><link>https://example.org/%s</link></item>"
CONFIG = """
sources:
  blog: {url: "%(url)s/", every: 1h}
  broken: {url: "%(url)s/broken", every: 1h}
  gone: {url: "%(url)s/gone", every: 1h}
  shelf: {url: "%(url)s/shelf", recipe: shelf, every: 1h}
recipes:
  shelf: {items: article, fields: {title: h2, link: h2 a@href}}
"""


def rss(*names, end="</channel></rss>"):
    return Answer(200, '<rss version="2.0"><channel><title>x</title>' + "".join(ITEM % (n, n, n) for n in names) + end,
                  {"Content-Type": "application/rss+xml"})


def html(body, head=""):
    return Answer(200, "<!DOCTYPE html><html><head><title>A blog</title>%s</head><body>%s</body></html>" % (head, body),
                  {"Content-Type": "text/html; charset=utf-8"})


class Health(unittest.TestCase):
    def start(self, pages):
        origin = Origin(lambda request: pages.get(request.target, Answer(404, "not here")))
        self.addCleanup(origin.close)
        config = CONFIG % {"url": origin.url}
        service = Service(config)
        self.addCleanup(service.close)
        service.start()
        service.write_config(config)  # now with the port
        return service, origin

    def health(self, service, *more):
        return subprocess.run([PROGRAM, "health", "-c", service.config_path, *more], capture_output=True, text=True, timeout=60)

    def rows(self, service):
        done = self.health(service)
        self.assertEqual((done.returncode, done.stderr), (0, ""), "sources that are ill do not make the service ill")
        first, *lines = done.stdout.splitlines()
        self.assertEqual(first, "ok")
        return {line.split("\t")[0]: line.split("\t")[1:] for line in lines}

    def test_a_line_for_each_source_tells_what_was_mended_found_and_missed(self):
        pages = {"/": html("", '<link rel="alternate" type="application/rss+xml" title="All\tposts" href="/feed">'),
                 "/feed": rss("one", "two"), "/shelf": html("<article><h2><a href=/a>A</a></h2></article>"),
                 "/broken": Answer(200, rss("a & b", "c").body, {"Content-Type": "application/rss+xml", "ETag": '"1"'})}
        service, origin = self.start(pages)
        rows = self.rows(service)
        self.assertEqual(sorted(rows), ["blog", "broken", "gone", "shelf"])
        self.assertTrue(all(len(row) == 3 for row in rows.values()), rows)
        self.assertEqual(rows["blog"][:2], ["well", "2 items kept"])
        self.assertIn("read is the feed that it leads to, %s/feed (\u201cAll posts\u201d)" % origin.url, rows["blog"][2])
        self.assertEqual(rows["broken"][:2], ["well", "2 items kept"])
        self.assertIn("mended", rows["broken"][2])
        self.assertEqual(rows["gone"][:2], ["ill", "0 items kept"])
        self.assertIn("404", rows["gone"][2])
        self.assertEqual(rows["shelf"][:2], ["well", "1 item kept"])

        pages["/shelf"] = html("<section>A</section>")
        pages["/broken"] = Answer(304, "", {"ETag": '"1"'})
        pages["/gone"] = rss(*map(str, range(5001)))
        service.advance(seconds(START) + 2 * HOUR)
        rows = self.rows(service)
        self.assertEqual(rows["shelf"][:2], ["ill", "1 item kept"])
        self.assertIn("the recipe shelf finds no items here; `items` finds nothing: article", rows["shelf"][2])
        self.assertIn("Could not be read", rows["gone"][2], "it was fetched; a limit refused it")
        self.assertIn("more than 5000 entries", rows["gone"][2])
        self.assertIn("unchanged", rows["broken"][2])
        self.assertIn("mended", rows["broken"][2], "a 304 mends nothing")

    def test_an_entry_of_more_words_than_are_searched_is_told(self):
        content = "<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>%s</content:encoded>"
        entry = "<item><guid>long</guid><title>long</title>%s</item></channel></rss>"
        words = " ".join("w%d" % i for i in range(20001))
        service, _ = self.start({"/": rss("one", end=entry % (content % words))})
        row = self.rows(service)["blog"]
        self.assertEqual(row[:2], ["well", "2 items kept"])
        self.assertIn("the summary of 128896 bytes is shortened", row[2])
        self.assertIn("1 entry has more words than the 20000 that are searched", row[2], "whatever else there is to say")
        self.assertIn("w19997", service.filter(source="blog", match="content:w19997").body.decode())
        self.assertNotIn("<entry", service.filter(source="blog", match="w20000").body.decode())

    def test_ready_says_whether_every_source_was_asked(self):
        service, _ = self.start({})
        done = self.health(service, "--ready")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "ready\n", ""))

    def test_a_service_that_does_not_answer_is_told_by_its_address(self):
        service, _ = self.start({})
        service.stop()
        done = self.health(service)
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("nothing answers at 127.0.0.1:%d" % service.port, done.stderr)


if __name__ == "__main__":
    unittest.main()
