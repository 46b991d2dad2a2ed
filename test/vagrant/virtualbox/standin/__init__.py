"""A stand-in for VirtualBox: its command, its machines and its host-only networks, with QEMU underneath."""
