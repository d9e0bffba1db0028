#!/usr/bin/env python3
"""Which day it is: every zone of the machine's database, as Python's zoneinfo reads it."""
import os
import subprocess
import unittest
import zoneinfo
from datetime import datetime, timedelta, timezone

PROGRAM = os.path.join(os.path.dirname(os.environ.get("TAMIS_PROGRAM", "tamis")), "tests", "suites", "write_zones")
FIRST, LAST, STEP = datetime(2026, 1, 1, tzinfo=timezone.utc), datetime(2028, 1, 1, tzinfo=timezone.utc), 45271
EARLY, LATE, LONG_STEP = datetime(1995, 1, 1, tzinfo=timezone.utc), datetime(2060, 1, 1, tzinfo=timezone.utc), 13333337


def path_of(name):
    for folder in zoneinfo.TZPATH:
        path = os.path.join(folder, *name.split("/"))
        if os.path.isfile(path):
            return path
    return None


def midnight(zone, day):
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


class Zones(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.zones = {name: path_of(name) for name in sorted(zoneinfo.available_timezones()) if path_of(name)}

    def differences(self, first, last, step):
        given = "".join("%s %s\n" % pair for pair in self.zones.items())
        done = subprocess.run([PROGRAM, str(int(first.timestamp())), str(int(last.timestamp())), str(step)],
                              input=given, capture_output=True, text=True, timeout=120)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        zones, looked, wrong = {}, 0, []
        for line in done.stdout.splitlines():
            name, *numbers = line.split(" ")
            t, *got = map(int, numbers)
            zone = zones.setdefault(name, zoneinfo.ZoneInfo(name))
            local = datetime.fromtimestamp(t, zone)
            want = [int(local.utcoffset().total_seconds()), midnight(zone, local),
                    midnight(zone, local + timedelta(days=1))]
            looked += 1
            if got != want:
                wrong.append((name, t, got, want))
        self.assertGreater(looked, 100 * len(self.zones))
        return wrong

    def test_all_zones_over_two_years_are_as_python_reads_them(self):
        self.assertGreater(len(self.zones), 400)
        self.assertEqual(self.differences(FIRST, LAST, STEP)[:5], [])

    def test_the_rule_behind_the_last_change_goes_on_as_python_reads_it(self):
        self.assertEqual(self.differences(EARLY, LATE, LONG_STEP)[:5], [])


if __name__ == "__main__":
    unittest.main()
