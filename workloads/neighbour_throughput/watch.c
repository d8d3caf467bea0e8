#include "watch.h"

#include <errno.h>
#include <stdbool.h>

static const uint64_t EARLY_NS = 5000000u, PATIENCE_NS = 120000000000u, NAP_NS = 2000000u;

static void watch_cpus(struct cpu_list *all, const struct cpu_list *some)
{
	for (int i = 0; i < some->count && all->count < MAX_WATCHED; i++)
		if (!cpu_list_holds(all, some->cpu[i]))
			all->cpu[all->count++] = some->cpu[i];
}

/* The process that looks is none of those that are looked at: its own faults and switches say nothing. */
static void look(struct watch *watch, struct crew *crew, struct counter_files *files, struct sight *sight)
{
	counters_read(files, &crew->victim_cpus, crew->victim_cpus.count, &sight->counters);
	for (int i = MINOR_FAULTS; i <= INVOLUNTARY_SWITCHES; i++)
		sight->counters.value[i] = NOT_COUNTED;
	for (int i = 0; i < watch->cpus.count; i++)
		counters_interrupts_on(files, watch->cpus.cpu[i], &sight->cal[i], &sight->tlb[i]);
	for (int i = 0; i < crew->aggressors; i++)
		sight->made_pages += __atomic_load_n(&crew->aggressor_record[i]->made_pages, __ATOMIC_RELAXED);
}

static int wait_for_all(struct crew *crew, const char **step)
{
	const uint64_t patience_ns = monotonic_ns() + PATIENCE_NS;
	int error = 0;
	while (!error && !schedule_all_arrived(crew->schedule, crew_size(crew))) {
		sleep_until(monotonic_ns() + NAP_NS);
		error = crew_check(crew, step);
		if (!error && monotonic_ns() > patience_ns) {
			*step = "set_up";
			error = -ETIMEDOUT;
		}
	}
	return error;
}

int watch_keep(struct watch *watch, struct crew *crew, const char **step)
{
	struct counter_files files COUNTERS_CLOSED;
	struct schedule *schedule = crew->schedule;
	*step = "counters";
	int error = counters_open(&files);
	watch_cpus(&watch->cpus, &crew->victim_cpus);
	watch_cpus(&watch->cpus, &crew->aggressor_cpus);
	if (!error)
		error = wait_for_all(crew, step);
	if (!error)
		schedule_start(schedule);
	for (int w = 0; w < schedule->windows && !error; w++) {
		sleep_until(window_counted(schedule, w) - EARLY_NS);
		look(watch, crew, &files, &watch->before[w]);
		sleep_until(window_end(schedule, w));
		look(watch, crew, &files, &watch->after[w]);
		error = crew_check(crew, step);
	}
	return error ? error : crew_wait(crew, step);
}
