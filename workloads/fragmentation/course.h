/* A course: what is read on the way, each time that so many more pages were touched. */
#ifndef LAB_COURSE_H
#define LAB_COURSE_H

#include "gauge.h"

/* One reading a step of each. */
enum step_reading { TOUCHED_BYTES, PEAK_BYTES, LEVEL2, LEVEL3, STEP_READINGS };

struct course {
	struct gauge gauge;
	uint64_t step_pages;
	uint64_t *reading[STEP_READINGS];
	uint64_t steps, most_steps;
	uint64_t touched, held, peak;          /* pages: in all, now, and at most at a time */
	uint64_t level2_origin, level3_origin; /* splits before the course began */
};

/* Touch pages of this process, or have somebody do it. Returns 0 or -errno. */
typedef int (*course_touch)(void *context, uint64_t pages);

/* Returns 0 or -errno. The course begins where course_begin() is called: splits are counted from there. */
int course_open(uint64_t budget_bytes, uint64_t step_pages, uint64_t most_steps, struct course *course);
void course_begin(struct course *course);
/* One reading, now; the last one gives way where nothing was touched since, or there is no room. */
void course_read(struct course *course);
/*
 * Have `pages` pages touched, with a reading at every step. Returns 0 or -errno; course_stopped() tells whether the
 * budget ended it early.
 */
int course_go(struct course *course, course_touch touch, void *context, uint64_t pages);
bool course_stopped(const struct course *course);

#endif
