/*
 * The clock: the counter that user space can read fastest, and what is needed to turn its ticks into nanoseconds.
 *
 * A timed pair is clock_begin() and clock_end(). On x86-64 begin is RDTSC then LFENCE (what is timed does not start
 * before the counter was read) and end is RDTSCP (the counter is not read before what is timed has ended): Intel SDM
 * vol. 2, RDTSC and RDTSCP. Fences around both would cost half as much again.
 */
#ifndef LAB_CLOCK_H
#define LAB_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct clock_pair {
	uint64_t ticks;
	uint64_t raw_ns;
};

struct clock_facts {
	const char *source;
	const char *rate_from;
	double hz;
	double resolution_ns;
	double overhead_ns;
};

struct clock_state {
	bool counter;
	double hz; /* 0: to be calibrated over the life of the program */
	const char *rate_from;
	struct clock_pair opened;
	uint64_t resolution_ticks;
	uint64_t overhead_ticks;
};

extern bool clock_uses_counter;

static inline uint64_t clock_raw_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#if defined(__x86_64__)
static inline uint64_t counter_begin(void)
{
	const uint64_t ticks = __builtin_ia32_rdtsc();
	__builtin_ia32_lfence();
	return ticks;
}

static inline uint64_t counter_end(void)
{
	unsigned int cpu;
	return __builtin_ia32_rdtscp(&cpu);
}
#elif defined(__aarch64__)
static inline uint64_t counter_begin(void)
{
	uint64_t ticks;
	__asm__ volatile("isb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(ticks) : : "memory");
	return ticks;
}

static inline uint64_t counter_end(void)
{
	uint64_t ticks;
	__asm__ volatile("dsb ish\n\tisb\n\tmrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
	return ticks;
}
#else
static inline uint64_t counter_begin(void)
{
	return clock_raw_ns();
}

static inline uint64_t counter_end(void)
{
	return clock_raw_ns();
}
#endif

static inline uint64_t clock_begin(void)
{
	return clock_uses_counter ? counter_begin() : clock_raw_ns();
}

static inline uint64_t clock_end(void)
{
	return clock_uses_counter ? counter_end() : clock_raw_ns();
}

void clock_open(struct clock_state *clock);
/* Read the facts; the rate is calibrated from clock_open() until now, which is made to be at least 10 ms. */
struct clock_facts clock_settle(struct clock_state *clock);
/* Turn `count` tick counts into nanoseconds in place. */
void clock_to_ns(const struct clock_facts *facts, uint64_t *ticks, uint64_t count);
/* Cost in ns of one turn of a storing loop around a timed pair, and around two bare reads of the counter. */
double clock_pair_cost_ns(const struct clock_facts *facts);
double clock_bare_cost_ns(const struct clock_facts *facts);

#endif
