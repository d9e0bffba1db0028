#!/usr/bin/env python3
"""Rules as people type them: each kept case is a file NAME.want beside what it is asked of."""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from papers import Papers, paper  # noqa: E402
from service import Service  # noqa: E402

PROGRAM = os.environ.get("TAMIS_PROGRAM", "tamis")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CORPUS = os.environ.get("TAMIS_CORPUS") or os.path.join(os.path.dirname(ROOT), "shared", "corpus")
CASES = os.path.join(os.path.dirname(os.path.abspath(CORPUS)), "cases", "rules")
NOW = "2026-11-24T12:00:00Z"

# Cases that are known to fail, with what they wait for. One that passes has to leave the list.
WAITING = {
    "date-zone": "names Los Angeles, where it is the 22nd; in Tokyo it is the 23rd",
    # "1+3 are one" is held; what waits is a setting that no version has yet
    "dup-same-link": "dedupe: link is no setting",
}
# Cases of subjects: 4,000 papers are scored once for all of them, in test_topic_names.py.
ELSEWHERE = {"topic-ai-facet", "topic-language-models", "topic-reward-hacking"}


def tamis(*arguments, env=None):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, timeout=120, env=env)


def read_case(path):
    case = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            name, _, value = line.rstrip("\n").partition(": ")
            case[name] = value
    return case


def kept(rule, *data):
    """Titles, or what was said instead; and what was said."""
    done = tamis("filter", "-m", rule, "-o", "jsonl", "--now", NOW, *data)
    said = done.stderr.decode()
    if done.returncode != 0:
        return None, said
    return sorted(json.loads(line)["title"] for line in done.stdout.decode().splitlines()), said


def wrong_rule(case, path):
    """What is wrong, in a sentence, or nothing: so for all that follow."""
    want, rule = case["want"], case["rule"]
    zone = re.search(r" with time_zone: (\S+)$", want)
    titles, said = kept(rule + "@" + zone.group(1) if zone else rule, *beside(path))
    if want.startswith("refused"):
        if titles is not None:
            return "it is read"
        named = re.search(r"refused, (?:the )?(.*) proposed", want)
        if named and "form" not in named.group(1) and named.group(1) not in said:
            return f"{named.group(1)} is not proposed: {said}"
        return None if re.search(r"^  [^:\n]+: ", said, re.M) else f"nothing is proposed: {said}"
    if titles is None:
        return said
    wanted = re.match(r"keeps (\[.*?\](?=$|,| with)|nothing)", want).group(1)
    wanted = [] if wanted == "nothing" else sorted(json.loads(wanted))
    if titles != wanted:
        return f"it keeps {titles}"
    if "with a note" in want and "note: " not in said:
        return "there is no note"
    return None


def wrong_merge(case, path):
    """Files of one article, some of which are one entry: "1+3 are one". The others are what their ids say."""
    files = beside(path)
    pairs = re.findall(r"(\d)\+(\d) are one", case["want"])
    assert pairs, case["want"]
    for pair in pairs:
        titles, said = kept("", *(f for f in files if f[-5] in pair))
        if titles is None or len(titles) != 1:
            return f"{'+'.join(pair)} are {titles} {said}"
    if "dedupe: link" in case["want"]:
        return wrong_dedupe(files)
    return None


def wrong_dedupe(files):
    """With `dedupe: link` all are one; without, the second goes by an id of its own."""
    titles, said = kept("", *files)
    assert titles is not None and len(titles) == 2, f"{titles} {said}"
    table = tamis("describe", "--example").stdout.decode()
    return None if "dedupe" in table else "dedupe: link is no setting"


def wrong_check(case, path):
    """A configuration of which `tamis check` notes something: one word of the sentence has to be there."""
    with tempfile.TemporaryDirectory() as folder:
        done = tamis("check", "-c", *beside(path), env=dict(os.environ, TAMIS_DATA_DIR=folder))
    notes = [line for line in (done.stdout + done.stderr).decode().splitlines() if line.startswith("note: " + path[:-5])]
    word = re.match(r"check notes that .* are (\w+)'s", case["want"]).group(1)
    return None if any(word in note for note in notes) else f"it notes {notes}"


def wrong_address(case, _):
    """Addresses of the service, answered with a status and words."""
    addresses = re.findall(r"(/filter\.atom)?(\?\w+=[^\s',]+)", case["command"])
    status, named = re.match(r"(\d+)(?: that names (\S+))?", case["want"]).groups()
    assert addresses, case["command"]
    papers = Papers()
    papers.days = {"2026-03-02": [paper(1)]}
    service = Service(papers.config())
    try:
        service.start()
        for _, query in addresses:
            head, _, body = service.raw(b"/filter.atom" + query.encode()).partition(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 %s " % status.encode()) or (named or "").encode() not in body:
                return f"{query}: {head[:20]} {body[:200]}"
    finally:
        service.close()
        papers.close()
    return None


def beside(path):
    return sorted(f for f in glob.glob(path[:-5] + ".*") + glob.glob(path[:-5] + "-[0-9].*") if f != path)


def how_to_play(case):
    want = case["want"]
    if "rule" in case and re.match("keeps|refused", want):
        return wrong_rule
    if case["kind"] == "address":
        return wrong_address
    if want.startswith("check notes"):
        return wrong_check
    return wrong_merge if "are one" in want else None


class Rules(unittest.TestCase):
    @unittest.skipUnless(os.path.isdir(CASES), f"there are no cases in {CASES}")
    def test_rules_mean_what_people_type(self):
        names = set()
        for path in sorted(glob.glob(os.path.join(CASES, "*.want"))):
            name = os.path.splitext(os.path.basename(path))[0]
            names.add(name)
            if name in ELSEWHERE:
                continue
            case = read_case(path)
            with self.subTest(name):
                what_is_wrong = how_to_play(case)
                self.assertIsNotNone(what_is_wrong, "nobody plays this kind")
                wrong = what_is_wrong(case, path)
                if name == "dup-same-link":  # what waits is the setting alone
                    self.assertEqual(wrong, WAITING[name])
                elif name in WAITING:
                    self.assertIsNotNone(wrong, "it is right now: take it off the list")
                else:
                    self.assertIsNone(wrong, case.get("rule") or case["command"])
        self.assertGreater(len(names), 40)
        self.assertEqual((set(WAITING) | ELSEWHERE) - names, set())

    def test_in_ci_there_are_cases_or_it_is_said(self):
        if not os.path.isdir(CASES):
            print(f"skipped: no cases of rules in {CASES}")
            self.assertFalse(os.environ.get("CI") and os.environ.get("TAMIS_CORPUS"),
                             "the corpus is there, and its cases are not")


if __name__ == "__main__":
    unittest.main()
