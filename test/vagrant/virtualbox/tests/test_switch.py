"""Who gets a frame on a host-only network."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'standin'))

from switch import Port, destinations  # noqa: E402

A, B, C, D = (bytes.fromhex(f'0800270000{number:02x}') for number in (1, 2, 3, 4))
INSIDE = bytes.fromhex('0242ac110002')
ENTRIES = {
    1: Port(A, 'deny', 'hostonly vboxnet0'),
    2: Port(B, 'deny', 'hostonly vboxnet0'),
    3: Port(C, 'allow-all', 'hostonly vboxnet0'),
    4: Port(D, 'allow-all', 'hostonly vboxnet1'),
}


def to(address, asking=(), source=1):
    """The ports that get a frame of port 1, when the guests behind `asking` are promiscuous."""
    return destinations(ENTRIES, lambda port: port in asking, source, address + A + b'\x08\x00')


class Switch(unittest.TestCase):
    def test_broadcast_and_multicast_reach_the_network_and_no_other(self):
        self.assertEqual(to(b'\xff' * 6), [2, 3])
        self.assertEqual(to(bytes.fromhex('01005e000001')), [2, 3])

    def test_unicast_reaches_its_adapter(self):
        self.assertEqual(to(B), [2])
        self.assertEqual(to(D), [])

    def test_an_address_of_no_adapter_reaches_who_may_and_asks(self):
        self.assertEqual(to(INSIDE, asking=(2, 3)), [3])
        self.assertEqual(to(INSIDE, asking=(2,)), [])
        self.assertEqual(to(INSIDE), [])

    def test_who_may_and_asks_sees_the_frames_of_others(self):
        self.assertEqual(to(B, asking=(3,)), [2, 3])

    def test_nobody_gets_its_own_frame(self):
        self.assertEqual(to(C, asking=(3,), source=3), [])


if __name__ == '__main__':
    unittest.main()
