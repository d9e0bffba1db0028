"""No answer silences a source: one 404 or 410 costs one rhythm, whoever restarts or reloads asks at once, and a shorter
`every` counts from the next moment."""
from origin import Answer, Origin
from service import Service, seconds

START = seconds("2026-03-02T06:00:00Z")
FEED = ('<rss version="2.0"><channel><title>x</title><item><guid isPermaLink="false">one</guid><title>One</title>'
        '<link>https://example.org/one</link></item></channel></rss>')
NAMES = ("missing", "gone", "broken")
STATUS = {"/missing": 404, "/gone": 410, "/broken": 500}
EVERY = 600


def play():
    is_back = True
    origin = Origin(lambda r: Answer(200, FEED) if is_back or r.path not in STATUS else Answer(STATUS[r.path], "no"))
    config = lambda every: "sources:\n" + "".join(
        '  %s: {url: "%s/%s", every: %ds}\n' % (name, origin.url, name, every) for name in NAMES)
    asked = lambda: [len(origin.asked("/" + name)) for name in NAMES]
    held = []

    def step(what, by=0, reload=None, restart=False):
        before = asked()
        if reload:
            service.write_config(config(reload))
            service.reload()
            service.settle()
        if restart:
            service.stop()
            service.start()
        service.advance(service.now + by)
        held.append((what, all(b > a for a, b in zip(before, asked()))))

    service = Service(config(EVERY), now=START)
    try:
        service.start()
        is_back = False
        step("the rhythm", EVERY)
        is_back = True
        step("one bad answer", EVERY)
        is_back = False
        for _ in range(100):  # long enough for every wait to be a day
            service.advance(service.now + 3 * EVERY)
        step("a reload", reload=EVERY)
        is_back = True
        step("a restart", restart=True)
        well = all(line.split("\t")[1] == "well" for line in service.get("/sources").text.splitlines())
        held.append(("well again", well))
        step("a shorter every", 60, reload=60)
        step("its rhythm", 60)
    finally:
        service.close()
        origin.close()
    short = [what for what, holds in held if not holds]
    return "%d of %d asked in time%s" % (len(held) - len(short), len(held), short and ", not: " + ", ".join(short) or ""), not short
