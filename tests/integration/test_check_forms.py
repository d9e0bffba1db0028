#!/usr/bin/env python3
"""The checks of RSS and JSON Feed documents find what they say they find."""
import json
import unittest

import check_json
import check_rss

ITEM = """<item xml:lang="en">
<title>A &#x26; b</title>
<link>https://x.org/1</link>
<guid isPermaLink="false">https://arxiv.org/abs/1</guid>
<pubDate>Sun, 01 Mar 2026 12:00:00 GMT</pubDate>
<atom:updated>2026-03-01T12:00:00.5Z</atom:updated>
<dc:creator>Ana</dc:creator>
<category domain="http://arxiv.org/schemas/atom">cs.CL</category>
<comments>https://x.org/1#talk</comments>
<atom:link rel="related" href="https://x.org/2"/>
<enclosure url="https://x.org/a.mp3" length="0" type="audio/mpeg"/>
<description>&lt;p&gt;A &lt;a href="https://x.org/"&gt;b&lt;/a&gt;&lt;/p&gt;</description>
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" upvotes="3"/>
</item>
"""
RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>Mine</title>
<link>https://x.org/</link>
<description>Mine</description>
<lastBuildDate>Sun, 01 Mar 2026 12:00:00 GMT</lastBuildDate>
<atom:link rel="self" type="application/rss+xml" href="https://x.org/f.rss"/>
<generator>Tamis</generator>
<image>
<url>https://x.org/i.png</url>
<title>Mine</title>
<link>https://x.org/</link>
</image>
{ITEM}</channel>
</rss>
"""
RSS_FAULTS = [
    ("<title>A &#x26; b</title>", "", "0 <title>"),
    ("<title>A &#x26; b</title>", "<title>A &lt;b>b</title>", "take for HTML"),
    ("<title>A &#x26; b</title>", "<title>A\nb</title>", "one clean line"),
    ("<link>https://x.org/1<", "<link>/1<", "address"),
    ("<link>https://x.org/1<", "<link>https://x.org/é<", "address"),
    ("isPermaLink=\"false\"", "", "isPermaLink"),
    ("Sun, 01 Mar 2026 12:00:00 GMT</pub", "Mon, 01 Mar 2026 12:00:00 GMT</pub", "wrong day"),
    ("Sun, 01 Mar 2026 12:00:00 GMT</pub", "Sun, 01 Mar 26 12:00:00 GMT</pub", "four digits"),
    ("Sun, 01 Mar 2026 12:00:00 GMT</last", "Sun, 01 Mar 2026 11:00:00 GMT</last", "older"),
    ("2026-03-01T12:00:00.5Z", "yesterday", "atom:updated"),
    ("<dc:creator>", "<author>ana</author><dc:creator>", "<author>"),
    ("domain=\"http://arxiv.org/schemas/atom\"", "domain=\"\"", "domain"),
    ("rel=\"related\"", "rel=\"hub\"", "rel=hub"),
    ("length=\"0\"", "", "length"),
    ("type=\"audio/mpeg\"", "type=\"audio\"", "type"),
    ("url=\"https://x.org/a.mp3\"", "url=\"https://localhost/a.mp3\"", "url"),
    ("<enclosure", "<enclosure url=\"https://x.org/b.mp3\" length=\"1\" type=\"a/b\"/><enclosure", "2 <enclosure>"),
    ("&lt;p&gt;A", "&lt;script&gt;A", "<script>"),
    ("href=\"https://x.org/\"&gt;", "href=\"/\"&gt;", "relative"),
    ("upvotes=", "likes=", "likes"),
    ("xml:lang=\"en\"", "xml:lang=\"e n\"", "lang"),
    ("<description>Mine</description>\n", "", "0 <description>"),
    ("application/rss+xml", "application/atom+xml", "atom:link"),
    ("<title>Mine</title>\n<link>https://x.org/</link>\n</image>", "<title>M</title>\n<link>/</link>\n</image>", "image"),
    ("<generator>", "<ttl>5</ttl><generator>", "<ttl>"),
    ("</channel>", "<language>en</language></channel>", "behind"),
    (ITEM, ITEM + ITEM, "twice"),
    ("<item", "<!-- x --><item", "<!--"),
    ("utf-8", "iso-8859-1", "UTF-8"),
    ("</rss>\n", "", "well-formed"),
]
ENTRY = {"id": "https://arxiv.org/abs/1", "title": "A", "url": "https://x.org/1",
         "date_published": "2026-03-01T12:00:00Z", "date_modified": "2026-03-01T12:00:00.5Z", "language": "en",
         "authors": [{"name": "Ana"}], "tags": ["cs.CL"], "content_html": "<p>A <a href=\"https://x.org/\">b</a></p>",
         "attachments": [{"url": "https://x.org/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 7}],
         "_tamis": {"upvotes": 3}}
FEED = {"version": "https://jsonfeed.org/version/1.1", "title": "Mine", "home_page_url": "https://x.org/",
        "feed_url": "https://x.org/f.json", "items": [ENTRY]}
JSON_FAULTS = [
    (dict(version="https://jsonfeed.org/version/1"), {}, "version"),
    (dict(title=" "), {}, "clean line"),
    (dict(feed_url="f.json"), {}, "feed_url"),
    (dict(author={}), {}, "member 'author'"),
    (dict(items=[ENTRY, ENTRY]), {}, "twice"),
    ({}, dict(id="1"), "IRI"),
    ({}, dict(title="A\nb"), "clean line"),
    ({}, dict(title="\u0085"), "character"),
    ({}, dict(url="/1"), "url"),
    ({}, dict(date_published="2026-03-01"), "date_published"),
    ({}, dict(date_modified="2026-03-01T11:00:00Z"), "before"),
    ({}, dict(authors=[]), "authors"),
    ({}, dict(authors=[{"name": ""}]), "author"),
    ({}, dict(tags=[""]), "tag"),
    ({}, dict(attachments=[{"url": "https://x.org/a"}]), "mime_type"),
    ({}, dict(attachments=[{"url": "https://x.org/a", "mime_type": "a/b", "size_in_bytes": 0}]), "size_in_bytes"),
    ({}, dict(content_html="<script>1</script>x"), "<script>"),
    ({}, dict(content_html="<p>x"), "open"),
    ({}, dict(content_html="<p></p>"), "empty"),
    ({}, dict(_tamis={"likes": 1}), "likes"),
    ({}, dict(_tamis={"upvotes": "1"}), "no number"),
    ({}, dict(summary="x"), "summary"),
]


class CheckForms(unittest.TestCase):
    def test_good_documents_have_no_faults(self):
        self.assertEqual(check_rss.check(RSS.encode()), [])
        self.assertEqual(check_json.check(json.dumps(FEED).encode()), [])

    def test_each_fault_of_rss_is_found_and_named(self):
        for old, new, word in RSS_FAULTS:
            with self.subTest(old=old, new=new):
                self.assertIn(old, RSS)
                faults = check_rss.check(RSS.replace(old, new, 1).encode())
                self.assertTrue(any(word in fault for fault in faults), faults)

    def test_each_fault_of_json_is_found_and_named(self):
        for top, item, word in JSON_FAULTS:
            with self.subTest(top=top, item=item):
                feed = dict(FEED, items=[dict(ENTRY, **item)])
                feed.update(top)
                faults = check_json.check(json.dumps(feed).encode())
                self.assertTrue(any(word in fault for fault in faults), faults)
        self.assertTrue(check_json.check(b"{\"version\":1,\"version\":2}"))
        self.assertTrue(check_json.check(b"[]"))

    def test_limits_are_checked_when_asked_for(self):
        self.assertEqual(len(check_rss.check(RSS.encode(), entries_max=0, bytes_max=10)), 2)
        self.assertEqual(len(check_json.check(json.dumps(FEED).encode(), entries_max=0, bytes_max=10)), 2)


if __name__ == "__main__":
    unittest.main()
