/* A memory group: a control group of version 1 or 2, made by whoever called; this only joins it and reads it. */
#ifndef LAB_GROUP_H
#define LAB_GROUP_H

#include <stdint.h>

/* Put this process into the group: what it touches from then on is charged there. Returns 0 or -errno. */
int group_enter(const char *folder);
/* Set the most that may be charged. Returns 0 or -errno. */
int group_limit(const char *folder, uint64_t bytes);
/* What is charged now; UINT64_MAX where that cannot be read. */
uint64_t group_used(const char *folder);
/* A row of memory.stat; UINT64_MAX where there is none of that name. */
uint64_t group_row(const char *folder, const char *name);

#endif
