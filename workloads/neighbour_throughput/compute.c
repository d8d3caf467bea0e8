/* Victims that touch no memory: one that sees interrupts alone, and one that enters the kernel and comes back. */
#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "victim.h"

/* A chain of multiplications, which nothing can be done before: an operation is one of them (Knuth's MMIX constants). */
static int multiply(void *state, struct turn *turn)
{
	static volatile uint64_t kept;
	uint64_t value = kept;
	(void)state;
	for (uint64_t i = 0; i < turn->operations; i++) {
		value = value * 6364136223846793005u + 1442695040888963407u;
		__asm__ volatile("" : "+r"(value)); /* or the compiler would find a shorter way */
	}
	kept = value;
	return 0;
}

/* getppid(2) by the system call itself: no library keeps its answer. */
static int call_kernel(void *state, struct turn *turn)
{
	(void)state;
	for (uint64_t i = 0; i < turn->operations; i++)
		syscall(SYS_getppid);
	return 0;
}

const struct victim COMPUTE = {.name = "compute", .take = multiply};
const struct victim NULL_SYSCALL = {.name = "null_syscall", .take = call_kernel};
