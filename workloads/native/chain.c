#include "chain.h"

#include <errno.h>
#include <stdlib.h>

#include "clock.h"

enum { KERNEL_WORD, USER_WORD, WORD_BYTES = 8 };

int chain_order_make(struct random *random, enum chain_pattern pattern, uint64_t pages, struct chain_order *order)
{
	*order = (struct chain_order){pattern, pages, calloc(pages, sizeof(*order->next)), calloc(pages, 1)};
	if (!order->next || !order->line)
		return -ENOMEM;
	random_cycle(random, order->next, pages);
	for (uint64_t i = 0; i < pages; i++)
		order->line[i] = (uint8_t)random_below(random, LINES_A_PAGE);
	return 0;
}

void chain_order_free(struct chain_order *order)
{
	free(order->next);
	free(order->line);
	*order = (struct chain_order){.pages = 0};
}

static uint64_t *line_of(const struct chain_page *page, unsigned int line)
{
	return (uint64_t *)(page->address + line * LINE_BYTES);
}

static void point(const struct chain_page *from, unsigned int from_line, const struct chain_page *to,
		  unsigned int to_line)
{
	uint64_t *words = line_of(from, from_line);
	words[KERNEL_WORD] = to->kernel_address + to_line * LINE_BYTES;
	words[USER_WORD] = (uint64_t)(uintptr_t)(line_of(to, to_line) + USER_WORD);
}

static void link_random(const struct chain_order *order, const struct chain_page *page)
{
	for (uint64_t i = 0; i < order->pages; i++) {
		const uint64_t next = order->next[i];
		point(&page[i], order->line[i], &page[next], order->line[next]);
	}
}

static void link_sequential(const struct chain_order *order, const struct chain_page *page)
{
	for (uint64_t i = 0; i < order->pages; i++) {
		for (unsigned int line = 0; line + 1 < LINES_A_PAGE; line++)
			point(&page[i], line, &page[i], line + 1);
		point(&page[i], LINES_A_PAGE - 1, &page[(i + 1) % order->pages], 0);
	}
}

struct chain chain_link(const struct chain_order *order, const struct chain_page *page)
{
	const bool random = order->pattern == PATTERN_RANDOM;
	const unsigned int first = random ? order->line[0] : 0;
	if (random)
		link_random(order, page);
	else
		link_sequential(order, page);
	return (struct chain){
		.kernel_start = page[0].kernel_address + first * LINE_BYTES,
		.user_start = (uint64_t)(uintptr_t)(line_of(&page[0], first) + USER_WORD),
		.length = order->pages * (random ? 1 : LINES_A_PAGE),
	};
}

uint64_t chain_skip(uint64_t at, uint64_t links)
{
	for (uint64_t i = 0; i < links; i++)
		at = *(const volatile uint64_t *)(uintptr_t)at;
	return at;
}

uint64_t chain_follow(uint64_t *at, uint64_t reads)
{
	const uint64_t begun = clock_raw_ns();
	*at = chain_skip(*at, reads);
	return clock_raw_ns() - begun;
}
