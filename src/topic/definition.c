/* Topic files, and what a definition has to be. */
#include "definition.h"

#include <tamis/utf8.h>

/* ---- facets written out ---- */

static bool fail(
	struct topic_written *w, enum tms_status st, struct tms_str where, const char *fault)
{
	w->status = st;
	w->fault = fault;
	w->where = where;
	return false;
}

/* ".8:policy optimization"; without a weight it is 1. */
static bool read_weight(struct topic_written *w, struct tms_str *text, uint32_t *weight)
{
	size_t at = 0;
	uint64_t value = 0, digits = 0, divisor = 1;
	bool has_point = false;

	for (; at < text->len && (tms_is_digit(text->ptr[at]) || text->ptr[at] == '.'); at++) {
		if (text->ptr[at] == '.') {
			if (has_point)
				break;
			has_point = true;
		} else if (++digits <= 6) {
			value = value * 10 + (uint64_t)(text->ptr[at] - '0');
			divisor *= has_point ? 10 : 1;
		}
	}
	*weight = TMS_TOPIC_ONE;
	if (at == 0 || at == text->len || text->ptr[at] != ':')
		return true;
	if (digits == 0 || digits > 6 || value == 0 || value > divisor)
		return fail(w, TMS_EINVAL, *text,
			"a phrase's weight is more than 0 and at most 1: \".8:policy gradient\"");
	*weight = (uint32_t)((value * TMS_TOPIC_ONE + divisor / 2) / divisor);
	*text = tms_str_trim(tms_str_slice(*text, at + 1, text->len));
	return true;
}

bool topic_written_next(struct topic_written *w, struct topic_written_phrase *out)
{
	size_t comma = tms_str_find_byte(w->rest, ',', 0);
	size_t both = tms_str_find(w->rest, TMS_STR("&&"), 0);
	size_t end = comma < both ? comma : both;

	if (w->fault || (w->rest.len == 0 && !w->is_behind_facet))
		return false;
	struct tms_str part = tms_str_slice(w->rest, 0, end);
	struct tms_str text = tms_str_trim(part);
	size_t facet = w->facet;
	if (facet == TMS_TOPIC_FACETS_MAX)
		return fail(
			w, TMS_ELIMIT, w->rest, "a topic has at most 12 facets, divided by \"&&\"");
	if (++w->phrases > TMS_TOPIC_PHRASES_MAX)
		return fail(w, TMS_ELIMIT, w->rest, "a topic has at most 200 phrases written out");
	if (text.len == 0)
		return fail(w, TMS_EINVAL, part.len ? part : w->rest,
			"a phrase is missing here: phrases are divided by \",\", facets by \"&&\"");
	if (!read_weight(w, &text, &out->weight))
		return false;
	if (text.len == 0)
		return fail(w, TMS_EINVAL, part, "a phrase is missing behind its weight");
	w->is_behind_facet = end == both && end != SIZE_MAX;
	w->facet += w->is_behind_facet;
	w->rest = end == SIZE_MAX
			  ? TMS_STR_NONE
			  : tms_str_slice(w->rest, end + (w->is_behind_facet ? 2 : 1), w->rest.len);
	out->text = text;
	out->facet = facet;
	return true;
}

bool tms_topic_written_phrase(
	const struct tms_topic_definition *definition, size_t i, struct tms_str *out)
{
	struct topic_written written = { .rest = definition->all };
	struct topic_written_phrase phrase;

	for (size_t k = 0; topic_written_next(&written, &phrase); k++)
		if (k == i) {
			*out = phrase.text;
			return true;
		}
	return false;
}

/* ---- checking ---- */

static enum tms_status refuse(struct tms_str *where, struct tms_str part, enum tms_status st)
{
	if (where)
		*where = part;
	return st;
}

static bool is_id(struct tms_str id)
{
	for (size_t i = 0; i < id.len; i++)
		if (!tms_is_alnum(id.ptr[i]) && id.ptr[i] != '-' && id.ptr[i] != '_')
			return false;
	return id.len > 0;
}

static enum tms_status check_lengths(
	const struct tms_topic_definition *d, struct tms_str *where, struct tms_diag *diag)
{
	const struct {
		const char *name;
		struct tms_str text;
		size_t max;
	} parts[] = {
		{ "an identifier", d->id, TMS_TOPIC_ID_BYTES_MAX },
		{ "a topic's name", d->name, TMS_TOPIC_NAME_BYTES_MAX },
		{ "a topic's group", d->group, TMS_TOPIC_NAME_BYTES_MAX },
		{ "what a topic is about", d->about, TMS_TOPIC_ABOUT_BYTES_MAX },
		{ "a topic's keywords", d->keywords, TMS_TOPIC_KEYWORDS_BYTES_MAX },
		{ "a topic's phrases", d->all, TMS_TOPIC_ALL_BYTES_MAX },
	};

	for (size_t i = 0; i < TMS_COUNT(parts); i++)
		if (parts[i].text.len > parts[i].max) {
			tms_diag_set(diag, 0, 0, "%s may be %zu bytes long; found %zu",
				parts[i].name, parts[i].max, parts[i].text.len);
			return refuse(where, parts[i].text, TMS_ELIMIT);
		}
	return TMS_OK;
}

enum tms_status tms_topic_check(
	const struct tms_topic_definition *d, struct tms_str *where, struct tms_diag *diag)
{
	struct topic_written written = { .rest = d->all };
	struct topic_written_phrase phrase;

	if (!is_id(d->id)) {
		tms_diag_set(diag, 0, 0,
			"a topic is identified by letters, digits, \"-\" and \"_\"; found \"%.*s\"",
			TMS_STR_ARGS(tms_str_slice(d->id, 0, 80)));
		return refuse(where, d->id, TMS_EINVAL);
	}
	if (tms_str_trim(d->name).len == 0) {
		tms_diag_set(diag, 0, 0, "the topic %.*s has no name", TMS_STR_ARGS(d->id));
		return refuse(where, d->id, TMS_EINVAL);
	}
	enum tms_status st = check_lengths(d, where, diag);
	while (st == TMS_OK && topic_written_next(&written, &phrase))
		;
	if (st == TMS_OK && written.fault) {
		tms_diag_set(diag, 0, 0, "%s", written.fault);
		return refuse(where, written.where, written.status);
	}
	return st;
}

/* ---- files ---- */

struct topic_file {
	struct tms_arena *arena;
	struct tms_str original, text; /* text: a copy, in which values that go on are one line */
	char *copy;
	struct tms_topic_list list;
	size_t capacity;
	struct tms_str group; /* of topics that do not say theirs */
	bool is_open;         /* a topic has begun since the file did */
	struct tms_str *open; /* the part that the line before belongs to, or NULL */
	uint32_t line;
	struct tms_diag *diag;
};

static enum tms_status file_fault(
	struct topic_file *f, struct tms_str where, enum tms_status st, const char *sentence)
{
	uint32_t line = 0, column = 0;
	size_t offset = where.ptr ? (size_t)(where.ptr - f->text.ptr) : 0;

	tms_diag_locate(f->original, offset, &line, &column);
	tms_diag_set(f->diag, line, column, "%s", sentence);
	return st;
}

static struct tms_topic_definition *last_topic(struct topic_file *f)
{
	return f->is_open ? &f->list.items[f->list.count - 1] : NULL;
}

/* A definition is whole when the next begins or the file ends. */
static enum tms_status finish_topic(struct topic_file *f)
{
	const struct tms_topic_definition *d = last_topic(f);
	struct tms_diag diag = { 0 };
	struct tms_str where = { 0 };

	if (!d)
		return TMS_OK;
	enum tms_status st = tms_topic_check(d, &where, &diag);
	if (st != TMS_OK)
		return file_fault(f, where, st == TMS_EINVAL ? TMS_EMALFORMED : st, diag.text);
	for (size_t i = 0; i + 1 < f->list.count; i++)
		if (tms_str_equal(f->list.items[i].id, d->id)) {
			tms_diag_set(&diag, 0, 0, "the topic %.*s is there already, in line %u",
				TMS_STR_ARGS(d->id), f->list.items[i].line);
			return file_fault(f, d->id, TMS_EMALFORMED, diag.text);
		}
	return TMS_OK;
}

static enum tms_status begin_topic(struct topic_file *f, struct tms_str line)
{
	enum tms_status st = finish_topic(f);

	if (st != TMS_OK)
		return st;
	if (!tms_str_starts(line, TMS_STR("[topic ")) || !tms_str_ends(line, TMS_STR("]")))
		return file_fault(f, line, TMS_EMALFORMED, "a topic begins with \"[topic ID]\"");
	if (f->list.count == TMS_TOPIC_FILE_TOPICS_MAX)
		return file_fault(f, line, TMS_ELIMIT, "a file has at most 2,000 topics");
	if (!tms_arena_grow(
		    f->arena, &f->list.items, f->list.count, &f->capacity, sizeof(*f->list.items)))
		return f->arena->status;
	f->list.items[f->list.count++] = (struct tms_topic_definition){
		.id = tms_str_trim(tms_str_slice(line, strlen("[topic "), line.len - 1)),
		.line = f->line,
		.group = f->group,
	};
	f->is_open = true;
	return TMS_OK;
}

static struct tms_str *part_of(struct tms_topic_definition *d, struct tms_str key)
{
	const struct {
		const char *name;
		struct tms_str *part;
	} parts[] = { { "name", &d->name }, { "about", &d->about }, { "keywords", &d->keywords },
		{ "all", &d->all }, { "group", &d->group } };

	for (size_t i = 0; i < TMS_COUNT(parts); i++)
		if (tms_str_equal(key, tms_str_from(parts[i].name)))
			return parts[i].part;
	return NULL;
}

/* A form feed: another file begins. */
static enum tms_status begin_file(struct topic_file *f)
{
	enum tms_status st = finish_topic(f);

	f->is_open = false;
	f->group = (struct tms_str){ 0 };
	return st;
}

/* "group = …" before the first topic: true of all. */
static enum tms_status read_group(struct topic_file *f, struct tms_str line, size_t equals)
{
	struct tms_str key = tms_str_trim(tms_str_slice(line, 0, equals));

	if (equals == SIZE_MAX || !tms_str_equal(key, TMS_STR("group")) || f->group.ptr)
		return file_fault(f, line, TMS_EMALFORMED, "a topic begins with \"[topic ID]\"");
	f->group = tms_str_trim(tms_str_slice(line, equals + 1, line.len));
	return TMS_OK;
}

/* A value goes on: the break before the line becomes a space. */
static void go_on(struct topic_file *f, struct tms_str whole)
{
	f->copy[(size_t)(whole.ptr - f->text.ptr) - 1] = ' ';
	*f->open = tms_str_trim(
		(struct tms_str){ f->open->ptr, (size_t)(whole.ptr + whole.len - f->open->ptr) });
}

static enum tms_status read_line(struct topic_file *f, struct tms_str whole)
{
	struct tms_topic_definition *d = last_topic(f);
	struct tms_str line = tms_str_trim(whole), *open = f->open;
	size_t equals = tms_str_find_byte(line, '=', 0);

	f->open = NULL;
	if (tms_str_find_byte(whole, '\f', 0) != SIZE_MAX && line.len == 0)
		return begin_file(f);
	if (line.len == 0 || line.ptr[0] == '#')
		return TMS_OK;
	if (line.ptr[0] == '[')
		return begin_topic(f, line);
	if (!d)
		return read_group(f, line, equals);
	struct tms_str *part = part_of(d, tms_str_trim(tms_str_slice(line, 0, equals)));
	if ((equals == SIZE_MAX || !part) && open && tms_is_space(whole.ptr[0])) {
		f->open = open;
		go_on(f, whole);
		return TMS_OK;
	}
	if (equals == SIZE_MAX || !part)
		return file_fault(f, line, TMS_EMALFORMED,
			"expected \"name = …\", \"about = …\", \"keywords = …\", \"all = …\" or \"group = …\"");
	if (part->ptr && part->ptr != f->group.ptr)
		return file_fault(f, line, TMS_EMALFORMED, "this is said twice of the same topic");
	*part = tms_str_trim(tms_str_slice(line, equals + 1, line.len));
	if (part->len == 0)
		return file_fault(f, line, TMS_EMALFORMED, "something is missing behind the \"=\"");
	f->open = part;
	return TMS_OK;
}

enum tms_status tms_topic_file_parse(struct tms_arena *arena, struct tms_str text,
	struct tms_topic_list *out, struct tms_diag *diag)
{
	struct topic_file f = { .arena = arena, .original = text, .diag = diag };
	struct tms_str rest, line;
	enum tms_status st = TMS_OK;

	if (text.len > TMS_TOPIC_FILE_BYTES_MAX) {
		tms_diag_set(
			diag, 0, 0, "a topic file has at most %zu bytes", TMS_TOPIC_FILE_BYTES_MAX);
		return TMS_ELIMIT;
	}
	f.copy = tms_arena_alloc(arena, text.len + 1);
	if (!f.copy)
		return arena->status;
	if (text.len > 0)
		memcpy(f.copy, text.ptr, text.len);
	f.text = (struct tms_str){ f.copy, text.len };
	size_t valid = tms_utf8_valid_prefix(f.text);
	if (valid < text.len)
		return file_fault(&f, tms_str_slice(f.text, valid, text.len), TMS_EMALFORMED,
			"found bytes that are not UTF-8");
	rest = f.text;
	while (st == TMS_OK && tms_str_split(&rest, '\n', &line)) {
		f.line++;
		st = read_line(&f, line);
	}
	if (st == TMS_OK)
		st = finish_topic(&f);
	if (st == TMS_OK)
		*out = f.list;
	return st;
}
