#include "course.h"

#include <errno.h>

#include "memory.h"

int course_open(uint64_t budget_bytes, uint64_t step_pages, uint64_t most_steps, struct course *course)
{
	*course = (struct course){.step_pages = step_pages, .most_steps = most_steps};
	uint64_t *room = populated(STEP_READINGS * most_steps * sizeof(*room));
	if (!room)
		return -ENOMEM;
	for (int i = 0; i < STEP_READINGS; i++)
		course->reading[i] = room + (uint64_t)i * most_steps;
	return gauge_open(budget_bytes, &course->gauge);
}

void course_begin(struct course *course)
{
	course->level2_origin = course->gauge.level2;
	course->level3_origin = course->gauge.level3;
	course->touched = course->peak = course->held;
	course->steps = 0;
}

void course_read(struct course *course)
{
	const uint64_t now[] = {course->touched * 4096, course->peak * 4096,
				course->gauge.level2 - course->level2_origin,
				course->gauge.level3 - course->level3_origin};
	const bool is_same = course->steps && course->reading[TOUCHED_BYTES][course->steps - 1] == now[TOUCHED_BYTES];
	if (is_same || course->steps == course->most_steps)
		course->steps--;
	for (int i = 0; i < STEP_READINGS; i++)
		course->reading[i][course->steps] = now[i];
	course->steps++;
}

static uint64_t least(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

int course_go(struct course *course, course_touch touch, void *context, uint64_t pages)
{
	while (pages && !course_stopped(course)) {
		const uint64_t to_step = course->step_pages - course->touched % course->step_pages;
		const uint64_t some = least(pages, least(to_step, gauge_pages(&course->gauge)));
		const int error = touch(context, some);
		if (error)
			return error;
		gauge_look(&course->gauge);
		course->touched += some;
		course->held += some;
		course->peak = course->held > course->peak ? course->held : course->peak;
		pages -= some;
		if (some == to_step || course_stopped(course))
			course_read(course);
	}
	return 0;
}

bool course_stopped(const struct course *course)
{
	return gauge_pages(&course->gauge) == 0;
}
