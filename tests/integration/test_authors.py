"""Lists of authors: in the configuration, in files beside it, of everybody and of one person."""
import json
import os
import subprocess
import unittest
import urllib.parse

from papers import Papers, paper
from service import PROGRAM, Service, until

PEOPLE = {1: "Emmy Noether", 2: "Alan Turing", 3: "A. Lovelace"}


class Authors(unittest.TestCase):
    LISTS = "authors:\n  friends: |\n    # of maths\n    Emmy Noether\n  lab: {file: lists/lab.txt}\n"
    USERS = """filter_addresses: on
users:
  ana: {feeds: {one: {sources: [daily-papers], match: 'author:@friends'}, lab: {sources: [daily-papers], match: 'author:@lab'}}}
  bo:
    authors: {friends: Alan Turing}
    feeds: {one: {sources: [daily-papers], match: 'author:@friends'}}
"""

    def setUp(self):
        papers = Papers()
        self.addCleanup(papers.close)
        papers.days = {"2026-03-02": [paper(n, title="By " + name, authors=[{"name": name, "hidden": False}])
                                      for n, name in PEOPLE.items()]}
        self.base = papers.config() + self.USERS
        self.service = Service(self.base + self.LISTS)
        self.addCleanup(self.service.close)
        os.mkdir(os.path.join(self.service.folder, "lists"))
        self.write_lab("Ada Lovelace\n")

    def write_lab(self, text):
        with open(os.path.join(self.service.folder, "lists", "lab.txt"), "w", encoding="utf-8") as file:
            file.write(text)

    def titles(self, address):
        return sorted(entry.title for entry in self.service.get(address).entries())

    def test_feeds_follow_the_lists_that_they_ask_for(self):
        service = self.service.start()
        path = service.addresses()
        self.assertEqual(self.titles(path["ana/one"]), ["By Emmy Noether"])
        self.assertEqual(self.titles(path["bo/one"]), ["By Alan Turing"])
        self.assertEqual(self.titles(path["ana/lab"]), ["By A. Lovelace"])
        before = service.get(path["ana/one"]).headers["etag"]
        # a comment is no change; a name in a file is
        self.write_lab("# ours\nAda Lovelace\nTuring, A.\n")
        service.reload()
        until(lambda: self.titles(path["ana/lab"]) == ["By A. Lovelace", "By Alan Turing"], "the edited file")
        self.assertIn("a feed shows something else now user=ana feed=lab", service.log())
        self.assertNotIn("feed=one", service.log())
        self.assertEqual(service.get(path["ana/one"]).headers["etag"], before)
        # a name in the configuration
        service.write_config(self.base + self.LISTS.replace("Emmy Noether", "Emmy Noether\n    Ada Lovelace"))
        service.reload()
        until(lambda: self.titles(path["ana/one"]) == ["By A. Lovelace", "By Emmy Noether"], "the edited list")
        self.assertEqual(self.titles(path["bo/one"]), ["By Alan Turing"])
        # a list that is wrong: all stays as it was, and the line is named
        self.write_lab("Ada Lovelace\nA. L.\n")
        service.reload()
        self.assertIn("lists/lab.txt:2:1: found", service.log())
        self.assertEqual(self.titles(path["ana/lab"]), ["By A. Lovelace", "By Alan Turing"])
        done = service.run("feeds")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("is refused; this is by the configuration that the running service has", done.stderr)
        # and over a restart, and after its feed is gone from the file
        self.write_lab("Ada Lovelace\n")
        service.write_config(self.base.replace("lab: {sources", "other: {sources") + self.LISTS)
        service.stop()
        service.start()
        self.assertEqual(self.titles(path["ana/one"]), ["By Emmy Noether"])
        self.assertEqual(self.titles(path["ana/lab"]), ["By A. Lovelace"])

    def test_reasons_name_the_entry(self):
        service = self.service.start()
        ask = lambda form: service.get("/explain?" + urllib.parse.urlencode(
            {"match": "author:@lab", "source": "daily-papers", "format": form})).text
        kept = [line for line in map(json.loads, ask("jsonl").splitlines()) if line.get("verdict") == "keep"]
        self.assertEqual([reason["value"] for line in kept for reason in line["reasons"]], ["Ada Lovelace"])
        self.assertIn("*@lab* (Ada Lovelace: A. Lovelace) in the author", ask("tsv"))
        self.assertEqual(self.titles("/filter.atom?match=author:@lab"), ["By A. Lovelace"])
        self.write_lab("Turing")
        service.reload()
        until(lambda: self.titles("/filter.atom?match=author:@lab") == ["By Alan Turing"], "the edited file")
        self.write_lab("Ada Lovelace; org: x\nLovelace")
        service.reload()
        refused = service.get("/filter.atom?match=author:@lib")
        self.assertEqual(refused.status, 400)
        self.assertIn('there is no list of authors "lib"; the nearest is "lab"', refused.text)

    def test_check_names_what_is_wrong_in_a_list_by_file_and_line(self):
        self.write_lab("Ada Lovelace\n\nAda (Byron)\n")
        done = self.service.run("check")
        self.assertEqual(done.returncode, 1)
        self.assertIn('lists/lab.txt:3:5: found "("', done.stderr)
        os.remove(os.path.join(self.service.folder, "lists", "lab.txt"))
        self.service.write_config(self.LISTS.replace("Emmy", "E. N.\n    Emmy") + self.base)
        done = self.service.run("check")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r'tamis\.yaml:\d+:5: found "E\. N\."')
        self.assertRegex(done.stderr, r"tamis\.yaml:\d+:15: \S*lists/lab\.txt: cannot be opened")
        self.write_lab("Ada Lovelace\n")
        self.service.write_config(self.LISTS + self.base)
        self.assertEqual(self.service.run("check").returncode, 0)

    def test_without_a_configuration_there_is_no_list(self):
        papers = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fixtures", "readme", "papers.json")
        done = subprocess.run([PROGRAM, "filter", "-m", "author:@friends", papers], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn('there is no list of authors "friends": none are defined here', done.stderr)
        # an address is for a service, which may have it
        address = lambda name, *more: subprocess.run([PROGRAM, "address", "-m", "author:@" + name, *more],
                                                     capture_output=True, text=True, timeout=60)
        self.assertEqual(address("friends").returncode, 0)
        with_configuration = ("-c", self.service.config_path)
        self.assertEqual(address("friends", *with_configuration).returncode, 0)
        self.assertIn('the nearest is "friends"', address("frends", *with_configuration).stderr)


if __name__ == "__main__":
    unittest.main()
