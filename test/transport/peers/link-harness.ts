import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Address } from '../../../src/config/address.ts';
import { formatAddress } from '../../../src/config/address.ts';
import { nodeId } from '../../../src/ordered-log/ids.ts';
import type { NodeId } from '../../../src/ordered-log/ids.ts';
import type { Greeting, PeerAddress, PeerNetworkListener } from '../../../src/raft/driver/peer-network.ts';
import type { PeerLinkEvent } from '../../../src/transport/peers/peer-link-event.ts';
import { PeerLinks } from '../../../src/transport/peers/peer-links.ts';
import type { PeerLinksOptions } from '../../../src/transport/peers/peer-links-options.ts';
import { greetingOf } from './greetings.ts';

/** One end of a network under test: remembers all that it is told, and lets a test wait for something of it. */
export class Endpoint implements PeerNetworkListener {
  readonly id: NodeId;
  readonly told: string[] = [];
  readonly events: PeerLinkEvent[] = [];
  /** One array for each call of `received`. */
  readonly batches: string[][] = [];
  admission: ReturnType<PeerNetworkListener['admit']> = { kind: 'admitted' };
  /** Where it says that it listens. */
  address: string | null = null;
  links: PeerLinks | null = null;
  #waiters: (() => void)[] = [];

  constructor(id: string) {
    this.id = nodeId(id);
  }

  async open(
    peers: Readonly<Record<string, Address>>,
    changes: Partial<PeerLinksOptions> = {},
  ): Promise<Address> {
    this.links = await PeerLinks.open({
      self: this.id,
      listenOn: { host: '127.0.0.1', port: 0 },
      peers: peersOf(peers),
      versions: { lowest: 1, highest: 1 },
      listener: this,
      maxFrameBytes: 1_048_576,
      maxQueueBytes: 1_048_576,
      observe: (event) => {
        this.events.push(event);
        this.#wake();
      },
      ...changes,
    });
    return this.links.address;
  }

  async close(): Promise<void> {
    await this.links?.close();
    this.links = null;
  }

  setPeers(peers: Readonly<Record<string, Address>>): void {
    this.links?.setPeers(peersOf(peers));
  }

  send(to: string, ...texts: string[]): void {
    this.links?.send(
      nodeId(to),
      texts.map((text) => Buffer.from(text)),
    );
  }

  /** Everything received so far, in order. */
  get texts(): string[] {
    return this.batches.flat();
  }

  /** Resolves when the condition holds; it is looked at whenever this end is told something. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (condition()) resolve();
        else this.#waiters.push(look);
      };
      look();
    });
  }

  untilTold(what: string): Promise<void> {
    return this.until(() => this.told.includes(what));
  }

  untilEvent(kind: PeerLinkEvent['kind']): Promise<void> {
    return this.until(() => this.events.some((event) => event.kind === kind));
  }

  greetingFor(peer: NodeId): Greeting {
    return { ...greetingOf(this.id, peer), address: this.address };
  }

  admit(): ReturnType<PeerNetworkListener['admit']> {
    return this.admission;
  }

  connected(peer: NodeId, greeting: Greeting): void {
    this.told.push(`connected ${peer} ${greeting.folderId.slice(0, 2)}`);
    this.#wake();
  }

  disconnected(peer: NodeId, why: string): void {
    this.told.push(`disconnected ${peer}: ${why}`);
    this.#wake();
  }

  accepted(peer: NodeId, greeting: Greeting): void {
    this.told.push(`accepted ${peer} ${greeting.folderId.slice(0, 2)}`);
    this.#wake();
  }

  unreachable(peer: NodeId): void {
    this.told.push(`unreachable ${peer}`);
    this.#wake();
  }

  refused(peer: NodeId, why: string): void {
    this.told.push(`refused by ${peer}: ${why}`);
    this.#wake();
  }

  received(from: NodeId, frames: readonly Uint8Array[]): void {
    this.batches.push(frames.map((frame) => Buffer.from(frame).toString()));
    this.told.push(`received from ${from}`);
    this.#wake();
  }

  #wake(): void {
    for (const waiter of this.#waiters.splice(0)) waiter();
  }
}

function peersOf(peers: Readonly<Record<string, Address>>): readonly PeerAddress[] {
  return Object.entries(peers).map(([name, address]) => ({
    id: nodeId(name),
    address: formatAddress(address),
  }));
}

/** Somebody who is no node. */
export class Stranger {
  readonly socket: Socket;
  readonly ended: Promise<Buffer>;

  constructor(address: Address) {
    const parts: Buffer[] = [];
    this.socket = connect(address.port, address.host);
    this.ended = new Promise((resolve) => {
      this.socket
        .on('data', (part: Buffer) => parts.push(part))
        .on('error', () => undefined)
        .on('close', () => resolve(Buffer.concat(parts)));
    });
  }
}
