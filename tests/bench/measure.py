"""How the bench measures: pinned programs, CPU time by the kernel's count, medians, and what others used meanwhile."""
import os
import re
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("TAMIS_BENCH") or os.path.join(ROOT, "build-bench")
CORPUS = os.environ.get("TAMIS_CORPUS") or os.path.join(os.path.dirname(ROOT), "shared", "corpus")
WORK = os.path.join(BUILD, "bench-data")
TICK = os.sysconf("SC_CLK_TCK")
SERVER_CORE, LOAD_CORE = "0", "1" if (os.cpu_count() or 1) > 1 else "0"
children = []  # servers that are running


class Failed(Exception):
    """A measure that could not be taken; its rows say so."""


def say(text):
    print("# " + text, flush=True)


def program(name):
    return os.path.join(BUILD, "tests", "bench", name)


def data(name):
    os.makedirs(WORK, exist_ok=True)
    return os.path.join(WORK, name)


def npm_folder(script):
    """A folder with that script of peers/ and the libraries that package-lock.json names."""
    folder = data("node")
    os.makedirs(folder, exist_ok=True)
    for name in ("package.json", "package-lock.json", script):
        shutil.copy(os.path.join(HERE, "peers", name), folder)
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise Failed("npm ci failed: " + (done.stdout + done.stderr).strip()[-300:])
    return folder


def write(name, text):
    path = data(name)
    with open(path, "wb" if isinstance(text, bytes) else "w") as file:
        file.write(text)
    return path


def spread(values, unit=""):
    """`median (least to most, of n)`; what a person needs to judge a figure."""
    return "%.4g %s (%.4g to %.4g, %d rounds)" % (statistics.median(values), unit, min(values), max(values), len(values))


def run_program(arguments, timeout=300, core=LOAD_CORE):
    """Lines name<TAB>value<TAB>unit of one of our programs, as a dict; its # lines are passed on."""
    try:
        done = subprocess.run(["taskset", "-c", core, *arguments], capture_output=True, text=True, timeout=timeout)
        out, problem = done.stdout, done.stderr.strip() if done.returncode else ""
    except subprocess.TimeoutExpired as late:
        out = (late.stdout or b"").decode()
        problem = "it had not ended after %d s; what it had measured by then counts" % timeout
    values = {}
    for line in out.splitlines():
        parts = line.split("\t")
        if line.startswith("#"):
            say(line[1:].strip())
        elif len(parts) >= 2:
            values[parts[0]] = float(parts[1])
    if problem:
        say("%s: %s" % (os.path.basename(arguments[0]), problem))
    return values


def start(arguments, log, core=SERVER_CORE, **more):
    with open(data(log), "wb") as file:
        process = subprocess.Popen((["taskset", "-c", core] if core else []) + arguments, stdin=subprocess.DEVNULL,
                                   stdout=file, stderr=file, **more)
    children.append(process)
    return process


def stop(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    children.remove(process)


def family(pid):
    """A process and all that it started."""
    found = [pid]
    for parent in found:
        try:
            with open("/proc/%d/task/%d/children" % (parent, parent)) as file:
                found += [int(child) for child in file.read().split()]
        except OSError:
            pass
    return found


def cpu_of(processes):
    """CPU seconds that these processes and their children have used."""
    total = 0
    for process in processes:
        for pid in family(process.pid):
            try:
                with open("/proc/%d/stat" % pid) as file:
                    fields = file.read().rsplit(")", 1)[1].split()
                total += int(fields[11]) + int(fields[12])
            except OSError:
                pass
    return total / TICK


def machine_busy():
    with open("/proc/stat") as file:
        user, nice, system, idle, wait, irq, softirq, steal = [int(x) for x in file.readline().split()[1:9]]
    return (user + nice + system + irq + softirq) / TICK, steal / TICK


class Foreign:
    """CPU that neither we nor our servers used, since it was made, as a share of one core."""

    def __init__(self):
        self.began, (self.busy, self.steal), self.own = time.monotonic(), machine_busy(), self.ours()

    @staticmethod
    def ours():
        times = os.times()
        return times.user + times.system + times.children_user + times.children_system + cpu_of(
            [process for process in children if process.poll() is None])

    def text(self):
        busy, steal = machine_busy()
        wall = max(time.monotonic() - self.began, 1e-9)
        others = max(busy - self.busy - (self.ours() - self.own), 0) / wall * 100
        return "others used %.0f %% of a core, steal %.1f %%, over %.0f s" % (others, (steal - self.steal) / wall * 100, wall)


def wrk(port, path, headers=(), seconds=2, connections=32, threads=1, core=LOAD_CORE):
    """(requests per second, requests, latency p99 in ms) of one run."""
    more = [part for header in headers for part in ("-H", header)]
    done = subprocess.run((["taskset", "-c", core] if core else []) +
                          ["wrk", "-t%d" % threads, "-c%d" % connections, "-d%ds" % seconds, "--latency", *more,
                           "http://127.0.0.1:%d%s" % (port, path)], capture_output=True, text=True)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    count = re.search(r"(\d+) requests in", done.stdout)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
    if not rate or not count or int(count.group(1)) == 0:
        raise Failed("wrk measured nothing: " + (done.stdout + done.stderr).strip()[-200:])
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout)
    errors = re.search(r"Socket errors: (.*)", done.stdout)
    if bad or errors:
        raise Failed("answers were wrong: " + (bad or errors).group(0))
    return float(rate.group(1)), int(count.group(1)), float(p99.group(1)) * {"us": 1e-3, "ms": 1, "s": 1e3}[p99.group(2)]


def cost(processes, port, path, headers=(), **load):
    """CPU microseconds of the server per request, under load."""
    before = cpu_of(processes)
    rate, count, p99 = wrk(port, path, headers, **load)
    return (cpu_of(processes) - before) / count * 1e6, rate, p99


def machine():
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*:\s*(.*)", file.read())
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) >> 20
    with open("/etc/os-release") as file:
        system = re.search(r'PRETTY_NAME="(.*)"', file.read())
    say("machine: %d CPUs, %s, %d GiB, %s, kernel %s" % (os.cpu_count(), model.group(1) if model else "unknown", memory,
                                                     system.group(1) if system else "", os.uname().release))
    say("versions: " + ", ".join(filter(None, (first_line(command) for command in (
        ["gcc", "--version"], ["nginx", "-v"], ["wrk", "-v"], ["node", "--version"], ["php", "--version"],
        ["redis-server", "--version"], ["git", "-C", ROOT, "log", "-1", "--format=tamis %h"])))))
    say("buildtype release; servers on core %s, load on core %s, programs on core %s" % (SERVER_CORE, LOAD_CORE, LOAD_CORE))


def first_line(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return None
    lines = (done.stdout + done.stderr).splitlines()
    return lines[0][:70].strip() if lines else None


def until(condition, what, patience=30):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise Failed("it did not happen within %d s: %s" % (patience, what))


def end_children():
    for process in list(children):
        try:
            stop(process)
        except (OSError, subprocess.SubprocessError) as problem:
            print("bench: %s" % problem, file=sys.stderr)
