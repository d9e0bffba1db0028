"""The examples of the documentation, run."""
import json
import os
import re
import shlex
import subprocess
import tempfile
import unittest

from service import PROGRAM

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


class Documentation(unittest.TestCase):
    def test_both_commands_stand_first_in_the_readme(self):
        blocks = re.findall(r"```sh\n(.*?)```", read("README.md"), re.S)
        self.assertEqual([b.strip() for b in blocks[:2]], ["sh deploy/quickstart.sh", "sh tests/run.sh"])

    def test_the_shell_examples_of_the_readme_run(self):
        commands = re.findall(r"^\$ (tamis .*)$", read("README.md"), re.M)
        self.assertGreaterEqual(len(commands), 3)
        for command in commands:
            words = shlex.split(command)
            done = subprocess.run([PROGRAM, *words[1:]], cwd=ROOT, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, command + "\n" + done.stderr)
            self.assertIn("Agents that mend their own tools", done.stdout, command)
        for command in (c for c in commands if c.startswith("tamis explain ")):
            explained = subprocess.run([PROGRAM, *shlex.split(command)[1:]], cwd=ROOT, capture_output=True, text=True)
            verdicts = sorted(line.split("\t")[0] for line in explained.stdout.splitlines())
            self.assertEqual(verdicts, ["drop", "drop", "keep"], command)

    def test_the_recipe_of_the_readme_and_the_manual_finds_what_they_say(self):
        recipe = read("tests/fixtures/readme/shelf.yaml")
        self.assertEqual(re.findall(r"```recipe\n(.*?)```", read("README.md"), re.S), [recipe])
        self.assertIn(recipe.replace("\\", "\\e"), read("deploy/man/tamis-recipe.5"))
        done = subprocess.run([PROGRAM, "recipe", "test", "-o", "json", "tests/fixtures/readme/shelf.yaml",
                               "tests/fixtures/readme/shelf.html"], cwd=ROOT, capture_output=True, text=True)
        report = json.loads(done.stdout)
        self.assertEqual((report["items"], report["used"], report["left_out"]), (3, 2, 1))
        found = {field["name"]: (field["found"], field["missed"], field["unread"]) for field in report["fields"]}
        self.assertEqual(found["title"], (2, 1, 0))
        self.assertEqual(found["date"], (1, 1, 1))
        self.assertEqual(found["summary"], (2, 1, 0))
        self.assertEqual(report["next_page"], "https://shelf.example/new?page=2")

    def test_the_configurations_of_the_documentation_are_right(self):
        examples = re.findall(r"```yaml\n(.*?)```", read("README.md"), re.S) + [read("conf/tamis.yaml")]
        for example in examples:
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                file.write(example)
                file.flush()
                done = subprocess.run([PROGRAM, "check", "-c", file.name], capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_rule_of_the_readme_can_be_read(self):
        table = re.findall(r"^\| (`.*?`) \|", read("README.md"), re.M)
        rules = [rule for row in table for rule in re.findall(r"`([^`]+)`", row) if not rule.startswith("rule:")]
        self.assertGreater(len(rules), 8)
        for rule in rules:
            done = subprocess.run([PROGRAM, "address", "-m", rule], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, rule + "\n" + done.stderr)

    def test_every_folder_of_the_code_is_on_the_map(self):
        map_ = read("src/README.md")
        for name in sorted(os.listdir(os.path.join(ROOT, "src"))):
            if os.path.isdir(os.path.join(ROOT, "src", name)):
                self.assertIn("`%s`" % name, map_)


if __name__ == "__main__":
    unittest.main()
