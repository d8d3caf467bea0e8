/* The crew: victims and aggressors as processes of their own, and what they write. */
#ifndef LAB_CREW_H
#define LAB_CREW_H

#include <sys/types.h>

#include "pin.h"
#include "recording.h"
#include "schedule.h"
#include "victim.h"

enum { MAX_CREW = 64 };

struct crew {
	struct schedule *schedule; /* shared */
	int victims, aggressors;
	const struct victim *victim[MAX_CREW];
	struct victim_record *victim_record[MAX_CREW];
	struct aggressor_record *aggressor_record[MAX_CREW];
	struct cpu_list victim_cpus, aggressor_cpus;
	uint64_t chunk_pages;
	pid_t pid[2 * MAX_CREW];
};

/* How many arrive before the schedule begins: processes, and the threads of victims that are aggressors. */
int crew_size(const struct crew *crew);
/* Make the records and fork everybody, who then waits for the schedule to begin. Returns 0 or -errno, with none left. */
int crew_start(struct crew *crew, const char **step);
/* Whether all are alive; -errno of the one who is not, with `step`. */
int crew_check(struct crew *crew, const char **step);
/* Wait until all have ended by themselves. Returns 0, or -errno of the first who failed. */
int crew_wait(struct crew *crew, const char **step);
void crew_end(struct crew *crew);

#endif
