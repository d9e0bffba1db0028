#!/usr/bin/env python3
"""tamis filter, explain and address, as a shell user meets them."""
import glob
import json
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import check_atom  # noqa: E402

PROGRAM = os.environ.get("TAMIS_PROGRAM", "tamis")
ROOT = os.path.dirname(os.path.dirname(HERE))
CORPUS = os.environ.get("TAMIS_CORPUS") or os.path.join(os.path.dirname(ROOT), "shared", "corpus")
FIXTURES = os.path.join(ROOT, "tests", "fixtures", "feed")
PAPERS, ARXIV = os.path.join(FIXTURES, "papers.json"), os.path.join(FIXTURES, "arxiv.atom")
BIRDS = sorted(glob.glob(os.path.join(ROOT, "tests", "fixtures", "query", "*")))
NOW = "2026-03-03T12:00:00Z"
KEYS = ["id", "title", "link", "summary", "authors", "categories", "keywords", "published", "updated",
        "upvotes", "comments", "stars", "source"]


def tamis(*arguments, stdin=b""):
    return subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True, timeout=120)


def lines(text):
    return [json.loads(line) for line in text.decode().splitlines()]


class Filter(unittest.TestCase):
    def good(self, *arguments, stdin=b""):
        done = tamis(*arguments, stdin=stdin)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout

    def kept(self, query, *files):
        return [row["id"] for row in lines(
            self.good("filter", "-m", query, "-o", "jsonl", "--now", NOW, *files))]

    def test_the_feed_is_valid_and_says_what_the_listing_says(self):
        feed = self.good("filter", "-m", "agents OR readers", "--now", NOW, "--title", "Mine",
                         "--self", "https://feeds.example.org/f/x.atom?a=1&b=2", PAPERS)
        self.assertEqual(check_atom.check(feed, 100, 500000), [])
        text = feed.decode()
        self.assertIn("<title type=\"text\">Mine</title>", text)
        self.assertIn("href=\"https://feeds.example.org/f/x.atom?a=1&amp;b=2\"", text)
        self.assertIn("<title type=\"text\">Agents that plan with tools</title>", text)
        self.assertIn("<id>https://arxiv.org/abs/2603.00001</id>", text)
        self.assertIn("upvotes=\"31\" comments=\"2\" stars=\"7\"", text)
        self.assertNotIn("2603.00003", text)

    def test_the_same_input_and_now_give_the_same_bytes_in_any_order(self):
        arguments = ("filter", "-m", "agents OR bees", "--now", NOW)
        self.assertEqual(self.good(*arguments, PAPERS, ARXIV), self.good(*arguments, ARXIV, PAPERS))

    def test_what_nothing_in_the_listings_has_is_noted_where_there_is_enough_to_tell(self):
        listing = lambda count: ("<rss version='2.0'><channel><title>N</title>%s</channel></rss>" % "".join(
            "<item><title>A heron %d</title><link>https://n.example/%d</link></item>" % (n, n) for n in range(count))).encode()
        for command in ("explain", "filter"):
            done = tamis(command, "-m", "heron OR stork OR upvotes>=3", "--now", NOW, stdin=listing(20))
            self.assertIn(b"query: note: 1:10: none of the 20 items that are there has stork\n", done.stderr)
            self.assertIn(b"query: note: 1:19: no item of these listings has upvotes: this finds nothing\n", done.stderr)
            self.assertNotIn(b"has heron", done.stderr)
            self.assertNotIn(b"note", tamis(command, "-m", "heron OR stork", "--now", NOW, stdin=listing(19)).stderr)

    def titles(self, query):
        found = self.good("explain", "-m", query, "-o", "jsonl", "--now", NOW, *BIRDS)
        return [row["title"] for row in lines(found) if row.get("verdict") == "keep"]

    def test_languages_are_those_of_entries_of_feeds_and_of_letters(self):
        for query, titles in [
                ("lang:en", ["A heron at dawn", "Storks"]), ("lang:en-GB", ["A heron at dawn"]), ("lang:en-us", ["Storks"]),
                ("lang:fr", ["Un héron au port"]), ("lang:de", ["Ein Reiher am Morgen"]), ("lang:ja", ["サギの話"]),
                ("-lang:*", ["Plain letters"]), ("lang:(fr OR ja) -lang:ja", ["Un héron au port"])]:
            with self.subTest(query):
                self.assertEqual(sorted(self.titles(query)), sorted(titles))
        done = tamis("filter", "-m", "lang:english", *BIRDS)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"instead: lang:en\n", done.stderr)
        said = self.good("explain", "-m", "lang:ja", "--now", NOW, *BIRDS).decode()
        self.assertIn("サギの話\t*lang:ja* (by its letters)\t", said)
        self.assertIn("A heron at dawn\t*lang:ja* not met (en-GB)\t", said)

    def test_paths_are_found_from_their_beginning_or_by_their_segments(self):
        for query, titles in [
                ("path:/blog", ["A heron at dawn", "Ein Reiher am Morgen"]), ("path:2026/03", ["A heron at dawn"]),
                ("path:blog -path:/blog", ["Un héron au port"]), ("path:/notes/päper", ["サギの話"]),
                ("path:/web*", ["Plain letters"]), ("path:/^\\/$/", ["Storks"]), ("path:/blog lang:de", ["Ein Reiher am Morgen"])]:
            with self.subTest(query):
                self.assertEqual(sorted(self.titles(query)), sorted(titles))
        done = tamis("filter", "-m", "path:/blog/", "--now", NOW, *BIRDS)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"  the path: path:/blog\n  a regular expression: path:/(blog)/\n", done.stderr)

    def test_notes_come_before_the_lines_for_programs(self):
        done = lines(self.good("explain", "-m", "agents OR bees tools", "-o", "jsonl", "--now", NOW, PAPERS))
        self.assertEqual(sorted(done[0]), ["notes"])
        self.assertEqual(sorted(done[0]["notes"][0]), ["column", "cures", "end", "error", "line", "start", "text"])
        self.assertTrue(all("verdict" in line for line in done[1:]))

    def test_an_address_is_printed_with_the_notes_of_its_query(self):
        done = tamis("address", "-m", "agents OR bees tools")
        self.assertEqual(done.stdout, b"http://127.0.0.1:8080/filter.atom?match=agents%20OR%20bees%20tools\n")
        self.assertIn(b"tamis: query: note: 1:1: ", done.stderr)

    def test_an_address_that_names_a_rule_is_checked_as_far_as_the_rules_are_known(self):
        named = tamis("address", "-m", "rule:liked OR bees tools")
        self.assertEqual((named.returncode, named.stdout.count(b"rule%3Aliked")), (0, 1))
        self.assertIn(b"tamis: query: note: 1:1: ", named.stderr)
        self.assertEqual(tamis("address", "-m", "rule:liked (").returncode, 1)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tamis.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write("sources:\n  papers: {preset: hf-daily-papers}\n  cl: {preset: arxiv, category: cs.CL}\n"
                           "groups: {both: [papers, cl]}\nrules: {liked: upvotes>=20}\n")
            say = lambda *arguments: tamis("address", "-c", path, *arguments)
            known = say("-m", "rule:liked", "--source", "both")
            self.assertEqual(known.returncode, 0, known.stderr)
            self.assertIn(b"note: 1:1: no item of cl has upvotes, which rule:liked asks for: what is listed there "
                          b"alone is not kept", known.stderr)
            self.assertEqual(say("-m", "rule:liked", "--source", "papers").stderr, b"")
            unknown = say("-m", "rule:like")
            self.assertEqual((unknown.returncode, unknown.stdout), (1, b""))
            self.assertIn(b'there is no rule named "like"; the nearest is "liked"', unknown.stderr)
            near = say("-m", "x", "--source", "paper")
            self.assertEqual((near.returncode, near.stdout), (1, b""))
            self.assertIn(b'"paper" in ' + path.encode() + b'; did you mean "papers"?', near.stderr)
            asks = say("-m", "x")
            self.assertEqual((asks.returncode, asks.stdout), (1, b""))
            self.assertIn(b"the service asks for a source: --source NAME; there are: cl, papers\n", asks.stderr)
            nowhere = say("-m", "x", "--source", "bio")
            self.assertEqual((nowhere.returncode, nowhere.stdout), (1, b""))
            self.assertIn(b'there is no source and no group "bio"', nowhere.stderr)
            with open(path, "a", encoding="utf-8") as file:
                file.write("users: {ana: {feeds: {one: {sources: [cl]}}}}\n")
            self.assertIn(b"filter addresses are off in", say("-m", "x").stderr)

    def test_a_feed_does_not_change_because_time_goes_by(self):
        arguments = ("filter", "-m", "agents OR diffusion", PAPERS, "--now")
        self.assertEqual(self.good(*arguments, "2026-03-03T12:00:00Z"),
                         self.good(*arguments, "2026-03-09T12:00:00Z"))

    def test_a_paper_in_two_listings_is_one_entry_with_what_both_say(self):
        rows = lines(self.good("filter", "-m", "agents", "-o", "jsonl", "--now", NOW, PAPERS, ARXIV))
        self.assertEqual(len(rows), 1)
        self.assertEqual(rows[0]["categories"], ["cs.CL"])
        self.assertEqual(rows[0]["upvotes"], 31)
        self.assertEqual(rows[0]["source"], f"{ARXIV}, {PAPERS}")

    def test_a_line_of_json_has_every_key_and_null_for_unknown_numbers(self):
        rows = lines(self.good("filter", "-o", "jsonl", "--now", NOW, ARXIV))
        self.assertEqual([list(row) for row in rows], [KEYS, KEYS])
        self.assertIsNone(rows[0]["upvotes"])
        self.assertEqual(rows[0]["link"], "https://arxiv.org/abs/" + rows[0]["id"].split(":")[1])

    def test_standard_input_is_the_default_and_limits_cut(self):
        with open(PAPERS, "rb") as stream:
            body = stream.read()
        rows = lines(self.good("filter", "-o", "jsonl", "-n", "2", "--now", NOW, stdin=body))
        self.assertEqual([row["id"] for row in rows], ["arxiv:2603.00003", "arxiv:2603.00001"])
        self.assertEqual(rows[0]["source"], "-")
        self.assertEqual(self.good("filter", "--now", NOW, "-", stdin=body),
                         self.good("filter", "--now", NOW, stdin=body))

    def test_words_and_numbers_choose(self):
        self.assertEqual(self.kept("upvotes>=20", PAPERS), ["arxiv:2603.00003", "arxiv:2603.00001"])
        self.assertEqual(self.kept("plan -survey", PAPERS), ["arxiv:2603.00001"])
        self.assertEqual(self.kept("title:\"plan with tools\"", PAPERS), ["arxiv:2603.00001"])
        self.assertEqual(self.kept("quantum", PAPERS), [])

    def test_an_empty_feed_is_a_feed(self):
        feed = self.good("filter", "-m", "quantum", "--now", NOW, PAPERS)
        self.assertEqual(check_atom.check(feed), [])

    def test_a_bad_query_is_shown_with_its_place(self):
        done = tamis("filter", "-m", "agents (plan", PAPERS)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        message = done.stderr.decode().splitlines()
        self.assertRegex(message[0], r"^tamis: query:1:\d+: ")
        self.assertEqual(message[1], "agents (plan")
        self.assertRegex(message[2], r"^ *\^$")

    def test_a_file_that_is_no_listing_is_said_and_left_out(self):
        good = self.good("filter", "-o", "jsonl", "--now", NOW, PAPERS)
        for body in (b"", b"<html><p>no list</p></html>", b"{\"a\": 1}", b"\x00\x01"):
            done = tamis("filter", "-o", "jsonl", "--now", NOW, PAPERS, "-", stdin=body)
            self.assertEqual((done.returncode, done.stdout), (1, good), body)
            self.assertIn(b"standard input", done.stderr)
            done = tamis("filter", "-", stdin=body)
            self.assertEqual((done.returncode, done.stdout), (1, b""), body)
        done = tamis("filter", os.path.join(FIXTURES, "nowhere"))
        self.assertEqual((done.returncode, done.stdout), (1, b""))

    def test_usage_errors_are_exit_2(self):
        for arguments in (["-o", "xml"], ["-n", "0"], ["-n", "x"], ["--now", "yesterday"],
                          ["--self", "x.atom"], ["--unknown"]):
            done = tamis("filter", *arguments, PAPERS)
            self.assertEqual((done.returncode, done.stdout), (2, b""), arguments)
            self.assertTrue(done.stderr)

    def test_every_capture_becomes_a_valid_feed(self):
        if not os.path.isdir(CORPUS):
            self.skipTest(f"no corpus at {CORPUS}: real listings were not tried")
        files = sorted(sum((glob.glob(os.path.join(CORPUS, *pattern)) for pattern in (
            ("hf", "api-daily", "2026*.json"), ("hf", "html", "papers-list*"), ("hf", "api", "*.json"),
            ("arxiv", "**", "*.xml"), ("feeds-2026", "*"))), []))
        self.assertTrue(files)
        tried = 0
        for name in files:
            done = tamis("filter", "--now", "2026-11-01T00:00:00Z", "--self", "https://x.org/f",
                         name)
            if done.returncode != 0:
                self.assertEqual((done.returncode, done.stdout), (1, b""), name)
                self.assertTrue(done.stderr, name)
                continue
            tried += 1
            self.assertEqual(check_atom.check(done.stdout, 100, 500000), [], name)
        self.assertGreater(tried, len(files) // 2)


class Schema(unittest.TestCase):
    """RFC 4287's own schema, where it and a validator are at hand."""

    def test_feeds_are_valid_by_the_schema_of_rfc_4287(self):
        schema = os.path.join(CORPUS, "schema", "atom-rfc4287")
        if shutil.which("jing") and os.path.exists(schema + ".rnc"):
            command = ["jing", "-c", schema + ".rnc"]
        elif shutil.which("xmllint") and os.path.exists(schema + ".rng"):
            command = ["xmllint", "--noout", "--relaxng", schema + ".rng"]
        else:
            self.skipTest("neither jing nor xmllint with the schema: the schema was not tried")
        listings = [(PAPERS, ARXIV), (ARXIV,)]
        for pattern in (("hf", "api-daily", "2026-0[56]*.json"), ("hf", "html", "papers-list*"),
                        ("arxiv", "*.xml"), ("feeds-2026", "*")):
            listings += [(name,) for name in sorted(glob.glob(os.path.join(CORPUS, *pattern)))]
        with tempfile.TemporaryDirectory() as folder:
            names = []
            for i, files in enumerate(listings):
                done = tamis("filter", "--now", "2026-11-01T00:00:00Z", *files)
                if done.returncode == 0:
                    names.append(os.path.join(folder, f"{i}.atom"))
                    with open(names[-1], "wb") as stream:
                        stream.write(done.stdout)
            self.assertGreaterEqual(len(names), 2)
            done = subprocess.run([*command, *names], capture_output=True, timeout=300)
            self.assertEqual(done.returncode, 0, (done.stdout + done.stderr).decode()[:2000])

    def test_feedparser_reads_the_feed_without_complaint(self):
        program = ("import sys, json, feedparser; d = feedparser.parse(sys.stdin.buffer.read());"
                   "print(json.dumps([bool(d.bozo), d.version, [[e.id, e.title, e.link, len(e.authors),"
                   " e.published_parsed[:6], e.updated_parsed[:6]] for e in d.entries]]))")
        python = "/usr/bin/python3"
        if subprocess.run([python, "-c", "import feedparser"], capture_output=True).returncode != 0:
            self.skipTest("no python3-feedparser: it was not tried as a reader")
        feed = tamis("filter", "-m", "agents", "--now", NOW, PAPERS).stdout
        done = subprocess.run([python, "-c", program], input=feed, capture_output=True, timeout=60)
        bozo, version, entries = json.loads(done.stdout)
        self.assertEqual((bozo, version), (False, "atom10"))
        self.assertEqual(entries, [["https://arxiv.org/abs/2603.00001", "Agents that plan with tools",
                                    "https://huggingface.co/papers/2603.00001", 2,
                                    [2026, 3, 1, 0, 0, 0], [2026, 3, 1, 0, 0, 0]]])


class Explain(unittest.TestCase):
    def rows(self, *arguments):
        done = tamis("explain", "--now", NOW, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return [line.split("\t") for line in done.stdout.decode().splitlines()], done.stderr.decode()

    def test_every_item_has_one_line_with_verdict_and_reason(self):
        rows, summary = self.rows("-m", "agents upvotes>=20 -survey", PAPERS)
        self.assertEqual([len(row) for row in rows], [6, 6, 6])
        self.assertEqual({row[1]: row[0] for row in rows},
                         {"arxiv:2603.00001": "keep", "arxiv:2603.00002": "drop",
                          "arxiv:2603.00003": "drop"})
        why = {row[1]: row[3] for row in rows}
        self.assertRegex(why["arxiv:2603.00001"], r"^\*agents\* in the title.*; \*upvotes>=20\* \(31\)$")
        self.assertIn("no *agents*", why["arxiv:2603.00003"])
        self.assertIn("1 kept, 2 dropped", summary)
        self.assertEqual([row[4] for row in rows if row[0] == "keep"], [""])
        self.assertTrue(all(re.match("nearly: |one term short: |[0-9] terms short: ", row[4]) for row in rows if row[0] == "drop"))

    def test_details_say_the_words_found_and_where_they_stand(self):
        rows, _ = self.rows("--details", "-m", "agents upvotes>=20 -survey", PAPERS)
        why = {row[1]: row[3] for row in rows}
        self.assertIn('agents: title "Agents"@0', why["arxiv:2603.00001"])
        done = lines(tamis("explain", "--details", "-m", "agents upvotes>=20 -survey", "-o", "jsonl", "--now", NOW, PAPERS).stdout)
        self.assertEqual({row["id"]: row["details"] for row in done}, why)
        self.assertIn("*agents* in the title", done[0]["why"] + done[1]["why"] + done[2]["why"])

    def test_json_rows_say_the_same(self):
        done = tamis("explain", "-m", "agents", "-o", "jsonl", "--now", NOW, PAPERS)
        rows = lines(done.stdout)
        self.assertEqual([row["verdict"] for row in rows].count("keep"), 1)
        kept = next(row for row in rows if row["verdict"] == "keep")
        self.assertEqual(kept["reasons"][0]["part"], "agents")
        self.assertTrue(kept["reasons"][0]["hits"][0]["words"])
        dropped = [row for row in rows if row["verdict"] == "drop"]
        self.assertEqual([(row["nearness"], row["missing"]) for row in dropped], [(1.0, "one term short: *agents* is missing")] * 2)
        for row in rows:
            text = row["snippet"]["text"].encode()
            self.assertLessEqual(len(row["snippet"]["text"]), 175)
            for start, end in row["snippet"]["marks"]:
                self.assertIn(text[start:end].decode().lower(), ("agent", "agents"))

    def test_words_are_bold_on_a_terminal_and_between_asterisks_elsewhere(self):
        command = [PROGRAM, "explain", "-m", "agents OR diffusion OR survey", "--now", NOW, PAPERS]
        plain = subprocess.run(command, capture_output=True, timeout=60, check=True).stdout.decode()
        self.assertNotIn("\x1b", plain)
        self.assertRegex(plain, r"\t[^\t]*\*\*\w+\*\*[^\t]*\n")
        for variables, is_bold in (({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, False)):
            ours, theirs = pty.openpty()
            with subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL, env={**os.environ, "NO_COLOR": "", **variables}) as done:
                os.close(theirs)
                said = b""
                try:
                    while True:
                        said += os.read(ours, 4096)
                except OSError:
                    pass
                os.close(ours)
            self.assertEqual(done.returncode, 0)
            self.assertEqual(b"\x1b[1m" in said, is_bold, variables)
            self.assertEqual(b"**" in said, not is_bold, variables)

    def test_nothing_kept_names_the_part_that_emptied_it(self):
        _, summary = self.rows("-m", "agents grpo", PAPERS)
        self.assertIn("0 kept, 3 dropped: no item has grpo", summary)
        _, summary = self.rows("-m", "agents diffusion", PAPERS)
        self.assertIn("no item meets all parts", summary)
        _, summary = self.rows("-m", "-id:2603.00001 -id:2603.00002 -id:2603.00003", PAPERS)
        self.assertIn("excluded by", summary)

    def test_usage_errors_are_exit_2(self):
        self.assertEqual(tamis("explain", "-o", "xml", PAPERS).returncode, 2)


class Address(unittest.TestCase):
    def test_it_is_encoded_so_that_it_can_be_pasted(self):
        done = tamis("address", "-m", "C++ \"tool use\" a&b", "--source", "daily-papers", "--limit",
                     "20", "--base", "https://feeds.example.org/")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertEqual(done.stdout.decode(),
                         "https://feeds.example.org/filter.atom?source=daily-papers"
                         "&match=C%2B%2B%20%22tool%20use%22%20a%26b&limit=20\n")

    def test_it_begins_where_the_configuration_is_found(self):
        for settings, base in (("listen: 127.0.0.1:18778\n", "http://127.0.0.1:18778"), ("", "http://127.0.0.1:8080"),
                               ("listen: [unix:/run/x.sock]\npublic_url: https://feeds.example.org/tamis/\n",
                                "https://feeds.example.org/tamis")):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "tamis.yaml")
                with open(path, "w", encoding="utf-8") as file:
                    file.write(settings + "sources: {papers: {preset: hf-daily-papers}}\n")
                done = tamis("address", "-c", path, "-m", "agents")
                self.assertEqual(done.stdout.decode(), base + "/filter.atom?match=agents\n", done.stderr)
                given = tamis("address", "-c", path, "-m", "agents", "--base", "http://192.0.2.1")
                self.assertEqual(given.stdout, b"http://192.0.2.1/filter.atom?match=agents\n")

    def test_a_bad_query_has_no_address(self):
        done = tamis("address", "-m", "\"\"")
        self.assertEqual((done.returncode, done.stdout), (1, b""))

    def test_usage_errors_are_exit_2(self):
        for arguments in (["agents"], ["--base", "here"], ["--limit", "-1"]):
            self.assertEqual(tamis("address", *arguments).returncode, 2, arguments)


if __name__ == "__main__":
    unittest.main()
