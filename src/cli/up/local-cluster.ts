import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterConfig, NodeConfig } from '../../config/cluster-config.ts';
import type { NodeId } from '../../ordered-log/ids.ts';
import type { NodeAddresses } from '../node-message.ts';
import { askNode, askReady } from '../status/ask-node.ts';
import type { Verdict } from '../status/verdict.ts';
import { judgeCluster } from '../status/verdict.ts';
import type { NodeExit } from './node-process.ts';
import { NodeProcess } from './node-process.ts';
import { killAll, stopAll } from './stop-all.ts';

const LOOK_EVERY_MS = 100;

export interface LocalClusterOptions {
  readonly config: ClusterConfig;
  readonly onLine: (node: NodeId, line: string) => void;
  /** A process has ended, whether it was asked to or not. */
  readonly onExit: (process: NodeProcess, exit: NodeExit) => void;
  /** Another program in place of the node's, for tests. */
  readonly program?: string;
}

/** All nodes of a configuration as children of this process. None is ever restarted unless somebody asks. */
export class LocalCluster {
  readonly #options: LocalClusterOptions;
  readonly #processes = new Map<NodeId, NodeProcess>();
  readonly #addresses = new Map<NodeId, NodeAddresses>();

  constructor(options: LocalClusterOptions) {
    this.#options = options;
  }

  /** Starts every node. */
  startAll(): void {
    for (const node of this.#options.config.nodes) this.start(node);
  }

  /** Starts one node: for the first time, or again after it has ended. Tests say which program. */
  start({ id }: NodeConfig, program = this.#options.program): NodeProcess {
    const { config, onLine, onExit } = this.#options;
    const process = new NodeProcess({
      node: id,
      configFile: config.file,
      onLine: (line) => onLine(id, line),
      ...(program === undefined ? {} : { program }),
    });
    this.#processes.set(id, process);
    void process.started.then((addresses) => this.#addresses.set(id, addresses));
    void process.exited.then((exit) => onExit(process, exit));
    return process;
  }

  /** The newest process of each node, in the order of the configuration. */
  get processes(): readonly NodeProcess[] {
    return this.#options.config.nodes.flatMap((node) => this.#processes.get(node.id) ?? []);
  }

  process(node: NodeId): NodeProcess | undefined {
    return this.#processes.get(node);
  }

  /** With the ports that it really got; undefined while it has not started. */
  addresses(node: NodeId): NodeAddresses | undefined {
    return this.#addresses.get(node);
  }

  /** What the nodes say of themselves, taken together. */
  async verdict(): Promise<Verdict> {
    return judgeCluster(
      await Promise.all(
        this.#options.config.nodes.map((node) =>
          askNode(node.id, this.#addresses.get(node.id)?.http ?? node.http),
        ),
      ),
    );
  }

  /** Waits until there is a leader, and every node that lives is ready and follows it. @throws if the signal aborts. */
  async untilReady(signal: AbortSignal): Promise<Verdict> {
    for (;;) {
      const allReady = await this.#allReady();
      const verdict = await this.verdict();
      if (allReady && verdict.healthy && verdict.followers >= this.#living.length) return verdict;
      await sleep(LOOK_EVERY_MS, undefined, { signal });
    }
  }

  stop(): Promise<void> {
    return stopAll(this.processes);
  }

  kill(): void {
    killAll(this.processes);
  }

  get #living(): readonly NodeProcess[] {
    return this.processes.filter((process) => !process.isOver);
  }

  async #allReady(): Promise<boolean> {
    const ready = await Promise.all(this.#living.map((process) => this.#isReady(process.node)));
    return ready.every(Boolean);
  }

  async #isReady(node: NodeId): Promise<boolean> {
    const addresses = this.#addresses.get(node);
    return addresses !== undefined && (await askReady(addresses.http));
  }
}
