#include "measurement.h"

#include "canary.h"

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

int measurement_run(const struct measurement *measurement, int argc, char **argv)
{
	static struct report report;
	static struct cpu_list cpus;
	report_open(&report, measurement->table->program);
	const int read = options_read(measurement->table, argc, argv);
	if (read > 0)
		return EXIT_OK;
	if (read || measurement->check(&cpus))
		return report_usage(report.program);
	return work_between_canaries(measurement, &cpus, &report);
}
