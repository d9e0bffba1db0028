"""The topics and categories that come with Tamis: well formed, named once, complete."""
import os
import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOPICS = ROOT / "conf" / "topics"
PHRASE_WORDS_MAX = 5
WHAT = {"name", "about", "keywords", "all"}


class Malformed(Exception):
    pass


def read(path):
    """The group of a catalogue file, and its topics as dictionaries."""
    group, topics = None, []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        where = f"{path.name}:{number}"
        if not line or line.startswith("#"):
            continue
        begin = re.fullmatch(r"\[topic ([^\]]*)\]", line)
        setting = re.fullmatch(r"(\w+) = (\S.*)", line)
        if begin:
            topics.append({"id": begin.group(1), "where": where})
        elif setting and setting.group(1) == "group" and not topics and group is None:
            group = setting.group(2)
        elif setting and topics and setting.group(1) in WHAT - set(topics[-1]):
            topics[-1][setting.group(1)] = setting.group(2)
        else:
            raise Malformed(f"{where}: not a line of a catalogue file, or said twice: {line[:60]}")
    return group, topics


def facets(topic):
    """[[(weight, phrase), …], …]"""
    out = []
    for facet in topic["all"].split(" && "):
        phrases = [re.fullmatch(r"(\d*\.?\d+):(\S.*\S|\S)", phrase) for phrase in facet.split(", ")]
        if None in phrases:
            raise Malformed(f"{topic['where']}: not WEIGHT:PHRASE, {facet.split(', ')[phrases.index(None)]!r}")
        out.append([(float(p.group(1)), p.group(2)) for p in phrases])
    return out


def words(phrase):
    return re.findall(r"[a-z0-9]+", phrase.lower())


class Catalogue(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = {path.name: read(path) for path in sorted(TOPICS.glob("*.topics"))}
        cls.topics = [topic for _, topics in cls.files.values() for topic in topics]

    def test_each_file_has_a_group_of_its_own_and_topics(self):
        groups = [group for group, _ in self.files.values()]
        self.assertTrue(groups)
        self.assertNotIn(None, groups)
        self.assertEqual(len(set(groups)), len(groups))
        self.assertEqual([name for name, (_, topics) in self.files.items() if not topics], [])

    def test_each_id_is_short_and_given_once(self):
        ids = [topic["id"] for topic in self.topics]
        self.assertEqual([i for i in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", i) or len(i) > 24], [])
        self.assertEqual(sorted(i for i in set(ids) if ids.count(i) > 1), [])

    def test_each_name_is_given_once(self):
        names = [topic["name"].lower() for topic in self.topics]
        self.assertEqual(sorted(n for n in set(names) if names.count(n) > 1), [])

    def test_each_topic_has_name_sentence_keywords_and_facets(self):
        self.assertEqual([t["where"] for t in self.topics if WHAT - set(t)], [])
        self.assertEqual([t["where"] for t in self.topics if not t["about"].endswith(".")], [])
        self.assertEqual([t["where"] for t in self.topics if len(t["keywords"].split("; ")) < 2], [])

    def test_texts_are_ascii_so_that_anyone_can_type_them(self):
        self.assertEqual([t["where"] for t in self.topics if not all(v.isascii() for v in t.values())], [])

    def test_weights_and_phrases_keep_their_limits(self):
        wrong = []
        for topic in self.topics:
            for facet in facets(topic):
                said = [" ".join(words(phrase)) for _, phrase in facet]
                wrong += [f"{topic['id']}: {said[k]} twice" for k in range(len(said)) if said[k] in said[:k]]
                wrong += [f"{topic['id']}: {weight}:{phrase}" for weight, phrase in facet
                          if not 0 < weight <= 1 or not 1 <= len(words(phrase)) <= PHRASE_WORDS_MAX]
        self.assertEqual(wrong, [])

    def test_each_facet_has_a_phrase_that_counts_in_full(self):
        self.assertEqual([t["id"] for t in self.topics if any(max(f)[0] < 1 for f in facets(t))], [])


class Reader(unittest.TestCase):
    """What the tests above rely on: a broken file is not read as if it were whole."""

    def refused(self, text):
        path = Path(os.environ.get("TMPDIR", "/tmp")) / f"tamis-{os.getpid()}.topics"
        try:
            path.write_text(text)
            with self.assertRaises(Malformed):
                for topic in read(path)[1]:
                    facets(topic)
        finally:
            path.unlink()

    def test_broken_files_are_refused(self):
        begin = "group = G\n\n[topic a]\n"
        for text in ("name = before a topic\n", begin + "name = a\nname = b\n", begin + "colour = red\n",
                     begin + "all = 1:word,1:word, .5 x\n", begin + "all = word\n", begin + "group = H\n", begin + "x\n"):
            self.refused(text)


class Categories(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        lines = (TOPICS / "arxiv-categories.tsv").read_text(encoding="utf-8").splitlines()
        cls.rows = [line.split("\t") for line in lines if not line.startswith("#")]

    def test_all_categories_of_arxiv_are_there_once(self):
        ids = [row[0] for row in self.rows]
        self.assertEqual(len(ids), 155)
        self.assertEqual(len(set(ids)), len(ids))
        self.assertEqual([i for i in ids if not re.fullmatch(r"[a-z]+(-[a-z]+)?(\.[A-Za-z]{2,3}(-[a-z]+)?)?|"
                                                             r"cond-mat\.[a-z-]+|physics\.[a-z-]+", i)], [])

    def test_each_has_a_name_and_a_group(self):
        self.assertEqual([row for row in self.rows if len(row) != 3 or not all(row)], [])


if __name__ == "__main__":
    unittest.main()
