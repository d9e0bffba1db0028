"""A person pastes the address of a page, and its feed is read."""
import json
import subprocess
import unittest

from origin import Answer, Origin
from service import PROGRAM, Service, seconds, until

START = "2026-03-02T06:00:00Z"
DAY = 86400
HTML = {"Content-Type": "text/html; charset=utf-8"}


def rss(*names):
    return Answer(200, '<rss version="2.0"><channel><title>x</title>%s</channel></rss>' % "".join(
        "<item><guid isPermaLink='false'>%s</guid><title>%s</title><link>https://example.org/%s</link></item>" % (n, n, n)
        for n in names), {"Content-Type": "application/rss+xml"})


def page(links="", title="A blog"):
    return Answer(200, "<!DOCTYPE html><html><head><title>%s</title>%s</head><body><p>Words</p></body></html>" % (title, links), HTML)


def link(href, title="", kind="application/rss+xml"):
    return '<link rel="alternate" type="%s" title="%s" href="%s">' % (kind, title, href)


class Site:
    """Paths and their answers; what is not there is 404, or what `otherwise` says."""

    def __init__(self, paths, otherwise=None):
        self.paths, self.otherwise = paths, otherwise or Answer(404, "nothing here")
        self.origin = Origin(lambda request: self.paths.get(request.path, self.otherwise))
        self.url = self.origin.url

    def asked(self):
        return [request.path for request in self.origin.asked()]


class Case(unittest.TestCase):
    def site(self, paths, otherwise=None):
        site = Site(paths, otherwise)
        self.addCleanup(site.origin.close)
        return site


class Discover(Case):
    def service(self, site, path="/", **more):
        service = Service('sources:\n  s: {url: "%s%s", every: 1h}\n' % (site.url, path), **more)
        self.addCleanup(service.close)
        return service

    def titles(self, service):
        return sorted(entry.title for entry in service.filter().entries())

    def test_the_feed_that_a_page_names_is_read_in_its_place_and_shown(self):
        site = self.site({"/": page(link("/comments/feed/", "Comments") + link("/main", "All posts") + link("/more")),
                          "/main": rss("one", "two"), "/comments/feed/": rss("said")})
        service = self.service(site).start()
        self.assertEqual(self.titles(service), ["one", "two"])
        self.assertEqual(site.asked(), ["/", "/main"])
        shown = service.get("/").text
        self.assertIn(site.url + "/main", shown)
        self.assertIn("All posts", shown)
        self.assertIn(site.url + "/comments/feed/", shown, "what else there was to choose")
        self.assertIn('class="well"', shown)
        self.assertIn("/main", service.get("/explain?format=summary").text)

    def test_what_was_found_is_remembered_through_a_restart(self):
        site = self.site({"/": page(link("/main")), "/main": rss("one")})
        service = self.service(site).start()
        service.stop()
        service.set_clock("2026-03-02T08:00:00Z")
        service.start()
        self.assertEqual(site.asked(), ["/", "/main", "/main"], "a restart does not search again")
        self.assertIn("/main", service.get("/").text)

    def test_a_page_that_names_none_is_asked_at_well_known_addresses_in_order(self):
        site = self.site({"/blog": page(), "/atom.xml": rss("one")})
        service = self.service(site, "/blog").start()
        self.assertEqual(self.titles(service), ["one"])
        self.assertEqual(site.asked(), ["/blog", "/blog/feed", "/blog/rss", "/blog/index.xml", "/blog/feed.xml",
                                        "/blog/atom.xml", "/feed", "/rss", "/atom.xml"])
        self.assertIn("well-known", service.get("/").text)

    def test_a_page_without_a_feed_says_so_and_is_searched_ever_less_often(self):
        site = self.site({"/": page(title="No feed here")})
        service = self.service(site).start()
        shown = service.get("/").text
        self.assertIn("without a feed; looked at 11 well-known addresses; write a recipe for it", shown)
        self.assertIn("No feed here", shown)
        self.assertIn('class="ill"', shown)
        first = len(site.asked())
        self.assertEqual(first, 12)
        service.advance("2026-03-02T06:50:00Z")
        self.assertEqual(len(site.asked()), first, "not again within the hour")
        for hour in range(7, 31):
            service.advance(seconds(START) + (hour - 6) * 3600 + 60)
        self.assertLessEqual(len(site.asked()), 6 * first, "searches must become rare")

    def test_a_site_that_answers_everything_with_a_page_is_no_loop(self):
        everything = page(link("/a") + link("/b"))
        site = self.site({}, everything)
        service = self.service(site).start()
        self.assertEqual(site.asked(), ["/", "/a", "/b"])
        self.assertIn("no feed could be read of the 2 that it names", service.get("/").text)

    def test_a_page_with_a_thousand_links_is_bounded_and_says_by_what(self):
        site = self.site({"/": page("".join(link("/%d" % i) for i in range(1000)))})
        service = self.service(site).start()
        self.assertEqual(len(site.asked()), 21)
        shown = service.get("/").text
        self.assertIn("of the 1000 that it names (of these at most 20 are looked at)", shown)

    def test_a_feed_that_is_gone_is_searched_again_from_the_page(self):
        site = self.site({"/": page(link("/old")), "/old": rss("one")})
        service = self.service(site).start()
        site.paths.update({"/": page(link("/new") + link("/comments/", "Comments")), "/new": rss("one", "two"),
                           "/old": Answer(410, "gone")})
        service.advance("2026-03-02T07:10:00Z")
        self.assertEqual(site.asked()[-3:], ["/old", "/", "/new"])
        self.assertEqual(self.titles(service), ["one", "two"])

    def test_a_feed_that_fails_for_a_while_stays_and_one_that_has_moved_is_followed(self):
        site = self.site({"/": page(link("/old")), "/old": rss("one")})
        service = self.service(site).start()
        site.paths.update({"/": page(link("/new")), "/new": rss("other")})
        for outage in (page(title="Maintenance"), Answer(404, "no")):
            site.paths["/old"] = outage
            service.advance(service.now + 2 * 3600)
            self.assertNotIn("/new", site.asked())
        for _ in range(4):
            service.advance(service.now + DAY + DAY // 3)
        self.assertIn("/new", site.asked())
        self.assertEqual(self.titles(service), ["one", "other"], "what was read is kept")

    def test_a_feed_that_its_page_still_names_is_waited_for(self):
        site = self.site({"/": page(link("/main") + link("/by-tag")), "/main": rss("one"), "/by-tag": rss("tagged")})
        service = self.service(site).start()
        site.paths["/main"] = Answer(404, "no")
        for _ in range(5):
            service.advance(service.now + DAY + DAY // 3)
        self.assertNotIn("/by-tag", site.asked(), "another feed must not take its place")
        self.assertEqual(self.titles(service), ["one"])
        site.paths["/main"] = rss("one", "two")
        service.advance(service.now + 2 * DAY)
        self.assertEqual(self.titles(service), ["one", "two"])

    def test_a_login_page_in_the_place_of_a_feed_leads_nowhere_else(self):
        site = self.site({"/feed": rss("one"), "/other": rss("wrong")})
        service = self.service(site, "/feed").start()
        site.paths["/feed"] = page(link("/other"), "Log in")
        for hour in range(7, 20):
            service.advance("2026-03-02T%02d:30:00Z" % hour)
        self.assertNotIn("/other", site.asked())
        self.assertEqual(self.titles(service), ["one"])

    def test_a_redirect_and_base_are_followed(self):
        site = self.site({"/go": Answer(302, headers={"Location": "/deep/"}), "/deep/er/x.atom": rss("one"),
                          "/deep/": page('<base href="er/">' + link("x.atom", kind="Application/ATOM+xml; charset=utf-8"))})
        service = self.service(site, "/go").start()
        self.assertEqual(self.titles(service), ["one"])

    def test_a_page_cannot_lead_to_an_address_that_is_not_fetched(self):
        site = self.site({"/": page(link("http://169.254.169.254/latest") + link("http://10.1.2.3/feed") +
                                    link("file:///etc/passwd") + link("/ok")), "/ok": rss("one")})
        service = self.service(site).start()
        self.assertEqual(service.metrics()['tamis_fetches_total{outcome="denied"}'], 2)
        self.assertEqual(self.titles(service), ["one"])

    def test_a_host_that_says_stop_is_not_asked_for_more(self):
        site = self.site({"/": page(), "/feed": Answer(429, "later", {"Retry-After": "7200"})})
        service = self.service(site).start()
        self.assertEqual(site.asked(), ["/", "/feed"])
        service.advance("2026-03-02T07:30:00Z")
        self.assertEqual(site.asked(), ["/", "/feed"])

    def test_secrets_of_an_address_are_not_shown(self):
        site = self.site({"/": page(link("/main?key=hidden")), "/main": rss("one")})
        service = self.service(site, "/?key=hidden").start()
        self.assertEqual(self.titles(service), ["one"])
        self.assertNotIn("hidden", service.get("/").text + service.log())

    def test_another_address_in_the_configuration_forgets_the_choice(self):
        site = self.site({"/": page(link("/main")), "/main": rss("one"), "/second": rss("two")})
        service = self.service(site).start()
        service.write_config('sources:\n  s: {url: "%s/second", every: 1h}\n' % site.url)
        service.reload()
        until(lambda: "/second" in site.asked(), "the new address")
        service.settle()
        self.assertNotIn("its page leads to", service.get("/").text)
        self.assertNotIn(site.url + "/main", service.get("/").text)


class Command(Case):
    """tamis discover, for people who look before they subscribe."""

    def run_it(self, *arguments, networks="127.0.0.0/8", body=None):
        env = {"TAMIS_ALLOW_NETWORKS": networks, "TAMIS_LIMITS__PER_HOST_INTERVAL": "0s", "TAMIS_CONFIG": ""}
        return subprocess.run([PROGRAM, "discover", *arguments], input=body, capture_output=True, text=True, env=env,
                              timeout=60)

    def test_an_address_shows_the_choice_and_what_each_feed_holds(self):
        site = self.site({"/": page(link("/comments/", "Comments") + link("/main", "All\tposts") + link("/dead")),
                          "/main": rss("one", "two"), "/comments/": rss("said")})
        done = self.run_it(site.url + "/")
        rows = [line.split("\t") for line in done.stdout.splitlines()]
        self.assertEqual([row[0] for row in rows], [site.url + "/main", site.url + "/dead", site.url + "/comments/"])
        self.assertEqual(rows[0][1:], ["link", "application/rss+xml", "2 items", "All posts"])
        self.assertIn("404", rows[1][3])
        self.assertEqual(rows[2][1:4:2], ["link, comments", "1 item"])
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_programs_get_the_same_as_json(self):
        site = self.site({"/": page(link("/main")), "/main": rss("one")})
        done = self.run_it("-o", "json", site.url + "/")
        told = json.loads(done.stdout)
        self.assertEqual((told["title"], told["named"]), ("A blog", 1))
        self.assertEqual(told["feeds"], [{"url": site.url + "/main", "why": "link", "type": "application/rss+xml",
                                          "title": "x", "items": 1}])

    def test_well_known_addresses_are_asked_until_one_is_a_feed(self):
        site = self.site({"/": page(), "/rss": Answer(200, "[]"), "/atom.xml": rss("one")})
        done = self.run_it(site.url + "/")
        self.assertEqual(site.asked(), ["/", "/feed", "/rss", "/atom.xml"])
        self.assertIn("/atom.xml\tguess\trss\t1 item\tx", done.stdout)
        self.assertEqual(done.returncode, 0)

    def test_a_feed_is_its_own_choice(self):
        site = self.site({"/feed": rss("one")})
        done = self.run_it(site.url + "/feed")
        self.assertEqual(done.stdout, site.url + "/feed\titself\trss\t1 item\tx\n")

    def test_a_page_of_a_file_is_read_against_its_address_and_asks_nobody(self):
        done = self.run_it("--url", "https://blog.example/a/", "-", body="<html>" + link("x.xml") + "</html>")
        self.assertEqual(done.stdout, "https://blog.example/a/x.xml\tlink\tapplication/rss+xml\tnot asked\t\n")

    def test_what_has_no_feed_says_so_and_fails(self):
        site = self.site({"/": page()})
        done = self.run_it(site.url + "/")
        self.assertEqual(done.returncode, 1)
        self.assertIn("this is an HTML page without a feed that could be read", done.stderr)
        done = self.run_it(body='{"a": 1}')
        self.assertEqual(done.returncode, 1)
        self.assertIn("standard input", done.stderr)

    def test_private_addresses_are_refused_and_the_setting_is_named(self):
        site = self.site({"/": page(link("/main")), "/main": rss("one")})
        done = self.run_it(site.url + "/", networks="")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("allow_networks", done.stderr)
        self.assertEqual(site.asked(), [])

    def test_a_page_of_a_thousand_feeds_is_bounded_and_says_so(self):
        site = self.site({"/": page("".join(link("/%d" % i) for i in range(1000)))})
        done = self.run_it(site.url + "/")
        self.assertEqual(len(site.asked()), 21)
        self.assertIn("names 1000 feeds; at most 20 are listed", done.stderr)


if __name__ == "__main__":
    unittest.main()
