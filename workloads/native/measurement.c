#include "measurement.h"

#include <errno.h>
#include <stdio.h>

#include "canary.h"
#include "memory.h"

static int work_between_canaries(const struct measurement *measurement, const struct cpu_list *cpus,
				 struct report *report)
{
	const int error = pin_to(cpus->cpu[0]);
	if (error)
		return report_failure(report->program, "pin", error, "the CPU could not be had");
	canary_sing(&report->canary_before);
	const int status = measurement->work(cpus, report);
	if (status != EXIT_OK)
		return status;
	canary_sing(&report->canary_after);
	return report_write(report, *measurement->samples_path);
}

/* Returns 0, or -EINVAL after a line on stderr. */
static int check(const struct measurement *measurement, const char *program, struct cpu_list *cpus)
{
	const char *wrong = measurement->backing_name ? backing_objection(*measurement->backing_name) : NULL;
	if (!wrong && measurement->check)
		wrong = measurement->check();
	if (wrong)
		fprintf(stderr, "%s: %s\n", program, wrong);
	const uint64_t count = measurement->cpu_count ? *measurement->cpu_count : 1;
	return wrong ? -EINVAL : cpus_choose(program, *measurement->cpus_text, count, cpus);
}

int measurement_run(const struct measurement *measurement, int argc, char **argv)
{
	static struct report report;
	static struct cpu_list cpus;
	report_open(&report, measurement->table->program);
	const int read = options_read(measurement->table, argc, argv);
	if (read > 0)
		return EXIT_OK;
	if (read || check(measurement, report.program, &cpus))
		return report_usage(report.program);
	return work_between_canaries(measurement, &cpus, &report);
}
