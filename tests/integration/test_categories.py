"""Categories joined: a paper of Daily Papers is found by the categories that arXiv gives it."""
import tempfile
import unittest

from origin import Answer, Origin
from papers import Papers, paper
from service import Service, seconds
from test_redis import Redis

DAY = 86400
NOW = "2026-03-02T06:00:00Z"
ATOM = {"Content-Type": "application/atom+xml"}


def atom(home, rows):
    """A feed of arXiv: home names it, rows are (id, categories)."""
    entries = "".join(
        "<entry><id>%s%s</id><title>As arXiv calls it</title><updated>2026-03-01T00:00:00Z</updated>"
        '<link href="https://arxiv.org/abs/%s"/><summary>What arXiv says.</summary>%s</entry>'
        % ("http://arxiv.org/abs/", id + "v1", id, "".join('<category term="%s"/>' % c for c in categories))
        for id, categories in rows)
    return ('<feed xmlns="http://www.w3.org/2005/Atom"><id>%s</id><title>arXiv</title><updated>2026-03-01T00:00:00Z</updated>'
            '<link rel="self" href="%s"/>%s</feed>' % (home, home, entries))


class Arxiv:
    """feed = rows of the feed; known = id → categories, for whoever asks the interface."""

    def __init__(self):
        self.feed, self.known, self.down = [], {}, None
        self.origin = Origin(self.answer)

    def answer(self, request):
        if request.path.startswith("/atom/"):
            return Answer(200, atom("http://rss.arxiv.org/atom/cs.CL", self.feed), ATOM)
        if request.path != "/api/query":
            return Answer(404)
        down = self.down(request) if callable(self.down) else self.down
        if down is not None:
            return down
        ids = request.query["id_list"].split(",")
        return Answer(200, atom("http://arxiv.org/api/abc", [(i, self.known[i]) for i in ids if i in self.known]), ATOM)

    def asked(self):
        """The ids of each request."""
        return [r.query["id_list"].split(",") for r in self.origin.asked("/api/query")]

    def source(self):
        return '  arxiv-cl: {preset: arxiv, category: cs.CL, base_url: "%s", every: 1h}\n' % self.origin.url

    def lookups(self):
        return 'arxiv_categories: on\narxiv_api_url: "%s"\n' % self.origin.url


class Case(unittest.TestCase):
    def setUp(self):
        self.papers, self.arxiv = Papers(), Arxiv()
        self.addCleanup(self.papers.close)
        self.addCleanup(self.arxiv.origin.close)

    def service(self, config, **more):
        service = Service(config, **more)
        self.addCleanup(service.close)
        return service.start()

    def ids(self, service, match, source="daily-papers"):
        return sorted(e.id[-10:] for e in service.filter(match, source=source, limit=1000).entries())


class Joined(Case):
    def test_a_paper_is_found_by_the_category_that_an_arxiv_source_says_whichever_comes_first(self):
        hf, listed = [paper(1), paper(2)], [("2602.00001", ["cs.CL", "cs.AI"]), ("2602.00009", ["cs.CL"])]
        seen = []
        for first in ("hf", "arxiv"):
            self.papers.days = {"2026-03-02": hf if first == "hf" else [paper(7)]}
            self.arxiv.feed = listed if first == "arxiv" else []
            service = self.service(self.papers.config() + self.arxiv.source())
            self.assertEqual(self.ids(service, "category:cs.*"), [])
            before = service.filter("number", source="daily-papers")
            self.papers.days, self.arxiv.feed = {"2026-03-02": hf + [paper(7)]}, listed
            service.advance("2026-03-02T08:00:00Z")
            self.assertEqual(self.ids(service, "category:cs.CL"), ["2602.00001"], first)
            self.assertEqual(self.ids(service, "category:cs.*"), ["2602.00001"], first)
            self.assertEqual(self.ids(service, "-category:cs.AI"), ["2602.00002", "2602.00007"], first)
            said = {e.id: e.said for e in service.filter("number", source="daily-papers").entries()}
            for entry in before.entries():
                self.assertEqual(said[entry.id], entry.said, "joining changes nothing that readers look at")
            entry = service.filter("category:cs.CL", source="daily-papers").entries()[0]
            self.assertEqual((entry.title, entry.link), ("A paper about agents number 1",
                                                         "https://huggingface.co/papers/2602.00001"))
            self.assertEqual(entry.said[-1], (), "joined categories are asked, not shown")
            seen.append(entry.said[:2])
            service.close()
        self.assertEqual(seen[0], seen[1])

    def test_a_feed_that_was_subscribed_gets_the_paper_and_others_stay_as_they_are(self):
        self.papers.days = {"2026-03-02": [paper(1), paper(2)]}
        users = ("users: {ana: {feeds: {cl: {sources: [daily-papers], match: 'category:cs.CL'}, "
                 "all: {sources: [daily-papers]}}}}\n")
        service = self.service(self.papers.config() + self.arxiv.source() + users)
        cl, everything = (service.addresses()["ana/" + name] for name in ("cl", "all"))
        old = service.get(everything)
        self.assertEqual(service.get(cl).entries(), [])
        etag = service.get(cl).headers["etag"]
        self.arxiv.feed = [("2602.00002", ["cs.CL"])]
        service.advance("2026-03-02T08:00:00Z")
        self.assertEqual(service.get(cl, {"If-None-Match": etag}).status, 200)
        self.assertEqual([e.id[-10:] for e in service.get(cl).entries()], ["2602.00002"])
        self.assertEqual(service.get(everything).body, old.body)
        self.assertEqual(service.get(everything, {"If-None-Match": old.headers["etag"]}).status, 304)

    def test_what_is_joined_outlives_a_restart_and_the_listing_that_said_it(self):
        self.papers.days = {"2026-03-02": [paper(1)]}
        self.arxiv.feed = [("2602.00001", ["cs.CL"])]
        config = self.papers.config() + self.arxiv.source().replace("every: 1h", "every: 1h, retention: 2h")
        service = self.service(config)
        before = service.filter("category:cs.CL", source="daily-papers")
        self.assertEqual(len(before.entries()), 1)
        self.arxiv.feed = [("2602.00009", ["cs.CL"])]
        for now in ("2026-03-03T06:00:00Z", "2026-03-03T18:00:00Z", "2026-03-04T06:00:00Z"):
            service.advance(now)
        self.assertEqual(self.ids(service, "", "arxiv-cl"), ["2602.00009"])
        self.assertEqual(self.ids(service, "category:cs.CL"), ["2602.00001"])
        service.stop()
        service.start()
        after = service.filter("category:cs.CL", source="daily-papers")
        self.assertEqual([e.said for e in after.entries()], [e.said for e in before.entries()])

    def test_a_feed_over_arxiv_itself_is_matched_by_what_that_source_says(self):
        self.papers.days = {"2026-03-02": [paper(1)]}
        self.arxiv.feed = [("2602.00001", ["cs.CL"])]
        service = self.service(self.papers.config() + self.arxiv.source())
        both = service.get("/filter.atom?source=daily-papers&source=arxiv-cl&match=category:cs.CL").entries()
        self.assertEqual([e.id[-10:] for e in both], ["2602.00001"])
        self.assertEqual(both[0].said[-1], ("cs.CL",))


class Asked(Case):
    def test_nothing_is_asked_unless_it_is_switched_on(self):
        self.papers.days = {"2026-03-02": [paper(1)]}
        service = self.service(self.papers.config() + 'arxiv_api_url: "%s"\n' % self.arxiv.origin.url)
        service.advance("2026-03-02T09:00:00Z")
        self.assertEqual(self.arxiv.asked(), [])

    def test_papers_are_asked_a_hundred_at_a_time_every_three_seconds_and_once(self):
        self.papers.days = {"2026-03-02": [paper(i) for i in range(250)]}
        self.arxiv.known = {"2602.%05d" % i: ["cs.LG" if i % 2 else "cs.CL"] for i in range(250)}
        service = self.service(self.papers.config() + self.arxiv.lookups())
        start = seconds(NOW)
        self.assertEqual([len(ids) for ids in self.arxiv.asked()], [100])
        service.advance(start + 2)
        self.assertEqual(len(self.arxiv.asked()), 1, "not before three seconds")
        service.advance(start + 3)
        self.assertEqual(len(self.arxiv.asked()), 2)
        service.advance(start + 6)
        service.advance(start + 9)
        service.advance(start + 3600)
        asked = self.arxiv.asked()
        self.assertEqual([len(ids) for ids in asked], [100, 100, 50])
        self.assertEqual([r.query["max_results"] for r in self.arxiv.origin.asked("/api/query")], ["100", "100", "50"])
        self.assertEqual(len({id for ids in asked for id in ids}), 250, "no paper twice")
        self.assertEqual(len(self.ids(service, "category:cs.LG")), 125)
        self.assertEqual(len(self.ids(service, "category:cs.*")), 250)
        m = service.metrics()
        self.assertEqual(m['tamis_categories_asked_total{outcome="found"}'], 250)
        self.assertIn("Categories asked of arXiv", service.get("/").text)
        service.stop()
        service.start()
        service.advance("2026-03-12T09:00:00Z")
        self.assertEqual(len(self.arxiv.asked()), 3, "kept for good")
        self.assertEqual(len(self.ids(service, "category:cs.LG")), 125)

    def test_what_a_source_says_is_not_asked(self):
        self.papers.days = {"2026-03-02": [paper(1), paper(2)]}
        self.arxiv.feed = [("2602.00001", ["cs.CL"])]
        self.arxiv.known = {"2602.00001": ["cs.XX"], "2602.00002": ["cs.RO"]}
        service = self.service(self.papers.config() + self.arxiv.source() + self.arxiv.lookups())
        self.assertEqual(self.arxiv.asked(), [["2602.00002"]])
        self.assertEqual(self.ids(service, "category:cs.RO"), ["2602.00002"])
        self.assertEqual(self.ids(service, "category:cs.CL"), ["2602.00001"])

    def test_what_arxiv_does_not_know_is_asked_again_after_a_week(self):
        self.papers.days = {"2026-03-02": [paper(1), paper(2)]}
        self.arxiv.known = {"2602.00001": ["cs.CL"]}
        service = self.service(self.papers.config() + self.arxiv.lookups())
        for days in (1, 3, 6):
            service.advance(seconds(NOW) + days * DAY)
        self.assertEqual(len(self.arxiv.asked()), 1)
        self.arxiv.known["2602.00002"] = ["cs.RO"]
        service.advance(seconds(NOW) + 7 * DAY + 3600)
        self.assertEqual(self.arxiv.asked()[1:], [["2602.00002"]])
        self.assertEqual(self.ids(service, "category:cs.RO"), ["2602.00002"])

    def test_a_busy_arxiv_is_left_alone_as_long_as_it_says_also_over_a_restart(self):
        self.papers.days = {"2026-03-02": [paper(1)]}
        self.arxiv.known = {"2602.00001": ["cs.CL"]}
        self.arxiv.down = Answer(503, "busy", {"Retry-After": "7200"})
        service = self.service(self.papers.config() + self.arxiv.lookups())
        self.assertEqual(len(self.arxiv.asked()), 1)
        self.assertIn("503", service.get("/").text)
        self.arxiv.down = None
        service.advance(seconds(NOW) + 7199)
        service.stop()
        service.start()
        self.assertEqual(len(self.arxiv.asked()), 1)
        service.advance(seconds(NOW) + 7206)
        self.assertEqual(len(self.arxiv.asked()), 2)
        self.assertEqual(self.ids(service, "category:cs.CL"), ["2602.00001"])

    def test_failures_are_asked_again_ever_more_rarely_and_change_no_feed(self):
        self.papers.days = {"2026-03-02": [paper(1)]}
        self.arxiv.down = Answer(500, "oops")
        service = self.service(self.papers.config() + self.arxiv.lookups())
        good = service.filter(source="daily-papers").body
        for minute in range(1, 121):
            service.advance(seconds(NOW) + minute * 60)
        self.assertIn(len(self.arxiv.asked()), range(5, 9), "one, two, four, … minutes, a fifth more or less")
        self.assertEqual(service.filter(source="daily-papers").body, good)

    def test_one_paper_that_arxiv_stumbles_over_does_not_keep_the_others(self):
        self.papers.days = {"2026-03-02": [paper(i) for i in range(8)]}
        self.arxiv.known = {"2602.%05d" % i: ["cs.CL"] for i in range(8)}
        self.arxiv.down = lambda request: Answer(400, "bad id") if "2602.00005" in request.query["id_list"] else None
        service = self.service(self.papers.config() + self.arxiv.lookups())
        for minute in range(1, 90):
            service.advance(seconds(NOW) + minute * 60)
        self.assertEqual(len(self.ids(service, "category:cs.CL")), 7)
        count = len(self.arxiv.asked())
        service.advance(seconds(NOW) + 3 * DAY)
        self.assertEqual(len(self.arxiv.asked()), count, "it counts as unknown for a week")

    def test_a_page_that_is_no_answer_is_not_taken_for_one(self):
        self.papers.days = {"2026-03-02": [paper(1), paper(2)]}
        self.arxiv.known = {"2602.00001": ["cs.CL"], "2602.00002": ["cs.CL"]}
        self.arxiv.down = Answer(200, atom("http://blog.example/feed", [("2602.00001", ["cs.CL"])]), ATOM)
        service = self.service(self.papers.config() + self.arxiv.lookups())
        self.assertEqual(self.ids(service, "category:cs.CL"), [])
        self.arxiv.down = None
        service.advance(seconds(NOW) + 600)
        service.advance(seconds(NOW) + 1200)
        self.assertEqual(len(self.ids(service, "category:cs.CL")), 2)

    def test_instances_over_one_store_share_the_asking(self):
        redis = Redis().start()
        self.addCleanup(redis.close)
        self.papers.days = {"2026-03-02": [paper(i) for i in range(250)]}
        self.arxiv.known = {"2602.%05d" % i: ["cs.CL"] for i in range(250)}
        config = 'store: "redis://127.0.0.1:%d/0"\n' % redis.port + self.papers.config() + self.arxiv.lookups()
        start = seconds(NOW)
        with tempfile.TemporaryDirectory() as key:
            config += "instance_key_file: %s/key\n" % key
            one, other = self.service(config), self.service(config)
            self.assertEqual(len(self.arxiv.asked()), 1, "the other one waits")
            for after in (3, 6, 9):
                one.advance(start + after)
            other.advance(start + 61)
            self.assertEqual(sorted(id for ids in self.arxiv.asked() for id in ids), sorted(self.arxiv.known))
            for service in (one, other):
                self.assertEqual(len(self.ids(service, "category:cs.CL")), 250)


if __name__ == "__main__":
    unittest.main()
