"""What people mean by the name of a subject: about:"…" on 4,000 real papers.

The papers lie outside the repository ($TAMIS_CORPUS, default ../shared/corpus).
"""
import collections
import functools
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

TESTS = Path(os.environ.get("TAMIS_TESTS") or Path(__file__).resolve().parents[1])
PROGRAM = os.environ.get("TAMIS_PROGRAM") or TESTS.parent / "build-tests" / "plain" / "tamis"
CORPUS = Path(os.environ.get("TAMIS_CORPUS") or TESTS.parent.parent / "shared" / "corpus")
PAPERS = CORPUS / "labelled" / "hf-papers.jsonl"
NORMAL = 0.45

# a name with methods in it, and what it is about: all of that is kept
ABOUT = (("AI safety", "LLM safety"), ("AI safety", "safety"), ("safety of AI", "safety"),
         ("machine learning for chemistry", "chemistry"), ("chemistry with neural networks", "chemistry"),
         ("neural networks for PDEs", "PDEs"), ("deep learning for medical imaging", "medical imaging"),
         ("AI for weather forecasting", "weather forecasting"), ("explainable AI", "explainability"),
         ("AI agents", "agents"), ("AI agents", "LLM agents"), ("ML for robotics", "robotics"),
         ("artificial intelligence for education", "education"), ("methods for quantization", "quantization"),
         ("approaches to pruning", "pruning"), ("protein models", "protein"), ("deep learning models for music", "music"),
         ("machine learning safety", "LLM safety"), ("AI for code generation", "code generation"))
# names of one phrase, and how titles say it
PHRASES = (("language models", r"language models?"), ("LLM", r"LLMs?|large language models?"), ("benchmarks", r"benchmarks?"),
           ("transformers", r"transformers?"), ("AI", r"AI"), ("agents", r"agents?"), ("reasoning", r"reasoning"),
           ("safety", r"safety"), ("diffusion models", r"diffusion models?"), ("reward models", r"reward models?"),
           ("world models", r"world models?"), ("video generation", r"video generation"), ("attention", r"attention"),
           ("machine learning", r"machine learning"), ("neural networks", r"neural networks?"), ("datasets", r"datasets?"),
           ("reinforcement learning", r"reinforcement learning"), ("knowledge distillation", r"knowledge distillation"),
           ("image editing", r"image editing"), ("code", r"code"), ("embeddings", r"embeddings?"))
KV = r"kv[- ]?cach|key[- ]value|\bkv\b"
RAG = r"\brags?\b|rag\b|retrieval[- ]augment"
ATTACKS = r"jail-?break|red[- ]team|prompt injection|adversarial prompt|safety guardrail"
# names, how papers say them or the plain synonyms, how many of the first 20
FIRST = (("reward hacking", r"reward[- ]hack|reward[- ](model )?(over[- ]?)?optimi[sz]|specification gaming|proxy reward", 15),
         ("kv-cache", KV, 17), ("KV cache", KV, 17), ("rag", RAG, 17), ("RAG", RAG, 17),
         ("speculative-decoding", r"speculat|draft model", 17), ("speculative decoding", r"speculat|draft model", 17),
         ("jailbreak attacks", ATTACKS, 17))
# the topics of the catalogue of these subjects
CATALOGUE = (("kv-cache", KV), ("speculative-decoding", r"speculat|draft model"), ("rag", RAG), ("jailbreaks", ATTACKS))


@functools.lru_cache(None)
def papers():
    return [json.loads(line) for line in PAPERS.read_text("utf-8").split("\n") if line]


def score(*words):
    """{topic: {paper: score}}"""
    done = subprocess.run([PROGRAM, "topics", "score", "--items", PAPERS, *words], capture_output=True, text=True, timeout=300,
                          check=True)
    found = collections.defaultdict(dict)
    for line in done.stdout.splitlines():
        topic, paper, points = line.split("\t")[:3]
        found[topic][paper] = float(points)
    return found


@functools.lru_cache(None)
def scores():
    """{name: {paper: score}} of all names, in one run."""
    names = sorted({name for pair in ABOUT for name in pair} | {row[0] for row in PHRASES + FIRST} |
                   {"large language models", "LLMs", "generative AI", "safety methods", "medical LLMs", "medical"})
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder) / "names.topics"
        rules.write_text("".join("[topic n%d]\nname = %s\n" % row for row in enumerate(names)), encoding="utf-8")
        found = score("--rules", rules)
    return {name: found["n%d" % number] for number, name in enumerate(names)}


def kept(name):
    """In the papers' order."""
    return [p["id"] for p in papers() if scores()[name].get(p["id"], 0) >= NORMAL]


def titled(pattern):
    says = re.compile(r"(?<![a-z0-9])(?:%s)(?![a-z0-9])" % pattern, re.I)
    return [p["id"] for p in papers() if says.search(p["title"])]


@unittest.skipUnless(PAPERS.exists(), "no papers on this machine")
class Names(unittest.TestCase):
    def test_a_method_in_a_name_takes_nothing_away_from_what_it_is_about(self):
        for name, subject in ABOUT:
            with self.subTest(name=name, subject=subject):
                self.assertGreater(len(kept(subject)), 0)
                self.assertEqual(set(kept(subject)) - set(kept(name)), set())

    def test_ai_safety_keeps_more_than_llm_safety_and_the_titles_with_safety(self):
        self.assertGreater(len(kept("AI safety")), len(kept("LLM safety")))
        self.assertGreaterEqual(len(set(titled("safety")) & set(kept("AI safety"))), 20)

    def test_a_method_beside_a_common_word_or_at_the_end_is_still_asked_for(self):
        self.assertLess(len(kept("generative AI")), 100)
        says = re.compile(r"language model|LLM|GPT|MLLM|VLM", re.I)
        text = {p["id"]: p["title"] + " " + p["abstract"] for p in papers()}
        self.assertGreater(len(kept("medical LLMs")), 0)
        self.assertEqual([p for p in kept("medical LLMs") if not says.search(text[p])], [])

    def test_however_a_method_is_written_it_is_one_subject(self):
        for name in ("large language models", "LLM", "LLMs"):
            self.assertEqual(scores()[name], scores()["language models"])
        self.assertGreaterEqual(len(kept("language models")), 965)

    def test_papers_whose_title_has_the_phrase_are_kept(self):
        for name, pattern in PHRASES:
            with self.subTest(name=name):
                titles = titled(pattern)
                self.assertGreater(len(titles), 0)
                self.assertEqual(set(titles) - set(kept(name)), set())

    def assert_first_name(self, points, pattern, least):
        """Of the first twenty in the papers' order, and by score."""
        says = re.compile(pattern, re.I)
        text = {p["id"]: p["title"] + "\n" + p["abstract"] for p in papers()}
        in_order = [p["id"] for p in papers() if points.get(p["id"], 0) >= NORMAL]
        for first in (in_order[:20], sorted(in_order, key=lambda p: -points[p])[:20]):
            self.assertGreaterEqual(sum(bool(says.search(text[p])) for p in first), least)

    def test_the_first_papers_name_the_subject(self):
        for name, pattern, least in FIRST:
            with self.subTest(name=name):
                self.assert_first_name(scores()[name], pattern, least)

    def test_the_first_papers_of_a_topic_of_the_catalogue_name_it(self):
        found = score()
        for topic, pattern in CATALOGUE:
            with self.subTest(topic=topic):
                self.assert_first_name(found[topic], pattern, 17)


if __name__ == "__main__":
    unittest.main()
