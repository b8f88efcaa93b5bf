import type {
  CommittedCommand,
  IncarnationChange,
  StateMachine,
  StateRestore,
} from '../ordered-log/ordered-log.ts';
import { decodeCommand } from './commands/command-codec.ts';
import type { ClientRequest } from './commands/command.ts';
import { recalled } from './commands/decide-once.ts';
import { decodeGenesis } from './commands/genesis-codec.ts';
import type { ChatResult } from './commands/result.ts';
import { RULES, UnknownRulesError, type Rules } from './commands/rules.ts';
import type { ClientKey, ConnectionNumber, NodeId } from './ids.ts';
import { snapshotPieces } from './snapshot/encode-snapshot.ts';
import { SnapshotRestore } from './snapshot/snapshot-restore.ts';
import { carryOut } from './state/carry-out.ts';
import { ChatState } from './state/chat-state.ts';
import { StateConnectionView } from './state/connection-view.ts';
import { nodeFact } from './state/facts.ts';
import type { FrozenState } from './state/frozen-state.ts';
import { currentClient } from './state/logins.ts';
import { accountWithId } from './state/names.ts';
import { recomputeHash } from './state/recompute-hash.ts';
import { newNodeRecord } from './state/records.ts';
import type { ChatViews, ConnectionView, CredentialView, FrozenNames } from './views.ts';

/**
 * The chat as a deterministic machine: committed commands in, the same state and results out on every replica. A
 * command is decided (reading only), then its changes are carried out (which cannot fail).
 */
export class ChatMachine implements StateMachine<ChatResult>, ChatViews {
  readonly #rules: readonly Rules[];
  #state = new ChatState();

  /** `rules`: every version of them, the first one first. */
  constructor({ rules = RULES }: { readonly rules?: readonly Rules[] } = {}) {
    this.#rules = rules;
  }

  /** The newest version of the rules that this machine can go by: what a node may announce that it reads. */
  get newestBehaviour(): number {
    return this.#rules.length;
  }

  /** The founding bytes are the limits. Bytes that cannot be read leave all limits at nothing: every command that needs room is refused. */
  genesis(body: Uint8Array): void {
    const limits = decodeGenesis(body);
    if (limits !== null) carryOut(this.#state, { kind: 'set-limits', limits });
  }

  /** Carries out a command of its node's current incarnation, which `incarnationChanged` announced; others are passed over. */
  apply(command: CommittedCommand): ChatResult {
    const { node, incarnation, bytes, start, end } = command;
    if (this.#state.nodes.get(node)?.incarnation !== incarnation) return { kind: 'noted' };
    const decoded = decodeCommand(bytes, start, end);
    if (decoded === null) return { kind: 'unreadable' };
    const decide = this.#rulesOf(this.#state.rules);
    const { result, changes } = decide(this.#state, { node, number: decoded.connection }, decoded);
    for (const change of changes) carryOut(this.#state, change);
    return result;
  }

  /** All connections of the node's older incarnations end. A change to an incarnation that is not newer changes nothing. */
  incarnationChanged({ node, incarnation }: IncarnationChange): void {
    const state = this.#state;
    const before = state.nodes.get(node);
    if (before !== undefined) {
      if (incarnation <= before.incarnation) return;
      const refs = Array.from(before.connections.values(), (connection) => connection.ref);
      // In an order that every replica shares: clients grow idle one after the other.
      for (const at of refs.sort((a, b) => a.number - b.number)) {
        carryOut(state, { kind: 'end-connection', at });
      }
      state.hash.remove(nodeFact(node, before.incarnation));
    }
    state.nodes.set(node, newNodeRecord(incarnation));
    state.hash.add(nodeFact(node, incarnation));
  }

  /** A version that is not newer changes nothing. Throws an `UnknownRulesError` for one that this program does not have: the node must stop. */
  behaviourChanged(version: number): void {
    if (version <= this.#state.rules) return;
    this.#rulesOf(version);
    carryOut(this.#state, { kind: 'set-rules', version });
  }

  takeSnapshot(): Iterator<Uint8Array, undefined> {
    return snapshotPieces(this.freeze());
  }

  /** `add` and `finish` throw a `SnapshotError` or an `UnknownRulesError`; after either only a new restore is of use. */
  beginRestore(): StateRestore {
    return new SnapshotRestore(
      (version) => this.#rulesOf(version),
      (state) => {
        this.#state = state;
      },
    );
  }

  /** Sixteen hex digits. */
  stateHash(): string {
    return this.#state.hashOfAll();
  }

  /** The same, made from scratch in the time of the whole state: to be compared with `stateHash`. */
  recomputeHash(): string {
    return recomputeHash(this.freeze());
  }

  /** The state as it is now, unmoved by what is applied later. Takes the time of its chunks, not of its content. */
  freeze(): FrozenState {
    return this.#state.freeze();
  }

  connection(node: NodeId, number: ConnectionNumber): ConnectionView | undefined {
    const connection = this.#state.connection({ node, number });
    return connection === undefined ? undefined : new StateConnectionView(this.#state, connection);
  }

  takeConcerned(): Iterable<NodeId> {
    const { concerned } = this.#state;
    if (concerned.size === 0) return [];
    const nodes = [...concerned];
    concerned.clear();
    return nodes;
  }

  /** In ascending order. Deliveries and acknowledgements, which the node reported itself, do not touch a connection. */
  takeTouched(node: NodeId): readonly ConnectionNumber[] {
    const touched = this.#state.nodes.get(node)?.touched;
    if (touched === undefined || touched.size === 0) return [];
    const numbers = [...touched].sort((a, b) => a - b);
    touched.clear();
    return numbers;
  }

  clientAt(node: NodeId, number: ConnectionNumber): ClientKey | undefined {
    return currentClient(this.#state, this.#state.connection({ node, number }))?.key;
  }

  remembered(key: ClientKey, { number, fingerprint }: ClientRequest): ChatResult | undefined {
    const client = this.#state.clients.get(key);
    const before = client?.results.get(number);
    if (client === undefined || before?.fingerprint !== fingerprint) return undefined;
    return recalled(this.#state, client, number, before);
  }

  credentialById(id: string): CredentialView | undefined {
    const account = accountWithId(this.#state, id);
    if (account === undefined) return undefined;
    const { index, credentialVersion, passwordHash } = account;
    return { account: index, credentialVersion, passwordHash };
  }

  freezeNames(): FrozenNames {
    return this.#state.nameList.freeze();
  }

  counts(): ReturnType<ChatViews['counts']> {
    let connections = 0;
    for (const node of this.#state.nodes.values()) connections += node.connections.size;
    const { accounts, messages, clients } = this.#state;
    return { accounts: accounts.size, messages: messages.live, connections, clients: clients.size };
  }

  room(): ReturnType<ChatViews['room']> {
    return { usedBytes: this.#state.bytes, limitBytes: this.#state.limits.stateBytes };
  }

  #rulesOf(version: number): Rules {
    const rules = this.#rules[version - 1];
    if (rules === undefined) throw new UnknownRulesError(version, this.#rules.length);
    return rules;
  }
}
