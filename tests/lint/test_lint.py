"""What static analysis says of the code: nothing, or it is answered at the line."""
import os
import subprocess
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Lint(unittest.TestCase):
    def test_cppcheck_is_quiet(self):
        done = subprocess.run(["cppcheck", "--enable=warning,performance,portability", "--inline-suppr", "--quiet", "--std=c11",
                               "--error-exitcode=1", "-j2", "-Iinclude", "-Isrc", "src"], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr.strip()), (0, ""))


if __name__ == "__main__":
    unittest.main()
