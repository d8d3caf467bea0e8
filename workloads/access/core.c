/* The core file of a process that crashes: whether the memory's bytes are in it. The kernel's core_pattern stays. */
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "way.h"

enum { MOST_CORE_BYTES = 256 << 20 };

/* A pattern that begins with | or / takes the file to where it is not ours to look or to tidy. */
static int refuse_pattern(void)
{
	char first = '|';
	CLOSED const int file = open("/proc/sys/kernel/core_pattern", O_RDONLY | O_CLOEXEC);
	if (file < 0 || read(file, &first, 1) != 1)
		return not_here(ENOENT);
	return first == '|' || first == '/' || first == '\n' ? not_here(EOPNOTSUPP) : 0;
}

static _Noreturn void crash(const struct target *target, const char *folder, int dodump)
{
	const struct rlimit room = {MOST_CORE_BYTES, MOST_CORE_BYTES};
	prctl(PR_SET_DUMPABLE, 1);
	if (chdir(folder) || setrlimit(RLIMIT_CORE, &room) ||
	    (dodump && madvise(target->address, target->bytes, MADV_DODUMP)))
		_exit(EXIT_FAILURE);
	signal(SIGABRT, SIG_DFL);
	abort();
}

/* The bytes at the memory's own address in the core. */
static int look_up(int core, const struct target *target)
{
	Elf64_Ehdr head;
	Elf64_Phdr part;
	uint64_t word = 0;
	if (pread(core, &head, sizeof(head), 0) != sizeof(head) || memcmp(head.e_ident, ELFMAG, SELFMAG))
		return not_here(ENOEXEC);
	for (int i = 0; i < head.e_phnum; i++) {
		if (pread(core, &part, sizeof(part), (off_t)(head.e_phoff + (uint64_t)i * sizeof(part))) !=
		    sizeof(part))
			return not_here(ENOEXEC);
		const uint64_t inside = (uintptr_t)target->address - part.p_vaddr;
		if (part.p_type == PT_LOAD && inside < part.p_filesz &&
		    pread(core, &word, sizeof(word), (off_t)(part.p_offset + inside)) == sizeof(word))
			return judge(target, word);
	}
	return -WITHOUT_EFFECT;
}

/* The only file of the folder, whatever the pattern calls it; it is deleted. */
static int open_only_file(const char *folder)
{
	DIR *entries = opendir(folder);
	int file = -1;
	errno = ENOENT;
	for (struct dirent *entry; entries && file < 0 && (entry = readdir(entries));) {
		if (entry->d_name[0] == '.')
			continue;
		file = openat(dirfd(entries), entry->d_name, O_RDONLY | O_CLOEXEC);
		unlinkat(dirfd(entries), entry->d_name, 0);
	}
	if (entries)
		closedir(entries);
	return file;
}

static int find_in_core(const struct target *target, const char *folder, int dodump)
{
	int status;
	const pid_t child = fork();
	if (child == 0)
		crash(target, folder, dodump);
	if (child < 0 || waitpid(child, &status, 0) != child)
		return not_here(errno);
	if (!WIFSIGNALED(status))
		return not_here(EINVAL);
	CLOSED const int core = open_only_file(folder);
	return core < 0 ? not_here(errno) : look_up(core, target);
}

static int dump(struct target *target, int dodump)
{
	char folder[sizeof(target->folder) + 16];
	int error = refuse_pattern();
	snprintf(folder, sizeof(folder), "%s/core-XXXXXX", target->folder);
	if (!error && !mkdtemp(folder))
		error = not_here(errno);
	if (error)
		return error;
	error = find_in_core(target, folder, dodump);
	rmdir(folder);
	return error;
}

/* Whether the kernel means to dump it at all: "dd" says not. */
static int is_meant(struct target *target, int argument)
{
	const int found = has_flag(target->owner, target->address, " dd");
	(void)argument;
	return found < 0 ? not_here(-found) : found ? -WITHOUT_EFFECT : REACHED;
}

const struct way CORE_WAYS[] = {
	{"core_flag", FAMILY_CORE, OWN | OUTSIDE, is_meant, 0},
	{"core_dump", FAMILY_CORE, OWN, dump, false},
	{"core_dodump", FAMILY_CORE, OWN, dump, true},
	{0},
};
