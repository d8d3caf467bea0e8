#include "tale.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggressor.h"

enum { SERIES_A_VICTIM = 3 + QUANTILES, SERIES_AN_AGGRESSOR = 2 };

static const char *const QUANTILE_NAMES[QUANTILES] = {
	[P50] = "latency_p50", [P99] = "latency_p99", [P99_9] = "latency_p99_9", [WORST] = "latency_worst"};

/* The aggressor's window that could not be as it should; NULL where all went well. */
static const struct aggressor_window *trouble(const struct crew *crew, int window)
{
	for (int i = 0; i < crew->aggressors; i++)
		if (crew->aggressor_record[i]->window[window].error)
			return &crew->aggressor_record[i]->window[window];
	return NULL;
}

static void add(struct tale *tale, struct report *report, const char *metric, int thread, uint64_t count,
		uint64_t *reading)
{
	tale->series[report->series_count++] = (struct series){metric, thread, count, reading, .settled = true};
}

static void gather_window(struct tale *tale, struct report *report, int window)
{
	const struct crew *crew = tale->crew;
	const uint64_t buckets = (uint64_t)crew->schedule->buckets;
	for (int v = 0; v < crew->victims; v++) {
		struct victim_window *mine = &crew->victim_record[v]->window[window];
		add(tale, report, "operations", v, buckets, mine->operations);
		add(tale, report, "worst", v, buckets, mine->worst_ns);
		for (int q = 0; q < QUANTILES && mine->turns; q++)
			add(tale, report, QUANTILE_NAMES[q], v, 1, &mine->quantile_ns[q]);
		add(tale, report, "victim_cpu", v, 1, &mine->cpu_ns);
	}
	for (int a = 0; a < crew->aggressors; a++) {
		struct aggressor_window *mine = &crew->aggressor_record[a]->window[window];
		add(tale, report, "pages", a, buckets, mine->pages);
		add(tale, report, "aggressor_cpu", a, 1, &mine->cpu_ns);
	}
}

int tale_gather(struct tale *tale, struct report *report)
{
	const struct crew *crew = tale->crew;
	const int each = crew->victims * SERIES_A_VICTIM + crew->aggressors * SERIES_AN_AGGRESSOR;
	tale->series = calloc((size_t)(each * crew->schedule->windows), sizeof(*tale->series));
	if (!tale->series)
		return -ENOMEM;
	report->series = tale->series;
	for (int v = 0; v < crew->victims; v++)
		victim_record_settle(crew->victim_record[v], crew->schedule);
	for (int w = 0; w < crew->schedule->windows; w++) {
		tale->first[w] = report->series_count;
		if (!trouble(crew, w))
			gather_window(tale, report, w);
	}
	tale->first[crew->schedule->windows] = report->series_count;
	return 0;
}

static void print_count(const char *name, int cpu, int64_t value)
{
	printf(",\"%s_cpu%d\":", name, cpu);
	if (value == NOT_COUNTED)
		printf("null");
	else
		printf("%" PRId64, value);
}

static void print_sight(const char *name, const struct watch *watch, const struct sight *sight)
{
	printf(",\"%s\":{", name);
	json_counts(&sight->counters);
	for (int i = 0; i < watch->cpus.count; i++) {
		print_count("cal", watch->cpus.cpu[i], sight->cal[i]);
		print_count("tlb", watch->cpus.cpu[i], sight->tlb[i]);
	}
	printf(",\"pages_made\":%" PRIu64 "}", sight->made_pages);
}

static uint64_t sum(const uint64_t *values, int count)
{
	uint64_t total = 0;
	for (int i = 0; i < count; i++)
		total += values[i];
	return total;
}

/* What was true of the window: what the aggressors reached, and what the victims used. */
static void print_settings(const struct crew *crew, int window)
{
	const struct schedule *schedule = crew->schedule;
	const double seconds = (double)schedule->buckets * (double)schedule->bucket_ns / 1e9;
	uint64_t pages = 0, voluntary = 0, involuntary = 0, turns = 0;
	for (int a = 0; a < crew->aggressors; a++)
		pages += sum(crew->aggressor_record[a]->window[window].pages, schedule->buckets);
	for (int v = 0; v < crew->victims; v++) {
		voluntary += crew->victim_record[v]->window[window].voluntary_switches;
		involuntary += crew->victim_record[v]->window[window].involuntary_switches;
		turns += crew->victim_record[v]->window[window].turns;
	}
	printf(",\"settings\":{\"rate_pages_a_s\":%.0f", (double)pages / seconds);
	printf(",\"piece_pages\":%" PRIu64, crew->aggressor_record[0]->window[window].piece_pages);
	printf(",\"victim_turns\":%" PRIu64 ",\"victim_voluntary_switches\":%" PRIu64, turns, voluntary);
	printf(",\"victim_involuntary_switches\":%" PRIu64 "}", involuntary);
}

static void print_outcome(const struct aggressor_window *wrong)
{
	if (!wrong) {
		printf(",\"status\":\"ok\"");
		return;
	}
	const char *name = strerrorname_np(-wrong->error);
	printf(",\"status\":\"%s\",\"step\":\"%s\",\"errno\":%d,\"errno_name\":\"%s\"",
	       means_unsupported(wrong->error) ? "unsupported" : "failed", wrong->step, -wrong->error,
	       name ? name : "");
	printf(",\"message\":\"the aggressor could not have the memory\"");
}

static void print_window(const struct tale *tale, int window)
{
	const struct schedule *schedule = tale->crew->schedule;
	const struct window *one = &schedule->window[window];
	printf("%s{\"aggressor\":\"%s\",\"rate\":", window ? "," : "", one->aggressor->name);
	if (one->rate == RATE_MAX)
		printf("\"max\"");
	else
		printf("%" PRIu64, one->rate);
	printf(",\"begin_ns\":%" PRIu64 ",\"end_ns\":%" PRIu64, window_counted(schedule, window),
	       window_end(schedule, window));
	print_outcome(trouble(tale->crew, window));
	print_sight("before", tale->watch, &tale->watch->before[window]);
	print_sight("after", tale->watch, &tale->watch->after[window]);
	print_settings(tale->crew, window);
	json_series(tale->series + tale->first[window], tale->first[window + 1] - tale->first[window]);
	putchar('}');
}

void tale_print(const void *told)
{
	const struct tale *tale = told;
	printf(",\"windows\":[");
	for (int w = 0; w < tale->crew->schedule->windows; w++)
		print_window(tale, w);
	putchar(']');
}
