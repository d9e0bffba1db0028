"""Runs the fuzzers, as many at once as there are cores. Called by run.sh; see there."""
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def targets(build):
    """(target, folders of its kept inputs), as tests/fuzz/meson.build names them."""
    done = subprocess.run(["meson", "introspect", "--tests", build], capture_output=True, text=True, check=True)
    for test in json.loads(done.stdout):
        if test["name"].startswith("fuzz/"):
            yield test["name"][5:], [os.path.join(ROOT, "tests", "fixtures", folder) for folder in test["cmd"][1:]]


def run(build, target, folders, seconds):
    grown, findings = (os.path.join(build, name, target) for name in ("fuzz-inputs", "fuzz-findings"))
    for folder in (grown, findings):
        os.makedirs(folder, exist_ok=True)
    before = set(os.listdir(findings))
    child = subprocess.run(
        [os.path.join(build, "fuzz", "tests", "fuzz", target + "_fuzz"), "-max_total_time=%d" % seconds, "-timeout=20",
         "-rss_limit_mb=4096", "-print_final_stats=1", "-artifact_prefix=%s/" % findings, grown, *folders],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace", stdin=subprocess.DEVNULL)
    told = {name: int(value) for name, value in re.findall(r"^stat::(\w+):\s+(\d+)", child.stderr, re.M)}
    found = sorted(set(os.listdir(findings)) - before)
    print("%s\t%d\t%d\t%d" % (target, told.get("number_of_executed_units", 0), told.get("average_exec_per_sec", 0), len(found)),
          flush=True)
    if found or child.returncode != 0:
        print("\n".join(child.stderr.splitlines()[-40:]), file=sys.stderr)
        for name in found:
            print("%s: %s" % (target, os.path.join(findings, name)), file=sys.stderr, flush=True)
    return not found and child.returncode == 0


def main(build, seconds, *wanted):
    known = dict(targets(os.path.join(build, "fuzz")))
    for name in wanted:
        if name not in known:
            sys.exit("there is no target %s; there are: %s" % (name, " ".join(sorted(known))))
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        clean = list(pool.map(lambda name: run(build, name, known[name], int(seconds)), sorted(wanted or known)))
    return 0 if all(clean) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
