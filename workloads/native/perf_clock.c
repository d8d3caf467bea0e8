#include "perf_clock.h"

#include <linux/perf_event.h>
#include <math.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"

enum { PAGE_BYTES = 4096 };

double perf_clock_hz(void)
{
	struct perf_event_attr event = {
		.size = sizeof(event),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_DUMMY,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};
	CLOSED const int file = (int)syscall(SYS_perf_event_open, &event, 0, -1, -1, 0);
	if (file < 0)
		return 0;
	const struct perf_event_mmap_page *page = mmap(NULL, PAGE_BYTES, PROT_READ, MAP_SHARED, file, 0);
	if (page == MAP_FAILED)
		return 0;
	double hz = 0;
	/* linux/perf_event.h: ns = ticks * time_mult >> time_shift. */
	if (page->cap_user_time && page->time_mult)
		hz = 1e9 * ldexp(1.0, page->time_shift) / page->time_mult;
	munmap((void *)page, PAGE_BYTES);
	return hz;
}
