"""Topics: the program against the specification's scores, and how well they find what they should.

The sets lie outside the repository ($TAMIS_TOPICS, default ../shared/topics): papers, topics, judgements, and the scores
of the specification. tests/topic_scores.tsv keeps what was reached; UPDATE=1 writes it again.
"""
import collections
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from papers import Papers, paper
from service import Service, until

TESTS = Path(os.environ.get("TAMIS_TESTS") or Path(__file__).resolve().parents[1])
PROGRAM = os.environ.get("TAMIS_PROGRAM") or TESTS.parent / "build-tests" / "plain" / "tamis"
TOPICS = Path(os.environ.get("TAMIS_TOPICS") or TESTS.parent.parent / "shared" / "topics")
KEPT = TESTS / "topic_scores.tsv"
SETS, MODES, SCORERS = ("seeds", "stream"), ("free", "curated"), ("1", "2", "3")
NORMAL = 0.45


def run(*words):
    return subprocess.run([PROGRAM, "topics", *words], capture_output=True, text=True, timeout=300, check=False)


def pairs_of(lines):
    scores = {}
    for line in lines:
        topic, item, score = line.split("\t")[:3]
        scores[topic, item] = float(score)
    return scores


def score(name, mode, scorer):
    folder = TOPICS / "sets" / name
    done = run("score", "--rules", folder / "rules.txt", "--items", folder / "items.jsonl", "--mode", mode,
               "--scorer", scorer)
    assert done.returncode == 0, done.stderr
    return pairs_of(done.stdout.splitlines())


def quality(name, scores):
    """(average precision, F1 at the normal threshold), means over topics; borderline papers do not count."""
    folder = TOPICS / "sets" / name
    items = [json.loads(line)["id"] for line in (folder / "items.jsonl").read_text("utf-8").split("\n") if line]
    gold = collections.defaultdict(dict)
    for line in (folder / "gold.tsv").read_text("utf-8").splitlines()[1:]:
        topic, item, grade = line.split("\t")[:3]
        gold[topic][item] = int(grade)
    precision, f1 = [], []
    for topic, grades in gold.items():
        wanted = {item for item, grade in grades.items() if grade == 2}
        judged = sorted((-scores.get((topic, item), 0), item) for item in items if grades.get(item, 0) != 1)
        hits, total = 0, 0
        for place, (_, item) in enumerate(judged, 1):
            hits += item in wanted
            total += hits / place if item in wanted else 0
        precision.append(total / len(wanted))
        shown = [item for minus, item in judged if -minus >= NORMAL]
        right = sum(item in wanted for item in shown)
        f1.append(2 * right / (len(shown) + len(wanted)))
    return sum(precision) / len(precision), sum(f1) / len(f1)


@unittest.skipUnless(TOPICS.is_dir(), "no sets of topics on this machine")
class Scores(unittest.TestCase):
    def test_scorer_1_gives_the_scores_of_the_specification(self):
        for name in SETS:
            for mode in MODES:
                with self.subTest(name=name, mode=mode):
                    with open(TOPICS / "sets" / name / ("ref-%s.tsv" % mode), encoding="utf-8") as file:
                        want = pairs_of(file.read().splitlines())
                    got = score(name, mode, "1")
                    off = [pair for pair in set(want) | set(got)
                           if abs(got.get(pair, .02) - want.get(pair, .02)) > .001]
                    self.assertGreater(len(want), 500)
                    self.assertLessEqual(len(off), len(want) // 1000, off[:5])

    def test_topics_find_as_much_as_they_did(self):
        lines = ["set\tmode\tscorer\tap\tf1"]
        for name in SETS:
            for mode in MODES:
                for scorer in SCORERS:
                    lines.append("%s\t%s\t%s\t%.3f\t%.3f" % (name, mode, scorer, *quality(name, score(name, mode, scorer))))
        for line in lines[1:]:
            print("score " + line.replace("\t", " "))
        if os.environ.get("UPDATE"):
            KEPT.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.assertEqual(KEPT.read_text(encoding="utf-8").splitlines(), lines)


class Feeds(unittest.TestCase):
    CONFIG = ("topics: |\n  [topic mine]\n  name = %s\n"
              "users: {ana: {feeds: {one: {match: 'topic:mine@0.20'}}}}\n")

    def test_a_feed_of_a_topic_follows_new_papers_and_the_topic_itself(self):
        papers = Papers()
        self.addCleanup(papers.close)
        sheep = lambda n: paper(n, title="Sheep and their shepherds", summary="A shepherd counts sheep.")
        papers.days = {"2026-03-02": [sheep(1), paper(2, title="Volcanoes of Iceland", summary="A volcano erupts."),
                                      paper(3)]}
        service = Service(papers.config() + self.CONFIG % "Sheep").start()
        self.addCleanup(service.close)
        address = service.addresses()["ana/one"]
        titles = lambda: sorted(e.title for e in service.get(address).entries())
        self.assertEqual(titles(), ["Sheep and their shepherds"])
        papers.days["2026-03-02"].append(sheep(4))
        service.advance("2026-03-02T08:00:00Z")
        until(lambda: titles() == 2 * ["Sheep and their shepherds"], "the new paper")
        service.write_config(papers.config() + self.CONFIG % "Volcanoes")
        service.reload()
        until(lambda: titles() == ["Volcanoes of Iceland"], "the edited topic")
        said = [line for line in service.log().splitlines() if "a feed shows something else now" in line]
        self.assertEqual(len(said), 1, said)
        self.assertIn("user=ana feed=one kept=2 leave=2 come=1", said[0])
        service.write_config(papers.config())  # a feed that has left the file goes on, with its topic as it was
        service.reload()
        self.assertEqual(titles(), ["Volcanoes of Iceland"])
        service.stop()
        service.start()
        self.assertEqual(titles(), ["Volcanoes of Iceland"])


class Commands(unittest.TestCase):
    def test_the_catalogue_is_listed_by_group_and_each_topic_can_be_shown(self):
        listed = run("list").stdout
        ids = [line.split()[0] for line in listed.splitlines() if line.startswith("  ")]
        self.assertGreater(len(ids), 10)
        self.assertEqual(len(ids), len(set(ids)))
        for topic in ids[:3]:
            shown = run("show", topic)
            self.assertTrue(shown.stdout.startswith("[topic %s]\nname = " % topic), shown.stdout + shown.stderr)

    def test_what_cannot_be_done_is_said(self):
        for words, status, says in ((("show", "no-such"), 1, 'there is no topic "no-such"'),
                                    (("score",), 2, "--items FILE"), (("paint",), 2, 'no "topics paint"'),
                                    (("diff", "x", "--rules", "y", "--items", "z"), 2, "diff takes two topic files"),
                                    (("score", "--items", "/nowhere/x", "--rules", "/nowhere/y"), 1, "cannot be opened"),
                                    (("list", "--scorer", "9"), 2, 'no scorer "9"')):
            done = run(*words)
            self.assertEqual((done.returncode, says in done.stderr), (status, True), done.stderr)

    def test_explain_shows_what_the_thresholds_find_and_the_titles_next_to_them(self):
        papers = TESTS / "fixtures" / "readme" / "papers.json"
        done = subprocess.run([PROGRAM, "explain", "--details", "-m", 'about:"agents with tools"@0.40', papers], capture_output=True,
                              text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        first, *titles, last = done.stderr.splitlines()
        self.assertRegex(first, r'^about:"agents with tools"@0\.40: of 3 items \d loose, \d normal, \d strict; as asked 1$')
        threshold = titles.index("  --- .40")
        self.assertIn("Agents that mend their own tools", titles[threshold - 1])
        self.assertEqual(last, "tamis: 1 kept, 2 dropped")
        self.assertIn('"Agents" (title)', done.stdout)

    def test_lint_tells_rates_titles_overlaps_and_what_was_never_found(self):
        with tempfile.TemporaryDirectory() as folder:
            topics, papers = Path(folder) / "x.topics", Path(folder) / "papers.jsonl"
            topics.write_text("[topic cats]\nname = Cats\nall = 1:cat, .5:tabby\n"
                              "[topic pets]\nname = Pets\nall = 1:cat, 1:dog\n"
                              "[topic moon]\nname = Cats on the moon\nall = 1:cat && 1:zzyzx\n", encoding="utf-8")
            papers.write_text("".join(json.dumps({"id": str(i), "title": "Cats and what they want" if i < 2 else "Iron",
                                                  "abstract": "A cat sat." if i < 2 else "Ore."}) + "\n"
                                      for i in range(10)), encoding="utf-8")
            done = run("lint", topics, "--items", papers)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        cats, pets, moon = done.stdout.strip().split("\n\n")
        self.assertIn("of 1,000 papers: 200.0 loose, 200.0 normal", cats)
        self.assertIn("Cats and what they want\n  --- normal\n", cats)
        self.assertIn("overlap: pets has 2 of its 2", cats)
        self.assertIn('never found: "tabby"', cats)
        self.assertIn('never found: "dog"', pets)
        self.assertIn('empty facet: no paper has anything of "zzyzx"', moon)

    def test_diff_tells_what_an_edit_does_to_the_papers_that_were_kept(self):
        with tempfile.TemporaryDirectory() as folder:
            old, new, papers = (Path(folder) / name for name in ("old.topics", "new.topics", "papers.jsonl"))
            same = "[topic same]\nname = Iron\nall = 1:iron\n"
            old.write_text(same + "[topic pets]\nname = Pets\nall = 1:cat\n[topic moon]\nname = Moons\nall = 1:moon\n",
                           encoding="utf-8")
            new.write_text("group = Other\n" + same + "[topic pets]\nname = Pets\nall = 1:dog, 1:parrot\n"
                           "[topic sea]\nname = The sea\nall = 1:sea\n", encoding="utf-8")
            subjects = ["cat", "cat", "cat and dog", "parrot", "moon", "iron"]
            papers.write_text("".join(json.dumps({"id": "p%d" % i, "title": "The %s" % s, "abstract": "A %s." % s}) + "\n"
                                      for i, s in enumerate(subjects)), encoding="utf-8")
            done = run("diff", old, new, "--items", papers)
            unchanged = run("diff", old, old, "--items", papers)
            catalogue = run("diff", old, "--items", papers)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        pets, sea, moon = done.stdout.strip().split("\n\n")
        self.assertTrue(pets.startswith("pets (Pets), edited, of 6 papers:\n"), pets)
        self.assertIn("  normal  3 kept, 2 leave, 1 come\n", pets)
        self.assertRegex(pets, r"\n  - \.\d\d > \.\d\d  p0  The cat\n  - .*  p1  The cat\n  \+ \.\d\d > \.\d\d  p3  The parrot$")
        self.assertIn("sea (The sea), new, of 6 papers:\n  loose   0 kept, 0 leave, 0 come\n", sea)
        self.assertIn("moon (Moons), gone", moon)
        self.assertIn("  normal  1 kept, 1 leave, 0 come\n", moon)
        self.assertEqual((unchanged.returncode, unchanged.stdout), (0, "no topic differs\n"))
        self.assertIn("pets (Pets), new, of 6 papers:", catalogue.stdout)


if __name__ == "__main__":
    unittest.main()
