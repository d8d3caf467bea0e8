#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "keeper.h"
#include "parent.h"
#include "word.h"

enum { ORDINARY_USER = 65534, PATIENCE_S = 10, HAVE = 'h', LOOK = 'l' };

/* What an attempt's processes share. */
struct play {
	struct target target;
	int outcome;      /* what the attempt returned */
	int error;        /* why there is no memory to try it on */
	const char *step; /* of this image, so it means the same in every process */
};

bool stage_suits(const struct stage *stage, const struct way *way)
{
	if ((way->by & FILE_TOO) && !stage->backing->create)
		return false;
	if (stage->who == ROOT_USER)
		return true;
	return !(way->by & ROOT) && (way->by & (stage->who == OTHER ? OUTSIDE : OWN));
}

int stage_open(struct stage *stage, const char **step)
{
	*step = "malloc";
	stage->hold = -1;
	stage->play = mmap(NULL, sizeof(*stage->play), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stage->play == MAP_FAILED) {
		stage->play = NULL;
		return -errno;
	}
	char *folder = stage->play->target.folder;
	const int length =
		snprintf(folder, sizeof(stage->play->target.folder), "%s/secretmem-lab-access-XXXXXX", stage->folder);
	*step = "folder";
	if (length >= (int)sizeof(stage->play->target.folder))
		return -ENAMETOOLONG;
	if (!mkdtemp(folder) || (stage->drops && chown(folder, ORDINARY_USER, ORDINARY_USER)))
		return -errno;
	stage->hold = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (stage->hold < 0)
		return -errno;
	(void)flock(stage->hold, LOCK_EX | LOCK_NB); /* a file system without locks: then nobody takes it away */
	return 0;
}

void stage_close(struct stage *stage)
{
	if (!stage->play)
		return;
	rmdir(stage->play->target.folder);
	close_descriptor(&stage->hold);
	munmap(stage->play, sizeof(*stage->play));
}

/* A process that changed its user may not be looked into by that user, and no longer follows its parent, until told. */
static int become_ordinary(void)
{
	const pid_t parent = getppid();
	if (setgroups(0, NULL) || setresgid(ORDINARY_USER, ORDINARY_USER, ORDINARY_USER) ||
	    setresuid(ORDINARY_USER, ORDINARY_USER, ORDINARY_USER) || prctl(PR_SET_DUMPABLE, 1))
		return -errno;
	return parent_follow(parent);
}

static int have_memory(struct stage *stage)
{
	struct play *play = stage->play;
	struct region region;
	const int error = region_map(stage->backing, (size_t)PAGES * PAGE_BYTES, &region, &play->step);
	if (error)
		return error;
	play->step = "touch";
	play->error = -EFAULT; /* where the touch is refused by SIGBUS */
	for (int page = 0; page < PAGES; page++)
		*(volatile uint64_t *)(region.address + (size_t)page * PAGE_BYTES) = play->target.word;
	play->target.address = region.address;
	play->target.bytes = region.bytes;
	play->target.descriptor = region.descriptor;
	play->target.owner = getpid();
	play->error = 0;
	return 0;
}

static bool is_written(const struct target *target)
{
	return word_at(target->address) == target->other;
}

/* In the keeper, who has what another process tries to get. Returns 1 where the word is another by now. */
static int own(char wish, void *context)
{
	struct stage *stage = context;
	if (wish == LOOK)
		return is_written(&stage->play->target);
	int error = stage->drops ? become_ordinary() : 0;
	if (!error && stage->guarded)
		error = prctl(PR_SET_DUMPABLE, 0) ? -errno : 0;
	return error ? error : have_memory(stage);
}

/* In a process of its own; a child does not find the pages mapped before it has touched them. */
static void attempt(struct play *play, const struct way *way, bool looks)
{
	alarm(PATIENCE_S);
	if (looks)
		(void)word_at(play->target.address);
	const int outcome = way->attempt(&play->target, way->argument);
	if (outcome == REACHED && looks && (way->by & WRITES) && !is_written(&play->target))
		play->outcome = -WITHOUT_EFFECT;
	else
		play->outcome = outcome;
}

/* Nothing is left to report of an attempt that was ended by a signal but the signal. */
static void await(struct play *play, pid_t child)
{
	int status;
	if (child < 0 || waitpid(child, &status, 0) != child)
		play->error = -EAGAIN;
	else if (WIFSIGNALED(status))
		play->outcome = -(KILLED + WTERMSIG(status));
}

static void attempt_as_child(struct play *play, const struct way *way)
{
	const pid_t parent = getpid(), child = fork();
	if (child == 0) {
		play->target.owner = getpid();
		if (!parent_follow(parent))
			attempt(play, way, true);
		_exit(EXIT_SUCCESS);
	}
	await(play, child);
}

static _Noreturn void act(struct stage *stage, const struct way *way, bool has_own, pid_t parent)
{
	struct play *play = stage->play;
	signal(SIGBUS, SIG_DFL);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, RLIM_INFINITY}); /* a crash is an outcome; core.c allows it itself */
	play->step = "fork";
	play->error = parent_follow(parent);
	if (!play->error && stage->drops && stage->who != ROOT_USER)
		play->error = become_ordinary();
	if (!play->error && has_own)
		play->error = have_memory(stage);
	if (play->error)
		_exit(EXIT_FAILURE);
	if (stage->who == CHILD)
		attempt_as_child(play, way);
	else
		attempt(play, way, has_own);
	_exit(EXIT_SUCCESS);
}

/* Each attempt has a word of its own, so that it cannot find what another left. */
static void prepare(struct stage *stage)
{
	struct target *target = &stage->play->target;
	target->word = word_of(stage->nonce, 0);
	target->other = word_of(stage->nonce, 1);
	target->given = 0;
	stage->nonce += 2;
	stage->play->outcome = stage->play->error = 0;
}

static void attempt_outside(struct stage *stage, const struct way *way, struct keeper *keeper)
{
	struct play *play = stage->play;
	const pid_t parent = getpid(), actor = fork();
	if (actor == 0)
		act(stage, way, false, parent);
	await(play, actor);
	if (!play->error && play->outcome == REACHED && (way->by & WRITES) && keeper_ask(keeper, LOOK) != 1)
		play->outcome = -WITHOUT_EFFECT;
}

static void play_outside(struct stage *stage, const struct way *way)
{
	struct keeper keeper ENDED;
	stage->play->step = "fork";
	int error = keeper_start(&keeper, own, stage);
	if (!error)
		error = keeper_ask(&keeper, HAVE);
	if (error)
		stage->play->error = error;
	else
		attempt_outside(stage, way, &keeper);
}

static void play_own(struct stage *stage, const struct way *way)
{
	const pid_t parent = getpid(), actor = fork();
	if (actor == 0)
		act(stage, way, true, parent);
	await(stage->play, actor);
}

int stage_try(struct stage *stage, const struct way *way, uint64_t *outcome, const char **step)
{
	prepare(stage);
	if (stage->who == OTHER || (stage->who == ROOT_USER && (way->by & OUTSIDE)))
		play_outside(stage, way);
	else
		play_own(stage, way);
	*step = stage->play->step;
	*outcome = (uint64_t)-stage->play->outcome;
	return stage->play->error;
}
