"""differences.tsv: the failures that are known, and why."""
import os
import re

PLACE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "differences.tsv")
WHO = ("tamis", "theirs", "either")


class Difference:
    def __init__(self, suite, case, who, why):
        self.suite, self.case, self.who, self.why = suite, case, who, why
        self.pattern = re.compile("".join(".*" if part == "*" else re.escape(part)
                                          for part in re.split(r"(\*)", case)) + r"\Z")
        self.count = 0

    def explains(self, suite, case):
        return self.suite == suite and self.pattern.match(case)


def load():
    with open(PLACE, encoding="utf-8") as stream:
        rows = [line.rstrip("\n").split("\t") for line in stream if line.strip() and not line.startswith("#")]
    for row in rows:
        if len(row) != 4 or row[2] not in WHO or not row[3]:
            raise ValueError("differences.tsv: %r needs a suite, a case, who is right and why" % row)
    return [Difference(*row) for row in rows]


def unexplained(results, known):
    """What failed and stands nowhere; rows that explain something are counted."""
    left = []
    for score in results:
        for case, why in score.failures:
            found = [one for one in known if one.explains(score.suite, case)]
            if found:
                found[0].count += 1
            else:
                left.append("%s\t%s\t%s" % (score.suite, case, " ".join(why.split())))
    return left
