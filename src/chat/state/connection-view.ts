import type { ConnectionView, InFlight } from '../views.ts';
import type { ChatState } from './chat-state.ts';
import { currentClient } from './logins.ts';
import type { Connection, Standing } from './records.ts';

/** What its node may know of a connection, as it is now: to be read at once, not to be kept over the next command. */
export class StateConnectionView implements ConnectionView {
  readonly loggedOutBecause: ConnectionView['loggedOutBecause'];
  readonly client: ConnectionView['client'];
  readonly #state: ChatState;
  readonly #connection: Readonly<Connection>;

  constructor(state: ChatState, connection: Readonly<Connection>) {
    this.#state = state;
    this.#connection = connection;
    this.loggedOutBecause = (currentClient(state, connection) ?? connection).loggedOutBecause;
    this.client = clientOf(connection.standing);
  }

  get account(): ConnectionView['account'] {
    const holder = currentClient(this.#state, this.#connection) ?? this.#connection;
    const account = holder.account === null ? undefined : this.#state.accounts.get(holder.account);
    return account === undefined ? null : { index: account.index, name: account.name };
  }

  inFlightAfter(ordinal: number, max: number): readonly InFlight[] {
    const found: InFlight[] = [];
    for (const { ordinal: at, by, message: id } of this.#connection.inFlight.after(ordinal, max)) {
      const message = this.#state.messages.get(id);
      if (message !== undefined) found.push({ ordinal: at, by, message });
    }
    return found;
  }
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
