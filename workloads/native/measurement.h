/* The measurement: what begins and ends alike in most programs, around what each of them measures. */
#ifndef LAB_MEASUREMENT_H
#define LAB_MEASUREMENT_H

#include "option.h"
#include "output.h"
#include "pin.h"

struct measurement {
	const struct option_table *table; /* names the program too */
	const char *const *samples_path;  /* the option's place; it points to NULL where no file is wanted */
	const char *const *cpus_text;     /* the option's place; it points to NULL where all CPUs may be taken */
	const uint64_t *cpu_count;        /* how many it takes at least; NULL: one */
	const char *const *backing_name;  /* the option's place; NULL where none that has to have 4 KB pages is named */
	/* Completes and checks what the table cannot: what is wrong, or NULL; may be NULL itself. */
	const char *(*check)(void);
	/* Measures and describes; an exit status, and on any but EXIT_OK it has told why. */
	int (*work)(const struct cpu_list *cpus, struct report *report);
};

/* Read the options, pin to the first CPU, work between two canaries, write the report. Returns main's exit status. */
int measurement_run(const struct measurement *measurement, int argc, char **argv);

#endif
