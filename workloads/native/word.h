/* Words: another one at the beginning of every page, written by one thread or by several at once. */
#ifndef LAB_WORD_H
#define LAB_WORD_H

#include <stdint.h>

#include "pin.h"

/* The word of a page; another `nonce` gives other words, so that what an earlier run left is none of them. */
static inline uint64_t word_of(uint64_t nonce, uint64_t page)
{
	return (nonce + page) * 0x9e3779b97f4a7c15ull; /* odd, so that no two are alike (Knuth, vol. 3, 6.4) */
}

/* Write to `pages` pages of 4 KB, divided among threads that are each on a CPU of their own. Returns 0 or -errno. */
int words_write(char *address, uint64_t pages, uint64_t nonce, uint64_t threads, const struct cpu_list *cpus);
/* Read them back: 1 for each page that holds its word. */
void words_check(const char *address, uint64_t pages, uint64_t nonce, uint64_t *same);

#endif
