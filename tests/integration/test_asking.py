"""When an upstream is asked, and what people are told about it: no answer silences a source, and pauses are kept."""
import re
import unittest

from origin import Answer, Origin
from service import Service, seconds, until

START = seconds("2026-03-02T06:00:00Z")
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


if __name__ == "__main__":
    unittest.main()
