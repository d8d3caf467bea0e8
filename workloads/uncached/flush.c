#include "flush.h"

#include <stdbool.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <cpuid.h>

enum { LEAF = 7, HAS_CLFLUSHOPT = 1 << 23, LEAST_LINE_BYTES = 64 };

static bool has_unordered(void)
{
	unsigned int eax, ebx, ecx, edx;
	return __get_cpuid_count(LEAF, 0, &eax, &ebx, &ecx, &edx) && ebx & HAS_CLFLUSHOPT;
}

const char *flush_instruction(void)
{
	return has_unordered() ? "clflushopt" : "clflush";
}

void flush_area(const void *area, size_t bytes)
{
	static int unordered = -1;
	const char *line = area, *const end = line + bytes;
	if (unordered < 0)
		unordered = has_unordered();
	for (; line < end && unordered; line += LEAST_LINE_BYTES)
		__asm__ volatile("clflushopt %0" : : "m"(*line) : "memory");
	for (; line < end; line += LEAST_LINE_BYTES)
		__asm__ volatile("clflush %0" : : "m"(*line) : "memory");
}

/* MFENCE orders the flushes before it; LFENCE lets no later instruction begin before MFENCE has ended. */
void flush_fence(void)
{
	__asm__ volatile("mfence\n\tlfence" : : : "memory");
}
#elif defined(__aarch64__)
const char *flush_instruction(void)
{
	return "dc civac";
}

/* CTR_EL0.DminLine: the shortest line of any data cache, in words of 4 bytes, as a power of two. */
static size_t least_line_bytes(void)
{
	uint64_t type;
	__asm__("mrs %0, ctr_el0" : "=r"(type));
	return (size_t)4 << (type >> 16 & 15);
}

void flush_area(const void *area, size_t bytes)
{
	const size_t step = least_line_bytes();
	for (size_t at = 0; at < bytes; at += step)
		__asm__ volatile("dc civac, %0" : : "r"((const char *)area + at) : "memory");
}

void flush_fence(void)
{
	__asm__ volatile("dsb sy\n\tisb" : : : "memory");
}
#else
const char *flush_instruction(void)
{
	return NULL;
}

void flush_area(const void *area, size_t bytes)
{
	(void)area;
	(void)bytes;
}

void flush_fence(void)
{
	__sync_synchronize();
}
#endif
