"""When an upstream is asked, and what people are told about it: no answer silences a source, and pauses are kept."""
import os
import unittest

from origin import Answer, Origin
from papers import Papers, paper
from service import Service, seconds

START = seconds("2026-03-02T06:00:00Z")
TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MINUTE, HOUR, DAY = 60, 3600, 86400
FEED = ('<rss version="2.0"><channel><title>x</title><item><guid isPermaLink="false">one</guid><title>One</title>'
        '<link>https://example.org/one</link></item></channel></rss>')


def feed(**headers):
    return Answer(200, FEED, {"Content-Type": "application/rss+xml", **{k.replace("_", "-"): v for k, v in headers.items()}})


class Asking(unittest.TestCase):
    def start(self, sources, every="1h", more=""):
        """Sources of one origin, each at the path of its name; self.answers says what comes."""
        self.answers = {"/" + name: feed() for name in sources}
        self.origin = Origin(lambda request: self.answers.get(request.path, Answer(404, "not here")))
        self.addCleanup(self.origin.close)
        self.sources, self.more = sources, more
        self.service = Service(self.config(every))
        self.addCleanup(self.service.close)
        return self.service.start()

    def config(self, every):
        return self.more + "sources:\n" + "".join(
            '  %s: {url: "%s/%s", every: %s}\n' % (name, self.origin.url, name, every) for name in self.sources)

    def asked(self, name):
        return len(self.origin.asked("/" + name))

    def row(self, name):
        for line in self.service.get("/sources").text.splitlines():
            fields = line.split("\t")
            if fields[0] == name:
                return fields[1], fields[3]
        raise AssertionError("no line of " + name)

    def reload(self, every):
        self.service.write_config(self.config(every))
        self.service.reload()
        self.service.settle()

    def restart(self):
        self.service.stop()
        self.service.start()

    def walk(self, to, step):
        while self.service.now < to:
            self.service.advance(min(self.service.now + step, to))


class Missing(Asking):
    def test_a_404_of_a_moment_costs_one_rhythm(self):
        service = self.start(["blog"])
        self.answers["/blog"] = Answer(404, "a mistake")
        service.advance(START + HOUR)
        state, words = self.row("blog")
        self.assertEqual(state, "ill")
        self.assertIn("answered 404", words)
        self.assertIn("Asked again at 08:00 UTC.", words)
        self.assertIn("Asked again at 08:00 UTC.", service.get("/").text)
        self.answers["/blog"] = feed()
        service.advance(START + 2 * HOUR)
        self.assertEqual((self.row("blog")[0], self.asked("blog")), ("well", 3))

    def test_a_410_is_believed_on_the_third_day_and_then_asked_once_a_week(self):
        service = self.start(["blog"])
        self.answers["/blog"] = Answer(410, "gone")
        self.walk(START + 3 * DAY, HOUR)
        before = self.asked("blog")
        self.assertIn("Gone (410) on 3 days; asked once a week, next at", self.row("blog")[1])
        self.walk(START + 8 * DAY, 6 * HOUR)
        self.assertEqual(self.asked("blog"), before)
        self.walk(START + 13 * DAY, 6 * HOUR)
        self.assertEqual(self.asked("blog"), before + 1)

    def test_a_restart_and_a_reload_ask_what_is_ill_at_once(self):
        for status in (404, 410, 500):
            with self.subTest(status):
                service = self.start(["blog"])
                self.answers["/blog"] = Answer(status, "no")
                self.walk(START + 2 * DAY, HOUR)
                before = self.asked("blog")
                self.reload("1h")
                self.assertEqual(self.asked("blog"), before + 1)
                self.answers["/blog"] = feed()
                self.restart()
                self.assertEqual((self.row("blog")[0], self.asked("blog")), ("well", before + 2))
                service.close()

    def test_what_answered_well_has_min_interval_between_whoever_restarts(self):
        service = self.start(["blog"])
        self.restart()
        self.assertEqual(self.asked("blog"), 1)
        service.advance(START + 1)  # min_interval of these tests
        self.assertEqual(self.asked("blog"), 2)

    def test_a_shorter_every_counts_from_the_next_moment(self):
        service = self.start(["blog"], every="24h")
        service.advance(START + 20 * MINUTE)
        self.reload("30m")
        before = self.asked("blog")
        service.advance(START + 50 * MINUTE)
        self.assertEqual(self.asked("blog"), before + 1)
        service.write_config(self.config("5m"))
        self.restart()
        service.advance(START + 50 * MINUTE + 1)
        before = self.asked("blog")
        service.advance(START + 55 * MINUTE + 1)
        self.assertEqual(self.asked("blog"), before + 1)


class Skipping(Asking):
    def test_an_arxiv_category_rests_at_the_weekend_and_is_well(self):
        empty = Answer(200, '<feed xmlns="http://www.w3.org/2005/Atom"><title>cs.CL</title></feed>')
        origin = Origin(lambda request: empty)
        self.addCleanup(origin.close)
        service = self.service = Service('sources: {cl: {preset: arxiv, category: cs.CL, base_url: "%s"}}\n' % origin.url,
                                         now="2026-03-07T09:00:00Z")
        self.addCleanup(service.close)
        service.start()
        state, words = self.row("cl")
        self.assertEqual(state, "well")
        self.assertRegex(words, r"listing is empty.*Nothing new comes there on Saturdays and Sundays; "
                                r"asked again at 00:\d\d UTC on 2026-03-09\.")
        self.assertEqual(service.filter(source="cl").status, 200)
        service.advance("2026-03-08T23:59:00Z")
        self.assertEqual(len(origin.asked()), 1)
        service.advance("2026-03-09T01:00:00Z")
        self.assertEqual(len(origin.asked()), 2)

    def test_hours_that_a_channel_skips_are_not_asked_in(self):
        service = self.start(["blog"], every="1h")
        self.answers["/blog"] = Answer(200, FEED.replace(
            "<item>", "<skipHours><hour>8</hour><hour>9</hour></skipHours><item>"))
        service.advance(START + HOUR)
        before = self.asked("blog")
        self.walk(START + 4 * HOUR - MINUTE, 10 * MINUTE)
        self.assertEqual(self.asked("blog"), before)
        service.advance(START + 5 * HOUR)
        self.assertEqual(self.asked("blog"), before + 1)


class Words(Asking):
    def test_troubles_of_tls_are_told_apart(self):
        secret = Origin(lambda request: feed(), certificate=os.path.join(TESTS, "fixtures", "tls", "self-signed.pem"))
        self.addCleanup(secret.close)
        service = self.start(["plain"])
        service.write_config(self.config("1h") + '  own: {url: "%s/"}\n  none: {url: "%s/"}\n' % (
            secret.url, self.origin.url.replace("http:", "https:")))
        service.reload()
        service.settle()
        self.assertIn("certificate is signed by itself", self.row("own")[1])
        self.assertIn("does not speak TLS at this port", self.row("none")[1])

    def test_an_empty_listing_is_told_and_is_no_illness(self):
        service = self.start(["blog"])
        self.answers["/blog"] = Answer(200, '<rss version="2.0"><channel><title>x</title></channel></rss>')
        service.advance(START + HOUR)
        state, words = self.row("blog")
        self.assertEqual(state, "well")
        self.assertIn("Read just now: the listing is empty. It last had items 60 minutes ago", words)
        service.advance(START + 5 * HOUR)
        self.assertIn("the listing has been empty for 4 hours", self.row("blog")[1])
        self.assertEqual(len(service.filter().entries()), 1)

    def test_a_feed_whose_source_cannot_be_read_says_why_and_when_it_is_asked(self):
        service = self.start(["blog", "news"])
        for name in ("blog", "news"):
            self.answers["/new" + name] = Answer(500, "no")
        self.sources = ["newblog", "newnews"]
        self.reload("1h")
        reply = service.filter(source="newblog")
        self.assertEqual(reply.status, 503)
        self.assertRegex(reply.text, r"newblog: the host answered 500\. Asked again at 06:0\d:\d\d UTC\.\n$")
        self.assertNotIn(self.origin.url, reply.text)

    def test_an_empty_first_listing_is_an_empty_feed(self):
        service = self.start(["blog"])
        self.answers["/new"] = Answer(200, '<rss version="2.0"><channel><title>x</title></channel></rss>')
        self.sources = ["new"]
        self.reload("1h")
        self.assertEqual(self.row("new")[0], "well")
        reply = service.filter(source="new")
        self.assertEqual((reply.status, len(reply.entries())), (200, 0))

    def test_the_log_has_one_line_a_source_and_change(self):
        papers = Papers()
        self.addCleanup(papers.close)
        papers.days = {"2026-03-02": [paper(i) for i in range(5)]}
        papers.down = Answer(502, "down")
        service = Service(papers.config())
        self.addCleanup(service.close)
        service.start()
        lines = lambda: [line for line in service.log().splitlines() if "daily-papers" in line and "listing read" not in line]
        for hour in range(1, 20):
            service.advance(START + hour * HOUR)
        self.assertEqual(["asking the page" in l or "could not be read" in l for l in lines()], [True] * 2, lines())
        papers.down = Answer(404, "lost")
        for hour in range(20, 30):
            service.advance(START + hour * HOUR)
        self.assertEqual(len([l for l in lines() if "could not be read" in l]), 2, lines())
        self.assertIn("next=2026-03-0", lines()[-1])
        papers.down = None
        for hour in range(30, 60):
            service.advance(START + hour * HOUR)
        self.assertEqual(len([l for l in lines() if "is read again" in l]), 1, lines())

    def test_a_first_failure_is_not_hidden_behind_the_fallbacks(self):
        service = self.start(["blog"])
        base = self.origin.url
        self.answers = {"/atom/cs.CL": Answer(500, "broken")}
        service.write_config(self.more + 'sources: {papers: {preset: arxiv, category: cs.CL, base_url: "%s"}}\n' % base)
        service.reload()
        service.settle()
        state, words = self.row("papers")
        self.assertIn("/atom/cs.CL: the host answered 500; of the page instead: the host answered 404", words)
        service.advance(START + 2 * MINUTE)
        self.assertGreaterEqual(len(self.origin.asked("/atom/cs.CL")), 2, "a 500 is no 404")

    def test_what_upstreams_write_is_never_obeyed_by_a_terminal(self):
        service = self.start(["blog"])
        self.answers["/blog"] = Answer(raw=lambda w: w.write(
            b"HTTP/1.1 500 \x1b[31m\xff\x07\r\nContent-Length: 0\r\n\r\n"))
        service.advance(START + HOUR)
        self.answers["/blog"] = Answer(200, b"<rss><channel><\x1b[2J\xe9\xff></channel>")
        service.advance(START + 2 * HOUR)
        for text in (service.get("/sources", unpack=True).body, service.log().encode()):
            self.assertFalse([b for b in text if b < 32 and b not in b"\n\t" or b == 127], text)
            text.decode()  # valid UTF-8


class Pauses(Asking):
    def test_a_503_with_a_time_pauses_its_address_alone(self):
        service = self.start(["blog", "news"], every="10m")
        self.answers["/blog"] = Answer(503, "busy", {"Retry-After": "7200"})
        service.advance(START + 10 * MINUTE)
        self.assertIn("It asks for a pause; asked again at 08:10 UTC.", self.row("blog")[1])
        self.assertNotIn("pause", self.row("news")[1])
        before = self.asked("blog"), self.asked("news")
        self.walk(START + 2 * HOUR, 10 * MINUTE)
        self.restart()
        self.reload("5m")
        self.assertEqual(self.asked("blog"), before[0], "a pause is kept, whoever restarts")
        self.assertGreaterEqual(self.asked("news"), before[1] + 11)
        self.answers["/blog"] = feed()
        service.advance(START + 10 * MINUTE + 2 * HOUR + 5)
        self.assertEqual(self.row("blog")[0], "well")

    def test_a_429_pauses_the_host_and_every_source_of_it_says_until_when(self):
        service = self.start(["blog", "news"], every="10m")
        self.answers["/blog"] = Answer(429, "slow down", {"Retry-After": "3600"})
        service.advance(START + 10 * MINUTE)
        host = self.origin.url[len("http://"):]
        for name in ("blog", "news"):
            self.assertIn("Its host (%s) asks for a pause until 07:10 UTC." % host, self.row(name)[1])
        self.assertIn("asks for a pause until 07:10 UTC", service.get("/").text)
        before = len(self.origin.asked())
        self.walk(START + HOUR, 10 * MINUTE)
        self.restart()
        service.settle()
        self.reload("5m")
        self.assertEqual(len(self.origin.asked()), before, "a restart and a reload keep it")
        self.assertIn("asks for a pause until 07:10 UTC", self.row("news")[1])
        self.answers["/blog"] = feed()
        service.advance(START + HOUR + 10 * MINUTE + 5)
        self.assertEqual([self.row(n)[0] for n in ("blog", "news")], ["well", "well"])
        self.assertEqual(service.log().count("a host asks for a pause"), 1)

    def test_a_pause_lasts_a_day_at_most(self):
        service = self.start(["blog"])
        for status in (503, 429):
            with self.subTest(status):
                self.answers["/blog"] = Answer(status, "never", {"Retry-After": "31536000"})
                service.advance(service.now + HOUR)
                before = self.asked("blog")
                self.answers["/blog"] = feed()
                service.advance(service.now + DAY - 5)
                self.assertEqual(self.asked("blog"), before)
                service.advance(service.now + 10)
                self.assertEqual((self.asked("blog"), self.row("blog")[0]), (before + 1, "well"))

    def test_a_quota_that_a_good_answer_says_is_used_up_is_kept_too(self):
        service = self.start(["blog"], every="10m")
        self.answers["/blog"] = feed(RateLimit='"api";r=0;t=3000')
        service.advance(START + 10 * MINUTE)
        state, words = self.row("blog")
        self.assertEqual(state, "well")
        self.assertIn("asks for a pause until 07:00 UTC", words)
        before = self.asked("blog")
        self.walk(START + 55 * MINUTE, 5 * MINUTE)
        self.assertEqual(self.asked("blog"), before)

    def test_a_redirect_to_a_host_that_is_paused_waits_as_well(self):
        service = self.start(["blog", "busy"], every="10m")
        there = self.origin.url.replace("127.0.0.1", "localhost")
        service.write_config(self.config("10m").replace(self.origin.url + "/busy", there + "/busy"))
        service.reload()
        service.settle()
        self.answers["/busy"] = Answer(429, "slow down", {"Retry-After": "3600"})
        self.answers["/blog"] = Answer(302, "there", {"Location": there + "/moved"})
        self.answers["/moved"] = feed(ETag='"moved"')
        service.advance(START + 10 * MINUTE + 5)  # in whatever order the two are asked
        service.advance(START + 20 * MINUTE + 5)
        moved, blog = self.asked("moved"), self.asked("blog")
        self.walk(START + 65 * MINUTE, 10 * MINUTE)
        self.assertEqual(self.asked("moved"), moved)
        self.assertLessEqual(self.asked("blog"), blog + 1)
        self.assertIn("Its host (localhost", self.row("blog")[1])
        self.answers["/busy"] = feed()
        self.walk(START + 90 * MINUTE, 10 * MINUTE)
        self.assertEqual([self.row(n)[0] for n in ("blog", "busy")], ["well", "well"])

    def test_validators_follow_the_address_that_gave_them(self):
        service = self.start(["blog"], every="10m")
        self.answers["/blog"] = Answer(302, "there", {"Location": "/moved"})
        self.answers["/moved"] = feed(ETag='"moved"')
        for _ in range(3):
            service.advance(service.now + 10 * MINUTE)
        conditions = lambda name: [r.headers.get("If-None-Match") for r in self.origin.asked(name)]
        self.assertEqual(set(conditions("/blog")), {None})
        self.assertEqual(conditions("/moved"), [None, '"moved"', '"moved"'])
        self.answers["/blog"] = Answer(302, "there", {"Location": "/elsewhere"})
        self.answers["/elsewhere"] = feed(ETag='"elsewhere"')
        service.advance(service.now + 10 * MINUTE)
        self.assertEqual(conditions("/elsewhere"), [None])

    def test_a_304_that_nobody_asked_for_is_told_and_is_no_reading(self):
        service = self.start(["blog"], every="10m")
        self.answers["/fresh"] = Answer(304, "", {"ETag": '"zz"'})
        self.sources = ["blog", "fresh"]
        self.reload("10m")
        state, words = self.row("fresh")
        self.assertEqual(state, "ill")
        self.assertIn("304 (not modified) without having been asked", words)
        self.answers["/fresh"] = feed()
        service.advance(START + 10 * MINUTE)
        self.assertEqual(self.row("fresh")[0], "well")
        self.assertEqual({r.headers.get("If-None-Match") for r in self.origin.asked("/fresh")}, {None})


if __name__ == "__main__":
    unittest.main()
