import type { ClientStatus } from '../client-effect.ts';

/** Puts changes of the connection into one short line each; most changes need none. */
export class StatusTeller {
  /** The node that went away, until another one is found. */
  #gone: string | null = null;
  #connectedBefore: string | null = null;
  #said: 'nothing' | 'nobody answers' = 'nothing';

  /** The line to show, or null. */
  tell(status: ClientStatus): string | null {
    switch (status.kind) {
      case 'connecting':
      case 'resting':
        return null;
      case 'connected':
        return this.#connected(status.node.id);
      case 'lost':
        this.#gone = status.node.id;
        return null;
      case 'waiting':
        return this.#waiting(status.why);
      case 'held':
        return 'the cluster cannot answer just now; your command is kept and sent again';
      case 'stopped':
        return status.why === 'closed' ? null : `stopped: ${status.why}`;
      default:
        return status satisfies never;
    }
  }

  /** For whoever has waited a while since a node went away; null if there is nothing to say. */
  stillLooking(): string | null {
    return this.#gone === null || this.#said !== 'nothing'
      ? null
      : `${this.#gone} is gone; looking for another node`;
  }

  #connected(node: string): string | null {
    const gone = this.#gone;
    const before = this.#connectedBefore;
    const waited = this.#said === 'nobody answers';
    this.#gone = null;
    this.#connectedBefore = node;
    this.#said = 'nothing';
    if (before === null) return `connected to ${node}`;
    if (gone === null) return waited ? `connected to ${node}, nothing was lost` : null;
    if (gone === node) return `${node} is back, nothing was lost`;
    return `${gone} is gone; connected to ${node}, nothing was lost`;
  }

  #waiting(why: string): string | null {
    if (this.#said === 'nobody answers') return null;
    this.#said = 'nobody answers';
    return `no node can serve just now (${why}); trying again, what you send is kept`;
  }
}
