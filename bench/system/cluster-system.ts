import { ChatLoad } from '../../src/cli/bench/chat-load.ts';
import { askNode } from '../../src/cli/status/ask-node.ts';
import { LocalCluster } from '../../src/cli/up/local-cluster.ts';
import type { ClusterConfig } from '../../src/config/cluster-config.ts';
import type { BenchFolder } from './bench-folder.ts';
import { makeBenchFolder } from './bench-folder.ts';
import type { LoadKind, LoadSource, System } from './system.ts';

/** Accounts that messages are kept for: many, so that no single mailbox is what is measured. */
const MAILBOXES = 256;
const TEXT_LENGTH = 100;
const START_WITHIN_MS = 60_000;

/** A cluster of real nodes, each a process of its own, started as an operator would. */
export class ClusterSystem implements System {
  readonly name: string;
  readonly folder: BenchFolder;
  readonly cluster: LocalCluster;
  /** What the nodes said last: shown if something goes wrong. */
  readonly #said: string[];

  private constructor(name: string, folder: BenchFolder, cluster: LocalCluster, said: string[]) {
    this.name = name;
    this.folder = folder;
    this.cluster = cluster;
    this.#said = said;
  }

  /** `storage`: as in a configuration, where it is not to be the default. */
  static async start(nodes = 3, storage: Readonly<Record<string, number>> = {}): Promise<ClusterSystem> {
    const folder = await makeBenchFolder(nodes, storage);
    const said: string[] = [];
    const cluster = new LocalCluster({
      config: folder.config,
      onLine: (node, line) => void said.splice(0, said.push(`${node} | ${line}`) - 50),
      onExit: () => undefined,
    });
    const system = new ClusterSystem(
      nodes === 3 ? 'conclave' : `conclave, ${nodes} nodes`,
      folder,
      cluster,
      said,
    );
    cluster.startAll();
    try {
      await cluster.untilReady(AbortSignal.timeout(START_WITHIN_MS));
    } catch (error) {
      await system.stop();
      throw new Error(`the cluster did not come up:\n${said.join('\n')}`, { cause: error });
    }
    return system;
  }

  get config(): ClusterConfig {
    return this.folder.config;
  }

  get pids(): readonly number[] {
    return this.cluster.processes.filter((process) => !process.isOver).map(({ pid }) => pid);
  }

  /** The leader's place among the nodes. Waits until there is one. */
  async leader(): Promise<number> {
    const { leader } = await this.cluster.untilReady(AbortSignal.timeout(START_WITHIN_MS));
    return this.config.nodes.findIndex(({ id }) => id === leader);
  }

  /** Texts of 100 characters, unless they are to have another length. */
  async load(kind: LoadKind, textLength = TEXT_LENGTH): Promise<LoadSource> {
    const addresses = this.config.nodes.map(({ client }) => client);
    const leader = await this.leader();
    const nodes = [...addresses.slice(leader), ...addresses.slice(0, leader)];
    const load = new ChatLoad({
      nodes: kind.clients === 'on the leader' ? nodes.slice(0, 1) : nodes,
      recipients: kind.recipients,
      mailboxes: kind.recipients === 'offline' ? MAILBOXES : 0,
      textLength,
    });
    await load.prepare();
    return load;
  }

  /** Asks all nodes, until all have applied as much; throws if they then hold different states. */
  async stored(): Promise<number> {
    for (;;) {
      const answers = await Promise.all(this.config.nodes.map(({ id, http }) => askNode(id, http)));
      const up = answers.flatMap((answer) => (answer.kind === 'up' ? [answer.status] : []));
      const [first] = up;
      if (
        first !== undefined &&
        up.length === answers.length &&
        up.every((it) => it.appliedIndex === first.appliedIndex)
      ) {
        if (up.some((it) => it.stateHash !== first.stateHash))
          throw new Error('the nodes hold different states');
        return first.messages;
      }
      this.#assertAlive();
    }
  }

  async stop(): Promise<void> {
    this.cluster.kill();
    await Promise.all(this.cluster.processes.map((process) => process.exited));
    this.folder.remove();
  }

  #assertAlive(): void {
    if (this.pids.length < this.config.nodes.length)
      throw new Error(`a node has ended:\n${this.#said.join('\n')}`);
  }
}
