"""A 503 with Retry-After rests its address alone; a 429 rests its host, for every source of it, over a restart and on
redirects, a day at most."""
from origin import Answer, Origin
from service import Service, seconds

START = seconds("2026-03-02T06:00:00Z")
FEED = ('<rss version="2.0"><channel><title>x</title><item><guid isPermaLink="false">one</guid><title>One</title>'
        '<link>https://example.org/one</link></item></channel></rss>')
EVERY = 600


def play():
    answers = {"/well": Answer(200, FEED), "/busy": Answer(200, FEED)}
    origin = Origin(lambda r: answers.get(r.path, Answer(404, "not here")))
    there = origin.url.replace("127.0.0.1", "localhost")
    other = Origin(lambda r: Answer(302, "there", {"Location": there + "/well"}))
    config = "sources:\n" + "".join('  %s: {url: "%s", every: %ds}\n' % (name, url, EVERY) for name, url in (
        ("busy", there + "/busy"), ("well", there + "/well"), ("moved", other.url + "/")))
    asked = lambda *names: sum(len(origin.asked("/" + name)) for name in names)
    held = []

    def walk(to):
        while service.now < to:
            service.advance(min(service.now + EVERY, to))

    service = Service(config, now=START)
    try:
        service.start()
        answers["/busy"] = Answer(503, "busy", {"Retry-After": "7200"})
        walk(START + EVERY + 5)
        busy, well = asked("busy"), asked("well")
        walk(START + 4 * EVERY + 5)
        held.append(("503: its address rests", asked("busy") == busy))
        held.append(("503: the others do not", asked("well") >= well + 5))
        answers["/busy"] = Answer(429, "slow down", {"Retry-After": "31536000"})
        walk(START + 7200 + 2 * EVERY)
        until, everything = service.now, asked("busy", "well")
        shown = service.get("/sources").text
        held.append(("429: all its sources say so", shown.count("asks for a pause until") == 3))
        walk(until + 3 * EVERY)
        service.stop()
        service.start()
        walk(until + 6 * EVERY)
        held.append(("429: the host rests, on redirects and over a restart", asked("busy", "well") == everything))
        answers["/busy"] = Answer(200, FEED)
        service.advance(until + 86400 + EVERY)
        held.append(("429: a day at most", asked("busy", "well") > everything and "\till\t" not in service.get("/sources").text))
    finally:
        service.close()
        origin.close()
        other.close()
    short = [what for what, holds in held if not holds]
    return "%d of %d pauses kept%s" % (len(held) - len(short), len(held), short and ", not: " + ", ".join(short) or ""), not short
