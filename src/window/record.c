/* What a record says, and the version of all that it says. */
#include "record.h"

#include <tamis/hash.h>

static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
	return tms_hash((struct tms_hash_seed){ hash, len }, (struct tms_str){ bytes, len });
}

uint64_t record_version(const struct tms_record *record)
{
	uint64_t hash = mix((uint64_t)record->first_seen, record->id.ptr, record->id.len);

	for (size_t i = 0; i < record->sightings_count; i++) {
		const struct tms_sighting *sighting = &record->sightings[i];
		const int64_t facts[] = { (int64_t)sighting->packed->hash, sighting->first_seen,
			sighting->published, sighting->changed_at };
		hash = mix(hash, facts, sizeof(facts));
		for (size_t k = 0; k < TMS_NUMBERS; k++)
			hash = mix(hash, sighting->tracks[k].steps,
				sighting->tracks[k].count * sizeof(struct tms_step));
	}
	return hash + (hash == 0); /* 0: not reckoned yet */
}

static bool is_arxiv(enum tms_origin origin)
{
	return origin == TMS_ORIGIN_ARXIV_API || origin == TMS_ORIGIN_ARXIV_FEED;
}

const struct tms_sighting *tms_record_categories(const struct tms_record *record)
{
	for (size_t i = 0; i < record->sightings_count; i++) {
		const struct tms_item *item = &record->sightings[i].packed->item;
		if (is_arxiv(item->origin) && item->categories_count > 0)
			return &record->sightings[i];
	}
	return NULL;
}

bool tms_record_is_hf(const struct tms_record *record)
{
	for (size_t i = 0; i < record->sightings_count; i++) {
		enum tms_origin origin = record->sightings[i].packed->item.origin;
		if (origin == TMS_ORIGIN_HF_API || origin == TMS_ORIGIN_HF_PAGE)
			return true;
	}
	return false;
}

uint64_t record_categories_version(const struct tms_sighting *said)
{
	const struct tms_item *item = &said->packed->item;
	struct tms_hash_seed seed = { item->categories_count, 1 };

	for (size_t i = 0; i < item->categories_count; i++) {
		seed.k0 = tms_hash(seed, item->categories[i].term);
		seed.k0 = tms_hash(seed, item->categories[i].label);
	}
	return seed.k0;
}
