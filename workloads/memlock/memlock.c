/*
 * memlock: what RLIMIT_MEMLOCK counts of secret memory, and where it refuses; found by trying.
 *
 * Each attempt is made in a process of its own, with a soft limit of 16 pages and without CAP_IPC_LOCK, but for the one
 * that asks what the capability is good for. Readings are 1 where it was allowed, and the errno where it was refused.
 */
#include <errno.h>
#include <string.h>

#include "attempt.h"
#include "measurement.h"
#include "memory.h"

static const char PROGRAM[] = "memlock";

static const char *cpus_text, *samples_path;
static uint64_t attempt, repeats = 4;

static const struct option_spec OPTIONS[] = {
	CHOICE_OPTION("attempt", &attempt, ATTEMPT_NAMES, "what is tried against the limit"),
	NUMBER_OPTION("repeats", &repeats, 1, 1 << 16, "how often"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs; the first one is used [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64"),
	{0},
};
static const struct option_table TABLE = {PROGRAM, "what the limit of locked memory counts of secret memory",
					  "memlock --attempt keep_unmapped", OPTIONS};

struct trial {
	uint64_t *allowed, *refused_errno;
	struct outcome outcome; /* the last */
};

static int try_often(struct trial *trial, const char **step)
{
	int error = 0;
	for (uint64_t i = 0; !error && i < repeats; i++) {
		error = attempt_make(&ATTEMPTS[attempt], &trial->outcome, step);
		trial->allowed[i] = !trial->outcome.error;
		trial->refused_errno[i] = (uint64_t)-trial->outcome.error;
	}
	return error;
}

static const char *how_it_ended(const struct outcome *outcome)
{
	if (!outcome->error)
		return "allowed";
	return outcome->error == -EFAULT ? "SIGBUS" : strerrorname_np(-outcome->error);
}

static void describe(struct report *report, const struct trial *trial)
{
	static struct setting settings[7];
	static struct series series[2];
	const struct setting all[] = {
		{"attempt", ATTEMPT_NAMES[attempt], 0},
		{"repeats", NULL, repeats},
		{"cpus", cpus_text ? cpus_text : "all", 0},
		{"limit_pages", NULL, LIMIT_PAGES},
		{"last_step", trial->outcome.step, 0},
		{"outcome", how_it_ended(&trial->outcome), 0},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	report->settings = settings;
	report->series = series;
	series[report->series_count++] = (struct series){"allowed", 0, repeats, trial->allowed, true};
	series[report->series_count++] = (struct series){"refused_errno", 0, repeats, trial->refused_errno, true};
	report->host_backing = (struct host_backing){0, "secret", 0};
}

/* No attempt where the memory is not to be had at all, here: that is no outcome of the limit. */
static int measure(const struct cpu_list *cpus, struct report *report)
{
	static struct trial trial;
	const char *step = "malloc";
	struct counter_files files COUNTERS_CLOSED;
	int error = counters_open(&files);
	trial.allowed = populated(2 * repeats * sizeof(*trial.allowed));
	trial.refused_errno = trial.allowed + repeats;
	if (error || !trial.allowed)
		return report_failure(PROGRAM, step, error ? error : -ENOMEM, "there is no room for the readings");
	counters_read(&files, cpus, 1, &report->before);
	error = try_often(&trial, &step);
	counters_read(&files, cpus, 1, &report->after);
	if (error)
		return report_refusal(PROGRAM, step, error,
				      error == -EPERM ? "CAP_IPC_LOCK, which it asks about, is not there"
						      : "the attempt could not be made");
	if (trial.outcome.error && !strcmp(trial.outcome.step, "memfd_secret"))
		return report_refusal(PROGRAM, "memfd_secret", trial.outcome.error, "secret memory cannot be had");
	describe(report, &trial);
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	const struct measurement measurement = {
		.table = &TABLE, .samples_path = &samples_path, .cpus_text = &cpus_text, .work = measure};
	return measurement_run(&measurement, argc, argv);
}
