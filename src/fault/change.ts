import { LabError } from '../core/errors.ts';
import { commandText, connectionTo, type Ground, runLines, runScript } from './ground.ts';
import {
  advertise,
  bringBack,
  clockOffMs,
  engineState,
  limitNeighbours,
  neighboursLimited,
  setClock,
} from './machine-changes.ts';
import type { Change } from './types.ts';

/** Does it. Throws with what the machine said. */
export async function applyChange(change: Change, ground: Ground): Promise<void> {
  switch (change.kind) {
    case 'commands':
      return runLines(ground, change.at, change.apply);
    case 'engine':
      return void (await engineState(ground, change.node, change.action));
    case 'neighbours':
      return limitNeighbours(ground, change.entries);
    case 'membership':
      return advertise(ground, change, change.address);
    case 'clock':
      return setClock(ground, change.node, change.skewMs);
    default:
      return change satisfies never;
  }
}

/** Takes it back; fine where it is gone already, or was never done. Throws with what the machine said. */
export async function undoChange(change: Change, ground: Ground): Promise<void> {
  switch (change.kind) {
    case 'commands':
      await runLines(ground, change.at, change.undo);
      if (await changeHolds(change, ground)) throw stillThere(change.at.node);
      return;
    case 'engine':
      return bringBack(ground, change.node, change.containers);
    case 'neighbours':
      return limitNeighbours(ground, null);
    case 'membership':
      return advertise(ground, change, null);
    case 'clock':
      return setClock(ground, change.node, 0);
    default:
      return change satisfies never;
  }
}

/** Whether it is in force, as the machine says now; null where that cannot be looked at. */
export async function changeHolds(change: Change, ground: Ground): Promise<boolean | null> {
  switch (change.kind) {
    case 'commands': {
      if (change.holds === null) return null;
      const said = await runScript(
        ground,
        change.at,
        `if ${commandText(change.holds)} >/dev/null 2>&1; then echo yes; else echo no; fi`,
      );
      return said.trim() === 'yes';
    }
    case 'engine': {
      const state = (await engineState(ground, change.node, 'look')).trim();
      return state === (change.action === 'pause' ? 'paused' : 'gone');
    }
    case 'membership': {
      const info = await connectionTo(ground, change.node).engine.info(ground.signal);
      return info.swarm.state !== 'inactive' && info.swarm.nodeAddress === change.address;
    }
    case 'neighbours':
      return neighboursLimited(ground, change.entries);
    case 'clock':
      return Math.abs(await clockOffMs(ground, change.node)) > change.skewMs / 2;
    default:
      return change satisfies never;
  }
}

/** The machines that a change needs; without them it is gone, since none of it survives a machine's end but a membership. */
export function machineOf(change: Change): string | null {
  switch (change.kind) {
    case 'commands':
      return change.at.node;
    case 'engine':
    case 'membership':
    case 'clock':
      return change.node;
    case 'neighbours':
      return null;
    default:
      return change satisfies never;
  }
}

function stillThere(node: string): LabError {
  return new LabError({
    code: 'fault.not-cleared',
    message: `what was broken on ${node} is in force still, although nothing failed`,
    hint: 'swarmlab fault clear tries again; swarmlab down removes the lab with it',
  });
}
