"""The manual pages: well made, and complete by what the program itself says."""
import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "deploy" / "man"
PROGRAM = Path(os.environ.get("TAMIS_PROGRAM") or ROOT / "build-tests" / "plain" / "tamis")


def say(*words):
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=20, check=True)
    return done.stdout


def commands():
    listed = say("--help").split("Commands:\n", 1)[1].split("\n\n", 1)[0]
    return re.findall(r"^  ([a-z]+)  ", listed, re.MULTILINE)


def options_of_help(command):
    """Both spellings: {"-c", "--config", "--now", …}."""
    return {
        word
        for line in re.findall(r"^  (?:-\w, |    )--[a-z-]+", say("help", command), re.MULTILINE)
        for word in line.replace(",", " ").split()
    }


def sections():
    """Command → the text of its subsection in tamis.1."""
    text = (PAGES / "tamis.1").read_text()
    body = re.search(r"^\.Sh COMMANDS\n(.*?)^\.Sh ", text, re.MULTILINE | re.DOTALL).group(1)
    parts = re.split(r"^\.Ss (.*)\n", body, flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2]))}


def options_of_section(text):
    found = set()
    for item in re.findall(r"^\.It (Fl .*)$", text, re.MULTILINE):
        found |= {"--" + name for name in re.findall(r"Fl Fl ([a-z-]+)", item)}
        found |= {"-" + letter for letter in re.findall(r"Fl (\w)(?= |$)", item)}
    return found


class Form(unittest.TestCase):
    @unittest.skipUnless(shutil.which("mandoc"), "skipped: no mandoc to check the pages with")
    def test_mandoc_finds_nothing_to_warn_of(self):
        pages = sorted(PAGES.iterdir())
        self.assertEqual([p.name for p in pages], ["tamis-query.7", "tamis-recipe.5", "tamis-topics.5", "tamis.1", "tamis.yaml.5"])
        for page in pages:
            with self.subTest(page.name):
                done = subprocess.run(
                    ["mandoc", "-T", "lint", "-W", "warning", page],
                    capture_output=True, text=True, timeout=20, check=False)
                # says something of the clock of this machine, not of the page
                told = [line for line in (done.stdout + done.stderr).splitlines()
                        if "date in the future" not in line]
                self.assertEqual(told, [])

    def test_the_build_installs_every_page(self):
        build = (ROOT / "meson.build").read_text()
        for page in PAGES.iterdir():
            self.assertIn(f"'deploy/man/{page.name}'", build)


@unittest.skipUnless(PROGRAM.exists(), f"skipped: no program at {PROGRAM} to compare the pages with")
class Completeness(unittest.TestCase):
    def test_every_command_has_its_section(self):
        self.assertLessEqual({"check", "describe"}, set(commands()))
        self.assertEqual(set(commands()) - set(sections()), set())

    def test_the_options_of_a_command_are_those_of_its_section(self):
        written = sections()
        common = options_of_section(written[""])
        self.assertEqual(common, {"-h", "--help"})
        for command in commands():
            if command == "help":
                continue
            with self.subTest(command):
                self.assertEqual(
                    options_of_section(written[command]) | common, options_of_help(command))

    def test_every_setting_stands_with_its_default(self):
        page = (PAGES / "tamis.yaml.5").read_text().replace("\\&", "")
        written = dict(re.findall(r"^\.It Cm (\S+)(?: No = Ql (.*))?$", page, re.MULTILINE))
        listed = dict(re.findall(
            r"^([a-z][A-Za-z_.]*)(?: = (.*))?\n    ", say("describe"), re.MULTILINE))
        self.assertGreater(len(listed), 50)
        self.assertEqual(written, listed)

    def test_every_variable_of_the_page_of_commands_is_one(self):
        named = set(re.findall(r"TAMIS_[A-Z_]+\b", (PAGES / "tamis.1").read_text()))
        known = set(re.findall(r"TAMIS_[A-Z_]+", say("describe"))) | {"TAMIS_CONFIG", "TAMIS_"}
        self.assertEqual(named - known, set())


if __name__ == "__main__":
    unittest.main()
