"""The examples of the documentation, run."""
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
        explained = subprocess.run([PROGRAM, *shlex.split(commands[1])[1:]], cwd=ROOT, capture_output=True, text=True)
        verdicts = sorted(line.split("\t")[0] for line in explained.stdout.splitlines())
        self.assertEqual(verdicts, ["drop", "drop", "keep"])

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
