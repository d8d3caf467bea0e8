/*
 * The schedule: windows on CLOCK_MONOTONIC, one behind the other, which all processes follow without a word.
 *
 * A window begins with a part in which everybody settles, which is lived but not counted; then come its buckets.
 */
#ifndef LAB_SCHEDULE_H
#define LAB_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

enum { MAX_WINDOWS = 256 };
static const uint64_t RATE_MAX = UINT64_MAX; /* as fast as it goes */

struct aggressor;

struct window {
	const struct aggressor *aggressor;
	uint64_t rate; /* pages a second, of all aggressors together; RATE_MAX */
};

struct schedule {
	uint64_t begin_ns; /* of the first window; 0 until all have arrived */
	int arrived;       /* who is ready */
	uint64_t settle_ns, bucket_ns;
	int windows, buckets; /* buckets of each window */
	bool coarse_odd;      /* record only one turn in many in every second window, to see what recording costs */
	struct window window[MAX_WINDOWS];
};

uint64_t monotonic_ns(void);
/* Sleep until then. */
void sleep_until(uint64_t when_ns);
/* When a window begins, when its counting begins, and when both end. */
uint64_t window_begin(const struct schedule *schedule, int window);
uint64_t window_counted(const struct schedule *schedule, int window);
uint64_t window_end(const struct schedule *schedule, int window);
/* Say that one is ready, and wait for the others and for the beginning. */
void schedule_arrive(struct schedule *schedule);
/* Begin a moment from now. */
void schedule_start(struct schedule *schedule);
bool schedule_all_arrived(const struct schedule *schedule, int count);
/* Read "secret:20000,anonymous:max,spin"; returns 0 or -EINVAL. */
int schedule_parse(const char *text, struct schedule *schedule);

#endif
