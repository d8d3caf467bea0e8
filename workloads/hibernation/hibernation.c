/*
 * hibernation: whether the kernel offers hibernation, with a secret area about and without.
 *
 * Reads /sys/power/disk and /sys/power/state, which hibernation_available() in kernel/power/hibernate.c answers for
 * both, and never writes to either: hibernation itself is not tried. An area is active from memfd_secret(2) until its
 * last reference goes (mm/secretmem.c: secretmem_active()), with or without a page in it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "measurement.h"
#include "memory.h"

static const char PROGRAM[] = "hibernation";
enum { PAGE_BYTES = 4096, LINE_BYTES = 256, PATH_BYTES = 4096 };

static const char *cpus_text, *samples_path, *folder = "/sys/power";

static uint64_t repeats = 4;

static const struct option_spec OPTIONS[] = {
	NUMBER_OPTION("repeats", &repeats, 1, 1 << 16, "how often"),
	TEXT_OPTION("folder", &folder, "where the kernel tells of it [/sys/power]"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs; the first one is used [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64"),
	{0},
};
static const struct option_table TABLE = {PROGRAM, "whether hibernation is offered while a secret area is active",
					  "hibernation", OPTIONS};

/* In the order of a life; each is 1 where hibernation is offered. */
enum reading { BEFORE, WITH_DESCRIPTOR, WITH_PAGE, WITH_MAPPING, AFTERWARDS, READINGS };
static const char *const METRICS[READINGS] = {"offered_before", "offered_with_descriptor", "offered_with_page",
					      "offered_with_mapping", "offered_after"};

struct trial {
	uint64_t *offered[READINGS], turn;
	char disk[READINGS][LINE_BYTES], state[READINGS][LINE_BYTES];
};

/* The first line of a file, without its end. Returns 0 or -errno. */
static int read_line(const char *name, char *line)
{
	char path[PATH_BYTES];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	CLOSED const int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	const ssize_t got = read(file, line, LINE_BYTES - 1);
	line[got > 0 ? got : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return got < 0 ? -errno : 0;
}

static bool has_word(const char *line, const char *word)
{
	const char *at = strstr(line, word);
	const size_t length = strlen(word);
	return at && (at == line || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' ');
}

static int look(struct trial *trial, enum reading when)
{
	int error = read_line("disk", trial->disk[when]);
	if (!error)
		error = read_line("state", trial->state[when]);
	trial->offered[when][trial->turn] =
		strcmp(trial->disk[when], "[disabled]") && has_word(trial->state[when], "disk");
	return error;
}

static int look_with_descriptor(struct trial *trial, const char **step)
{
	*step = "memfd_secret";
	CLOSED const int file = secret_create(true);
	return file < 0 ? file : look(trial, WITH_DESCRIPTOR);
}

static int look_with_memory(struct trial *trial, const char **step)
{
	struct region region UNMAPPED = {.descriptor = -1};
	int error = region_map(backing_find("secret"), PAGE_BYTES, &region, step);
	if (error)
		return error;
	region_touch(&region, PAGE_BYTES, 1);
	error = look(trial, WITH_PAGE);
	close(region.descriptor);
	region.descriptor = -1;
	return error ? error : look(trial, WITH_MAPPING);
}

/* Where hibernation is not offered to begin with, a secret area can take nothing away. */
static int observe(struct trial *trial, const char **step)
{
	*step = "hibernation";
	int error = look(trial, BEFORE);
	if (error)
		return error == -ENOENT ? -ENOSYS : error;
	if (!trial->offered[BEFORE][trial->turn])
		return -EOPNOTSUPP;
	error = look_with_descriptor(trial, step);
	if (!error)
		error = look_with_memory(trial, step);
	return error ? error : look(trial, AFTERWARDS);
}

static int observe_often(struct trial *trial, const char **step)
{
	int error = 0;
	for (trial->turn = 0; !error && trial->turn < repeats; trial->turn++)
		error = observe(trial, step);
	return error;
}

static int make_room(struct trial *trial)
{
	uint64_t *room = populated(READINGS * repeats * sizeof(*room));
	for (int i = 0; room && i < READINGS; i++)
		trial->offered[i] = room + (uint64_t)i * repeats;
	return room ? 0 : -ENOMEM;
}

static const char *explain(int error)
{
	if (error == -ENOSYS)
		return "the kernel was built without hibernation: there is no disk in /sys/power";
	return error == -EOPNOTSUPP ? "hibernation is not offered even before there is a secret area of this program's"
				    : "what the kernel says of hibernation could not be read";
}

static void describe(struct report *report, struct trial *trial)
{
	static struct setting settings[7];
	static struct series series[READINGS];
	const struct setting all[] = {
		{"repeats", NULL, repeats},
		{"cpus", cpus_text ? cpus_text : "all", 0},
		{"disk_before", trial->disk[BEFORE], 0},
		{"disk_with_page", trial->disk[WITH_PAGE], 0},
		{"state_before", trial->state[BEFORE], 0},
		{"state_with_page", trial->state[WITH_PAGE], 0},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	report->settings = settings;
	report->series = series;
	for (int i = 0; i < READINGS; i++)
		series[report->series_count++] = (struct series){METRICS[i], 0, repeats, trial->offered[i], true};
	report->host_backing = (struct host_backing){0, "secret", 0};
}

static int measure(const struct cpu_list *cpus, struct report *report)
{
	static struct trial trial;
	const char *step = "counters";
	struct counter_files files COUNTERS_CLOSED;
	int error = counters_open(&files);
	if (!error)
		error = make_room(&trial);
	if (error)
		return report_failure(PROGRAM, step, error, "there is no room, or the counters cannot be read");
	counters_read(&files, cpus, 1, &report->before);
	error = observe_often(&trial, &step);
	counters_read(&files, cpus, 1, &report->after);
	if (error)
		return report_refusal(PROGRAM, step, error, explain(error));
	describe(report, &trial);
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	const struct measurement measurement = {
		.table = &TABLE, .samples_path = &samples_path, .cpus_text = &cpus_text, .work = measure};
	return measurement_run(&measurement, argc, argv);
}
