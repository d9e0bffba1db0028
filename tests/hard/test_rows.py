"""What Tamis promises when things are hard: each short row of rows.py is a test."""
import unittest

import rows


class Hard(unittest.TestCase):
    pass


def played(row):
    def test(self):
        figure, holds = row.play()
        print("\nscore %s: %s" % (row.label, figure), flush=True)
        self.assertTrue(holds, figure)
    return test


for row in rows.all_rows():
    if not row.is_long:
        setattr(Hard, "test_%s_%s" % (row.number, row.what), played(row))

if __name__ == "__main__":
    unittest.main()
