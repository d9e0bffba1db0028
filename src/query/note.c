/* Notes of the parser: what is read as meant, and worth a look. */
#include "parse_private.h"

/* Further ones are read, too, but not written otherwise in what is proposed. */
#define SMALL_MAX 32

struct query_small_operators {
	size_t count;
	struct {
		size_t start, end;
	} list[SMALL_MAX];
};

static bool is_heard(const struct query_parser *p)
{
	return p->advice && !p->is_again;
}

void query_note_operator(struct query_parser *p, size_t start, size_t end)
{
	if (!is_heard(p) || p->text.ptr[start] < 'a' || p->text.ptr[start] > 'z')
		return;
	if (!p->small)
		p->small = TMS_ARENA_NEW(p->arena, struct query_small_operators);
	if (!p->small || p->small->count == SMALL_MAX)
		return;
	p->small->list[p->small->count].start = start;
	p->small->list[p->small->count++].end = end;
}

/* The text with these operators in capitals, or in quotes. */
static void cure_operators(struct query_parser *p, struct tms_str label, bool in_quotes)
{
	const struct query_small_operators *small = p->small;
	size_t start = small->list[0].start, end = small->list[small->count - 1].end;
	struct tms_buf buf = { 0 };

	for (size_t i = 0, at = start; i < small->count; at = small->list[i++].end) {
		tms_buf_add(&buf, tms_str_slice(p->text, at, small->list[i].start));
		if (in_quotes)
			tms_buf_add_char(&buf, '"');
		for (at = small->list[i].start; at < small->list[i].end; at++)
			tms_buf_add_char(&buf,
				in_quotes ? p->text.ptr[at] : (char)(p->text.ptr[at] & ~0x20));
		if (in_quotes)
			tms_buf_add_char(&buf, '"');
	}
	query_cure_with(p, label, start, end, &buf);
}

void query_note_operators(struct query_parser *p)
{
	const struct query_small_operators *small = p->small;

	if (!small || small->count == 0)
		return;
	struct tms_str first = tms_str_slice(p->text, small->list[0].start, small->list[0].end);
	query_note(p, small->list[0].start, small->list[0].end,
		"\"%.*s\" between terms is an operator, as it is in capitals; in quotes it is a word",
		TMS_STR_ARGS(first));
	cure_operators(p, TMS_STR("as it is read"), false);
	cure_operators(p, TMS_STR("as a word"), true);
}

void query_note_run(struct query_parser *p, size_t start, size_t end)
{
	struct tms_str run = tms_str_slice(p->text, start, end), one;

	if (!is_heard(p))
		return;
	query_note(p, start, end, "operators in a row are words: \"%.*s\" is searched",
		TMS_STR_ARGS(run));
	if (tms_str_split(&run, ' ', &one))
		query_cure(p, TMS_STR("one of them"), start, end, one);
	query_cure(p, TMS_STR("without them"), start, end, TMS_STR_NONE);
}

void query_note_lone(struct query_parser *p, size_t start, size_t end)
{
	if (!is_heard(p))
		return;
	query_note(p, start, end,
		"\"%.*s\" does not stand between two terms: it is a word that is searched",
		TMS_STR_ARGS(tms_str_slice(p->text, start, end)));
	query_cure(p, TMS_STR("without it"), start, end, TMS_STR_NONE);
}

void query_note_space(struct query_parser *p, size_t start, size_t end)
{
	struct tms_str name = tms_str_slice(p->text, start, end);

	if (!is_heard(p))
		return;
	query_note(p, start, p->at, "\"%.*s:\" is a field, also with a space beside its colon",
		TMS_STR_ARGS(name));
	struct tms_str glued = tms_arena_format(p->arena, "%.*s:", TMS_STR_ARGS(name));
	query_cure(p, TMS_STR_NONE, start, p->at, glued);
}
