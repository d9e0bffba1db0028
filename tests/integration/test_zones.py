#!/usr/bin/env python3
"""Which day it is: every zone of the machine's database, as Python's zoneinfo reads it."""
import os
import subprocess
import sys
import unittest
import zoneinfo
from datetime import datetime, timedelta, timezone

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from papers import Papers, paper  # noqa: E402
from service import Service  # noqa: E402

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


def listed(number, at):
    return paper(number, submittedOnDailyAt=at)


class Days(unittest.TestCase):
    USERS = """
%s
users:
  ada: {%sfeeds: {day: {match: "published:2026-03-02"}, today: {match: "published:today"}}}
  bo: {time_zone: Asia/Tokyo, feeds: {day: {match: "published:2026-03-02"}}}
  cy: {time_zone: UTC, feeds: {day: {match: "published:2026-03-02"}}}
"""

    def setUp(self):
        self.papers = Papers()
        self.addCleanup(self.papers.close)
        self.papers.days = {"2026-03-02": [
            listed(1, "2026-03-01T14:00:00.000Z"), listed(2, "2026-03-01T16:00:00.000Z"),
            listed(3, "2026-03-02T12:00:00.000Z"), listed(4, "2026-03-03T06:00:00.000Z")]}

    def service(self, config):
        service = Service(self.papers.config() + config, now="2026-03-03T07:30:00Z")
        self.addCleanup(service.close)
        return service.start()

    def kept(self, service, feed):
        entries = service.get(service.addresses()[feed]).entries()
        return sorted(int(entry.id[-1]) for entry in entries)

    def test_a_day_begins_where_the_setting_says_of_all_and_of_one(self):
        service = self.service(self.USERS % ("time_zone: America/Los_Angeles", ""))
        self.assertEqual(self.kept(service, "ada/day"), [3, 4], "08:00 to 08:00 in UTC")
        self.assertEqual(self.kept(service, "bo/day"), [2, 3], "15:00 to 15:00 in UTC")
        self.assertEqual(self.kept(service, "cy/day"), [3])

    def test_today_ends_at_midnight_there(self):
        service = self.service(self.USERS % ("", "time_zone: America/Los_Angeles, "))
        self.assertEqual(self.kept(service, "ada/today"), [3, 4])
        service.advance("2026-03-03T07:59:59Z")
        self.assertEqual(self.kept(service, "ada/today"), [3, 4])
        service.advance("2026-03-03T08:00:00Z")
        self.assertEqual(self.kept(service, "ada/today"), [])

    def test_a_reload_takes_another_zone_over_and_keeps_the_address(self):
        service = self.service(self.USERS % ("", ""))
        address = service.addresses()["ada/day"]
        self.assertEqual(self.kept(service, "ada/day"), [3])
        service.write_config(self.papers.config() + self.USERS % ("time_zone: Asia/Tokyo", ""))
        service.reload()
        self.assertEqual(self.kept(service, "ada/day"), [2, 3])
        self.assertEqual(service.addresses()["ada/day"], address)

    def test_a_feed_that_left_the_file_keeps_its_zone_while_it_is_served(self):
        service = self.service(self.USERS % ("time_zone: Asia/Tokyo", ""))
        address = service.addresses()["ada/day"]
        service.write_config(self.papers.config() + "\nusers: {bo: {feeds: {x: {match: a}}}}\n")
        service.reload()
        service.stop()
        service.start()
        self.assertEqual(sorted(int(e.id[-1]) for e in service.get(address).entries()), [2, 3])

    def test_an_address_names_its_own_zone(self):
        service = self.service("")
        found = service.filter("published:2026-03-02@America/Los_Angeles").entries()
        self.assertEqual(sorted(int(e.id[-1]) for e in found), [3, 4])
        for name in ("Nowhere/Land", "../passwd", "Europe"):
            answer = service.filter("published:2026-03-02@" + name)
            self.assertEqual(answer.status, 400)
            self.assertIn(name, answer.text)

    def test_a_zone_that_is_none_is_an_error_at_its_place(self):
        service = Service(self.papers.config() + "\ntime_zone: Europe/Berln\n")
        self.addCleanup(service.close)
        done = service.run("check")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"tamis\.yaml:\d+:12: time_zone: there is no time zone \"Europe/Berln\"")


if __name__ == "__main__":
    unittest.main()
