"""Names that mean one thing, and files that do not call each other in circles."""
import collections
import os
import re
import subprocess
import unittest

from test_shape import BUILD, CORE, LAYERS, code_of, read, tracked

CIRCLES_MAX = 4


def globals_of(kind):
    """symbol → the object below src that defines it, for "T" (code) and data; and what each object wants."""
    defined, wanted = {}, collections.defaultdict(set)
    for library in ("libtamis-core.a", "libtamis-edges.a"):
        listing = subprocess.run(["nm", "-A", os.path.join(BUILD, library)], capture_output=True, text=True, check=True)
        for line in listing.stdout.splitlines():
            place = re.search(r"src_(\w+?)\.(?:c|cc)\.o:", line)
            fields = line.split()
            if not place or len(fields) < 2:
                continue
            room = next(l for l in sorted(LAYERS, key=len, reverse=True) if place.group(1).startswith(l + "_"))
            name = room + "/" + place.group(1)[len(room) + 1:]
            if fields[-2] == "U":
                wanted[name].add(fields[-1])
            elif fields[-2] in kind:
                defined[fields[-1]] = name
    return defined, wanted


def circles(edges):
    """Sets of more than one node that reach each other (Tarjan)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in edges.get(node, ()):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            circle = stack[stack.index(node):]
            del stack[stack.index(node):]
            if len(circle) > 1:
                found.append(sorted(circle))

    for node in sorted(edges):
        if node not in index:
            visit(node)
    return sorted(found)


def twice(named):
    """(name, path) → those of a header that stand in a second file; two .c files may each have their own."""
    places = collections.defaultdict(set)
    for name, path in named:
        places[name].add(path)
    return ["%s in %s" % (name, ", ".join(sorted(where))) for name, where in sorted(places.items())
            if len(where) > 1 and any(path.endswith(".h") for path in where)]


def tags(path):
    return re.findall(r"\b(?:struct|enum|union)\s+(\w+)\s*\{", code_of(read(path)))


def constants(path):
    text = code_of(read(path))
    for body in re.findall(r"\benum\b[^{;()=]*\{([^}]*)\}", text):
        yield from re.findall(r"(?:^|,)\s*(?:#[^\n]*\n\s*)?([A-Z]\w+)", body)
    yield from re.findall(r"^#\s*define\s+(\w+)", text, re.M)


def forms(noun):
    """party → parties, hosts → host, shelf → shelves, reconcile → reconciler."""
    return [noun + "s", noun + "r", re.sub("y$", "ies", noun), re.sub("f$", "ves", noun), re.sub("s$", "", noun)]


def nouns_of(room):
    stems = {re.sub(r"_private$", "", os.path.basename(p).split(".")[0]) for p in tracked("src/" + room)}
    nouns = {room} | stems | {stem.split("_")[0] for stem in stems}
    return nouns | {form for noun in nouns for form in forms(noun)}


def sources(*endings):
    return [p for p in tracked("src", "include") if p.endswith(endings)]


class Names(unittest.TestCase):
    maxDiff = None

    def test_files_do_not_call_each_other_in_circles(self):
        defined, wanted = globals_of("TDRB")
        edges = {name: sorted({defined[s] for s in symbols if s in defined} - {name}) for name, symbols in wanted.items()}
        self.assertGreater(sum(map(len, edges.values())), 1000)
        found = circles(edges)
        self.assertLessEqual(len(found), CIRCLES_MAX, "\n".join(" ".join(c) for c in found))
        across = [c for c in found if len({name.split("/")[0] for name in c}) > 1]
        self.assertEqual(across, [], "circles through several folders")

    def test_a_private_header_is_seen_in_its_room_only(self):
        wrong = ["%s includes %s" % (path, name) for path in sources(".h", ".c", ".cc")
                 for name in re.findall(r'#\s*include "([^"]*_private\.h)"', read(path))
                 if "/" in name and not path.startswith("src/%s/" % name.split("/")[0])]
        self.assertEqual(wrong, [])

    def test_a_header_guards_itself_by_its_path(self):
        wrong = ["%s: %s" % (path, guard) for path in sources(".h")
                 for guard in re.findall(r"\A(?:/\*.*?\*/\s*)?#ifndef (\w+)", read(path), re.S)
                 if guard != "TAMIS_" + re.sub(r"\W", "_", re.sub(r"^(src|include/tamis)/", "", path)).upper()]
        self.assertEqual(wrong, [])

    def test_a_tag_is_one_type(self):
        named = [(tag, path) for path in sources(".h", ".c", ".cc") for tag in tags(path)]
        self.assertGreater(len(named), 500)
        self.assertEqual(twice(named), [])

    def test_an_enumerator_or_a_macro_means_one_thing(self):
        named = [(name, path) for path in sources(".h", ".c", ".cc") for name in constants(path)]
        self.assertGreater(len(named), 1000)
        self.assertEqual(twice(named), [])

    def test_private_functions_begin_with_their_file_or_room(self):
        """tms_ is what a public header declares, and at the edges what other rooms call."""
        defined, wanted = globals_of("T")
        declared = set(re.findall(r"\w+", code_of("\n".join(read(path) for path in tracked("include/tamis")))))
        users = collections.defaultdict(set)
        for name, symbols in wanted.items():
            for symbol in symbols:
                users[symbol].add(name.split("/")[0])
        known = {room: nouns_of(room) for room in LAYERS}
        wrong = []
        for symbol, name in sorted(defined.items()):
            if symbol.startswith("_Z"):
                continue
            room = name.split("/")[0]
            nouns = known[room]
            if symbol.startswith("tms_"):
                is_face = symbol in declared or (room not in CORE and users[symbol] - {room})
                if not is_face and not symbol.startswith("tms_cli_"):
                    wrong.append("%s of %s is called by its own room only" % (symbol, name))
            elif not any(symbol == n or symbol.startswith(n + "_") for n in nouns):
                wrong.append("%s of %s has neither its file's nor its room's name" % (symbol, name))
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
