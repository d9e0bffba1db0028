/* Sets that have a view and an index each (set_cases.c). */
#include "set_world.h"

int main(void)
{
	return set_cases_run();
}
