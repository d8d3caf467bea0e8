#include "tally.h"

#include <stdio.h>
#include <string.h>

#include "cleanup.h"

const char *const TALLY_ROW[TALLY_ROWS] = {
	"thp_fault_alloc",      "thp_fault_fallback", "compact_stall",     "compact_fail",
	"compact_success",      "compact_isolated",   "pgmigrate_fail",    "compact_migrate_scanned",
	"compact_free_scanned", "pgmigrate_success",  "pgscan_kswapd",     "pgscan_direct",
	"pgsteal_kswapd",       "pgsteal_direct",     "allocstall_normal", "workingset_refault_file",
};

uint64_t gained(uint64_t now, uint64_t before)
{
	return now == UNTOLD || before == UNTOLD ? UNTOLD : now - before;
}

uint64_t number_in(const char *path, const char *word)
{
	char line[256], name[128];
	unsigned long long number;
	FCLOSED FILE *file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%127s %llu", name, &number) == 2 && !strcmp(name, word))
			return number;
	return UNTOLD;
}

static void read_rows(uint64_t *row)
{
	char name[128];
	unsigned long long number;
	FCLOSED FILE *file = fopen("/proc/vmstat", "re");
	for (int i = 0; i < TALLY_ROWS; i++)
		row[i] = UNTOLD;
	while (file && fscanf(file, "%127s %llu", name, &number) == 2)
		for (int i = 0; i < TALLY_ROWS; i++)
			if (!strcmp(name, TALLY_ROW[i]))
				row[i] = number;
}

/* "Node 0, zone   Normal   1   4 ...": a column an order. */
static void read_free_blocks(struct tally *tally)
{
	char line[512], zone[16];
	FCLOSED FILE *file = fopen("/proc/buddyinfo", "re");
	memset(tally->free_blocks, 0, sizeof(tally->free_blocks));
	tally->whole_bytes = 0;
	while (file && fgets(line, sizeof(line), file)) {
		int at = 0;
		sscanf(line, "Node %*d, zone %15s%n", zone, &at);
		for (int order = 0, next; order < ORDERS && at; order++, at += next) {
			unsigned long long blocks;
			if (sscanf(line + at, "%llu%n", &blocks, &next) != 1)
				break;
			tally->free_blocks[order] += blocks;
			if (order >= HUGE_ORDER && strcmp(zone, "DMA") != 0)
				tally->whole_bytes += (uint64_t)blocks * 4096 << order;
		}
	}
}

/* Below "Number of blocks type     Unmovable ...", the first column of each zone. For root alone. */
static uint64_t read_unmovable_blocks(void)
{
	char line[512];
	uint64_t found = UNTOLD;
	FCLOSED FILE *file = fopen("/proc/pagetypeinfo", "re");
	while (file && fgets(line, sizeof(line), file)) {
		unsigned long long blocks;
		if (!strncmp(line, "Number of blocks", strlen("Number of blocks")))
			found = 0;
		else if (found != UNTOLD && sscanf(line, "Node %*d, zone %*s %llu", &blocks) == 1)
			found += blocks;
	}
	return found;
}

void tally_read(struct tally *tally)
{
	read_rows(tally->row);
	read_free_blocks(tally);
	tally->unmovable_blocks = read_unmovable_blocks();
}
