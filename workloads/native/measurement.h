/* The measurement: what begins and ends alike in most programs, around what each of them measures. */
#ifndef LAB_MEASUREMENT_H
#define LAB_MEASUREMENT_H

#include "option.h"
#include "output.h"
#include "pin.h"

struct measurement {
	const struct option_table *table; /* names the program too */
	const char *const *samples_path;  /* the option's place; it points to NULL where no file is wanted */
	/* Chooses the CPUs and checks what the table cannot: 0, or -EINVAL after a line on stderr. */
	int (*check)(struct cpu_list *cpus);
	/* Measures and describes; an exit status, and on any but EXIT_OK it has told why. */
	int (*work)(const struct cpu_list *cpus, struct report *report);
};

/* Read the options, pin to the first CPU, work between two canaries, write the report. Returns main's exit status. */
int measurement_run(const struct measurement *measurement, int argc, char **argv);

#endif
