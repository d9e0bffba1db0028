"""What is written of files names files that there are."""
import re
import unittest

from test_shape import read, tracked

# Files of others, and names that stand for any.
OTHERS = re.compile(r"^(openssl|hiredis|shared)/|^tests/unit/area/name_test\.c$")
NAMED = re.compile(r"(?<![\w./<*$-])((?:[a-z_]\w*/)*[a-z_]\w*\.(?:c|h|cc|py|sh))\b(?![\w/*])")


def prose(path):
    """What a person reads in the file beside its code."""
    text = read(path)
    if path.endswith(".md"):
        return "\n".join(a or b for a, b in re.findall(r"`([^`]+)`|\]\(([^)\s]+)\)", text))
    if re.search(r"\.(c|h|cc)$", path):
        return "\n".join(re.findall(r"/\*.*?\*/|//[^\n]*", text, re.S))
    return "\n".join(re.findall(r"#.*", text))


class Docs(unittest.TestCase):
    def test_files_that_texts_and_comments_name_exist(self):
        known = set()
        for path in tracked():
            parts = path.split("/")
            known |= {"/".join(parts[i:]) for i in range(len(parts))}
        self.assertGreater(len(known), 1000)
        wrong = ["%s names %s" % (path, name)
                 for path in tracked("README.md", "src", "include", "tests", ".github", "deploy", "conf")
                 if not path.startswith("tests/fixtures") and re.search(r"\.(md|c|h|cc|py|sh|build|yaml)$", path)
                 for name in NAMED.findall(prose(path)) if name not in known and not OTHERS.search(name)]
        self.assertEqual(wrong, [])

    def test_each_file_opens_with_what_it_is(self):
        """In itself, whatever its header says."""
        silent = [path for path in tracked("src", "include")
                  if re.search(r"\.(c|h|cc)$", path) and not read(path).startswith("/*")]
        self.assertEqual(silent, [])

    def test_each_public_function_has_its_contract(self):
        """A comment over it, or over the lines that it stands among."""
        bare = []
        for path in tracked("include/tamis"):
            commented = False
            for block in re.split(r"\n\s*\n", read(path)):
                names = re.findall(r"^(?![\s/*#]|typedef|extern).*?\b(tms_\w+)\(", block, re.M)
                alone = re.fullmatch(r"\s*/\*.*\*/\s*", block, re.S)
                if names and not commented and "/*" not in block.split(names[0] + "(")[0]:
                    bare += ["%s: %s" % (path, name) for name in names]
                commented = bool(alone)
        self.assertEqual(bare, [])


if __name__ == "__main__":
    unittest.main()
