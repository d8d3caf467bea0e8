/*
 * A plug: free pages of the kernel's own kind, used up by page tables.
 *
 * One byte is read in every 2 MB of a wide mapping that nobody writes to. Each read takes a page table of this process
 * and nothing else, for what is read is the kernel's one page of zeros. Page tables are allocated as secret pages are
 * (order 0, unmovable: GFP_PGTABLE_USER, GFP_HIGHUSER), and so from the same blocks. Any user may do this, and no limit
 * but that of memory stands against it: pipes (ballast.h) are limited by their number and size.
 */
#ifndef LAB_PLUG_H
#define LAB_PLUG_H

#include <stdbool.h>
#include <stdint.h>

struct plug {
	char *address;
	uint64_t pages, most; /* taken, and how many can be */
};

/* Returns 0 or -errno. */
int plug_open(uint64_t most_pages, struct plug *plug);
/* Take so many more, as far as memory can be spared; returns how many. */
uint64_t plug_take(struct plug *plug, uint64_t pages);
/*
 * Take all that is free in pieces smaller than 2 MB: go on until what is taken comes from whole blocks. /proc/buddyinfo
 * tells that to anybody. Returns whether it came so far before memory could not be spared.
 */
bool plug_take_pieces(struct plug *plug);
void plug_close(struct plug *plug);
#define PULLED __attribute__((cleanup(plug_close)))

#endif
