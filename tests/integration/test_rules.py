#!/usr/bin/env python3
"""Rules as people type them: each kept case is a file NAME.want beside what it is asked of."""
import glob
import json
import os
import re
import subprocess
import unittest

PROGRAM = os.environ.get("TAMIS_PROGRAM", "tamis")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CORPUS = os.environ.get("TAMIS_CORPUS") or os.path.join(os.path.dirname(ROOT), "shared", "corpus")
CASES = os.path.join(os.path.dirname(os.path.abspath(CORPUS)), "cases", "rules")
NOW = "2026-11-24T12:00:00Z"

# Cases that are known to fail, with what they wait for. One that passes has to leave the list.
WAITING = {
    "author-apostrophe": "apostrophes of names",
    "body-behind-teaser-exclude": "content is searched",
    "body-behind-teaser-jsonfeed": "content is searched",
    "body-behind-teaser-keep": "content is searched",
    "comment-only-markup": "comments in markup",
    "date-zone": "asks for a setting of the configuration",
}


def tamis(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, timeout=120)


def read_case(path):
    case = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            name, _, value = line.rstrip("\n").partition(": ")
            case[name] = value
    return case


def what_is_wrong(case, data):
    """A sentence, or nothing."""
    want = case["want"]
    done = tamis("filter", "-m", case["rule"], "-o", "jsonl", "--now", NOW, data)
    said = done.stderr.decode()
    if want.startswith("refused"):
        if done.returncode == 0:
            return "it is read"
        named = re.search(r"refused, (?:the )?(.*) proposed", want)
        if named and "form" not in named.group(1) and named.group(1) not in said:
            return f"{named.group(1)} is not proposed: {said}"
        return None if re.search(r"^  [^:\n]+: ", said, re.M) else f"nothing is proposed: {said}"
    if done.returncode != 0:
        return said
    kept = sorted(json.loads(line)["title"] for line in done.stdout.decode().splitlines())
    wanted = re.match(r"keeps (\[.*?\](?=$|,| with)|nothing)", want).group(1)
    wanted = [] if wanted == "nothing" else sorted(json.loads(wanted))
    if kept != wanted:
        return f"it keeps {kept}"
    if "with a note" in want and "note: " not in said:
        return "there is no note"
    return None


class Rules(unittest.TestCase):
    @unittest.skipUnless(os.path.isdir(CASES), f"there are no cases in {CASES}")
    def test_rules_mean_what_people_type(self):
        seen = set()
        for path in sorted(glob.glob(os.path.join(CASES, "*.want"))):
            name = os.path.splitext(os.path.basename(path))[0]
            case = read_case(path)
            if "rule" not in case or not re.match("keeps|refused", case["want"]):
                continue
            data = [f for f in glob.glob(path[:-5] + ".*") if f != path]
            seen.add(name)
            with self.subTest(name):
                wrong = what_is_wrong(case, data[0])
                if name in WAITING:
                    self.assertIsNotNone(wrong, "it is right now: take it off the list")
                else:
                    self.assertIsNone(wrong, case["rule"])
        self.assertGreater(len(seen), 30)
        self.assertEqual(set(WAITING) - seen, set())

    def test_in_ci_there_are_cases_or_it_is_said(self):
        if not os.path.isdir(CASES):
            print(f"skipped: no cases of rules in {CASES}")
            self.assertFalse(os.environ.get("CI") and os.environ.get("TAMIS_CORPUS"),
                             "the corpus is there, and its cases are not")


if __name__ == "__main__":
    unittest.main()
