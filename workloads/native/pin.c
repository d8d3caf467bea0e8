#include "pin.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

bool cpu_list_holds(const struct cpu_list *list, long cpu)
{
	for (int i = 0; i < list->count; i++)
		if (list->cpu[i] == cpu)
			return true;
	return false;
}

int cpu_list_parse(const char *text, struct cpu_list *list)
{
	char *end;
	list->count = 0;
	do {
		const long cpu = strtol(text, &end, 10);
		if (end == text || cpu < 0 || cpu >= MAX_CPUS || cpu_list_holds(list, cpu) || (*end && *end != ','))
			return -EINVAL;
		list->cpu[list->count++] = (int)cpu;
		text = end + 1;
	} while (*end);
	return 0;
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

int cpus_choose(const char *program, const char *text, uint64_t threads, struct cpu_list *list)
{
	const char *wrong = NULL;
	if (text ? cpu_list_parse(text, list) : cpu_list_allowed(list))
		wrong = "--cpus takes numbers with commas between them, as 1,0";
	else if (threads > (uint64_t)list->count)
		wrong = "--threads asks for more threads than there are CPUs";
	if (wrong)
		fprintf(stderr, "%s: %s\n", program, wrong);
	return wrong ? -EINVAL : 0;
}

int pin_to(int cpu)
{
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one) ? -errno : 0;
}
