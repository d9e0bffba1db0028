"""Row 1: while a large page is read, another source is read; a stop does not wait; after it that page is not the first."""
import time

from busy import Busy, feed
from service import until


def play():
    busy = Busy(drain_s=0)
    try:
        service = busy.start()
        until(lambda: busy.titles() == {"Of small"}, "the small page")
        overtaken = busy.is_reading()
        begin = time.monotonic()
        service.stop()
        stopped_s = time.monotonic() - begin
        was_cut_off = "a page is still being read" in service.log()
        busy.pages["/large"] = feed(("large", "short"))
        service.start()
        until(lambda: busy.titles() == {"Of small"}, "the small page again")
        asked = len(busy.origin.asked("/large"))
    finally:
        busy.close()
    figure = "overtaken %s, ended in %.1f s while a page was read %s, asked at once after the start %d times" % (
        "yes" if overtaken else "no", stopped_s, "yes" if was_cut_off else "no", asked - 1)
    return figure, overtaken and was_cut_off and stopped_s < 2 and asked == 1
