"""The catalogue against real papers: every topic finds some, and can be found by everything it asks for."""
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("TAMIS_PROGRAM") or str(ROOT / "build-tests" / "plain" / "tamis")
CORPUS = os.environ.get("TAMIS_CORPUS")
PAPERS = ["hf-papers.jsonl", "arxiv-sample.jsonl"]


@unittest.skipUnless(CORPUS, "TAMIS_CORPUS is not set")
class Lint(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.papers = 0
        with tempfile.TemporaryDirectory() as place:
            items = Path(place) / "items.jsonl"
            with items.open("w") as out:
                for name in PAPERS:
                    for line in (Path(CORPUS) / "labelled" / name).read_text().strip().split("\n"):
                        paper = json.loads(line)
                        out.write(json.dumps({k: paper.get(k) for k in ("id", "title", "abstract")}) + "\n")
                        cls.papers += 1
            done = subprocess.run([PROGRAM, "topics", "lint", "--items", str(items)],
                                  capture_output=True, text=True, timeout=500)
        cls.code, cls.said, cls.complaint = done.returncode, done.stdout, done.stderr
        parts = re.split(r"^(\S+) \(.*\), of 1,000 papers: ([\d.]+) loose, ([\d.]+) normal, ([\d.]+) strict\n",
                         cls.said, flags=re.M)
        cls.topics = {parts[i]: ([float(n) for n in parts[i + 1:i + 4]], parts[i + 4])
                      for i in range(1, len(parts), 5)}

    def test_every_topic_of_the_catalogue_is_looked_at(self):
        written = [i for path in (ROOT / "conf" / "topics").glob("*.topics")
                   for i in re.findall(r"^\[topic (.*)\]$", path.read_text(), re.M)]
        self.assertEqual(self.code, 0, self.complaint)
        self.assertGreaterEqual(len(written), 120)
        self.assertEqual(sorted(self.topics), sorted(written))
        self.assertGreater(self.papers, 6000)

    def test_every_topic_finds_papers(self):
        self.assertEqual(sorted(i for i, (hits, _) in self.topics.items() if hits[1] == 0), [])

    def test_no_topic_finds_a_tenth_of_all_papers(self):
        """A subject that every tenth paper has is none that a reader asks for."""
        self.assertEqual(sorted(i for i, (hits, _) in self.topics.items() if hits[1] > 100), [])

    def test_every_facet_is_in_some_paper(self):
        self.assertEqual(sorted(i for i, (_, rest) in self.topics.items() if "empty facet" in rest), [])

    def test_each_threshold_keeps_fewer(self):
        for topic, (hits, _) in self.topics.items():
            self.assertEqual(hits, sorted(hits, reverse=True), topic)


if __name__ == "__main__":
    unittest.main()
