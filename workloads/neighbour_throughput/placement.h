/* The placement: which CPU each victim and each aggressor is pinned to, by the machine's topology. */
#ifndef LAB_PLACEMENT_H
#define LAB_PLACEMENT_H

#include "pin.h"

enum placement { OTHER_CORE, SAME_CPU, SIBLING, SAME_SOCKET, OTHER_SOCKET };
extern const char *const PLACEMENTS[];

/*
 * Victims take the first CPUs of `all`, aggressors those that stand to the first victim as asked, in turn where there
 * are fewer. Returns 0, or -ENODEV where the machine has none such.
 */
int placement_choose(enum placement placement, const struct cpu_list *all, int victims, int aggressors,
		     struct cpu_list *victim_cpus, struct cpu_list *aggressor_cpus);
/* "0,1". */
void cpu_list_tell(const struct cpu_list *list, char *text, int room);

#endif
