/* What stands for directmap.c where there is no libbpf, no clang to compile its BPF programs, or no x86-64. */
#include <errno.h>

#include "directmap.h"

int directmap_open(struct directmap *map, const char **step)
{
	*map = (struct directmap){.object = NULL};
	*step = "bpf-built";
	return -ENOSYS;
}

void directmap_close(struct directmap *map)
{
	(void)map;
}

struct pagetable directmap_tables(struct directmap *map)
{
	(void)map;
	return (struct pagetable){.fetch = NULL};
}

int directmap_read(struct directmap *map, const uint64_t *frame, uint64_t count, uint64_t *word, bool *failed)
{
	(void)map, (void)frame, (void)count, (void)word, (void)failed;
	return -ENOSYS;
}

int directmap_follow(const struct directmap *map, uint64_t *at, uint64_t count, uint64_t *ns)
{
	(void)map, (void)at, (void)count, (void)ns;
	return -ENOSYS;
}

int directmap_read_user(const struct directmap *map, const void *address, bool may_sleep, uint64_t *word)
{
	(void)map, (void)address, (void)may_sleep, (void)word;
	return -ENOSYS;
}
