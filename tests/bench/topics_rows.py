"""100,000 topics made of real titles, asked of real papers."""
import os

from measure import CORPUS, Failed, program, run_program, say

COUNT = 100000
# what the program calls it, what the table calls it, unit, target
ROWS = (
    ("score", "score a paper against 100,000 topics, median", "ms", 3),
    ("topic_heap_bytes", "memory of a compiled topic", "B", 1024),
    ("compile_facet", "compile a topic, by facet", "ms", 1),
    ("model_first", "open the topic model", "ms", 20),
)


def measure(table):
    papers = os.path.join(CORPUS, "labelled", "hf-papers.jsonl")
    if not os.path.exists(papers):
        raise Failed("the corpus is not here (%s): TAMIS_CORPUS names it" % CORPUS)
    values = run_program([program("topics_bench"), papers, str(COUNT)], 120)
    for key, name, unit, target in ROWS:
        table.add(name, values.get(key), unit, "<=", target)
    say("topics: %s" % ", ".join("%s %.4g" % (k, values[k]) for k in (
        "facets", "phrases", "terms", "compile", "add", "score.max", "text", "slice_longest", "updates", "hits") if k in values))


def missing(table):
    for _, name, unit, target in ROWS:
        table.add(name, None, unit, "<=", target)
