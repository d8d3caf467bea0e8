/*
 * guest: what a virtual machine runs in place of an init system, from an initramfs that holds the lab's programs alone.
 *
 * It sends the files of /proc and /sys that are wanted, runs the jobs one after the other, sends all that they wrote
 * (frame.h), and switches the machine off. As an ordinary process it does the same and ends: so it can be tried by hand.
 */
#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cleanup.h"
#include "frame.h"
#include "job.h"
#include "option.h"
#include "output.h"

static const char PROGRAM[] = "guest";
enum { MOST_FILE_BYTES = 4 << 20, MOST_NAME = 512 };

static const char *jobs_path = "/lab/jobs", *wanted_path = "/lab/wanted";
static struct job_place place = {.programs = "/lab/bin", .output = "/lab/output"};

static const struct option_spec OPTIONS[] = {
	TEXT_OPTION("jobs", &jobs_path, "file of jobs: seconds, program, arguments, a tab between [/lab/jobs]"),
	TEXT_OPTION("wanted", &wanted_path, "file of patterns of files to send, one a line [/lab/wanted]"),
	TEXT_OPTION("programs", &place.programs, "folder of the programs [/lab/bin]"),
	TEXT_OPTION("output", &place.output, "file that programs write readings to [/lab/output]"),
	{0},
};
static const struct option_table TABLE = {PROGRAM, "what a virtual machine runs in place of an init system",
					  "guest --jobs jobs --wanted wanted --programs build/native/bin", OPTIONS};

struct mounting {
	const char *kind, *at;
};
static const struct mounting MOUNTS[] = {
	{"proc", "/proc"},
	{"sysfs", "/sys"},
	{"devtmpfs", "/dev"},
	{"tmpfs", "/tmp"},
	{"cgroup2", "/sys/fs/cgroup"},
	{"securityfs", "/sys/kernel/security"},
	{"tmpfs", "/run"},
	{"debugfs", "/sys/kernel/debug"},
	{NULL, NULL},
};

/* What a kernel does not have is not mounted, and what it would have held is then not sent. */
static void mount_all(void)
{
	for (const struct mounting *each = MOUNTS; each->kind; each++) {
		mkdir(each->at, 0755);
		if (mount(each->kind, each->at, each->kind, 0, NULL))
			fprintf(stderr, "%s: %s is not mounted\n", PROGRAM, each->at);
	}
}

/* So that a line of the kernel's does not end up within a frame: only what is said before it dies goes to the console. */
static void hush_kernel(void)
{
	CLOSED const int file = open("/proc/sys/kernel/printk", O_WRONLY | O_CLOEXEC);
	if (file < 0 || write(file, "1\n", 2) != 2)
		fprintf(stderr, "%s: the kernel goes on writing to the console\n", PROGRAM);
}

static void send_one(const char *path, bool emptied)
{
	char name[MOST_NAME];
	struct stat kind;
	CLOSED const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file < 0 || fstat(file, &kind) || strpbrk(path, " \n"))
		return;
	snprintf(name, sizeof(name), "%s%s", S_ISDIR(kind.st_mode) ? "folder" : "file", path);
	if (emptied || S_ISDIR(kind.st_mode))
		frame_send(name, "", 0);
	else
		frame_send_file(name, file, MOST_FILE_BYTES);
}

/* Of a file whose pattern stands behind "?" is sent that it is there. */
static void send_matching(char *pattern)
{
	glob_t found;
	const bool emptied = *pattern == '?';
	pattern[strcspn(pattern, "\n")] = '\0';
	if (glob(pattern + emptied, 0, NULL, &found))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		send_one(found.gl_pathv[i], emptied);
	globfree(&found);
}

static void send_machine(void)
{
	struct utsname name;
	if (!uname(&name))
		frame_send("machine", name.machine, strlen(name.machine));
}

static int for_each_line(const char *path, void (*act)(char *line))
{
	char *line FREED = NULL;
	size_t room = 0;
	FCLOSED FILE *file = fopen(path, "re");
	while (file && getline(&line, &room, file) > 0)
		act(line);
	return file ? 0 : -1;
}

static void run_one(char *line)
{
	static int number;
	line[strcspn(line, "\n")] = '\0';
	job_run(number++, line, &place);
}

static _Noreturn void switch_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	reboot(RB_AUTOBOOT); /* where there is no way to switch it off; qemu is told not to start again */
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	const bool first = getpid() == 1; /* then the words are the kernel's, and not for us */
	const int read = first ? 0 : options_read(&TABLE, argc, argv);
	if (read)
		return read > 0 ? EXIT_OK : report_usage(PROGRAM);
	if (first) {
		mount_all();
		hush_kernel();
	}
	send_machine();
	int error = for_each_line(wanted_path, send_matching);
	error = for_each_line(jobs_path, run_one) ? -1 : error;
	frame_send("done", error ? "incomplete" : "complete", error ? 10 : 8);
	if (first)
		switch_off();
	return error ? EXIT_FAILED : EXIT_OK;
}
