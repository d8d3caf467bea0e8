/* Numbers in their order. */
#ifndef LAB_ORDER_H
#define LAB_ORDER_H

#include <stdint.h>

/* Sort, the smallest first. */
void ascend(uint64_t *number, uint64_t count);

#endif
