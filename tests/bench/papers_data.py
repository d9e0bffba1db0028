"""Real papers of the corpus in the forms that upstreams list them in, and rules made of their words."""
import html
import json
import os
import subprocess
import time

from measure import CORPUS, ROOT, Failed, data, say, write

RULES = os.path.join(os.path.dirname(CORPUS), "bench", "rules.py")


def papers(count):
    path = os.path.join(CORPUS, "labelled", "hf-papers.jsonl")
    if not os.path.exists(path):
        raise Failed("the corpus is not here (%s): TAMIS_CORPUS names it" % CORPUS)
    with open(path, encoding="utf8") as lines:
        return [json.loads(line) for line, _ in zip(lines, range(count))]


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def hf_list(list_of_papers):
    """As huggingface.co/api/daily_papers writes it."""
    return json.dumps([{
        "paper": {"id": p["id"], "title": p["title"], "summary": p["abstract"], "authors": [{"name": "Ada Author"}],
                  "upvotes": p["upvotes"] or 0, "publishedAt": p["day"] + "T10:00:00.000Z",
                  "submittedOnDailyAt": p["day"] + "T00:00:00.000Z"},
        "title": p["title"], "numComments": p["comments"] or 0, "publishedAt": p["day"] + "T10:00:00.000Z"}
        for p in list_of_papers])


def atom(list_of_papers, now):
    """As arXiv writes it."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n<title>Papers</title>\n'
             '<id>http://upstream.example/feed</id>\n<link href="http://upstream.example/"/>\n<updated>%s</updated>\n' % stamp(now)]
    for i, p in enumerate(list_of_papers):
        parts.append('<entry>\n<id>http://arxiv.org/abs/%s</id>\n<title>%s</title>\n<updated>%s</updated>\n<published>%s</published>\n'
                     '<summary>%s</summary>\n<author><name>Ada Author</name></author>\n<link href="http://arxiv.org/abs/%s"/>\n</entry>\n'
                     % (p["id"], html.escape(p["title"]), stamp(now - 60 * i), stamp(now - 60 * i), html.escape(p["abstract"]), p["id"]))
    return "".join(parts) + "</feed>\n"


def rules_file(count, profile, seed=1):
    """Path of a file of rules, made once."""
    path = data("rules-%s-%d-%d.txt" % (profile, count, seed))
    if not os.path.exists(path):
        if not os.path.exists(RULES):
            raise Failed("the maker of rules is not here (%s)" % RULES)
        done = subprocess.run(["/usr/bin/python3", RULES, str(count), "--profile", profile, "--seed", str(seed)],
                              capture_output=True, cwd=ROOT)
        if done.returncode:
            raise Failed("rules.py failed: " + done.stderr.decode()[-200:])
        write(os.path.basename(path), done.stdout)
        say("made %d rules, profile %s" % (count, profile))
    return path
