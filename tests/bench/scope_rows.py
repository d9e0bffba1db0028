"""Sets of sources as scopes over one catalogue, beside an index of each set's view alone, in one run (scope_bench)."""
from measure import program, run_program, say, write
from papers_data import hf_list, papers, rules_file

TEXTS, TIMEOUT_S = 4000, 900
WORLDS = {False: (10 ** 6, 2000, 128, 16), True: (10 ** 5, 400, 64, 8)}  # by --quick: rules, sources, items of each, paired items
SETS = (("one", 1), ("twenty", 20), ("many", 200))
# how it is made of what the program prints, what the table calls it, unit, target
ROWS = (
    (("twenty.warm", "twenty.view.warm"), "a list of 20 sources beside their own index, warm, p50", "x", 1.5),
    (("twenty.again", "twenty.view.again"), "a list of 20 sources beside their own index, cold, p50", "x", 1.3),
    (("twenty.warm.p99", "twenty.view.warm.p99"), "a list of 20 sources beside their own index, warm, p99", "x", 5),
    (("twenty.again.p99", "twenty.view.again.p99"), "a list of 20 sources beside their own index, cold, p99", "x", 5),
    ("looked_again", "items looked at when a rule is asked again", "", 0),
    ("visits_beyond", "looks of building scopes beyond their pages and slots set apart", "", 0),
    ("twins.longest", "longest slice of merging two sources of 700 items", "ms", 1),
    ("change.excess", "slots put by changed texts beyond their own and merged ones in use", "", 0),
    (("change", "change.view"), "CPU of a changed text beside one put into an index alone", "x", 2),
    (("change_merged", "change_merged.view"), "CPU of a changed text that is merged, for each put", "x", 2),
    ("scope.bytes", "bytes of a further set of 20 sources", "B", 2048),
    ("scope.built_bytes", "bytes of a further set of 20 sources that was asked", "B", 2048),
    ("world.index_bytes", "index of an item", "B", 1800),
    ("item_bytes", "an item with everything", "B", 6144),
)


def value_of(values, key):
    if isinstance(key, tuple):
        over, under = (values.get(name) for name in key)
        return over / under if over is not None and under else None
    return values.get(key)


def label(table, name):
    _, sources, each, _ = WORLDS[table.quick]
    return "%d x %d items: %s" % (sources, each, name)


def measure(table):
    count, sources, each, paired = WORLDS[table.quick]
    values = run_program([program("scope_bench"), write("texts.json", hf_list(papers(TEXTS))), rules_file(count, "selective"),
                          *map(str, (count, sources, each, paired))], TIMEOUT_S)
    if "many.visits_beyond" in values:  # all three sets were asked, and none of their selections differed
        for key in ("looked_again", "visits_beyond"):
            values[key] = sum(max(values["%s.%s" % (name, key)], 0) for name, _ in SETS)
    if "world.catalog_bytes" in values:
        values["item_bytes"] = values["world.record_bytes"] + values["world.catalog_bytes"]
    for key, name, unit, target in ROWS:
        table.add(label(table, name), value_of(values, key), unit, "<=", target)
    describe(values)


def describe(values):
    get = lambda key: values.get(key, float("nan"))
    times = lambda key: "%.3g/%.3g" % (get(key), get(key + ".p99"))
    for name, size in SETS:
        say("scopes: %d sources, lists, p50/p99 us: index of their own first %s, again %s, warm %s; scope first %s, again %s, warm %s"
            % (size, *(times(name + key) for key in (".view.first", ".view.again", ".view.warm", ".first", ".again", ".warm"))))
        say("scopes: %d sources, building: %s us with what has to be merged, else cold %s, warm %s; %.1f B a page" % (
            size, times(name + ".build_first"), times(name + ".build_cold"), times(name + ".build_warm"), get(name + ".page_bytes")))
    say("scopes: items of two sources, never asked together: %d slices of merging, %.1f ms; slices of following at most %.2f ms, of "
        "taking out %.2f" % (
            get("twins.slices") if "twins.slices" in values else 0, get("twins.total"), get("twins.follow_longest"),
            get("twins.tidy_longest")))
    say("scopes: at %d slots an item comes in %.1f us (alone %.1f), goes in %.1f (alone %.1f); a changed text %.1f (alone %.1f)" % (
        values.get("slots", 0), get("come"), get("come.view"), get("go"), get("go.view"), get("change"), get("change.view")))
    say("scopes: a record %.0f B, the catalogue %.0f an item, %.1f us each; a merged item %.0f B; a rule %.1f B" % (
        get("world.record_bytes"), get("world.catalog_bytes"), get("world.put"), get("merged.bytes"), get("rules.bytes")))


def missing(table):
    for _, name, unit, target in ROWS:
        table.add(label(table, name), None, unit, "<=", target)
