#include "filler.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>

enum { PAGE_BYTES = 4096 };

int filler_fill(struct filler *filler, size_t bytes, const char **step)
{
	static const char *const kinds[] = {"anonymous", "memfd"};
	for (int i = 0; i < 2; i++) {
		const int error =
			region_map(backing_find(kinds[i]), bytes / 2 & -(size_t)PAGE_BYTES, &filler->half[i], step);
		if (error)
			return error;
		region_touch(&filler->half[i], PAGE_BYTES, filler->half[i].bytes / PAGE_BYTES);
	}
	return 0;
}

/* MADV_REMOVE takes a page out of a file in memory; MADV_DONTNEED would leave it there. */
static void give_back(const struct region *half, size_t page)
{
	madvise(half->address + page * PAGE_BYTES, PAGE_BYTES, half->descriptor < 0 ? MADV_DONTNEED : MADV_REMOVE);
}

void filler_punch(struct filler *filler, size_t bytes)
{
	for (int i = 0; i < 2; i++) {
		const size_t pages = filler->half[i].bytes / PAGE_BYTES, holes = bytes / 2 / PAGE_BYTES;
		for (size_t page = 0; page < pages; page++)
			if (page * holes / pages != (page + 1) * holes / pages)
				give_back(&filler->half[i], page);
	}
}

void filler_thin(struct filler *filler)
{
	for (int i = 0; i < 2; i++)
		for (size_t page = 0; page < filler->half[i].bytes / PAGE_BYTES; page++)
			if (page % SAND_EVERY)
				give_back(&filler->half[i], page);
}

void filler_drop(struct filler *filler)
{
	for (int i = 0; i < 2; i++)
		region_unmap(&filler->half[i]);
}
