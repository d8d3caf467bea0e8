/* Rounds: secret memory is had, looked at, and given up; and what of it stays in the direct map. */
#ifndef LAB_ROUND_H
#define LAB_ROUND_H

#include "ballast.h"
#include "place.h"
#include "use.h"

/* One reading a round, each since the first round began; from ROUND_SCAR on where the direct map can be read. */
enum round_reading {
	ROUND_TOUCHED,
	ROUND_LEVEL2,
	ROUND_LEVEL3,
	ROUND_SCAR,
	ROUND_UNGLOBAL,
	ROUND_TABLES,
	ROUND_TABLE_BLOCKS,
	ROUND_HEALED,
	ROUND_READINGS
};

struct rounds {
	struct place place;
	struct scar before;
	char without[64]; /* why the direct map is not read; "" where it is */
	uint64_t *reading[ROUND_READINGS];
	uint64_t count;
	uint64_t *frame;
	uint64_t *region[REGION_READINGS];
	uint64_t regions; /* of the last round */
	struct ballast kept;
};

/* Returns 0 or -errno. */
int rounds_open(uint64_t most, uint64_t pages, struct rounds *rounds);
/* Readings are since this moment. Returns 0 or -errno. */
int rounds_begin(struct rounds *rounds);
/* One round; `busy` lets other memory be used after it. Returns 0 or -errno. */
int rounds_go(struct rounds *rounds, struct use *use, bool busy);
void rounds_close(struct rounds *rounds);

#endif
