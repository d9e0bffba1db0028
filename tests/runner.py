"""Runs all test programs, two at a time, and counts their tests. Called by run.sh; see there."""
import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILDS = sys.argv[1] if __name__ == "__main__" else ""
WANTED = sys.argv[2:] if __name__ == "__main__" else []
TIMEOUT_S = 600
# Of the index against the reference, tests/unit/index/differential_test.c: a minute or so of one core.
PAIRS = {"unit": "25000000", "unit-asan": "3000000", "tsan": "400000"}
# Of many sets over the same windows, tests/unit/index/sets_test.c and sets_catalog_test.c: two minutes, and less.
SET_PAIRS = {"unit": "8000000", "unit-asan": "600000", "tsan": "1"}
CORPUS = os.environ.get("TAMIS_CORPUS") or os.path.join(os.path.dirname(ROOT), "shared", "corpus")


class Job:
    def __init__(self, suite, name, command, env=None):
        self.suite, self.name, self.command, self.env = suite, name, command, env or {}


def unit_jobs(suite, build, only=None):
    if WANTED and suite not in WANTED and not os.path.isdir(build):
        return  # something else was asked for, and not all builds are there
    pairs = {"TAMIS_DIFFERENTIAL_PAIRS": os.environ.get("TAMIS_DIFFERENTIAL_PAIRS") or PAIRS[suite],
             "TAMIS_SET_PAIRS": os.environ.get("TAMIS_SET_PAIRS") or SET_PAIRS[suite]}
    found = subprocess.run(["meson", "introspect", "--tests", build], capture_output=True, text=True, check=True)
    for test in json.loads(found.stdout):
        if only and not any(s.split(":")[-1] == only for s in test["suite"]):
            continue
        yield Job(suite, test["name"], test["cmd"], dict(test["env"], **pairs))


def python_jobs(suite, folder, build="plain", only=None):
    env = {"TAMIS_PROGRAM": os.path.join(BUILDS, build, "tamis"), "TAMIS_TESTS": os.path.join(ROOT, "tests"),
           "TAMIS_BUILD": BUILDS}
    place = os.path.join(ROOT, "tests", folder)
    for name in sorted(os.listdir(place)) if os.path.isdir(place) else []:
        if name.startswith("test_") and name.endswith(".py") and only in (None, name[5:-3]):
            yield Job(suite, name[5:-3], ["/usr/bin/python3", os.path.join(ROOT, "tests", folder, name), "-v"], env)


def all_jobs():
    yield from python_jobs("shape", "shape")
    yield from python_jobs("integration", "integration")
    yield from python_jobs("hard", "hard")
    yield from python_jobs("suites", "suites")
    yield from unit_jobs("unit", os.path.join(BUILDS, "plain"))
    yield from unit_jobs("unit-asan", os.path.join(BUILDS, "asan"))
    # a race ends a program with 66, which every test takes for a failure
    yield from unit_jobs("tsan", os.path.join(BUILDS, "tsan"), only="threads")
    yield from python_jobs("tsan", "integration", build="tsan", only="threads")
    yield from python_jobs("lint", "lint")


def count(job, text, code):
    """(passed, failed, skipped) as the program's own output tells them."""
    cmocka = re.findall(r"^\[\s+(OK|FAILED|SKIPPED)\s+\] (?!\d+ test)(\S+)", text, re.M)
    ran = re.search(r"^Ran (\d+) tests?", text, re.M)
    if ran:
        failed = len(re.findall(r"^(?:FAIL|ERROR): ", text, re.M))
        told = re.search(r"^(?:OK|FAILED) \(.*?\bskipped=(\d+)", text, re.M)
        skipped = int(told.group(1)) if told else 0
        # classes that are skipped or break as a whole are told like tests, but are none that ran
        no_tests = len(re.findall(r"^(?:(?:FAIL|ERROR): setUpClass|setUpClass .*\.\.\. skipped)", text, re.M))
        passed = int(ran.group(1)) - failed - skipped + no_tests
    else:
        names = {}
        for verdict, name in cmocka:
            names.setdefault(name, verdict)
        passed = sum(v == "OK" for v in names.values())
        failed = sum(v == "FAILED" for v in names.values())
        skipped = sum(v == "SKIPPED" for v in names.values())
    if code != 0 and failed == 0:
        failed = 1  # it ended badly outside any test: a crash, a leak, a time-out
    if passed + failed + skipped == 0:
        failed = 1  # a program that runs no test shows nothing
    return passed, failed, skipped


def run(job):
    env = dict(os.environ, TAMIS_CORPUS=CORPUS, LC_ALL="C.UTF-8",
               ASAN_OPTIONS="detect_leaks=1:abort_on_error=0", UBSAN_OPTIONS="print_stacktrace=1", **job.env)
    if not os.path.isdir(CORPUS):
        env.pop("TAMIS_CORPUS")
    begin = time.monotonic()
    child = subprocess.Popen(job.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, cwd=ROOT,
                             start_new_session=True, stdin=subprocess.DEVNULL)
    try:
        output, _ = child.communicate(timeout=TIMEOUT_S)
        code = child.returncode
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        output, _ = child.communicate()
        output += b"\n(ended after %d s)\n" % TIMEOUT_S
        code = -1
    text = output.decode("utf-8", "replace")
    passed, failed, skipped = count(job, text, code)
    notes = "".join("\n    " + line for line in text.splitlines() if line.startswith(("SKIPPED", "seed ", "score ")))
    notes += "".join("\n" + line for line in text.splitlines() if line.count("\t") == 3)  # tests/suites: the scores
    print("%-12s %-28s %4d passed %3d failed %3d skipped  %6.1f s%s" %
          (job.suite, job.name, passed, failed, skipped, time.monotonic() - begin, notes), flush=True)
    if failed:
        print(text, flush=True)
    return job.suite, passed, failed, skipped


def main():
    if not os.path.isdir(CORPUS):
        print("no corpus of captures at %s: the tests that need it are skipped" % CORPUS)
        if os.environ.get("CI"):
            print("0 passed, 1 failed")
            return 1
    jobs = [job for job in all_jobs() if not WANTED or job.suite in WANTED or job.name in WANTED]
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        results = list(pool.map(run, jobs))
    print()
    for suite in dict.fromkeys(job.suite for job in jobs):
        rows = [r for r in results if r[0] == suite]
        print("%s: %d passed, %d failed, %d skipped" % (suite, *(sum(r[i] for r in rows) for i in (1, 2, 3))))
    passed, failed = sum(r[1] for r in results), sum(r[2] for r in results)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
