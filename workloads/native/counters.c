#include "counters.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cleanup.h"

const char *const COUNTER_NAMES[COUNTERS] = {
	[MINOR_FAULTS] = "minor_faults",
	[MAJOR_FAULTS] = "major_faults",
	[VOLUNTARY_SWITCHES] = "voluntary_switches",
	[INVOLUNTARY_SWITCHES] = "involuntary_switches",
	[LEVEL2_SPLITS] = "direct_map_level2_splits",
	[LEVEL3_SPLITS] = "direct_map_level3_splits",
	[CAL_OWN_CPUS] = "cal_own_cpus",
	[CAL_OTHER_CPUS] = "cal_other_cpus",
	[TLB_OWN_CPUS] = "tlb_own_cpus",
	[TLB_OTHER_CPUS] = "tlb_other_cpus",
	[STEAL_TICKS] = "steal_ticks",
};

static const char CALLS[] = "Function call interrupts\n", SHOOTDOWNS[] = "TLB shootdowns\n";
enum { FIRST_ROOM = 1 << 16, STEAL_COLUMN = 8 };

int counters_open(struct counter_files *files)
{
	*files = (struct counter_files){
		.vmstat = open("/proc/vmstat", O_RDONLY | O_CLOEXEC),
		.interrupts = open("/proc/interrupts", O_RDONLY | O_CLOEXEC),
		.stat = open("/proc/stat", O_RDONLY | O_CLOEXEC),
		.text = malloc(FIRST_ROOM),
		.room = FIRST_ROOM,
	};
	if (!files->text)
		return -ENOMEM;
	memset(files->text, 0, files->room); /* else its pages would come in between two readings, and be counted */
	return 0;
}

void counters_close(struct counter_files *files)
{
	const int all[] = {files->vmstat, files->interrupts, files->stat};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i] >= 0)
			close(all[i]);
	free(files->text);
	files->text = NULL;
}

static bool grow(struct counter_files *files)
{
	char *wider = realloc(files->text, files->room * 2);
	if (wider) {
		files->text = wider;
		files->room *= 2;
	}
	return wider;
}

/* The whole file as text; "" where it cannot be read. /proc/interrupts is long on machines with many CPUs. */
static const char *read_file(struct counter_files *files, int file)
{
	size_t length = 0;
	ssize_t got = 0;
	while (file >= 0) {
		if (length + 1 == files->room && !grow(files))
			break;
		got = pread(file, files->text + length, files->room - length - 1, (off_t)length);
		if (got <= 0)
			break;
		length += (size_t)got;
	}
	files->text[length] = '\0';
	return files->text;
}

/* The rest of the line that begins with a word, or NULL. */
static const char *line_after(const char *text, const char *word)
{
	const size_t length = strlen(word);
	for (const char *line = text; line && *line; line = strchr(line, '\n'), line = line ? line + 1 : NULL) {
		line += strspn(line, " ");
		if (!strncmp(line, word, length))
			return line + length;
	}
	return NULL;
}

static int64_t number_after(const char *text, const char *word)
{
	const char *rest = line_after(text, word);
	return rest ? strtoll(rest, NULL, 10) : NOT_COUNTED;
}

static bool is_own(const struct cpu_list *own, int own_count, long cpu)
{
	for (int i = 0; i < own_count; i++)
		if (own->cpu[i] == cpu)
			return true;
	return false;
}

/* The numbers of a row of /proc/interrupts, found by its end: x86 calls it CAL, arm64 IPI and a number that changes. */
static const char *cells_before(const char *text, const char *description)
{
	const char *at = strstr(text, description);
	while (at && at > text && at[-1] != '\n')
		at--;
	at = at ? strchr(at, ':') : NULL;
	return at ? at + 1 : NULL;
}

/* Add up one row of /proc/interrupts, own CPUs and others apart. Its columns are the online CPUs of the first line. */
static void read_row(const char *text, const char *row, const struct cpu_list *own, int own_count, int64_t *sums)
{
	const char *head = text, *cell = cells_before(text, row);
	sums[0] = sums[1] = NOT_COUNTED;
	if (!cell)
		return;
	sums[0] = sums[1] = 0;
	while ((head = strstr(head, "CPU")) && head < strchr(text, '\n')) {
		char *end;
		const long cpu = strtol(head + strlen("CPU"), &end, 10);
		head = end;
		sums[!is_own(own, own_count, cpu)] += strtoll(cell, &end, 10);
		cell = end;
	}
}

static int64_t read_steal(const char *text)
{
	const char *rest = line_after(text, "cpu ");
	int64_t value = NOT_COUNTED;
	for (int column = 0; rest && column < STEAL_COLUMN; column++) {
		char *end;
		value = strtoll(rest, &end, 10);
		rest = end;
	}
	return value;
}

int64_t counters_direct_map_4k(void)
{
	char line[128];
	long long kib;
	FCLOSED FILE *file = fopen("/proc/meminfo", "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "DirectMap4k: %lld kB", &kib) == 1)
			return kib * 1024;
	return NOT_COUNTED;
}

int64_t counters_splits(struct counter_files *files)
{
	const char *text = read_file(files, files->vmstat);
	const int64_t level2 = number_after(text, "direct_map_level2_splits ");
	const int64_t level3 = number_after(text, "direct_map_level3_splits ");
	return level2 < 0 || level3 < 0 ? NOT_COUNTED : level2 + level3;
}

int64_t counters_level2_splits(struct counter_files *files)
{
	return number_after(read_file(files, files->vmstat), "direct_map_level2_splits ");
}

void counters_interrupts_on(struct counter_files *files, int cpu, int64_t *cal, int64_t *tlb)
{
	const struct cpu_list own = {1, {cpu}};
	const char *text = read_file(files, files->interrupts);
	int64_t sums[2];
	read_row(text, CALLS, &own, 1, sums);
	*cal = sums[0];
	read_row(text, SHOOTDOWNS, &own, 1, sums);
	*tlb = sums[0];
}

void counters_read(struct counter_files *files, const struct cpu_list *own, int own_count, struct counters *out)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	out->value[MINOR_FAULTS] = usage.ru_minflt;
	out->value[MAJOR_FAULTS] = usage.ru_majflt;
	out->value[VOLUNTARY_SWITCHES] = usage.ru_nvcsw;
	out->value[INVOLUNTARY_SWITCHES] = usage.ru_nivcsw;
	const char *text = read_file(files, files->vmstat);
	out->value[LEVEL2_SPLITS] = number_after(text, "direct_map_level2_splits ");
	out->value[LEVEL3_SPLITS] = number_after(text, "direct_map_level3_splits ");
	text = read_file(files, files->interrupts);
	read_row(text, CALLS, own, own_count, &out->value[CAL_OWN_CPUS]);
	read_row(text, SHOOTDOWNS, own, own_count, &out->value[TLB_OWN_CPUS]);
	out->value[STEAL_TICKS] = read_steal(read_file(files, files->stat));
}
