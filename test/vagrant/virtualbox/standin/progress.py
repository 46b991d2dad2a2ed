"""What VBoxManage shows while it works."""

import sys


def progress():
    """The progress bar of something that succeeded, on stderr as VBoxManage has it."""
    print('0%...10%...20%...30%...40%...50%...60%...70%...80%...90%...100%', file=sys.stderr, flush=True)
