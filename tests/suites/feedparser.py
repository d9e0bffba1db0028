"""feedparser's own cases: each file says in a comment what must hold, as a Python expression over what it read.

The expression is taken apart, never run. `A and B` asks for both; what is said of a field that our model does not have
(fields.tsv) is passed over, and a case of which nothing is left is not applicable.
"""
import ast
import os
import re

import meaning
import reading
from fields import Fields
from scores import Score

SUITES = {
    "feedparser/wellformed": "wellformed",
    "feedparser/illformed": "illformed",
    "feedparser/encoding": "encoding",
    "feedparser/entities": "entities",
    "feedparser/json": "json",
}
# Files of this beginning were served by a server of their own, and relative links are relative to that.
SERVED = "http://127.0.0.1:8097/tests/"


class Case:
    def __init__(self, path, name, expression, headers, url):
        self.path, self.name, self.expression = path, name, expression
        self.sent = headers.get("content-type", ""), url, headers.get("content-language", "")


def _decode(data):
    for mark, charset in ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"),
                          (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(charset, "replace")
    if b"\0" in data[:8]:
        for charset in ("utf-32-be", "utf-32-le", "utf-16-be", "utf-16-le"):
            text = data.decode(charset, "replace")
            if "Expect:" in text:
                return text
    return data.decode("utf-8", "surrogateescape")


def _case(path, name):
    with open(path, "rb") as stream:
        text = _decode(stream.read())
    expected = re.search(r"Expect:\s*(.*?)\s*-->", text, re.S)
    if not expected:
        return None
    headers = {key.lower(): value.strip() for key, value in re.findall(r"Header:[ \t]*([\w-]+):[ \t]*(.*)", text)}
    url = SERVED if "http" in os.path.basename(name) or headers else ""
    location = headers.get("content-location", "")
    if re.match(r"https?:", location):
        url = location
    elif location.startswith("/"):
        url = "http://127.0.0.1:8097" + location
    return Case(path, name, expected.group(1), headers, url)


def cases(corpus, folder):
    base = os.path.join(corpus, "suites", "feedparser", "tests")
    for place, _, names in sorted(os.walk(os.path.join(base, folder))):
        for name in sorted(names):
            path = os.path.join(place, name)
            case = _case(path, os.path.relpath(path, base))
            if case:
                yield case


# ---- our model as feedparser names it ----

def _first(*values):
    return next((value for value in values if value not in (None, "", [])), None)


def _detail(value, language=None):
    return {"value": value, "language": language}


def _person(author):
    return {"name": author.get("name"), "email": author.get("email"), "url": author.get("uri"),
            "href": author.get("uri")}


def _add_people(made, authors):
    if authors:
        made["author"] = authors[0]
        made["author_detail"] = _person(authors[0])
        made["authors"] = [_person(author) for author in authors]


def _add_tags(made, categories, keywords=()):
    made["tags"] = [dict(category, label=category.get("label")) for category in categories]
    made["tags"] += [{"term": keyword} for keyword in keywords]
    made["category"] = made["tags"][0]["term"] if made["tags"] else None


def _links(link, others):
    made = [dict(other) for other in others]
    is_own = link and all(other["href"] != link for other in made)  # an enclosure may be the page
    return ([meaning.main_link(link)] if is_own else []) + made


def _entry(item):
    long_text = {"html": item.get("content_html"), "text": item.get("summary", "")}
    has_text = item.get("content_html") or item.get("summary")
    text = long_text if has_text else None
    date = item.get("published")
    made = {
        "title": item.get("title"), "title_detail": _detail(item.get("title")),
        "link": item.get("link"), "id": item.get("upstream_id"), "guid": item.get("upstream_id"),
        "summary": text, "description": text, "summary_detail": _detail(text),
        "content": [dict(_detail(text, item.get("language")))] if text else [],
        "rights": item.get("rights"), "copyright": item.get("rights"), "rights_detail": _detail(item.get("rights")),
        "subtitle": text, "language": item.get("language"), "comments": item.get("discussion_url"),
        "image": {"href": item.get("thumbnail")} if item.get("thumbnail") else None,
        "media_thumbnail": [{"url": item["thumbnail"]}] if item.get("thumbnail") else [],
        "links": _links(item.get("link"), item.get("links", [])),
    }
    for name, value in (("published", date), ("created", date),
                        ("updated", _first(item.get("upstream_updated"), date))):
        made[name] = made[name + "_parsed"] = value
    made["enclosures"] = [dict(link, url=link["href"]) for link in item.get("links", []) if link["rel"] == "enclosure"]
    _add_people(made, item.get("authors"))
    _add_tags(made, item.get("categories", []), item.get("keywords", []))
    return made


def _feed(listing):
    made = {
        "link": listing.get("link"), "id": listing.get("id"), "guid": listing.get("id"),
        "language": listing.get("language"), "logo": listing.get("image"), "icon": listing.get("image"),
        "image": {"href": listing.get("image"), "url": listing.get("image")} if listing.get("image") else None,
        "generator": listing.get("generator"), "generator_detail": {"name": listing.get("generator")},
        "updated": listing.get("updated"), "updated_parsed": listing.get("updated"),
        "published": listing.get("updated"), "published_parsed": listing.get("updated"),
        "links": _links(listing.get("link"), listing.get("links", [])),
    }
    for names, value in ((("title",), listing.get("title")),
                         (("subtitle", "tagline", "description"), listing.get("subtitle")),
                         (("rights", "copyright"), listing.get("rights"))):
        for name in names:
            made[name], made[name + "_detail"] = value, _detail(value)
    _add_people(made, listing.get("authors"))
    _add_tags(made, listing.get("categories", []))
    return made


def view(listing):
    return {"feed": _feed(listing), "entries": [_entry(item) for item in listing["items"]]}


# ---- what an expression asks for ----

class NotUnderstood(Exception):
    """The expression has a form that this file does not know."""


def _steps(node):
    """entries[0]['title'] → ["entries", 0, "title"]."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return _steps(node.value) + [node.attr]
    if isinstance(node, ast.Subscript):
        step = ast.literal_eval(node.slice)
        return _steps(node.value) + [step]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "has_key"):
        return _steps(node.func.value) + [ast.literal_eval(node.args[0])]
    raise NotUnderstood(ast.unparse(node))


def _field(steps):
    text = ""
    for step in steps:
        text += "[]" if isinstance(step, int) else ("." if text else "") + str(step)
    return text


def _value(node):
    """A literal, or parts of one with + between them. Other values are of fields that we do not have."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _value(node.left) + _value(node.right)
    try:
        return ast.literal_eval(node)
    except ValueError:
        return ast.unparse(node)


def _walk(value, steps):
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


class Claims:
    """The claims of one expression that are about our model, each true or false of what was read."""

    def __init__(self, fields, read):
        self.fields, self.read = fields, read
        self.failed, self.count = [], 0

    def claim(self, field, holds, ours):
        """holds(kind) is asked only when the field is ours."""
        kind = None if ours is meaning.NOT_KEPT else self.fields.kind(field)
        if kind is None:
            return
        self.count += 1
        if not holds(kind):
            self.failed.append("%s is %.300r" % (field, ours))

    def take(self, node):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            for part in node.values:
                self.take(part)
        elif isinstance(node, ast.BoolOp):
            self._any(node.values)
        elif isinstance(node, ast.Compare):
            self._compare(node)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self._truth(node.operand, False)
        elif not isinstance(node, ast.Constant):  # a bare 1 says that reading must not crash
            self._truth(node, True)

    def _any(self, nodes):
        tries = []
        for node in nodes:
            tries.append(Claims(self.fields, self.read))
            tries[-1].take(node)
        self.count += max(one.count for one in tries)
        if not any(one.count and not one.failed for one in tries):
            self.failed += tries[0].failed

    def _truth(self, node, wanted):
        if isinstance(node, ast.Compare):  # not 'etag' in locals()
            self.claim(ast.unparse(node), lambda kind: False, None)
            return
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):  # isinstance(…)
            self.claim(node.func.id + "()", lambda kind: False, None)
            return
        steps = _steps(node)
        ours = _walk(self.read, steps)
        self.claim(_field(steps), lambda kind: bool(ours) == wanted, ours)

    def _compare(self, node):
        operator = node.ops[0]
        if isinstance(operator, (ast.In, ast.NotIn)):
            self.claim(ast.unparse(node), lambda kind: False, None)
            return
        expected = _value(node.comparators[-1])
        for left in [node.left] + node.comparators[:-1]:  # a == b == "text": both are the text
            self._one(left, isinstance(operator, (ast.Eq, ast.Is)), expected)

    def _one(self, left, is_equal, expected):
        if isinstance(left, ast.Call) and isinstance(left.func, ast.Name):
            steps, name = _steps(left.args[0]), left.func.id
            ours = _walk(self.read, steps)
            if name == "ord":
                self._equal(steps, ours, chr(expected))
            else:
                self.claim("%s(%s)" % (name, _field(steps)), lambda kind: len(ours or []) == expected, ours)
            return
        steps = _steps(left)
        ours = _walk(self.read, steps)
        if is_equal:
            self._equal(steps, ours, expected)
        else:
            self.claim(_field(steps), lambda kind: not meaning.same(kind, ours, expected), ours)

    def _equal(self, steps, ours, expected):
        if isinstance(expected, dict):
            for key, value in expected.items():
                self._equal(steps + [key], _walk(ours, [key]), value)
            return
        self.claim(_field(steps), lambda kind: meaning.same(kind, ours, expected), ours)


def run(corpus, suite):
    score, fields = Score(suite), Fields("feedparser")
    todo = list(cases(corpus, SUITES[suite]))
    found = reading.read((case.path, *case.sent) for case in todo)
    for case in todo:
        got = found[case.path]
        claims = Claims(fields, view(got["listing"]) if "listing" in got else {})
        claims.take(ast.parse(case.expression.replace("\n", " ").strip(), mode="eval").body)
        if claims.count == 0:
            score.not_applicable += 1
        elif claims.failed:
            score.fails(case.name, got.get("error") or "; ".join(claims.failed) + " but must be: " + case.expression)
        else:
            score.passes()
    return score
