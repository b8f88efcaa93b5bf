import type { ClusterConfig } from '../../config/cluster-config.ts';
import { quorumOf } from '../../config/cluster-config.ts';
import { EXIT } from '../cli-error.ts';
import type { Painter } from '../painter.ts';
import { bringBackLine, renderBanner } from './banner.ts';
import { LocalCluster } from './local-cluster.ts';
import type { NodeExit, NodeProcess } from './node-process.ts';
import { Story } from './story.ts';

const STILL_WAITING_AFTER_MS = 10_000;

export interface RaiseOptions {
  readonly config: ClusterConfig;
  /** The folder in which the person would type further commands. */
  readonly folder: string;
  readonly paint: Painter;
  readonly write: (text: string) => void;
  /** Another program in place of the node's, for tests. */
  readonly program?: string;
}

export type Outcome =
  | { readonly kind: 'stopped' }
  /** All nodes have ended, though nobody asked for it. */
  | { readonly kind: 'none-left' }
  /** A node said that it cannot run like this; too few others are left for a quorum, and they were stopped. */
  | { readonly kind: 'cannot-start'; readonly sentence: string };

export interface RaisedCluster {
  /** Settles when every node has ended. */
  readonly outcome: Promise<Outcome>;
  stop(): void;
  kill(): void;
}

/** Starts all nodes and tells what becomes of them; brings none back. */
export function raiseCluster(options: RaiseOptions): RaisedCluster {
  const telling = new Telling(options);
  telling.begin();
  return telling;
}

class Telling implements RaisedCluster {
  readonly outcome: Promise<Outcome>;
  readonly #options: RaiseOptions;
  readonly #story: Story;
  readonly #cluster: LocalCluster;
  /** Ends the wait for the cluster to be ready. */
  readonly #over = new AbortController();
  #ending: Outcome | null = null;
  #resolve: (outcome: Outcome) => void = () => undefined;

  constructor(options: RaiseOptions) {
    this.#options = options;
    const nodes = options.config.nodes.map((node) => node.id);
    this.#story = new Story(nodes, options.paint, options.write);
    this.#cluster = new LocalCluster({
      config: options.config,
      onLine: (node, line) => this.#story.nodeLine(node, line),
      onExit: (process, exit) => this.#exited(process, exit),
      ...(options.program === undefined ? {} : { program: options.program }),
    });
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  begin(): void {
    this.#cluster.startAll();
    void this.#tellWhenReady();
  }

  stop(): void {
    this.#end({ kind: 'stopped' });
  }

  kill(): void {
    this.#cluster.kill();
  }

  #end(ending: Outcome): void {
    if (this.#ending !== null) return;
    this.#ending = ending;
    this.#over.abort();
    void this.#cluster.stop().then(() => this.#resolve(ending));
  }

  async #tellWhenReady(): Promise<void> {
    const patience = setTimeout(() => void this.#tellWhatIsMissing(), STILL_WAITING_AFTER_MS);
    try {
      const verdict = await this.#cluster.untilReady(this.#over.signal);
      this.#story.block(this.#banner(verdict.line));
    } catch {
      // It ended before it was ready, and that has been told already.
    } finally {
      clearTimeout(patience);
    }
  }

  async #tellWhatIsMissing(): Promise<void> {
    const verdict = await this.#cluster.verdict();
    this.#story.block(this.#options.paint('yellow', `Not ready yet: ${verdict.line}.`));
  }

  #banner(verdict: string): string {
    const { config, folder, paint } = this.#options;
    const nodes = this.#cluster.processes.flatMap((process) => {
      const addresses = this.#cluster.addresses(process.node);
      return addresses === undefined || process.isOver
        ? []
        : [{ id: process.node, pid: process.pid, addresses }];
    });
    return renderBanner({ config, nodes, verdict, folder }, paint);
  }

  #exited(ended: NodeProcess, { code, signal }: NodeExit): void {
    if (this.#ending !== null) return;
    const { failure } = ended;
    if (code === EXIT.unusable && failure !== null) return this.#cannotStart(ended, failure.sentence);
    const how = signal === null ? `ended with exit code ${code ?? 'unknown'}` : `was ended by ${signal}`;
    const why = failure === null ? '' : `: ${failure.sentence}`;
    const { config, folder, paint } = this.#options;
    this.#story.aboutNode(ended.node, `process ${ended.pid} ${how}${why}`);
    this.#story.aboutNode(
      ended.node,
      `to bring it back: ${paint('cyan', bringBackLine(config, ended.node, folder))}`,
    );
    if (this.#cluster.processes.every((process) => process.isOver)) this.#end({ kind: 'none-left' });
  }

  /** One damaged folder must not keep a cluster down that can do without it. */
  #cannotStart(ended: NodeProcess, sentence: string): void {
    const { nodes } = this.#options.config;
    const left = this.#cluster.processes.filter((process) => !process.isOver).length;
    if (left < quorumOf(nodes.length)) return this.#end({ kind: 'cannot-start', sentence });
    this.#story.aboutNode(ended.node, `cannot start, the others go on: ${sentence}`);
  }
}
