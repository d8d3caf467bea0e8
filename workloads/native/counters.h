/* What the kernel counted, read at once before and after the timed part. */
#ifndef LAB_COUNTERS_H
#define LAB_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#include "pin.h"

enum counter {
	MINOR_FAULTS,
	MAJOR_FAULTS,
	VOLUNTARY_SWITCHES,
	INVOLUNTARY_SWITCHES,
	LEVEL2_SPLITS,
	LEVEL3_SPLITS,
	CAL_OWN_CPUS,
	CAL_OTHER_CPUS,
	TLB_OWN_CPUS,
	TLB_OTHER_CPUS,
	STEAL_TICKS,
	COUNTERS,
};

extern const char *const COUNTER_NAMES[COUNTERS];
static const int64_t NOT_COUNTED = -1;

struct counters {
	int64_t value[COUNTERS];
};

struct counter_files {
	int vmstat, interrupts, stat;
	char *text;
	size_t room;
};

/* Open the files beforehand, so that reading the counters is one read each. Returns 0 or -errno. */
int counters_open(struct counter_files *files);
void counters_close(struct counter_files *files);
#define COUNTERS_CLOSED __attribute__((cleanup(counters_close)))
/* `own` are the CPUs of the timed threads: a flush for them arrives on the others. */
void counters_read(struct counter_files *files, const struct cpu_list *own, int own_count, struct counters *out);
/* Function-call and TLB interrupts of one CPU; NOT_COUNTED where there is no such row. */
void counters_interrupts_on(struct counter_files *files, int cpu, int64_t *cal, int64_t *tlb);
/* Bytes of the direct map that are mapped by 4 KB entries (/proc/meminfo), or NOT_COUNTED. */
int64_t counters_direct_map_4k(void);
/* direct_map_level2_splits + direct_map_level3_splits, or NOT_COUNTED. */
int64_t counters_splits(struct counter_files *files);
/* direct_map_level2_splits alone: how often 2 MB became 4 KB; or NOT_COUNTED. */
int64_t counters_level2_splits(struct counter_files *files);

#endif
