"""Pages without feeds, read by recipes: what subscribers see when a page changes."""
import os
import unittest

from origin import Answer, Origin
from service import Service, seconds

HTML = {"Content-Type": "text/html; charset=utf-8"}
HOUR = 3600
START = "2026-03-02T06:00:00Z"

CONFIG = """
sources:
  shelf: {url: "%s/list", recipe: shelf, every: 1h}
recipes:
  shelf:
    items: article
    empty: p.none
    fields:
      title: {select: h2 a, required: true}
      link: h2 a@href
      upvotes: i
    pages: {next: 'a[rel=next]@href', most: 3}
"""


def page(*names, more=""):
    articles = "".join("<article><h2><a href='/p/%s'>%s</a></h2><i>%d votes</i></article>" % (n, n, len(n)) for n in names)
    return Answer(200, "<!DOCTYPE html><html><head><title>Shelf</title></head><body>%s%s</body></html>" % (articles, more), HTML)


def older(href):
    return "<a rel=next href='%s'>older</a>" % href


class Recipe(unittest.TestCase):
    def upstream(self, pages):
        origin = Origin(lambda request: pages.get(request.target, Answer(404, "not here")))
        self.addCleanup(origin.close)
        return origin

    def service(self, config, **more):
        service = Service(config, **more)
        self.addCleanup(service.close)
        return service

    def titles(self, service, match=""):
        return sorted(entry.title for entry in service.filter(match).entries())

    def test_a_page_is_read_through_its_pages_up_to_the_limit(self):
        pages = {"/list": page("one", more=older("?p=2")), "/list?p=2": page("two", more=older("/list?p=3")),
                 "/list?p=3": page("three", more=older("/list?p=4")), "/list?p=4": page("four")}
        origin = self.upstream(pages)
        service = self.service(CONFIG % origin.url).start()
        self.assertEqual(self.titles(service), ["one", "three", "two"])
        self.assertEqual([r.target for r in origin.asked()], ["/list", "/list?p=2", "/list?p=3"])
        self.assertEqual(self.titles(service, "upvotes>=5"), ["three"])
        links = {entry.link for entry in service.filter().entries()}
        self.assertEqual(links, {origin.url + "/p/one", origin.url + "/p/two", origin.url + "/p/three"})

    def test_a_page_that_brings_nothing_new_is_the_last(self):
        pages = {"/list": page("one", more=older("/list"))}
        origin = self.upstream(pages)
        service = self.service(CONFIG % origin.url).start()
        self.assertEqual(self.titles(service), ["one"])
        self.assertEqual([r.target for r in origin.asked()], ["/list", "/list"])

    def test_a_recipe_that_finds_nothing_any_more_keeps_the_items_and_says_so(self):
        pages = {"/list": page("one", "two")}
        origin = self.upstream(pages)
        service = self.service(CONFIG % origin.url).start()
        good = service.filter()
        self.assertEqual(self.titles(service), ["one", "two"])
        pages["/list"] = Answer(200, "<html><body><section>one</section></body></html>", HTML)
        now = seconds(START) + 2 * HOUR
        service.advance(now)
        kept = service.filter()
        self.assertEqual((kept.status, kept.body, kept.headers["etag"]), (200, good.body, good.headers["etag"]))
        shown = service.get("/").text
        self.assertIn('class="ill"', shown)
        self.assertIn("the recipe shelf finds no items here; `items` finds nothing: article", shown)
        pages["/list"] = page("three", "two")
        service.advance(now + 24 * HOUR)
        self.assertEqual(self.titles(service), ["one", "three", "two"])
        self.assertIn('class="well"', service.get("/").text)

    def test_a_page_that_says_it_is_empty_is_well(self):
        pages = {"/list": page("one")}
        origin = self.upstream(pages)
        service = self.service(CONFIG % origin.url).start()
        pages["/list"] = Answer(200, "<html><body><p class=none>Nothing today.</p></body></html>", HTML)
        service.advance(seconds(START) + 2 * HOUR)
        self.assertEqual(self.titles(service), ["one"])
        self.assertNotIn("finds no items", service.get("/").text)

    def test_a_field_that_vanished_is_told_and_the_items_are_read(self):
        pages = {"/list": page("one")}
        origin = self.upstream(pages)
        service = self.service(CONFIG % origin.url).start()
        pages["/list"] = Answer(200, "<html><article><h2><a href='/p/two'>two</a></h2></article></html>", HTML)
        service.advance(seconds(START) + 2 * HOUR)
        self.assertEqual(self.titles(service), ["one", "two"])
        self.assertIn("the recipe shelf finds in none of the 1 items: upvotes", service.get("/").text)

    def test_an_edit_of_the_recipe_asks_again_at_once_and_a_wrong_one_is_refused_whole(self):
        pages = {"/list": Answer(200, "<html><section><h2><a href=/a>A</a></h2></section></html>", HTML)}
        origin = self.upstream(pages)
        config = CONFIG % origin.url
        service = self.service(config).start()
        self.assertEqual(service.filter().status, 503)
        service.write_config(config.replace("items: article", "items: article["))
        service.reload()
        self.assertIn("expected the name of an attribute", service.log())
        service.write_config(config.replace("items: article", "items: section"))
        service.reload()
        service.advance(seconds(START) + 60)
        self.assertEqual(self.titles(service), ["A"])

    def test_recipes_are_listed_with_their_sources_and_those_that_come_along_are_shown(self):
        origin = self.upstream({"/list": page("one"), "/cs": page("two")})
        config = (CONFIG % origin.url).replace("recipes:", "  cs: {url: %s/cs, recipe: arxiv-list}\nrecipes:" % origin.url)
        service = self.service(config).start()
        rows = [line.split("\t") for line in service.get("/recipes").text.splitlines()]
        self.assertEqual(rows, [["shelf", "configured", "shelf"], ["arxiv-list", "shipped", "cs"], ["hf-papers", "shipped", ""]])
        with open(os.path.join(os.path.dirname(__file__), "../../conf/recipes/arxiv-list.yaml"), "rb") as file:
            self.assertEqual(service.get("/recipes/arxiv-list").body, file.read())
        own = service.get("/recipes/shelf")
        self.assertEqual(own.status, 403)
        self.assertNotIn("article", own.text, "what is configured may hold what others should not see")
        self.assertEqual(service.get("/recipes/none").status, 404)

    def test_recipes_are_found_in_the_folder_beside_the_configuration(self):
        pages = {"/list": page("one")}
        origin = self.upstream(pages)
        service = self.service('sources:\n  s: {url: "%s/list", recipe: mine}\n' % origin.url)
        os.mkdir(os.path.join(service.folder, "recipes"))
        with open(os.path.join(service.folder, "recipes", "mine.yaml"), "w", encoding="utf-8") as file:
            file.write("items: article\nfields: {title: h2, link: h2 a@href}\n")
        service.start()
        self.assertEqual(self.titles(service), ["one"])

    def test_a_page_of_a_file_never_leads_to_another_file(self):
        service = self.service('sources:\n  s: {file: page.html, recipe: r}\n'
                               "recipes:\n  r:\n    items: article\n    fields: {title: h2}\n"
                               "    pages: {next: 'a@href', most: 3}\n")
        for name, title in (("page.html", "first"), ("secret.html", "second")):
            with open(os.path.join(service.folder, name), "w", encoding="utf-8") as file:
                file.write("<html><article><h2>%s</h2></article><a href='secret.html'>x</a></html>" % title)
        service.start()
        self.assertEqual(self.titles(service), ["first"])


if __name__ == "__main__":
    unittest.main()
