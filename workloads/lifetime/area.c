#include "area.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "clock.h"
#include "frame.h"
#include "keeper.h"
#include "post.h"
#include "word.h"

/* Where a new image finds what came along: numbers that nothing else has. */
enum { NOTICE = 100, LEFT_OPEN = 101 };

static size_t notice_bytes(uint64_t pages)
{
	return sizeof(struct notice) + 2 * pages * sizeof(uint64_t);
}

static int map_notice(struct area *area, size_t bytes)
{
	area->notice = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, NOTICE, 0);
	return area->notice == MAP_FAILED ? -errno : 0;
}

static const struct area EMPTY = {.region = {.descriptor = -1}, .post = {-1, -1}, .line = {-1, -1}};

int area_open(struct area *area, const struct backing *backing, uint64_t pages, const struct cpu_list *cpus)
{
	const size_t bytes = notice_bytes(pages);
	*area = EMPTY;
	area->backing = backing;
	area->cpus = cpus;
	CLOSED const int file = memfd_create("notice", MFD_CLOEXEC);
	if (file < 0 || dup2(file, NOTICE) < 0 || ftruncate(NOTICE, (off_t)bytes))
		return -errno;
	const int error = map_notice(area, bytes);
	if (error)
		return error;
	*area->notice = (struct notice){.pages = pages, .nonce = clock_raw_ns(), .counter = clock_uses_counter};
	area->step = &area->notice->step;
	return 0;
}

/* In a new image, which has nothing but what came along. */
static int area_find(struct area *area)
{
	static const char *step;
	struct stat file;
	*area = EMPTY;
	area->step = &step;
	int error = fstat(NOTICE, &file) ? -errno : map_notice(area, (size_t)file.st_size);
	if (error)
		return error;
	clock_uses_counter = area->notice->counter;
	area->notice->open_after_execve = fcntl(LEFT_OPEN, F_GETFD) >= 0;
	if (area->notice->open_after_execve)
		area->region.descriptor = LEFT_OPEN;
	return 0;
}

void area_close(struct area *area)
{
	if (area->notice)
		munmap(area->notice, notice_bytes(area->notice->pages));
	area->notice = NULL;
	close(NOTICE);
}

void area_stamp(const struct area *area)
{
	area->notice->begun = clock_begin();
}

static size_t bytes_of(const struct area *area)
{
	return area->notice->pages * FRAME_BYTES;
}

/* What counts against RLIMIT_MEMLOCK of this process. */
static uint64_t locked_bytes(void)
{
	char line[128];
	unsigned long long kib = 0;
	FCLOSED FILE *file = fopen("/proc/self/status", "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "VmLck: %llu kB", &kib) == 1)
			break;
	return kib * 1024;
}

static int fill(struct area *area)
{
	struct notice *notice = area->notice;
	const int error = region_map(area->backing, bytes_of(area), &area->region, area->step);
	if (error)
		return error;
	*area->step = "touch";
	words_write(area->region.address, notice->pages, notice->nonce, 1, area->cpus);
	notice->locked_bytes = locked_bytes();
	*area->step = "pagemap";
	return frames_read(area->region.address, notice->pages, notice->frame);
}

static int check(struct area *area)
{
	struct notice *notice = area->notice;
	char *address = area->region.address;
	notice->locked_bytes = locked_bytes();
	*area->step = "mmap";
	if (!address)
		address = mmap(NULL, bytes_of(area), PROT_READ, MAP_SHARED, area->region.descriptor, 0);
	if (address == MAP_FAILED)
		return -errno;
	words_check(address, notice->pages, notice->nonce, area_same(area));
	if (!area->region.address)
		munmap(address, bytes_of(area));
	return 0;
}

static int give_up_mapping(struct area *area)
{
	area_stamp(area);
	const int error = munmap(area->region.address, bytes_of(area)) ? -errno : 0;
	area->region.address = NULL;
	return error;
}

static int give_up_descriptor(struct area *area)
{
	area_stamp(area);
	const int error = close(area->region.descriptor) ? -errno : 0;
	area->region.descriptor = -1;
	return error;
}

static int receive(struct area *area, bool stays)
{
	*area->step = "recvmsg";
	const int got = post_receive(area->post[1], stays);
	area->region.descriptor = got < 0 ? -1 : got;
	return got < 0 ? got : 0;
}

static int peek(struct area *area)
{
	int error = receive(area, true);
	if (error)
		return error;
	error = check(area);
	close(area->region.descriptor);
	area->region.descriptor = -1;
	return error;
}

static int leave_open(struct area *area)
{
	*area->step = "dup2";
	if (dup2(area->region.descriptor, LEFT_OPEN) < 0)
		return -errno;
	close(area->region.descriptor);
	area->region.descriptor = LEFT_OPEN;
	return 0;
}

/* A child that has this process's parent for its own, so that it can outlive this one and still be waited for. */
static int bear(struct area *area)
{
	*area->step = "clone";
	const long child = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
	if (child == 0) {
		close(area->line[0]);
		keeper_serve(area_work, area, area->line[1]);
	}
	area->notice->child = (pid_t)child;
	return child < 0 ? -errno : 0;
}

static _Noreturn void leave(const struct area *area)
{
	area_stamp(area);
	_exit(EXIT_SUCCESS);
}

static int hang_up(struct area *area)
{
	area_stamp(area);
	return close(area->post[1]) ? -errno : 0;
}

int area_work(char wish, void *context)
{
	struct area *area = context;
	const int error = area->notice ? 0 : area_find(area);
	if (error)
		return error;
	switch (wish) {
	case ARRIVE:
		return 0;
	case FILL:
		return fill(area);
	case CHECK:
		return check(area);
	case PEEK:
		return peek(area);
	case UNMAP:
		return give_up_mapping(area);
	case CLOSE:
		return give_up_descriptor(area);
	case SEND:
		*area->step = "sendmsg";
		return post_send(area->post[0], area->region.descriptor);
	case RECEIVE:
		return receive(area, false);
	case LEAVE_OPEN:
		return leave_open(area);
	case BEAR:
		return bear(area);
	case HANG_UP:
		return hang_up(area);
	case LEAVE:
		leave(area);
	default: /* an execve, of which nothing but the time is kept */
		area_stamp(area);
		return 0;
	}
}
