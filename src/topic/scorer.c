/* The scorers' numbers, found by measuring. */
#include <tamis/topic.h>

#define PART(x) (uint32_t)((x)*TMS_TOPIC_ONE + .5)

/* What both have. */
#define COMMON                                                                                     \
	.title_times = 3, .keyword_times = 0, .saturation = 3, .evidence_max = PART(.95),          \
	.name_scale = PART(2.), .similarity_max = PART(.9), .length_part = PART(.3),               \
	.expansions = 40, .name_expansion = PART(.3), .lexicon_expansion = PART(.4),               \
	.acronym = PART(.95), .pair = PART(.7), .single = PART(.5), .about = PART(.6),             \
	.keyword = PART(1.), .name_pair = PART(.7), .name_single = PART(.5),                       \
	.name_word_least = PART(.5), .near_low = PART(.1), .near_high = PART(.5),                  \
	.near_floor = PART(.15), .near_least = PART(.05), .damp_least = PART(.1),                  \
	.damp_from = PART(1.), .damp_range = PART(4.)

static const struct tms_topic_scorer scorers[] = {
	{
		COMMON,
		.version = 1,
		.lexicon_scale = PART(4.),
		.similarity_scale = PART(2.),
		.frequency = PART(4.),
		.pair_similarity = PART(1.),
	},
	{
		COMMON,
		.version = 2,
		.lexicon_scale = PART(3.9),
		.similarity_scale = PART(1.75),
		.frequency = PART(8.),
		.missing = PART(.05),
		.rarity_power = PART(.3),
		.gate = PART(.25),
		.pair_similarity = PART(.6),
		.lexicon_similarity = PART(.5),
		.similarity_expansions = 60,
		.similarity_expansion = PART(.35),
		.shortlist = 256,
		.weight_least = PART(.03),
	},
	{
		COMMON,
		.version = 3,
		.name_saturation = 4,
		.name_implied = PART(2.),
		.compound_expansion = PART(.15),
		.near_words = 6,
		.near_pair = PART(.8),
		.method_power = PART(1. / 3),
		.method_least = PART(.3),
		.method_most = PART(1.1),
		.lexicon_scale = PART(3.9),
		.similarity_scale = PART(1.75),
		.frequency = PART(8.),
		.missing = PART(.05),
		.rarity_power = PART(.3),
		.gate = PART(.25),
		.pair_similarity = PART(.6),
		.lexicon_similarity = PART(.5),
		.similarity_expansions = 60,
		.similarity_expansion = PART(.35),
		.shortlist = 256,
		.weight_least = PART(.03),
	},
};

const struct tms_topic_scorer *tms_topic_scorer_find(unsigned version)
{
	for (size_t i = 0; i < TMS_COUNT(scorers); i++)
		if (scorers[i].version == version)
			return &scorers[i];
	return NULL;
}
