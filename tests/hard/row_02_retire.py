"""Entries that their source lists all the time stay, whatever rests, dies or is wrong about the time."""
from origin import Answer, Origin
from service import Service, seconds

DAY = 86400
START = seconds("2026-03-01T06:00:00Z")
ITEMS = 10


class Upstream:
    """A feed of ten entries, beside one of its early ones that it soon drops; dead when told."""

    def __init__(self):
        self.is_dead, self.drops = False, False
        self.origin = Origin(self.answer)

    def answer(self, request):
        if self.is_dead:
            return Answer(503, "down")
        ids = list(range(ITEMS)) + ([] if self.drops else ["dropped"])
        return Answer(200, '<rss version="2.0"><channel><title>t</title>%s</channel></rss>' % "".join(
            '<item><title>Entry %s</title><guid isPermaLink="false">%s</guid></item>' % (i, i) for i in ids))


def kept(service):
    return sum(entry.title != "Entry dropped" for entry in service.filter().entries())


def was_asked_again(service):
    """The pause of a failing list is over: its next try has been made, and was answered."""
    for _ in range(3):
        service.advance(service.now + DAY + 3600)


def rest(upstream, service):
    service.stop()
    service.set_clock(START + 31 * DAY + 12)
    service.start()


def die(upstream, service):
    upstream.is_dead = True
    for day in range(1, 32, 5):
        service.advance(START + day * DAY)
    upstream.is_dead = False
    service.advance(START + 32 * DAY)
    was_asked_again(service)


def leap(upstream, service):
    """The clock is a month ahead for twelve seconds, then a month behind, with a start in between."""
    service.advance(START + 31 * DAY)
    service.advance(START + 31 * DAY + 12)
    service.advance(START + 60)
    service.stop()
    service.set_clock(START - 31 * DAY)
    service.start()
    service.advance(START + 7200)


def play():
    figures, holds = [], True
    for what in (rest, die, leap):
        upstream = Upstream()
        service = Service('sources: {s: {url: "%s/feed", every: 1h}}\n' % upstream.origin.url, now=START)
        try:
            service.start()
            upstream.drops = True
            service.advance(START + 3600)
            what(upstream, service)
            figures.append("%s %d" % (what.__name__, kept(service)))
            holds &= kept(service) == ITEMS
            for _ in range(4):  # what is dropped does leave, or keeping the others is no feat
                service.advance(service.now + 31 * DAY if _ == 0 else service.now + DAY)
            holds &= kept(service) == ITEMS and len(service.filter().entries()) == ITEMS
        finally:
            service.close()
            upstream.origin.close()
    return "%s of %d kept" % (", ".join(figures), ITEMS), holds
