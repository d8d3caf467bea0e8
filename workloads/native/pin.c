#include "pin.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

int cpu_list_parse(const char *text, struct cpu_list *list)
{
	list->count = 0;
	while (*text && list->count < MAX_CPUS) {
		char *end;
		const long cpu = strtol(text, &end, 10);
		if (end == text || cpu < 0 || cpu >= CPU_SETSIZE || (*end && *end != ','))
			return -EINVAL;
		list->cpu[list->count++] = (int)cpu;
		text = *end ? end + 1 : end;
	}
	return list->count && !*text ? 0 : -EINVAL;
}

int cpu_list_allowed(struct cpu_list *list)
{
	cpu_set_t allowed;
	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return -errno;
	list->count = 0;
	for (int cpu = 0; cpu < CPU_SETSIZE && list->count < MAX_CPUS; cpu++)
		if (CPU_ISSET(cpu, &allowed))
			list->cpu[list->count++] = cpu;
	return 0;
}

int pin_to(int cpu)
{
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one) ? -errno : 0;
}
