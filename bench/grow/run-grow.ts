import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Conversation } from '../../src/cli/bench/conversation.ts';
import type { ClusterConfig } from '../../src/config/cluster-config.ts';
import type { Duration, Level, Measurement } from '../measure.ts';
import { measure } from '../measure.ts';
import { ClusterSystem } from '../system/cluster-system.ts';
import { residentBytes } from '../system/proc-stat.ts';
import type { Restart } from '../system/restart-follower.ts';
import { restartFollower } from '../system/restart-follower.ts';
import { LOAD_KINDS } from '../system/system.ts';

export interface GrowOptions {
  readonly messages: number;
  readonly accounts: number;
  readonly connections: number;
  readonly say: (line: string) => void;
}

export interface GrowResult {
  readonly stages: readonly Stage[];
  /** Of one node, in bytes: what it grew by, divided by what it had to hold. */
  readonly bytesPerMessage: number;
  readonly bytesPerConnection: number;
  /** With the idle connections, of the rate without them, in each round. */
  readonly ofRateWithout: readonly number[];
  readonly restart: Restart;
}

export interface Stage {
  readonly name: string;
  readonly stored: number;
  readonly measurement: Measurement;
}

const LEVEL: Level = { inFlight: 1024, connections: 16 };
const DURATION: Duration = { warmMs: 3_000, runMs: 5_000 };
const WARMING: Duration = { warmMs: 0, runMs: 10_000 };
/** Of three nodes against five, by turns. */
const ROUNDS = 2;
/** With idle connections and without, by turns. */
const CROWD_ROUNDS = 5;
/** More than is written meanwhile: a snapshot in one of these measurements would make more of a difference than the connections do. */
const NO_SNAPSHOTS = { snapshotBytes: 8 * 1_024 ** 3 };
/** Until those that have gone are forgotten. */
const DISPERSED_MS = 3_000;
const FILLING: Duration = { warmMs: 0, runMs: 2_000 };
const MAKERS = 64;

/** Measures one stage. Returns messages a second. */
type StageRun = (name: string, system: ClusterSystem) => Promise<number>;

/** Measures the same load on a cluster that is new, and that holds much, of which a node is restarted; on one with many connections; and on others of three and five nodes. */
export async function runGrow(options: GrowOptions): Promise<GrowResult> {
  const { say } = options;
  const three = await ClusterSystem.start();
  try {
    const stages: Stage[] = [];
    const stage = async (name: string, system: ClusterSystem): Promise<number> => {
      const source = await system.load(LOAD_KINDS.leader);
      const measurement = await measure(system, source, LEVEL, DURATION);
      stages.push({ name, stored: await system.stored(), measurement });
      say(`${name}: ${Math.round(measurement.rate)} a second`);
      return measurement.rate;
    };
    // Code that is not compiled yet would be measured instead.
    await measure(three, await three.load(LOAD_KINDS.leader), LEVEL, WARMING);
    await stage('new', three);
    const bytesPerMessage = await fill(three, options);
    await stage(`with ${options.accounts} accounts and ${options.messages} messages`, three);
    const restart = await restartFollower(three);
    await three.stop();
    const { bytesPerConnection, ofRateWithout } = await crowded(options.connections, stage);
    await compareSizes(stage);
    return { stages, bytesPerMessage, bytesPerConnection, ofRateWithout, restart };
  } finally {
    await three.stop();
  }
}

/** Without idle connections and with them, by turns, in a new cluster. */
async function crowded(
  connections: number,
  stage: StageRun,
): Promise<Pick<GrowResult, 'bytesPerConnection' | 'ofRateWithout'>> {
  const system = await ClusterSystem.start(3, NO_SNAPSHOTS);
  try {
    await measure(system, await system.load(LOAD_KINDS.leader), LEVEL, WARMING);
    const bytesPerConnection: number[] = [];
    const ofRateWithout: number[] = [];
    for (let round = 1; round <= CROWD_ROUNDS; round += 1) {
      const without = await stage(`no idle connections, round ${round}`, system);
      const alone = memory(system);
      const crowd = await Crowd.gather(system.config, connections);
      bytesPerConnection.push((memory(system) - alone) / crowd.size);
      ofRateWithout.push((await stage(`${crowd.size} idle connections, round ${round}`, system)) / without);
      crowd.disperse();
      await sleep(DISPERSED_MS);
    }
    // The first of them: what they leave behind is used again by the others.
    return { bytesPerConnection: bytesPerConnection[0] ?? Number.NaN, ofRateWithout };
  } finally {
    await system.stop();
  }
}

/** Three nodes and five, in new clusters and by turns: other work on the machine strikes both. */
async function compareSizes(stage: StageRun): Promise<void> {
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const nodes of [3, 5]) {
      const system = await ClusterSystem.start(nodes);
      try {
        await measure(system, await system.load(LOAD_KINDS.leader), LEVEL, WARMING);
        await stage(`${nodes} nodes, new, round ${round}`, system);
      } finally {
        await system.stop();
      }
    }
  }
}

/** @returns bytes of one node's memory for each message. */
async function fill(system: ClusterSystem, { messages, accounts, say }: GrowOptions): Promise<number> {
  await makeAccounts(system, accounts);
  say(`${accounts} accounts made`);
  const before = { stored: await system.stored(), bytes: memory(system) };
  const source = await system.load(LOAD_KINDS.leader);
  while ((await system.stored()) < before.stored + messages) await measure(system, source, LEVEL, FILLING);
  const added = (await system.stored()) - before.stored;
  say(`${before.stored + added} messages stored`);
  return added === 0 ? Number.NaN : (memory(system) - before.bytes) / added / system.pids.length;
}

async function makeAccounts(system: ClusterSystem, count: number): Promise<void> {
  const { nodes } = system.config;
  let next = 0;
  const maker = async (place: number): Promise<void> => {
    const node = nodes[place % nodes.length];
    if (node === undefined) return;
    const chat = await Conversation.open(node.client);
    while (next < count) {
      next += 1;
      await chat.create(`grown${next}x`);
    }
    chat.close();
  };
  await Promise.all(Array.from({ length: MAKERS }, (_, place) => maker(place)));
}

/** Connections that do nothing, spread over all nodes. */
class Crowd {
  readonly #sockets: readonly Socket[];

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets;
  }

  static async gather(config: ClusterConfig, count: number): Promise<Crowd> {
    const sockets: Socket[] = [];
    for (let place = 0; place < count; place += 1) {
      const node = config.nodes[place % config.nodes.length];
      if (node === undefined) break;
      const socket = connect({ ...node.client, noDelay: true });
      await once(socket, 'data');
      sockets.push(socket);
    }
    return new Crowd(sockets);
  }

  get size(): number {
    return this.#sockets.length;
  }

  disperse(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

const memory = (system: ClusterSystem): number =>
  system.pids.reduce((sum, pid) => sum + residentBytes(pid), 0);
