#include "attempt.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "parent.h"

static int read_capabilities(struct __user_cap_data_struct *data)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	return syscall(SYS_capget, &header, data) ? -errno : 0;
}

static int drop_capability(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	const int error = read_capabilities(data);
	if (error)
		return error;
	data[0].effective &= ~(1u << CAP_IPC_LOCK);
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

static bool is_capable(void)
{
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	return !read_capabilities(data) && (data[0].effective >> CAP_IPC_LOCK & 1);
}

/* Lowering the soft limit needs no privilege, and makes a few pages enough to meet it. */
static int lower_limit(void)
{
	struct rlimit limit;
	getrlimit(RLIMIT_MEMLOCK, &limit);
	limit.rlim_cur = LIMIT_PAGES * 4096;
	return setrlimit(RLIMIT_MEMLOCK, &limit) ? -errno : 0;
}

static _Noreturn void work_in_child(const struct attempt *attempt, struct outcome *outcome)
{
	signal(SIGBUS, SIG_DFL);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* no core file of a refusal */
	outcome->step = "setrlimit";
	outcome->error = attempt->capable ? 0 : drop_capability();
	if (!outcome->error)
		outcome->error = lower_limit();
	if (!outcome->error)
		outcome->error = attempt->work(&outcome->step);
	_exit(EXIT_SUCCESS);
}

/* One that was refused a page has died of it, and told nothing. */
static int wait_for(pid_t child, struct outcome *outcome)
{
	int status;
	if (waitpid(child, &status, 0) != child)
		return -errno;
	if (!WIFSIGNALED(status))
		return 0;
	outcome->error = -EFAULT;
	return WTERMSIG(status) == SIGBUS ? 0 : -ECHILD;
}

int attempt_make(const struct attempt *attempt, struct outcome *outcome, const char **step)
{
	const pid_t parent = getpid();
	*step = "capability";
	if (attempt->capable && !is_capable())
		return -EPERM;
	struct outcome *told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	*step = "fork";
	if (told == MAP_FAILED)
		return -errno;
	const pid_t child = fork();
	if (child == 0) {
		if (parent_follow(parent))
			_exit(EXIT_FAILURE);
		work_in_child(attempt, told);
	}
	const int error = child < 0 ? -errno : wait_for(child, told);
	*outcome = *told;
	munmap(told, sizeof(*told));
	return error;
}
