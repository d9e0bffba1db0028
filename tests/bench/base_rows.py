"""The index over one set of sources beside that of another build: TAMIS_BASE names the build folder of an older commit, in
which `ninja tests/bench/index_bench` was run. Both in turn, so that what else the machine does meets both."""
import os
import statistics

from measure import program, run_program, say, spread, write
from papers_data import hf_list, papers, rules_file

PROFILE, ROUNDS, TIMEOUT_S = "selective", {False: 3, True: 1}, 150
# what index_bench calls it, what the table calls it, target
ROWS = (("request_again", "10 rules asked again", 1.5), ("request_first", "10 rules never asked", 2),
        ("batch", "all rules over 64 items", 1.1), ("rule_heap_bytes", "bytes of a rule", 1))


def measure(table):
    base = os.environ.get("TAMIS_BASE")
    if not base:
        say("base: TAMIS_BASE names no older build, nothing is measured beside it")
        return
    count = 10 ** 5 if table.quick else 10 ** 6
    given = [rules_file(count, PROFILE), rules_file(30000, PROFILE, 7), write("items.json", hf_list(papers(1024))), str(count)]
    ours, theirs = [], []
    for _ in range(ROUNDS[table.quick]):
        theirs.append(run_program([os.path.join(base, "tests", "bench", "index_bench"), *given], TIMEOUT_S))
        ours.append(run_program([program("index_bench"), *given], TIMEOUT_S))
    for key, name, target in ROWS:
        ratios = [a[key] / b[key] for a, b in zip(ours, theirs) if key in a and key in b]
        table.add("10^%d rules over one set, %s, beside the base" % (5 if table.quick else 6, name),
                  round(statistics.median(ratios), 3) if ratios else None, "x", "<=", target)
        if ratios:
            say("base: %s: %s" % (name, spread(ratios, "x")))
            say("base: %s: here %s, there %s" % (name, spread([a[key] for a in ours]), spread([b[key] for b in theirs])))
