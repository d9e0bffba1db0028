#include "test.h"

#include <tamis/buf.h>
#include <tamis/identity.h>
#include <tamis/url.h>

static void an_arxiv_id_loses_version_and_class_and_nothing_else_is_one(void **state)
{
	static const struct {
		const char *why;
		const char *in, *want;
	} rows[] = {
		{ "plain", "2508.12345", "2508.12345" },
		{ "versions are one paper", "2508.12345v12", "2508.12345" },
		{ "four digits until 2014", "0704.0001v1", "0704.0001" },
		{ "old form", "math/0601001v1", "math/0601001" },
		{ "old form with a hyphen", "astro-ph/0601001", "astro-ph/0601001" },
		{ "the class is no part of the name", "math.GT/0309136v2", "math/0309136" },
		{ "as citations write it", "arXiv:2508.12345v1", "2508.12345" },
		{ "as the feeds write it", "oai:arXiv.org:2508.13426v1", "2508.13426" },
		{ "DataCite's DOI", "10.48550/arXiv.2508.12345", "2508.12345" },
		{ "white space round it", " 2508.12345\n", "2508.12345" },
		{ "six digits", "2508.123456", "" },
		{ "three digits", "2508.123", "" },
		{ "a version without number", "2508.12345v", "" },
		{ "text behind it", "2508.12345 and more", "" },
		{ "a price", "12.50", "" },
		{ "no archive", "/0601001", "" },
		{ "six digits, old form", "math/060100", "" },
		{ "a path", "blog/2026", "" },
		{ "nothing", "", "" },
	};
	struct tms_arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_str got = tms_arxiv_id(&arena, tms_str_from(rows[i].in));
		if (!tms_str_equal(got, tms_str_from(rows[i].want)))
			fail_msg("%s: got %.*s", rows[i].why, TMS_STR_ARGS(got));
	}
	tms_arena_free(&arena);
}

static void a_page_of_a_paper_gives_its_id_and_other_pages_do_not(void **state)
{
	static const char *const rows[][2] = {
		{ "https://arxiv.org/abs/2508.12345v2", "2508.12345" },
		{ "http://export.arxiv.org/abs/math/0601001v1", "math/0601001" },
		{ "https://arxiv.org/pdf/2508.12345v1.pdf", "2508.12345" },
		{ "https://www.arxiv.org/html/2508.12345", "2508.12345" },
		{ "https://huggingface.co/papers/2602.22207", "2602.22207" },
		{ "https://huggingface.co/papers/2602.22207#community", "2602.22207" },
		{ "https://HuggingFace.co/papers/2602.22207?utm_source=x", "2602.22207" },
		{ "https://hf.co/papers/2602.22207/", "2602.22207" },
		{ "https://doi.org/10.48550/arXiv.2508.12345", "2508.12345" },
		{ "https://arxiv.org/list/cs.AI/new", "" },
		{ "https://notarxiv.org/abs/2508.12345", "" },
		{ "https://arxiv.org.example.net/abs/2508.12345", "" },
		{ "https://example.net/?u=https://arxiv.org/abs/2508.12345", "" },
		{ "https://huggingface.co/papers/date/2026-06-09", "" },
		{ "https://huggingface.co/papers", "" },
		{ "2508.12345", "" },
	};
	struct tms_arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_str got = tms_arxiv_id_of_url(&arena, tms_str_from(rows[i][0]));
		if (!tms_str_equal(got, tms_str_from(rows[i][1])))
			fail_msg("%s: got %.*s", rows[i][0], TMS_STR_ARGS(got));
	}
	tms_arena_free(&arena);
}

struct identity_row {
	const char *why;
	enum tms_origin origin;
	const char *upstream, *link, *doi;
	const char *id, *atom_id;
};

static const struct identity_row identity_rows[] = {
	{ "HF lists bare ids", TMS_ORIGIN_HF_API, "2508.12345", "", "", "arxiv:2508.12345",
		"https://arxiv.org/abs/2508.12345" },
	{ "a bare number elsewhere is a number", TMS_ORIGIN_OTHER, "2508.12345",
		"https://shop.example/x", "", "id:shop.example/2508.12345",
		"tag:shop.example,2000:2508.12345" },
	{ "a feed that links to the HF page", TMS_ORIGIN_OTHER,
		"https://huggingface.co/papers/2602.22207",
		"https://huggingface.co/papers/2602.22207", "", "arxiv:2602.22207",
		"https://arxiv.org/abs/2602.22207" },
	{ "the link alone says it", TMS_ORIGIN_OTHER, "77", "http://arxiv.org/abs/2602.22207v3", "",
		"arxiv:2602.22207", "https://arxiv.org/abs/2602.22207" },
	{ "the DOI alone says it", TMS_ORIGIN_OTHER, "", "https://blog.example/p",
		"10.48550/arXiv.2602.22207", "arxiv:2602.22207",
		"https://arxiv.org/abs/2602.22207" },
	{ "a journal's DOI says nothing of arXiv", TMS_ORIGIN_OTHER, "", "https://blog.example/p",
		"10.1109/x.2022.00035", "id:https://blog.example/p", "https://blog.example/p" },
	{ "an IRI stays as it is", TMS_ORIGIN_OTHER, "https://engineering.fb.com/?p=23617",
		"https://engineering.fb.com/2026/02/24/x/", "",
		"id:https://engineering.fb.com/?p=23617", "https://engineering.fb.com/?p=23617" },
	{ "a tag", TMS_ORIGIN_OTHER, "tag:blogger.com,1999:blog-1.post-2", "https://a.example/", "",
		"id:tag:blogger.com,1999:blog-1.post-2", "tag:blogger.com,1999:blog-1.post-2" },
	{ "an IRI in Atom has only IRI characters", TMS_ORIGIN_OTHER, "https://a.example/<b>|c[1]",
		"", "", "id:https://a.example/%3Cb%3E%7Cc%5B1%5D",
		"https://a.example/%3Cb%3E%7Cc%5B1%5D" },
	{ "letters of other scripts may stand in one", TMS_ORIGIN_OTHER, "https://a.example/żółw",
		"", "", "id:https://a.example/żółw", "https://a.example/żółw" },
	{ "an opaque id is known within its host", TMS_ORIGIN_OTHER, "t3_1up9x38",
		"https://www.reddit.com/r/x", "", "id:www.reddit.com/t3_1up9x38",
		"tag:www.reddit.com,2000:t3_1up9x38" },
	{ "the listing's host where there is no link", TMS_ORIGIN_OTHER, "1", "", "",
		"id:list.example/1", "tag:list.example,2000:1" },
	{ "a sentence as id", TMS_ORIGIN_OTHER, "Post: 5% off #1", "https://a.example/", "",
		"id:a.example/Post: 5% off #1", "tag:a.example,2000:Post:%205%25%20off%20%231" },
	{ "a link without id", TMS_ORIGIN_OTHER, "", "http://A.example:80/x?utm_source=rss&b=1", "",
		"id:http://a.example/x?b=1", "http://a.example/x?b=1" },
	{ "an id that is the link is as none", TMS_ORIGIN_OTHER, "http://a.example/x?b=1",
		"http://a.example/x?b=1", "", "id:http://a.example/x?b=1",
		"http://a.example/x?b=1" },
	{ "also with what tracks in the id", TMS_ORIGIN_OTHER,
		" http://A.example:80/x?utm_source=rss&b=1 ", "http://a.example/x?b=1", "",
		"id:http://a.example/x?b=1", "http://a.example/x?b=1" },
	{ "or in the link", TMS_ORIGIN_OTHER, "https://a.example/x",
		"https://a.example/x?utm_medium=feed#utm_source=rss", "", "id:https://a.example/x",
		"https://a.example/x" },
	{ "what tracks is told from what names", TMS_ORIGIN_OTHER,
		"https://a.example/x?utm_source=rss", "https://a.example/y", "",
		"id:https://a.example/x?utm_source=rss", "https://a.example/x?utm_source=rss" },
	{ "another address than the link is an id", TMS_ORIGIN_OTHER, "https://a.example/x",
		"https://a.example/x?page=2", "", "id:https://a.example/x", "https://a.example/x" },
	{ "a link that no IRI may be", TMS_ORIGIN_OTHER, "", "https://a.example/<b>", "",
		"id:https://a.example/%3Cb%3E", "https://a.example/%3Cb%3E" },
};

static void an_item_is_the_same_wherever_it_is_seen(void **state)
{
	struct tms_arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(identity_rows); i++) {
		const struct identity_row *row = &identity_rows[i];
		struct tms_item item;
		tms_item_init(&item);
		item.origin = row->origin;
		item.upstream_id = tms_str_from(row->upstream);
		item.link = tms_str_from(row->link);
		item.doi = tms_str_from(row->doi);
		item.title = TMS_STR("a title");
		assert_int_equal(tms_item_identify(&arena, &item, TMS_STR("list.example")), TMS_OK);
		if (!tms_str_equal(item.id, tms_str_from(row->id)))
			fail_msg("%s: got %.*s", row->why, TMS_STR_ARGS(item.id));
		struct tms_str atom = tms_item_atom_id(&arena, item.id);
		if (row->atom_id && !tms_str_equal(atom, tms_str_from(row->atom_id)))
			fail_msg("%s: got Atom id %.*s", row->why, TMS_STR_ARGS(atom));
		if (!tms_is_iri(atom))
			fail_msg("%s: %.*s is no IRI", row->why, TMS_STR_ARGS(atom));
	}
	tms_arena_free(&arena);
}

static void what_has_no_id_is_named_by_its_link_or_its_title(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_item item;
	(void)state;

	/* windows that an older version stored hold ids of this kind;
	 * RFC 4122 appendix: version 5 in the URL name space; the value is that of Python's
	 * uuid.uuid5 */
	assert_str(tms_item_atom_id(&arena, TMS_STR("url:https://example.org/a")),
		"urn:uuid:77980eae-c343-5b01-9823-eb6ac1da021f");

	tms_item_init(&item);
	assert_int_equal(tms_item_identify(&arena, &item, TMS_STR("a.example")), TMS_EINVAL);
	item.title = TMS_STR("only a title");
	assert_int_equal(tms_item_identify(&arena, &item, TMS_STR("a.example")), TMS_OK);
	struct tms_str undated = item.id;
	assert_true(tms_str_starts(undated, TMS_STR("hash:")));
	item.published = 1000;
	assert_int_equal(tms_item_identify(&arena, &item, TMS_STR("a.example")), TMS_OK);
	assert_false(tms_str_equal(undated, item.id));
	assert_true(tms_is_iri(tms_item_atom_id(&arena, item.id)));

	/* entries of old feeds are nothing but a paragraph each */
	item.title = (struct tms_str){ 0 };
	item.summary = TMS_STR("one paragraph");
	assert_int_equal(tms_item_identify(&arena, &item, TMS_STR("a.example")), TMS_OK);
	struct tms_str one = item.id;
	item.summary = TMS_STR("another paragraph");
	assert_int_equal(tms_item_identify(&arena, &item, TMS_STR("a.example")), TMS_OK);
	assert_false(tms_str_equal(one, item.id));

	/* a recording or a picture without any word is told by what it is */
	struct tms_link sound = { .rel = TMS_STR("enclosure"),
		.href = TMS_STR("https://e.example/1.mp3"),
		.length = TMS_NUMBER_NONE };
	item.summary = (struct tms_str){ 0 };
	item.published = TMS_TIME_NONE;
	item.language = TMS_STR("en"); /* its listing's */
	item.id = (struct tms_str){ 0 };
	assert_int_equal(tms_item_identify(&arena, &item, TMS_STR("a.example")), TMS_EINVAL);
	item.links = &sound;
	item.links_count = 1;
	assert_int_equal(tms_item_identify(&arena, &item, TMS_STR("a.example")), TMS_OK);
	one = item.id;
	sound.href = TMS_STR("https://e.example/2.mp3");
	item.numbers[TMS_NUMBER_COMMENTS] = 3;
	assert_int_equal(tms_item_identify(&arena, &item, TMS_STR("a.example")), TMS_OK);
	assert_false(tms_str_equal(one, item.id));
	struct tms_str two = item.id;
	item.numbers[TMS_NUMBER_COMMENTS] = 4; /* what moves is no part of it */
	assert_int_equal(tms_item_identify(&arena, &item, TMS_STR("a.example")), TMS_OK);
	assert_true(tms_str_equal(two, item.id));
	tms_arena_free(&arena);
}

static void a_clean_link_keeps_everything_but_tracking(void **state)
{
	static const char *const rows[][2] = {
		{ "HTTPS://Example.ORG:443/A?b=1&utm_medium=x&c=2#top",
			"https://example.org/A?b=1&c=2#top" },
		{ "https://example.org?fbclid=1", "https://example.org/" },
		{ "https://example.org/?", "https://example.org/" },
		{ "https://example.org/p?utmost=1", "https://example.org/p?utmost=1" },
		{ "https://medium.com/p?source=rss----abc", "https://medium.com/p" },
		{ "https://example.org/p?source=paper", "https://example.org/p?source=paper" },
		{ "https://example.org/p#utm_source=rss", "https://example.org/p" },
		{ "https://example.org/p#a:~:text=word", "https://example.org/p#a" },
		{ "https://example.org/p#v1.2", "https://example.org/p#v1.2" },
		{ "https://User@example.org:8443/", "https://User@example.org:8443/" },
		{ "https://example.org/a b", "https://example.org/a%20b" },
		{ "https://[::1]:80/[x]", "https://[::1]:80/%5Bx%5D" },
		{ "http://[::1]:80/", "http://[::1]/" },
		{ " https://example.org/p\n", "https://example.org/p" },
		{ "mailto:a@example.org?utm_x=1", "mailto:a@example.org?utm_x=1" },
		{ "/relative", "" },
		{ "https://", "" },
		{ "", "" },
	};
	struct tms_arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		assert_str(tms_link_clean(&arena, tms_str_from(rows[i][0])), rows[i][1]);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) /* cleaning twice changes nothing */
		assert_str(tms_link_clean(&arena, tms_str_from(rows[i][1])), rows[i][1]);
	tms_arena_free(&arena);
}

static void an_iri_holds_only_what_an_iri_may_hold(void **state)
{
	static const struct {
		struct tms_str in;
		const char *want;
	} rows[] = {
		{ TMS_STR_INIT("tag:a,2000:%41%"), "tag:a,2000:%41%25" },
		{ TMS_STR_INIT("x:a#b#c"), "x:a#b%23c" },
		{ TMS_STR_INIT("x:\xff"), "x:%FF" },
		{ TMS_STR_INIT("x:\xee\x80\x80"), "x:%EE%80%80" }, /* private use */
		{ TMS_STR_INIT("x:\xc2\x85"), "x:%C2%85" },        /* a control */
		{ TMS_STR_INIT("x:\xf0\x9f\x98\x80"), "x:\xf0\x9f\x98\x80" },
		{ TMS_STR_INIT("x:a\0b"), "x:a%00b" },
	};
	struct tms_arena arena = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		assert_str(tms_iri_encode(&arena, rows[i].in), rows[i].want);
	assert_true(tms_is_iri(TMS_STR("urn:uuid:1")));
	assert_false(tms_is_iri(TMS_STR("C:\\feed")));
	assert_false(tms_is_iri(TMS_STR("Title: words")));
	assert_false(tms_is_iri(TMS_STR("http:")));
	assert_false(tms_is_iri(TMS_STR("/path")));
	tms_arena_free(&arena);
}

static void assert_same(struct tms_str got, struct tms_str wanted)
{
	if (!tms_str_equal(got, wanted))
		fail_msg("\"%.*s\" is not \"%.*s\"", TMS_STR_ARGS(got), TMS_STR_ARGS(wanted));
}

static void an_address_called_clean_is_given_back_by_all_who_would_clean_it(void **state)
{
	static const char *const pieces[] = { "http://", "https://", "HTTP://", "e.org", "E.org",
		"a-1.b", ":80", ":443", "@", "/", "//", "/.", "/..", "/./", ".", "x", "X~", "?",
		"?a=1", "?utm_source=x", "#f", "%", "%41", "\\", " ", "\t", "é", "[", "'", "(1)",
		";p=1", ":" };
	static const char *const clean[] = { "http://arxiv.org/abs/2508.12345v1", "https://e.org/",
		"https://e.org/a//b/~c/x.pdf", "https://1.2/a:b@c;d=(1)'!$&*+," };
	uint64_t random = 88172645463325252u;
	size_t seen = 0;
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(clean); i++)
		assert_true(tms_link_is_clean(tms_str_from(clean[i])));
	for (size_t round = 0; round < 200000; round++) {
		struct tms_arena arena = { 0 };
		struct tms_buf url = { 0 };
		for (size_t i = 0; i < 6; i++) {
			/* mostly a scheme, a host and a slash first */
			static const struct {
				size_t from, count;
			} ranges[] = { { 0, 3 }, { 3, 3 }, { 9, 1 } };
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			bool any = i >= TMS_COUNT(ranges) || random % 8 == 0;
			size_t at = any ? random / 8 % TMS_COUNT(pieces)
					: ranges[i].from + random / 8 % ranges[i].count;
			tms_buf_add_cstr(&url, pieces[at]);
		}
		struct tms_str text = tms_buf_str(&url);
		if (tms_link_is_clean(text)) {
			seen++;
			assert_same(
				tms_url_resolve(&arena, TMS_STR("http://b.org/x/"), text), text);
			struct tms_str other =
				tms_arena_format(&arena, "%.*s#", TMS_STR_ARGS(text));
			/* with an empty fragment behind it the long way is taken */
			assert_false(tms_link_is_clean(other));
			assert_same(tms_link_clean(&arena, other), text);
			assert_same(tms_link_clean(&arena, text), text);
			assert_same(tms_iri_encode(&arena, text), text);
		}
		tms_buf_free(&url);
		tms_arena_free(&arena);
	}
	assert_true(seen > 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_arxiv_id_loses_version_and_class_and_nothing_else_is_one),
		cmocka_unit_test(a_page_of_a_paper_gives_its_id_and_other_pages_do_not),
		cmocka_unit_test(an_item_is_the_same_wherever_it_is_seen),
		cmocka_unit_test(what_has_no_id_is_named_by_its_link_or_its_title),
		cmocka_unit_test(a_clean_link_keeps_everything_but_tracking),
		cmocka_unit_test(an_iri_holds_only_what_an_iri_may_hold),
		cmocka_unit_test(an_address_called_clean_is_given_back_by_all_who_would_clean_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
