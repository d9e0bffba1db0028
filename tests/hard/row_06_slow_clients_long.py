"""Ten thousand slow connections: good requests go on as before, all slow ones end at their deadline, memory comes back."""
import time

from row_06_slow_clients import world
from slow import Crowd, Good, p99, raise_descriptors, resident_kb
from service import until

is_long = True
SLOW = 10000
ASKED = 4000
TIMES = 3
MORE_KB = 80000
WRITE_S = 60  # that an answer may take to be taken


def measure(good, service=None, crowd=None):
    times = []
    for _ in range(ASKED):
        times.append(good.ask())
        if crowd and len(times) % 200 == 0:
            crowd.look()
    return p99(times)


def play():
    raise_descriptors(16000)
    origin, service = world("connections: 12000, request_timeout: 30s, connections_per_address: 100000")
    crowd = Crowd(service.port, "/filter.atom")
    try:
        good = Good(service.port, "/filter.atom?limit=5")
        measure(good)
        before, unloaded = resident_kb(service.process.pid), measure(good)
        crowd.add(SLOW)
        until(lambda: service.metrics()["tamis_http_connections"] >= SLOW, "all slow connections")
        begun = time.monotonic()
        loaded = measure(good)
        most = resident_kb(service.process.pid)
        # while they all end: half heads and bodies, then readers
        ending = []
        while service.metrics()["tamis_http_connections"] > 10 and time.monotonic() - begun < WRITE_S + 30:
            ending += [good.ask() for _ in range(200)]
            most = max(most, resident_kb(service.process.pid))
            crowd.look()
            time.sleep(0.05)
        left = service.metrics()["tamis_http_connections"]
        took, slow_bytes = time.monotonic() - begun, service.metrics()["tamis_http_slow_bytes"]
        after = resident_kb(service.process.pid)
        errors = good.errors
    finally:
        crowd.close()
        service.close()
        origin.close()
    figure = ("%d slow: p99 %.2f ms, while they end %.2f, without them %.2f; %d errors; %.1f MB more, %.1f after; "
              "%d left after %d s" % (SLOW, loaded, p99(ending), unloaded, errors, (most - before) / 1000,
                                      (after - before) / 1000, left, took))
    return figure, (errors == 0 and max(loaded, p99(ending)) <= TIMES * unloaded and most - before < MORE_KB and
                    after - before < MORE_KB / 4 and left <= 10 and slow_bytes == 0)
