import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePorts } from '../../src/cli/free-ports.ts';
import { askNode, askReady } from '../../src/cli/status/ask-node.ts';
import { LocalCluster } from '../../src/cli/up/local-cluster.ts';
import type { NodeExit, NodeProcess } from '../../src/cli/up/node-process.ts';
import type { ClientNode } from '../../src/client/node-address.ts';
import type { ClusterConfig, NodeConfig } from '../../src/config/cluster-config.ts';
import { nodeDataDir } from '../../src/config/cluster-config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { NodeStatus } from '../../src/transport/http/node-status.ts';
import { LineClient } from './line-client.ts';
import { until, within } from './until.ts';

const PORTS_PER_NODE = 3;

export interface RealClusterOptions {
  /** How many nodes; three if nothing is said. */
  readonly nodes?: number;
  readonly timings?: Readonly<Record<string, number>>;
  readonly limits?: Readonly<Record<string, number>>;
  readonly storage?: Readonly<Record<string, number>>;
}

/** Nodes n1, n2, … as real processes, with a configuration and data in a temporary folder of their own. */
export class RealCluster {
  readonly folder: string;
  readonly config: ClusterConfig;
  readonly ids: readonly string[];
  readonly #processes: LocalCluster;
  readonly #lines = new Map<string, string[]>();
  readonly #clients: LineClient[] = [];

  private constructor(folder: string, config: ClusterConfig) {
    this.folder = folder;
    this.config = config;
    this.ids = config.nodes.map(({ id }) => id);
    this.#processes = new LocalCluster({
      config,
      onLine: (node, line) => this.#linesOf(node).push(line),
      onExit: () => undefined,
    });
  }

  /** Writes the configuration; starts nothing. */
  static async prepare(options: RealClusterOptions = {}): Promise<RealCluster> {
    const { nodes: count = 3, timings = {}, limits = {}, storage = {} } = options;
    const ports = await findFreePorts(count * PORTS_PER_NODE);
    const at = (place: number): string => `127.0.0.1:${ports[place]}`;
    const nodes = Array.from({ length: count }, (_, place) => {
      const first = place * PORTS_PER_NODE;
      return { id: `n${place + 1}`, peer: at(first), client: at(first + 1), http: at(first + 2) };
    });
    const folder = mkdtempSync(join(tmpdir(), 'conclave-e2e-'));
    const file = join(folder, 'cluster.config.json');
    writeFileSync(file, JSON.stringify({ nodes, timings, limits, storage }));
    return new RealCluster(folder, loadConfig(file));
  }

  /** Starts all nodes and waits until every one serves. */
  static async raise(options: RealClusterOptions = {}): Promise<RealCluster> {
    const cluster = await RealCluster.prepare(options);
    try {
      cluster.startAll();
      await cluster.untilReady();
    } catch (error) {
      const said = cluster.ids.flatMap((id) => cluster.linesOf(id).map((line) => `${id} | ${line}`));
      await cluster.remove();
      throw new Error(`the cluster did not come up:\n${said.join('\n')}`, { cause: error });
    }
    return cluster;
  }

  startAll(): void {
    this.#processes.startAll();
  }

  /** `program`: another one than this project's, by its file. */
  start(id: string, program?: string): NodeProcess {
    return this.#processes.start(this.node(id), program);
  }

  /** Waits until every node that lives is ready. */
  async untilReady(): Promise<void> {
    for (const { id } of this.#living()) await this.untilNodeReady(id);
  }

  async untilNodeReady(id: string): Promise<void> {
    const { http } = this.node(id);
    await until(`${id} is ready`, async () => {
      if (this.process(id).isOver) throw new Error(await this.#howItEnded(id));
      return askReady(http);
    });
  }

  async #howItEnded(id: string): Promise<string> {
    const process = this.process(id);
    const { code, signal } = await process.exited;
    const why = process.failure?.sentence ?? this.linesOf(id).join('\n');
    return `${id} has ended with ${signal ?? `exit code ${code}`}: ${why}`;
  }

  /** Sends a signal to one node; of one that ends a process, waits until the process is gone. */
  async kill(id: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<NodeExit> {
    this.process(id).signal(signal);
    return this.untilEnded(id);
  }

  async killAll(signal: NodeJS.Signals = 'SIGKILL'): Promise<readonly NodeExit[]> {
    const living = this.#living();
    for (const { child } of living) child.signal(signal);
    return Promise.all(living.map(({ id }) => this.untilEnded(id)));
  }

  /** Stops a process without ending it, or lets it go on. */
  signal(id: string, signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.process(id).signal(signal);
  }

  untilEnded(id: string): Promise<NodeExit> {
    return within(`${id} ended`, this.process(id).exited);
  }

  process(id: string): NodeProcess {
    const child = this.#processes.process(this.node(id).id);
    if (child === undefined) throw new Error(`${id} was never started`);
    return child;
  }

  node(id: string): NodeConfig {
    const node = this.config.nodes.find((candidate) => candidate.id === id);
    if (node === undefined) throw new Error(`there is no ${id}`);
    return node;
  }

  dataDir(id: string): string {
    return nodeDataDir(this.config, this.node(id).id);
  }

  /** What a node has printed, in all its lives. */
  linesOf(id: string): readonly string[] {
    return this.#linesOf(id);
  }

  /** Waits for a line of a node's log that holds this text. */
  untilSaid(id: string, text: string): Promise<string> {
    return until(`${id} says: ${text}`, () => this.linesOf(id).find((line) => line.includes(text)));
  }

  /** undefined of a node that does not answer. */
  async status(id: string): Promise<NodeStatus | undefined> {
    const node = this.node(id);
    const answer = await askNode(node.id, node.http);
    return answer.kind === 'up' ? answer.status : undefined;
  }

  /** The node that leads: waits until a majority follows it. */
  leader(): Promise<string> {
    return until('there is a leader', async () => {
      const { healthy, leader } = await this.#processes.verdict();
      return healthy && leader !== null ? leader : undefined;
    });
  }

  /** One of those that do not lead. */
  async follower(): Promise<string> {
    const leader = await this.leader();
    return this.others(leader)[0] ?? leader;
  }

  others(id: string): readonly string[] {
    return this.ids.filter((other) => other !== id);
  }

  /** Waits until all nodes have applied the same index; resolves with their state hashes at it. */
  hashesAtOneIndex(): Promise<readonly string[]> {
    return until('all nodes have applied as much', async () => {
      const statuses = await Promise.all(this.ids.map((id) => this.status(id)));
      const indexes = new Set(statuses.map((status) => status?.appliedIndex));
      return indexes.size === 1 && !indexes.has(undefined)
        ? statuses.map((status) => status?.stateHash ?? '')
        : undefined;
    });
  }

  /** Waits until a node votes, and has applied as much as the leader had. */
  async untilHealed(id: string): Promise<void> {
    await this.untilNodeReady(id);
    await until(`${id} votes and is known by its folder`, async () => {
      const status = await this.status(id);
      return status?.standing === 'voting' && status.doubt === null && status.leader !== null;
    });
  }

  /** A connection to a node, the greeting read. Ended with the cluster. */
  async connect(id: string): Promise<LineClient> {
    const client = await LineClient.connect(this.node(id).client);
    this.#clients.push(client);
    return client;
  }

  /** All nodes for a client, one of them first. */
  clientNodes(first: string): readonly ClientNode[] {
    return [first, ...this.others(first)].map((id) => ({ id, ...this.node(id).client }));
  }

  /** Ends every process and connection, and removes the folder. */
  async remove(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    this.#processes.kill();
    await Promise.all(this.#processes.processes.map((child) => child.exited));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #living(): readonly { readonly id: string; readonly child: NodeProcess }[] {
    return this.#processes.processes
      .filter((child) => !child.isOver)
      .map((child) => ({ id: child.node, child }));
  }

  #linesOf(id: string): string[] {
    const known = this.#lines.get(id);
    if (known !== undefined) return known;
    const fresh: string[] = [];
    this.#lines.set(id, fresh);
    return fresh;
  }
}
