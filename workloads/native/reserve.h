/* The reserve of free memory that no program takes from: 5 % of all, at least 512 MB, as in bench/host/reserve.py. */
#ifndef LAB_RESERVE_H
#define LAB_RESERVE_H

#include <stdbool.h>
#include <stdint.h>

/* How many bytes may be taken now. */
uint64_t reserve_free(void);
/* Whether so much more may be taken now. */
bool reserve_leaves(uint64_t bytes);

#endif
