"""Tells a network whose an IPv4 address is: announce-address.py ADDRESS INTERFACE (a gratuitous ARP request, RFC 5227, 3)."""

import socket
import struct
import sys

address, interface = sys.argv[1:]
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as packets:
    packets.bind((interface, 0x0806))
    mac = packets.getsockname()[4]
    ip = socket.inet_aton(address)
    frame = b"\xff" * 6 + mac + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1) + mac + ip + b"\0" * 6 + ip
    # More than once: one frame alone may meet a table that is just being asked.
    for _ in range(3):
        packets.send(frame)
