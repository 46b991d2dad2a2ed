"""Whether text is an address, as it must be before a socket gets it: Python would ask a resolver for anything else."""
import functools
import socket


@functools.lru_cache(4096)
def is_ipv4(text):
    """Four numbers, and not the short forms of inet_aton(3)."""
    return is_of(socket.AF_INET, text)


def is_address(text):
    """IPv4, or IPv6 with or without a zone."""
    return is_ipv4(text) or is_of(socket.AF_INET6, text.partition('%')[0])


def is_of(family, text):
    try:
        socket.inet_pton(family, text)
        return True
    except (OSError, ValueError):
        return False
