/* The canary: a fixed piece of computing and a fixed walk through memory, which tell a disturbed moment. */
#ifndef LAB_CANARY_H
#define LAB_CANARY_H

#include <stdint.h>

struct canary {
	uint64_t spin_ticks;
	uint64_t chase_ticks;
};

/* About 3 ms. Its memory is given back before it returns. Returns 0 or -errno. */
int canary_sing(struct canary *canary);

#endif
