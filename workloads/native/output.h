/* What a program says at its end: one line of JSON on stdout, readings in a raw file, a line for people on stderr. */
#ifndef LAB_OUTPUT_H
#define LAB_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "canary.h"
#include "clock.h"
#include "counters.h"

enum exit_status { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_UNSUPPORTED = 3 };

struct series {
	const char *metric;
	int thread;
	uint64_t count;
	uint64_t *reading; /* ticks, which report_write() turns into nanoseconds */
	bool settled;      /* it is in the unit of its metric already */
};

struct setting {
	const char *name;
	const char *text; /* NULL: the number */
	uint64_t number;
};

struct host_backing {
	uint64_t prepared_pages;
	const char *prepared_with;
	uint64_t prepare_ticks;
};

struct report {
	const char *program;
	const struct setting *settings; /* ends with a NULL name */
	const struct series *series;
	int series_count;
	struct clock_state clock;
	uint64_t begun_raw_ns;
	struct canary canary_before, canary_after;
	struct counters before, after;
	struct host_backing host_backing;
	void (*more)(const void *told); /* prints further members of the line, each behind a comma; may be NULL */
	const void *told;
};

/* Start a report: opens the clock, follows the harness. Called first in main, so that life_ns is the program's. */
void report_open(struct report *report, const char *program);
/* Write the raw file (path NULL: none) and the line; returns the exit status. */
int report_write(struct report *report, const char *path);
/* Say that memory could not be had: unsupported where the errno means that this machine refuses it, else failed. */
int report_refusal(const char *program, const char *step, int error, const char *message);
/* Say that something went wrong. `error` is -errno. */
int report_failure(const char *program, const char *step, int error, const char *message);
int report_usage(const char *program);
/* Whether an errno means "not on this machine, as it is set up" and not "something broke". */
bool means_unsupported(int error);
/* JSON pieces for programs that say something else. */
void json_text(const char *text);
void json_build(void);
/* The members of a snapshot, without the braces. */
void json_counts(const struct counters *counters);
/* ,"series":[...] */
void json_series(const struct series *series, int count);
void json_clock(const struct clock_facts *facts);

#endif
