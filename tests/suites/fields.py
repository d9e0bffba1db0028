"""fields.tsv: which fields of a suite our model has, and how they are compared. The one place that makes a case not
applicable, and always with a reason."""
import os
import re

PLACE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fields.tsv")


def _pattern(field):
    return re.compile("".join(".*" if part == "*" else re.escape(part)
                              for part in re.split(r"(\*)", field)) + r"\Z")


class Fields:
    """Of one suite. A row's field may hold `*` for anything; the first row that fits counts."""

    def __init__(self, suite):
        self.rows = []
        with open(PLACE, encoding="utf-8") as stream:
            for line in stream:
                if line.startswith("#") or not line.strip():
                    continue
                of, field, kind, note = (line.rstrip("\n").split("\t") + [""])[:4]
                if of == suite:
                    self.rows.append((_pattern(field), kind, note))

    def kind(self, field):
        """How to compare; None when the field is not applicable. An unknown field is a mistake of the table."""
        for pattern, kind, _ in self.rows:
            if pattern.match(field):
                return None if kind == "-" else kind
        raise KeyError("fields.tsv says nothing of " + field)
