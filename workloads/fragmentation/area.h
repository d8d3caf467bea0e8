/* Areas of secret memory, many at a time, whose files are closed: a mapping alone holds them. */
#ifndef LAB_AREA_H
#define LAB_AREA_H

#include "course.h"
#include "memory.h"

struct area {
	struct region region;
	uint64_t pages, touched;
};

struct areas {
	struct area *area;
	uint64_t count, room;
	uint64_t pages;
	const char *step; /* of what failed last */
};

int areas_open(uint64_t most, struct areas *areas);
/* Add one and touch it as far as the course goes. Returns 0 or -errno. */
int areas_add(struct areas *areas, struct course *course, uint64_t pages);
void areas_drop(struct areas *areas, struct course *course, uint64_t which);
void areas_drop_all(struct areas *areas, struct course *course);
/* The frames of all pages that were touched; returns how many there are, or -errno. */
int64_t areas_frames(const struct areas *areas, uint64_t *frame);

#endif
