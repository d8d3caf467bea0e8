#include "placement.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "cleanup.h"

const char *const PLACEMENTS[] = {"other_core", "same_cpu", "sibling", "same_socket", "other_socket", NULL};

static int topology(int cpu, const char *what)
{
	char path[128];
	int number = -1;
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/topology/%s", cpu, what);
	FCLOSED FILE *file = fopen(path, "re");
	if (file && fscanf(file, "%d", &number) != 1)
		number = -1;
	return number;
}

static bool same_package(int left, int right)
{
	return topology(left, "physical_package_id") == topology(right, "physical_package_id");
}

static bool same_core(int left, int right)
{
	return same_package(left, right) && topology(left, "core_id") == topology(right, "core_id");
}

/* Whether a CPU that is not the victim's stands to it as asked. */
static bool stands(enum placement placement, int victim, int cpu)
{
	switch (placement) {
	case OTHER_CORE:
		return !same_core(victim, cpu);
	case SIBLING:
		return same_core(victim, cpu);
	case SAME_SOCKET:
		return same_package(victim, cpu) && !same_core(victim, cpu);
	case OTHER_SOCKET:
		return !same_package(victim, cpu);
	case SAME_CPU:
		break;
	}
	return false;
}

static void candidates(enum placement placement, const struct cpu_list *all, const struct cpu_list *victims,
		       struct cpu_list *found)
{
	found->count = 0;
	for (int i = 0; i < all->count; i++)
		if (!cpu_list_holds(victims, all->cpu[i]) && stands(placement, victims->cpu[0], all->cpu[i]))
			found->cpu[found->count++] = all->cpu[i];
	if (placement == SAME_CPU)
		*found = *victims;
}

int placement_choose(enum placement placement, const struct cpu_list *all, int victims, int aggressors,
		     struct cpu_list *victim_cpus, struct cpu_list *aggressor_cpus)
{
	static struct cpu_list found;
	if (victims > all->count || aggressors > MAX_CPUS)
		return -ENODEV;
	victim_cpus->count = victims;
	for (int i = 0; i < victims; i++)
		victim_cpus->cpu[i] = all->cpu[i];
	candidates(placement, all, victim_cpus, &found);
	aggressor_cpus->count = found.count ? aggressors : 0;
	for (int i = 0; i < aggressor_cpus->count; i++)
		aggressor_cpus->cpu[i] = found.cpu[i % found.count];
	return found.count ? 0 : -ENODEV;
}

void cpu_list_tell(const struct cpu_list *list, char *text, int room)
{
	int length = 0;
	text[0] = '\0';
	for (int i = 0; i < list->count && length < room; i++)
		length += snprintf(text + length, (size_t)(room - length), "%s%d", i ? "," : "", list->cpu[i]);
}
