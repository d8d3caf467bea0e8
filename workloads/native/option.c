#include "option.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMN = 26 };

static void print_choices(FILE *out, const struct option_spec *option)
{
	for (int i = 0; option->choices[i]; i++)
		fprintf(out, "%s%s", i ? "|" : "", option->choices[i]);
}

static void print_default(FILE *out, const struct option_spec *option)
{
	if (option->kind == OPTION_NUMBER)
		fprintf(out, " [%llu]", (unsigned long long)*option->number);
	else if (option->kind == OPTION_CHOICE)
		fprintf(out, " [%s]", option->choices[*option->number]);
}

static void print_help(const struct option_table *table)
{
	printf("%s: %s\n\nOptions [default]:\n", table->program, table->title);
	for (const struct option_spec *option = table->options; option->name; option++) {
		printf("  --%-*s%s", COLUMN - 4, option->name, option->help);
		print_default(stdout, option);
		if (option->kind == OPTION_CHOICE) {
			printf("\n%*s", COLUMN, "");
			print_choices(stdout, option);
		}
		putchar('\n');
	}
	printf("  --%-*sprint this\n", COLUMN - 4, "help");
	printf("\nExample:\n  %s\n\n", table->example);
	printf("Prints one line of JSON. Ends with 0: ok, 1: failed, 2: wrong options, 3: not supported here.\n");
}

static const struct option_spec *find_option(const struct option_table *table, const char *word)
{
	const size_t length = strcspn(word, "=");
	for (const struct option_spec *option = table->options; option->name; option++)
		if (strlen(option->name) == length && !strncmp(option->name, word, length))
			return option;
	return NULL;
}

static int complain(const struct option_table *table, const char *what, const char *word)
{
	fprintf(stderr, "%s: %s: %s; see %s --help\n", table->program, word, what, table->program);
	return -EINVAL;
}

static int read_number(const struct option_table *table, const struct option_spec *option, const char *value)
{
	char *end;
	errno = 0;
	const unsigned long long number = strtoull(value, &end, 10);
	if (errno || *end || value[0] < '0' || value[0] > '9' || number < option->least || number > option->most) {
		fprintf(stderr, "%s: --%s takes a whole number from %llu to %llu, not '%s'\n", table->program,
			option->name, (unsigned long long)option->least, (unsigned long long)option->most, value);
		return -EINVAL;
	}
	*option->number = number;
	return 0;
}

static int read_choice(const struct option_table *table, const struct option_spec *option, const char *value)
{
	for (int i = 0; option->choices[i]; i++) {
		if (!strcmp(option->choices[i], value)) {
			*option->number = (uint64_t)i;
			return 0;
		}
	}
	fprintf(stderr, "%s: --%s takes ", table->program, option->name);
	print_choices(stderr, option);
	fprintf(stderr, ", not '%s'\n", value);
	return -EINVAL;
}

static int read_value(const struct option_table *table, const struct option_spec *option, const char *value)
{
	if (option->kind == OPTION_NUMBER)
		return read_number(table, option, value);
	if (option->kind == OPTION_CHOICE)
		return read_choice(table, option, value);
	*option->text = value;
	return 0;
}

/* Read one option, and move past its value where that is a word of its own. */
static int read_option(const struct option_table *table, char **argv, int *at)
{
	const char *word = argv[*at];
	const struct option_spec *option = strncmp(word, "--", 2) ? NULL : find_option(table, word + 2);
	if (!option)
		return complain(table, "no such option", word);
	const char *value = strchr(word, '=');
	if (option->kind == OPTION_SWITCH) {
		*option->number = 1;
		return value ? complain(table, "takes no value", word) : 0;
	}
	value = value ? value + 1 : argv[++*at];
	return value ? read_value(table, option, value) : complain(table, "wants a value", word);
}

int options_read(const struct option_table *table, int argc, char **argv)
{
	for (int at = 1; at < argc; at++) {
		if (!strcmp(argv[at], "--help") || !strcmp(argv[at], "-h")) {
			print_help(table);
			return 1;
		}
		const int error = read_option(table, argv, &at);
		if (error)
			return error;
	}
	return 0;
}
