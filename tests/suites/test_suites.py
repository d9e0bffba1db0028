"""Other feed libraries' own tests, asked of Tamis. Prints a table (tab-separated: suite, applicable, pass, fail) that
must not fall below tests/scores.tsv; UPDATE=1 rewrites that file. FAILURES=FILE writes each failure and why.

A suite is a function (corpus, name) → Score: add a row to SUITES for one more.
"""
import os
import sys
import unittest

import differences
import feedparser
import gofeed
import oracle
import rss_bridge
import scores
import transcoded
import written

CORPUS = os.environ.get("TAMIS_CORPUS", "")
SUITES = {name: module.run for module in (feedparser, gofeed) for name in module.SUITES}
SUITES["transcoded"] = transcoded.run
SUITES.update({name: oracle.run for name in oracle.SUITES})
SUITES["rss-bridge"] = rss_bridge.run
SUITES.update({name: written.run for name in written.SUITES})


def write_failures(path, results):
    with open(path, "w", encoding="utf-8", errors="backslashreplace") as stream:
        for score in results:
            for case, why in score.failures:
                stream.write("%s\t%s\t%s\n" % (score.suite, case, " ".join(why.split())))


class Suites(unittest.TestCase):
    results = None

    @classmethod
    def setUpClass(cls):
        if not os.path.isdir(CORPUS):
            print("SKIPPED the suites of other feed libraries: no corpus at %r" % CORPUS)
            raise unittest.SkipTest("no corpus")
        cls.results = [run(CORPUS, name) for name, run in SUITES.items()]
        print(scores.table(cls.results), end="", flush=True)
        if os.environ.get("FAILURES"):
            write_failures(os.environ["FAILURES"], cls.results)
        if os.environ.get("UPDATE"):
            scores.keep(cls.results)

    def test_no_suite_passes_less_than_before(self):
        kept = scores.kept()
        self.assertEqual(sorted(kept), sorted(SUITES), "tests/scores.tsv has other suites than test_suites.py")
        for score in self.results:
            if score.passed > kept[score.suite]:
                print("%s passes %d more than tests/scores.tsv says: rewrite it with UPDATE=1" %
                      (score.suite, score.passed - kept[score.suite]))
        lower = ["%s: %d pass, %d before" % (score.suite, score.passed, kept[score.suite])
                 for score in self.results if score.passed < kept[score.suite]]
        self.assertEqual(lower, [], "FAILURES=FILE in the environment writes what failed")

    def test_every_failure_is_explained(self):
        known = differences.load()
        self.assertEqual(differences.unexplained(self.results, known), [], "say why in tests/suites/differences.tsv")
        for one in known:
            if one.count == 0:
                print("%s %s passes now: take it out of tests/suites/differences.tsv" % (one.suite, one.case))


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
