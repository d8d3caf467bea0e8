#include "order.h"

#include <stdlib.h>

static int compare(const void *left, const void *right)
{
	const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
	return a < b ? -1 : a > b;
}

void ascend(uint64_t *number, uint64_t count)
{
	qsort(number, count, sizeof(*number), compare);
}
