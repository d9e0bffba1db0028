/* What was mended, in the words that a person reads in a source's health. */
#include "xml_report.h"

#include <tamis/utf8.h>

#define NAME_BYTES 40

/* "%s" is the name of the first, where a kind has names. */
static const struct {
	const char *one, *many; /* NULL: the place says it all, however often */
	bool has_name;
} words[XML_MENDS] = {
	[XML_MEND_BEFORE] = { "text before the document", NULL, false },
	[XML_MEND_DECLARATION] = { "an XML declaration that is not at the start", NULL, false },
	[XML_MEND_AMPERSAND] = { "1 bare ampersand", "bare ampersands", false },
	[XML_MEND_ENTITY] = { "1 entity that is not declared (&%s;)",
		"entities that are not declared (&%s;)", true },
	[XML_MEND_REFERENCE] = { "1 reference to a forbidden character (&%s;)",
		"references to forbidden characters (&%s;)", true },
	[XML_MEND_LESS] = { "1 \"<\" that opens nothing", "\"<\" that open nothing", false },
	[XML_MEND_ATTRIBUTE] = { "1 tag with ill-formed attributes (<%s>)",
		"tags with ill-formed attributes (<%s>)", true },
	[XML_MEND_UNCLOSED] = { "1 element without an end tag (<%s>)",
		"elements without an end tag (<%s>)", true },
	[XML_MEND_STRAY] = { "1 end tag that closes nothing (</%s>)",
		"end tags that close nothing (</%s>)", true },
	[XML_MEND_SECTION] = { "1 section without an end (%s)", "sections without an end (%s)",
		true },
	[XML_MEND_AFTER] = { "text behind the document", NULL, false },
};

static struct tms_diag *add(struct tms_xml_report *report, uint32_t line)
{
	struct tms_diag *diag = &report->mended[report->mended_count++];

	*diag = (struct tms_diag){ .line = line };
	return diag;
}

/* The pattern comes from the table above; its one "%s" is put in by hand. */
static void say(struct tms_buf *text, const char *pattern, struct tms_str name)
{
	struct tms_str all = tms_str_from(pattern);
	size_t at = tms_str_find(all, TMS_STR("%s"), 0);

	tms_buf_add(text, tms_str_slice(all, 0, at));
	if (at == SIZE_MAX)
		return;
	tms_buf_add(text, tms_utf8_cut(name, NAME_BYTES));
	tms_buf_add(text, tms_str_slice(all, at + 2, all.len));
}

static void add_kind(struct tms_xml_report *report, const struct xml_mends *mends, int kind)
{
	size_t count = mends->kinds[kind].count;
	uint32_t line = mends->kinds[kind].line;
	struct tms_buf text = { .max = 4096 };
	bool many = count > 1 && words[kind].many;

	if (many)
		tms_buf_format(&text, "%zu ", count);
	say(&text, many ? words[kind].many : words[kind].one,
		words[kind].has_name ? mends->kinds[kind].name : TMS_STR_NONE);
	tms_buf_format(&text, many ? ", the first in line %u" : " in line %u", (unsigned)line);
	tms_diag_set(add(report, line), line, 0, "%.*s", TMS_STR_ARGS(tms_buf_str(&text)));
	tms_buf_free(&text);
}

static void add_charset(struct tms_xml_report *report, const struct tms_charset_info *charset)
{
	struct tms_str label = tms_utf8_cut(charset->refused, NAME_BYTES);

	if (label.len > 0 && tms_utf8_is_valid(label))
		tms_diag_set(add(report, 0), 0, 0,
			"the charset \"%.*s\" that the %s names %s; read as %s",
			TMS_STR_ARGS(label),
			charset->refused_of_header ? "Content-Type" : "document",
			tms_charset_find(label) ? "does not fit the bytes" : "is not known",
			charset->name);
	else if (charset->conflict && charset->source == TMS_CHARSET_FROM_BYTES)
		tms_diag_set(add(report, 0), 0, 0,
			"the bytes are not UTF-8 and no charset is named; read as %s",
			charset->name);
	if (charset->replaced > 0)
		tms_diag_set(add(report, 0), 0, 0, "%zu %s that stand for no character, as U+FFFD",
			charset->replaced, charset->replaced == 1 ? "byte" : "bytes");
}

void xml_report_words(struct tms_arena *arena, const struct tms_charset_info *charset,
	const struct xml_mends *mends, struct tms_xml_report *report)
{
	size_t kinds = 0;
	bool is_told = charset->refused.len > 0 || charset->replaced > 0 || charset->conflict;

	for (int i = 0; i < XML_MENDS; i++)
		kinds += mends->kinds[i].count > 0;
	report->mended = NULL;
	report->mended_count = 0;
	if (!is_told && !report->recovered)
		return;
	report->mended = TMS_ARENA_ARRAY(arena, struct tms_diag, kinds + 3);
	if (!report->mended)
		return;
	add_charset(report, charset);
	for (int i = 0; i < XML_MENDS; i++)
		if (mends->kinds[i].count > 0)
			add_kind(report, mends, i);
	if (mends->cut_in.len > 0) {
		tms_diag_set(add(report, 0), 0, 0, "the document ends inside <%.*s>",
			TMS_STR_ARGS(tms_utf8_cut(mends->cut_in, NAME_BYTES)));
	} else if (kinds == 0 && report->recovered) {
		const struct tms_diag *fault = &report->first_fault;
		tms_diag_set(add(report, fault->line), fault->line, 0, "%s", fault->text);
	}
}
