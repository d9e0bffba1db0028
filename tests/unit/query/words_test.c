/* Words, phrases and operators, one table for each sentence of the language. */
#include "subject.h"

struct row {
	const char *query, *title;
	bool kept;
};

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (title_keeps(rows[i].query, rows[i].title) != rows[i].kept)
			fail_msg("%s on \"%s\": expected to be %s", rows[i].query, rows[i].title,
				rows[i].kept ? "kept" : "dropped");
}

static void words_match_whole_and_folded(void **state)
{
	static const struct row rows[] = {
		{ "ai", "AI for all", true },
		{ "ai", "The rain in Spain", false },
		{ "AGENTS", "An agent", true },
		{ "agent", "Of Agents", true },
		{ "llm", "LLMs", true },
		{ "LLMs", "one LLM", true },
		{ "university", "universal", false },
		{ "universe", "university", false },
		{ "learn", "learning", false },
		{ "cafe", "Café", true },
		{ "Café", "CAFE", true },
		{ "naïve", "nai\xcc\x88ve Bayes", true },
		{ "ai", "ＡＩ", true },
		{ "GPU", "a GPU's memory", true },
		{ "GPUs", "a GPU’s memory", true },
		{ "gpu", "GPUs", true },
		{ "\"agent\"", "agents", true },
		{ "policies", "policy", true },
		{ "2.5", "Qwen 2.5 report", true },
		{ "2.5", "Qwen 2 5 report", false },
		{ "2", "Qwen 2.5", false },
		{ "7b", "a 7B model", true },
		{ "7b", "a 70B model", false },
		{ "c++", "C++ and C", true },
		{ "c", "C++", false },
		{ "c#", "in C#.", true },
		{ "学习", "机器学习", true },
		{ "机器学习", "深度机器学习模型", true },
		{ "机学", "机器学习", false },
		{ "习", "机器学习", true },
		{ "猫", "猫 and dog", true },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void scripts_without_spaces_are_found_inside(void **state)
{
	static const struct row rows[] = {
		{ "鳥", "白鳥の話", true },
		{ "鳥", "鳥", true },
		{ "話", "白鳥の話", true },
		{ "-鳥", "白鳥の話", false },
		{ "=鳥", "白鳥の話", true },
		{ "か", "がくしゅう", false },
		{ "기", "김철수", false },
		{ "김", "김철수", true },
		{ "=白鳥", "白鳥の話", true },
		{ "\"GPT 模\"", "GPT模型", true },
		{ "\"模型 X\"", "GPT模型X", true },
		{ "언어모델", "언어 모델 평가", true },
		{ "언어모델", "언어모델을", true },
		{ "\"언어 모델\"", "언어모델", true },
		{ "모델평가", "언어 모델 평가", true },
		{ "언어모델", "언어 및 모델", false },
		{ "사이", "의사 이름", false },
		{ "\"사 이\"", "의사이름", true },
		{ "机器学习", "机器\n学习", true },
		{ "语言模型", "语言、模型", false },
		{ "언어모델*", "언어 모델들", true },
		{ "~언어모델", "언어 모델", true },
		{ "=언어모델", "언어 모델", false },
		{ "near(\"鳥 話\", 2)", "白鳥の話", true },
		{ "near(\"鳥 鳥\", 5)", "白鳥の話", false },
		{ "นก", "ข่าวนกกระสา", true },
		{ "-นก", "ข่าวนกกระสา", false },
		{ "ציפור", "צִיפּוֹר לבן", true },
		{ "צִיפּוֹר", "ציפור לבן", true },
		{ "كتاب", "کِتاب", true },
		{ "2026", "عام ٢٠٢٦", true },
		{ "🔥", "Herons 🔥", true },
		{ "-🔥", "Herons🔥", false },
		{ "👩", "👩‍💻 at work", true },
		{ "👍", "👍🏽", true },
		{ "🇰🇷", "🇰🇷🇯🇵", true },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void tex_is_found_by_what_it_prints(void **state)
{
	static const struct row rows[] = {
		{ "Schrodinger", "A Schr\\\"odinger bridge", true },
		{ "Schrödinger", "A Schr\\\"{o}dinger bridge", true },
		{ "=Schrödinger", "A Schr\\\"{o}dinger bridge", true },
		{ "=Schrödinger", "A Schrodinger bridge", false },
		{ "CO2", "CO$_2$ capture", true },
		{ "CO₂", "$\\mathrm{CO_2}$ capture", true },
		{ "CO$_2$", "CO2 capture", true },
		{ "\"$\\mathrm{CO}_2$ capture\"", "CO₂ capture", true },
		{ "Free2Guide", "Free$^2$Guide: x", true },
		{ "\"τ-bench\"", "$\\tau$-bench", true },
		{ "$\\tau$-bench", "τ-Bench", true },
		{ "pi0", "$\\pi_0$", false },
		{ "π0", "$\\pi_0$: A model", true },
		{ "π0", "Built on π_0, it", true },
		{ "π_0", "$\\pi_0$: A model", true },
		{ "$\\pi_0$", "Built on π_0, it", true },
		{ "π_{0.5}", "π0.5", true },
		{ "π_0", "π of 0", false },
		{ "τ^2-bench", "$\\tau^2$-bench", true },
		{ "τ²-bench", "On τ^2-Bench.", true },
		{ "$\\tau^2$-bench", "τ²-bench", true },
		{ "τ-bench", "On τ^2-Bench.", false },
		{ "τ^2-bench", "On τ-Bench.", false },
		{ "mathcal", "$\\mathcal{L}$", false },
		{ "/mathcal/", "$\\mathcal{L}$", true },
		{ "-mathrm", "$\\mathrm{CO_2}$", true },
		{ "$\\tau$ben*", "τBench", true },
		{ "CO$_2$*", "CO₂-neutral", true },
		{ ".NET", "Moving .NET code", true },
		{ ".net", "Moving .NET code", true },
		{ ".NET", "A net that learns", false },
		{ "net", "Moving .NET code", false },
		{ ".NET*", ".NET8", true },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void quotes_mean_adjacent_and_in_order(void **state)
{
	static const struct row rows[] = {
		{ "\"chain of thought\"", "A Chain of Thought model", true },
		{ "\"chain of thought\"", "chains of thoughts", true },
		{ "\"chain of thought\"", "thought of chain", false },
		{ "\"chain of thought\"", "chain of a thought", false },
		{ "\"chain of thought\"", "chain of\n thought", true },
		{ "\"chain of thought\"", "chain-of-thought", true },
		{ "“chain of thought”", "chain of thought", true },
		{ "«chain of thought»", "chain of thought", true },
		{ "＂chain of thought＂", "chain of thought", true },
		{ "\"a a b\"", "a a a b", true },
		{ "'reward hacking'", "On reward hacking", true },
		{ "'reward hacking'", "Hacking without reward", false },
		{ "‘reward hacking’", "Hacking without reward", false },
		{ "‹reward hacking›", "Hacking without reward", false },
		{ "-'reward hacking'", "On reward hacking", false },
		{ "title:'reward hacking'", "Hacking without reward", false },
		{ "='Reward'", "reward", false },
		{ "~'reward hacking'", "rewards hacked", true },
		{ "'a b'||zebra", "zebra", true },
		{ "'a b'&&zebra", "a b", false },
		{ "('a b' OR c)", "b a", false },
		{ "near('a b', 0)", "b a", true },
		{ "'don't know'", "I don’t know", true },
		{ "'don't know'", "know, don’t", false },
		{ "don't know", "know, don’t", true },
		{ "o'heron night", "night o'heron", true },
		{ "'a b'&&c", "c b a", false },
		{ "'til dawn", "dawn ’til", true },
		{ "’til dawn’s", "dawn ’til", true },
		{ "'90s and '00s", "'00s '90s", true },
		{ "the agents' memory's", "memory agents the", true },
		{ "chain thought", "thought, then a chain", true },
		{ "\"don't know\"", "I don’t know", true },
		{ "and/or", "and or", true },
		{ "text/image", "image text", false },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void a_phrase_stays_in_one_field(void **state)
{
	struct tms_merged item = plain_item();

	(void)state;
	item.item.title = TMS_STR("Reward");
	item.item.summary = TMS_STR("hacking of rewards");
	assert_true(keeps("reward hacking", &item));
	assert_false(keeps("\"reward hacking\"", &item));
	assert_false(keeps("near(\"reward hacking\", 0)", &item));
	assert_true(keeps("near(\"reward hacking\", 1)", &item));
	assert_false(keeps("/reward.*hacking/", &item));
}

static void hyphens_match_apart_and_joined(void **state)
{
	static const struct row rows[] = {
		{ "fine-tuning", "fine-tuning", true },
		{ "fine-tuning", "fine tuning", true },
		{ "fine-tuning", "finetuning", true },
		{ "finetuning", "fine-tuning", true },
		{ "finetuning", "Fine‑Tuning", true },
		{ "fine–tuning", "finetuning", true },
		{ "fine−tuning", "fine—tuning", true },
		{ "\"fine tuning\"", "fine-tuning", true },
		{ "fine", "fine-tuning", true },
		{ "finetuning", "fine tuning", false },
		{ "gpt-4", "GPT4", true },
		{ "gpt-4", "GPT 4", true },
		{ "gpt4", "the GPT-4 report", true },
		{ "gpt-4", "GPT-4o", false },
		{ "gpt-4", "GPT-4.1", false },
		{ "gpt4", "GPT-4o", false },
		{ "gpt-4", "GPT-40", false },
		{ "state-of-the-art", "stateoftheart", true },
		{ "multi-head attention", "multihead attention", true },
		{ "\"multihead attention\"", "multi-head attention", true },
		{ "\"multi-head attention\"", "multihead attentions", true },
		{ "multi-head-attention", "multihead attention", true },
		{ "multi-head-attention", "multi headattention", true },
		{ "multihead-attention", "multi-head-attention", true },
		{ "pretrained", "pre-trained models", true },
		{ "multi-agents", "multiagent", true },
		{ "a-a-a-a-a-a-aa", "aa-aa-aa-a-a", true },
		{ "a-a-a-a-a-a-ab", "aa-aa-aa-a-a", false },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void apostrophes_may_be_missing(void **state)
{
	static const struct row rows[] = {
		{ "dont", "Why agents don't plan", true },
		{ "dont", "Why agents don’t plan", true },
		{ "don't", "why agents dont plan", true },
		{ "\"dont plan\"", "Why agents don't plan", true },
		{ "oneil", "Shaquille O'Neil", true },
		{ "\"o neil\"", "Shaquille O'Neil", true },
		{ "rocknroll", "Rock'n'roll", true },
		{ "Turing", "Turing's test", true },
		{ "Turings", "Turing's test", true },
		{ "Turing's", "Turing test", true },
		{ "=dont", "don't", false },
		{ "=\"don't\"", "don’t", true },
		{ "shell", "what she'll do", false },
		{ "-well", "we'll see", true },
		{ "we'll", "We’ll see", true },
		{ "511", "5'11", false },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void british_and_american_spelling_are_one_in_texts(void **state)
{
	static const struct row rows[] = {
		{ "behaviour modelling", "Modeling behavior", true },
		{ "\"modeling behavior\"", "Modelling behaviours", true },
		{ "optimisation", "on optimization", true },
		{ "optimization", "on Optimisation", true },
		{ "=optimisation", "on optimization", false },
		{ "=optimisation", "on optimisation", true },
		{ "~optimise", "we are optimizing it", true },
		{ "~optimizing", "optimised models", true },
		{ "~pediatric", "Paediatrics", true },
		{ "~oestrogen", "estrogens", true },
		{ "grey-scale", "grayscale", true },
		{ "near(\"color tumour\", 2)", "the colour of tumors", true },
		{ "-colour", "in color", false },
		{ "for", "four", false },
		{ "colour*", "colors", false }, /* a beginning is one of letters */
		{ "colo*", "colours", true },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void names_are_found_with_their_versions(void **state)
{
	static const struct row rows[] = {
		{ "Qwen", "the Qwen2.5-VL report", true },
		{ "qwen", "Qwen3", true },
		{ "qwens", "Qwen3", true },
		{ "=Qwen", "the Qwen2.5 report", false },
		{ "=Qwen", "the Qwen report", true },
		{ "-Qwen", "on Qwen2.5", false },
		{ "~Qwen", "on Qwen2.5", true },
		{ "GPT", "GPT-4o", true },
		{ "GPT", "GPT4", true },
		{ "GPT", "GPT4o", true },
		{ "gpt", "ChatGPT4", false },
		{ "AIME", "AIME24", true },
		{ "llama", "LLaMAv2", true },
		{ "YOLO", "YOLOv8", true },
		{ "colour", "color3", true },
		{ "GB", "a GB200", true },
		{ "gb", "a GB200", false },
		{ "h", "an H100", false },
		{ "r", "R1", false },
		{ "b", "7B", false },
		{ "R1", "DeepSeek-R1", true },
		{ "Qwen2", "Qwen2.5", false },
		{ "neo", "Neo4j", false },
		{ "stream", "StreamV2V", false },
		{ "\"Qwen 2.5\"", "Qwen2.5", true },
		{ "\"Qwen 2.5\"", "Qwen-2.5", true },
		{ "\"Qwen 2.5\"", "Qwen 2.5", true },
		{ "Qwen2.5", "Qwen 2.5", true },
		{ "Qwen2.5", "Qwen-2.5", true },
		{ "Qwen-2.5", "Qwen2.5", true },
		{ "Qwen-2.5", "Qwen 2.5", true },
		{ "Qwen2.5", "Qwen3 2.5 times", false }, /* before a version, a name is itself */
		{ "=Qwen2.5", "Qwen 2.5", false },
		{ "\"the Qwen 2.5 report\"", "The Qwen2.5 report", true },
		{ "\"Qwen report\"", "the Qwen2.5 report", true },
		{ "\"Qwen VL\"", "Qwen2.5-VL", true },
		{ "Qwen-VL", "Qwen2.5-VL", true },
		{ "near(\"Qwen2.5 report\", 1)", "a report on Qwen 2.5", true },
		{ "near(\"Qwen report\", 1)", "a report on Qwen2.5", true },
		{ "HIV1", "HIV-1", true },
		{ "HIV1", "HIV 1", true },
		{ "gb200", "GB 200", false },
		{ "GB200", "GB 200", true },
		{ "DINOv2", "DINO v2", true },
		{ "\"dino v2\"", "DINOv2", true },
	};
	struct tms_merged item = plain_item();
	struct tms_person author = { .name = TMS_STR("Qwen2 Team") };

	(void)state;
	check(rows, TMS_COUNT(rows));
	item.item.organization_name = TMS_STR("Qwen2.5");
	item.item.authors = &author;
	item.item.authors_count = 1;
	assert_false(keeps("org:Qwen", &item));
	assert_false(keeps("any:Qwen", &item));
	assert_false(keeps("author:Qwen", &item));
	assert_true(keeps("org:qwen2.5", &item));
	assert_true(keeps("any:qwen2.5", &item));
}

static void names_are_found_as_they_are_spelled(void **state)
{
	struct tms_merged item = plain_item();
	struct tms_person author = { .name = TMS_STR("Ann Grey") };
	struct tms_category category = { .term = TMS_STR("colours") };
	struct tms_str keyword = TMS_STR("grey matter");
	(void)state;

	item.item.organization_name = TMS_STR("Behaviour Labs");
	item.item.submitter = TMS_STR("modelling");
	item.item.authors = &author;
	item.item.authors_count = 1;
	item.item.categories = &category;
	item.item.categories_count = 1;
	assert_true(keeps("org:behaviours", &item));
	assert_false(keeps("org:behavior", &item));
	assert_false(keeps("org:\"behavior labs\"", &item));
	assert_false(keeps("org:~behavior", &item));
	assert_false(keeps("submitter:modeling", &item));
	assert_false(keeps("author:gray", &item));
	assert_false(keeps("any:gray", &item));
	assert_false(keeps("any:~behavior", &item));
	assert_true(keeps("any:grey any:behaviour", &item));
	assert_false(keeps("any:color", &item));
	item.item.keywords = &keyword;
	item.item.keywords_count = 1;
	assert_true(keeps("any:gray keyword:\"gray matter\"", &item));
}

static void signs_change_how_a_word_matches(void **state)
{
	static const struct row rows[] = {
		{ "~learning", "learns", true },
		{ "~learning", "they learned", true },
		{ "~learning", "Learn", true },
		{ "~learning", "leaning", false },
		{ "~die", "dying", true }, /* one of the few whose second letter changes */
		{ "~lying", "it lies", true },
		{ "~fine-tuning", "finetuned", true },
		{ "~fine-tuning", "fine tuned", true },
		{ "~finetuning", "fine-tuned", true },
		{ "~fine-tuning", "final tuned", false },
		{ "~\"policy optimization\"", "optimizing", false },
		{ "~\"policy optimization\"", "policies optimized", true },
		{ "=RAG", "RAG", true },
		{ "=RAG", "rag", false },
		{ "=RAG", "RAGs", false },
		{ "=rag", "RAG", true },
		{ "=agent", "Agent", true },
		{ "=agent", "agents", false },
		{ "=\"Mamba\"", "Mamba", true },
		{ "=\"Mamba\"", "mamba", false },
		{ "=\"Chain of Thought\"", "Chain of\nThought", true },
		{ "=\"Chain of Thought\"", "Chain-of-Thought", false },
		{ "=fine-tuning", "fine-tuning", true },
		{ "=fine-tuning", "finetuning", false },
		{ "=naïve", "naive", false },
		{ "=naïve", "Naïve", true },
		{ "distill*", "distillation", true },
		{ "distill*", "distill", true },
		{ "distill*", "distil", false },
		{ "DISTILL*", "Self-Distilled", true },
		{ "finetun*", "fine-tuned", true },
		{ "gpt-4*", "GPT-4o", true },
		{ "gpt-4*", "GPT4turbo", true },
		{ "gpt-4*", "GPT-5", false },
		{ "multi-mod*", "multi modal", true },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void near_counts_the_words_between(void **state)
{
	static const struct row rows[] = {
		{ "near(\"reward hacking\", 0)", "reward hacking", true },
		{ "near(\"reward hacking\", 0)", "hacking rewards", true },
		{ "near(\"reward hacking\", 1)", "reward of hacking", true },
		{ "near(\"reward hacking\", 0)", "reward of hacking", false },
		{ "near(\"reward hacking\", 2)", "reward a b c hacking", false },
		{ "near(\"reward hacking\", 2)", "reward a b c hacking a reward", true },
		{ "near(\"a b c\", 1)", "c x a b", true },
		{ "near(\"a b c\", 0)", "c x a b", false },
		{ "near(\"a b c\", 1)", "c a x y b c", false },
		{ "near(\"a a\", 1)", "a b", false },
		{ "near(\"a a\", 1)", "a b a", true },
		{ "near(\"fine-tuning cost\", 0)", "finetuning cost", true },
		{ "near(\"fine-tuning cost\", 0)", "cost fine-tuning", true },
		{ "near(\"finetuning cost\", 0)", "cost fine-tuning", true },
		{ "near( \"reward hacking\" , 5 )", "reward hacking", true },
		{ "-near(\"reward hacking\", 5)", "reward hacking", false },
		{ "near", "a near word", true },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void regular_expressions_look_at_the_text_as_shown(void **state)
{
	static const struct row rows[] = {
		{ "/gpt-?[45]o?/", "The GPT-4o", true },
		{ "=/gpt-?[45]o?/", "The GPT-4o", false },
		{ "=/GPT-4/", "The GPT-4o", true },
		{ "title:/^a survey/", "A Survey of", true },
		{ "title:/^a survey/", "On a survey", false },
		{ "/and\\/or/", "and/or", true },
		{ "/a b/", "a b", true },
		{ "/a b/", "a  b", false },
		{ "/a.b/", "a\nb", true },
		{ "/survey$/ -/deep/", "A survey", true },
		{ "(/x/ OR /y/)", "y", true },
		{ "-/x/", "x", false },
		{ "/é/", "É", true },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

static void operators_bind_not_then_and_then_or(void **state)
{
	static const struct row rows[] = {
		{ "a b OR c", "c", true },
		{ "a b OR c", "a", false },
		{ "a b OR c", "a b", true },
		{ "a (b OR c)", "c", false },
		{ "a (b OR c)", "a c", true },
		{ "a AND b OR c AND d", "c d", true },
		{ "a OR b c", "b", false },
		{ "NOT a b", "b", true },
		{ "NOT a b", "a b", false },
		{ "NOT (a b)", "a", true },
		{ "NOT NOT a", "a", true },
		{ "-(a OR b)", "c", true },
		{ "-(a OR b)", "b", false },
		{ "a -b", "a b", false },
		{ "a −b", "a b", false },
		{ "a –b", "a b", false },
		{ "a –b", "a", true },
		{ "a —b", "a b", false },
		{ "a —b", "a", true },
		{ "―b", "a b", false },
		{ "a ﹘b", "a b", false },
		{ "a ¬b", "a b", false },
		{ "a (¬b c)", "a b c", false },
		{ "a —(b c)", "a b", true },
		{ "a —\"b c\"", "a b c", false },
		{ "a —title:b", "a b", false },
		{ "a—b", "a b", true },
		{ "\"a\"—b", "a b", true },
		{ "\"—b\"", "b", true },
		{ "a ＯＲ b", "b", true },
		{ "a ＡＮＤ b", "a", false },
		{ "a ＮＯＴ b", "a b", false },
		{ "a \"ＯＲ\" b", "a b", false },
		{ "a and/or b", "b", true },
		{ "a AND/OR b", "a", true },
		{ "a \"and/or\" b", "a", false },
		{ "-a", "b", true },
		{ "a-b", "a b", true },
		{ "a and b", "a b", true },
		{ "a or b", "a", true },
		{ "a or b", "c or", false },
		{ "a not b", "a b", false },
		{ "a not b", "a", true },
		{ "not b", "a b", false },
		{ "a and not b", "a b", false },
		{ "a AND NOT b", "a", true },
		{ "a and NOT b", "a not b", false },
		{ "a or (b and c)", "b c", true },
		{ "a b or c", "c", true },
		{ "a or b and c", "a", true },
		{ "a or not b", "c", false }, /* "whether or not agents plan" */
		{ "a or not b", "a or not b", true },
		{ "a OR NOT b", "c", true },
		{ "a and or b", "a b", false },
		{ "a OR OR b", "a", false },
		{ "a OR OR b", "a or b", true },
		{ "or a", "a", false },
		{ "or a", "or a", true },
		{ "a or", "a", false },
		{ "(a or) b", "b or a", true },
		{ "a And b", "a b", false },
		{ "a Or b", "a", false },
		{ "Attention Is Not All You Need", "Attention is not all you need", true },
		{ "Attention Is Not All You Need", "Attention", false },
		{ "\"a or b\"", "a", false },
		{ "/a or b/", "a", false },
		{ "near(\"a or b\", 0)", "b or a", true },
		{ "a | b", "b", true },
		{ "a|b", "b", true },
		{ "a || b", "b", true },
		{ "a||b", "c", false },
		{ "(a|b) c", "b", false },
		{ "a && b", "a", false },
		{ "a&&b", "b a", true },
		{ "a && -b", "a b", false },
		{ "a || not b", "c", true },
		{ "a＆＆b", "b a", true },
		{ "R&D", "R&D", true },
		{ "!a", "b", true },
		{ "!a", "a", false },
		{ "b !a", "a b", false },
		{ "！a", "a", false },
		{ "!(a b)", "a", true },
		{ "!\"a b\"", "b a", true },
		{ "!title:a", "a", false },
		{ "a OR !b", "c", true },
		{ "wow!", "wow", true },
		{ "\"OR\"", "this or that", true },
		{ "(rlhf OR dpo OR \"preference optimization\") NOT vision", "DPO", true },
		{ "(rlhf OR dpo OR \"preference optimization\") NOT vision", "DPO for Vision",
			false },
		{ "（a OR b）", "b", true },
		{ "a\nb\t c", "c b a", true },
		{ "", "anything", true },
		{ "  \n ", "anything", true },
		{ "title: foo", "foo title", true },
		{ "title: foo", "bar title", false },
		{ "-title: foo", "foo", false },
		{ "title : foo", "foo", true },
		{ "Herons: a survey", "A survey of herons", true },
		{ "((((a))))", "a", true },
	};

	(void)state;
	check(rows, TMS_COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_match_whole_and_folded),
		cmocka_unit_test(scripts_without_spaces_are_found_inside),
		cmocka_unit_test(tex_is_found_by_what_it_prints),
		cmocka_unit_test(quotes_mean_adjacent_and_in_order),
		cmocka_unit_test(a_phrase_stays_in_one_field),
		cmocka_unit_test(hyphens_match_apart_and_joined),
		cmocka_unit_test(apostrophes_may_be_missing),
		cmocka_unit_test(british_and_american_spelling_are_one_in_texts),
		cmocka_unit_test(names_are_found_with_their_versions),
		cmocka_unit_test(names_are_found_as_they_are_spelled),
		cmocka_unit_test(signs_change_how_a_word_matches),
		cmocka_unit_test(near_counts_the_words_between),
		cmocka_unit_test(regular_expressions_look_at_the_text_as_shown),
		cmocka_unit_test(operators_bind_not_then_and_then_or),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
