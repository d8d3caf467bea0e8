#include "canary.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

#include "clock.h"
#include "memory.h"

enum { SPINS = 400000, STEPS = 20000, LINE_BYTES = 64, CHASE_BYTES = 4 << 20, LINES = CHASE_BYTES / LINE_BYTES };

struct line {
	uint32_t next;
	char rest[LINE_BYTES - sizeof(uint32_t)];
};

/* Each turn needs the last one's result: no CPU can do two at a time, and the empty asm lets no compiler fold two. */
static void spin(void)
{
	uint64_t state = 1;
	for (int i = 0; i < SPINS; i++) {
		state = state * 6364136223846793005u + 1442695040888963407u;
		__asm__ volatile("" : "+r"(state));
	}
}

/*
 * A fixed single cycle over all lines: x -> a x + c modulo a power of two visits every line (Hull and Dobell, 1962:
 * c odd, a = 1 modulo 4), in an order that no prefetcher follows.
 */
static void lay_out(struct line *lines)
{
	for (uint32_t i = 0; i < LINES; i++)
		lines[i].next = (i * 5861u + 30011u) % LINES;
}

static void chase(const struct line *lines)
{
	uint32_t at = 0;
	for (int i = 0; i < STEPS; i++)
		at = lines[at].next;
	__asm__ volatile("" : : "r"(at));
}

int canary_sing(struct canary *canary)
{
	struct line *lines = populated(CHASE_BYTES);
	if (!lines)
		return -ENOMEM;
	lay_out(lines);
	uint64_t begin = clock_begin();
	spin();
	canary->spin_ticks = clock_end() - begin;
	begin = clock_begin();
	chase(lines);
	canary->chase_ticks = clock_end() - begin;
	munmap(lines, CHASE_BYTES);
	return 0;
}
