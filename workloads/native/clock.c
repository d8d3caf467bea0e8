#include "clock.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "order.h"
#include "perf_event.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

enum { TRIES = 16, PAIRS = 4096, MOST_TURNS = 61, TURNS = 20000 };
static const uint64_t CALIBRATION_NS = 10000000;

bool clock_uses_counter;

#if defined(__x86_64__)
/* CPUID 0x80000007 EDX bit 8: the TSC ticks at one rate in every power state (AMD APM vol. 3, Intel SDM vol. 3). */
static bool is_invariant(void)
{
	unsigned int eax, ebx, ecx, edx;
	return __get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx) && edx & (1u << 8);
}

/* The kernel gives the TSC up as its clock where it found it unstable; then it is no clock for us either. */
static bool kernel_trusts_counter(void)
{
	char name[32] = "";
	CLOSED const int file = open("/sys/devices/system/clocksource/clocksource0/current_clocksource", O_RDONLY);
	if (file < 0 || read(file, name, sizeof(name) - 1) <= 0)
		return false;
	return !strncmp(name, "tsc", 3) || !strncmp(name, "kvm-clock", 9) || !strncmp(name, "hyperv", 6);
}

static const char *const SOURCE = "tsc";

static bool has_counter(void)
{
	return is_invariant() && kernel_trusts_counter();
}

static uint64_t read_bare(void)
{
	return __builtin_ia32_rdtsc();
}

static double architecture_hz(void)
{
	return 0;
}
#elif defined(__aarch64__)
static const char *const SOURCE = "cntvct";

static bool has_counter(void)
{
	return true;
}

static uint64_t read_bare(void)
{
	uint64_t ticks;
	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
	return ticks;
}

static double architecture_hz(void)
{
	uint64_t hz;
	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hz));
	return (double)hz;
}
#else
static const char *const SOURCE = "none";

static bool has_counter(void)
{
	return false;
}

static uint64_t read_bare(void)
{
	return clock_raw_ns();
}

static double architecture_hz(void)
{
	return 0;
}
#endif

/* Read both clocks at one moment: of several tries the one in which the two counter reads lie closest. */
static struct clock_pair read_both(void)
{
	struct clock_pair best = {0, 0};
	uint64_t narrowest = UINT64_MAX;
	for (int i = 0; i < TRIES; i++) {
		const uint64_t before = clock_begin();
		const uint64_t raw_ns = clock_raw_ns();
		const uint64_t width = clock_end() - before;
		if (width < narrowest) {
			narrowest = width;
			best = (struct clock_pair){before + width / 2, raw_ns};
		}
	}
	return best;
}

/* So many multiplications, each of which needs the last one's result. */
static void dally(int turns)
{
	uint64_t state = 1;
	for (int i = 0; i < turns; i++) {
		state *= 6364136223846793005u;
		__asm__ volatile("" : "+r"(state));
	}
}

/* Whether 95 in 100 steps lie near a multiple of a width, to an eighth of it. */
static bool is_grid(uint64_t width, const uint64_t *step, int count)
{
	int beside = 0;
	for (int i = 0; i < count; i++) {
		const uint64_t rest = step[i] % width;
		beside += rest > width / 8 && width - rest > width / 8;
	}
	return beside <= count / 20;
}

/*
 * The resolution is the counter's own step, which can be many ticks: the TSC of AMD's Zen moves by 10 ns at once, and
 * where it is scaled for a guest a tick more or less. So it is the widest grid on which the differences between reads
 * lie; reads are spread by work of differing length, lest the time that a read takes should look like a step.
 */
static uint64_t measure_resolution(void)
{
	static uint64_t step[PAIRS];
	int count = 0;
	for (int i = 0; i < PAIRS; i++) {
		const uint64_t last = clock_end();
		dally(i % MOST_TURNS);
		const uint64_t now = clock_end();
		if (now > last)
			step[count++] = now - last;
	}
	if (!count)
		return 0;
	ascend(step, (uint64_t)count);
	uint64_t width = step[count / 2];
	while (!is_grid(width, step, count))
		width--;
	return width;
}

/* The median of a pair with nothing in it. */
static uint64_t measure_overhead(void)
{
	static uint64_t pair[PAIRS];
	for (int i = 0; i < PAIRS; i++) {
		const uint64_t begin = clock_begin();
		pair[i] = clock_end() - begin;
	}
	ascend(pair, PAIRS);
	return pair[PAIRS / 2];
}

void clock_open(struct clock_state *clock)
{
	*clock = (struct clock_state){.counter = has_counter(), .rate_from = "calibration"};
	clock_uses_counter = clock->counter;
	if (!clock->counter) {
		clock->hz = 1e9;
		clock->rate_from = "kernel";
	} else if ((clock->hz = architecture_hz()) > 0) {
		clock->rate_from = "architecture";
	} else if ((clock->hz = perf_clock_hz()) > 0) {
		clock->rate_from = "perf";
	}
	clock->opened = read_both();
	clock->resolution_ticks = measure_resolution();
	clock->overhead_ticks = measure_overhead();
}

static double calibrate_hz(const struct clock_state *clock)
{
	while (clock_raw_ns() - clock->opened.raw_ns < CALIBRATION_NS)
		usleep(1000);
	const struct clock_pair now = read_both();
	return (double)(now.ticks - clock->opened.ticks) * 1e9 / (double)(now.raw_ns - clock->opened.raw_ns);
}

struct clock_facts clock_settle(struct clock_state *clock)
{
	if (clock->hz <= 0)
		clock->hz = calibrate_hz(clock);
	return (struct clock_facts){
		.source = clock->counter ? SOURCE : "monotonic_raw",
		.rate_from = clock->rate_from,
		.hz = clock->hz,
		.resolution_ns = (double)clock->resolution_ticks * 1e9 / clock->hz,
		.overhead_ns = (double)clock->overhead_ticks * 1e9 / clock->hz,
	};
}

void clock_to_ns(const struct clock_facts *facts, uint64_t *ticks, uint64_t count)
{
	const double ns = 1e9 / facts->hz;
	for (uint64_t i = 0; i < count; i++)
		ticks[i] = (uint64_t)((double)ticks[i] * ns + 0.5);
}

/* Visible to the linker, so that the compiler keeps the stores. */
extern uint64_t clock_loop_store[TURNS];
uint64_t clock_loop_store[TURNS];

static double turn_cost_ns(const struct clock_facts *facts, uint64_t ticks)
{
	return (double)ticks * 1e9 / facts->hz / TURNS;
}

double clock_pair_cost_ns(const struct clock_facts *facts)
{
	uint64_t *kept = clock_loop_store;
	const uint64_t start = clock_begin();
	for (int i = 0; i < TURNS; i++) {
		const uint64_t begin = clock_begin();
		kept[i] = clock_end() - begin;
	}
	return turn_cost_ns(facts, clock_end() - start);
}

double clock_bare_cost_ns(const struct clock_facts *facts)
{
	uint64_t *kept = clock_loop_store;
	const uint64_t start = clock_begin();
	for (int i = 0; i < TURNS; i++) {
		const uint64_t begin = read_bare();
		kept[i] = read_bare() - begin;
	}
	return turn_cost_ns(facts, clock_end() - start);
}
