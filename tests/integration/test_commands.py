"""Commands that speak to the running service, and where it keeps what they find it by."""
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import unittest

from origin import Answer, Origin
from service import PROGRAM, Service, seconds, until

START = "2026-03-02T06:00:00Z"
HOUR = 3600
BROKEN = "users:\n\tana: {}\n"


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


def listing(*names):
    item = "<item><guid isPermaLink='false'>%s</guid><title>%s</title><link>https://example.org/%s</link></item>"
    return Answer(200, '<rss version="2.0"><channel><title>x</title>' + "".join(item % (n, n, n) for n in names) +
                  "</channel></rss>", {"Content-Type": "application/rss+xml"})


class Commands(unittest.TestCase):
    CONFIG = """
sources:
  blog: {url: "%(url)s/", every: 1h}
  news: {url: "%(url)s/news", every: 1h}
users: {ana: {feeds: {vision: {sources: [blog], match: vision}}}}
"""

    def setUp(self):
        self.pages = {"/": listing("vision", "agents", "a", "b", "c", "d"), "/news": listing("n")}
        self.origin = Origin(lambda request: self.pages.get(request.target, Answer(404, "not here")))
        self.addCleanup(self.origin.close)
        self.config = self.CONFIG % {"url": self.origin.url}
        self.service = Service(self.config)
        self.addCleanup(self.service.close)
        self.service.start()
        self.write(self.config)  # now with the port
        self.assertEqual(self.service.run("reload").returncode, 0)

    def write(self, config):
        self.service.write_config(config)

    def say(self, command, *words, code=0):
        done = self.service.run(command, *words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def asked(self, target):
        return sum(1 for request in self.origin.asked() if request.target == target)

    # ---- reload

    def test_a_reload_says_what_it_has_changed(self):
        self.assertEqual(self.say("reload").stdout,
                         "the configuration was read again; no setting, source, rule or feed differs\n")
        self.write(self.config.replace("match: vision", "match: vision OR agents").replace("news:", "later:") +
                   "serve_threads: 3\n")
        done = self.say("reload")
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.stdout, "the configuration was read again:\n"
                         "serve_threads: changed; takes effect at the next start\n"
                         "source later: added\nsource news: removed\n"
                         "feed ana/vision: changed; of what it kept 1 stay and 0 leave, 1 come\n")
        self.assertIn("agents", [e.title for e in self.service.get(self.service.addresses()["ana/vision"]).entries()])

    def test_notes_of_queries_are_told_once_by_a_reload_and_its_log(self):
        mixed = self.config.replace("match: vision", "match: vision OR agents a")
        begin = len(self.service.log())
        self.write(mixed)
        note = "feed ana/vision: what stands side by side binds closer than OR; this is read as: vision OR (agents a)"
        self.assertRegex(self.say("reload").stdout, r"\nnote: \S*tamis.yaml:\d+:\d+: " + re.escape(note) + ",")
        self.write(mixed + "\nrules: {other: a}\n")
        self.assertNotIn("note:", self.say("reload").stdout)
        log = self.service.log()[begin:]
        self.assertEqual(log.count("a query is worth a look"), 1)
        self.assertRegex(log, 'query=.?feed ana/vision.*place=\\S*tamis.yaml:\\d+:\\d+ note=.*vision OR')
        begin = len(self.service.log())
        self.service.stop()
        self.service.start()
        self.assertEqual(self.service.log()[begin:].count("a query is worth a look"), 1, "a start begins anew")

    def test_a_feed_that_goes_is_told_with_its_last_day_and_comes_back_by_was(self):
        address = self.service.addresses()["ana/vision"]
        self.write(self.config.replace("vision: {", "pictures: {"))
        self.assertEqual(self.say("reload").stdout, "the configuration was read again:\nfeed ana/pictures: added\n"
                         "feed ana/vision: removed; its address is served until 2026-03-09T06:00:00Z, "
                         "and stays if another feed says `was: vision`\n")
        self.service.advance("2026-03-08T06:00:00Z")
        self.write(self.config.replace("vision: {", "pictures: {was: vision, "))
        self.assertIn("feed ana/pictures: renamed; it was vision, and keeps its address\n", self.say("reload").stdout)
        self.assertEqual(self.service.addresses(), {"ana/pictures": address})
        self.service.advance("2026-04-08T06:00:00Z")
        self.assertEqual(self.service.get(address).status, 200)

    def test_a_was_that_comes_too_late_is_told(self):
        self.write(self.config.replace("vision: {", "pictures: {"))
        self.say("reload")
        self.service.advance("2026-03-10T06:00:00Z")
        self.write(self.config.replace("vision: {", "pictures: {was: vision, "))
        self.assertIn("feed ana/pictures: changed; too late for `was`: the address of vision is over\n",
                      self.say("reload").stdout)

    def test_a_lost_key_is_told_and_the_old_one_brings_the_addresses_back(self):
        address, key = self.service.addresses()["ana/vision"], self.service.folder + "/data/instance.key"
        self.service.stop()
        os.rename(key, key + ".old")
        self.service.start()
        self.assertNotEqual(self.service.get(address).status, 200)
        self.assertIn("1 feed of the store had addresses made with another instance key", self.say("health").stderr)
        self.assertIn("another instance key", self.service.get("/").text)
        self.service.stop()
        os.rename(key + ".old", key)
        self.service.start()
        self.assertEqual(self.service.get(address).status, 200)

    def test_a_refused_file_is_told_wherever_somebody_asks_and_fails_no_health(self):
        self.write(self.config + BROKEN)
        done = self.say("reload", code=1)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"tamis.yaml:\d+:1: .*stands here twice|tamis.yaml:\d+:1: a tab")
        self.assertIn("nothing was changed: the configuration before stays in force\n", done.stderr)
        told = "tamis.yaml was refused at %s (1 error); the configuration before it stays in force." % START
        done = self.say("health")
        self.assertEqual(done.stdout.splitlines()[0], "ok")
        self.assertEqual(done.stderr.splitlines()[0], told)
        self.assertRegex(done.stderr.splitlines()[1], r"tamis.yaml:\d+:1: ")
        self.assertEqual(len(done.stderr.splitlines()), 2, "said once")
        self.assertEqual(self.service.get("/sources").text.splitlines()[-1], "the service\twarned\t\t" + told)
        self.assertIn('<p class="ill">%s</p>' % told, self.service.get("/").text)
        self.assertEqual(self.service.get("/healthz").status, 200)
        self.assertEqual(self.say("health", "--ready").stdout, "ready\n")
        # what is wrong may name what a file holds: that is for its owner
        self.assertNotIn("tamis.yaml:", self.service.get("/").text + self.service.get("/sources").text)
        self.write(self.config)
        self.say("reload")
        self.assertEqual(self.say("health").stderr, "")
        self.assertNotIn("warning", self.service.get("/sources").text)

    def test_a_signal_is_a_reload_too(self):
        self.write(self.config + BROKEN)
        self.service.reload()
        self.assertIn(" was refused at ", self.say("health").stderr)

    def test_a_file_that_would_be_refused_is_told_before_it_is(self):
        self.write(self.config + BROKEN)
        done = self.say("health")
        self.assertIn("tamis.yaml would be refused; the service goes on with what it has read\n", done.stderr)
        self.assertRegex(done.stderr, r"tamis.yaml:\d+:1: ")
        os.remove(self.service.config_path)  # as in the moment of an editor's rename
        done = subprocess.run([PROGRAM, "health", "-c", self.service.config_path], capture_output=True, text=True,
                              env=clean(TAMIS_DATA_DIR=self.service.folder + "/data"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("cannot be opened", done.stderr)

    def test_feeds_work_by_what_the_service_has_while_the_file_is_refused(self):
        before = self.say("feeds").stdout
        self.write(self.config.replace("vision: {", "other: {") + BROKEN)
        done = self.say("feeds")
        self.assertEqual(done.stdout, before)
        self.assertIn("is refused; this is by the configuration that the running service has", done.stderr)
        self.assertNotEqual(self.say("feeds", "rotate", "ana/vision").stdout, before)
        self.service.stop()
        self.assertEqual(self.say("feeds", code=1).stdout, "")

    # ---- sources

    def test_a_named_source_is_asked_again_and_no_other(self):
        asked = self.asked("/"), self.asked("/news")
        self.assertIn("blog: Asked again at 06:00:01 UTC.", self.say("refresh", "blog").stdout, "limits.min_interval")
        self.service.set_clock(seconds(START) + 60)
        self.service.settle()
        done = self.say("refresh", "blog")
        self.assertTrue(done.stdout.startswith("blog: "), done.stdout)
        until(lambda: self.asked("/") > asked[0], "asked again")
        self.service.settle()
        self.assertEqual(self.asked("/news"), asked[1])

    def test_without_a_name_what_is_ill_is_asked_again(self):
        self.assertIn("no source is ill", self.say("refresh").stdout)
        self.pages["/news"] = Answer(500, "broken")
        self.service.advance(seconds(START) + 2 * HOUR)
        well, ill = self.asked("/"), self.asked("/news")
        self.assertEqual(self.say("refresh").stdout.split(":")[0], "news")
        until(lambda: self.asked("/news") > ill, "asked again")
        self.service.settle()
        self.assertEqual(self.asked("/"), well)

    def test_an_unknown_source_is_named_and_none_is_asked(self):
        asked = self.asked("/")
        done = self.say("refresh", "blog", "blgo", code=1)
        self.assertEqual(done.stderr, 'there is no source "blgo" in the configuration in force\nthere are: blog, news\n')
        self.assertIn('"Blog!" is no name of a source', self.say("refresh", "Blog!", code=1).stderr)
        self.say("release", "blgo", code=1)
        self.say("release", code=2)
        self.assertEqual(self.asked("/"), asked)

    def test_held_items_are_let_in_by_their_owner(self):
        self.assertEqual(self.say("release", "blog").stdout, "blog: no items are held\n")
        item = lambda id, title: {"id": id, "url": "https://huggingface.co/papers/" + id, "title": title, "content_text": "x"}
        feed = lambda *items: Answer(200, json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "x",
                                                      "items": items}), {"Content-Type": "application/feed+json"})
        self.pages["/papers"] = feed(*(item("2602.%05d" % i, "vision %d" % i) for i in range(6)))
        self.write(self.config.replace("sources:", 'sources:\n  s: {url: "%s/papers", every: 1h}' % self.origin.url, 1)
                   .replace("[blog]", "[s]"))
        self.say("reload")
        self.service.settle()
        self.pages["/papers"] = feed(item("1", "vision of another kind"))
        self.service.advance(seconds(START) + 2 * HOUR)
        titles = lambda: {entry.title for entry in self.service.get(address).entries()}
        address = self.service.addresses()["ana/vision"]
        self.assertEqual(len(titles()), 6, "it is held")
        self.assertEqual(self.say("release", "s").stdout, "s: 1 held item was released\n")
        self.service.settle()
        self.assertIn("vision of another kind", titles())

    # ---- the door

    def hear(self, door):
        heard = b""
        try:  # what was too much is not read, and the connection is then reset behind the answer
            while piece := door.recv(65536):
                heard += piece
        except ConnectionResetError:
            pass
        return heard

    def test_without_a_service_commands_say_where_they_looked(self):
        self.service.stop()
        for command in (["reload"], ["refresh"], ["release", "blog"]):
            done = self.say(*command, code=3)
            self.assertEqual(done.stderr, "tamis: no service runs over %s/data (data_dir)\n" % self.service.folder)

    def test_a_service_that_was_killed_leaves_nothing_in_the_way(self):
        self.service.stop(signal.SIGKILL)
        self.assertTrue(os.path.exists(self.service.folder + "/data/control"))
        self.say("reload", code=3)
        self.service.start()
        self.say("reload")
        self.service.stop()
        self.assertFalse(os.path.exists(self.service.folder + "/data/control"))

    @unittest.skipUnless(os.geteuid() == 0, "skipped: only root can be somebody else")
    def test_somebody_else_may_ask_for_health_by_its_address_and_change_nothing(self):
        env = clean(TAMIS_DATA_DIR=self.service.folder + "/data", TAMIS_LISTEN="127.0.0.1:%d" % self.service.port)
        ask = lambda command: subprocess.run([PROGRAM, command], capture_output=True, text=True, env=env, user=65534,
                                             cwd="/", timeout=60)
        try:
            health, reload = ask("health"), ask("reload")
        except PermissionError:
            self.skipTest("the program cannot be run by another user here")
        self.assertEqual((health.returncode, health.stdout.splitlines()[0]), (0, "ok"), health.stderr)
        self.assertEqual(reload.returncode, 3)
        self.assertIn("/data/control cannot be asked: Permission denied", reload.stderr)

    def test_a_second_service_over_the_same_folder_is_refused(self):
        done = subprocess.run([PROGRAM, "serve", "-c", self.service.config_path], capture_output=True, text=True,
                              env=clean(TAMIS_LISTEN="127.0.0.1:0"), timeout=60)
        self.assertEqual(done.returncode, 3)
        self.assertIn("another Tamis (process %d) works in %s/data;" % (self.service.process.pid, self.service.folder),
                      done.stderr)
        self.say("health")

    def test_the_door_is_for_its_owner_and_takes_no_nonsense(self):
        self.assertEqual(os.stat(self.service.folder + "/data/control").st_mode & 0o777, 0o600)
        answers = []
        for request in (b"GET / HTTP/1.1\r\n\r\n", b"\xff\x00\n", b"[" * 70000, b'{"v":1,"do":"reload"}\n{}\n', b"{"):
            with socket.socket(socket.AF_UNIX) as door:
                door.settimeout(20)
                door.connect(self.service.folder + "/data/control")
                door.sendall(request)
                door.shutdown(socket.SHUT_WR)
                answers.append(self.hear(door))
        self.assertTrue(all(a.startswith(b"err this is no request: ") and a.endswith(b"exit 2\n") for a in answers[:4]),
                        answers)
        self.assertEqual(answers[4], b"", "it never ended")
        self.say("health")


if __name__ == "__main__":
    unittest.main()
