#!/usr/bin/python3
"""Build the tables of a topic model from papers. conf/topics/model/README.md says how the shipped ones were made.

usage: rebuild_model.py [--before YYYY-MM-DD] [--words FOLDER] OUT-FOLDER PAPERS.jsonl...

Each line of PAPERS is a JSON object with "title" and "abstract", and with "date" or "published" where --before is
given: papers of that day or later, and ones without a day, are left out. Of papers with the same "id", or without
one with the same title, the first counts. FOLDER holds stop.txt and generic.txt (default: conf/topics/model).

Written to OUT-FOLDER: terms.tsv (words and pairs of neighbouring words with the number of papers that have them and
the row of their vector), vec.i8 (rows: a float, then 64 small numbers that it multiplies), acronyms.tsv (short form,
stems of the long form, papers), stop.txt and generic.txt. pack_model.py makes of them what the program maps.

The same papers give the same bytes, except for what another release of numpy or SciPy rounds differently.
Needs the Debian packages python3-numpy, python3-scipy and python3-stemmer.
"""
import argparse
import collections
import functools
import json
import math
import os
import re
import shutil
import struct
import sys
import unicodedata

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # sums in one order
import numpy  # noqa: E402
import scipy.sparse  # noqa: E402
import scipy.sparse.linalg  # noqa: E402
import Stemmer  # noqa: E402

DIMENSIONS = 64
WORD_LEAST, PAIR_LEAST, VECTOR_LEAST = 5, 20, 10  # papers that have to have it
VECTOR_MOST = 0.3  # words of more than this part of the papers say nothing about their neighbours
SHORT_LEAST = 5  # papers that have to explain an acronym the same way
TITLE_TIMES = 3  # as the scorer counts

WORD = re.compile(r"[a-z0-9]+")
SPOKEN = re.compile(r"[aeiouy0-9]")
SHORT_FORM = re.compile(r"\(([A-Za-z][A-Za-z0-9]{1,9})\)")
LONG_WORD = re.compile(r"[^\W_]+")
# Words of a long form that may have no letter in the short one.
SMALL = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "via", "with"}
stem = functools.lru_cache(None)(Stemmer.Stemmer("english").stemWord)


def fold(text):
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c)).lower()
    return text.replace("'s ", " ").replace("\u2019s ", " ")


def singular(word):
    """llms is llm: an "s" behind letters that nobody can say."""
    return word[:-1] if len(word) > 2 and word[-1] == "s" and word[-2] != "s" and not SPOKEN.search(word) else word


def stems(text):
    """As src/topic/tokens.c cuts."""
    words = (singular(word) for word in WORD.findall(fold(text)))
    return [word if any(c.isdigit() for c in word) else stem(word) for word in words]


def read_papers(paths, before):
    seen = set()
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    paper = json.loads(line)
                    title, abstract = paper["title"], paper["abstract"]
                except (ValueError, KeyError, TypeError) as error:
                    sys.exit("%s, line %d: not a paper with title and abstract: %s" % (path, number, error))
                day = str(paper.get("date") or paper.get("published") or "9999")[:10]
                key = str(paper.get("id") or title)
                if key not in seen and not (before and day >= before):
                    seen.add(key)
                    yield title, abstract


def terms_of(tokens, stop):
    """Words that say something, and pairs of them that stand side by side."""
    before = None
    for word in tokens:
        if word in stop or len(word) == 1 or word.isdigit():
            before = None
            continue
        yield word
        if before is not None:
            yield before + " " + word
        before = word


def long_form(short, words):
    """The shortest run at the end of `words` whose words begin with the letters of `short`, or None."""
    letters = short.lower()
    at, wanted = len(words), len(letters)
    while wanted and at and len(words) - at < len(letters) + 4:
        at -= 1
        if words[at][0] == letters[wanted - 1]:
            wanted -= 1
        elif words[at] not in SMALL:
            return None
    return words[at:] if not wanted else None


def acronyms_of(text):
    """(short, stems of the long form) of each "long form (LF)" in a text."""
    for found in SHORT_FORM.finditer(text):
        short = found.group(1)
        if short.endswith("s") and short[:-1].isupper():
            short = short[:-1]
        if sum(c.isupper() for c in short) < 2:
            continue
        before = LONG_WORD.findall(fold(text[:found.start()][-200:]))
        long = long_form(short, before)
        if long and len(long) > 1:
            yield short.lower(), tuple(stems(" ".join(long)))


def vectors_of(rows, documents, df, terms):
    """The first right singular vectors of the papers' TF-IDF: terms that stand in the same papers lie near."""
    number = {term: i for i, term in enumerate(terms)}
    idf = [math.log((documents + 1) / (df[term] + 0.5)) for term in terms]
    at, columns, values = [0], [], []
    for counts in rows:
        row = {number[term]: (1 + math.log(n)) * idf[number[term]] for term, n in counts.items() if term in number}
        length = math.sqrt(sum(value * value for value in row.values())) or 1
        for column in sorted(row):
            columns.append(column)
            values.append(row[column] / length)
        at.append(len(columns))
    matrix = scipy.sparse.csr_matrix((values, columns, at), shape=(len(rows), len(terms)))
    if min(matrix.shape) <= DIMENSIONS:
        sys.exit("%d papers with %d terms are too few for %d dimensions" % (*matrix.shape, DIMENSIONS))
    start = numpy.random.RandomState(0).uniform(-1, 1, min(matrix.shape))
    _, size, right = scipy.sparse.linalg.svds(matrix, k=DIMENSIONS, v0=start)
    right = right[numpy.argsort(-size)].T
    largest = numpy.abs(right).argmax(axis=0)
    return right * numpy.sign(right[largest, range(DIMENSIONS)])  # a vector may point either way: one of them


def write(folder, documents, length, cut, df, acronyms, vectors, with_vector):
    row_of = {term: row for row, term in enumerate(with_vector)}
    with open(os.path.join(folder, "terms.tsv"), "w", encoding="ascii") as file:
        file.write("#N=%d avglen=%.2f dim=%d cut=%s\n" % (documents, length, DIMENSIONS, cut))
        for term in sorted(df):
            file.write("%s\t%d\t%d\n" % (term, df[term], row_of.get(term, -1)))
    with open(os.path.join(folder, "vec.i8"), "wb") as file:
        for vector in vectors:
            scale = float(numpy.abs(vector).max()) / 127 or 1e-9
            file.write(struct.pack("<f%db" % DIMENSIONS, scale, *(int(round(x / scale)) for x in vector.tolist())))
    with open(os.path.join(folder, "acronyms.tsv"), "w", encoding="ascii") as file:
        for (short, long), count in sorted(acronyms.items()):
            file.write("%s\t%s\t%d\n" % (short, " ".join(long), count))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description="Build the tables of a topic model from papers.")
    parser.add_argument("--before")
    parser.add_argument("--words", default=os.path.join(here, "..", "..", "conf", "topics", "model"))
    parser.add_argument("out")
    parser.add_argument("papers", nargs="+")
    options = parser.parse_args()
    with open(os.path.join(options.words, "stop.txt"), encoding="ascii") as file:
        stop = set(file.read().split())

    rows, words, df, explained = [], 0, collections.Counter(), collections.Counter()
    for title, abstract in read_papers(options.papers, options.before):
        heading, text = stems(title), stems(abstract)
        counts = collections.Counter(terms_of(text, stop))
        for term in terms_of(heading, stop):
            counts[term] += TITLE_TIMES
        rows.append(counts)
        words += len(text)
        df.update(counts.keys())
        explained.update(set(acronyms_of(title)) | set(acronyms_of(abstract)))
    documents = len(rows)
    if not documents:
        sys.exit("no paper is left")
    df = {term: n for term, n in df.items() if n >= (PAIR_LEAST if " " in term else WORD_LEAST) and term.isascii()}
    acronyms = {pair: n for pair, n in explained.items() if n >= SHORT_LEAST}
    with_vector = sorted(term for term, n in df.items()
                         if n >= (PAIR_LEAST if " " in term else VECTOR_LEAST) and n <= VECTOR_MOST * documents)
    vectors = vectors_of(rows, documents, df, with_vector)
    os.makedirs(options.out, exist_ok=True)
    write(options.out, documents, words / documents, options.before or "9999-12-31", df, acronyms, vectors, with_vector)
    for name in ("stop.txt", "generic.txt"):
        shutil.copyfile(os.path.join(options.words, name), os.path.join(options.out, name))
    print("%d papers, %d terms, %d vectors, %d acronyms" % (documents, len(df), len(with_vector), len(acronyms)))


if __name__ == "__main__":
    main()
