"""What errno and ICMP say, and what a probe makes of it."""
import errno
import socket
import struct

# linux/in.h, linux/in6.h, linux/socket.h, linux/errqueue.h
IP_RECVERR = 11
IPV6_RECVERR = 25
MSG_ERRQUEUE = 0x2000
ORIGIN_ICMP = 2

# EPERM: a filter on the way out. EACCES, EINVAL: prohibit and blackhole routes (ip-route(8)).
NO_WAY = frozenset((
    errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EPERM, errno.EACCES, errno.EINVAL,
    errno.ENOPROTOOPT, errno.EPROTO, errno.EMSGSIZE, errno.ENONET, errno.EOPNOTSUPP,
))

# RFC 792, RFC 1122 (3.2.2.1), RFC 1812 (5.2.7.1)
ICMP_CODES = {
    0: 'network unreachable', 1: 'host unreachable', 2: 'protocol unreachable', 3: 'port unreachable',
    4: 'fragmentation needed', 5: 'source route failed', 6: 'network unknown', 7: 'host unknown',
    9: 'network prohibited', 10: 'host prohibited', 11: 'network unreachable for TOS',
    12: 'host unreachable for TOS', 13: 'administratively prohibited',
}


def name_of(number):
    return errno.errorcode.get(number, 'errno %d' % number)


def icmp_text(kind, code, source):
    if kind == 3:
        what = ICMP_CODES.get(code, 'unreachable, code %d' % code)
    elif kind == 11:
        what = 'time exceeded'
    else:
        what = 'type %d code %d' % (kind, code)
    return 'ICMP %s from %s' % (what, source)


def outcome_of(number):
    """What an errno from sending or connecting means for the try; 'busy' is the agent's own trouble."""
    if number in (errno.ECONNREFUSED, errno.ECONNRESET):
        return 'refused'
    if number == errno.ETIMEDOUT:
        return 'timeout'
    return 'unreachable' if number in NO_WAY else 'busy'


def read_error(sock):
    """(errno, text, the datagram it is about) from the socket's error queue (ip(7), IP_RECVERR), or None."""
    try:
        payload, ancillary, _, _ = sock.recvmsg(2048, 512, MSG_ERRQUEUE)
    except OSError:
        return None
    for level, kind, data in ancillary:
        if level == socket.IPPROTO_IP and kind == IP_RECVERR and len(data) >= 16:
            number, origin, icmp_type, code = struct.unpack('=IBBB', data[:7])
            if origin == ORIGIN_ICMP and len(data) >= 24:
                return number, icmp_text(icmp_type, code, socket.inet_ntoa(data[20:24])), payload
            return number, name_of(number), payload
        if level == socket.IPPROTO_IPV6 and kind == IPV6_RECVERR and len(data) >= 4:
            number = struct.unpack('=I', data[:4])[0]
            return number, name_of(number), payload
    return None
