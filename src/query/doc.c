/* The document of an item: its texts, in the order of the fields, cut into words. */
#include <tamis/doc.h>

#define NAMED(id, name, how)                                                                       \
	case TMS_FIELD_##id:                                                                       \
		return name;

const char *tms_field_name(unsigned fields)
{
	switch ((enum tms_field)(1u << (31 - __builtin_clz(fields | 1)))) {
		TMS_FIELD_LIST(NAMED)
	}
	return "";
}

/* A document being made: texts are added in the order of their fields. */
struct making {
	struct tms_arena *arena;
	struct tms_doc_text *texts;
	size_t count, room;
	unsigned fields; /* that are wanted */
	bool uncut;
	enum tms_status status;
};

static void add(struct making *m, unsigned fields, struct tms_str text)
{
	if (text.len == 0 || m->status != TMS_OK || !(fields & m->fields))
		return;
	if (!tms_arena_grow(m->arena, (void *)&m->texts, m->count, &m->room, sizeof(*m->texts))) {
		m->status = m->arena->status;
		return;
	}
	m->texts[m->count].fields = fields;
	if (m->uncut)
		m->texts[m->count].words.text = text;
	else
		m->status = tms_words_cut(m->arena, text, &m->texts[m->count].words);
	m->count++;
}

/* The second only when it says something else. */
static void add_both(struct making *m, unsigned field, struct tms_str a, struct tms_str b)
{
	add(m, field, a);
	if (!tms_str_equal_caseless(a, b))
		add(m, field, b);
}

static size_t count_of(const struct tms_doc *doc, enum tms_field field)
{
	for (size_t i = 0; i < doc->texts_count && (doc->texts[i].fields & TMS_FIELDS_TEXT); i++)
		if (doc->texts[i].fields & field)
			return doc->texts[i].words.count;
	return 0;
}

static size_t longest_of(const struct tms_doc *doc)
{
	size_t abstract = count_of(doc, TMS_FIELD_ABSTRACT);
	size_t content = count_of(doc, TMS_FIELD_CONTENT);

	return content > abstract ? content : abstract;
}

static enum tms_status make(struct making m, const struct tms_merged *merged, struct tms_doc *out)
{
	const struct tms_item *item = &merged->item;
	size_t categories = tms_merged_categories_count(merged);
	struct tms_item_text text = { 0 };

	m.room = TMS_FIELDS + item->authors_count + 2 * categories + item->keywords_count;
	m.texts = TMS_ARENA_ARRAY(m.arena, struct tms_doc_text, m.room);
	if (!m.texts)
		return m.arena->status;
	if ((m.fields & TMS_FIELDS_TEXT) &&
		tms_item_text(m.arena, item, (m.fields & TMS_FIELDS_BODY) != 0, &text) != TMS_OK)
		return m.arena->status;
	add(&m, TMS_FIELD_TITLE, text.title);
	add(&m, text.is_one ? TMS_FIELDS_BODY : TMS_FIELD_ABSTRACT, text.summary);
	add(&m, TMS_FIELD_CONTENT, text.content);
	for (size_t i = 0; i < item->authors_count; i++)
		add(&m, TMS_FIELD_AUTHOR, item->authors[i].name);
	for (size_t i = 0; i < categories; i++)
		add_both(&m, TMS_FIELD_CATEGORY, tms_merged_category(merged, i)->term,
			tms_merged_category(merged, i)->label);
	for (size_t i = 0; i < item->keywords_count; i++)
		add(&m, TMS_FIELD_KEYWORD, item->keywords[i]);
	add_both(&m, TMS_FIELD_ORG, item->organization, item->organization_name);
	add_both(&m, TMS_FIELD_SUBMITTER, item->submitter, item->submitter_name);
	add(&m, TMS_FIELD_COMMENT, item->comment);
	add(&m, TMS_FIELD_OTHER, item->ai_summary);
	add(&m, TMS_FIELD_OTHER, item->journal_ref);
	if (m.status != TMS_OK)
		return m.status;
	*out = (struct tms_doc){ .texts = m.texts, .texts_count = m.count };
	out->words = count_of(out, TMS_FIELD_TITLE) + longest_of(out);
	return TMS_OK;
}

enum tms_status tms_doc_make(
	struct tms_arena *arena, const struct tms_merged *item, struct tms_doc *out)
{
	return make((struct making){ .arena = arena, .fields = TMS_FIELDS_ANY }, item, out);
}

enum tms_status tms_doc_make_part(struct tms_arena *arena, const struct tms_merged *item,
	unsigned fields, struct tms_doc *out)
{
	return make((struct making){ .arena = arena, .fields = fields }, item, out);
}

enum tms_status tms_doc_make_uncut(struct tms_arena *arena, const struct tms_merged *item,
	unsigned fields, struct tms_doc *out)
{
	return make((struct making){ .arena = arena, .fields = fields, .uncut = true }, item, out);
}
