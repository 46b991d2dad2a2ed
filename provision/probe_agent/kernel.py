"""What Python 3.7's library lacks of the kernel's interface."""
import ctypes
import os
import resource
import socket
import struct

CLONE_NEWNET = 0x40000000  # linux/sched.h
# asm-generic/socket.h
SO_ATTACH_FILTER = 26
SO_SNDBUFFORCE = 32
SO_RCVBUFFORCE = 33
SO_MEMINFO = 55
SK_MEMINFO_DROPS = 8  # linux/sock_diag.h
# linux/in.h
IP_PKTINFO = 8
ESP = 50
# linux/sockios.h, linux/if.h
SIOCGIFFLAGS = 0x8913
IFF_UP = 1

libc = ctypes.CDLL(None, use_errno=True)


def setns(fd):
    """Moves this thread, the agent's only one, to a network namespace (setns(2))."""
    if libc.setns(fd, CLONE_NEWNET):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def attach_filter(sock, program):
    """Puts a classic BPF program on a socket (socket(7)): what it gives 0 for never gets into the queue."""
    code = b''.join(struct.pack('=HBBI', *line) for line in program)
    buffer = ctypes.create_string_buffer(code)
    head = struct.pack('HL' if struct.calcsize('P') == 4 else 'HxxxxxxQ', len(program), ctypes.addressof(buffer))
    sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, head)


def grow(sock):
    """Room for a burst; on the way out too, as packets that wait for ARP count there and would block all others."""
    for forced, plain in ((SO_RCVBUFFORCE, socket.SO_RCVBUF), (SO_SNDBUFFORCE, socket.SO_SNDBUF)):
        try:
            sock.setsockopt(socket.SOL_SOCKET, forced, 16 << 20)
        except OSError:
            sock.setsockopt(socket.SOL_SOCKET, plain, 16 << 20)


def drops_of(sock):
    """How many packets the kernel could not give to this socket."""
    try:
        return struct.unpack('=9I', sock.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36))[SK_MEMINFO_DROPS]
    except (OSError, struct.error):
        return 0  # before Linux 4.12


def listen_overflows():
    """How many TCP connection requests found no room at a listener of the namespace that the agent is in.

    TcpExt's ListenOverflows and TCPReqQFullDrop (tcp_conn_request in the kernel). ListenDrops counts besides what came and
    could not be answered for want of a route, which is no lack of room; a listener's own drops count what came twice.
    """
    try:
        with open('/proc/self/net/netstat') as file:
            names, values = [line.split() for line in file if line.startswith('TcpExt:')]
        return sum(int(values[names.index(name)]) for name in ('ListenOverflows', 'TCPReqQFullDrop'))
    except (OSError, ValueError):
        return 0


def conntrack_drops(path='/proc/self/net/stat/nf_conntrack'):
    """How many packets connection tracking dropped in the namespace that the agent is in; 0 where there is none.

    Names, then a line of hexadecimal numbers for each processor (ct_cpu_seq_show in the kernel).
    """
    try:
        with open(path) as file:
            names, *rows = [line.split() for line in file]
        return sum(int(row[names.index('drop')], 16) for row in rows)
    except (OSError, ValueError, IndexError):
        return 0


def conntrack_is_full(folder='/proc/sys/net/netfilter'):
    """Or nearly: it drops for other reasons too. Entries stay for 30 s and more, so it shows a while later."""
    try:
        count, most = [int(open('%s/nf_conntrack_%s' % (folder, name)).read()) for name in ('count', 'max')]
        return 0 < most * 9 <= count * 10
    except (OSError, ValueError):
        return False


def raise_files(wanted):
    """Raises the limit of open files as far as it goes; gives it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (wanted, 65536, hard):
        if soft >= limit:
            return soft
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, max(limit, hard)))
            return limit
        except (ValueError, OSError):
            continue
    return soft
