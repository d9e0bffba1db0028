"""The searchable index against its targets and against the linear evaluator, three profiles."""
from measure import program, run_program, say
from papers_data import hf_list, papers, rules_file
from measure import write

PROFILES = ("popular", "selective", "niche")
TIMEOUT_S = 150
# what the program calls it, what the table calls it, unit, relation, target
ROWS = (
    ("request_again.p99", "10 random rules over 1024 items, asked before, p99", "us", "<=", 10),
    ("request_first.p99", "10 random rules over 1024 items, never asked, p99", "us", "<=", 10),
    ("batch", "all rules over a batch of 64 items", "ms", "<=", 40),
    ("list_10000", "100 rules by a list, beside all rules", "x", "<=", .1),
    ("list_1000", "1,000 rules by a list, beside all rules", "x", "<=", .1),
    ("list_100", "10,000 rules by a list, beside all rules", "x", "<=", .25),
    # the target was derived from the second kind: ../shared/research/performance.md, section 2.3
    ("linear_ratio", "against a linear evaluator, words as numbers", "x", ">=", 300),
    ("linear_text_ratio", "against a linear evaluator, words looked up by their text", "x", ">=", 300),
    ("add", "add a rule", "us", "<=", 5),
    ("remove", "remove a rule", "us", "<=", 5),
    ("pause", "longest pause of the index", "ms", "<=", 1),
    ("rule_bytes", "memory of a rule with its text", "B", "<=", 150),
)
COUNTED = ("rules_distinct", "stats_leaves", "request_first.rows_made", "request_first.verified", "batch_visited",
           "batch_verified", "stats_rule_bytes", "stats_item_bytes")


# Debian has no binary of Lucene's monitor module (it is in the source of lucene8 alone), so it is not measured here
LUCENE = ("not measured here: Lucene Monitor 8.8.1, 33.9 / 55.1 / 141.8 ms an item at 10^5 rules, niche / selective / popular "
          "(../shared/research/performance.md, section 2.3, another machine)")


def label(name, count, profile):
    return "%s, %s rules, %s" % (name, "10^6" if count == 10 ** 6 else count, profile)


def pause(values):
    """The longest that any one step took: loading (16 rules at a time), edits, items coming, a slice of a batch."""
    parts = [values[k] / 1000 for k in ("add.max", "remove.max", "put_with_rules.max") if k in values]
    return max(parts + [values[k] for k in ("load_longest", "batch_slice_longest") if k in values])


def measure(table):
    count = 10 ** 5 if table.quick else 10 ** 6
    items = write("items.json", hf_list(papers(1024)))
    more = rules_file(30000, "selective", 7)
    contents(table)
    say(LUCENE)
    for profile in PROFILES:
        values = run_program([program("index_bench"), rules_file(count, profile), more, items, str(count), "linear"], TIMEOUT_S)
        done = "add" in values and "batch" in values
        if done:
            values["pause"] = pause(values)
            values["linear_text_ratio"] = values["linear_text_item"] * 64 / values["batch"]
            values["rule_bytes"] = max(values["rule_heap_bytes"], values["rule_resident_bytes"])
        for key, name, unit, relation, target in ROWS:
            if table.quick and key.startswith("list_"):
                continue  # beside fewer rules, to begin a batch is what counts; it is said below
            table.add(label(name, count, profile), values.get(key), unit, relation, target)
        if profile == "selective" and "item_index_bytes" in values:
            table.add("memory of an item", values["item_record_bytes"] + values["item_index_bytes"], "B", "<=", 6144)
        if done:
            describe(values, profile)
        if values.get("linear_differs"):
            say("WRONG: %d verdicts differ from the linear evaluator's" % values["linear_differs"])


def contents(table):
    """Items with a content, apart: what is measured otherwise has none."""
    values = run_program([program("content_bench"), write("content.json", hf_list(papers(256)))], TIMEOUT_S)
    for key, words, target in (("hundreds", "500", 16384), ("thousands", "3,000", 49152)):
        if key + ".put" in values:
            table.add("memory of an item with a content of %s words" % words,
                      values[key + ".record_bytes"] + values[key + ".index_bytes"], "B", "<=", target)
    for key, words in (("none", "no"), ("hundreds", "500"), ("thousands", "3,000"), ("most", "19,500")):
        if key + ".regex" in values:
            say("%s words of content: record %.0f B, index %.0f B, put in %.0f us (longest %.0f); 256 items asked: a word %.0f us, "
                "a phrase %.0f, an expression without letters %.0f, slices of 500 us at most %.0f"
                % (words, *(values[key + "." + name] for name in
                            ("record_bytes", "index_bytes", "put", "put.max", "word", "phrase", "regex", "regex_longest"))))


def describe(values, profile):
    say("%s: %.2f %% of rule and item pairs match; load %.2f us a rule; batch %.1f to %.1f ms; linear %.1f ms an item (%.0f to %.0f x)"
        % (profile, values["matching_share"], values["load"], values["batch.min"], values["batch.max"], values["linear_item"],
           values["linear_ratio.min"], values["linear_ratio.max"]))
    say("%s: rules by a list, beside all rules: %s; one in ten %.2f x" % (profile, ", ".join(
        "one in %d %.2f ms" % (part, values["list_%d_ms" % part]) for part in (10000, 1000, 100, 10)), values["list_10"]))
    say("%s: a linear evaluator that looks words up by their text: %.0f ms an item" % (profile, values["linear_text_item"]))
    say("%s: a request p50 %.2f us, asked again %.2f, p99 %.2f, with lists of 20: %.2f, p99 %.2f; an item in %.1f us (longest %.0f)"
        % (profile, values["request_first"], values["request_again"], values["request_again.p99"], values["request_list"],
           values["request_list.p99"], values["put_with_rules"], values["put_with_rules.max"]))
    say("%s: add p99 %.2f us, longest %.0f; remove p99 %.2f, longest %.0f; add and ask %.2f us; slice of a batch at most %.2f ms"
        % (profile, values["add.p99"], values["add.max"], values["remove.p99"], values["remove.max"], values["add_and_ask"],
           values["batch_slice_longest"]))
    say("%s, counted: %s" % (profile, ", ".join("%s %.6g" % (key, values[key]) for key in COUNTED if key in values)))


def missing(table):
    for profile in PROFILES:
        for _, name, unit, relation, target in ROWS:
            table.add(label(name, 10 ** 6, profile), None, unit, relation, target)
