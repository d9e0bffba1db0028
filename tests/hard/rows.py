"""The rows of tests/hard: finds, plays and prints them. Called by run.sh; see there.

A row is a file row_NN_NAME.py with play() -> (figure, holds): the figure is what was seen, in a few words, and holds says
whether it is what we promise. is_long = True: it takes minutes, and is played when asked for. Figures are counts wherever
a count tells it, because time is not ours alone.
"""
import importlib
import os
import sys
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "integration")]


class Row:
    def __init__(self, name):
        _, self.number, self.what = name.split("_", 2)
        self.label = "%d %s" % (int(self.number), self.what.replace("_", " "))
        self.module = importlib.import_module(name)
        self.is_long = getattr(self.module, "is_long", False)

    def play(self):
        """(figure, holds); a row that breaks off falls short."""
        try:
            return self.module.play()
        except Exception as error:  # whatever went wrong, the other rows are played
            traceback.print_exc()
            return "broke off: %s" % str(error).split("\n")[0][:120], False


def all_rows():
    names = sorted(f[:-3] for f in os.listdir(HERE) if f.startswith("row_") and f.endswith(".py"))
    return [Row(name) for name in names]


def main(arguments):
    with_long = "long" in arguments
    wanted = {int(a) for a in arguments if a != "long"}
    falls_short = 0
    for row in all_rows():
        if (row.is_long and not with_long) or (wanted and int(row.number) not in wanted):
            continue
        figure, holds = row.play()
        falls_short += not holds
        print("%s\t%s\t%s" % (row.label, figure, "ok" if holds else "short"), flush=True)
    return 1 if falls_short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
