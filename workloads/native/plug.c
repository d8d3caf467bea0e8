#include "plug.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cleanup.h"
#include "reserve.h"

enum { TABLE_SHIFT = 21, LOOK_PAGES = 1 << 13, PAGE_BYTES = 4096, WHOLE_ORDER = 9, PORTION_PAGES = 2048 };

int plug_open(uint64_t most_pages, struct plug *plug)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	char *address = mmap(NULL, most_pages << TABLE_SHIFT, PROT_READ, flags, -1, 0);
	*plug = (struct plug){.address = NULL};
	if (address == MAP_FAILED)
		return -errno;
	*plug = (struct plug){.address = address, .most = most_pages};
	/* A huge page of zeros would need no table; EINVAL means that there are none. */
	madvise(address, most_pages << TABLE_SHIFT, MADV_NOHUGEPAGE);
	return 0;
}

uint64_t plug_take(struct plug *plug, uint64_t pages)
{
	uint64_t taken = 0;
	for (; taken < pages && plug->pages < plug->most; taken++) {
		if (plug->pages % LOOK_PAGES == 0 && !reserve_leaves((uint64_t)LOOK_PAGES * PAGE_BYTES))
			break;
		(void)*(volatile char *)(plug->address + (plug->pages++ << TABLE_SHIFT));
	}
	return taken;
}

/* Free pages in pieces of 2 MB and more, in all zones; -1 where the kernel does not say. */
static int64_t free_whole_pages(void)
{
	char line[512];
	int64_t pages = -1;
	FCLOSED FILE *file = fopen("/proc/buddyinfo", "re");
	while (file && fgets(line, sizeof(line), file)) {
		char zone[32];
		int read = 0;
		if (sscanf(line, "Node %*d, zone %31s %n", zone, &read) != 1)
			continue;
		char *at = line + read;
		pages = pages < 0 ? 0 : pages;
		for (int order = 0; *at && *at != '\n'; order++) {
			const int64_t count = strtoll(at, &at, 10);
			pages += order >= WHOLE_ORDER ? count << order : 0;
			at += strspn(at, " ");
		}
	}
	return pages;
}

bool plug_take_pieces(struct plug *plug)
{
	int64_t before = free_whole_pages();
	while (before >= 0 && plug_take(plug, PORTION_PAGES) == PORTION_PAGES) {
		const int64_t after = free_whole_pages();
		if (before - after > PORTION_PAGES * 3 / 4)
			return true;
		before = after;
	}
	return false;
}

void plug_close(struct plug *plug)
{
	if (plug->address)
		munmap(plug->address, plug->most << TABLE_SHIFT);
	plug->address = NULL; /* how many it had may still be asked */
}
