#include "limit.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "memory.h"

enum { PAGE_BYTES = 4096, ROOM_PAGES = 4 };
enum verdict { ALLOWED, REFUSED_AT_MMAP, REFUSED_AT_FAULT, NO_ANSWER };

static int drop_ipc_lock(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	if (syscall(SYS_capget, &header, data))
		return -errno;
	data[0].effective &= ~(1u << CAP_IPC_LOCK);
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

/* Lowering the soft limit needs no privilege, and makes a few pages enough to meet it. */
static int lower_limit(void)
{
	struct rlimit limit;
	getrlimit(RLIMIT_MEMLOCK, &limit);
	limit.rlim_cur = ROOM_PAGES * PAGE_BYTES;
	return setrlimit(RLIMIT_MEMLOCK, &limit) ? -errno : 0;
}

/* Map and touch so many secret pages; a touch that is refused ends the process by SIGBUS. */
static enum verdict take(int pages)
{
	const char *step;
	struct region region;
	const int error = region_map(backing_find("secret"), (size_t)pages * PAGE_BYTES, &region, &step);
	if (error)
		return error == -EAGAIN ? REFUSED_AT_MMAP : NO_ANSWER;
	region_touch(&region, PAGE_BYTES, (size_t)pages);
	return ALLOWED;
}

/* In a child: give up the capability where asked, lower the limit, take pages, and hold them until `hold` is closed. */
static _Noreturn void take_in_child(bool unprivileged, int pages, int answer, int hold)
{
	signal(SIGBUS, SIG_DFL);
	prctl(PR_SET_DUMPABLE, 0); /* no core file of a refusal */
	char verdict = NO_ANSWER, byte;
	if (!(unprivileged && drop_ipc_lock()) && !lower_limit())
		verdict = (char)take(pages);
	if (write(answer, &verdict, 1) == 1 && read(hold, &byte, 1) < 0)
		_exit(EXIT_FAILURE);
	_exit(EXIT_SUCCESS);
}

struct taker {
	pid_t pid;
	int answer, hold;
};

/* Returns 0 or -errno, with no descriptor left open. */
static int start_taker(struct taker *taker, bool unprivileged, int pages)
{
	int answer[2], hold[2];
	if (pipe(answer))
		return -errno;
	CLOSED const int answering = answer[1];
	if (pipe(hold)) {
		close(answer[0]);
		return -EMFILE;
	}
	CLOSED const int holding = hold[0];
	*taker = (struct taker){.pid = fork(), .answer = answer[0], .hold = hold[1]};
	if (taker->pid == 0) {
		close(taker->answer);
		close(taker->hold);
		take_in_child(unprivileged, pages, answering, holding);
	}
	if (taker->pid > 0)
		return 0;
	close(taker->answer);
	close(taker->hold);
	return -EAGAIN;
}

/* Death before the answer is the SIGBUS of a refused fault. */
static enum verdict read_verdict(const struct taker *taker)
{
	char verdict;
	return read(taker->answer, &verdict, 1) == 1 ? (enum verdict)verdict : REFUSED_AT_FAULT;
}

static void end_taker(const struct taker *taker)
{
	close(taker->hold);
	close(taker->answer);
	waitpid(taker->pid, NULL, 0);
}

static enum verdict try_pages(bool unprivileged, int pages)
{
	struct taker taker;
	if (start_taker(&taker, unprivileged, pages))
		return NO_ANSWER;
	const enum verdict verdict = read_verdict(&taker);
	end_taker(&taker);
	return verdict;
}

/* While one process holds all that the limit allows: may another of the same user have a page? */
static const char *find_scope(void)
{
	static const char *const scopes[] = {[ALLOWED] = "process",
					     [REFUSED_AT_MMAP] = "user",
					     [REFUSED_AT_FAULT] = "user",
					     [NO_ANSWER] = "unknown"};
	struct taker holder;
	if (start_taker(&holder, true, ROOM_PAGES))
		return "unknown";
	const bool holds = read_verdict(&holder) == ALLOWED;
	const char *scope = scopes[holds ? try_pages(true, 1) : NO_ANSWER];
	end_taker(&holder);
	return scope;
}

struct memlock memlock_find(void)
{
	static const char *const regimes[] = {
		[ALLOWED] = "none", [REFUSED_AT_MMAP] = "mmap", [REFUSED_AT_FAULT] = "fault", [NO_ANSWER] = "unknown"};
	const enum verdict without = try_pages(true, ROOM_PAGES + 1);
	const bool limited = without == REFUSED_AT_MMAP || without == REFUSED_AT_FAULT;
	return (struct memlock){
		.bypassed = try_pages(false, ROOM_PAGES + 1) == ALLOWED,
		.regime = regimes[without],
		.scope = limited ? find_scope() : "unknown",
	};
}
