/* Memory that was reserved from the kernel, by the physical address that a user names: mapped uncached by /dev/mem. */
#ifndef LAB_RESERVED_H
#define LAB_RESERVED_H

#include <stddef.h>
#include <stdint.h>

#include "iomem.h"

struct reserved {
	char *address;
	size_t bytes;
	uint64_t *found; /* what lay there */
	int device;
};

/* Read "10000000-100fffff", hexadecimal and inclusive as in /proc/iomem, whole pages. Returns 0 or -EINVAL. */
int reserved_read(const char *text, struct memory_range *range);
/*
 * Map the first `bytes` of a range that is wholly inside a reserved part of the memory map, and zero them.
 *
 * `folder` holds `iomem` and `mem` in place of /proc and /dev; NULL: those. Returns 0 or -errno, and says in `step` and
 * `why` what stood in the way. Nothing was written then.
 */
int reserved_map(const char *folder, const struct memory_range *range, size_t bytes, struct reserved *reserved,
		 const char **step, const char **why);
/* Put back what lay there, and unmap it. */
void reserved_unmap(struct reserved *reserved);

#endif
