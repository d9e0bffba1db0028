/* Languages: tags and ranges of them, what people write instead, and what letters tell. */
#include "text/language.h"
#include "text/script.h"

#include "test.h"

static void a_range_finds_longer_tags_by_whole_subtags(void **state)
{
	static const struct {
		const char *tag, *range;
		bool found;
	} rows[] = {
		{ "en", "en", true },
		{ "en-US", "en", true },
		{ "EN-us", "eN", true },
		{ "en_GB", "en", true },
		{ "en_GB", "en-gb", true },
		{ "eng", "en", false },
		{ "en", "en-GB", false },
		{ "en-US", "en-GB", false },
		{ "en-GB-oxendict", "en-GB", true },
		{ "zh-Hans-CN", "zh-Hans", true },
		{ "zh-CN", "zh-Hans", false },
		{ "de", "*", true },
		{ "", "*", false },
		{ "", "", false },
		{ "de", "", false },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (language_is_in(tms_str_from(rows[i].tag), tms_str_from(rows[i].range)) !=
			rows[i].found)
			fail_msg("%s by %s", rows[i].tag, rows[i].range);
}

static void tags_are_written_as_the_standard_has_them(void **state)
{
	static const char *const rows[][2] = { { "EN", "en" }, { "en_us", "en-US" },
		{ "ZH-hANS-cn", "zh-Hans-CN" }, { "sr-latn", "sr-Latn" }, { "es-419", "es-419" },
		{ "de-1996", "de-1996" }, { "en-x-twain-aa", "en-x-twain-aa" }, { "*", "*" },
		{ "", "" } };
	struct tms_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_str made = language_in_case(&arena, tms_str_from(rows[i][0]));
		if (!tms_str_equal(made, tms_str_from(rows[i][1])))
			fail_msg("%s: %.*s", rows[i][0], TMS_STR_ARGS(made));
	}
	tms_arena_free(&arena);
}

static void names_of_languages_mean_their_tags(void **state)
{
	static const char *const rows[][2] = { { "English", "en" }, { "eng", "en" },
		{ "deutsch", "de" }, { "Français", "fr" }, { "francais", "fr" }, { "日本語", "ja" },
		{ "РУССКИЙ", "ru" }, { "jp", "ja" }, { "cn", "zh" }, { "iw", "he" }, { "en", "" },
		{ "klingon", "" }, { "", "" } };
	size_t count;
	const struct language_name *names = language_names(&count);

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_str tag = language_named(tms_str_from(rows[i][0]));
		if (!tms_str_equal(tag, tms_str_from(rows[i][1])))
			fail_msg("%s: %.*s", rows[i][0], TMS_STR_ARGS(tag));
	}
	for (size_t i = 0; i < count; i++) /* what is proposed is not refused again */
		if (!language_is(tms_str_from(names[i].tag)) ||
			language_named(tms_str_from(names[i].tag)).len > 0)
			fail_msg("%s for %s", names[i].tag, names[i].name);
}

/* A second text is the summary. */
static void letters_tell_a_language_where_one_is_written_so(void **state)
{
	static const struct {
		const char *texts[2], *language;
	} rows[] = {
		{ { "Reward models for agents", "We study Ångström units, café and naïve text." },
			"" },
		{ { "", "" }, "" },
		{ { "2026", "42 % – 3" }, "" },
		{ { "データから学ぶ", "" }, "ja" },
		{ { "ﾃﾞｰﾀ", "" }, "ja" },
		{ { "東京大学、新研究所を設立", "" }, "ja" },
		{ { "PyTorchでDeep Learningを学ぶ", "" }, "ja" },
		{ { "深度学习的奖励模型", "" }, "zh" },
		{ { "使用 PyTorch 和 TensorFlow 的教程", "" }, "zh" },
		{ { "深度学习的奖励模型研究与应用综述之一，讨论の装饰用法和其他", "" }, "zh" },
		{ { "보상 모델 학습", "" }, "ko" },
		{ { "AI 기반 최적화", "" }, "ko" },
		{ { "韓國語 문장에서 쓰는 말", "" }, "ko" },
		{ { "The word 道 in Chinese philosophy", "" }, "" },
		{ { "Poetry of 李白 and 杜甫: a study", "" }, "" },
		{ { "τ-bench: α, β and γ", "" }, "" },
		{ { "α β γ", "" }, "" },
		{ { "Η μάθηση μηχανών", "" }, "el" },
		{ { "Это новый объект", "" }, "ru" },
		{ { "ЭТО НОВОЕ", "" }, "ru" },
		{ { "Новости спорта", "" }, "" },
		{ { "Объект найден в лесу", "" }, "" },
		{ { "Новости", "Вышли новые модели, и мы их проверили." }, "ru" },
		{ { "Війна і мир", "" }, "uk" },
		{ { "Її заява про Київ", "" }, "uk" },
		{ { "Сёння ў Мінску", "" }, "be" },
		{ { "Мы і яны", "" }, "be" },
		{ { "Съвет на експертите за въглища", "" }, "bg" },
		{ { "Ђаци ће учити", "" }, "sr" },
		{ { "Ќе се одржи ѓаволски љуто", "" }, "mk" },
		{ { "Љубав и мир", "" }, "" },
		{ { "Қазақстан жаңалықтары ең соңғы", "" }, "" },
		{ { "التعلم العميق في الطب", "" }, "ar" },
		{ { "یادگیری عمیق در پزشکی", "" }, "fa" },
		{ { "گہری تعلیم کے بارے میں", "" }, "ur" },
		{ { "فێربوونی قووڵ", "" }, "" },
		{ { "למידה עמוקה ברפואה", "" }, "he" },
		{ { "ײדישע נײַעס", "" }, "yi" },
		{ { "गहन शिक्षण और बड़े मॉडल", "" }, "hi" },
		{ { "मराठी भाषेतील वेगळे शब्द", "" }, "mr" },
		{ { "গভীর শিক্ষা", "" }, "bn" },
		{ { "অসমীয়া ৰাজ্যৰ বাতৰি", "" }, "as" },
		{ { "การเรียนรู้เชิงลึก", "" }, "th" },
		{ { "ການຮຽນຮູ້", "" }, "lo" },
		{ { "ការរៀនស៊ីជម្រៅ", "" }, "km" },
		{ { "နက်ရှိုင်းသောသင်ယူမှု", "" }, "my" },
		{ { "ღრმა სწავლება", "" }, "ka" },
		{ { "խորը ուսուցում", "" }, "hy" },
		{ { "ஆழ்ந்த கற்றல்", "" }, "ta" },
		{ { "లోతైన అభ్యాసం", "" }, "te" },
		{ { "ጥልቅ ትምህርት", "" }, "" },
		{ { "\xFF\xFE\xF0", "" }, "" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		const struct tms_str texts[] = { tms_str_from(rows[i].texts[0]),
			tms_str_from(rows[i].texts[1]) };
		struct tms_str found = script_language(texts, 2);
		if (!tms_str_equal(found, tms_str_from(rows[i].language)))
			fail_msg("%s: %.*s", rows[i].texts[0], TMS_STR_ARGS(found));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_finds_longer_tags_by_whole_subtags),
		cmocka_unit_test(tags_are_written_as_the_standard_has_them),
		cmocka_unit_test(names_of_languages_mean_their_tags),
		cmocka_unit_test(letters_tell_a_language_where_one_is_written_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
