"""The structure that src/README.md draws, held true."""
import os
import re
import subprocess
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(os.environ.get("TAMIS_BUILD", os.path.join(ROOT, "build-tests")), "plain")

CORE = ["base", "memory", "text", "markup", "item", "select", "listing", "recipe", "window", "topic", "query", "index", "catalog", "feed", "http", "guard", "conf"]
EDGES = ["shipped", "loop", "log", "fetch", "store", "serve", "service", "web", "control", "cli"]
LAYERS = CORE + EDGES
TOP = {"meson.build", "README.md", "src", "include", "conf", "tests", "deploy", "LICENSE", "CHANGELOG.md"}
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 100
FOLDER_FILES_MAX = 40

# Who may see which library; a path is a file, a folder or a pattern below src.
LIBRARIES = {
    r"libxml/": r"^markup/xml[a-z_]*\.[ch]$",
    r"re2/": r"^text/regex\.cc$",
    r"event2/|event\.h": r"^(loop|fetch|store|serve|service|web|control|cli)/",
    r"curl/": r"^fetch/",
    r"hiredis/": r"^store/redis[a-z_]*\.[ch]$",
    r"sqlite3\.h": r"^store/sqlite[a-z_]*\.[ch]$",
    r"libstemmer": r"^(text|query)/|^index/meaning\.c$|^topic/model\.c$",
    r"utf8proc": r"^(text|item|query)/|^topic/tokens\.c$",
    r"uchardet": r"^markup/charset_guess\.c$",
    r"yaml\.h": r"^conf/",
}
BANNED = r"\b(strcpy|strcat|sprintf|strtok|sscanf|atoi|atol|strtol|strtoul|gets|alloca|localtime|gmtime|signal|vsprintf)\s*\("


def tracked(*under):
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", *under], cwd=ROOT,
                            capture_output=True, text=True, check=True)
    return [p for p in listed.stdout.split("\n") if p and os.path.exists(os.path.join(ROOT, p))]


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def code_of(text):
    """Without comments and string literals."""
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
                  lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def includes(path):
    return re.findall(r'^\s*#\s*include\s*([<"][^>"]+)[>"]', read(path), re.M)


def rooms():
    """The rows of the map: the folders of each, and its public headers."""
    table = re.search(r"\| folder \|.*?\n\n", read("src/README.md"), re.S).group()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.strip().split("\n")[2:]]
    return [(re.findall(r"`(\w+)`", row[0]), row[2].split()) for row in rows]


def layer_of_header():
    """tamis/x.h → the room whose face it is, as the map says."""
    return {header + ".h": folders[0] for folders, headers in rooms() for header in headers}


class Shape(unittest.TestCase):
    def test_the_top_level_is_what_it_was_laid_out_to_be(self):
        extra = {p.split("/")[0] for p in tracked()} - TOP
        self.assertEqual(sorted(e for e in extra if not e.startswith(".")), [])

    def test_the_core_opens_nothing_reads_no_clock_and_logs_nothing(self):
        library = os.path.join(BUILD, "libtamis-core.a")
        allowed = [re.compile(line.split("#")[0].strip() + "$") for line in
                   read("tests/shape/allowed_symbols.txt").splitlines() if line.split("#")[0].strip()]
        listing = subprocess.run(["nm", "-A", library], capture_output=True, text=True, check=True).stdout
        defined, wanted = set(), {}
        for line in listing.splitlines():
            parts = line.split()
            kind, name = parts[-2], parts[-1]
            if kind == "U":
                wanted.setdefault(name, parts[0])
            elif kind != "w":
                defined.add(name)
        self.assertGreater(len(wanted), 20)
        strange = ["%s (%s)" % (name, place) for name, place in sorted(wanted.items())
                   if name not in defined and not any(a.match(name) for a in allowed)]
        self.assertEqual(strange, [], "the core calls what it must not")

    def test_the_core_keeps_no_state(self):
        library = os.path.join(BUILD, "libtamis-core.a")
        listing = subprocess.run(["objdump", "-t", library], capture_output=True, text=True, check=True).stdout
        objects = re.findall(r"^\S+ .{6}O (\S+)\s+\S+ (?:\.hidden )?(\S+)$", listing, re.M)
        self.assertGreater(len(objects), 20)
        # .data.rel.ro is constant once the program is linked; DW.ref is the C++ run time's
        state = [name for section, name in objects
                 if re.match(r"\.(data|bss|tdata|tbss)|\*COM\*", section) and
                 not section.startswith(".data.rel.ro") and not name.startswith("DW.ref")]
        self.assertEqual(state, [], "writable data in the core")

    def test_the_library_shows_what_its_headers_declare_and_nothing_else(self):
        listing = subprocess.run(["nm", "-g", "--defined-only", os.path.join(BUILD, "libtamis.a")],
                                 capture_output=True, text=True, check=True).stdout
        shown = {line.split()[-1] for line in listing.splitlines() if len(line.split()) == 3}
        text = code_of("\n".join(read(path) for path in tracked("include/tamis")))
        inline = re.findall(r"static inline\b[^({;]*?\b(tms_\w+)\(", text)
        declared = set(re.findall(r"(?<!enum )\b(tms_\w+)\(", text)) - set(inline)
        self.assertGreater(len(shown), 100)
        self.assertEqual(sorted(shown - declared), [], "seen, but in no public header")
        self.assertEqual(sorted(declared - shown), [], "declared, but not in the library")

    def test_a_program_from_outside_links_the_library_alone(self):
        """Its private names, those of the C++ file among them, are settled inside."""
        program = os.path.join(BUILD, "outside")
        code = ('#include <tamis/listing.h>\n#include <stdio.h>\n'
                'int build_init(void);\nint build_init(void) { return 0; }\n'  # a name that is private inside
                'int main(void)\n{\n'
                '\tstruct tms_arena arena = { 0 };\n\tstruct tms_listing listing;\n'
                '\tstruct tms_str feed = TMS_STR("<rss version=\'2.0\'><channel><title>t</title><item><title>One</title>"\n'
                '\t\t"<link>https://a.example/1</link></item></channel></rss>");\n'
                '\tif (tms_listing_parse(&arena, feed, NULL, &listing, NULL) != TMS_OK)\n\t\treturn 1;\n'
                '\tprintf("%.*s\\n", TMS_STR_ARGS(listing.items[0].title));\n'
                '\ttms_arena_free(&arena);\n\treturn build_init();\n}\n')
        libraries = subprocess.run(["pkg-config", "--libs", "libxml-2.0", "jansson", "libutf8proc", "re2", "yaml-0.1",
                                    "libsodium", "zlib", "uuid", "uchardet"],
                                   capture_output=True, text=True, check=True).stdout.split()
        made = subprocess.run(["gcc", "-std=c11", "-Wall", "-Werror", "-I", "include", "-x", "c", "-", "-x", "none",
                               os.path.join(BUILD, "libtamis.a"), *libraries, "-lstemmer", "-lm", "-lstdc++", "-o", program],
                              cwd=ROOT, input=code, capture_output=True, text=True)
        self.assertEqual(made.returncode, 0, made.stderr)
        said = subprocess.run([program], capture_output=True, text=True)
        os.unlink(program)
        self.assertEqual((said.returncode, said.stdout), (0, "One\n"))

    def test_the_map_names_each_folder_and_each_public_header_once(self):
        self.assertEqual([folder for folders, _ in rooms() for folder in folders], LAYERS)
        headers = [header + ".h" for _, headers in rooms() for header in headers]
        self.assertEqual(sorted(headers), sorted(os.path.basename(p) for p in tracked("include/tamis")))

    def test_a_folder_has_no_more_files_than_one_can_look_over(self):
        crowded = ["%s has %d" % (folder, sum(p.endswith((".c", ".cc")) for p in tracked("src/" + folder)))
                   for folder in LAYERS if sum(p.endswith((".c", ".cc")) for p in tracked("src/" + folder)) > FOLDER_FILES_MAX]
        self.assertEqual(crowded, [])

    def test_includes_point_downwards(self):
        owner = layer_of_header()
        wrong = []
        for path in tracked("src"):
            match = re.match(r"src/(\w+)/", path)
            if not match or not re.search(r"\.(c|h|cc)$", path):
                continue
            here = LAYERS.index(match.group(1))
            for include in includes(path):
                name = include[1:]
                there = None
                if include.startswith("<tamis/"):
                    there = owner.get(name[6:])
                elif "/" in name and name.split("/")[0] in LAYERS:
                    there = name.split("/")[0]
                if there is not None and LAYERS.index(there) > here:
                    wrong.append("%s includes %s of %s" % (path, name, there))
        self.assertEqual(wrong, [])

    def test_the_core_includes_no_header_of_the_edges(self):
        wrong = ["%s: %s" % (path, include) for path in tracked("src", "include")
                 if path.split("/")[1] in CORE + ["tamis"] and re.search(r"\.(c|h|cc)$", path)
                 for include in includes(path) if include[1:].split("/")[0] in EDGES]
        self.assertEqual(wrong, [])

    def test_each_library_is_seen_by_its_own_files_only(self):
        wrong = []
        for path in tracked("src", "include"):
            if not re.search(r"\.(c|h|cc)$", path):
                continue
            place = re.sub(r"^src/", "", path)
            for include in includes(path):
                for library, allowed in LIBRARIES.items():
                    if re.match(library, include[1:]) and not re.search(allowed, place):
                        wrong.append("%s includes %s" % (path, include[1:]))
        self.assertEqual(wrong, [])

    def test_each_header_compiles_alone(self):
        for path in tracked("include", "src"):
            if not path.endswith(".h"):
                continue
            flags = subprocess.run(["pkg-config", "--cflags", "libevent_core", "libcurl", "hiredis", "libxml-2.0"],
                                   capture_output=True, text=True).stdout.split()
            done = subprocess.run(["gcc", "-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                                   "-I", "include", "-I", "src", "-I", os.path.dirname(path), *flags, "-x", "c", path],
                                  cwd=ROOT, capture_output=True, text=True)
            # the one warning that compiling a header brings by itself
            errors = [l for l in done.stderr.splitlines() if "error" in l and "pragma once" not in l]
            self.assertEqual(errors, [], path)

    def test_cpp_can_include_the_public_headers(self):
        text = "".join('#include "%s"\n' % path for path in tracked("include") if path.endswith(".h"))
        done = subprocess.run(["g++", "-std=c++17", "-D_GNU_SOURCE", "-fsyntax-only", "-I", "include", "-I", ".",
                               "-x", "c++", "-"], input=text, cwd=ROOT, capture_output=True, text=True)
        self.assertEqual([l for l in done.stderr.splitlines() if "error" in l], [])

    def test_files_and_functions_stay_small(self):
        wrong = []
        for path in tracked("src", "include", "tests/unit", "tests/fuzz"):
            if not re.search(r"\.(c|h|cc)$", path):
                continue
            lines = read(path).split("\n")
            limit = FILE_LINES_MAX if not path.startswith("tests/") else 800
            if len(lines) - 1 > limit:
                wrong.append("%s has %d lines" % (path, len(lines) - 1))
            begin = None
            for number, line in enumerate(lines, 1):
                if line == "{":
                    begin = number
                elif line == "}" and begin is not None:
                    if number - begin > FUNCTION_LINES_MAX and not path.startswith("tests/"):  # tables
                        wrong.append("%s:%d: a function of %d lines" % (path, begin, number - begin))
                    begin = None
        self.assertEqual(wrong, [])

    def test_functions_that_were_banned_are_not_called(self):
        wrong = ["%s:%d" % (path, number) for path in tracked("src", "include")
                 if re.search(r"\.(c|h|cc)$", path)
                 for number, line in enumerate(code_of(read(path)).split("\n"), 1) if re.search(BANNED, line)]
        self.assertEqual(wrong, [])

    def test_nothing_in_the_tree_names_a_path_of_one_machine(self):
        pattern = re.compile("|".join(["/" + "work/", "/" + "farm/", "/" + "root/"]))
        wrong = []
        for path in tracked():
            try:
                text = read(path)
            except UnicodeDecodeError:
                continue
            if pattern.search(text):
                wrong.append(path)
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
