#include "gauge.h"

#include <errno.h>

int gauge_open(uint64_t budget_bytes, struct gauge *gauge)
{
	*gauge = (struct gauge){.allowed = budget_bytes / REGION_BYTES};
	const int error = counters_open(&gauge->files);
	if (error)
		return error;
	gauge->level2_before = counters_level2_splits(&gauge->files);
	gauge->level3_before = counters_splits(&gauge->files) - gauge->level2_before;
	return gauge->level2_before == NOT_COUNTED ? -EOPNOTSUPP : 0;
}

void gauge_look(struct gauge *gauge)
{
	const int64_t level2 = counters_level2_splits(&gauge->files);
	gauge->level2 = (uint64_t)(level2 - gauge->level2_before);
	gauge->level3 = (uint64_t)(counters_splits(&gauge->files) - level2 - gauge->level3_before);
}

uint64_t gauge_pages(const struct gauge *gauge)
{
	const uint64_t left = gauge->allowed > gauge->level2 ? gauge->allowed - gauge->level2 : 0;
	return left < MOST_UNSEEN_PAGES ? left : MOST_UNSEEN_PAGES;
}
