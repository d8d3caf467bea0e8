#include "use.h"

#include <errno.h>

enum { REGION_PAGES = 512 };

static bool goes_on(const struct use *use)
{
	return !course_stopped(&use->course) && !use->short_of_memory;
}

/* 1 to 64 pages, each power of two as often as any other. */
static uint64_t draw_pages(struct use *use, uint64_t most)
{
	const uint64_t pages = 1ull << random_below(&use->random, 7);
	return pages < most ? pages : most;
}

static int have_mixed(struct use *use)
{
	int error = 0;
	while (!error && goes_on(use) && use->areas.pages < use->pages)
		error = areas_add(&use->areas, &use->course, draw_pages(use, use->pages - use->areas.pages));
	return error;
}

/* A quarter at most is held at a time; what is given up next is drawn, and so is whether something is. */
static int churn(struct use *use)
{
	const uint64_t most = use->pages > 4 ? use->pages / 4 : 1;
	const uint64_t end = use->course.touched + use->pages;
	int error = 0;
	while (!error && goes_on(use) && use->course.touched < end) {
		const uint64_t left = end - use->course.touched, pages = draw_pages(use, left < most ? left : most);
		if (use->areas.count && (use->areas.pages + pages > most || random_below(&use->random, 2)))
			areas_drop(&use->areas, &use->course, random_below(&use->random, use->areas.count));
		else
			error = areas_add(&use->areas, &use->course, pages);
	}
	return error;
}

static int have_in_processes(struct use *use)
{
	const int error = crew_open(use->processes, use->pages, use->cpus, &use->crew);
	return error ? error : course_go(&use->course, crew_touch, &use->crew, use->pages);
}

static void plug_some(struct use *use, uint64_t pages)
{
	use->short_of_memory |= plug_take(&use->plug, pages) < pages;
}

/*
 * First all pieces, and then one page at a time. Where it split a block, all else of the block is used up, and the next page has to come from
 * another. Where it did not, it is given up, and so is the block.
 */
static int steer(struct use *use, uint64_t hits, bool hold)
{
	const uint64_t whole = REGION_PAGES;
	use->short_of_memory |= !plug_take_pieces(&use->plug);
	while (hits && goes_on(use)) {
		const uint64_t before = use->course.gauge.level2;
		const int error = areas_add(&use->areas, &use->course, 1);
		if (error)
			return error;
		const bool hit = use->course.gauge.level2 > before;
		if (hit)
			course_read(&use->course);
		if (!hit || !hold)
			areas_drop(&use->areas, &use->course, use->areas.count - 1);
		plug_some(use, hit && hold ? whole - 1 : whole);
		hits -= hit;
	}
	return 0;
}

int use_up_ground(struct use *use)
{
	const int error = steer(use, 1, false);
	return error ? error : use->course.gauge.level2 ? 0 : -EOPNOTSUPP;
}

int use_go(struct use *use)
{
	switch (use->kind) {
	case ONE_SIZE:
		return areas_add(&use->areas, &use->course, use->pages);
	case MIXED:
		return have_mixed(use);
	case CHURN:
		return churn(use);
	case PROCESSES:
		return have_in_processes(use);
	case STEERED:
	case STEERED_ONE:
		return steer(use, use->pages, use->kind == STEERED);
	}
	return -EINVAL;
}

int64_t use_frames(struct use *use, uint64_t *frame)
{
	return use->crew.count ? crew_frames(&use->crew, frame) : areas_frames(&use->areas, frame);
}

void use_let_go(struct use *use)
{
	areas_drop_all(&use->areas, &use->course);
	use->course.held = 0;
	crew_close(&use->crew);
}

const char *use_step(const struct use *use)
{
	return use->crew.step ? *use->crew.step : use->areas.step;
}
