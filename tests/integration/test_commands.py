"""Commands that speak to the running service, and where it keeps what they find it by."""
import os
import subprocess
import tempfile
import unittest

from service import PROGRAM


def clean(**more):
    return dict({k: v for k, v in os.environ.items() if not k.startswith(("TAMIS_", "XDG_", "STATE_"))}, **more)


class Places(unittest.TestCase):
    def serve(self, folder, user=None, **env):
        config = os.path.join(folder, "tamis.yaml")
        if not os.path.exists(config):
            with open(config, "w") as file:
                file.write('listen: "127.0.0.1:0"\nlog: {level: error}\n')
        return subprocess.run([PROGRAM, "serve", "-c", config], capture_output=True, text=True, timeout=60,
                              env=clean(**env), user=user)

    def test_a_folder_that_cannot_be_made_is_told_with_its_setting(self):
        with tempfile.TemporaryDirectory() as folder:
            done = self.serve(folder, TAMIS_DATA_DIR="/proc/tamis/data")
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr, "the folder /proc/tamis cannot be made: .*; the setting data_dir names another")

    def test_somebody_who_is_not_root_has_a_place_of_their_own(self):
        somebody = 65534 if os.geteuid() == 0 else None
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            # a file stands in the way, so the folder that is wanted is told
            with open(os.path.join(folder, "x"), "w"):
                pass
            try:
                state = self.serve(folder, somebody, XDG_STATE_HOME=folder + "/x/state", HOME=folder)
                home = self.serve(folder, somebody, XDG_STATE_HOME="state", HOME=folder + "/x/home")
            except PermissionError:
                self.skipTest("the program cannot be run by another user here")
        self.assertIn(folder + "/x/state cannot be made", state.stderr)
        self.assertIn(folder + "/x/home cannot be made", home.stderr)


if __name__ == "__main__":
    unittest.main()
