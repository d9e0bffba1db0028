/* The categories of arXiv, to tell what is none (arxiv.org/category_taxonomy). */
#include "parse_private.h"

/* In order, caseless; conf/topics/arxiv-categories.tsv has their names. */
static const char *const categories[] = { "astro-ph.CO", "astro-ph.EP", "astro-ph.GA",
	"astro-ph.HE", "astro-ph.IM", "astro-ph.SR", "cond-mat.dis-nn", "cond-mat.mes-hall",
	"cond-mat.mtrl-sci", "cond-mat.other", "cond-mat.quant-gas", "cond-mat.soft",
	"cond-mat.stat-mech", "cond-mat.str-el", "cond-mat.supr-con", "cs.AI", "cs.AR", "cs.CC",
	"cs.CE", "cs.CG", "cs.CL", "cs.CR", "cs.CV", "cs.CY", "cs.DB", "cs.DC", "cs.DL", "cs.DM",
	"cs.DS", "cs.ET", "cs.FL", "cs.GL", "cs.GR", "cs.GT", "cs.HC", "cs.IR", "cs.IT", "cs.LG",
	"cs.LO", "cs.MA", "cs.MM", "cs.MS", "cs.NA", "cs.NE", "cs.NI", "cs.OH", "cs.OS", "cs.PF",
	"cs.PL", "cs.RO", "cs.SC", "cs.SD", "cs.SE", "cs.SI", "cs.SY", "econ.EM", "econ.GN",
	"econ.TH", "eess.AS", "eess.IV", "eess.SP", "eess.SY", "gr-qc", "hep-ex", "hep-lat",
	"hep-ph", "hep-th", "math-ph", "math.AC", "math.AG", "math.AP", "math.AT", "math.CA",
	"math.CO", "math.CT", "math.CV", "math.DG", "math.DS", "math.FA", "math.GM", "math.GN",
	"math.GR", "math.GT", "math.HO", "math.IT", "math.KT", "math.LO", "math.MG", "math.MP",
	"math.NA", "math.NT", "math.OA", "math.OC", "math.PR", "math.QA", "math.RA", "math.RT",
	"math.SG", "math.SP", "math.ST", "nlin.AO", "nlin.CD", "nlin.CG", "nlin.PS", "nlin.SI",
	"nucl-ex", "nucl-th", "physics.acc-ph", "physics.ao-ph", "physics.app-ph",
	"physics.atm-clus", "physics.atom-ph", "physics.bio-ph", "physics.chem-ph",
	"physics.class-ph", "physics.comp-ph", "physics.data-an", "physics.ed-ph",
	"physics.flu-dyn", "physics.gen-ph", "physics.geo-ph", "physics.hist-ph", "physics.ins-det",
	"physics.med-ph", "physics.optics", "physics.plasm-ph", "physics.pop-ph", "physics.soc-ph",
	"physics.space-ph", "q-bio.BM", "q-bio.CB", "q-bio.GN", "q-bio.MN", "q-bio.NC", "q-bio.OT",
	"q-bio.PE", "q-bio.QM", "q-bio.SC", "q-bio.TO", "q-fin.CP", "q-fin.EC", "q-fin.GN",
	"q-fin.MF", "q-fin.PM", "q-fin.PR", "q-fin.RM", "q-fin.ST", "q-fin.TR", "quant-ph",
	"stat.AP", "stat.CO", "stat.ME", "stat.ML", "stat.OT", "stat.TH" };

/* Of more letters than that there is none. */
#define CATEGORY_MAX 20

struct tms_str query_arxiv_category(struct tms_str text)
{
	size_t low = 0, high = TMS_COUNT(categories);

	if (text.len > CATEGORY_MAX)
		return TMS_STR_NONE;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct tms_str one = tms_str_from(categories[middle]);
		size_t len = one.len < text.len ? one.len : text.len;
		int order = 0;
		for (size_t i = 0; i < len && order == 0; i++)
			order = tms_lower(text.ptr[i]) - tms_lower(one.ptr[i]);
		if (order == 0 && one.len == text.len)
			return one;
		if (order < 0 || (order == 0 && text.len < one.len))
			high = middle;
		else
			low = middle + 1;
	}
	return TMS_STR_NONE;
}

bool query_arxiv_begins(struct tms_str text)
{
	for (size_t i = 0; i < TMS_COUNT(categories); i++)
		if (tms_str_starts_caseless(tms_str_from(categories[i]), text))
			return true;
	return false;
}

struct tms_str query_arxiv_nearest(struct tms_str text)
{
	static const char *const meant[][2] = { { "cs.NLP", "cs.CL" }, { "cs.ML", "cs.LG" },
		{ "cs.DL", "cs.LG" }, { "cs.Security", "cs.CR" }, { "cs.ROB", "cs.RO" },
		{ "stat.LG", "stat.ML" }, { "eess.CV", "eess.IV" } };
	struct tms_str nearest = { 0 };
	size_t best = 2; /* of two letters, one may be wrong */

	for (size_t i = 0; i < TMS_COUNT(meant); i++)
		if (tms_str_equal_caseless(text, tms_str_from(meant[i][0])))
			return tms_str_from(meant[i][1]);
	for (size_t i = 0; i < TMS_COUNT(categories); i++) {
		struct tms_str one = tms_str_from(categories[i]);
		size_t distance = query_distance(text, one, 1);
		if (distance < best) {
			best = distance;
			nearest = one;
		}
	}
	return nearest;
}

/* "cs.CL", "cs.*": as it is asked for, or empty. */
static struct tms_str category_of(struct tms_str text)
{
	if (tms_str_ends(text, TMS_STR(".*")) &&
		query_arxiv_begins(tms_str_slice(text, 0, text.len - 1)))
		return text;
	return query_arxiv_category(text);
}

/* Behind the bare run at `at`. */
static size_t run_end(const struct query_parser *p, size_t at)
{
	size_t next;

	while (!query_is_delimiter(query_peek_at(p, at, &next)))
		at = next;
	return at;
}

/* From the one at `start` on, all that stand alone, in quotes: of "cs.CL OR cs.LG" both. */
static void cure_quoted(struct query_parser *p, size_t start)
{
	struct tms_str text = p->text;
	struct tms_buf buf = { 0 };
	bool in_quotes = false;
	size_t next;

	for (size_t at = start; at < text.len; at = next) {
		int32_t c = query_peek_at(p, at, &next);
		bool begins = at == start ||
			      query_is_delimiter(query_peek_at(p, at - 1, &(size_t){ 0 })) ||
			      text.ptr[at - 1] == '-' || text.ptr[at - 1] == '!';
		if (c == '/' && begins && !in_quotes) { /* a regular expression stays */
			tms_buf_add(&buf, tms_str_slice(text, at, text.len));
			break;
		}
		in_quotes ^= c == '"';
		size_t end = begins && !in_quotes ? run_end(p, at) : at;
		struct tms_str run = tms_str_slice(text, at, end);
		if (category_of(run).len > 0) {
			tms_buf_format(&buf, "\"%.*s\"", TMS_STR_ARGS(run));
			next = end;
		} else {
			tms_buf_add(&buf, tms_str_slice(text, at, next));
		}
	}
	query_cure_with(p, TMS_STR("in the text"), start, text.len, &buf);
}

bool query_refuse_category(struct query_parser *p, size_t start)
{
	struct tms_str run = tms_str_slice(p->text, start, p->at);
	struct tms_str known = category_of(run);

	if (known.len == 0)
		return false;
	(void)query_fail(p, start,
		"found \"%.*s\", a category of arXiv: category:%.*s asks for it (in quotes it is "
		"searched in the text)",
		TMS_STR_ARGS(run), TMS_STR_ARGS(known));
	query_cure(p, TMS_STR("the category"), p->term_at, p->at,
		tms_arena_format(p->arena, "category:%.*s", TMS_STR_ARGS(known)));
	cure_quoted(p, start);
	return true;
}
