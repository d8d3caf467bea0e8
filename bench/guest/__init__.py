"""Other kernels: booted in qemu with the lab's programs alone, asked what they support, and switched off again."""
