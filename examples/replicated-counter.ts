// A counter on three replicas, in one process for the example: whoever adds, all agree, and a restart forgets nothing.
// Run it: node --import tsx examples/replicated-counter.ts FOLDER
import { join } from 'node:path';
import { bodyOf, nodeId, startReplica } from 'conclave/raft';
import type {
  CommittedCommand,
  NodeId,
  PeerNetwork,
  PeerNetworkListener,
  StateMachine,
  StateRestore,
} from 'conclave/raft';

/** Applies "add n". Deterministic: no clock, no chance, nothing from outside. */
class Counter implements StateMachine<number> {
  value = 0;
  genesis(): void {}
  apply(command: CommittedCommand): number {
    this.value += Number(new TextDecoder().decode(bodyOf(command)));
    return this.value;
  }
  incarnationChanged(): void {}
  stateHash(): string {
    return this.value.toString(16);
  }
  behaviourChanged(): void {}
  // The value at the moment of the call: what is applied while pieces are taken must not show in them.
  takeSnapshot(): Iterator<Uint8Array, undefined> {
    return [new TextEncoder().encode(String(this.value))].values();
  }
  beginRestore(): StateRestore {
    let value = 0;
    return {
      add: (piece) => (value = Number(new TextDecoder().decode(piece))),
      finish: () => (this.value = value),
    };
  }
}

/** A network within one process. Over sockets it is the same: greet, admit, then carry frames; they may get lost. */
class InProcessNetwork {
  readonly #listeners = new Map<NodeId, PeerNetworkListener>();

  attach(self: NodeId, listener: PeerNetworkListener): PeerNetwork {
    for (const [peer, other] of this.#listeners) {
      const [mine, theirs] = [listener.greetingFor(peer), other.greetingFor(self)];
      if (other.admit(mine).kind === 'refused' || listener.admit(theirs).kind === 'refused') continue;
      setImmediate(() => {
        other.accepted(self, mine);
        listener.accepted(peer, theirs);
        other.connected(self, mine);
        listener.connected(peer, theirs);
      });
    }
    this.#listeners.set(self, listener);
    return {
      send: (to, frames) => void setImmediate(() => this.#listeners.get(to)?.received(self, frames)),
      setPeers: () => undefined,
    };
  }
}

/** Adds 1 to 10, each number through another replica; returns what the replicas say in the end. */
export async function countTogether(folder: string): Promise<readonly number[]> {
  const network = new InProcessNetwork();
  const nodes = ['n1', 'n2', 'n3'];
  const counters = nodes.map(() => new Counter());
  const replicas = await Promise.all(
    nodes.map((id, place) =>
      startReplica({
        id,
        nodes,
        folder: join(folder, id),
        machine: counters[place] ?? new Counter(),
        network: (listener) => network.attach(nodeId(id), listener),
      }),
    ),
  );
  for (let n = 1; n <= 10; n += 1)
    await replicas[n % replicas.length]?.propose(new TextEncoder().encode(String(n)));
  await Promise.all(replicas.map((replica) => replica.read()));
  await Promise.all(replicas.map((replica) => replica.stop()));
  return counters.map(({ value }) => value);
}

if (process.argv[1] === import.meta.filename)
  console.log(await countTogether(process.argv[2] ?? 'counter-data'));
