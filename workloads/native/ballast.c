#include "ballast.h"

#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096, PIPE_BYTES = 1 << 20, KEPT_EVERY = 8 };

/* A whole page written to a pipe that nobody reads takes a page of its own, until the pipe is full. */
static bool push(const struct ballast *ballast)
{
	static const char page[PAGE_BYTES];
	return ballast->count && write(ballast->pipe[ballast->count - 1].writer, page, PAGE_BYTES) == PAGE_BYTES;
}

/* The wider size is refused beyond /proc/sys/fs/pipe-user-pages-soft: then a pipe holds 64 KB, or less. */
static bool add_pipe(struct ballast *ballast)
{
	int ends[2];
	if (ballast->count == MOST_PIPES || pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return false;
	fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES);
	ballast->pipe[ballast->count++] = (struct pipe){ends[0], ends[1]};
	return true;
}

static bool take(struct ballast *ballast)
{
	return push(ballast) || (add_pipe(ballast) && push(ballast));
}

uint64_t ballast_shift(uint64_t pages, struct ballast *kept)
{
	struct ballast given = {.count = 0};
	uint64_t taken = 0;
	while (taken < pages && take(&given))
		if (++taken % (KEPT_EVERY - 1) == 0 && !take(kept))
			break;
	ballast_drop(&given);
	return taken;
}

void ballast_drop(struct ballast *ballast)
{
	while (ballast->count) {
		const struct pipe *last = &ballast->pipe[--ballast->count];
		close(last->reader);
		close(last->writer);
	}
}
