/* Items made by dice, of words that are hard to tell apart, and of real papers. */
#include "invent.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include <tamis/listing.h>

/* xorshift64*: Marsaglia, "Xorshift RNGs" (2003); Vigna (2016). */
uint32_t roll(struct dice *dice, uint32_t below)
{
	dice->state ^= dice->state >> 12;
	dice->state ^= dice->state << 25;
	dice->state ^= dice->state >> 27;
	return (uint32_t)((dice->state * UINT64_C(2685821657736338717)) >> 33) % below;
}

bool chance(struct dice *dice, uint32_t times)
{
	return roll(dice, times) == 0;
}

uint64_t number_from(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);
	int64_t value = 0;

	return text && tms_str_int64(tms_str_from(text), &value) && value > 0 ? (uint64_t)value
									      : fallback;
}

/* The first ones come most often. */
static const char *const vocabulary[] = { "the", "of", "and", "a", "model", "agent", "reward",
	"learning", "language", "policy", "models", "agents", "fine-tuning", "GPT-4", "RAG", "LLMs",
	"LLM", "finetuning", "fine", "tuning", "tunings", "hacking", "attention", "AIs", "AI",
	"GPUs", "GPU", "ai", "gpus", "ais", "MoEs", "moes", "MoE", "LMs", "LMS", "LM", "lms",
	"H100s", "H100", "h100s", "1990s", "1990", "Agents", "AGENTS", "policies", "optimization",
	"optimizing", "optimized", "learned", "learns", "Learn", "fine-tuned", "fine-tunings",
	"GPT4", "gpt-4o", "GPT-4.1", "rag", "RAGs", "rags", "Rag", "café", "Cafe", "cafés", "naïve",
	"naive", "nai\xcc\x88ve", "multi-head-attention", "multihead", "multi", "head",
	"multi-head", "multihead-attention", "state-of-the-art", "stateoftheart",
	"chain-of-thought", "chain", "thought", "thoughts", "2.5", "2", "5", "7B", "70B", "C++",
	"C#", "C", "c", "机器学习", "学习", "机器", "深度学习模型", "猫", "学", "한국어", "データ",
	"ﾃﾞｰﾀ", "mice", "mouse", "indices", "index", "analyses", "analysis", "GPS", "buses", "bus",
	"dying", "die", "lying", "lie", "universities", "university", "universal", "news", "series",
	"distill", "distillation", "distilled", "Self-Distilled", "self", "x-ray", "X", "x",
	"don't", "model's", "model’s", "ﬁne", "ＡＩ", "Ångström", "angstrom", "İstanbul",
	"istanbul", "straße", "strasse", "a-a-a", "aa-a", "a-aa", "aaa", "aa", "and/or",
	"text+image", "text", "image", "½", "Straßen", "ROC-AUCs", "pre-trained", "pretrained",
	"pre", "trained", "as", "is", "s", "US", "us", "vs", "IDs", "ids", "ID", "Bayes", "axes",
	"axis", "ΑΒΓ", "αβγ", "Привет", "привет", "OR", "AND", "NOT", "near", "title", "q1w2",
	"zebra", "quokka", "quokkas", "axolotl", "ЁЛКА", "елка", "ёлка", "ŁÓDŹ", "lodz", "re-rank",
	"rerank", "re", "rank", "reranks", "reranking", "finetuned", "finetunes", "tying", "tie",
	"e-mail", "email", "emails", "co-op", "coop", "Schr\\\"odinger", "Schr\\\"{o}dinger",
	"Schrödinger", "CO$_2$", "$\\mathrm{CO_2}$", "CO₂", "CO2", "Free$^2$Guide", "Free2Guide",
	"$\\tau$-bench", "τ-bench", "$\\pi_0$", "π0", "π_0", "τ^2-bench", "μ_{0.5}", "τ²-bench",
	"$k$NN", "kNN", "\\textbf{RAG}", "\\cite{agent}", "Pok\\'emon", "$5 and $10", "\\v{s}",
	"{\\bf model}", "R\\&D", "AC\\DC", ".NET", "net", ".net-based", "$", "\\", "{", "}", "_",
	"^", "\\(x_1\\)", "behaviour", "behaviors", "Behavioural", "behavioral", "colour", "colors",
	"colourise", "colorizing", "optimise", "optimisation", "optimises", "optimize", "modelling",
	"modeling", "labelled", "labeled", "grey", "Gray", "greys", "grey-scale", "greyscale",
	"grayscale", "centre", "centers", "defence", "defense", "dialogue", "dialog", "analyse",
	"analyze", "oestrogen", "estrogens", "paediatric", "pediatrics", "fulfil", "fulfill",
	"exercise", "four", "for", "filling", "filing", "COLOURS", "re-modelling", "remodeling",
	"Qwen2.5", "Qwen", "Qwen-2.5", "Qwen 2.5", "qwen2", "Qwen2.5-VL", "VL", "GPT4o", "GPT",
	"gpt", "LLaMAv2", "llama", "YOLOv8", "v8", "yolo", "conv2", "con", "conv", "GB200", "GB",
	"gb", "gb200", "H100", "R1", "base64", "base", "neo4j", "neo", "AIME24", "24", "AI2",
	"colour3", "re-modelling", "remodeling", "dont", "we'll", "well", "We’re", "were",
	"rock'n'roll", "rocknroll", "n’t", "5'11", "511", "l'agent", "lagents", "сем’я", "семя" };

static const char *const between[] = { " ", " ", " ", " ", " ", " ", " ", ", ", "-", "/", "\n",
	" - ", "–", ": ", ". ", " (", ") ", "’s ", " “", "” ", "; ", "", "\n\n", "…", "_", "  " };

/* Near the front of the list more often than not. */
static const char *roll_word(struct dice *dice)
{
	uint32_t end = chance(dice, 2) ? 24 : TMS_COUNT(vocabulary);

	return vocabulary[roll(dice, end)];
}

struct tms_str invent_text(struct dice *dice, struct tms_arena *arena, uint32_t words)
{
	struct tms_buf buf = { 0 };

	for (uint32_t n = roll(dice, words + 1); n > 0; n--) {
		tms_buf_add_cstr(&buf, roll_word(dice));
		if (n > 1)
			tms_buf_add_cstr(&buf, ROLL_FROM(dice, between));
	}
	struct tms_str text = tms_arena_copy(arena, tms_buf_str(&buf));
	tms_buf_free(&buf);
	return text;
}

static const char *const names[] = { "Yann LeCun", "Y. LeCun", "LeCun, Yann", "F.-F. Li",
	"Fei-Fei Li", "Feifei Li", "Jean-Luc Müller", "Jeanluc Muller", "J.-L. Müller",
	"Kaiming He", "K. He", "Kevin K He", "Williams, Ronald J.", "R J Williams", "李飞飞", "Li",
	"Y. L.", "Wei Li", "Wei Wei", "W. W.", "The RAG Team", "Éric", "E. R. Ic", "O'Brien", "X",
	"Li-Wei Fei-Fei", "Ronald James Williams", "van den Berg, A.-B.", "Van-Den Berg", "Agents",
	"김철수", "김 철수", "철수 김", "张三", "张 三", "山田太郎", "山田 太郎", "阿兰·图灵", "三",
	"김", "李 Fei-Fei", "محمد علی", "Grey Gray", "Ann Gray", "Jean d'Alembert", "J. D’Alembert",
	"dAlembert, Jean", "OBrien", "O`Brien-Li", "Kaʻahumanu", "Kaahumanu", "Sa'd", "Sad" };
static const char *const categories[][2] = { { "cs.CL", "Computation and Language" },
	{ "cs.LG", "" }, { "CS.cv", "Computer Vision" }, { "stat.ML", "stat.ml" },
	{ "math.OC", "" }, { "News", "news" }, { "Économie", "RAG" }, { "cs", "The Agents" },
	{ "cs.CLX", "LLMs" }, { "colours", "Grey Modelling" } };
static const char *const addresses[] = { "https://github.com/openai/gym",
	"https://www.GitHub.com/OpenAI/gym?tab=x", "http://user@gitlab.com:8080/x/y#z",
	"https://demo.github.io:8443/clip.webm?x=1", "https://youtu.be/abc",
	"https://m.youtube.com/", "https://example.org/talk.MP4", "https://example.org/paper",
	"https://example.org", "https://sub.example.org/a/", "ftp://files.example.org/a.mov",
	"https://arxiv.org/abs/2508.12345", "https://huggingface.co/papers/2508.12345",
	"example.org/without/scheme", "https://notgithub.com/openai", "https://git.sr.ht/~x/y",
	"https://github.com/openai-fans/gym", "https://github.com/%6FpenAI/a%2Fb",
	"https://example.org/p%C3%A4per/%e5%ad%a6", "https://example.org/a,b/päper" };
static const char *const announced[] = { "", "new", "cross", "replace", "replace-cross", "New" };
static const char *const organizations[][2] = { { "", "" }, { "", "" },
	{ "Google DeepMind", "google-deepmind" }, { "OpenAI", "openai" }, { "RAG", "" },
	{ "", "meta-llama" }, { "Grey Colours", "gray-color" }, { "modeling", "Behaviour Centre" },
	{ "Qwen2.5", "GPT 4" }, { "Université de Montréal", "udem" } };
static const char *const types[] = { "", "text/html", "video/mp4", "Video/webm", "audio/mpeg" };

static const char *const languages[] = { "", "", "", "en", "en-US", "en_gb", "EN", "de", "English",
	"zh-Hans-CN", "fr, de", "und", "x!", "enx" };
/* Of these letters tell the language, or might. */
static const char *const foreign[] = { "深度学习的奖励模型", "報酬モデルの学習", "보상 모델 학습",
	"Это новый объект", "Новости", "למידה עמוקה", "RLHF と agents", "agents 学", "Η μάθηση" };

static struct tms_str roll_address(struct dice *dice)
{
	return chance(dice, 2) ? TMS_STR_NONE : tms_str_from(ROLL_FROM(dice, addresses));
}

static void invent_lists(struct dice *dice, struct tms_arena *arena, struct tms_item *item)
{
	item->authors = TMS_ARENA_ARRAY(arena, struct tms_person, 4);
	item->categories = TMS_ARENA_ARRAY(arena, struct tms_category, 3);
	item->keywords = TMS_ARENA_ARRAY(arena, struct tms_str, 4);
	item->links = TMS_ARENA_ARRAY(arena, struct tms_link, 3);
	item->media = TMS_ARENA_ARRAY(arena, struct tms_str, 2);
	assert(item->authors && item->categories && item->keywords && item->links && item->media);
	for (uint32_t n = roll(dice, 5); n > 0; n--)
		item->authors[item->authors_count++].name = tms_str_from(ROLL_FROM(dice, names));
	for (uint32_t n = roll(dice, 4); n > 0; n--) {
		const char *const *pair = ROLL_FROM(dice, categories);
		item->categories[item->categories_count++] =
			(struct tms_category){ .term = tms_str_from(pair[0]),
				.label = tms_str_from(pair[1]) };
	}
	for (uint32_t n = roll(dice, 5); n > 0; n--)
		item->keywords[item->keywords_count++] = invent_text(dice, arena, 3);
	for (uint32_t n = roll(dice, 4); n > 0; n--)
		item->links[item->links_count++] = (struct tms_link){ .rel = TMS_STR("related"),
			.href = tms_str_from(ROLL_FROM(dice, addresses)),
			.type = tms_str_from(ROLL_FROM(dice, types)),
			.length = TMS_NUMBER_NONE };
	for (uint32_t n = roll(dice, 3); n > 0; n--)
		item->media[item->media_count++] = tms_str_from(ROLL_FROM(dice, addresses));
}

static void invent_values(struct dice *dice, struct tms_arena *arena, struct tms_item *item)
{
	const char *const *organization = ROLL_FROM(dice, organizations);
	const char *const *submitter = ROLL_FROM(dice, organizations);

	item->organization = tms_str_from(organization[0]);
	item->organization_name = tms_str_from(organization[1]);
	item->submitter = tms_str_from(submitter[1]);
	item->submitter_name = tms_str_from(submitter[0]);
	item->announce = tms_str_from(ROLL_FROM(dice, announced));
	item->withdrawn = chance(dice, 6);
	item->language = tms_str_from(ROLL_FROM(dice, languages));
	if (chance(dice, 3))
		item->comment = invent_text(dice, arena, 4);
	if (chance(dice, 3))
		item->ai_summary = invent_text(dice, arena, 6);
	if (chance(dice, 5))
		item->journal_ref = invent_text(dice, arena, 3);
	item->link = roll_address(dice);
	item->code_url = roll_address(dice);
	item->project_url = roll_address(dice);
	item->discussion_url = roll_address(dice);
	item->upstream_id = chance(dice, 3) ? TMS_STR("upstream-7") : TMS_STR_NONE;
}

static void add_as_html(struct tms_buf *html, struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '<')
			tms_buf_add_cstr(html, "&lt;");
		else if (text.ptr[i] == '&')
			tms_buf_add_cstr(html, "&amp;");
		else
			tms_buf_add_char(html, text.ptr[i]);
	}
}

/* Beside a summary, of which it may be the whole, and in place of one. */
static void invent_content(struct dice *dice, struct tms_arena *arena, struct tms_item *out)
{
	static const uint32_t lengths[] = { 0, 5, 15, 30, 30, 80 };
	struct tms_buf html = { 0 };

	for (uint32_t paragraphs = roll(dice, 3); paragraphs > 0; paragraphs--) {
		tms_buf_add_cstr(&html, chance(dice, 2) ? "<p>" : "<p><b>");
		add_as_html(&html, invent_text(dice, arena, ROLL_FROM(dice, lengths)));
		tms_buf_add_cstr(&html, chance(dice, 2) ? "</p>" : "</b> <i>end</i></p>");
	}
	if (chance(dice, 4)) {
		tms_buf_add_cstr(&html, "<div>");
		add_as_html(&html, out->summary);
		tms_buf_add_cstr(&html, "</div>");
	}
	if (chance(dice, 4))
		out->summary = TMS_STR_NONE;
	out->content_html = tms_arena_take(arena, &html);
}

void invent_item(struct dice *dice, struct tms_arena *arena, const struct real_items *real,
	struct tms_item *out)
{
	static const uint32_t lengths[] = { 0, 3, 8, 8, 20, 20, 60 };
	const struct tms_item *paper = real->count > 0 && chance(dice, 4)
					       ? &real->list[roll(dice, (uint32_t)real->count)]
					       : NULL;

	tms_item_init(out);
	if (paper && chance(dice, 2)) {
		*out = *paper;
		return;
	}
	invent_lists(dice, arena, out);
	invent_values(dice, arena, out);
	out->title = paper ? paper->title : invent_text(dice, arena, 9);
	if (out->title.len == 0)
		out->title = TMS_STR("Untitled");
	if (chance(dice, 8))
		out->title = tms_str_from(ROLL_FROM(dice, foreign));
	out->summary = paper && chance(dice, 2)
			       ? paper->summary
			       : invent_text(dice, arena, ROLL_FROM(dice, lengths));
	if (chance(dice, 3))
		invent_content(dice, arena, out);
}

static struct tms_item *add_real(struct real_items *items)
{
	struct tms_item *item;

	if (!tms_arena_grow(&items->arena, &items->list, items->count, &items->capacity,
		    sizeof(*items->list)))
		abort();
	item = &items->list[items->count++];
	tms_item_init(item);
	return item;
}

static struct tms_str copy_json(struct real_items *items, const json_t *value)
{
	const char *text = json_string_value(value);

	return text ? tms_arena_copy(&items->arena, tms_str_from(text)) : TMS_STR_NONE;
}

static void add_paper(struct real_items *items, const json_t *paper)
{
	struct tms_item *item = add_real(items);
	const json_t *keywords = json_object_get(paper, "keywords");
	const json_t *cats = json_object_get(paper, "cats");

	item->title = copy_json(items, json_object_get(paper, "title"));
	item->summary = copy_json(items, json_object_get(paper, "abstract"));
	item->organization = copy_json(items, json_object_get(paper, "org"));
	item->keywords = TMS_ARENA_ARRAY(&items->arena, struct tms_str, json_array_size(keywords));
	item->categories =
		TMS_ARENA_ARRAY(&items->arena, struct tms_category, json_array_size(cats));
	for (size_t i = 0; item->keywords && i < json_array_size(keywords); i++)
		item->keywords[item->keywords_count++] =
			copy_json(items, json_array_get(keywords, i));
	for (size_t i = 0; item->categories && i < json_array_size(cats); i++)
		item->categories[item->categories_count++].term =
			copy_json(items, json_array_get(cats, i));
}

static FILE *open_corpus(const char *name)
{
	const char *corpus = getenv("TAMIS_CORPUS"), *tests = getenv("TAMIS_TESTS");
	char path[4096];

	if (corpus)
		(void)snprintf(path, sizeof(path), "%s/%s", corpus, name);
	else
		(void)snprintf(
			path, sizeof(path), "%s/../../shared/corpus/%s", tests ? tests : ".", name);
	FILE *file = fopen(path, "rb");
	if (!file)
		printf("skipped: no %s under TAMIS_CORPUS\n", name);
	return file;
}

/* Every so manyth line, so that all years are there. */
static void load_lines(struct real_items *items, const char *name, size_t most)
{
	FILE *file = open_corpus(name);
	char *line = NULL;
	size_t capacity = 0, n = 0, before = items->count;

	while (file && items->count - before < most && getline(&line, &capacity, file) > 0) {
		json_t *paper = n++ % 7 == 0 ? json_loads(line, 0, NULL) : NULL;
		if (paper)
			add_paper(items, paper);
		json_decref(paper);
	}
	free(line);
	if (file)
		(void)fclose(file);
}

static void load_listing(struct real_items *items, const char *name)
{
	FILE *file = open_corpus(name);
	struct tms_listing listing;
	struct tms_buf body = { 0 };

	if (!file)
		return;
	while (tms_buf_reserve(&body, 65536)) {
		size_t got = fread(body.ptr + body.len, 1, 65536, file);
		body.len += got;
		if (got == 0)
			break;
	}
	(void)fclose(file);
	if (tms_listing_parse(&items->arena, tms_buf_str(&body), &(struct tms_listing_hints){ 0 },
		    &listing, NULL) == TMS_OK)
		for (size_t i = 0; i < listing.items_count; i++)
			*add_real(items) = listing.items[i];
	tms_buf_free(&body);
}

void real_items_load(struct real_items *items, size_t most)
{
	load_lines(items, "labelled/hf-papers.jsonl", most / 2);
	load_lines(items, "labelled/arxiv-sample.jsonl", most - most / 2);
	load_listing(items, "hf/api/daily_papers-2026-06-12.sotawhat.json");
}

void real_items_free(struct real_items *items)
{
	tms_arena_free(&items->arena);
	*items = (struct real_items){ 0 };
}
