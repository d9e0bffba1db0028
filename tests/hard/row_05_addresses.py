"""Row 5: no address costs others more than some milliseconds, and none is worked for when its client has left."""
import socket
import struct
import threading

from service import until
from sets import Sets, WORDS

HEAD = 8000  # the longest address that is read
DEAREST = " ".join("(%s OR \"%s %s\")" % (WORDS[i], WORDS[i + 1], WORDS[i + 2]) for i in range(60))


def filled(first, part, last=""):
    return first + part * ((HEAD - len(first) - len(last)) // len(part)) + last


ADDRESSES = [
    filled("/?source=", "a,"),
    filled("/?", "source=a&"),
    filled("/filter.atom?source=", "a,"),
    filled("/explain?source=s1&match=", "%28"),
    filled("/?source=s1&", "x=%41&"),
    "/?source=s1&match=nothing+at+all+%22of+this+kind%22",
    "/explain?source=s1,s2,s3,s4&match=" + DEAREST.replace(" ", "+").replace('"', "%22"),
    "/explain?source=s1,s2,s3,s4,s5&match=agents&format=summary",
    "/explain?source=s2,s3&match=agents&format=jsonl",
    "/filter.json?source=s3,s4,s5&limit=1000",
    "/filter.rss?source=s5&match=upvotes%3E0+OR+-survey",
    "/sources", "/recipes", "/",
]


def leave(port, path):
    """Ask, and be gone before the answer: a reset, as of a program that was ended."""
    client = socket.create_connection(("127.0.0.1", port))
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.sendall(("GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % path).encode())
    client.close()


def play():
    with Sets(more="", limits="sets_bytes: 16MB") as sets:
        service = sets.service
        before, cpu, statuses = sets.resident(), sets.cpu_s(), []
        for path in ADDRESSES:
            statuses.append(service.get(path).status)
        cost = (sets.cpu_s() - cpu) / len(ADDRESSES)
        longest = service.metrics()["tamis_turn_longest_microseconds"] / 1000
        steps = service.metrics()["tamis_turns_total"]
        asked = [threading.Thread(target=leave, args=(service.port, sets.address(0xff0 + i))) for i in range(15)]
        for thread in asked:
            thread.start()
        for thread in asked:
            thread.join()
        until(lambda: service.metrics()["tamis_turns_waiting"] == 0, "nothing is under way")
        left = service.metrics()["tamis_requests_left_total"]
        grown = (sets.resident() - before) / (1 << 20)
    with Sets(more="", limits="") as sets:
        sets.service.write_config(sets.config + "\nfilter_addresses: off\n")
        sets.service.reload()
        cpu = sets.cpu_s()
        off = {sets.service.get(ADDRESSES[0]).status for _ in range(20)}
        cost_off = (sets.cpu_s() - cpu) / 20
    holds = (statuses == [200, 200, 400] + [200] * 11 and off == {200} and longest < 10 and cost < 0.2
             and cost_off < 0.02 and left > 0 and grown < 40)
    return ("longest piece %.1f ms of %d, %.0f ms of CPU an address, %.1f with filter addresses off, %d of 15 that left "
            "given up, %.0f MB more" % (longest, steps, 1000 * cost, 1000 * cost_off, left, grown)), holds
