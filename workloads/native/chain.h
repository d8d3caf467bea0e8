/*
 * Chains through memory: every word read is the address of the next, so that a read begins when the last one has ended.
 *
 * A chain visits one line of each page. Each link holds two words in that line: the next address as the kernel has it,
 * and as this process has it, so that both read the same lines in the same order.
 */
#ifndef LAB_CHAIN_H
#define LAB_CHAIN_H

#include <stdint.h>

#include "random.h"

enum chain_pattern { PATTERN_RANDOM, PATTERN_SEQUENTIAL };
enum { LINE_BYTES = 64, LINES_A_PAGE = 4096 / LINE_BYTES };

struct chain_page {
	char *address;
	uint64_t kernel_address; /* 0: this process alone follows it */
};

/* The order of a chain: which page after which, and which line of each; one for all chains that are compared. */
struct chain_order {
	enum chain_pattern pattern;
	uint64_t pages;
	uint64_t *next; /* PATTERN_RANDOM: the page after each */
	uint8_t *line;
};

struct chain {
	uint64_t kernel_start, user_start;
	uint64_t length; /* reads until it comes back */
};

/* Returns 0 or -ENOMEM. */
int chain_order_make(struct random *random, enum chain_pattern pattern, uint64_t pages, struct chain_order *order);
void chain_order_free(struct chain_order *order);
#define ORDER_FREED __attribute__((cleanup(chain_order_free)))
/* Sequential: all lines of each page, in the order of the array. */
struct chain chain_link(const struct chain_order *order, const struct chain_page *page);
/* Follow from `*at` for `reads`; returns nanoseconds. */
uint64_t chain_follow(uint64_t *at, uint64_t reads);
/* Where a thread begins, as many links behind the start. */
uint64_t chain_skip(uint64_t at, uint64_t links);

#endif
