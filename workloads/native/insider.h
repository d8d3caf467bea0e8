/* The insider: a program that reads the direct map from inside, between two canaries and on its own CPU. */
#ifndef LAB_INSIDER_H
#define LAB_INSIDER_H

#include "directmap.h"
#include "output.h"
#include "pin.h"

/* What it measures; returns an exit status, and on any but EXIT_OK has told why. */
typedef int (*insider_work)(struct directmap *map, const struct cpu_list *cpus, struct report *report);
/* Open the direct map, pin to the first of `cpus`, do the work and write the report. Returns the exit status. */
int insider_run(const char *program, const struct cpu_list *cpus, const char *samples_path, insider_work work,
		struct report *report);

#endif
