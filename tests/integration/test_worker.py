"""What happens while a page is read for long: others are read, a stop does not wait, an attempt has been counted."""
import signal
import unittest

from busy import Busy, feed
from service import until


class Worker(unittest.TestCase):
    def busy(self, **how):
        busy = Busy(**how)
        self.addCleanup(busy.close)
        return busy

    def test_a_page_that_takes_long_is_overtaken_by_the_others(self):
        busy = self.busy()
        busy.start()
        until(lambda: busy.titles() == {"Of small"}, "the small page")
        self.assertTrue(busy.is_reading())

    def test_a_stop_does_not_wait_for_a_page_beyond_its_time(self):
        busy = self.busy(drain_s=0)
        service = busy.start()
        process = service.process
        service.stop()  # with exit status 0
        self.assertEqual(process.returncode, 0)
        self.assertIn("a page is still being read", service.log())
        self.assertTrue(busy.is_reading(), "the attempt is counted")

    def test_a_page_that_the_process_ended_over_waits_after_the_start(self):
        busy = self.busy()
        service = busy.start()
        service.stop(signal.SIGKILL)
        before = len(busy.origin.asked("/small"))
        busy.pages["/large"] = feed(("large", "short"))
        service.start()
        until(lambda: busy.titles() == {"Of small"}, "the small page")
        self.assertGreater(len(busy.origin.asked("/small")), before)
        self.assertEqual(len(busy.origin.asked("/large")), 1, "it is not asked again at once")
        self.assertEqual(busy.state("large")["state"]["failures"], 1)
        self.assertIn("the service ended while it read", service.run("health", "--verbose").stdout +
                      service.get("/").text)
        service.advance(service.now + 120)
        self.assertEqual(len(busy.origin.asked("/large")), 2)
        until(lambda: busy.titles() == {"Of small", "Of large"}, "both pages")
        self.assertEqual(busy.state("large")["state"]["failures"], 0)
        self.assertFalse(busy.is_reading())

    def test_a_page_that_was_read_counts_no_attempt(self):
        busy = self.busy()
        busy.pages["/large"] = feed(("large", "short"))
        busy.begun.set()
        service = busy.service.start()
        until(lambda: busy.titles() == {"Of small", "Of large"}, "both pages")
        service.stop()
        self.assertFalse(busy.is_reading())
        self.assertEqual(busy.state("large")["state"]["failures"], 0)


if __name__ == "__main__":
    unittest.main()
