"""The tables of the topic model: rebuilt from papers, they have the form of the shipped ones and the program takes them.

A few hundred real papers make no good model; that the method makes one of many is told in conf/topics/model/README.md.
"""
import json
import os
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path

TESTS = Path(os.environ.get("TAMIS_TESTS") or Path(__file__).resolve().parents[1])
PROGRAM = os.environ.get("TAMIS_PROGRAM") or TESTS.parent / "build-tests" / "plain" / "tamis"
CORPUS = Path(os.environ.get("TAMIS_CORPUS") or TESTS.parent.parent / "shared" / "corpus")
SCRIPTS, SHIPPED = TESTS.parent / "deploy" / "topics", TESTS.parent / "conf" / "topics" / "model"
PAPERS, LATER = 600, 20
ROW_BYTES = 4 + 64
TABLES = ("terms.tsv", "vec.i8", "acronyms.tsv", "stop.txt", "generic.txt")


def script(name, *words):
    return subprocess.run(["/usr/bin/python3", SCRIPTS / name, *words], capture_output=True, text=True, timeout=300,
                          check=False)


def papers():
    found = []
    with open(CORPUS / "labelled" / "hf-papers.jsonl", encoding="utf-8") as file:
        for line in file:
            paper = json.loads(line)
            found.append({"id": paper["id"], "title": paper["title"], "abstract": paper["abstract"], "date": "2025-01-01"})
            if len(found) == PAPERS:
                return found
    return found


def read_terms(folder):
    """(fields of the first line, {term: (papers, row)})"""
    head, *lines = (folder / "terms.tsv").read_text("ascii").splitlines()
    terms = {}
    for line in lines:
        term, count, row = line.split("\t")
        terms[term] = int(count), int(row)
    return dict(field.split("=") for field in head[1:].split()), terms


@unittest.skipUnless((CORPUS / "labelled").is_dir(), "no corpus of papers on this machine")
class Rebuilt(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        cls.papers = papers()
        late = [dict(paper, id=paper["id"] + "-later", date="2026-03-01") for paper in cls.papers[:LATER]]
        same = cls.papers[:LATER]
        with open(cls.folder / "papers.jsonl", "w", encoding="utf-8") as file:
            for paper in cls.papers + late + same:
                file.write(json.dumps(paper) + "\n")
        cls.done = [script("rebuild_model.py", "--before", "2026-03-01", cls.folder / name, cls.folder / "papers.jsonl")
                    for name in ("one", "two")]
        cls.packed = script("pack_model.py", cls.folder / "one", cls.folder / "packed")

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def test_later_papers_and_ones_that_come_twice_do_not_count(self):
        self.assertEqual(self.done[0].returncode, 0, self.done[0].stderr)
        self.assertTrue(self.done[0].stdout.startswith("%d papers, " % PAPERS), self.done[0].stdout)

    def test_the_same_papers_give_the_same_bytes(self):
        for name in TABLES:
            self.assertEqual((self.folder / "one" / name).read_bytes(), (self.folder / "two" / name).read_bytes(), name)

    def test_the_tables_have_the_form_of_the_shipped_ones(self):
        for folder in (self.folder / "one", SHIPPED):
            with self.subTest(folder=folder.name):
                head, terms = read_terms(folder)
                documents = int(head["N"])
                self.assertEqual((head["dim"], set(head)), ("64", {"N", "avglen", "dim", "cut"}))
                self.assertTrue(all(5 <= count <= documents for count, _ in terms.values()))
                self.assertTrue(all(count >= 20 for term, (count, _) in terms.items() if " " in term))
                self.assertTrue(all(word in terms for term in terms for word in term.split()))
                rows = sorted(row for _, row in terms.values() if row >= 0)
                self.assertEqual(rows, list(range(len(rows))))
                self.assertTrue(all(count <= .3 * documents for count, row in terms.values() if row >= 0))
                vectors = (folder / "vec.i8").read_bytes()
                self.assertEqual(len(vectors), ROW_BYTES * len(rows))
                for at in range(0, len(vectors), ROW_BYTES):
                    scale, *numbers = struct.unpack_from("<f64b", vectors, at)
                    self.assertTrue(scale > 0 and max(map(abs, numbers)) == 127, at // ROW_BYTES)
                for line in (folder / "acronyms.tsv").read_text("ascii").splitlines():
                    short, long, count = line.split("\t")
                    self.assertTrue(short == short.lower() and len(long.split()) > 1 and int(count) >= 5, line)

    def test_acronyms_are_found_where_papers_explain_them(self):
        lines = (self.folder / "one" / "acronyms.tsv").read_text("ascii").splitlines()
        pairs = {tuple(line.split("\t")[:2]) for line in lines}
        self.assertIn(("llm", "larg languag model"), pairs)

    def test_terms_of_one_subject_lie_near_each_other(self):
        _, terms = read_terms(self.folder / "one")
        vectors = (self.folder / "one" / "vec.i8").read_bytes()

        def near(one, other):
            a, b = (struct.unpack_from("64b", vectors, terms[term][1] * ROW_BYTES + 4) for term in (one, other))
            return sum(x * y for x, y in zip(a, b)) / (sum(x * x for x in a) * sum(y * y for y in b)) ** .5
        self.assertGreater(near("diffus", "denois"), near("diffus", "question"))
        self.assertGreater(near("reinforc", "polici"), near("reinforc", "audio"))

    def test_the_program_takes_a_rebuilt_model(self):
        self.assertEqual(self.packed.returncode, 0, self.packed.stderr)
        done = self.score(self.folder / "packed")
        self.assertEqual(done.returncode, 0, done.stderr)
        scores = {item: float(score) for _, item, score in (line.split("\t") for line in done.stdout.splitlines())}
        best = sorted(scores, key=scores.get, reverse=True)[:5]
        texts = {paper["id"]: paper["title"] + " " + paper["abstract"] for paper in self.papers}
        self.assertEqual(len(best), 5)
        for item in best:
            self.assertRegex(texts[item].lower(), "reinforcement learning|\\brl\\b")

    def test_a_model_that_is_none_is_refused_by_name(self):
        whole = (self.folder / "packed").read_bytes()
        for name, content, says in (("cut", whole[:len(whole) // 2], "cut short"), ("text", b"hello", "no topic model")):
            path = self.folder / name
            path.write_bytes(content)
            done = self.score(path)
            self.assertEqual(done.returncode, 1)
            self.assertIn(name, done.stderr)
            self.assertIn(says, done.stderr)

    def score(self, model):
        topics = self.folder / "x.topics"
        topics.write_text("[topic rl]\nname = Reinforcement learning\n", encoding="ascii")
        return subprocess.run([PROGRAM, "topics", "score", "--model", model, "--rules", topics, "--items",
                               self.folder / "papers.jsonl"], capture_output=True, text=True, timeout=300, check=False)


class Papers(unittest.TestCase):
    def test_a_line_that_is_no_paper_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "papers.jsonl"
            path.write_text('{"title": "A", "abstract": "B"}\n{"title": "C"}\n', encoding="ascii")
            done = script("rebuild_model.py", Path(folder) / "out", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("line 2: not a paper with title and abstract", done.stderr)


if __name__ == "__main__":
    unittest.main()
