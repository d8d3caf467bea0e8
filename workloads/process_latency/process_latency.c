/*
 * process_latency: what a fork and an execve cost a process that has secret memory mapped.
 *
 * The area is mapped and touched once. Every repeat forks a child, which either touches one page of the area, or
 * executes this program anew; the new image reads the clock first and then looks whether the descriptor came along.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "canary.h"
#include "cleanup.h"
#include "memory.h"
#include "option.h"
#include "output.h"

static const char PROGRAM[] = "process_latency";
static const char ARRIVED[] = "--arrived"; /* how the new image is called; not for people */
static const char *const EVENTS[] = {"fork", "execve", NULL};
enum event { FORK, EXECVE };
static const char *const ANSWERS[] = {"no", "yes", NULL};
enum { PAGE_BYTES = 4096, DIGITS = 24 };

static const char *backing_name = "none", *cpus_text, *samples_path;
static uint64_t event = FORK, pages = 1024, close_on_exec = 1, repeats = 32;

static const struct option_spec OPTIONS[] = {
	CHOICE_OPTION("event", &event, EVENTS, "what the process does"),
	TEXT_OPTION("backing", &backing_name, "what it has mapped: none, or a name that probe lists [none]"),
	NUMBER_OPTION("pages", &pages, 1, 1 << 28, "pages that it has mapped and touched"),
	CHOICE_OPTION("cloexec", &close_on_exec, ANSWERS, "whether an execve closes the descriptor"),
	NUMBER_OPTION("repeats", &repeats, 1, 1 << 20, "how often"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs; the first one is used [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64 nanoseconds"),
	{0},
};
static const struct option_table TABLE = {
	PROGRAM,
	"the time of a fork or an execve with memory mapped",
	"process_latency --event fork --backing secret --pages 1024",
	OPTIONS,
};

/* The page through which a child, or the new image, tells its readings. */
struct slate {
	uint64_t begun, arrived, touched;
	int descriptor_open;
};

struct process {
	struct region region;
	struct slate *slate;
	int slate_file;
	uint64_t *fork_ticks, *exit_ticks, *touch_ticks, *execve_ticks;
};

/* The first thing that the new image does; its clock is the one that the old image said. */
static int arrive(char **argv)
{
	clock_uses_counter = argv[4][0] == '1';
	const uint64_t now = clock_end();
	const int slate_file = atoi(argv[2]), descriptor = atoi(argv[3]);
	struct slate *slate = mmap(NULL, sizeof(*slate), PROT_READ | PROT_WRITE, MAP_SHARED, slate_file, 0);
	if (slate == MAP_FAILED)
		return EXIT_FAILED;
	slate->arrived = now;
	slate->descriptor_open = descriptor >= 0 && fcntl(descriptor, F_GETFD) >= 0;
	return EXIT_OK;
}

static _Noreturn void execute_again(const struct process *process)
{
	char slate_file[DIGITS], descriptor[DIGITS];
	snprintf(slate_file, sizeof(slate_file), "%d", process->slate_file);
	snprintf(descriptor, sizeof(descriptor), "%d", process->region.descriptor);
	char *const argv[] = {
		(char *)PROGRAM, (char *)ARRIVED, slate_file, descriptor, clock_uses_counter ? "1" : "0", NULL};
	process->slate->begun = clock_begin();
	execv("/proc/self/exe", argv);
	_exit(EXIT_FAILED);
}

static _Noreturn void touch_and_exit(const struct process *process, uint64_t repeat)
{
	if (process->region.address) {
		volatile char *page = process->region.address + repeat % pages * PAGE_BYTES;
		const uint64_t begin = clock_begin();
		*page = 1;
		process->slate->touched = clock_end() - begin;
	}
	_exit(EXIT_OK);
}

/* One repeat; returns 0 or -errno. */
static int fork_once(struct process *process, uint64_t repeat)
{
	int status;
	const uint64_t begin = clock_begin();
	const pid_t child = fork();
	if (child == 0) {
		if (event == EXECVE)
			execute_again(process);
		touch_and_exit(process, repeat);
	}
	process->fork_ticks[repeat] = clock_end() - begin;
	if (child < 0)
		return -errno;
	const uint64_t waiting = clock_begin();
	if (waitpid(child, &status, 0) != child || status)
		return -ECHILD;
	process->exit_ticks[repeat] = clock_end() - waiting;
	process->touch_ticks[repeat] = process->slate->touched;
	process->execve_ticks[repeat] = process->slate->arrived - process->slate->begun;
	return 0;
}

static int map_slate(struct process *process)
{
	process->slate_file = memfd_create("slate", 0); /* open across execve */
	if (process->slate_file < 0 || ftruncate(process->slate_file, sizeof(struct slate)))
		return -errno;
	process->slate = mmap(NULL, sizeof(struct slate), PROT_READ | PROT_WRITE, MAP_SHARED, process->slate_file, 0);
	return process->slate == MAP_FAILED ? -errno : 0;
}

static int map_area(struct process *process, const struct backing *backing, const char **step)
{
	process->region = (struct region){.descriptor = -1};
	if (!backing)
		return 0;
	const int error = region_map(backing, pages * PAGE_BYTES, &process->region, step);
	if (error)
		return error;
	region_touch(&process->region, PAGE_BYTES, pages);
	*step = "fcntl";
	if (process->region.descriptor >= 0 &&
	    fcntl(process->region.descriptor, F_SETFD, close_on_exec ? FD_CLOEXEC : 0))
		return -errno;
	return 0;
}

static int set_up(struct process *process, const struct backing *backing, const char **step)
{
	uint64_t *ticks = populated(4 * repeats * sizeof(*ticks));
	*step = "malloc";
	if (!ticks)
		return -ENOMEM;
	process->fork_ticks = ticks;
	process->exit_ticks = ticks + repeats;
	process->touch_ticks = ticks + 2 * repeats;
	process->execve_ticks = ticks + 3 * repeats;
	*step = "memfd_create";
	const int error = map_slate(process);
	return error ? error : map_area(process, backing, step);
}

/* One repeat goes before the timed ones: it loads what the others find loaded. */
static int measure(struct process *process, const struct cpu_list *cpus, struct report *report)
{
	struct counter_files files COUNTERS_CLOSED;
	int error = counters_open(&files);
	if (!error)
		error = fork_once(process, 0);
	if (!error)
		counters_read(&files, cpus, 1, &report->before);
	for (uint64_t i = 0; i < repeats && !error; i++)
		error = fork_once(process, i);
	if (!error)
		counters_read(&files, cpus, 1, &report->after);
	return error;
}

static void describe(struct report *report, const struct process *process)
{
	static struct setting settings[8];
	static struct series series[3];
	const char *came_along = event == FORK ? "not asked" : process->slate->descriptor_open ? "open" : "closed";
	const struct setting all[] = {
		{"event", EVENTS[event], 0},
		{"backing", backing_name, 0},
		{"pages", NULL, pages},
		{"cloexec", ANSWERS[close_on_exec], 0},
		{"repeats", NULL, repeats},
		{"cpus", cpus_text ? cpus_text : "all", 0},
		{"descriptor_after_exec", came_along, 0},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	report->settings = settings;
	report->series = series;
	if (event == EXECVE) {
		series[report->series_count++] = (struct series){"execve", 0, repeats, process->execve_ticks, false};
		return;
	}
	series[report->series_count++] = (struct series){"fork", 0, repeats, process->fork_ticks, false};
	if (process->region.address)
		series[report->series_count++] =
			(struct series){"child_touch", 0, repeats, process->touch_ticks, false};
	series[report->series_count++] = (struct series){"child_exit", 0, repeats, process->exit_ticks, false};
}

static int check(struct cpu_list *cpus, const struct backing *backing)
{
	const char *wrong = NULL;
	if (cpus_text ? cpu_list_parse(cpus_text, cpus) : cpu_list_allowed(cpus))
		wrong = "--cpus takes numbers with commas between them, as 1,0";
	else if (!backing && strcmp(backing_name, "none"))
		wrong = "--backing names no backing; probe lists them";
	else if (backing && backing->page_bytes != PAGE_BYTES)
		wrong = "--backing takes a kind of memory with 4 KB pages";
	if (wrong)
		fprintf(stderr, "%s: %s\n", PROGRAM, wrong);
	return wrong ? -EINVAL : 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], ARRIVED))
		return arrive(argv);
	static struct report report;
	static struct cpu_list cpus;
	struct process process;
	const char *step = "pin";
	report_open(&report, PROGRAM);
	const int read = options_read(&TABLE, argc, argv);
	if (read > 0)
		return EXIT_OK;
	const struct backing *backing = backing_find(backing_name);
	if (read || check(&cpus, backing))
		return report_usage(PROGRAM);
	int error = pin_to(cpus.cpu[0]);
	if (!error)
		canary_sing(&report.canary_before);
	if (!error)
		error = set_up(&process, backing, &step);
	if (error)
		return report_refusal(PROGRAM, step, error, "the memory could not be had");
	report.host_backing = (struct host_backing){backing ? pages : 0, backing_name, 0};
	error = measure(&process, &cpus, &report);
	if (error)
		return report_failure(PROGRAM, EVENTS[event], error, "a child could not be made, or did not end well");
	canary_sing(&report.canary_after);
	describe(&report, &process);
	region_unmap(&process.region);
	return report_write(&report, samples_path);
}
