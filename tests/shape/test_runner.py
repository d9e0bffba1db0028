"""The runner's count is what the programs said: no test is lost, none invented, and no program that broke off passes."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import runner  # noqa: E402

ROWS = [
    ("a class that is skipped as a whole", "setUpClass (__main__.Suites) ... skipped 'no corpus'\n\nRan 0 tests in 0.000s\n\n"
     "OK (skipped=1)\n", 0, (0, 0, 1)),
    ("a class skipped beside one that passes", "test_a (m.A) ... ok\nsetUpClass (m.B) ... skipped 'x'\nRan 1 test in 0s\n\n"
     "OK (skipped=1)\n", 0, (1, 0, 1)),
    ("a class that breaks as a whole", "ERROR: setUpClass (m.A)\nRan 0 tests in 0s\n\nFAILED (errors=1)\n", 1, (0, 1, 0)),
    ("some of each", "test_a (m.A) ... ok\ntest_b (m.A) ... skipped 'x'\nFAIL: test_c (m.A)\nRan 3 tests in 0s\n\n"
     "FAILED (failures=1, skipped=1)\n", 1, (1, 1, 1)),
    ("cmocka", "[       OK ] a\n[  SKIPPED ] b\n[  FAILED  ] c\n[  FAILED  ] 1 test(s), listed below:\n", 1, (1, 1, 1)),
    ("a crash after tests that passed", "[       OK ] a\n", -11, (1, 1, 0)),
    ("a program that runs no test", "", 0, (0, 1, 0)),
]


class Runner(unittest.TestCase):
    def test_counts_are_what_programs_say(self):
        for why, text, code, counts in ROWS:
            self.assertEqual(runner.count(None, text, code), counts, why)


if __name__ == "__main__":
    unittest.main()
