"""What the program reads in many files, by few runs of it: `tamis read -o jsonl`."""
import json
import os
import subprocess
from collections import defaultdict

PROGRAM = os.environ.get("TAMIS_PROGRAM", "tamis")
FILES_A_RUN = 500


def _run(paths, content_type, url, language):
    command = [PROGRAM, "read", "-o", "jsonl"]
    command += ["--content-type", content_type] if content_type else []
    command += ["--url", url] if url else []
    command += ["--content-language", language] if language else []
    done = subprocess.run(command + ["--"] + paths, capture_output=True, timeout=300)
    lines = done.stdout.decode().splitlines()
    if done.returncode not in (0, 1) or done.stderr or len(lines) != len(paths):
        raise RuntimeError("%s … %s: status %d, %d lines for %d files, %s" % (
            " ".join(command), paths[0], done.returncode, len(lines), len(paths), done.stderr.decode()[-300:]))
    for path, line in zip(paths, lines):
        value = json.loads(line)
        if value["file"] != path:
            raise RuntimeError("the line of %s is about %s" % (path, value["file"]))
        yield path, value


def read(files):
    """files: (path, Content-Type or "", URL or ""), perhaps a Content-Language behind them. Returns {path: {"listing": …} or {"error": …}}."""
    groups = defaultdict(list)
    for path, content_type, url, *language in files:
        groups[content_type, url, "".join(language)].append(path)
    read_so_far = {}
    for headers, paths in groups.items():
        for at in range(0, len(paths), FILES_A_RUN):
            read_so_far.update(_run(paths[at:at + FILES_A_RUN], *headers))
    return read_so_far
