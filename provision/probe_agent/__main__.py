"""Starts the agent."""
import signal

from .agent import Agent


def main():
    signal.setitimer(signal.ITIMER_REAL, 3600)  # until a batch sets its own
    Agent().run()


if __name__ == '__main__':
    main()
