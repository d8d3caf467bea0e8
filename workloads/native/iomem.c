#include "iomem.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
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

struct entry {
	struct memory_range range;
	bool inner; /* inside the last one that is not */
	bool reserved;
};

/* "  first-last : name", where the spaces tell what is inside what; the name is in small letters on arm64. */
static bool parse(const char *line, struct entry *entry)
{
	uint64_t last;
	int name = 0;
	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " : %n", &entry->range.first, &last, &name) != 2 || !name)
		return false;
	entry->range.end = last + 1;
	entry->inner = line[0] == ' ';
	entry->reserved = !strcmp(line + name, "Reserved\n") || !strcmp(line + name, "reserved\n");
	return true;
}

static bool overlap(const struct memory_range *one, const struct memory_range *other)
{
	return one->first < other->end && other->first < one->end;
}

/* Whether an entry says that a range is not free to be used, and with `*held` whether one holds all of it. */
static bool forbids(const struct entry *entry, const struct memory_range *range, bool *held)
{
	if (!overlap(&entry->range, range))
		return false;
	if (entry->inner || !entry->reserved)
		return true;
	*held = entry->range.first <= range->first && range->end <= entry->range.end;
	return !*held;
}

int iomem_check_reserved(const char *path, const struct memory_range *range)
{
	char line[256];
	struct entry entry;
	bool held = false, forbidden = false, told = false;
	FCLOSED FILE *file = fopen(path, "re");
	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file)) {
		if (!parse(line, &entry))
			continue;
		told |= entry.range.end > 1;
		forbidden |= forbids(&entry, range, &held);
	}
	if (!told)
		return -EPERM;
	return held && !forbidden ? 0 : -EACCES;
}
