import { DrivenClient, clientOptions } from './driven-client.ts';
import { FakeCluster } from './fake-cluster.ts';

/** A client that has made the account ann123, and has nothing to do. */
export function loggedIn(limits: Parameters<typeof clientOptions>[0] = {}): DrivenClient {
  const client = new DrivenClient(new FakeCluster(), clientOptions(limits));
  client.command('1|ann');
  exchange(client);
  return client;
}

/** Both sides say what they have to say, until nobody has. */
export function exchange(client: DrivenClient): void {
  while (client.wire !== null && (client.wire.toNode !== '' || client.wire.connection.output !== '')) {
    client.deliverToNode();
    client.deliverToClient();
  }
}

export const last = <T>(list: readonly T[]): T => list.at(-1)!;
