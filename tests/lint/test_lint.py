"""What static analysis says of the code: nothing, or it is answered at the line."""
import os
import subprocess
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(os.environ.get("TAMIS_BUILD", os.path.join(ROOT, "build-tests")), "plain")


class Lint(unittest.TestCase):
    def test_cppcheck_is_quiet(self):
        done = subprocess.run(["cppcheck", "--enable=warning,performance,portability", "--inline-suppr", "--quiet", "--std=c11",
                               "--error-exitcode=1", "-j2", "-Iinclude", "-Isrc", "src"], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr.strip()), (0, ""))

    def test_clang_tidy_is_quiet(self):
        files = subprocess.run(["git", "ls-files", "src/*.c"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
        self.assertGreater(len(files), 50)
        done = subprocess.run(["xargs", "-P2", "-n8", "clang-tidy", "-p", BUILD, "--quiet"], cwd=ROOT, capture_output=True, text=True,
                              input="\n".join(files))
        findings = [line for line in done.stdout.splitlines() if " warning: " in line or " error: " in line]
        self.assertEqual(findings, [])


if __name__ == "__main__":
    unittest.main()
