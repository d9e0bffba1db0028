"""What Tamis writes of everything in the corpus: each document must be right by the schemas and by our own checks."""
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor

from scores import Score

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "integration"))
import check_atom  # noqa: E402
import check_json  # noqa: E402
import check_rss  # noqa: E402

SUITES = {"written/atom": "atom", "written/rss": "rss", "written/json": "json"}
CHECKS = {"atom": check_atom.check, "rss": check_rss.check, "json": check_json.check}
PROGRAM = os.path.join(os.path.dirname(os.environ.get("TAMIS_PROGRAM", "tamis")), "tests", "suites", "write_feeds")
JSON_SCHEMAS = ("jsonfeed-sonicdoe-schema-v1.1.json", "jsonfeed-1.1-aygp.schema.json")
_documents = {}


def files(corpus):
    for top in ("suites", "feeds-2026"):
        for folder, _, names in os.walk(os.path.join(corpus, top)):
            for name in names:
                if not name.startswith("_") and not name.endswith(".tsv"):
                    yield os.path.join(folder, name)


def documents(corpus):
    """{form: {path: document}}, written once for all suites."""
    if corpus in _documents:
        return _documents[corpus]
    found = {form: {} for form in CHECKS}
    with tempfile.TemporaryFile() as paths, tempfile.TemporaryFile() as written:
        paths.write("".join(path + "\n" for path in sorted(files(corpus))).encode("utf-8", "surrogateescape"))
        paths.seek(0)
        subprocess.run([PROGRAM], stdin=paths, stdout=written, check=True, timeout=300)
        written.seek(0)
        while line := written.readline():
            form, size, path = line.decode("utf-8", "surrogateescape").rstrip("\n").split(" ", 2)
            found[form][path] = written.read(int(size))
    _documents[corpus] = found
    return found


def _checked(argument):
    form, path, body, schemas = argument
    faults = CHECKS[form](body, bytes_max=550000)
    for schema in schemas:
        said = check_json.schema_faults(body, schema)
        faults += ["no python3-jsonschema to ask the schema with"] if said is None else said
    return path, faults


def relax_ng_faults(schema, bodies):
    """{path: what jing says of the document}."""
    faults = {}
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (path, body) in enumerate(bodies.items()):
            name = os.path.join(folder, "%d.xml" % number)
            names[name] = path
            with open(name, "wb") as stream:
                stream.write(body)
        done = subprocess.run(["jing", "-c", schema, *names], capture_output=True, timeout=300)
        for line in done.stdout.decode().splitlines():
            faults.setdefault(names.get(line.split(":", 1)[0], line), []).append(line.split(":", 1)[-1])
        if done.returncode not in (0, 1) or (done.returncode == 1 and not faults):
            raise RuntimeError("jing: " + done.stderr.decode()[-300:])
    return faults


def run(corpus, suite):
    form, score = SUITES[suite], Score(suite)
    bodies = documents(corpus)[form]
    schemas = [os.path.join(corpus, "schema", name) for name in JSON_SCHEMAS] if form == "json" else []
    faults = {}
    if form == "atom" and shutil.which("jing"):
        faults = relax_ng_faults(os.path.join(corpus, "schema", "atom-rfc4287.rnc"), bodies)
    with ProcessPoolExecutor(2) as workers:
        jobs = [(form, path, body, schemas) for path, body in bodies.items()]
        for path, more in workers.map(_checked, jobs, chunksize=64):
            faults.setdefault(path, []).extend(more)
    for path in bodies:
        if faults[path]:
            score.fails(os.path.relpath(path, corpus), "; ".join(faults[path][:5]))
        else:
            score.passes()
    return score
