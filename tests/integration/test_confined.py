"""What the program itself gives away when somebody gets into it: as little as the system lets it."""
import os
import subprocess
import unittest

from service import PROGRAM, Service

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Confined(unittest.TestCase):
    def test_a_running_service_leaves_no_core_and_gains_no_rights(self):
        with Service("sources: {papers: {file: %s/fixtures/readme/papers.json}}" % TESTS) as service:
            with open("/proc/%d/limits" % service.process.pid) as file:
                core = next(line for line in file if line.startswith("Max core file size"))
            with open("/proc/%d/status" % service.process.pid) as file:
                rights = next(line for line in file if line.startswith("NoNewPrivs"))
        self.assertEqual(core.split()[4:6], ["0", "0"])
        self.assertEqual(rights.split()[1], "1")

    def test_addresses_are_random_and_settled_at_the_start(self):
        said = subprocess.run(["readelf", "-hdW", PROGRAM], capture_output=True, text=True, check=True).stdout
        self.assertIn("DYN", said)
        self.assertIn("BIND_NOW", said)

    def test_the_checks_of_the_c_library_are_on(self):
        symbols = subprocess.run(["readelf", "--dyn-syms", "-W", PROGRAM], capture_output=True, text=True, check=True).stdout
        self.assertIn("__asan_init" if "__asan_init" in symbols else "_chk@", symbols)


if __name__ == "__main__":
    unittest.main()
