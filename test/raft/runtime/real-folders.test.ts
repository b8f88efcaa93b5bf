import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeId, startReplica } from '../../../src/raft/index.ts';
import type {
  NodeId,
  PeerNetwork,
  PeerNetworkListener,
  RaftEvent,
  RunningReplica,
} from '../../../src/raft/index.ts';
import { until } from '../../support/until.ts';
import { Notes } from '../driver/support/notes.ts';

/** Carries frames between the replicas of this process; one that starts anew takes the place of the one before. */
class Network {
  readonly #listeners = new Map<NodeId, PeerNetworkListener>();

  attach(self: NodeId, listener: PeerNetworkListener): PeerNetwork {
    for (const [peer, other] of this.#listeners) {
      if (peer === self) continue;
      const [mine, theirs] = [listener.greetingFor(peer), other.greetingFor(self)];
      if (other.admit(mine).kind === 'refused' || listener.admit(theirs).kind === 'refused') continue;
      setImmediate(() => {
        other.accepted(self, mine);
        listener.accepted(peer, theirs);
        other.connected(self, mine);
        listener.connected(peer, theirs);
      });
    }
    this.#listeners.set(self, listener);
    return {
      send: (to, frames) =>
        void setImmediate(() => {
          const from = this.#listeners.get(self);
          if (from === listener) this.#listeners.get(to)?.received(self, frames);
        }),
      setPeers: () => undefined,
    };
  }

  detach(self: NodeId): void {
    this.#listeners.delete(self);
    for (const other of this.#listeners.values()) other.disconnected(self, 'it was killed');
  }
}

interface Running {
  readonly replica: RunningReplica<number>;
  readonly machine: Notes;
  readonly events: RaftEvent[];
}

const nodes = ['n1', 'n2', 'n3'];
const text = (words: string): Uint8Array => new TextEncoder().encode(words);
let folder: string;
let network: Network;
let running: Map<string, Running>;

async function start(id: string): Promise<Running> {
  const machine = new Notes();
  const events: RaftEvent[] = [];
  const replica = await startReplica<number>({
    id,
    nodes,
    folder: join(folder, id),
    machine,
    network: (listener) => network.attach(nodeId(id), listener),
    observer: (event) => events.push(event),
    snapshotEveryBytes: 100_000,
  });
  const one = { replica, machine, events };
  running.set(id, one);
  return one;
}

async function kill(id: string): Promise<void> {
  network.detach(nodeId(id));
  await running.get(id)?.replica.kill();
  running.delete(id);
}

async function proposeMany(one: Running, count: number): Promise<void> {
  for (let n = 0; n < count; n += 10) {
    const commands = Array.from({ length: 10 }, (_, m) => text(`${n + m} `.padEnd(2_000)));
    await Promise.all(commands.map((command) => one.replica.propose(command)));
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conclave-folders-'));
  network = new Network();
  running = new Map();
});

afterEach(async () => {
  for (const id of running.keys()) await kill(id);
  rmSync(folder, { recursive: true });
});

describe('replicas on real folders', () => {
  it('take snapshots, drop the log behind them, and start from them again', async () => {
    const all = await Promise.all(nodes.map(start));
    await proposeMany(all[0]!, 200);
    await until('all have a snapshot', () =>
      all.every(({ replica }) => replica.snapshot().snapshot !== null),
    );
    await until('all have a shorter log', () =>
      all.every(({ replica }) => replica.snapshot().firstIndex > 1),
    );
    for (const id of nodes) await kill(id);
    const again = await Promise.all(nodes.map(start));
    await again[0]!.replica.propose(text('after'));
    await until('everything is everywhere', () =>
      again.every(({ machine }) => machine.bodies.length === 201),
    );
    for (const { events } of again)
      expect(events.some(({ kind }) => kind === 'snapshot-installed')).toBe(true);
  });

  it('take an emptied one in again, which is sent a snapshot, and votes', async () => {
    const all = await Promise.all(nodes.map(start));
    await proposeMany(all[0]!, 200);
    await until('all have a shorter log', () =>
      all.every(({ replica }) => replica.snapshot().firstIndex > 1),
    );
    await kill('n2');
    rmSync(join(folder, 'n2'), { recursive: true });
    const emptied = await start('n2');
    // Its standing alone does not say so: before the cluster has taken it in there is nothing that it could have forgotten.
    await until('it votes again', () => emptied.events.some(({ kind }) => kind === 'readmitted'));
    await until('it has everything', () => emptied.machine.bodies.length === 200);
    // Its vote counts: with the third gone the two are a majority.
    await kill('n3');
    await until('it has an incarnation', () => emptied.replica.snapshot().incarnation !== null);
    await emptied.replica.propose(text('after'));
    expect(emptied.machine.bodies).toHaveLength(201);
  });
});
