/* Readings: the series of a report, each kept until it is written. */
#ifndef LAB_READING_H
#define LAB_READING_H

#include <stdbool.h>
#include <stdint.h>

#include "output.h"

enum { MOST_SERIES = 64 };

/* `reading` is kept by who calls; a series without readings is none. */
void reading_add(struct report *report, const char *metric, uint64_t count, uint64_t *reading, bool settled);
/* One number that is kept here; UNTOLD (tally.h) is none. */
void reading_add_one(struct report *report, const char *metric, uint64_t number, bool settled);

#endif
