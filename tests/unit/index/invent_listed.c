/* Lists of authors that invented rules ask for; the reference tries every entry on every name. */
#include "invent.h"

#include <assert.h>
#include <stdio.h>

#include <tamis/author_list.h>

#define LISTS 4
#define ENTRIES_MAX 64
#define MANY 20000

/* A name each, or a name and an organisation. */
static const struct {
	const char *name, *org;
} entries[LISTS][ENTRIES_MAX] = {
	{ { "Yann LeCun", NULL }, { "Emmy Noether", NULL } },
	{ { "Li, Fei-Fei", "Google DeepMind" }, { "d'Alembert", NULL }, { "O Brien", "openai" },
		{ "김철수", NULL }, { "Jean-Luc Muller", "qwen2.5" }, { "J.-L. Müller", NULL } },
	{ { "Kaahumanu", NULL }, { "Wei W.", NULL }, { "Williams, R.", NULL }, { "阿兰图灵", NULL },
		{ "山田 太郎", "meta" }, { "gray", "gray color" }, { "محمد", NULL },
		{ "K. He", "rag" }, { "K. He", "udem" }, { "agent", NULL } },
	{ { "VanDen Berg", NULL }, { "A.-B. van den Berg", NULL }, { "Feifei", NULL },
		{ "OBrien", NULL }, { "li 李", NULL }, { "Sa'd", "Universite" },
		{ "The RAG Team", NULL } },
};

static struct {
	struct tms_arena arena;
	struct tms_query_authors authors[LISTS];
	struct cut names[LISTS][ENTRIES_MAX], orgs[LISTS][ENTRIES_MAX];
} made; /* for as long as the program runs */

/* The last list has very many people beside those, who write nothing here. */
static void make(size_t i)
{
	static const char *const names[] = { "one", "two", "three", "friends-of-many" };
	const struct tms_author_list *list = NULL;
	struct tms_buf text = { 0 };
	struct tms_diag diag = { 0 };

	for (size_t k = 0; k < ENTRIES_MAX && entries[i][k].name; k++) {
		const char *org = entries[i][k].org;
		tms_buf_format(&text,
			k % 2 ? "%s%s%s\n" : "# a comment\n\n  \"%s\"%s%s # another\n",
			entries[i][k].name, org ? "; ORG: " : "", org ? org : "");
		cut_asked(&made.arena, tms_str_from(entries[i][k].name), &made.names[i][k]);
		cut_asked(&made.arena, tms_str_from(org ? org : ""), &made.orgs[i][k]);
	}
	for (size_t k = 0; i == LISTS - 1 && k < MANY - ENTRIES_MAX; k++)
		tms_buf_format(&text, "Nobody%zu Absent%zu\n", k, k % 977);
	enum tms_status st = tms_author_list_read(&made.arena, tms_buf_str(&text), &list, &diag);
	if (st != TMS_OK)
		printf("%u:%u: %s\n", diag.line, diag.column, diag.text);
	assert(st == TMS_OK);
	made.authors[i] = (struct tms_query_authors){ tms_str_from(names[i]),
		tms_author_list_text(list), tms_query_authors_hash(tms_author_list_text(list)) };
	tms_buf_free(&text);
}

const struct tms_query_authors *invented_authors(size_t *count)
{
	for (size_t i = 0; i < LISTS && !made.authors[i].hash; i++)
		make(i);
	*count = LISTS;
	return made.authors;
}

struct ask *invent_listed_leaf(struct rule_maker *maker)
{
	const char *prefix;
	struct ask *ask = invent_plain_leaf(maker, ASK_LISTED, &prefix);
	size_t count = 0;
	const struct tms_query_authors *authors = invented_authors(&count);

	ask->listed = roll(maker->dice, LISTS);
	ask->print = tms_arena_format(maker->arena, "%s@%.*s",
		field_prefix(maker->dice, TMS_FIELD_AUTHOR),
		TMS_STR_ARGS(authors[ask->listed].name));
	return ask;
}

static bool is_of(const struct subject *subject, const struct cut *org)
{
	if (org->words.count == 0)
		return true;
	for (size_t i = 0; i < subject->texts_count; i++)
		if (subject->texts[i].field == TMS_FIELD_ORG &&
			reference_words_hold(org, &subject->texts[i].cut))
			return true;
	return false;
}

bool reference_listed_holds(const struct ask *ask, const struct subject *subject)
{
	for (size_t i = 0; i < subject->texts_count; i++)
		for (size_t k = 0; k < ENTRIES_MAX && entries[ask->listed][k].name; k++)
			if (subject->texts[i].field == TMS_FIELD_AUTHOR &&
				reference_is_person(
					&made.names[ask->listed][k], &subject->texts[i].cut) &&
				is_of(subject, &made.orgs[ask->listed][k]))
				return true;
	return false;
}
