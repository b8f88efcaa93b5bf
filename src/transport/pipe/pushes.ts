import { clientLoggedOutNotice, loggedOutNotice, REPLACED_NOTICE } from '../../chat/pipe/notices.ts';
import { clientPushLine, pushLine } from '../../chat/pipe/push-lines.ts';
import type { ConnectionView, InFlight } from '../../chat/views.ts';
import type { Connection } from './connection.ts';
import type { PipeContext } from './pipe-context.ts';
import type { Writes } from './writes.ts';

/** In-flight messages that are asked of the state at a time. */
const BATCH = 64;

/**
 * Shows each connection what the state has for it: messages in flight, and the news that it is logged out or replaced.
 * Looks at the state and never at the moment of applying, which a node that catches up by a snapshot does not see.
 */
export class Pushes {
  readonly #context: PipeContext;
  readonly #writes: Writes;
  readonly #stale = new Set<Connection>();
  readonly #heldBack = new Set<Connection>();
  /**
   * Until this process has an incarnation, the state still shows connections of the one before it, whose numbers were the
   * same: what it says of them is nothing to ours.
   */
  #incarnation: 'none' | 'live' = 'none';

  constructor(context: PipeContext, writes: Writes) {
    this.#context = context;
    this.#writes = writes;
  }

  /** From here on, what the state shows of this node's connections is shown of ours. */
  incarnationBegan(): void {
    this.#incarnation = 'live';
  }

  /** Nothing that the state shows is ours, until an incarnation begins anew. */
  incarnationEnded(): void {
    this.#incarnation = 'none';
  }

  /** The connection is to be looked at when the turn ends. */
  stale(connection: Connection): void {
    this.#stale.add(connection);
    this.#writes.wake();
  }

  /** Looks at all that may have changed. Answers those whose client has moved to another connection. */
  catchUp(): readonly Connection[] {
    const replaced: Connection[] = [];
    for (const connection of this.#stale) {
      if (this.#show(connection) === 'current') continue;
      this.#writes.write(connection, REPLACED_NOTICE);
      replaced.push(connection);
    }
    this.#stale.clear();
    return replaced;
  }

  /** The socket has taken bytes: what was held back may go on. */
  roomAgain(connection: Connection): void {
    if (this.#heldBack.has(connection)) this.stale(connection);
  }

  forget(connection: Connection): void {
    this.#stale.delete(connection);
    this.#heldBack.delete(connection);
  }

  /** Looks at one connection at once. */
  look(connection: Connection): void {
    if (this.#show(connection) === 'replaced') this.stale(connection);
  }

  #show(connection: Connection): 'replaced' | 'current' {
    const { phase, outbox } = connection;
    if (phase.kind !== 'open' && phase.kind !== 'finishing') return 'current';
    if (outbox.isAbandoned || connection.isMidReply || this.#incarnation === 'none') return 'current';
    const view = this.#context.views.connection(this.#context.node, connection.number);
    if (view === undefined) return 'current';
    if (view.client === 'replaced') return 'replaced';
    this.#noticeLogout(connection, view);
    this.#push(connection, view);
    return 'current';
  }

  #noticeLogout(connection: Connection, view: ConnectionView): void {
    if (view.loggedOutBecause === connection.loggedOutBecause) return;
    connection.loggedOutBecause = view.loggedOutBecause;
    if (view.loggedOutBecause === null) return;
    const notice = view.client === 'current' ? clientLoggedOutNotice : loggedOutNotice;
    this.#writes.write(connection, notice(view.loggedOutBecause));
  }

  #push(connection: Connection, view: ConnectionView): void {
    const format = view.client === 'current' ? clientPushLine : pushLine;
    const before = connection.pushedOrdinal;
    let outcome: 'more' | 'wait' | 'done' = 'more';
    while (outcome === 'more') outcome = this.#pushBatch(connection, view, format);
    if (connection.pushedOrdinal > before) this.#writes.holdsUpTo(connection, connection.pushedOrdinal);
  }

  #pushBatch(
    connection: Connection,
    view: ConnectionView,
    format: typeof pushLine,
  ): 'more' | 'wait' | 'done' {
    const items = view.inFlightAfter(connection.pushedOrdinal, BATCH);
    for (const item of items) {
      if (isCarried(connection, item)) {
        connection.pushedOrdinal = item.ordinal;
        continue;
      }
      // A reply is on its way that will carry it. Only if that reply never comes is it pushed instead.
      if (item.by === 'collect' && connection.openCollects > 0) return 'wait';
      if (connection.outbox.bufferedBytes >= this.#context.options.maxBufferedBytes) {
        this.#heldBack.add(connection);
        return 'wait';
      }
      this.#writes.write(connection, format(item.message));
      connection.pushedOrdinal = item.ordinal;
    }
    if (items.length === BATCH) return 'more';
    this.#heldBack.delete(connection);
    if (connection.openCollects === 0) connection.carriedByReply.clear();
    return 'done';
  }
}

/** Did a reply carry it already? Says so once. */
const isCarried = (connection: Connection, item: InFlight): boolean =>
  item.by === 'collect' && connection.carriedByReply.delete(item.message.id);
