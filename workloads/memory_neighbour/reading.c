#include "reading.h"

#include "tally.h"

static struct series series[MOST_SERIES];

void reading_add(struct report *report, const char *metric, uint64_t count, uint64_t *reading, bool settled)
{
	report->series = series;
	if (count && report->series_count < MOST_SERIES)
		series[report->series_count++] = (struct series){metric, 0, count, reading, settled};
}

void reading_add_one(struct report *report, const char *metric, uint64_t number, bool settled)
{
	static uint64_t kept[MOST_SERIES + 1]; /* the last one for what has no place any more */
	kept[report->series_count] = number;
	if (number != UNTOLD)
		reading_add(report, metric, 1, &kept[report->series_count], settled);
}
