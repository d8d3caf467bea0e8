/* Release what a function took, on every path out of it. */
#ifndef LAB_CLEANUP_H
#define LAB_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void close_descriptor(const int *descriptor)
{
	if (*descriptor >= 0)
		close(*descriptor);
}

static inline void free_pointer(void *pointer)
{
	free(*(void **)pointer);
}

static inline void close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

#define CLOSED __attribute__((cleanup(close_descriptor)))
#define FREED __attribute__((cleanup(free_pointer)))
#define FCLOSED __attribute__((cleanup(close_file)))

#endif
