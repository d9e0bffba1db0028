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


if __name__ == "__main__":
    unittest.main()
