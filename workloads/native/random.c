#include "random.h"

static void shuffle(struct random *random, uint64_t *order, uint64_t count, uint64_t spare)
{
	for (uint64_t i = 0; i < count; i++)
		order[i] = i;
	for (uint64_t i = count; i-- > 1;) {
		const uint64_t other = random_below(random, i + 1 - spare), held = order[i];
		order[i] = order[other];
		order[other] = held;
	}
}

void random_order(struct random *random, uint64_t *order, uint64_t count)
{
	shuffle(random, order, count, 0);
}

void random_cycle(struct random *random, uint64_t *order, uint64_t count)
{
	shuffle(random, order, count, 1);
}
