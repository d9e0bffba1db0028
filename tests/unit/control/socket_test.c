/* One service a folder, and a private way to it. */
#include "stand.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include "control/socket.h"

static void a_second_service_in_a_folder_is_told_who_is_there(void **state)
{
	char path[64], want[64];
	struct tms_str folder = make_folder(path);
	struct tms_diag diag = { 0 };
	int fd = -1, ready[2], status = 0;
	char byte = 0;
	(void)state;

	assert_int_equal(pipe(ready), 0);
	pid_t other = fork();
	if (other == 0) { /* a service that is killed */
		if (tms_data_lock(folder, &fd, &diag) != TMS_OK || write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(tms_data_lock(folder, &fd, &diag), TMS_ECONFLICT);
	snprintf(want, sizeof(want), "another Tamis (process %d) works in %s;", (int)other, path);
	assert_true(tms_str_starts(tms_str_from(diag.text), tms_str_from(want)));
	assert_int_equal(fd, -1);
	kill(other, SIGKILL);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(tms_data_lock(folder, &fd, &diag), TMS_OK);
	close(fd);
	close(ready[0]);
	close(ready[1]);
	remove_folder(path);
}

static void a_socket_that_an_ended_process_left_is_replaced(void **state)
{
	char path[64], name[96];
	struct tms_str folder = make_folder(path);
	struct tms_diag diag = { 0 };
	struct stat seen;
	int left = -1, fd = -1, client = -1;
	(void)state;

	assert_int_equal(control_connect(folder, 1, &client, &diag), TMS_EUNAVAIL);
	assert_int_equal(control_listen(folder, &left, &diag), TMS_OK);
	close(left);
	assert_int_equal(control_connect(folder, 1, &client, &diag), TMS_EUNAVAIL);
	umask(0);
	assert_int_equal(control_listen(folder, &fd, &diag), TMS_OK);
	assert_int_equal(control_connect(folder, 1, &client, &diag), TMS_OK);
	snprintf(name, sizeof(name), "%s/control", path);
	assert_int_equal(stat(name, &seen), 0);
	assert_int_equal(seen.st_mode & 0777, 0600);
	control_unlink(folder);
	assert_int_not_equal(stat(name, &seen), 0);
	close(client);
	close(fd);
	remove_folder(path);
}

static void a_folder_may_have_a_longer_name_than_a_socket(void **state)
{
	char path[64], name[256];
	struct tms_diag diag = { 0 };
	int fd = -1, client = -1;
	(void)state;

	(void)make_folder(path);
	snprintf(name, sizeof(name), "%s/%0180d", path, 0);
	assert_int_equal(mkdir(name, 0700), 0);
	assert_int_equal(control_listen(tms_str_from(name), &fd, &diag), TMS_OK);
	assert_int_equal(control_connect(tms_str_from(name), 1, &client, &diag), TMS_OK);
	close(client);
	close(fd);
	remove_folder(path);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
	struct tms_diag diag = { 0 };
	int fd = -1;
	(void)state;

	assert_int_equal(tms_data_lock(TMS_STR("/tmp/there/is/none"), &fd, &diag), TMS_EIO);
	assert_non_null(strstr(diag.text, "the setting data_dir"));
	assert_int_equal(control_listen(TMS_STR("/tmp/there/is/none"), &fd, &diag), TMS_EIO);
	assert_int_equal(
		control_connect(TMS_STR("/tmp/there/is/none"), 1, &fd, &diag), TMS_EUNAVAIL);
	assert_string_equal(diag.text, "no service runs over /tmp/there/is/none (data_dir)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_second_service_in_a_folder_is_told_who_is_there),
		cmocka_unit_test(a_socket_that_an_ended_process_left_is_replaced),
		cmocka_unit_test(a_folder_may_have_a_longer_name_than_a_socket),
		cmocka_unit_test(a_folder_that_is_not_there_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
