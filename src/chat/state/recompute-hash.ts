import { withScalars } from './chat-state.ts';
import {
  accountFact,
  clientFact,
  connectionFact,
  heldFact,
  inFlightFact,
  keptFact,
  messageFact,
  nodeFact,
  ordinalFact,
  resultFact,
} from './facts.ts';
import type { FrozenState } from './frozen-state.ts';
import { encodeMessage } from './message-codec.ts';
import { StateHash } from './state-hash.ts';

/** The hash of a state, made from all of its facts: what the maintained one must equal. */
export function recomputeHash(state: FrozenState): string {
  return withScalars(sumOfFacts(state), {
    rules: state.rules,
    limits: state.limits,
    accountsEver: state.nameList.length,
    messagesEver: state.messages.length,
    clientUses: state.clientUses,
  });
}

/** The bytes of a state, reckoned from all of its facts: what the maintained number must equal. */
export function recomputeBytes(state: FrozenState): number {
  return sumOfFacts(state).bytes + state.messages.chunkBytes + state.nameList.chunkBytes;
}

function sumOfFacts(state: FrozenState): StateHash {
  const sum = new StateHash();
  for (const account of state.accounts.values()) {
    sum.add(accountFact(account));
    for (const message of account.mailbox) sum.add(keptFact(account.index, message));
  }
  for (const message of state.messages.values()) sum.add(messageFact(message.id, encodeMessage(message)));
  for (const client of state.clients.values()) {
    sum.add(clientFact(client));
    for (const [number, remembered] of client.results) sum.add(resultFact(client.key, number, remembered));
    for (const [number, held] of client.held) sum.add(heldFact(client.key, number, held));
  }
  for (const { node, incarnation, connections } of state.nodes) {
    sum.add(nodeFact(node, incarnation));
    for (const connection of connections.values()) {
      sum.add(connectionFact(connection));
      sum.add(ordinalFact(connection));
      for (const entry of connection.inFlight) sum.add(inFlightFact(connection.ref, entry));
    }
  }
  return sum;
}
