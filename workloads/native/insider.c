#include "insider.h"

#include "canary.h"

int insider_run(const char *program, const struct cpu_list *cpus, const char *samples_path, insider_work work,
		struct report *report)
{
	struct directmap map DIRECTMAP_CLOSED = {.object = NULL};
	const char *step = "";
	int error = directmap_open(&map, &step);
	if (error)
		return report_refusal(program, step, error, "the direct map cannot be read");
	if ((error = pin_to(cpus->cpu[0])))
		return report_failure(program, "pin", error, "the CPUs could not be had");
	canary_sing(&report->canary_before);
	const int status = work(&map, cpus, report);
	if (status != EXIT_OK)
		return status;
	canary_sing(&report->canary_after);
	return report_write(report, samples_path);
}
