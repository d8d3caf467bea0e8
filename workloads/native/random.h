/* Random numbers for orders, not for secrets: xorshift64*, the same for a seed (Marsaglia 2003, Vigna 2016). */
#ifndef LAB_RANDOM_H
#define LAB_RANDOM_H

#include <stdint.h>

struct random {
	uint64_t state; /* not 0 */
};

static inline struct random random_from(uint64_t seed)
{
	return (struct random){seed ? seed : 1};
}

static inline uint64_t random_below(struct random *random, uint64_t bound)
{
	random->state ^= random->state >> 12;
	random->state ^= random->state << 25;
	random->state ^= random->state >> 27;
	return (random->state * 0x2545f4914f6cdd1dull >> 11) % bound;
}

/* Put 0 to count - 1 in a random order. */
void random_order(struct random *random, uint64_t *order, uint64_t count);
/* Put them in a random order of one single cycle: order[i] comes after i (Sattolo 1986). */
void random_cycle(struct random *random, uint64_t *order, uint64_t count);

#endif
