import type { ConnectionView, InFlight } from '../views.ts';
import type { ChatState } from './chat-state.ts';
import { currentClient } from './logins.ts';
import type { Connection, Standing } from './records.ts';

/** What its node may know of a connection, as it is now: to be read at once, not to be kept over the next command. */
export function viewConnection(state: ChatState, connection: Readonly<Connection>): ConnectionView {
  const holder = currentClient(state, connection) ?? connection;
  const account = holder.account === null ? undefined : state.accounts.get(holder.account);
  return {
    account: account === undefined ? null : { index: account.index, name: account.name },
    loggedOutBecause: holder.loggedOutBecause,
    client: clientOf(connection.standing),
    inFlightAfter: (ordinal, max) => inFlightAfter(state, connection, ordinal, max),
  };
}

function inFlightAfter(
  state: ChatState,
  connection: Readonly<Connection>,
  ordinal: number,
  max: number,
): readonly InFlight[] {
  const found: InFlight[] = [];
  for (const entry of connection.inFlight.after(ordinal, max)) {
    const message = state.messages.get(entry.message);
    if (message !== undefined) found.push({ ordinal: entry.ordinal, by: entry.by, message });
  }
  return found;
}

function clientOf(standing: Standing): ConnectionView['client'] {
  switch (standing.kind) {
    case 'none':
    case 'expired':
      return 'none';
    case 'current':
      return 'current';
    case 'replaced':
    case 'forgotten':
      return 'replaced';
    default:
      return standing satisfies never;
  }
}
