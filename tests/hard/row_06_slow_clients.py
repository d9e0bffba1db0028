"""Half-sent requests fill every place, readers that do not read come too, and everybody else is answered."""
from origin import Answer, Origin
from service import LOCAL, Service, until
from slow import Crowd, Good, p99, raise_descriptors, resident_kb

CONNECTIONS = 1000
ASKED = 300
EACH_KB = 8

ITEMS = "".join("<item><title>Item %d</title><guid isPermaLink='false'>%d</guid><description>%s</description></item>" % (
    i, i, "words %d " % i * 40) for i in range(100))
FEED = "<rss version='2.0'><channel><title>t</title>%s</channel></rss>" % ITEMS


def world(limits):
    origin = Origin(lambda request: Answer(200, FEED))
    service = Service("sources: {s: {url: '%s/feed.xml'}}\n" % origin.url,
                      local=LOCAL.replace("limits: {", "limits: {%s, " % limits))
    service.start()
    return origin, service


def play():
    raise_descriptors(4096)
    origin, service = world("connections: %d, request_timeout: 60s" % CONNECTIONS)
    crowd = Crowd(service.port, "/filter.atom")
    try:
        good = Good(service.port, "/filter.atom?limit=5")
        for _ in range(20):
            good.ask()  # warm
        before, unloaded = resident_kb(service.process.pid), p99([good.ask() for _ in range(ASKED)])
        good.socket.close()
        crowd.add(100, kinds=("reader",))
        crowd.add(CONNECTIONS, kinds=("head", "body"))
        until(lambda: service.metrics()["tamis_http_connections"] >= CONNECTIONS - 2, "all places taken")
        crowd.add(200, kinds=("head",), sources=("127.0.0.2",))
        times, good = [], Good(service.port, "/filter.atom?limit=5")
        for i in range(ASKED):  # half of them on connections of their own: there is always room
            if i % 2:
                good.socket.close()
                good.connect()
            times.append(good.ask())
        each = (resident_kb(service.process.pid) - before) / CONNECTIONS
        errors, loaded = good.errors, p99(times)
        good.socket.close()
    finally:
        crowd.close()
        service.close()
        origin.close()
    figure = "%d of %d good requests unanswered beside %d slow connections of %.1f KB each; p99 %.1f ms, %.1f without" % (
        errors, ASKED, CONNECTIONS, each, loaded, unloaded)
    return figure, errors == 0 and each <= EACH_KB
