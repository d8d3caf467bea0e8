/*
 * neighbour_throughput: what a process that has nothing to do with secret memory gets done while another churns it.
 *
 * Victims and aggressors are pinned processes that follow one schedule of windows. Nothing restarts between two windows,
 * so that what drifts slowly is the same in both; the aggressor alone changes what it does.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "aggressor.h"
#include "canary.h"
#include "crew.h"
#include "option.h"
#include "output.h"
#include "placement.h"
#include "server.h"
#include "tale.h"
#include "victim.h"
#include "watch.h"

static const char PROGRAM[] = "neighbour_throughput";
static const uint64_t NS_A_MS = 1000000u;
enum { TEXT = 1024 };
static const char *const AGGRESSORS[] = {"none",         "spin",   "anonymous",   "memfd",
					 "memfd_locked", "secret", "secret_held", "fork_secret",
					 "mprotect",     "munmap", NULL};
enum { SECRET_CHURN = 5 };

static const char *victim_names = "compute", *rate_text = "max", *timeline_text;
static const char *server_address, *cpus_text, *samples_path;
static uint64_t victim_count = 1, aggressor = SECRET_CHURN, aggressor_count = 1, placement = OTHER_CORE, chunk = 512;
static const char *const RECORDINGS[] = {"on", "alternate", NULL};
static uint64_t recording, window_ms = 500, settle_ms = 50, bucket_ms = 10;

static const struct option_spec OPTIONS[] = {
	TEXT_OPTION("victim", &victim_names, "what the victims do, one after the other, as compute+timer [compute]"),
	TEXT_OPTION("server", &server_address, "where a server that is a victim listens, as 127.0.0.1:6379"),
	NUMBER_OPTION("victims", &victim_count, 1, MAX_CREW, "victims, each on a CPU of its own"),
	CHOICE_OPTION("aggressor", &aggressor, AGGRESSORS, "what the aggressors do in the one window"),
	TEXT_OPTION("rate", &rate_text, "pages a second, of all aggressors together, or max [max]"),
	TEXT_OPTION("timeline", &timeline_text, "several windows instead, as secret:2000,anonymous:2000,spin"),
	NUMBER_OPTION("aggressors", &aggressor_count, 1, MAX_CREW, "aggressors"),
	CHOICE_OPTION("placement", &placement, PLACEMENTS, "where aggressors are, seen from the first victim"),
	NUMBER_OPTION("chunk", &chunk, 1, 1 << 20, "pages that an aggressor has at a time, at most"),
	NUMBER_OPTION("window-ms", &window_ms, 20, 3600000, "length of a window"),
	NUMBER_OPTION("settle-ms", &settle_ms, 10, 60000, "its beginning, which is not counted"),
	NUMBER_OPTION("bucket-ms", &bucket_ms, 1, 60000, "how finely it is recorded"),
	CHOICE_OPTION("recording", &recording, RECORDINGS,
		      "turn by turn, or hardly in every second window (benchmarks/)"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs, those of the victims first [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64"),
	{0},
};
static const struct option_table TABLE = {
	PROGRAM,
	"what neighbours get done while a process churns memory",
	"neighbour_throughput --victim compute --timeline spin,secret:2000,anonymous:2000,secret:max",
	OPTIONS,
};

static struct crew crew; /* for the signal handler, which has no argument */

static void end_all(int number)
{
	crew_end(&crew);
	_exit(128 + number);
}

static const char *read_schedule(struct schedule *schedule)
{
	static char one[TEXT];
	snprintf(one, sizeof(one), "%s:%s", AGGRESSORS[aggressor], rate_text);
	if (schedule_parse(timeline_text ? timeline_text : one, schedule))
		return "--timeline takes aggressors with a rate, pages a second or max, as secret:2000,spin";
	if (window_ms < settle_ms + bucket_ms)
		return "--window-ms has no room for --settle-ms and a bucket";
	schedule->coarse_odd = recording;
	schedule->settle_ns = settle_ms * NS_A_MS;
	schedule->bucket_ns = bucket_ms * NS_A_MS;
	schedule->buckets = (int)((window_ms - settle_ms) / bucket_ms);
	return NULL;
}

/* The names are taken in turn, again from the first where there are more victims. */
static const char *read_victims(void)
{
	const struct victim *named[MAX_CREW];
	int count = 0;
	crew.victims = (int)victim_count;
	for (const char *name = victim_names; name; count++) {
		const int length = (int)strcspn(name, "+");
		if (count == MAX_CREW || !(named[count] = victim_find(name, length)))
			return "--victim names no victim; docs/methodology.md lists them";
		name = name[length] ? name + length + 1 : NULL;
	}
	for (int i = 0; i < crew.victims; i++)
		crew.victim[i] = named[i % count];
	return NULL;
}

static int read_wish(struct cpu_list *cpus)
{
	crew.schedule = mmap(NULL, sizeof(*crew.schedule), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	crew.aggressors = (int)aggressor_count;
	crew.chunk_pages = chunk;
	asker_turn_to(server_address);
	const char *wrong = crew.schedule == MAP_FAILED ? "no memory" : read_schedule(crew.schedule);
	wrong = wrong ? wrong : read_victims();
	if (wrong)
		fprintf(stderr, "%s: %s\n", PROGRAM, wrong);
	return wrong || cpus_choose(PROGRAM, cpus_text, 1, cpus) ? -EINVAL : 0;
}

static void describe(struct report *report, struct tale *tale)
{
	static char victim_cpus[TEXT], aggressor_cpus[TEXT], turns[TEXT];
	static struct setting settings[14];
	size_t length = 0;
	cpu_list_tell(&crew.victim_cpus, victim_cpus, sizeof(victim_cpus));
	cpu_list_tell(&crew.aggressor_cpus, aggressor_cpus, sizeof(aggressor_cpus));
	for (int v = 0; v < crew.victims && length < sizeof(turns); v++)
		length += (size_t)snprintf(turns + length, sizeof(turns) - length, "%s%llu", v ? "," : "",
					   (unsigned long long)crew.victim_record[v]->turn_operations);
	const struct setting all[] = {
		{"victim", victim_names, 0},
		{"victims", NULL, victim_count},
		{"aggressors", NULL, aggressor_count},
		{"placement", PLACEMENTS[placement], 0},
		{"chunk", NULL, chunk},
		{"window_ms", NULL, window_ms},
		{"settle_ms", NULL, settle_ms},
		{"bucket_ms", NULL, bucket_ms},
		{"victim_cpus", victim_cpus, 0},
		{"aggressor_cpus", aggressor_cpus, 0},
		{"turn_operations", turns, 0},
		{"window_clock", "CLOCK_MONOTONIC", 0},
		{"cpus", cpus_text ? cpus_text : "all", 0},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	report->settings = settings;
	report->before = tale->watch->before[0].counters;
	report->after = tale->watch->after[crew.schedule->windows - 1].counters;
	report->host_backing = (struct host_backing){0, "none", 0};
	report->more = tale_print;
	report->told = tale;
}

/* The one who watches is on an aggressor's CPU: looking takes time, and not the victims'. */
static int measure(struct report *report)
{
	static struct watch watch;
	static struct tale tale;
	const char *step = "pin";
	int error = pin_to(crew.aggressor_cpus.cpu[0]);
	if (!error)
		error = crew_start(&crew, &step);
	if (!error)
		error = watch_keep(&watch, &crew, &step);
	crew_end(&crew);
	tale = (struct tale){.crew = &crew, .watch = &watch};
	if (!error)
		error = tale_gather(&tale, report);
	if (error)
		return report_refusal(PROGRAM, step, error, "a neighbour could not do its work");
	describe(report, &tale);
	return EXIT_OK;
}

static int place(const struct cpu_list *cpus)
{
	if (cpus->count < 2 && placement != SAME_CPU)
		return report_refusal(PROGRAM, "cpus", -ENODEV, "one CPU alone: neighbours need a CPU each");
	if (placement_choose((enum placement)placement, cpus, crew.victims, crew.aggressors, &crew.victim_cpus,
			     &crew.aggressor_cpus))
		return report_refusal(PROGRAM, "placement", -ENODEV, "no CPU stands so to those of the victims");
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	static struct report report;
	static struct cpu_list cpus;
	report_open(&report, PROGRAM);
	const int read = options_read(&TABLE, argc, argv);
	if (read > 0)
		return EXIT_OK;
	if (read || read_wish(&cpus))
		return report_usage(PROGRAM);
	int status = place(&cpus);
	if (status != EXIT_OK)
		return status;
	signal(SIGTERM, end_all);
	signal(SIGINT, end_all);
	pin_to(crew.victim_cpus.cpu[0]);
	canary_sing(&report.canary_before);
	status = measure(&report);
	if (status != EXIT_OK)
		return status;
	pin_to(crew.victim_cpus.cpu[0]);
	canary_sing(&report.canary_after);
	return report_write(&report, samples_path);
}
