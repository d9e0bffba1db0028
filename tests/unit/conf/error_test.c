#include "parse.h"

#include <tamis/settings.h>

struct row {
	const char *why, *yaml, *messages;
};

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct parsed p = parse(rows[i].yaml);
		if (p.status != TMS_EINVAL)
			fail_msg("%s: %s", rows[i].why, tms_status_name(p.status));
		assert_messages(rows[i].why, &p.errors, rows[i].messages);
		tms_arena_free(&p.arena);
	}
}

static void settings_that_are_wrong_are_named_with_what_is_expected(void **state)
{
	static const struct row rows[] = {
		{ "an unknown key, nearly right", "lisen: ':1'\n",
			"t.yaml:1:1: there is no setting \"lisen\" here; did you mean \"listen\"?" },
		{ "an unknown key, far from all", "colour: red\n",
			"t.yaml:1:1: there is no setting \"colour\" here; `tamis describe`" },
		{ "an unknown key in a group", "limits:\n  body_byte: 1MB\n",
			"t.yaml:2:3: there is no setting \"body_byte\" here; did you mean \"body_bytes\"?" },
		{ "a key that stands twice", "contact: a\nlisten: ':1'\ncontact: b\n",
			"t.yaml:3:1: \"contact\" stands here twice; the first is on line 1, column 1" },
		{ "a key that stands twice in one line", "log: {level: info, level: debug}\n",
			"t.yaml:1:20: \"level\" stands here twice" },
		{ "a span without a unit", "limits: {retention: 30}\n",
			"t.yaml:1:21: limits.retention: found \"30\"; expected a span from 1h to …such as" },
		{ "a number that is too small", "limits:\n  items: 0\n",
			"t.yaml:2:10: limits.items: found \"0\"; expected a whole number from 1 to 1000000" },
		{ "a number that fits nowhere", "limits: {items: 99999999999999999999}\n",
			"t.yaml:1:17: limits.items: found \"99999999999999999999\"; expected" },
		{ "a size in no unit of ours", "limits: {body_bytes: 10 megs}\n",
			"t.yaml:1:22: limits.body_bytes: found \"10 megs\"; expected a size from" },
		{ "a list for a number", "limits: {items: [1]}\n",
			"t.yaml:1:17: limits.items: found a list; expected a whole number" },
		{ "nothing for a number", "limits:\n  items:\n",
			"t.yaml:2:9: limits.items: found nothing; expected a whole number" },
		{ "a text for a group", "limits: many\n",
			"t.yaml:1:9: found a text; expected settings" },
		{ "an address that is none", "public_url: feeds.example.org\n",
			"t.yaml:1:13: public_url: found \"feeds.example.org\"; expected an address" },
		{ "an address with a question", "public_url: https://example.org/?a=b\n",
			"t.yaml:1:13: public_url: found \"?\" or" },
		{ "a name to listen on", "listen: [127.0.0.1:8080, 'example.org:80']\n",
			"t.yaml:1:26: listen: " },
		{ "no place to listen", "listen: []\n", "t.yaml:1:9: listen: found no address" },
		{ "a range with host bits", "allow_networks:\n  - 10.0.0.0/8\n  - 192.168.7.1/24\n",
			"t.yaml:3:5: allow_networks: " },
		{ "a range in a text with commas", "allow_networks: 10.0.0.0/8, nonsense\n",
			"t.yaml:1:29: allow_networks: " },
		{ "a line break where a header is made of it", "contact: \"a\\r\\nEvil: b\"\n",
			"t.yaml:1:10: contact: found \"a??Evil: b\"; expected a line" },
		{ "Redis over TLS", "store: rediss://cache\n",
			"t.yaml:1:8: store: Redis over TLS is not spoken" },
		{ "a password is not repeated", "store: redis://u:secret@cache/x\n",
			"t.yaml:1:8: store: expected redis://USER:PASSWORD@HOST:PORT/DB" },
	};
	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void sources_that_are_wrong_are_named(void **state)
{
	static const struct row rows[] = {
		{ "no source at all", "sources: {}\n",
			"t.yaml:1:10: there is no source here; expected" },
		{ "neither preset nor url nor file", "sources:\n  a: {every: 6h}\n",
			"t.yaml:2:3: the source a has neither preset nor url nor file" },
		{ "a preset and an url",
			"sources:\n  a: {preset: hf-trending, url: 'https://a.org/'}\n",
			"t.yaml:2:33: the source a has more than one of" },
		{ "an unknown preset", "sources: {a: {preset: hf-dayly-papers}}\n",
			"t.yaml:1:23: there is no preset \"hf-dayly-papers\"; did you mean \"hf-daily-papers\"?; known are" },
		{ "arXiv without a category", "sources: {a: {preset: arxiv}}\n",
			"t.yaml:1:11: the source a has no category" },
		{ "a category that would leave the path",
			"sources: {a: {preset: arxiv, category: ../x}}\n",
			"t.yaml:1:40: category: found \"../x\"" },
		{ "a category elsewhere", "sources: {a: {preset: hf-weekly, category: cs.CL}}\n",
			"t.yaml:1:44: category: only the preset arxiv" },
		{ "a mirror of nothing",
			"sources: {a: {url: 'https://a.org/', base_url: 'https://b.org/'}}\n",
			"t.yaml:1:48: base_url: names a mirror" },
		{ "more often than allowed", "sources: {a: {preset: hf-weekly, every: 10s}}\n",
			"t.yaml:1:41: every: found \"10s\", which is less than limits.min_interval (15m)" },
		{ "an address of another kind", "sources: {a: {url: 'ftp://a.org/'}}\n",
			"t.yaml:1:20: url: found \"ftp://a.org/\"; expected an address that begins" },
		{ "a file where an address belongs", "sources: {a: {url: 'file:///etc/passwd'}}\n",
			"t.yaml:1:20: url: names what is fetched by http or https; …\"file: /etc/passwd\" "
			"instead of url" },
		{ "the same, written as few do", "sources: {a: {url: 'FILE:papers.json'}}\n",
			"t.yaml:1:20: url: names what is fetched …\"file: papers.json\" instead of url" },
		{ "a name in capitals", "sources: {Papers: {preset: hf-weekly}}\n",
			"t.yaml:1:11: \"Papers\" cannot name a source; expected 1 to 64 characters" },
		{ "a list of sources", "sources:\n  - {preset: hf-weekly}\n",
			"t.yaml:2:3: found a list; expected names of" },
		{ "a source that is a text", "sources: {a: hf-weekly}\n",
			"t.yaml:1:14: found a text; expected settings" },
		{ "more than allowed",
			"limits: {sources: 1}\nsources:\n  a: {preset: hf-weekly}\n  b: {preset: hf-weekly}\n",
			"t.yaml:3:3: 2 of them; limits.sources allows 1" },
	};
	(void)state;
	check(rows, TMS_COUNT(rows));
}

#define PAPERS "sources: {p: {preset: hf-weekly}, q: {preset: hf-trending}}\n"

static void users_and_feeds_that_are_wrong_are_named(void **state)
{
	static const struct row rows[] = {
		{ "an unknown source",
			PAPERS "users:\n  ana:\n    feeds:\n      f: {sources: [p, papers]}\n",
			"t.yaml:5:24: there is no source \"papers\"" },
		{ "a misspelt source",
			"users:\n  ana:\n    feeds:\n      f: {sources: dayly-papers}\n",
			"t.yaml:4:20: there is no source \"dayly-papers\"; did you mean \"daily-papers\"?" },
		{ "a group of nothing", PAPERS "groups: {g: []}\n", "t.yaml:2:13: g: found " },
		{ "a group with the name of a source", PAPERS "groups: {p: [q]}\n",
			"t.yaml:2:10: there is a source \"p\" already" },
		{ "an unknown name in a group", PAPERS "groups: {papers: [p, popers]}\n",
			"t.yaml:2:22: there is no source \"popers\"; did you mean \"papers\"?" },
		{ "a group in itself", PAPERS "groups: {a: [p, a]}\n",
			"t.yaml:2:17: the group \"a\" would hold itself" },
		{ "groups in each other", PAPERS "groups:\n  a: [b]\n  b: [c]\n  c: [p, a]\n",
			"t.yaml:5:10: the group \"a\" would hold itself: \"c\" is inside it" },
		{ "a group twice",
			PAPERS "groups: {g: [p]}\nusers: {ana: {feeds: {f: {sources: [g, g]}}}}\n",
			"t.yaml:3:40: the source \"g\" stands here twice" },
		{ "a source twice", PAPERS "users: {ana: {feeds: {f: {sources: [p, p]}}}}\n",
			"t.yaml:2:40: the source \"p\" stands here twice" },
		{ "no source where there are two", PAPERS "users: {ana: {feeds: {f: {}}}}\n",
			"t.yaml:2:23: the feed f has no sources, and there are 2 to choose from" },
		{ "an empty list of sources", PAPERS "users: {ana: {feeds: {f: {sources: []}}}}\n",
			"t.yaml:2:36: sources: found a list; expected a list of names" },
		{ "an unknown key", "users: {ana: {feeds: {f: {mach: x}}}}\n",
			"t.yaml:1:27: there is no setting \"mach\" here; did you mean \"match\"?" },
		{ "an unknown key of a user", "users: {ana: {feed: {}}}\n",
			"t.yaml:1:15: there is no setting \"feed\" here; did you mean \"feeds\"?" },
		{ "more entries than allowed", "users: {ana: {feeds: {f: {limit: 500}}}}\n",
			"t.yaml:1:34: limit: found 500; limits.feed_entries allows 100" },
		{ "a name with a slash", "users: {ana: {feeds: {'a/b': {}}}}\n",
			"t.yaml:1:23: \"a/b\" cannot name a feed" },
		{ "a user without a name", "users: {'': {}}\n",
			"t.yaml:1:9: \"\" cannot name a user" },
		{ "renamed from one that stays", "users: {ana: {feeds: {a: {was: b}, b: {}}}}\n",
			"t.yaml:1:32: was: the feed \"b\" is still here" },
		{ "two that were one", "users: {ana: {feeds: {a: {was: c}, b: {was: c}}}}\n",
			"t.yaml:1:45: was: the feed \"a\" was \"c\" already" },
		{ "a choice that is none", "users: {ana: {feeds: {a: {link: html}}}}\n",
			"t.yaml:1:33: link: found \"html\"; expected auto, hf, arxiv or pdf" },
		{ "a rule's name that is taken", "rules: {r: x}\nusers: {ana: {rules: {r: y}}}\n",
			"t.yaml:2:23: the rule r is there for everybody already" },
		{ "too many feeds",
			"limits: {feeds_per_user: 1}\nusers: {ana: {feeds: {a: {}, b: {}}}}\n",
			"t.yaml:2:22: 2 of them; limits.feeds_per_user allows 1" },
	};
	(void)state;
	check(rows, TMS_COUNT(rows));
}

/* Where a query is wrong stands in its own column; the file's line and column are asked for. */
static void a_wrong_query_is_pointed_at_in_the_file(void **state)
{
	static const struct row rows[] = {
		{ "plain", "rules:\n  r: agents colour:red\n", "t.yaml:2:13: " },
		{ "single quotes", "rules:\n  r: 'agents colour:red'\n", "t.yaml:2:14: " },
		{ "a doubled quote counts as one character", "rules: {r: 'it''s colour:red'}\n",
			"t.yaml:1:19: " },
		{ "double quotes with escapes", "rules: {r: \"\\\"a b\\\" \\x41 colour:red\"}\n",
			"t.yaml:1:26: " },
		{ "characters, not bytes",
			"rules: {r: 'm\xc3\xbcller \xe6\xbc\xa2\xe5\xad\x97 colour:red'}\n",
			"t.yaml:1:23: " },
		{ "a literal block", "rules:\n  r: |\n    (grpo OR rlhf)\n    -vision colour:red\n",
			"t.yaml:4:13: " },
		{ "a literal block with blank lines and a strip",
			"rules:\n  r: |-\n\n    agents\n\n      tools colour:red\n",
			"t.yaml:6:13: " },
		{ "a literal block with its indentation told",
			"rules:\n  r: |2\n      agents colour:red\n", "t.yaml:3:14: " },
		{ "a folded block", "rules:\n  r: >\n    agents\n    tools\n    colour:red\n",
			"t.yaml:5:5: " },
		{ "plain over lines", "rules:\n  r: agents\n    tools colour:red\n",
			"t.yaml:3:11: " },
		{ "quotes over lines", "rules:\n  r: 'agents\n\n    tools colour:red'\n",
			"t.yaml:4:11: " },
		{ "an escaped line break", "rules:\n  r: \"agents \\\n    colour:red\"\n",
			"t.yaml:3:5: " },
		{ "behind a byte order mark", "\xef\xbb\xbfrules: {r: colour:red}\n",
			"t.yaml:1:12: " },
		{ "with the line ends of Windows",
			"rules:\r\n  r: |\r\n    agents\r\n    colour:red\r\n", "t.yaml:4:5: " },
	};
	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void queries_and_rules_are_checked_where_they_are_asked_for(void **state)
{
	static const struct row rows[] = {
		{ "an unknown rule", "users: {ana: {feeds: {f: {match: 'agents rule:none'}}}}\n",
			"t.yaml:1:42: …none" },
		{ "a rule that is wrong is told once",
			"rules: {r: 'colour:red'}\nusers: {ana: {feeds: {f: {match: 'rule:r'}, g: {match: 'rule:r'}}}}\n",
			"t.yaml:1:13: " },
		{ "another user's rule",
			"users: {ana: {rules: {mine: x}}, bo: {feeds: {f: {match: 'rule:mine'}}}}\n",
			"t.yaml:1:59: …mine" },
		{ "a list for a query", "rules: {r: [a, b]}\n",
			"t.yaml:1:12: found a list; expected a query" },
		{ "nothing for a query", "users:\n  ana:\n    feeds:\n      f:\n        match:\n",
			"t.yaml:5:15: found nothing; expected a query" },
		{ "a query beyond the limit", "limits: {query_terms: 2}\nrules: {r: 'a b c'}\n",
			"t.yaml:2:…query_terms" },
		{ "all that items have to be read for, what is the same once",
			"limits: {scan_cost: 58}\n"
			"users: {a: {feeds: {f: {match: '/[a-z]{9}/'}, g: {match: 'x /[a-z]{9}/'}}},\n"
			" b: {feeds: {f: {match: '/[a-z]{8}/'}}}}\n",
			"t.yaml:3:25: …cost 59, more than 58 (limits.scan_cost)" },
		{ "the same, of feeds that share a source and not the others",
			"limits: {scan_cost: 58}\n"
			"sources: {x: {url: 'https://x.example/'}, y: {url: 'https://y.example/'}}\n"
			"users: {a: {feeds: {f: {sources: [x, y], match: '/[a-z]{9}/'},\n"
			"  g: {sources: [y], match: '/[a-z]{8}/'}}}}\n",
			"t.yaml:4:28: …of feeds that take y cost 59, more than 58 (limits.scan_cost)" },
	};
	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void lists_of_authors_are_checked_by_line(void **state)
{
	static const struct row rows[] = {
		{ "in a block", "authors:\n  us: |\n    # we\n    Ada Lovelace\n    Ada (Byron)\n",
			"t.yaml:5:9: found \"(\", expected a name alone" },
		{ "a list that is wrong is told once",
			"authors: {us: 'E. N.'}\nrules: {r: 'author:@us'}\n",
			"t.yaml:1:16: found \"E. N.\", expected a whole name" },
		{ "an empty one", "authors:\n  us: |\n    # nobody\n",
			"t.yaml:3:5: found no name" },
		{ "nothing", "authors:\n  us:\n",
			"t.yaml:2:3: found nothing; expected a name on each line" },
		{ "a list of YAML", "authors: {us: [Ada, Emmy]}\n",
			"t.yaml:1:15: found a list; expected a name on each line (us: |)" },
		{ "another setting", "authors: {us: {path: x}}\n",
			"t.yaml:1:15: found other settings; expected a name on each line (us: |), or {file: PATH}" },
		{ "a name that is none", "authors: {Us: Ada}\n", "t.yaml:1:11: " },
		{ "a file that nobody has read", "authors: {us: {file: x.txt}}\n",
			"t.yaml:1:22: x.txt: files of authors are not read here" },
		{ "an unknown one", "authors: {friends: Ada}\nrules: {r: 'x author:@freinds'}\n",
			"t.yaml:2:15: there is no list of authors \"freinds\"; the nearest is \"friends\"" },
		{ "that of another user",
			"users: {ana: {authors: {us: Ada}}, bo: {feeds: {f: {match: 'author:@us'}}}}\n",
			"t.yaml:1:61: there is no list of authors \"us\"" },
	};
	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void a_file_of_authors_is_told_of_by_its_own_lines(void **state)
{
	static const struct tms_conf_file files[] = { { TMS_STR_INIT("conf/a.txt"),
							      TMS_STR_INIT("Ada\nE. N.\n"), { 0 } },
		{ TMS_STR_INIT("conf/b.txt"), { 0 }, TMS_STR_INIT("it cannot be opened") } };
	const struct tms_conf_input in = {
		.yaml = TMS_STR("authors:\n  a: {file: a.txt}\n  b: {file: b.txt}\n"),
		.file = TMS_STR("conf/t.yaml"),
		.files = files,
		.files_count = TMS_COUNT(files)
	};
	struct parsed p = { 0 };
	(void)state;

	p.status = tms_conf_parse(&p.arena, &in, &p.conf, &p.errors);
	assert_int_equal(p.status, TMS_EINVAL);
	assert_messages("files", &p.errors,
		"conf/a.txt:2:1: found \"E. N.\", expected a whole name\n"
		"conf/t.yaml:3:13: conf/b.txt: it cannot be opened");
	tms_arena_free(&p.arena);
}

static void a_comment_that_swallows_a_query_is_refused(void **state)
{
	static const struct row rows[] = {
		{ "behind a plain query", "rules:\n  r: agents #nlp tools\n",
			"t.yaml:2:6: \" #\" begins a comment that cuts this query off behind \"agents\"; put" },
		{ "well meant",
			"users:\n  a:\n    feeds:\n      f:\n        match: agents   # all of them\n",
			"t.yaml:5:16: \" #\" begins a comment" },
		{ "the whole of it", "rules:\n  r: #agents\n",
			"t.yaml:2:5: \" #\" begins a comment" },
		{ "the brace too", "rules: {r: agents #nlp}\nusers: {}\n",
			"t.yaml:1:12: \" #\" begins a comment that swallows" },
		{ "in braces over lines", "rules: {r: agents #nlp\n}\n",
			"t.yaml:1:12: \" #\" begins a comment that cuts" },
		{ "with more lines below", "rules:\n  r: agents #nlp\n    tools\n",
			"t.yaml:2:6: \" #\" begins a comment that swallows the rest" },
	};
	struct parsed p = parse("rules:\n"
				"  quoted: 'agents #nlp'   # a comment\n"
				"  block: | # a comment\n"
				"    agents\n"
				"  joined: c#nlp\n"
				"contact: me # a comment\n");
	(void)state;

	check(rows, TMS_COUNT(rows));
	assert_right(&p);
	tms_arena_free(&p.arena);
}

static void yaml_that_cannot_be_read_is_explained(void **state)
{
	static const struct row rows[] = {
		{ "an empty file, as a full disk leaves it", "",
			"t.yaml:1:1: the file says nothing; expected settings" },
		{ "a byte order mark alone", "\xef\xbb\xbf", "t.yaml:1:1: the file says nothing" },
		{ "comments alone", "# nothing\n\n", "t.yaml:1:1: the file says nothing" },
		{ "an empty document", "---\n", "t.yaml:1:1: the file says nothing" },
		{ "a list", "- a\n", "t.yaml:1:1: found a list; expected settings" },
		{ "a text", "hello\n", "t.yaml:1:1: found a text; expected settings" },
		{ "two documents", "contact: a\n---\ncontact: b\n",
			"t.yaml:2:1: a second document (---)" },
		{ "a tab", "limits:\n\titems: 5\n",
			"t.yaml:2:1: a tab; YAML indents by spaces only" },
		{ "Latin-1", "contact: J\xfcrgen\n", "t.yaml:1:11: bytes that are not UTF-8" },
		{ "UTF-16",
			"\xff\xfe"
			"c",
			"t.yaml:1:1: bytes that are not UTF-8" },
		{ "a control character", "contact: a\x01\n",
			"t.yaml:1:11: a control character (number 1)" },
		{ "a line break of old", "contact: a\rlisten: b\n",
			"t.yaml:1:11: a carriage return alone" },
		{ "an invisible line break",
			"contact: a\xe2\x80\xa8"
			"b\n",
			"t.yaml:1:11: an invisible character" },
		{ "text behind the quotes", "rules:\n  r: \"tool use\" -survey\n",
			"t.yaml:2:6: text follows the closing quote; put the whole of it in single quotes: "
			"'\"tool use\" -survey'" },
		{ "text behind the quotes in braces", "rules: {r: \"tool use\" OR agents}\n",
			"t.yaml:1:12: text follows the closing quote" },
		{ "a colon and a space", "rules:\n  r: title: agents\n",
			"t.yaml:2:11: mapping values are not allowed in this context; a text that holds" },
		{ "a character that YAML keeps for itself", "rules:\n  r: @agents\n",
			"t.yaml:2:6: found character that cannot start any token …stands in quotes" },
		{ "an anchor", "rules:\n  r: &a agents\n", "t.yaml:2:6: an anchor (&)" },
		{ "an alias", "rules:\n  a: *b\n", "t.yaml:2:6: an alias (*)" },
		{ "a tag", "contact: !!str a\n", "t.yaml:1:10: a tag (!)" },
		{ "a directive", "%YAML 1.1\n---\ncontact: a\n", "t.yaml:1:1: a directive (%)" },
		{ "a key that is a list", "? [a]\n: b\n",
			"t.yaml:1:3: a list or a mapping as a key" },
		{ "an unclosed quote", "contact: 'a\n", "t.yaml:" },
		{ "an unclosed bracket", "listen: [a\n", "t.yaml:" },
		{ "a key without a value, at the end of the file", "listen: ':1'\n? contact\n",
			"t.yaml:2:10: contact: found nothing" },
		{ "the same without a line break", "? contact",
			"t.yaml:1:10: contact: found nothing" },
		{ "a query that breaks off at the end of a block", "rules:\n  r: |\n    a OR\n\n",
			"t.yaml:3:" },
	};
	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void all_errors_come_at_once_in_the_order_of_the_file(void **state)
{
	static const struct row row = { "sections are read in another order than they stand",
		"users: {ana: {feeds: {f: {sources: [none], limit: x, match: 'colour:red'}}}}\n"
		"rules: {r: '(a'}\n"
		"sources: {s: {preset: nothing}}\n"
		"listen: nowhere\n"
		"colour: red\n",
		"t.yaml:1:37: there is no source \"none\"\n"
		"t.yaml:1:51: limit: found \"x\"\n"
		"t.yaml:1:62: \n"
		"t.yaml:2:1\n"
		"t.yaml:3:23: there is no preset\n"
		"t.yaml:4:9: listen: \n"
		"t.yaml:5:1: there is no setting \"colour\"" };
	(void)state;
	check(&row, 1);
}

static void of_very_many_errors_the_first_are_told_and_the_rest_counted(void **state)
{
	struct tms_buf yaml = { 0 };
	(void)state;

	for (int i = 0; i < 3000; i++)
		tms_buf_format(&yaml, "unknown-%d: x\n", i);
	tms_buf_add_char(&yaml, '\0');
	struct parsed p = parse(yaml.ptr);
	assert_int_equal(p.status, TMS_EINVAL);
	assert_int_equal(p.errors.count, TMS_CONF_MESSAGES_MAX);
	assert_int_equal(p.errors.left_out, 3000 - TMS_CONF_MESSAGES_MAX);
	assert_true(p.errors.items[0].diag.line < p.errors.items[1].diag.line);
	tms_arena_free(&p.arena);
	tms_buf_free(&yaml);
}

/* ---- hostile files ---- */

static void repeat(struct tms_buf *buf, const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		tms_buf_add_cstr(buf, text);
}

static void hostile_files_end_soon_and_in_an_error(void **state)
{
	static const struct {
		const char *why, *before, *text;
		size_t count;
	} rows[] = {
		{ "a laugh that would swell", "a: &a [x, x]\nb: ", "[*a, *a]", 1 },
		{ "brackets inside each other", "a: ", "[", 100000 },
		{ "braces inside each other", "a: ", "{a: ", 100000 },
		{ "lists inside each other", "", "- ", 50000 },
		{ "values without end", "a: [", "1,", 2000000 },
		{ "question marks", "", "? ", 50000 },
		{ "one long line", "", "a", 1000000 },
		{ "quotes that never close", "a: \"", "\\\"", 500000 },
		{ "keys alone", "", "a:\n", 100000 },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_buf yaml = { 0 };
		tms_buf_add_cstr(&yaml, rows[i].before);
		repeat(&yaml, rows[i].text, rows[i].count);
		tms_buf_add_char(&yaml, '\0');
		struct parsed p = parse(yaml.ptr);
		if (p.status != TMS_EINVAL || p.errors.count == 0)
			fail_msg("%s: %s", rows[i].why, tms_status_name(p.status));
		tms_arena_free(&p.arena);
		tms_buf_free(&yaml);
	}
}

static void a_small_arena_is_a_limit_and_no_crash(void **state)
{
	(void)state;
	for (size_t max = 16; max < 60000; max += max / 8 + 16) {
		struct tms_arena arena = { .max_bytes = max };
		struct tms_conf_messages errors;
		const struct tms_conf *conf = NULL;
		struct tms_conf_input in = {
			.file = TMS_STR("t.yaml"),
			.yaml = TMS_STR(
				"sources: {a: {preset: hf-weekly}}\nrules: {r: 'x'}\nlimits: {items: 5}\n"
				"listen: [':1', ':2']\nusers: {a: {feeds: {f: {match: 'rule:r'}}}}\n")
		};
		enum tms_status status = tms_conf_parse(&arena, &in, &conf, &errors);
		assert_true(status == TMS_OK ? conf != NULL : status == TMS_ELIMIT && !conf);
		tms_arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_that_are_wrong_are_named_with_what_is_expected),
		cmocka_unit_test(sources_that_are_wrong_are_named),
		cmocka_unit_test(users_and_feeds_that_are_wrong_are_named),
		cmocka_unit_test(a_wrong_query_is_pointed_at_in_the_file),
		cmocka_unit_test(queries_and_rules_are_checked_where_they_are_asked_for),
		cmocka_unit_test(lists_of_authors_are_checked_by_line),
		cmocka_unit_test(a_file_of_authors_is_told_of_by_its_own_lines),
		cmocka_unit_test(a_comment_that_swallows_a_query_is_refused),
		cmocka_unit_test(yaml_that_cannot_be_read_is_explained),
		cmocka_unit_test(all_errors_come_at_once_in_the_order_of_the_file),
		cmocka_unit_test(of_very_many_errors_the_first_are_told_and_the_rest_counted),
		cmocka_unit_test(hostile_files_end_soon_and_in_an_error),
		cmocka_unit_test(a_small_arena_is_a_limit_and_no_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
