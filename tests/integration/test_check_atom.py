#!/usr/bin/env python3
"""check_atom.py finds each fault that it is there to find."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_atom  # noqa: E402

ENTRY = """<entry xml:lang="en">
<id>https://arxiv.org/abs/1</id><title type="text">One</title>
<updated>2026-03-01T00:00:00.5Z</updated><published>2026-03-01T00:00:00Z</published>
<link rel="alternate" type="text/html" href="https://x.org/1"/>
<author><name>Ana</name></author><category term="cs.CL"/>
<content type="html">&lt;p&gt;A &lt;a href="https://x.org/"&gt;b&lt;/a&gt;&lt;br&gt;&lt;/p&gt;</content>
</entry>
"""
GOOD = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>urn:uuid:0</id><title type="text">T</title><updated>2026-03-01T00:00:00.5Z</updated>
<author><name>Tamis</name></author>
<link rel="self" type="application/atom+xml" href="https://x.org/f.atom"/>
""" + ENTRY + "</feed>\n"

# what is replaced, by what, and a word of the sentence that must come
FAULTS = [
    ("<title type=\"text\">One", "<title type=\"text\"><![CDATA[One]]>", "CDATA"),
    (">One<", ">&lt;b<rss/><", "<rss"),
    ("<title type=\"text\">One</title>", "", "<title>"),
    (">One<", "> One<", "clean line"),
    (">One<", ">One\ntwo<", "clean line"),
    (">One<", "><", "empty"),
    (">One<", ">One\u0085<", "character"),
    (">One<", ">One\ufffd<", "character"),
    ("type=\"text\">One", "type=\"html\">One", "plain text"),
    ("<published>2026-03-01T00:00:00Z</published>", "", "<published>"),
    ("00:00:00.5Z</updated><published>", "00:00:00+00:00</updated><published>", "instant"),
    ("<published>2026-03-01", "<published>2026-03-02", "before published"),
    ("href=\"https://x.org/1\"", "href=\"/1\"", "absolute"),
    ("href=\"https://x.org/1\"", "href=\"https://x.org/a b\"", "URI"),
    ("href=\"https://x.org/1\"", "href=\"https://x.org/é\"", "URI"),
    ("href=\"https://x.org/1\"", "href=\"javascript:1\"", "web"),
    ("rel=\"alternate\" type", "type", "without rel"),
    ("<category", "<link rel=\"alternate\" type=\"text/html\" href=\"https://x.org/2\"/><category",
     "two alternate"),
    ("<category", "<link rel=\"hub\" href=\"https://x.org/2\"/><category", "rel=hub"),
    ("<name>Ana</name>", "<name></name>", "author name"),
    ("term=\"cs.CL\"", "term=\"\"", "term"),
    ("xml:lang=\"en\"", "xml:lang=\"e n\"", "lang"),
    ("https://arxiv.org/abs/1<", "no id<", "URI"),
    (ENTRY, ENTRY + ENTRY, "twice"),
    (ENTRY, ENTRY + ENTRY.replace("abs/1<", "abs/2<"), "same updated"),
    ("00.5Z</updated>\n<author>", "00.2Z</updated>\n<author>", "older"),
    ("<author><name>Tamis</name></author>\n", "", "no author"),
    ("&lt;p&gt;A", "&lt;script&gt;A", "<script>"),
    ("&lt;p&gt;A", "&lt;p onclick=1&gt;A", "onclick"),
    ("&lt;p&gt;A", "&lt;p&gt;&lt;b&gt;A", "closes"),
    ("href=\"https://x.org/\"&gt;", "href=\"/\"&gt;", "relative"),
    ("type=\"html\"", "type=\"text\"", "type html"),
    ("utf-8", "iso-8859-1", "UTF-8"),
    ("<feed ", "<?xml-stylesheet href='a'?><feed ", "processing"),
    ("</feed>\n", "", "well-formed"),
    ("</feed>\n", "<subtitle>x</subtitle></feed>\n", "behind"),
]


class CheckAtom(unittest.TestCase):
    def test_a_good_document_has_no_faults(self):
        self.assertEqual(check_atom.check(GOOD.encode()), [])

    def test_each_fault_is_found_and_named(self):
        for old, new, word in FAULTS:
            with self.subTest(old=old, new=new):
                self.assertIn(old, GOOD)
                faults = check_atom.check(GOOD.replace(old, new, 1).encode())
                self.assertTrue(any(word in fault for fault in faults), faults)

    def test_limits_are_checked_when_asked_for(self):
        self.assertEqual(len(check_atom.check(GOOD.encode(), entries_max=0, bytes_max=10)), 2)


if __name__ == "__main__":
    unittest.main()
