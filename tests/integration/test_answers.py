"""Answers that are made in pieces: they say the whole, whatever comes between two of them."""
import html
import json
import re
import socket
import threading
import unittest
import urllib.parse

from origin import Answer, Origin
from service import Service

COUNT = 60


def listing(name):
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": name, "items": [
        {"id": "https://example.org/%s/%d" % (name, i), "url": "https://example.org/%s/%d" % (name, i),
         "title": "Number %d about %s" % (i, "agents" if i % 2 else "bees"), "content_text": "It says more of %s." % name}
        for i in range(COUNT)]})


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.origin = Origin(lambda request: Answer(200, listing(request.path.strip("/")), {"Content-Type": "application/feed+json"}))
        cls.service = Service("sources: {one: {url: '%s/one'}, two: {url: '%s/two'}}\n" % (cls.origin.url, cls.origin.url))
        cls.service.start()

    @classmethod
    def tearDownClass(cls):
        cls.service.close()
        cls.origin.close()

    def test_a_summary_says_how_much_is_kept_and_why(self):
        said = self.service.get("/explain?source=one&match=agents&format=summary").text
        self.assertIn("60 papers read, 30 kept.", said)
        self.assertEqual(said.count("because *agents* in the title"), 3)

    def test_what_leaves_a_feed_empty_is_said_by_the_page_and_the_summary(self):
        for address in ("/explain?source=one&match=agents+zebras&format=summary", "/?source=one&match=agents+zebras",
                        "/explain?source=one&match=agents+zebras"):
            self.assertIn("Nothing is kept: no item has zebras.", self.service.get(address).text, address)

    def test_an_explanation_lists_what_is_kept_and_what_is_dropped(self):
        said = self.service.get("/explain?source=one,two&match=agents").text
        self.assertIn("<h2>Keeps 60 of 120</h2>", said)
        kept, dropped = said.split("<h2>Dropped</h2>")
        self.assertEqual(kept.count("<a class=\"title\""), 60)
        self.assertEqual(dropped.count("<a class=\"title\""), 60)
        self.assertNotIn("about bees", kept.split("<h2>Keeps")[1])
        self.assertNotIn("about <mark>agents</mark></a>", kept.split("<h2>Keeps")[0])
        self.assertIn("about <mark>agents</mark></a>", kept)
        self.assertNotIn("about agents</a>", dropped)
        self.assertIn("<span class=\"snip\" dir=\"auto\">It says more of one.</span>", kept)

    def test_lines_tell_of_every_item_what_is_kept_first(self):
        said = self.service.get("/explain?source=one&match=agents&format=tsv").text.splitlines()
        self.assertEqual(len(said), COUNT)
        self.assertEqual(sum(line.startswith("keep\t") for line in said), 30)
        self.assertEqual(said, sorted(said, key=lambda line: (line.startswith("drop"), line.split("\t")[1])))

    def test_what_is_dropped_comes_nearest_first_and_says_what_it_is_short_of(self):
        rule = "(agents OR zebras) number \"about bees\" -more"
        lines = [json.loads(line) for line in
                 self.service.get("/explain?source=one&match=%s&format=jsonl" % urllib.parse.quote(rule)).text.splitlines()]
        items = [line for line in lines if "verdict" in line]
        self.assertEqual([item["nearness"] for item in items], [2.0] * COUNT)
        self.assertIn({"2 terms short: *\"about bees\"* is missing; taken out by *more* in the content",
                       "2 terms short: *agents* or *zebras* is missing; taken out by *more* in the content"},
                      [{item["missing"] for item in items}])
        page = self.service.get("/explain?source=one&match=%s" % urllib.parse.quote("about (bees OR zebras) -agents \"number 7\"")).text
        dropped = page.split("<h2>Dropped</h2>")[1]
        self.assertIn("30 are one term short or less. The nearest stand first.", dropped)
        first = dropped.split("<li class=\"dropped\">")[1]
        self.assertIn("Number 0 <mark>about</mark> <mark>bees</mark></a>", first)
        self.assertIn("<span class=\"why\">one term short: <b>&quot;number 7&quot;</b> is missing</span>", first)
        self.assertIn("<span class=\"why\">has <b>about</b> in the title", first)

    def ladder(self, rule):
        """Rows of (name, threshold, about it, kept, the address that puts it in), and what the page keeps."""
        page = self.service.get("/?source=one&match=%s" % urllib.parse.quote(rule)).text
        table = re.search(r'<table class="ladder">(.*?)</table>', page, re.S).group(1)
        rows = []
        for current, head, cells in re.findall(r'<tr( aria-current="true")?><th scope="row">(.*?)</th>(.*?)</tr>', table):
            link = re.match(r'<a href="([^"]*)">', head)
            words = re.sub(r"<[^>]*>", "", head).split()
            self.assertEqual(bool(current), link is None)
            rows.append((words[0], words[-1], [int(n) for n in re.findall(r"<td>(\d+)</td>", cells)], link and html.unescape(link.group(1))))
        return rows, int(re.search(r"<h2>Keeps (\d+) of 60</h2>", page).group(1))

    def test_the_page_counts_the_thresholds_of_a_topic_and_links_put_them_in(self):
        for rule, names in (("about:agents", ["loose", "normal", "strict"]),
                            ("(about:agents@0.07 OR \"number 4\") number -\"number 3\"", ["as", "loose", "normal", "strict"])):
            rows, kept = self.ladder(rule)
            self.assertEqual([row[0] for row in rows], names)
            self.assertEqual(len({len(row[2]) for row in rows}), 1)
            for name, _, counts, link in rows:
                if not link:
                    self.assertEqual(counts[-1], kept)
                    continue
                page = self.service.get(link).text
                self.assertIn("<h2>Keeps %d of 60</h2>" % counts[-1], page, name)
                self.assertIn("@strict" if name == "strict" else "@loose" if name == "loose" else "about:&quot;agents&quot;",
                              re.search("<textarea.*?</textarea>", page, re.S).group())
            self.assertEqual([row[2][0] for row in rows], sorted((row[2][0] for row in rows), reverse=True))
            self.assertGreater(rows[0][2][0], 0)

    def test_ladders_that_are_left_or_overtaken_by_a_reload_leave_nothing_behind(self):
        def rules():
            return re.search(r"^tamis_index_rules (\d+)$", self.service.get("/metrics").text, re.M).group(1)
        rule, answers = "topic:agents OR \"number 5\"", []
        self.service.reload()  # which forgets the addresses that other tests asked for
        steps, before = len(self.ladder(rule)[0]), rules()
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", self.service.port)) as connection:
                connection.sendall(b"GET /?source=one&match=%s HTTP/1.1\r\nHost: x\r\n\r\n" % urllib.parse.quote(rule).encode())
        threads = [threading.Thread(target=lambda: answers.append(len(self.ladder(rule)[0]))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(3):
            self.service.reload()
        for thread in threads:
            thread.join()
        self.assertEqual(answers, [steps] * 4)
        self.assertEqual((len(self.ladder(rule)[0]), rules()), (steps, before))

    def test_what_is_asked_during_reloads_is_answered(self):
        answers = []

        def ask():
            for address in ("/explain?source=one,two&match=agents", "/explain?source=two&match=bees&format=jsonl",
                            "/explain?source=two&match=zebras&format=summary", "/filter.json?source=two,one&match=bees"):
                answers.append(self.service.get(address).status)
        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for _ in range(4):
            self.service.reload()
        for thread in threads:
            thread.join()
        self.assertEqual(answers, [200] * len(answers))

    def test_a_page_begins_again_when_a_reload_brings_other_sources(self):
        sources = "sources: {one: {url: '%s/one'}, two: {url: '%s/two'}%%s}\n" % (self.origin.url, self.origin.url)
        answers = []

        def ask(service, source):
            for length in range(3, 33):
                match = urllib.parse.quote("/[a-z]{%d}/ OR agents" % length)
                answers.append(service.get("/explain?source=%s&match=%s" % (source, match)).status)
        with Service(sources % "") as service:
            threads = [threading.Thread(target=ask, args=(service, source)) for source in ("one", "two", "one,two")]
            for thread in threads:
                thread.start()
            for i in range(10):
                service.write_config(sources % ("" if i % 2 else ", three: {url: '%s/three'}" % self.origin.url))
                service.reload()
            for thread in threads:
                thread.join()
        self.assertEqual(answers, [200] * 90)

    def test_a_feed_of_an_address_is_the_same_again(self):
        first = self.service.get("/filter.atom?source=one&match=bees&limit=50")
        for other in ("two", "one,two", "two,one"):
            self.service.get("/filter.atom?source=%s&match=bees" % other)
        again = self.service.get("/filter.atom?source=one&match=bees&limit=50")
        self.assertEqual((again.headers["etag"], again.body), (first.headers["etag"], first.body))


def shared(name, count):
    """Papers that every source of this origin lists."""
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": name, "items": [
        {"id": "https://example.org/p/%d" % i, "url": "https://example.org/p/%d" % i, "title": "Number %d about agents" % i,
         "content_text": "As %s says, it is about this and that. " % name * 20} for i in range(count)]})


class Room(unittest.TestCase):
    def test_sets_that_have_no_room_beside_each_other_are_all_answered_and_explained(self):
        origin = Origin(lambda request: Answer(200, shared(request.path.strip("/"), 900), {"Content-Type": "application/feed+json"}))
        self.addCleanup(origin.close)
        names = ("one", "two", "three")
        service = Service("limits: {scopes_bytes: 1MB, per_host_interval: 0s}\nallow_networks: ['127.0.0.0/8']\nsources: {%s}\n"
                          % ", ".join("%s: {url: '%s/%s'}" % (n, origin.url, n) for n in names), local="")
        self.addCleanup(service.close)
        service.start()
        answers = []

        def ask(left_out):
            which = "".join("source=%s&" % n for n in names if n != left_out)
            for i in range(3):
                for address in ("/filter.atom?%smatch=agents+-x%d", "/?%smatch=agents+zebras+-x%d",
                                "/explain?%smatch=agents+zebras+-x%d&format=summary"):
                    answers.append((address, service.get(address % (which, i))))
        readers = [threading.Thread(target=ask, args=(n,), daemon=True) for n in names]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        self.assertEqual(len(answers), 27, "everybody is answered")
        self.assertEqual({answer.status for _, answer in answers}, {200})
        for address, answer in answers:
            if "zebras" in address:
                self.assertIn("Nothing is kept: no item has zebras.", answer.text)


if __name__ == "__main__":
    unittest.main()
