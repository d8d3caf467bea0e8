#include "schedule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aggressor.h"

static const uint64_t NS_A_SECOND = 1000000000u, LEAD_NS = 20000000u;

uint64_t monotonic_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_A_SECOND + (uint64_t)now.tv_nsec;
}

void sleep_until(uint64_t when_ns)
{
	const struct timespec when = {(time_t)(when_ns / NS_A_SECOND), (long)(when_ns % NS_A_SECOND)};
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL) == EINTR)
		;
}

void schedule_arrive(struct schedule *schedule)
{
	__atomic_add_fetch(&schedule->arrived, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&schedule->begin_ns, __ATOMIC_SEQ_CST))
		sleep_until(monotonic_ns() + NS_A_SECOND / 1000);
}

void schedule_start(struct schedule *schedule)
{
	__atomic_store_n(&schedule->begin_ns, monotonic_ns() + LEAD_NS, __ATOMIC_SEQ_CST);
}

bool schedule_all_arrived(const struct schedule *schedule, int count)
{
	return __atomic_load_n(&schedule->arrived, __ATOMIC_SEQ_CST) == count;
}

static uint64_t window_ns(const struct schedule *schedule)
{
	return schedule->settle_ns + (uint64_t)schedule->buckets * schedule->bucket_ns;
}

uint64_t window_begin(const struct schedule *schedule, int window)
{
	return schedule->begin_ns + (uint64_t)window * window_ns(schedule);
}

uint64_t window_counted(const struct schedule *schedule, int window)
{
	return window_begin(schedule, window) + schedule->settle_ns;
}

uint64_t window_end(const struct schedule *schedule, int window)
{
	return window_begin(schedule, window + 1);
}

static int parse_rate(const char *text, uint64_t *rate)
{
	char *end;
	if (!strcmp(text, "max")) {
		*rate = RATE_MAX;
		return 0;
	}
	errno = 0;
	*rate = strtoull(text, &end, 10);
	return errno || end == text || *end || *text == '-' ? -EINVAL : 0;
}

static int parse_window(char *text, struct window *window)
{
	char *rate = strchr(text, ':');
	if (rate)
		*rate++ = '\0';
	*window = (struct window){.aggressor = aggressor_find(text)};
	if (!window->aggressor)
		return -EINVAL;
	if (!rate)
		return window->aggressor->paced ? -EINVAL : 0;
	return parse_rate(rate, &window->rate);
}

int schedule_parse(const char *text, struct schedule *schedule)
{
	char copy[MAX_WINDOWS * 32], *rest = copy;
	schedule->windows = 0;
	if (strlen(text) >= sizeof(copy))
		return -EINVAL;
	strcpy(copy, text);
	for (char *word; (word = strsep(&rest, ","));) {
		if (schedule->windows == MAX_WINDOWS || parse_window(word, &schedule->window[schedule->windows]))
			return -EINVAL;
		schedule->windows++;
	}
	return 0;
}
