#include "group.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "tally.h"

static int write_file(const char *folder, const char *name, uint64_t number)
{
	char path[PATH_MAX], text[32];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	const int length = snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	CLOSED const int file = open(path, O_WRONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	return write(file, text, (size_t)length) == length ? 0 : -errno;
}

int group_enter(const char *folder)
{
	return write_file(folder, "cgroup.procs", (uint64_t)getpid());
}

int group_limit(const char *folder, uint64_t bytes)
{
	const int error = write_file(folder, "memory.max", bytes);
	return error == -ENOENT ? write_file(folder, "memory.limit_in_bytes", bytes) : error;
}

static uint64_t read_number(const char *folder, const char *name)
{
	char path[PATH_MAX];
	unsigned long long number;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FCLOSED FILE *file = fopen(path, "re");
	return file && fscanf(file, "%llu", &number) == 1 ? number : UNTOLD;
}

uint64_t group_used(const char *folder)
{
	const uint64_t used = read_number(folder, "memory.current");
	return used == UNTOLD ? read_number(folder, "memory.usage_in_bytes") : used;
}

uint64_t group_row(const char *folder, const char *name)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s/memory.stat", folder);
	return number_in(path, name);
}
