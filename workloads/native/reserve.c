#include "reserve.h"

#include <stdio.h>

#include "cleanup.h"

static uint64_t least(uint64_t total_bytes)
{
	const uint64_t share = total_bytes / 20, floor = 512ull << 20;
	return share > floor ? share : floor;
}

uint64_t reserve_free(void)
{
	char line[128];
	unsigned long long kib;
	uint64_t total = 0, available = 0;
	FCLOSED FILE *file = fopen("/proc/meminfo", "re");
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "MemTotal: %llu kB", &kib) == 1)
			total = kib * 1024;
		if (sscanf(line, "MemAvailable: %llu kB", &kib) == 1)
			available = kib * 1024;
	}
	return available > least(total) ? available - least(total) : 0;
}

bool reserve_leaves(uint64_t bytes)
{
	return reserve_free() > bytes;
}
