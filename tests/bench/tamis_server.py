"""A running Tamis for the bench: the real program, one source of real papers, feeds of several people."""
import http.client
import os
import re
import shutil
import subprocess
import urllib.parse

from measure import BUILD, Failed, data, start, stop, until

PROGRAM = os.path.join(BUILD, "tamis")


def knows(setting):
    """Does this build have the setting?"""
    return setting in subprocess.run([PROGRAM, "describe"], capture_output=True, text=True).stdout


class Tamis:
    def __init__(self, name, config, core="0", keep=False):
        self.name, self.folder = name, data("tamis-" + name)
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder, exist_ok=True)
        self.config_path = os.path.join(self.folder, "tamis.yaml")
        with open(self.config_path, "w") as file:
            file.write('listen: "127.0.0.1:0"\npublic_url: "http://feeds.example.org"\ndata_dir: "%s/data"\n'
                       'allow_networks: ["127.0.0.0/8"]\n%s' % (self.folder, config))
        self.process = start([PROGRAM, "serve", "-c", self.config_path], "tamis-%s.log" % name, core)
        self.port = until(self.listening, "listening (see tamis-%s.log)" % name)

    def listening(self):
        with open(data("tamis-%s.log" % self.name), errors="replace") as file:
            text = file.read()
        if self.process.poll() is not None:
            raise Failed("the service ended: " + text[-300:])
        found = re.search(r" listening .*port=(\d+)", text)
        return int(found.group(1)) if found else None

    def get(self, path, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def ready(self, patience=60):
        until(lambda: self.get("/readyz")[0] == 200, "ready", patience)
        return self

    def addresses(self):
        """Paths of all feeds of persons, by USER/FEED."""
        done = subprocess.run([PROGRAM, "feeds", "-c", self.config_path], capture_output=True, text=True)
        if done.returncode:
            raise Failed("the feeds cannot be listed: %s" % done.stderr[-200:])
        lines = [line.split("\t") for line in done.stdout.splitlines()]
        return {line[0]: urllib.parse.urlsplit(line[1]).path for line in lines}

    def address(self, feed):
        found = self.addresses().get(feed)
        if not found:
            raise Failed("there is no feed %s" % feed)
        return found

    def anonymous_bytes(self):
        with open("/proc/%d/status" % self.process.pid) as file:
            return int(re.search(r"RssAnon:\s+(\d+)", file.read()).group(1)) * 1024

    def stop(self):
        stop(self.process)


def threads(count):
    """The setting for so many serving loops, where this build has it."""
    return "serve_threads: %d\n" % count if knows("serve_threads") else ""
