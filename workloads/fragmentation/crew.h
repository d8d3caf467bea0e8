/* A crew: several processes that have secret memory at the same time, each its share. */
#ifndef LAB_CREW_H
#define LAB_CREW_H

#include "area.h"
#include "keeper.h"

enum { MOST_PROCESSES = 64 };

struct share {
	struct area area;
	int cpu;
	uint64_t *frame;   /* in common with the process that asks */
	const char **step; /* in common, too */
};

struct crew {
	struct keeper keeper[MOST_PROCESSES];
	struct share share[MOST_PROCESSES]; /* of each, as far as this process knows */
	uint64_t count, pages_each;
	uint64_t *frame; /* pages_each for each of them */
	const char **step;
};

/* Start `count` processes for `pages` pages in all. Returns 0 or -errno. */
int crew_open(uint64_t count, uint64_t pages, const struct cpu_list *cpus, struct crew *crew);
/* For course_go(): the one that has touched least goes first. */
int crew_touch(void *crew, uint64_t pages);
/* As areas_frames(). */
int64_t crew_frames(struct crew *crew, uint64_t *frame);
void crew_close(struct crew *crew);

#endif
