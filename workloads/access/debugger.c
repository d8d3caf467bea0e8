/* A debugger: it peeks, it pokes, and it has the owner itself hand over what it may not take. */
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#include "way.h"

static int attach(pid_t owner)
{
	int status;
	if (ptrace(PTRACE_ATTACH, owner, 0, 0))
		return -errno;
	return waitpid(owner, &status, __WALL) == owner && WIFSTOPPED(status) ? 0 : -ESRCH;
}

static int peek(struct target *target, int argument)
{
	(void)argument;
	int error = attach(target->owner);
	if (error)
		return error;
	errno = 0;
	const long word = ptrace(PTRACE_PEEKDATA, target->owner, target->address, 0);
	error = -errno;
	ptrace(PTRACE_DETACH, target->owner, 0, 0);
	return error ? error : judge(target, (uint64_t)word);
}

static int poke(struct target *target, int argument)
{
	(void)argument;
	int error = attach(target->owner);
	if (error)
		return error;
	if (ptrace(PTRACE_POKEDATA, target->owner, target->address, target->other))
		error = -errno;
	ptrace(PTRACE_DETACH, target->owner, 0, 0);
	return error;
}

#ifdef __x86_64__
enum { RED_ZONE = 256 };

/* Done by the owner, where the debugger sends it; the trap says that it is done. `target` is shared. */
__attribute__((noinline)) static void hand_over(struct target *target)
{
	target->given = word_at(target->address);
	__builtin_trap();
}

/* All processes of an attempt were forked from one, so that the function is at the same address in each. */
static int run_in(struct target *target, struct user_regs_struct registers)
{
	int status;
	struct iovec set = {&registers, sizeof(registers)};
	registers.rip = (uintptr_t)hand_over;
	registers.rdi = (uintptr_t)target;
	registers.rsp = ((registers.rsp - RED_ZONE) & ~15ull) - 8;
	registers.orig_rax = (unsigned long long)-1; /* no system call to go on with */
	if (ptrace(PTRACE_SETREGSET, target->owner, NT_PRSTATUS, &set) || ptrace(PTRACE_CONT, target->owner, 0, 0))
		return -errno;
	if (waitpid(target->owner, &status, __WALL) != target->owner || !WIFSTOPPED(status))
		return -ESRCH;
	return WSTOPSIG(status) == SIGILL ? judge(target, target->given) : -WITHOUT_EFFECT;
}

static int have_it_given(struct target *target, int argument)
{
	struct user_regs_struct before;
	struct iovec set = {&before, sizeof(before)};
	(void)argument;
	int error = attach(target->owner);
	if (error)
		return error;
	error = ptrace(PTRACE_GETREGSET, target->owner, NT_PRSTATUS, &set) ? -errno : run_in(target, before);
	ptrace(PTRACE_SETREGSET, target->owner, NT_PRSTATUS, &set);
	ptrace(PTRACE_DETACH, target->owner, 0, 0);
	return error;
}
#else
static int have_it_given(struct target *target, int argument)
{
	(void)target, (void)argument;
	return not_here(ENOSYS);
}
#endif

const struct way DEBUGGER_WAYS[] = {
	{"ptrace_peek", FAMILY_OUTSIDE, OUTSIDE, peek, 0},
	{"ptrace_poke", FAMILY_OUTSIDE, OUTSIDE | WRITES, poke, 0},
	{"ptrace_call", FAMILY_TAKEOVER, OUTSIDE, have_it_given, 0},
	{0},
};
