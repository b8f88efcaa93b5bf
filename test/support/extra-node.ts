import { join } from 'node:path';
import { findFreePorts } from '../../src/cli/free-ports.ts';
import { askAddress, askReady } from '../../src/cli/status/ask-node.ts';
import type { Address } from '../../src/config/address.ts';
import { formatAddress } from '../../src/config/address.ts';
import type { NodeStatus } from '../../src/transport/http/node-status.ts';
import { Command } from './command.ts';
import type { RealCluster } from './real-cluster.ts';
import { until, within } from './until.ts';

/** A node that is in no configuration: it joins a cluster by itself, as a process of its own. */
export class ExtraNode {
  readonly id: string;
  readonly http: Address;
  readonly client: Address;
  readonly peer: Address;
  readonly #cluster: RealCluster;
  #command: Command | null = null;

  private constructor(cluster: RealCluster, id: string, ports: readonly number[]) {
    const [peer = 0, client = 0, http = 0] = ports;
    this.id = id;
    this.#cluster = cluster;
    this.peer = { host: '127.0.0.1', port: peer };
    this.client = { host: '127.0.0.1', port: client };
    this.http = { host: '127.0.0.1', port: http };
  }

  /** Finds addresses for it; starts nothing. */
  static async prepare(cluster: RealCluster, id: string): Promise<ExtraNode> {
    return new ExtraNode(cluster, id, await findFreePorts(3));
  }

  /** Its addresses as arguments of a command. */
  get addresses(): readonly string[] {
    const { peer, client, http } = this;
    return ['--peer', peer, '--client', client, '--http', http].map((word) =>
      typeof word === 'string' ? word : formatAddress(word),
    );
  }

  /** Starts it with these arguments; without any, as a node that has joined before. */
  start(...args: readonly string[]): void {
    const { folder, config } = this.#cluster;
    this.#command = new Command(
      ['node', this.id, '--config', config.file, '--data', join(folder, 'data'), ...args],
      folder,
    );
  }

  async status(): Promise<NodeStatus | undefined> {
    const answer = await askAddress(this.http);
    return answer.kind === 'answered' ? (answer.status ?? undefined) : undefined;
  }

  /** Waits until it serves, and is a member of this role by its own log. */
  async untilMember(role: 'voter' | 'learner'): Promise<void> {
    await until(`${this.id} is ready`, () => {
      if (this.#command?.isOver === true) throw new Error(`${this.id} has ended:\n${this.#command.stderr}`);
      return askReady(this.http);
    });
    await until(`${this.id} is a ${role}`, async () => {
      const status = await this.status();
      return status?.members.some((member) => member.id === this.id && member.role === role);
    });
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#command?.signal(signal);
    if (this.#command !== null) await within(`${this.id} ended`, this.#command.ended);
  }
}
