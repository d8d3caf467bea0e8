/* CPUs by number: the list that the caller may use, and pinning to one of them. */
#ifndef LAB_PIN_H
#define LAB_PIN_H

#include <stdbool.h>
#include <stdint.h>

enum { MAX_CPUS = 1024 };

struct cpu_list {
	int count;
	int cpu[MAX_CPUS];
};

/* Read "1,0", each CPU once; returns 0 or -EINVAL. */
int cpu_list_parse(const char *text, struct cpu_list *list);
bool cpu_list_holds(const struct cpu_list *list, long cpu);
/* All CPUs that this process may run on, in ascending order. */
int cpu_list_allowed(struct cpu_list *list);
/* Pin the calling thread; returns 0 or -errno. */
int pin_to(int cpu);
/* What --cpus says, else all that are allowed; -EINVAL after a line on stderr. */
int cpus_choose(const char *program, const char *text, uint64_t threads, struct cpu_list *list);

#endif
