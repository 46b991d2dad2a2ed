"""Starts the agent."""
import gc
import signal

from .agent import Agent


def main():
    gc.disable()  # a batch lives shortly and makes no cycles worth looking for among its many objects
    signal.setitimer(signal.ITIMER_REAL, 3600)  # until a batch sets its own
    Agent().run()


if __name__ == '__main__':
    main()
