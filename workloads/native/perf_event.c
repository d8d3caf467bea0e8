#include "perf_event.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <math.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"

enum { PAGE_BYTES = 4096 };

/* An event of this process in user space; returns a descriptor or -errno. */
static int open_event(uint32_t type, uint64_t config)
{
	struct perf_event_attr event = {
		.size = sizeof(event),
		.type = type,
		.config = config,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};
	const int file = (int)syscall(SYS_perf_event_open, &event, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	return file < 0 ? -errno : file;
}

int perf_hardware_error(void)
{
	CLOSED const int file = open_event(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES);
	return file < 0 ? file : 0;
}

double perf_clock_hz(void)
{
	CLOSED const int file = open_event(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_DUMMY);
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
