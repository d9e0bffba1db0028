/* Slots with generations: who keeps a handle finds its own tenant or nothing. */
#include "test.h"

#include <tamis/status.h>

#include "serve/slot_map.h"

static void a_handle_finds_its_tenant(void **state)
{
	struct slot_map map = { 0 };
	int tenants[3] = { 0 };
	uint32_t slots[3] = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(tenants); i++)
		assert_true(slot_map_take(&map, &tenants[i], &slots[i]));
	for (size_t i = 0; i < TMS_COUNT(tenants); i++) {
		assert_ptr_equal(slot_map_find(&map, slots[i], slot_map_generation(&map, slots[i])),
			&tenants[i]);
		assert_ptr_equal(slot_map_at(&map, slots[i]), &tenants[i]);
	}
	slot_map_fini(&map);
}

static void an_old_handle_does_not_find_a_new_tenant(void **state)
{
	struct slot_map map = { 0 };
	int old = 0, new = 0;
	uint32_t old_slot = 0, new_slot = 0;

	(void)state;
	assert_true(slot_map_take(&map, &old, &old_slot));
	uint32_t generation = slot_map_generation(&map, old_slot);
	slot_map_leave(&map, old_slot);
	assert_null(slot_map_find(&map, old_slot, generation));
	assert_true(slot_map_take(&map, &new, &new_slot));
	assert_int_equal(new_slot, old_slot);
	assert_null(slot_map_find(&map, old_slot, generation));
	assert_ptr_equal(slot_map_find(&map, new_slot, slot_map_generation(&map, new_slot)), &new);
	slot_map_fini(&map);
}

static void a_tenant_that_is_renewed_is_found_by_new_handles_alone(void **state)
{
	struct slot_map map = { 0 };
	int tenant = 0;
	uint32_t slot = 0;

	(void)state;
	assert_true(slot_map_take(&map, &tenant, &slot));
	uint32_t generation = slot_map_generation(&map, slot);
	slot_map_renew(&map, slot);
	assert_null(slot_map_find(&map, slot, generation));
	assert_ptr_equal(slot_map_find(&map, slot, slot_map_generation(&map, slot)), &tenant);
	slot_map_fini(&map);
}

static void a_handle_of_no_slot_finds_nobody(void **state)
{
	struct slot_map map = { 0 };
	int tenant = 0;
	uint32_t slot = 0;

	(void)state;
	assert_null(slot_map_find(&map, 0, 0));
	assert_true(slot_map_take(&map, &tenant, &slot));
	assert_null(slot_map_find(&map, slot + 1, 0)); /* there, and free */
	assert_null(slot_map_find(&map, (uint32_t)map.count, 0));
	assert_null(slot_map_find(&map, UINT32_MAX, 0));
	slot_map_fini(&map);
}

static void the_lowest_free_slot_is_taken_and_no_tenant_moves(void **state)
{
	struct slot_map map = { 0 };
	int tenants[1000] = { 0 };
	uint32_t slot = 0, generations[1000] = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		assert_true(slot_map_take(&map, &tenants[i], &slot));
		assert_int_equal(slot, i);
		generations[i] = slot_map_generation(&map, slot);
	}
	slot_map_leave(&map, 700);
	slot_map_leave(&map, 3);
	slot_map_leave(&map, 40);
	for (uint32_t i = 0; i < 1000; i++)
		assert_ptr_equal(slot_map_find(&map, i, generations[i]),
			i == 3 || i == 40 || i == 700 ? NULL : &tenants[i]);
	static const uint32_t free_slots[] = { 3, 40, 700, 1000 };
	for (size_t i = 0; i < TMS_COUNT(free_slots); i++) {
		assert_true(slot_map_take(&map, &tenants[0], &slot));
		assert_int_equal(slot, free_slots[i]);
	}
	slot_map_fini(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handle_finds_its_tenant),
		cmocka_unit_test(an_old_handle_does_not_find_a_new_tenant),
		cmocka_unit_test(a_tenant_that_is_renewed_is_found_by_new_handles_alone),
		cmocka_unit_test(a_handle_of_no_slot_finds_nobody),
		cmocka_unit_test(the_lowest_free_slot_is_taken_and_no_tenant_moves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
