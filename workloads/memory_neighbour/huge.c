#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "cleanup.h"
#include "clock.h"
#include "memory.h"
#include "neighbour.h"
#include "tally.h"

enum { PAGE_BYTES = 4096 };
static const char POOL[] = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";
static const char COMPACT[] = "/proc/sys/vm/compact_memory";

static long faults(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

/* The page in the middle faults only where the first touch gave no huge page: one of 64 KB does not reach so far. */
static void touch_one(char *at, struct huge_answer *answer)
{
	const uint64_t begin = clock_begin();
	*(volatile char *)at = 1;
	const uint64_t first = clock_end() - begin;
	const long before = faults();
	*(volatile char *)(at + HUGE_BYTES / 2) = 1;
	if (faults() == before)
		answer->huge[answer->huge_count++] = first;
	else
		answer->fallback[answer->fallback_count++] = first;
	const uint64_t rest = clock_begin();
	for (size_t page = PAGE_BYTES; page < HUGE_BYTES; page += PAGE_BYTES)
		*(volatile char *)(at + page) = 1;
	answer->fill[answer->fill_count++] = first + clock_end() - rest;
}

int huge_touch(uint64_t bytes, struct huge_answer *answer, const char **step)
{
	UNMAPPED struct region region = {.descriptor = -1};
	const int error = region_map(backing_find("thp"), bytes, &region, step);
	if (error)
		return error;
	for (uint64_t at = 0; at < bytes; at += HUGE_BYTES)
		touch_one(region.address + at, answer);
	answer->huge_bytes = region_huge_bytes(&region);
	return 0;
}

static int write_text(const char *path, const char *text)
{
	CLOSED const int file = open(path, O_WRONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	return write(file, text, strlen(text)) < 0 ? -errno : 0;
}

static int read_pool(uint64_t *pages)
{
	FCLOSED FILE *file = fopen(POOL, "re");
	return file && fscanf(file, "%" SCNu64, pages) == 1 ? 0 : -ENODEV;
}

static char pool_before[32]; /* for the signal handler, which may call only what is safe there */

static void put_back_and_end(int number)
{
	write_text(POOL, pool_before);
	_exit(128 + number);
}

int pool_ask(uint64_t pages, struct pool_answer *answer)
{
	static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
	uint64_t before, after = 0;
	char text[32];
	int error = read_pool(&before);
	if (error)
		return error;
	snprintf(pool_before, sizeof(pool_before), "%" PRIu64, before);
	snprintf(text, sizeof(text), "%" PRIu64, before + pages);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		signal(ending[i], put_back_and_end);
	const uint64_t begin = clock_begin();
	error = write_text(POOL, text);
	answer->ticks = clock_end() - begin;
	if (!error)
		error = read_pool(&after);
	answer->asked = pages;
	answer->got = after > before ? after - before : 0;
	const int stuck = write_text(POOL, pool_before);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		signal(ending[i], SIG_DFL);
	return error ? error : stuck;
}

int compact(uint64_t *ticks)
{
	const uint64_t begin = clock_begin();
	const int error = write_text(COMPACT, "1");
	*ticks = clock_end() - begin;
	return error;
}
