/*
 * Aggressors that make other CPUs flush their TLBs in the ordinary way: the yardstick for what secret memory does.
 *
 * Such a flush goes to the CPUs that the same address space runs on and to no others, so that these work inside the
 * victim's own process, as a thread beside it; a neighbour in another process would never notice. A flush for secret
 * memory goes to every CPU, because the kernel's address space is everybody's.
 */
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

#include "aggressor.h"

enum { PAGE_BYTES = 4096 };

static int open_area(struct aggression *mine, const char **step)
{
	const int error = region_map(mine->backing, PAGE_BYTES, &mine->region, step);
	if (!error)
		region_touch(&mine->region, PAGE_BYTES, 1);
	return error;
}

static void close_area(struct aggression *mine)
{
	if (mine->region.address)
		region_unmap(&mine->region);
}

/* An event is a page that may not be written any more, which every CPU has to know at once, and may again. */
static int flip(struct aggression *mine, uint64_t events, const char **step)
{
	*step = "mprotect";
	for (uint64_t i = 0; i < events; i++) {
		if (mprotect(mine->region.address, PAGE_BYTES, PROT_READ) ||
		    mprotect(mine->region.address, PAGE_BYTES, PROT_READ | PROT_WRITE))
			return -errno;
		region_touch(&mine->region, PAGE_BYTES, 1);
	}
	return 0;
}

/* An event is a page mapped, touched and unmapped. */
static int unmap(struct aggression *mine, uint64_t events, const char **step)
{
	for (uint64_t i = 0; i < events; i++) {
		struct region page;
		const int error = region_map(mine->backing, PAGE_BYTES, &page, step);
		if (error)
			return error;
		region_touch(&page, PAGE_BYTES, 1);
		region_unmap(&page);
	}
	return 0;
}

const struct aggressor MPROTECT = {
	.name = "mprotect",
	.backing = "anonymous",
	.paced = true,
	.inside = true,
	.open = open_area,
	.turn = flip,
	.close = close_area,
};
const struct aggressor MUNMAP = {
	.name = "munmap", .backing = "anonymous", .paced = true, .inside = true, .turn = unmap};
