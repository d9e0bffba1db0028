/* Sets that are scopes over one catalogue (set_cases.c). */
#include "set_world.h"

int main(void)
{
	return set_cases_run();
}
