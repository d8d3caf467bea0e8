/* A tally: what the kernel counts of memory, at one moment. */
#ifndef LAB_TALLY_H
#define LAB_TALLY_H

#include <stdbool.h>
#include <stdint.h>

enum { TALLY_ROWS = 16, ORDERS = 11, HUGE_ORDER = 9 };
static const uint64_t UNTOLD = UINT64_MAX;

/* Rows of /proc/vmstat, by the names that the kernel gives them. */
extern const char *const TALLY_ROW[TALLY_ROWS];

struct tally {
	uint64_t row[TALLY_ROWS];     /* UNTOLD where this kernel does not count it */
	uint64_t free_blocks[ORDERS]; /* of 4 KB << order, over all zones: /proc/buddyinfo */
	uint64_t whole_bytes;         /* of it in whole blocks of 2 MB that any process may have: not zone DMA */
	uint64_t unmovable_blocks; /* blocks of 2 MB for what cannot be moved: /proc/pagetypeinfo; UNTOLD if unread */
};

void tally_read(struct tally *tally);
/* By how much a count grew, UNTOLD where either is. */
uint64_t gained(uint64_t now, uint64_t before);
/* The number after a word at the beginning of a line of a file, UNTOLD where there is none. */
uint64_t number_in(const char *path, const char *word);

#endif
