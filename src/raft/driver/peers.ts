import type { NodeId } from '../../ordered-log/index.ts';
import type { Room } from './frames.ts';
import type { Greeting } from './peer-network.ts';

/** What this process knows of the other nodes besides what the log says: who is connected, and what each one said of itself. */
export class Peers {
  /** Of those to whom a connection stands. */
  readonly #greetings = new Map<NodeId, Greeting>();
  /** The folder with which each one came last, over a connection in either direction, standing or not. */
  readonly #folders = new Map<NodeId, string>();
  /** The folder of the process whose frames come in. */
  readonly #incoming = new Map<NodeId, string>();
  /** Who would not have us, and why. */
  readonly #refusals = new Map<NodeId, string>();
  readonly #short = new Set<NodeId>();

  get greetings(): ReadonlyMap<NodeId, Greeting> {
    return this.#greetings;
  }

  get refusals(): ReadonlyMap<NodeId, string> {
    return this.#refusals;
  }

  /** Whose disks are full, as far as is known; this node may be among them. */
  get short(): ReadonlySet<NodeId> {
    return this.#short;
  }

  connected(peer: NodeId, greeting: Greeting): void {
    this.#greetings.set(peer, greeting);
    this.#refusals.delete(peer);
  }

  disconnected(peer: NodeId): void {
    this.#greetings.delete(peer);
  }

  refused(peer: NodeId, why: string): void {
    this.#refusals.set(peer, why);
  }

  /** The peer is born by now, into this cluster: only such a one sends anything but births. */
  bornInto(peer: NodeId, clusterId: string): void {
    const greeting = this.#greetings.get(peer);
    if (greeting?.clusterId === null) this.#greetings.set(peer, { ...greeting, clusterId });
  }

  /**
   * Notes the folder with which a peer came. Says whether it came with another one before: then what was known of its log is
   * void, from this moment on. An old folder that was put back is another one again.
   */
  cameWith(peer: NodeId, folderId: string): 'as-known' | 'replaced' {
    const known = this.#folders.get(peer);
    this.#folders.set(peer, folderId);
    return known === undefined || known === folderId ? 'as-known' : 'replaced';
  }

  /** Over a new connection: from here on its frames are those of the process with this folder. */
  comesInWith(peer: NodeId, folderId: string): void {
    this.#incoming.set(peer, folderId);
    // A full disk says so first of all; one that was mended meanwhile must not be held against it.
    this.#short.delete(peer);
  }

  /** What comes in is of another life of this peer than the one that was heard of last. */
  isOutlived(peer: NodeId): boolean {
    const incoming = this.#incoming.get(peer);
    return incoming !== undefined && incoming !== this.#folders.get(peer);
  }

  /** The folder of a peer that is connected. */
  folderOf(peer: NodeId): string | undefined {
    return this.#greetings.has(peer) ? this.#folders.get(peer) : undefined;
  }

  /** Notes what a node says of its disk. Returns whether that is news. */
  room(node: NodeId, room: Room): boolean {
    const before = this.#short.has(node);
    if (room === 'short') this.#short.add(node);
    else this.#short.delete(node);
    return before !== this.#short.has(node);
  }
}
