"""The quick start beside a running one: nothing is touched, nothing deleted, one signal, and wrong words said first."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.request

from service import PROGRAM, until

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRIPT = os.path.join(ROOT, "deploy", "quickstart.sh")
WRONG = (["--match", "a AND (b"], ["--match", '"open'], ["--port", "70000"], ["--port", "x"], ["--port", "0"],
         ["--source", "nowhere.json"], ["--source", "ftp://example.org/feed"])


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def listing(folder, name, title):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        json.dump([{"paper": {"id": "2601.0000%d" % len(name), "title": title, "summary": "x", "upvotes": 1, "authors": []},
                    "publishedAt": "2026-01-01T00:00:00.000Z", "title": title}], file)
    return path


def lasting(folder):
    """What is there for good: not sockets, not what SQLite takes away when it closes."""
    return {os.path.relpath(os.path.join(at, f), folder) for at, _, files in os.walk(folder) for f in files
            if os.path.isfile(os.path.join(at, f)) and not f.endswith(("-wal", "-shm"))}


def keys(folder):
    return {f: pathlib.Path(folder, f).read_bytes() for f in lasting(folder) if f.endswith("instance.key")}


def is_over(pid):
    try:
        with open("/proc/%d/stat" % pid) as file:
            return file.read().split(") ")[1][0] == "Z"
    except FileNotFoundError:
        return True


def command(port, source, match, folder, *more):
    return ["sh", SCRIPT, "--program", os.path.abspath(PROGRAM), "--folder", folder, "--port", str(port), "--source", source,
            "--match", match, *more]


def run(words, **more):
    return subprocess.run(words, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, **more)


def page(port):
    with urllib.request.urlopen("http://127.0.0.1:%d/filter.atom?source=listing" % port, timeout=10) as answer:
        return answer.read().decode()


def end(pid):
    os.kill(pid, signal.SIGTERM)
    until(lambda: is_over(pid), "ending of %d" % pid)


def detached(words):
    done = run(words)
    assert done.returncode == 0, done.stderr
    return int(re.search(r"as process (\d+)", done.stdout).group(1)), done.stdout


def second_start_touches_nothing(folder):
    port, one, two = free_port(), listing(folder, "a.json", "One list"), listing(folder, "bb.json", "Another list")
    kept = os.path.join(folder, "kept")
    pid, told = detached(command(port, one, "list", kept, "--detach"))
    before, key = lasting(kept), keys(kept)
    try:
        done = run(command(port, two, "another", kept, "--detach"))
        yield done.returncode == 1 and str(pid) in done.stderr and "http://127.0.0.1:%d/" % port in done.stderr
        yield before <= lasting(kept) and keys(kept) == key and len(key) == 1 and "One list" in page(port)
    finally:
        end(pid)
    pid, told = detached(command(port, two, "another", kept, "--detach"))
    try:
        yield "Another list" in page(port) and "One list" not in page(port)
        yield before <= lasting(kept) and key.items() <= keys(kept).items()
    finally:
        end(pid)


def interrupt_is_one_signal(folder):
    """As the terminal sends it: to every process of the group."""
    port, kept = free_port(), os.path.join(folder, "interrupted")
    child = subprocess.Popen(command(port, listing(folder, "c.json", "One list"), "list", kept), stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, start_new_session=True, stdin=subprocess.DEVNULL)
    for line in child.stdout:
        if "Ctrl-C" in line:
            break
    os.killpg(child.pid, signal.SIGINT)
    code = child.wait(timeout=60)
    child.stdout.close()
    with open(next(os.path.join(kept, f) for f in os.listdir(kept) if f.startswith("log"))) as file:
        log = file.read()
    yield code == 130 and "stopped" in log and "stopping at once" not in log


def wrong_words_come_first(folder):
    """In a clone where nothing was built, so that the script has to say so by itself."""
    clone = os.path.join(folder, "clone")
    shutil.copytree(os.path.join(ROOT, "deploy"), os.path.join(clone, "deploy"))
    # whatever the script would install or build with is not to be reached
    stubs = os.path.join(folder, "stubs")
    os.makedirs(stubs)
    for name in ("apt-get", "dpkg-query", "meson", "ninja"):
        with open(os.path.join(stubs, name), "w") as file:
            file.write("#!/bin/sh\necho reached >>%s/reached\nexit 1\n" % folder)
        os.chmod(os.path.join(stubs, name), 0o755)
    env = dict(os.environ, PATH=stubs + ":" + os.environ["PATH"])
    for words in WRONG:
        done = run(["sh", os.path.join(clone, "deploy", "quickstart.sh"), *words], env=env)
        yield done.returncode == 2 and words[0] in done.stderr and not os.path.exists(os.path.join(folder, "reached"))
        if done.returncode != 2:
            print(words, done)


def play():
    with tempfile.TemporaryDirectory(prefix="tamis-hard-") as folder:
        seen = [fact for part in (second_start_touches_nothing, interrupt_is_one_signal, wrong_words_come_first)
                for fact in part(folder)]
    return "%d of %d promises" % (sum(seen), len(seen)), all(seen)
