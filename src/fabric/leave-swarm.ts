const tries = 5;

/**
 * Asks an engine to leave its swarm, and again where its node was too slow. An engine waits 15 s for the node to stop, then
 * refuses with the words of Go's context and stays where it is, while the node goes on stopping; asked again it waits for the
 * same node (moby, daemon/cluster/noderunner.go, nodeRunner.Stop). Seen on busy and on emulated machines.
 */
export async function leaveAgainWhileStopping(leave: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  for (let left = tries; ; left -= 1) {
    try {
      await leave();
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (left <= 1 || !String(error).includes('context deadline exceeded')) throw error;
    }
  }
}
