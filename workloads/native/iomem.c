#include "iomem.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cleanup.h"

int iomem_read(struct memory_range *range)
{
	static const char name[] = " : System RAM\n";
	char line[256];
	int count = 0;
	uint64_t first, last;
	FCLOSED FILE *file = fopen("/proc/iomem", "re");
	if (!file)
		return -errno;
	while (count < MOST_RANGES && fgets(line, sizeof(line), file)) {
		const char *end = strstr(line, name);
		if (end && line[0] != ' ' && sscanf(line, "%" SCNx64 "-%" SCNx64, &first, &last) == 2)
			range[count++] = (struct memory_range){first, last + 1};
	}
	if (!count)
		return -ENOENT;
	return range[count - 1].end > 1 ? count : -EPERM;
}
