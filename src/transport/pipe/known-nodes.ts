import { nodesNotice } from '../../chat/pipe/notices.ts';

/** A node that people and programs may connect to. */
export interface ReachableNode {
  readonly id: string;
  /** `host:port` of its pipe service. */
  readonly client: string;
}

/**
 * What clients are told about where the nodes are: nothing, as long as the cluster consists of the nodes of the configuration, which is what
 * clients have been given too; from then on, whenever it changes and after each hello.
 */
export class KnownNodes {
  readonly #configured: string;
  #notice: string | null = null;

  constructor(configured: readonly ReachableNode[]) {
    this.#configured = nodesNotice(configured);
  }

  /** For a client that has just said hello; null if there is nothing to tell. */
  get notice(): string | null {
    return this.#notice;
  }

  /** The nodes are these now. Says whether that is news to the clients. */
  change(nodes: readonly ReachableNode[]): 'news' | 'nothing-new' {
    const notice = nodesNotice(nodes.filter(({ client }) => client !== ''));
    const before = this.#notice ?? this.#configured;
    if (notice === before) return 'nothing-new';
    this.#notice = notice;
    return 'news';
  }
}
