/*
 * arena: requests that each want a page for a while.
 *
 * So many pages are held at a time; each request gives the oldest up, and has and writes to one instead. It is either a
 * file of its own each time (create, size, map, touch, unmap, close), or a page of one area that was filled at start,
 * wiped when it comes back.
 *
 * How often the direct map was split is counted over the whole run, the filling of the area too. Which pages the
 * requests had is looked up between them, where frames may be seen; the settings say why where they may not.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ballast.h"
#include "cleanup.h"
#include "frame.h"
#include "gauge.h"
#include "measurement.h"
#include "memory.h"
#include "order.h"

static const char PROGRAM[] = "arena";
static const char *const WAYS[] = {"each", "arena", NULL};
static const char *const KINDS[] = {"secret", "memfd_locked", NULL};
static const char *const BETWEEN[] = {"none", "busy", NULL};
enum way { EACH, ARENA };
enum { MOST_HELD = 2048, MOST_REQUESTS = 1 << 20, REGION_FRAMES = 512, PAGES_OF_OTHERS = 4096, SPARE_PAGES = 64 };

static const char *cpus_text, *samples_path;
static uint64_t way = EACH, kind, between, requests = 2048, held = 64;

static const struct option_spec OPTIONS[] = {
	CHOICE_OPTION("way", &way, WAYS, "where a request's page comes from"),
	CHOICE_OPTION("backing", &kind, KINDS, "what memory it is"),
	NUMBER_OPTION("requests", &requests, 1, MOST_REQUESTS, "requests, one behind the other"),
	NUMBER_OPTION("held", &held, 1, MOST_HELD, "pages that are held at a time"),
	CHOICE_OPTION("between", &between, BETWEEN, "what else uses memory, after every so many requests as are held"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs; the first one is used [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64"),
	{0},
};
static const struct option_table TABLE = {PROGRAM, "a page a request, had anew or from an arena",
					  "arena --way arena --requests 1000 --held 16", OPTIONS};

struct desk {
	const struct backing *backing;
	struct region arena;
	struct region *region; /* of each page that is held, by its own file */
	uint64_t *ticks, opening, done;
	uint64_t *frame, frames, blocks; /* of all pages that were had; first with doubles */
	int hidden;                      /* -errno where frames cannot be seen */
	struct ballast before, kept;
	const char *step;
};

static char *page_of(struct desk *desk, uint64_t slot)
{
	return way == ARENA ? desk->arena.address + slot * FRAME_BYTES : desk->region[slot].address;
}

static int have(struct desk *desk, uint64_t slot)
{
	if (way == EACH) {
		const int error = region_map(desk->backing, FRAME_BYTES, &desk->region[slot], &desk->step);
		if (error)
			return error;
	}
	*(volatile char *)page_of(desk, slot) = 1;
	return 0;
}

/* A page of the arena goes to the next request of the same program: it is wiped, as the kernel wipes freed ones. */
static void give_up(struct desk *desk, uint64_t slot)
{
	if (way == EACH)
		region_unmap(&desk->region[slot]);
	else
		explicit_bzero(page_of(desk, slot), FRAME_BYTES);
}

static int open_desk(struct desk *desk)
{
	int error = 0;
	const uint64_t begin = clock_begin();
	if (way == ARENA)
		error = region_map(desk->backing, held * FRAME_BYTES, &desk->arena, &desk->step);
	for (uint64_t slot = 0; slot < held && !error; slot++)
		error = have(desk, slot);
	desk->opening = clock_end() - begin;
	return error;
}

/* Every page is held for as many requests as pages are: looked up that often, none is missed. */
static void look_up(struct desk *desk)
{
	for (uint64_t slot = 0; slot < held && !desk->hidden; slot++) {
		desk->hidden = frames_read(page_of(desk, slot), 1, &desk->frame[desk->frames]);
		desk->frames += !desk->hidden;
	}
}

static int serve(struct desk *desk, uint64_t slot)
{
	const uint64_t begin = clock_begin();
	give_up(desk, slot);
	const int error = have(desk, slot);
	desk->ticks[desk->done++] = clock_end() - begin;
	return error;
}

static int serve_all(struct desk *desk)
{
	int error = open_desk(desk);
	if (!error)
		look_up(desk);
	while (desk->done < requests && !error) {
		const uint64_t slot = desk->done % held;
		error = serve(desk, slot);
		if (error || (slot + 1 < held && desk->done < requests))
			continue;
		look_up(desk);
		if (between)
			ballast_shift(PAGES_OF_OTHERS, &desk->kept);
	}
	return error;
}

static void count_frames(struct desk *desk)
{
	uint64_t frames = 0;
	ascend(desk->frame, desk->frames);
	for (uint64_t i = 0; i < desk->frames; i++) {
		const uint64_t frame = desk->frame[i];
		frames += !i || frame != desk->frame[i - 1];
		desk->blocks += !i || frame / REGION_FRAMES != desk->frame[i - 1] / REGION_FRAMES;
	}
	desk->frames = frames;
}

static int set_up(struct desk *desk)
{
	*desk = (struct desk){.backing = backing_find(KINDS[kind]), .arena = {.descriptor = -1}, .step = "malloc"};
	desk->region = calloc(held, sizeof(*desk->region));
	desk->ticks = populated(requests * sizeof(*desk->ticks));
	desk->frame = populated((requests + 2 * held) * sizeof(*desk->frame));
	for (uint64_t slot = 0; desk->region && slot < held; slot++)
		desk->region[slot].descriptor = -1;
	return desk->region && desk->ticks && desk->frame ? 0 : -ENOMEM;
}

static void close_desk(struct desk *desk)
{
	for (uint64_t slot = 0; desk->region && slot < held; slot++)
		region_unmap(&desk->region[slot]);
	region_unmap(&desk->arena);
	ballast_drop(&desk->kept);
	ballast_drop(&desk->before);
	free(desk->region);
	desk->region = NULL;
}

/* What was touched before is ordinary kernel memory: secret pages would split for both ways alike. */
static int time_requests(struct desk *desk, struct gauge *gauge, const struct cpu_list *cpus, struct report *report)
{
	const uint64_t begin = clock_begin();
	const uint64_t backed = ballast_shift(held + SPARE_PAGES, &desk->before);
	report->host_backing = (struct host_backing){backed, "pipe", clock_end() - begin};
	desk->step = "counters";
	int error = gauge_open(0, gauge);
	if (error)
		return error;
	counters_read(&gauge->files, cpus, 1, &report->before);
	error = serve_all(desk);
	counters_read(&gauge->files, cpus, 1, &report->after);
	gauge_look(gauge);
	counters_close(&gauge->files);
	count_frames(desk);
	return error;
}

static void describe(struct report *report, struct desk *desk, struct gauge *gauge)
{
	static struct setting settings[8];
	static struct series series[6];
	const struct setting all[] = {
		{"way", WAYS[way], 0},
		{"backing", KINDS[kind], 0},
		{"requests", NULL, requests},
		{"held", NULL, held},
		{"between", BETWEEN[between], 0},
		{"cpus", cpus_text ? cpus_text : "all", 0},
		{"place", desk->hidden ? strerrorname_np(-desk->hidden) : "seen", 0},
		{NULL, NULL, 0},
	};
	const struct series found[] = {
		{"opening", 0, 1, &desk->opening, false},      {"request", 0, requests, desk->ticks, false},
		{"level2_splits", 0, 1, &gauge->level2, true}, {"level3_splits", 0, 1, &gauge->level3, true},
		{"frames", 0, 1, &desk->frames, true},         {"blocks", 0, 1, &desk->blocks, true},
	};
	memcpy(settings, all, sizeof(all));
	memcpy(series, found, sizeof(found));
	report->settings = settings;
	report->series = series;
	report->series_count = desk->hidden ? 4 : 6;
}

static int measure(const struct cpu_list *cpus, struct report *report)
{
	static struct gauge gauge;
	static struct desk desk;
	int error = set_up(&desk);
	error = error ? error : time_requests(&desk, &gauge, cpus, report);
	close_desk(&desk);
	if (error)
		return report_refusal(PROGRAM, desk.step, error, "a page could not be had, or splits are not counted");
	describe(report, &desk, &gauge);
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	const struct measurement measurement = {
		.table = &TABLE, .samples_path = &samples_path, .cpus_text = &cpus_text, .work = measure};
	return measurement_run(&measurement, argc, argv);
}
