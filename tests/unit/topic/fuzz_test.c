/* What the fuzzer was given to begin with, and what it found, once more each time. */
#include "test.h"

#include "../../fuzz/topic_fuzz.c"

static void seeds_keep_all_promises(void **state)
{
	static const char *const seeds[] = {
		"",
		"[topic a]\nname = Agents for tools\nabout = One sentence.\nkeywords = a; b c\n",
		"group = G\n[topic a-1]\nname=x\nall = 1:x y, .5:z && 1:w\n\f\n[topic b]\nname = y\n",
		"[topic a]\n name = x\n about = goes\n  on\n\n  all = 0.001:a,\n\t1:b",
		"[topic a]\nname = \xc3\xa9\xef\xac\x81 \xe8\xaf\xad for \xe2\x80\x99s's \xef\xbc\xa1\n",
		"[topic a]\nname = a&b/c,d;e:f(g)h+i and or for of in on with\n",
		"[topic a]\nname = x\nall = 1:a && && b\n",
		"[topic",
		"[topic a]\nname = LLM RL RAG for MoE via GNN\nkeywords = LLM;RL;;;RAG\n",
		"name | a sentence | k1; k2 | 1:a, .5:b && c",
		" | | | ",
		"x\"@strict -about:\"y\"@0.10 (topic:reasoning OR \"z\")",
		"model of data in the system | \xe2\x80\x9cquoted\xe2\x80\x9d \\ \t \x01",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(seeds); i++)
		assert_int_equal(
			LLVMFuzzerTestOneInput((const uint8_t *)seeds[i], strlen(seeds[i])), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(seeds_keep_all_promises) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
