#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "build.h"
#include "cleanup.h"
#include "order.h"
#include "parent.h"

enum { FORMAT = 1 };

static const char *running; /* for the signal handler, which has no argument */

/* Since the fix of CVE-2026-93243 a secret page beyond the limit is refused at its fault, by SIGBUS. */
static void refuse_fault(int number)
{
	(void)number;
	_exit(report_refusal(running, "touch", -EFAULT, "the page could not be had: SIGBUS at its first touch"));
}

void report_open(struct report *report, const char *program)
{
	*report = (struct report){.program = program, .begun_raw_ns = clock_raw_ns()};
	running = program;
	signal(SIGBUS, refuse_fault);
	const int error = parent_follow_as_told();
	if (error)
		exit(report_failure(program, "prctl", error, "the process named by LAB_PARENT_PID is not the parent"));
	clock_open(&report->clock);
}

static int write_all(int file, const void *data, size_t bytes)
{
	const char *at = data;
	while (bytes) {
		const ssize_t written = write(file, at, bytes);
		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			at += written;
			bytes -= (size_t)written;
		}
	}
	return 0;
}

static int write_samples(const struct report *report, const char *path)
{
	CLOSED const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int error = file < 0 ? -errno : 0;
	for (int i = 0; i < report->series_count && !error; i++)
		error = write_all(file, report->series[i].reading, report->series[i].count * sizeof(uint64_t));
	return error;
}

void json_text(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		const unsigned char byte = (unsigned char)*text;
		if (byte == '"' || byte == '\\')
			printf("\\%c", byte);
		else if (byte < ' ' || byte > '~')
			printf("\\u%04x", byte);
		else
			putchar(byte);
	}
	putchar('"');
}

void json_build(void)
{
	printf("\"build\":{\"compiler\":");
	json_text(BUILD_COMPILER);
	printf(",\"flags\":");
	json_text(BUILD_FLAGS);
	printf(",\"architecture\":");
	json_text(BUILD_ARCHITECTURE);
	putchar('}');
}

void json_clock(const struct clock_facts *facts)
{
	printf("\"clock\":{\"source\":\"%s\",\"rate_from\":\"%s\",\"hz\":%.1f,", facts->source, facts->rate_from,
	       facts->hz);
	printf("\"resolution_ns\":%.3f,\"overhead_ns\":%.3f}", facts->resolution_ns, facts->overhead_ns);
}

void json_counts(const struct counters *counters)
{
	for (int i = 0; i < COUNTERS; i++) {
		printf("%s\"%s\":", i ? "," : "", COUNTER_NAMES[i]);
		if (counters->value[i] == NOT_COUNTED)
			printf("null");
		else
			printf("%" PRId64, counters->value[i]);
	}
}

static void json_counters(const char *name, const struct counters *counters)
{
	printf(",\"%s\":{", name);
	json_counts(counters);
	putchar('}');
}

static void json_settings(const struct setting *settings)
{
	printf(",\"settings\":{");
	for (int i = 0; settings[i].name; i++) {
		printf("%s\"%s\":", i ? "," : "", settings[i].name);
		if (settings[i].text)
			json_text(settings[i].text);
		else
			printf("%" PRIu64, settings[i].number);
	}
	putchar('}');
}

void json_series(const struct series *series, int count)
{
	printf(",\"series\":[");
	for (int i = 0; i < count; i++)
		printf("%s{\"metric\":\"%s\",\"thread\":%d,\"count\":%" PRIu64 "}", i ? "," : "", series[i].metric,
		       series[i].thread, series[i].count);
	putchar(']');
}

static void json_canary(const char *name, const struct canary *canary, double ns)
{
	printf(",\"%s\":{\"spin_ns\":%.0f,\"chase_ns\":%.0f}", name, (double)canary->spin_ticks * ns,
	       (double)canary->chase_ticks * ns);
}

static void json_host_backing(const struct host_backing *backing, double ns)
{
	const double pages = (double)backing->prepared_pages;
	printf(",\"host_backing\":{\"prepared_pages\":%.0f,\"prepared_with\":\"%s\",\"prepare_ns_per_page\":%.1f}",
	       pages, backing->prepared_with, pages > 0 ? (double)backing->prepare_ticks * ns / pages : 0.0);
}

static void json_report(const struct report *report, const struct clock_facts *facts)
{
	const double ns = 1e9 / facts->hz;
	printf("{\"format\":%d,\"program\":\"%s\",\"status\":\"ok\"", FORMAT, report->program);
	json_settings(report->settings);
	json_series(report->series, report->series_count);
	putchar(',');
	json_clock(facts);
	json_counters("before", &report->before);
	json_counters("after", &report->after);
	json_canary("canary_before", &report->canary_before, ns);
	json_canary("canary_after", &report->canary_after, ns);
	json_host_backing(&report->host_backing, ns);
	if (report->more)
		report->more(report->told);
	printf(",\"life_ns\":%" PRIu64 ",", clock_raw_ns() - report->begun_raw_ns);
	json_build();
	printf("}\n");
}

/* For a person who called the program by hand: sorts in place, so only where nothing is written. */
static void print_summary(const struct report *report)
{
	for (int i = 0; i < report->series_count; i++) {
		const struct series *series = &report->series[i];
		if (!series->count)
			continue;
		ascend(series->reading, series->count);
		fprintf(stderr, "%-14s thread %d: %" PRIu64 " readings, %s: ", series->metric, series->thread,
			series->count, series->settled ? "as they are" : "ns");
		fprintf(stderr, "p50 %" PRIu64 ", p99 %" PRIu64 ", max %" PRIu64 "\n",
			series->reading[series->count / 2], series->reading[series->count * 99 / 100],
			series->reading[series->count - 1]);
	}
}

int report_write(struct report *report, const char *path)
{
	const struct clock_facts facts = clock_settle(&report->clock);
	for (int i = 0; i < report->series_count; i++)
		if (!report->series[i].settled)
			clock_to_ns(&facts, report->series[i].reading, report->series[i].count);
	if (path) {
		const int error = write_samples(report, path);
		if (error)
			return report_failure(report->program, "samples", error, "the readings could not be written");
	} else {
		print_summary(report);
	}
	json_report(report, &facts);
	return fflush(stdout) ? EXIT_FAILED : EXIT_OK;
}

bool means_unsupported(int error)
{
	static const int refusals[] = {ENOSYS, EPERM, EACCES, EAGAIN, ENOMEM, EOPNOTSUPP, ENODEV, EFAULT};
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (-error == refusals[i])
			return true;
	return false;
}

static void print_failure(const char *program, const char *status, const char *step, int error, const char *message)
{
	const char *name = error ? strerrorname_np(-error) : NULL;
	printf("{\"format\":%d,\"program\":\"%s\",\"status\":\"%s\",\"step\":\"%s\",", FORMAT, program, status, step);
	printf("\"errno\":%d,\"errno_name\":\"%s\",\"message\":", -error, name ? name : "");
	json_text(message);
	printf("}\n");
	fflush(stdout);
}

static void tell_person(const char *program, const char *step, int error, const char *message)
{
	fprintf(stderr, "%s: %s: %s (%s)\n", program, step, message, strerror(-error));
}

int report_refusal(const char *program, const char *step, int error, const char *message)
{
	if (!means_unsupported(error))
		return report_failure(program, step, error, message);
	print_failure(program, "unsupported", step, error, message);
	tell_person(program, step, error, message);
	return EXIT_UNSUPPORTED;
}

int report_failure(const char *program, const char *step, int error, const char *message)
{
	print_failure(program, "failed", step, error, message);
	tell_person(program, step, error, message);
	return EXIT_FAILED;
}

int report_usage(const char *program)
{
	print_failure(program, "usage", "options", -EINVAL, "the options are wrong; stderr says which");
	return EXIT_USAGE;
}
