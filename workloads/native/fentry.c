#include "fentry.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdarg.h>

#include "cleanup.h"

static int say_nothing(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level, (void)format, (void)arguments;
	return 0;
}

int fentry_try(const char *function, const char **step)
{
	const struct bpf_insn nothing[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0}, /* return 0 */
		{.code = BPF_JMP | BPF_EXIT},
	};
	libbpf_set_print(say_nothing);
	*step = "btf";
	const int type = libbpf_find_vmlinux_btf_id(function, BPF_TRACE_FENTRY);
	if (type < 0)
		return type;
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_FENTRY,
		    .attach_btf_id = (unsigned int)type);
	*step = "bpf-load";
	CLOSED const int program =
		bpf_prog_load(BPF_PROG_TYPE_TRACING, "lab_fentry", "Dual MIT/GPL", nothing, 2, &options);
	if (program < 0)
		return program;
	*step = "attach";
	CLOSED const int attached = bpf_raw_tracepoint_open(NULL, program);
	return attached < 0 ? attached : 0;
}
