/* Physical memory as /proc/iomem tells it (addresses with CAP_SYS_ADMIN alone). */
#ifndef LAB_IOMEM_H
#define LAB_IOMEM_H

#include <stdint.h>

enum { MOST_RANGES = 256 };

struct memory_range {
	uint64_t first, end; /* bytes; `end` is the first that is outside */
};

/* The ranges named "System RAM", ascending. Returns their number, or -errno: -EPERM where addresses are hidden. */
int iomem_read(struct memory_range *range);
/*
 * Whether a range lies wholly inside one that `path` (/proc/iomem) names reserved, with nothing else in it: what the
 * kernel was told at boot to leave alone. Returns 0; -EACCES: it does not; -EPERM: addresses are hidden; or -errno.
 */
int iomem_check_reserved(const char *path, const struct memory_range *range);

#endif
