#!/usr/bin/env python3
"""Pack the tables of conf/topics/model into the one file that the program maps (src/topic/model.c reads it).

usage: pack_model.py MODEL-FOLDER OUT

Whole numbers throughout, so that every machine packs the same bytes. Little-endian, sections at multiples of 8:
a header, then what SECTIONS lists. A word's number is its term's number; pairs of neighbouring words follow.
"""
import math
import os
import struct
import sys

MAGIC = b"TMSTOPIC"
FORMAT = 1
NONE = 0xFFFFFFFF
STOP, GENERIC, ACRONYM = 1, 2, 4
SECTIONS = ("text", "word_at", "flags", "idf", "vector", "pairs", "word_table", "pair_table", "vector_term",
            "scale", "inverse", "key", "vectors", "short", "long_at", "long")


def fnv(text):
    h = 0x811C9DC5
    for byte in text.encode("ascii"):
        h = (h ^ byte) * 0x01000193 & NONE
    return h


def pair_hash(a, b):
    h = (a * 0x9E3779B1 ^ b * 0x85EBCA77) & NONE
    return h ^ h >> 15


def table_of(hashes):
    """Open addressing, the next place when one is taken; at most half full."""
    size = 1
    while size < 2 * len(hashes):
        size *= 2
    table = [NONE] * size
    for i, h in enumerate(hashes):
        at = h & size - 1
        while table[at] != NONE:
            at = (at + 1) & size - 1
        table[at] = i
    return table


def read_words(path):
    with open(path, encoding="ascii") as file:
        return file.read().split()


def idf(documents, df):
    return round(math.log((documents + 1) / (df + 0.5)) * 65536)


def main():
    folder, out = sys.argv[1:]
    with open(os.path.join(folder, "terms.tsv"), encoding="ascii") as file:
        head, *lines = file.read().splitlines()
    about = dict(field.split("=") for field in head.lstrip("#").split())
    documents, dim = int(about["N"]), int(about["dim"])
    terms = [(text, int(df), int(vector)) for text, df, vector in (line.split("\t") for line in lines)]
    single = [t for t in terms if " " not in t[0]]
    double = [t for t in terms if " " in t[0]]
    acronyms = []
    with open(os.path.join(folder, "acronyms.tsv"), encoding="ascii") as file:
        for line in file:
            short, long, _ = line.rstrip("\n").split("\t")
            if short.isalnum():  # others are never a word
                acronyms.append((short, long.split()))
    stop, generic = read_words(os.path.join(folder, "stop.txt")), read_words(os.path.join(folder, "generic.txt"))

    # words that are no terms stand behind those that are
    words = [t[0] for t in single]
    known = {word: i for i, word in enumerate(words)}
    for word in stop + generic + [a[0] for a in acronyms] + [w for a in acronyms for w in a[1]]:
        if word not in known and word.isalnum():
            known[word] = len(words)
            words.append(word)
    flags = bytearray(len(words))
    for some, flag in ((stop, STOP), (generic, GENERIC), ([a[0] for a in acronyms], ACRONYM)):
        for word in some:
            if word in known:
                flags[known[word]] |= flag

    text, word_at = "".join(words), [0]
    for word in words:
        word_at.append(word_at[-1] + len(word))
    extra = len(words) - len(single)
    idfs = [idf(documents, t[1]) for t in single] + [0] * extra + [idf(documents, t[1]) for t in double]
    rows = [t[2] if t[2] >= 0 else NONE for t in single] + [NONE] * extra + \
        [t[2] if t[2] >= 0 else NONE for t in double]
    pairs = [tuple(known[word] for word in t[0].split()) for t in double]
    row_term = [NONE] * (1 + max(t[2] for t in terms))
    for term, row in enumerate(rows):
        if row != NONE:
            row_term[row] = term

    with open(os.path.join(folder, "vec.i8"), "rb") as file:
        raw = file.read()
    step = 4 + dim
    scale, inverse, key, vectors = [], [], [], bytearray()
    for row in range(len(row_term)):
        factor = int(struct.unpack_from("<f", raw, row * step)[0] * (1 << 40))  # exact: a float has 24 bits
        values = struct.unpack_from("<%db" % dim, raw, row * step + 4)
        vectors += raw[row * step + 4:(row + 1) * step]
        square = sum(v * v for v in values)
        norm = math.isqrt(square << 64)  # of the small numbers, 32 bits behind the point
        scale.append(factor)
        inverse.append((1 << 70) // norm)  # 38 bits behind the point
        # the square root of the true length, over the length of the small numbers; 38 bits behind the point
        key.append(math.isqrt((factor * norm) << 40) * (1 << 14) // norm)
    long_at = [0]
    for _, long in acronyms:
        long_at.append(long_at[-1] + len(long))

    def u32(values):
        return struct.pack("<%dI" % len(values), *values)

    sections = {
        "text": text.encode("ascii"), "word_at": u32(word_at), "flags": bytes(flags), "idf": u32(idfs),
        "vector": u32(rows), "pairs": u32([w for pair in pairs for w in pair]),
        "word_table": u32(table_of([fnv(word) for word in words])),
        "pair_table": u32(table_of([pair_hash(*pair) for pair in pairs])), "vector_term": u32(row_term),
        "scale": u32(scale), "inverse": u32(inverse), "key": u32(key), "vectors": bytes(vectors),
        "short": u32([known[a[0]] for a in acronyms]), "long_at": u32(long_at),
        "long": u32([known[w] for a in acronyms for w in a[1]]),
    }
    numbers = (0x01020304, FORMAT, int(about["cut"].replace("-", "")), len(words), len(pairs), len(row_term), dim,
               len(acronyms), round(float(about["avglen"]) * 65536), idf(documents, 1))
    head_bytes = len(MAGIC) + 4 * len(numbers) + 8 * len(SECTIONS)
    at, places, body = (head_bytes + 7) // 8 * 8, [], bytearray()
    for name in SECTIONS:
        places += [at + len(body), len(sections[name])]
        body += sections[name] + bytes(-len(sections[name]) % 8)
    with open(out, "wb") as file:
        file.write((MAGIC + u32(list(numbers)) + u32(places)).ljust(at, b"\0") + body)


if __name__ == "__main__":
    main()
