/* A program's options as a table: read, checked and explained from the same place. */
#ifndef LAB_OPTION_H
#define LAB_OPTION_H

#include <stdint.h>

enum option_kind { OPTION_NUMBER, OPTION_CHOICE, OPTION_TEXT, OPTION_SWITCH };

struct option_spec {
	const char *name;
	enum option_kind kind;
	const char *help;
	const char *const *choices; /* ends with NULL; a choice's value is its index */
	uint64_t least, most;       /* of a number */
	uint64_t *number;           /* of a number, a choice, a switch; holds the default */
	const char **text;
};

struct option_table {
	const char *program;
	const char *title;
	const char *example;
	const struct option_spec *options; /* ends with a NULL name */
};

/* The rows of a table. */
#define NUMBER_OPTION(called, where, lowest, highest, told)                                                            \
	{.name = called, .kind = OPTION_NUMBER, .help = told, .least = lowest, .most = highest, .number = where}
#define CHOICE_OPTION(called, where, names, told)                                                                      \
	{.name = called, .kind = OPTION_CHOICE, .help = told, .choices = names, .number = where}
#define TEXT_OPTION(called, where, told) {.name = called, .kind = OPTION_TEXT, .help = told, .text = where}
#define SWITCH_OPTION(called, where, told) {.name = called, .kind = OPTION_SWITCH, .help = told, .number = where}

/* Read the command line. 0: go on; 1: the help was printed; -EINVAL: a line on stderr said what is wrong. */
int options_read(const struct option_table *table, int argc, char **argv);

#endif
