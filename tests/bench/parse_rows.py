"""Feeds from bytes to a filled model against bare SAX2 over the same files."""
import os
import re

from measure import CORPUS, Failed, program, run_program, say

NAME = "XML feeds, bytes to filled model against bare SAX2"
APART = "the same without HTML to text and safe HTML"


def files():
    """Real captures that are well-formed feeds of a usual size."""
    found = []
    for folder in ("feeds-2026", "arxiv/rss", "arxiv/api"):
        path = os.path.join(CORPUS, folder)
        for name in sorted(os.listdir(path)) if os.path.isdir(path) else []:
            file = os.path.join(path, name)
            if not re.search(r"\.(xml|rss)$", name) or os.path.getsize(file) < 10000:
                continue
            with open(file, "rb") as bytes_of_it:
                if not re.search(rb"<(rss|feed|rdf:RDF)[\s>]", bytes_of_it.read(2000)):
                    continue
            found.append(file)
    return found


def measure(table):
    given = files()
    if not given:
        raise Failed("the corpus is not here (%s): TAMIS_CORPUS names it" % CORPUS)
    values = run_program([program("parse_bench"), *given])
    table.add(NAME, values.get("model_and_html_ratio"), "x", ">=", 0.5)
    table.add(APART, values.get("model_ratio"), "x", ">=", 0.5)
    if values:
        say("parse: bare %.0f MB/s, model %.0f MB/s; ratio %.2f (%.2f to %.2f), without HTML %.2f; HTML to text and cleaning is %.0f %%"
            % (values["bare_rate"], values["model_rate"], values["model_and_html_ratio"], values["model_and_html_ratio.min"],
               values["model_and_html_ratio.max"], values["model_ratio"], values["html_share"]))


def missing(table):
    for name in (NAME, APART):
        table.add(name, None, "x", ">=", 0.5)
