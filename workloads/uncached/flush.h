/*
 * Lines flushed from all caches, so that the next read comes from memory: CLFLUSHOPT, else CLFLUSH, on x86-64 (Intel
 * SDM vol. 2), DC CIVAC on aarch64 (which Linux lets programs use). Each works on a whole line wherever it is cached.
 */
#ifndef LAB_FLUSH_H
#define LAB_FLUSH_H

#include <stddef.h>

/* The instruction, NULL where programs have none. */
const char *flush_instruction(void);
/* Flush the lines of an area. They are gone only after flush_fence(). */
void flush_area(const void *area, size_t bytes);
/* Wait until all earlier flushes, loads and stores are done, and let nothing begin before. */
void flush_fence(void);

#endif
