/*
 * Companions: what the other CPUs do meanwhile. Processes and not threads, because threads would share the address
 * space and so take part in its faults.
 */
#ifndef LAB_COMPANION_H
#define LAB_COMPANION_H

#include <sys/types.h>

#include "pin.h"

enum company { COMPANY_IDLE, COMPANY_SPIN_USER, COMPANY_SPIN_KERNEL };

struct companions {
	int count;
	pid_t pid[MAX_CPUS];
};

/* Start one on each CPU of the list from `first` on, and wait until all run. Returns 0 or -errno, with none left. */
int companions_start(enum company company, const struct cpu_list *cpus, int first, struct companions *all);
void companions_end(struct companions *all);

#endif
