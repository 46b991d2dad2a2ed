"""JSON lines to and from the controller, over stdin and stdout. When either goes, so does the agent."""
import collections
import json
import os

from .loop import ERROR, HANGUP, READ, WRITE


class Channel:
    def __init__(self, loop, on_command):
        self.loop = loop
        self.on_command = on_command
        self.input_parts = []
        self.output = collections.deque()
        self.output_events = 0

    def open(self):
        for fd in (0, 1):
            os.set_blocking(fd, False)
        self.loop.watch(0, self.on_stdin)
        self.loop.watch(1, self.on_stdout, events=0)

    def send(self, message):
        self.output.append(json.dumps(message, separators=(',', ':')).encode() + b'\n')
        self.write_some()

    def write_some(self):
        while self.output:
            try:
                written = os.write(1, self.output[0][:65536])
            except BlockingIOError:
                self.want(WRITE)
                return
            rest = self.output.popleft()[written:]
            if rest:
                self.output.appendleft(rest)
        self.want(0)

    def want(self, events):
        if events != self.output_events:
            self.output_events = events
            self.loop.change(1, events)

    def on_stdout(self, _fd, events):
        if events & (ERROR | HANGUP):
            os._exit(0)
        self.write_some()

    def on_stdin(self, _fd, _events):
        try:
            data = os.read(0, 1 << 20)
        except BlockingIOError:
            return
        if not data:
            os._exit(0)
        self.input_parts.append(data)
        if b'\n' not in data:
            return
        lines = b''.join(self.input_parts).split(b'\n')
        self.input_parts = [lines.pop()]
        for line in lines:
            if line.strip():
                self.on_command(json.loads(line.decode()))
