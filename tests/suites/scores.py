"""Counts of a suite, and the table of all suites."""
import os

SCORES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "scores.tsv")


class Score:
    """What a suite gave: each case passes, fails or is not applicable."""

    def __init__(self, suite):
        self.suite = suite
        self.passed = 0
        self.not_applicable = 0
        self.failures = []  # (case, why)

    def passes(self):
        self.passed += 1

    def fails(self, case, why):
        self.failures.append((case, why))

    def row(self):
        failed = len(self.failures)
        return "%s\t%d\t%d\t%d" % (self.suite, self.passed + failed, self.passed, failed)


def table(scores):
    return "".join(line + "\n" for line in ["suite\tapplicable\tpass\tfail"] + [score.row() for score in scores])


def kept():
    """{suite: passed} of tests/scores.tsv."""
    with open(SCORES, encoding="utf-8") as stream:
        rows = [line.split("\t") for line in stream.read().splitlines()[1:]]
    return {row[0]: int(row[2]) for row in rows}


def keep(scores):
    with open(SCORES, "w", encoding="utf-8") as stream:
        stream.write(table(scores))
