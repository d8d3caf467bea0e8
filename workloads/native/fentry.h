/*
 * Whether the kernel lets a BPF program be attached at the entry of one of its functions (fentry, Linux 5.5).
 *
 * Nothing of the lab depends on it: some kernels refuse it even to root. It is tried only where that was asked for, for
 * it changes the kernel's code while it is attached.
 */
#ifndef LAB_FENTRY_H
#define LAB_FENTRY_H

/* Returns 0, or -errno with the step: "bpf-built" (no libbpf), "btf" (no such function), "bpf-load", "attach". */
int fentry_try(const char *function, const char **step);

#endif
