"""Several datagrams to a system call (sendmmsg(2), recvmmsg(2)), from and into buffers that are used again and again."""
import ctypes
import socket
import struct

from .kernel import libc

AT_ONCE = 64
NAME = 16  # struct sockaddr_in (ip(7)): family, port, address, padding
ADDRESS = struct.Struct('>I')


class Part(ctypes.Structure):
    """struct iovec (readv(2))"""
    _fields_ = [('base', ctypes.c_void_p), ('length', ctypes.c_size_t)]


class Head(ctypes.Structure):
    """struct msghdr (recvmsg(2))"""
    _fields_ = [('name', ctypes.c_void_p), ('name_length', ctypes.c_uint32), ('parts', ctypes.c_void_p),
                ('part_count', ctypes.c_size_t), ('control', ctypes.c_void_p), ('control_length', ctypes.c_size_t),
                ('flags', ctypes.c_int)]


class Message(ctypes.Structure):
    """struct mmsghdr (recvmmsg(2)): and how long what was read is"""
    _fields_ = [('head', Head), ('length', ctypes.c_uint)]


MESSAGE = ctypes.sizeof(Message)


def start_of(buffer):
    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))


class Packets:
    """Places for so many packets at these offsets of a buffer, each with the room that it is given."""

    def __init__(self, data, spans, named=False):
        self.data = data
        count = len(spans)
        base = start_of(data)
        self.parts = (Part * count)(*[(base + at, length) for at, length in spans])
        self.heads = bytearray(count * MESSAGE)
        self.messages = (Message * count).from_buffer(self.heads)
        self.names = bytearray(struct.pack('=H14x', socket.AF_INET) * count) if named else None
        parts, names = ctypes.addressof(self.parts), start_of(self.names) if named else None
        for at in range(count):
            head = self.messages[at].head
            head.parts, head.part_count = parts + at * ctypes.sizeof(Part), 1
            if named:
                head.name, head.name_length = names + at * NAME, NAME

    def send(self, sock, first, count):
        """Sends some of them; gives how many went, and the errno of the next where that was not sent."""
        sent = 0
        while sent < count:
            where = ctypes.byref(self.messages, (first + sent) * MESSAGE)
            some = libc.sendmmsg(sock.fileno(), where, count - sent, socket.MSG_DONTWAIT)
            if some < 1:
                return sent, ctypes.get_errno()
            sent += some
        return sent, 0


class Outgoing(Packets):
    """Packets of one size, with their addresses."""

    def __init__(self, size):
        self.size = size
        super().__init__(bytearray(AT_ONCE * size), [(at * size, size) for at in range(AT_ONCE)], named=True)


class Incoming(Packets):
    """What was read at one time: packets every so many bytes, cut off where they are longer."""

    def __init__(self, stride):
        self.stride = stride
        super().__init__(bytearray(AT_ONCE * stride), [(at * stride, stride) for at in range(AT_ONCE)])
        self.all_lengths = memoryview(self.heads).cast('I')[Message.length.offset // 4::MESSAGE // 4]
        self.lengths = []

    def read(self, sock):
        """How many there were; 0 also where only an error was to be had. Their lengths are in `lengths`."""
        count = max(0, libc.recvmmsg(sock.fileno(), self.messages, AT_ONCE, socket.MSG_DONTWAIT, None))
        self.lengths = self.all_lengths[:count].tolist()
        return count

    def packet(self, at):
        start = at * self.stride
        return bytes(self.data[start:start + self.lengths[at]])
