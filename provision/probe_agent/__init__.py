"""swarmlab's probe agent: one process probes from, and watches, every network namespace of one machine.

Run as root. It talks JSON lines on stdin and stdout (docs/probing.md), ends when stdin ends, and is ended by SIGALRM
at a hard deadline. Python 3.7 or newer, standard library only.

A socket stays in the network namespace where it was opened (setns(2)). The agent enters a namespace just to open
sockets there; one epoll loop then serves all of them.
"""
