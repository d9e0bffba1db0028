/* Random items and leaves for tests of the index: few words, so that they meet, and those that are
 * hard to tell apart. */
#ifndef TAMIS_TESTS_INDEX_STOCK_H
#define TAMIS_TESTS_INDEX_STOCK_H

#include "../make.h"

#include <tamis/doc.h>
#include <tamis/query.h>
#include <tamis/view.h>

#define STOCK_WORDS_MAX 24

static const char *const stock_words[] = { "agent", "agents", "Agent", "AIS", "AIs", "ais", "ai",
	"GPs", "gps", "GPS", "gp", "policy", "policies", "class", "classes", "Process", "processes",
	"fine-tuning", "fine", "tuning", "finetuning", "zero-shot", "zero", "shot",
	"video-to-video", "RAG", "rag", "Rags", "café", "cafe", "naïve", "C++", "C#", "2.5",
	"GPT-4", "model", "models", "language", "languages", "analysis", "analyses", "this", "the",
	"of", "distillation", "distilled", "distill", "distilling", "强化学习", "学习", "dying",
	"die", "mice", "mouse", "LMS", "lms", "LMs", "lm", "state-of-the-art", "art", "ｆｕｌｌ",
	"full", "it's", "behaviour", "behaviors", "modelling", "modeling", "grey", "Gray",
	"Qwen2.5", "Qwen", "Qwen 2.5", "GPT4", "GPT", "GB200", "GB", "optimise", "optimization" };

static const char *const stock_names[] = { "Yann LeCun", "Y. LeCun", "Jean-Luc Picard",
	"Jeanluc Picard", "J. L. Picard", "Wei Zhang", "W. Zhang", "Ana María Ruiz", "A. M. R.",
	"Li Wei", "L. W." };

static const char *const stock_values[] = { "cs.CL", "cs.LG", "CS.cl", "stat.ML", "cs", "News",
	"Künstliche Intelligenz", "KÜNSTLICHE  intelligenz" };

static const char *const stock_links[] = { "https://github.com/openai/x",
	"https://www.GitHub.com/a", "https://gist.github.com/b", "https://youtu.be/v",
	"https://example.org/p.mp4", "https://arxiv.org/abs/2508.1",
	"https://hub.example.org:8080/q?x" };

struct stock {
	uint64_t random;
	struct tms_arena arena; /* of the item or leaf that was made last */
};

static inline size_t stock_below(struct stock *stock, size_t below)
{
	stock->random =
		stock->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (size_t)(stock->random >> 33) % below;
}

#define STOCK_PICK(stock, list) (list)[stock_below((stock), TMS_COUNT(list))]

static inline struct tms_str stock_text(struct stock *stock, size_t most)
{
	static const char *const between[] = { " ", " ", " ", "-", ", ", "/", "\n\n" };
	struct tms_buf buf = { 0 };

	for (size_t n = stock_below(stock, most + 1); n > 0; n--) {
		if (buf.len > 0)
			tms_buf_add_cstr(&buf, STOCK_PICK(stock, between));
		tms_buf_add_cstr(&buf, STOCK_PICK(stock, stock_words));
	}
	struct tms_str text = tms_arena_copy(&stock->arena, tms_buf_str(&buf));
	tms_buf_free(&buf);
	return text;
}

static inline struct tms_str stock_str(struct stock *stock, const char *text)
{
	return tms_arena_copy(&stock->arena, tms_str_from(text));
}

/* The lists of an item. */
static inline void stock_lists(struct stock *stock, struct tms_item *item)
{
	item->authors_count = stock_below(stock, 4);
	item->authors = TMS_ARENA_ARRAY(&stock->arena, struct tms_person, 4);
	for (size_t i = 0; i < item->authors_count; i++)
		item->authors[i].name = stock_str(stock, STOCK_PICK(stock, stock_names));
	item->categories_count = stock_below(stock, 3);
	item->categories = TMS_ARENA_ARRAY(&stock->arena, struct tms_category, 3);
	for (size_t i = 0; i < item->categories_count; i++) {
		item->categories[i].term = stock_str(stock, STOCK_PICK(stock, stock_values));
		if (stock_below(stock, 2))
			item->categories[i].label =
				stock_str(stock, STOCK_PICK(stock, stock_values));
	}
	item->keywords_count = stock_below(stock, 3);
	item->keywords = TMS_ARENA_ARRAY(&stock->arena, struct tms_str, 3);
	for (size_t i = 0; i < item->keywords_count; i++)
		item->keywords[i] = stock_str(stock, STOCK_PICK(stock, stock_words));
	item->links_count = stock_below(stock, 3);
	item->links = TMS_ARENA_ARRAY(&stock->arena, struct tms_link, 3);
	for (size_t i = 0; i < item->links_count; i++) {
		item->links[i].rel = TMS_STR("related");
		item->links[i].href = stock_str(stock, STOCK_PICK(stock, stock_links));
		item->links[i].length = TMS_NUMBER_NONE;
	}
}

/* An item of that id; lives in the arena. */
static inline struct tms_item stock_item(struct stock *stock, const char *id, tms_time now)
{
	static const char *const announced[] = { "", "new", "cross", "replace" };
	static const char *const languages[] = { "", "en", "en_US", "de" };
	struct tms_item item = make_item(id, "", TMS_ORIGIN_HF_API);

	item.id = stock_str(stock, id);
	item.upstream_id = tms_arena_format(&stock->arena, "Up:%s", id);
	item.title = stock_text(stock, 5);
	if (item.title.len == 0)
		item.title = TMS_STR("Untitled");
	item.summary = stock_text(stock, STOCK_WORDS_MAX);
	item.link = tms_arena_format(&stock->arena, "https://example.org/%s", id);
	item.announce = tms_str_from(STOCK_PICK(stock, announced));
	item.language = tms_str_from(STOCK_PICK(stock, languages));
	item.published = now - (tms_time)stock_below(stock, 10) * TMS_HOUR_S;
	item.comment = stock_text(stock, 2);
	item.organization = stock_text(stock, 1);
	if (stock_below(stock, 4) == 0)
		item.code_url = stock_str(stock, STOCK_PICK(stock, stock_links));
	if (stock_below(stock, 4) == 0)
		item.project_url = stock_str(stock, STOCK_PICK(stock, stock_links));
	stock_lists(stock, &item);
	for (size_t i = 0; i < TMS_NUMBERS; i++)
		if (stock_below(stock, 3) > 0)
			item.numbers[i] = (int64_t)stock_below(stock, 40);
	return item;
}

static inline const char *stock_words_leaf(struct stock *stock, struct tms_buf *buf)
{
	static const char *const heads[] = { "", "", "",
		"title:", "any:", "abstract:", "keyword:", "org:", "comment:" };
	const char *head = STOCK_PICK(stock, heads), *word = STOCK_PICK(stock, stock_words);
	const char *other = STOCK_PICK(stock, stock_words), *third = STOCK_PICK(stock, stock_words);

	switch (stock_below(stock, 9)) {
	case 0:
	case 1:
		tms_buf_format(buf, "%s\"%s\"", head, word);
		break;
	case 2:
		tms_buf_format(buf, "%s\"%s %s\"", head, word, other);
		break;
	case 3:
		tms_buf_format(buf, "%s\"%s %s %s\"", head, word, other, third);
		break;
	case 4:
		tms_buf_format(buf, "=%s\"%s\"", head, word);
		break;
	case 5:
		tms_buf_format(buf, "=%s\"%s %s\"", head, word, other);
		break;
	case 6:
		tms_buf_format(buf, "%s~\"%s\"", head, word);
		break;
	case 7:
		tms_buf_format(buf, "%s~\"%s %s\"", head, word, other);
		break;
	default:
		tms_buf_format(buf, "%snear(\"%s %s %s\", %zu)", head, word, other, third,
			stock_below(stock, 6));
		break;
	}
	tms_buf_add_char(buf, '\0');
	return buf->ptr;
}

/* A query of one leaf. */
static inline const char *stock_leaf(struct stock *stock, struct tms_buf *buf)
{
	static const char *const others[] = { "distil*", "fine-tun*", "mod*", "title:lang*",
		"any:cla*", "/distil+/", "/(fine|zero)[- ]?(tuning|shot)/", "/a/", "title:/^model/",
		"=/RAG/", "/[0-9]+\\.[0-9]/", "/caf./", "any:/lecun|zhang/", "author:lecun",
		"author:\"y lecun\"", "author:\"jean-luc picard\"", "author:jeanluc",
		"author:\"Yann LeCun\"", "author:\"j l picard\"", "author:\"a m\"", "author:l",
		"author:wei", "=author:Wei", "category:cs.CL", "category:cs.*", "category:CS*",
		"category:news", "category:\"künstliche intelligenz\"", "announce:new", "lang:en",
		"lang:en-us", "lang:*", "source:hf", "source:h*", "id:up:i3", "id:i5",
		"id:https://example.org/i7", "url:github.com", "url:*.github.com",
		"url:github.com/openai", "url:*.org", "url:example.org/i1", "has:code",
		"has:project", "path:/q", "path:openai", "path:/openai/x", "path:b*", "has:video",
		"upvotes>=20", "upvotes<10", "comments:5..15", "upvotes>=20@2h", "stars>=10@0h",
		"words>20", "words:3..9", "age<1d", "age>36h", "published>2026-03-02",
		"seen<2026-03-03", "updated>=2026-03-03", "submitted>2020-01-01" };

	buf->len = 0;
	if (stock_below(stock, 2) == 0)
		return stock_words_leaf(stock, buf);
	tms_buf_add_cstr(buf, STOCK_PICK(stock, others));
	tms_buf_add_char(buf, '\0');
	return buf->ptr;
}

#endif
