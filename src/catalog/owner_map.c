/* Owners of the index, and whose slots theirs are: a source's or a combination's. */
#include <stdlib.h>

#include "catalog_private.h"

static enum tms_status make_room(struct tms_catalog *catalog, uint32_t owner)
{
	uint32_t count = catalog->owners_count ? catalog->owners_count : 64;

	while (count <= owner)
		count *= 2;
	if (count == catalog->owners_count)
		return TMS_OK;
	struct catalog_owner *owners = reallocarray(catalog->owners, count, sizeof(*owners));
	if (!owners)
		return TMS_ENOMEM;
	for (uint32_t i = catalog->owners_count; i < count; i++)
		owners[i] = (struct catalog_owner){ .source = TMS_CATALOG_NONE };
	catalog->owners = owners;
	catalog->owners_count = count;
	return TMS_OK;
}

enum tms_status owner_map_new(
	struct tms_catalog *catalog, struct catalog_owner whose, uint32_t *owner)
{
	uint32_t fresh = INDEX_OWNER_NONE;

	enum tms_status st = index_owner_new(catalog->index, &fresh);
	if (st != TMS_OK)
		return st;
	st = make_room(catalog, fresh);
	if (st != TMS_OK) {
		index_owner_free(catalog->index, fresh);
		return st;
	}
	catalog->owners[fresh] = whose;
	catalog->owners_live++;
	*owner = fresh;
	return TMS_OK;
}

void owner_map_free(struct tms_catalog *catalog, uint32_t owner)
{
	index_owner_free(catalog->index, owner);
	catalog->owners[owner] = (struct catalog_owner){ .source = TMS_CATALOG_NONE };
	if (--catalog->owners_live > 0)
		return;
	free(catalog->owners);
	catalog->owners = NULL;
	catalog->owners_count = 0;
}
