/*
 * The recording: what victims and aggressors write while they run, in memory that they share with the one who tells it.
 *
 * All of it is there, touched, before the first window, so that writing faults nothing.
 */
#ifndef LAB_RECORDING_H
#define LAB_RECORDING_H

#include <stdint.h>

#include "random.h"
#include "schedule.h"

enum quantile { P50, P99, P99_9, WORST, QUANTILES };

/* A turn that ended at `now_ns`. */
struct note {
	uint64_t now_ns, operations, latency_ns;
};

/*
 * Turns that a victim keeps on its stack until there are several: the record lies on pages of its own, and each that a
 * turn touches is an entry of the TLB less for what the victim works with.
 */
enum { NOTES = 16 };
struct notes {
	int count;
	struct note note[NOTES];
};

/* A victim's window. */
struct victim_window {
	uint64_t *operations, *worst_ns; /* a bucket each */
	uint32_t *latency_ns;            /* of each turn that ended in the counted part */
	uint64_t turns;                  /* may be more than there was room for: then a random sample is kept */
	uint64_t cpu_ns, voluntary_switches, involuntary_switches;
	uint64_t quantile_ns[QUANTILES];
};

struct victim_record {
	int error; /* -errno where it failed, and the step */
	char step[32];
	uint64_t turn_operations; /* operations a turn, calibrated */
	uint64_t room;            /* for latencies, in each window */
	struct random random;
	struct victim_window window[MAX_WINDOWS];
};

/* An aggressor's window. `error` is -errno where it could not do what it should; it was harmless-busy then. */
struct aggressor_window {
	uint64_t *pages; /* a bucket each */
	uint64_t cpu_ns;
	uint64_t piece_pages; /* pages of one turn */
	int error;
	char step[32];
};

struct aggressor_record {
	uint64_t made_pages; /* so far, all windows, the settling too */
	struct aggressor_window window[MAX_WINDOWS];
};

/* Returns NULL where there is no memory. Given back with the process. */
struct victim_record *victim_record_make(const struct schedule *schedule);
struct aggressor_record *aggressor_record_make(const struct schedule *schedule);
/* Move turns into the record; one that ended in no counted part is not counted. None are left. */
void victim_note(struct victim_record *record, const struct schedule *schedule, int window, struct notes *notes);
/* Note pages that were done at `now_ns`. */
void aggressor_note(struct aggressor_record *record, const struct schedule *schedule, int window, uint64_t now_ns,
		    uint64_t pages);
/* Compute the quantiles of every window (sorts the latencies). */
void victim_record_settle(struct victim_record *record, const struct schedule *schedule);

#endif
