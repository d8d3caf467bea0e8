/*
 * probe: what this machine lets a program do, found by trying: every backing with one page, the limit on locked memory
 * in both of its regimes, the clock.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "fentry.h"
#include "limit.h"
#include "memory.h"
#include "option.h"
#include "output.h"
#include "perf_event.h"

static const char PROGRAM[] = "probe";

static uint64_t with_loop_cost, with_fentry;

static const struct option_spec OPTIONS[] = {
	SWITCH_OPTION("clock", &with_loop_cost, "also time the clock in a loop"),
	SWITCH_OPTION("fentry", &with_fentry, "also try a BPF program at the entry of secretmem_fault()"),
	{0},
};
static const struct option_table TABLE = {PROGRAM, "what can be measured here", "probe", OPTIONS};

/* What ended the touch of a page was a signal and has no errno; -EFAULT stands for it. */
static void print_backing(const struct backing *backing, bool first)
{
	const char *step;
	const int error = backing_try(backing, &step);
	const bool died = error == -EFAULT;
	const char *name = died ? "SIGBUS" : error ? strerrorname_np(-error) : "";
	printf("%s{\"name\":\"%s\",\"supported\":%s,\"page_bytes\":%zu,\"step\":\"%s\",\"errno\":%d,", first ? "" : ",",
	       backing->name, error ? "false" : "true", backing->page_bytes, error ? step : "", died ? 0 : -error);
	printf("\"errno_name\":\"%s\",\"message\":", name ? name : "");
	json_text(died ? "the page could not be had: SIGBUS at its first touch" : error ? strerror(-error) : "");
	putchar('}');
}

static void print_bound(const char *name, rlim_t value)
{
	printf("\"%s\":", name);
	if (value == RLIM_INFINITY)
		printf("null,");
	else
		printf("%" PRIu64 ",", (uint64_t)value);
}

static void print_limit(void)
{
	struct rlimit limit;
	const struct memlock found = memlock_find();
	getrlimit(RLIMIT_MEMLOCK, &limit);
	printf("\"memlock\":{");
	print_bound("soft_bytes", limit.rlim_cur);
	print_bound("hard_bytes", limit.rlim_max);
	printf("\"bypassed\":%s,\"regime\":\"%s\",\"scope\":\"%s\"}", found.bypassed ? "true" : "false", found.regime,
	       found.scope);
}

static void print_clock(struct clock_state *clock)
{
	const struct clock_facts facts = clock_settle(clock);
	if (!with_loop_cost) {
		json_clock(&facts);
		return;
	}
	printf("\"loop\":{\"pair_ns\":%.3f,\"bare_pair_ns\":%.3f},", clock_pair_cost_ns(&facts),
	       clock_bare_cost_ns(&facts));
	json_clock(&facts);
}

static void print_hardware_events(void)
{
	const int error = perf_hardware_error();
	const char *name = error ? strerrorname_np(-error) : "";
	printf("\"perf_events\":{\"hardware\":%s,\"errno_name\":\"%s\"},", error ? "false" : "true", name ? name : "");
}

static void print_fentry(void)
{
	const char *step = "";
	const int error = fentry_try("secretmem_fault", &step);
	const char *name = error ? strerrorname_np(-error) : "";
	printf("\"fentry\":{\"allowed\":%s,\"step\":\"%s\",\"errno_name\":\"%s\"},", error ? "false" : "true",
	       error ? step : "", name ? name : "");
}

int main(int argc, char **argv)
{
	static struct report report;
	report_open(&report, PROGRAM);
	const int read = options_read(&TABLE, argc, argv);
	if (read)
		return read > 0 ? EXIT_OK : report_usage(PROGRAM);
	printf("{\"format\":1,\"program\":\"%s\",\"status\":\"ok\",\"backings\":[", PROGRAM);
	for (size_t i = 0; i < BACKING_COUNT; i++)
		print_backing(&BACKINGS[i], i == 0);
	printf("],");
	print_limit();
	putchar(',');
	print_clock(&report.clock);
	putchar(',');
	print_hardware_events();
	if (with_fentry)
		print_fentry();
	json_build();
	printf("}\n");
	return EXIT_OK;
}
