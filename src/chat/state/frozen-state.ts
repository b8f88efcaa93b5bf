import type { ChatLimits } from '../commands/limits.ts';
import type { AccountIndex, ClientKey, ConnectionNumber, NodeId } from '../ids.ts';
import type { FrozenList } from './chunked-list.ts';
import type { FrozenMap } from './cow-map.ts';
import type { FrozenMessages } from './message-store.ts';
import type { Account, Client, Connection } from './records.ts';

/** All of the state at one moment: what a snapshot is made of. */
export interface FrozenState {
  /** The maintained hash at that moment. */
  readonly hash: string;
  /** The version of the rules. */
  readonly rules: number;
  readonly limits: ChatLimits;
  readonly accounts: FrozenMap<AccountIndex, Readonly<Account>>;
  readonly nameList: FrozenList<string>;
  readonly messages: FrozenMessages;
  readonly clients: FrozenMap<ClientKey, Readonly<Client>>;
  readonly nodes: readonly FrozenNode[];
  readonly clientUses: number;
}

export interface FrozenNode {
  readonly node: NodeId;
  readonly incarnation: number;
  readonly connections: FrozenMap<ConnectionNumber, Readonly<Connection>>;
}
