/* The quota of connections over all servers: atomics, and a count-min sketch by address. */
#include "quota.h"

#include <stdatomic.h>
#include <stdlib.h>

#include <sys/random.h>

#include <tamis/hash.h>

#define LIMIT_MAX ((size_t)1 << 24)
#define ROW_CELLS_MIN ((size_t)1024)
#define KEPT_BYTES ((size_t)4096) /* of a connection, on average */
#define KEPT_BYTES_MIN ((size_t)1 << 20)

/* Relaxed throughout: a count guards nothing but itself. */
struct tms_quota {
	size_t max_connections;
	uint32_t max_per_address;
	_Atomic size_t taken;
	size_t max_kept;
	_Atomic size_t kept;
	atomic_bool is_asked;
	struct tms_hash_seed seed;
	size_t row_cells;        /* a power of two */
	_Atomic uint32_t *cells; /* the first row, then the second */
};

enum tms_status tms_quota_new(
	size_t max_connections, size_t max_per_address, struct tms_quota **out)
{
	struct tms_quota *made = NULL;
	size_t row_cells = ROW_CELLS_MIN;

	if (!max_connections || !max_per_address || max_connections > LIMIT_MAX)
		return TMS_EINVAL;
	while (row_cells < max_connections * 4)
		row_cells *= 2;
	made = calloc(1, sizeof(*made));
	if (made)
		made->cells = calloc(row_cells * 2, sizeof(*made->cells));
	if (!made || !made->cells) {
		free(made);
		return TMS_ENOMEM;
	}
	made->max_connections = max_connections;
	made->max_kept = max_connections * KEPT_BYTES;
	if (made->max_kept < KEPT_BYTES_MIN)
		made->max_kept = KEPT_BYTES_MIN;
	made->max_per_address =
		(uint32_t)(max_per_address < LIMIT_MAX ? max_per_address : LIMIT_MAX);
	made->row_cells = row_cells;
	/* without randomness an attacker could choose who shares his cells, for the price of a /64
	 * each; where memory lies is a poor secret, but the system has no better one then */
	if (getrandom(&made->seed, sizeof(made->seed), 0) < 0)
		made->seed = (struct tms_hash_seed){ (uintptr_t)made, (uintptr_t)made->cells };
	*out = made;
	return TMS_OK;
}

void tms_quota_free(struct tms_quota *quota)
{
	if (!quota)
		return;
	free(quota->cells);
	free(quota);
}

bool quota_take(struct tms_quota *quota)
{
	if (atomic_fetch_add_explicit(&quota->taken, 1, memory_order_relaxed) <
		quota->max_connections)
		return true;
	quota_give_back(quota);
	return false;
}

void quota_give_back(struct tms_quota *quota)
{
	atomic_fetch_sub_explicit(&quota->taken, 1, memory_order_relaxed);
}

bool quota_add_address(
	struct tms_quota *quota, const uint8_t address[16], struct quota_cells *cells)
{
	uint64_t hash = tms_hash(quota->seed, (struct tms_str){ (const char *)address, 16 });
	uint32_t first_count = 0, second_count = 0;

	/* the halves of a SipHash are as good as two hashes */
	*cells = (struct quota_cells){ .is_counted = true,
		.first = (uint32_t)((uint32_t)hash & (quota->row_cells - 1)),
		.second = (uint32_t)(quota->row_cells + ((hash >> 32) & (quota->row_cells - 1))) };
	/* Looked at when it stands in both: of several that come at once, the last to have done that
	 * sees all others in both. What each add returned would not show who had come to one only. */
	atomic_fetch_add(&quota->cells[cells->first], 1);
	atomic_fetch_add(&quota->cells[cells->second], 1);
	first_count = atomic_load(&quota->cells[cells->first]);
	second_count = atomic_load(&quota->cells[cells->second]);
	if (first_count <= quota->max_per_address || second_count <= quota->max_per_address)
		return true;
	quota_remove_address(quota, cells);
	return false;
}

void quota_remove_address(struct tms_quota *quota, struct quota_cells *cells)
{
	if (cells->is_counted) {
		atomic_fetch_sub_explicit(&quota->cells[cells->first], 1, memory_order_relaxed);
		atomic_fetch_sub_explicit(&quota->cells[cells->second], 1, memory_order_relaxed);
	}
	*cells = (struct quota_cells){ 0 };
}

bool quota_keep(struct tms_quota *quota, size_t bytes)
{
	if (atomic_fetch_add_explicit(&quota->kept, bytes, memory_order_relaxed) + bytes <=
		quota->max_kept)
		return true;
	quota_let_go(quota, bytes);
	return false;
}

void quota_let_go(struct tms_quota *quota, size_t bytes)
{
	atomic_fetch_sub_explicit(&quota->kept, bytes, memory_order_relaxed);
}

size_t tms_quota_kept(const struct tms_quota *quota)
{
	return atomic_load_explicit(&quota->kept, memory_order_relaxed);
}

void quota_ask_for_room(struct tms_quota *quota)
{
	atomic_store_explicit(&quota->is_asked, true, memory_order_relaxed);
}

bool quota_is_asked_for_room(struct tms_quota *quota)
{
	return atomic_load_explicit(&quota->is_asked, memory_order_relaxed) &&
	       atomic_exchange_explicit(&quota->is_asked, false, memory_order_relaxed);
}
