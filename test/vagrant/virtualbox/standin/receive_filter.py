"""Knows whether a guest has put its adapter into promiscuous mode, from QEMU's receive filters.

VirtualBox's policy only permits; the frames come when the guest's driver asks for them as well (fPromiscuousEff of
SrvIntNetR0.cpp; virtio: promiscuous or all-multicast, the control queue of DevVirtioNet.cpp). A macvlan on a Linux guest
adds a unicast address to its parent instead, of which VirtualBox's network learns nothing.
"""

import json
import os
import socket
import threading
import time

RETRY_SECONDS = 0.1
CONNECT_SECONDS = 30


class ReceiveFilters:
    """The state of each watched adapter by UDP port. An adapter that nobody has set up yet takes everything."""

    def __init__(self, home):
        self.home = home
        self.state = {}

    def promiscuous(self, port):
        """Whether the guest takes frames that are not for its own addresses."""
        return self.state.get(port, True)

    def watch(self, port, uuid, nic):
        """Begins to follow an adapter. Ends by itself with the emulator."""
        if port not in self.state:
            self.state[port] = True
            threading.Thread(target=self.follow, args=(port, uuid, nic), daemon=True).start()

    def follow(self, port, uuid, nic):
        """Asks anew whenever the emulator says that the filter has changed; it says so once until it is asked."""
        conversation = connect(self.home / 'machines' / uuid)
        if conversation is None:
            return
        with conversation, conversation.makefile('rw') as lines:

            def say(command, **arguments):
                lines.write(json.dumps({'execute': command, 'arguments': arguments}) + '\n')
                lines.flush()

            try:
                say('qmp_capabilities')
                for line in lines:
                    message = json.loads(line)
                    if message.get('return') == {} or message.get('event') in ('NIC_RX_FILTER_CHANGED', 'RESUME'):
                        say('query-rx-filter', name=f'nic{nic}')
                    elif isinstance(message.get('return'), list):
                        found = message['return'][0]
                        self.state[port] = found['promiscuous'] or found['multicast'] == 'all'
            except OSError:
                return


def connect(folder):
    """A conversation through the machine's second monitor, once it is there."""
    end = time.monotonic() + CONNECT_SECONDS
    while time.monotonic() < end:
        conversation = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        descriptor = None
        try:
            descriptor = os.open(folder, os.O_PATH)
            conversation.connect(f'/proc/self/fd/{descriptor}/filter')
            return conversation
        except OSError:
            conversation.close()
            time.sleep(RETRY_SECONDS)
        finally:
            if descriptor is not None:
                os.close(descriptor)
    return None
