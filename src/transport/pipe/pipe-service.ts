import { connectionNumber } from '../../chat/ids.ts';
import type { ConnectionNumber } from '../../chat/ids.ts';
import type { ChatResult } from '../../chat/commands/result.ts';
import { nothingDone } from '../../chat/pipe/failures.ts';
import { formatReply } from '../../chat/pipe/format-reply.ts';
import { leaderNotice, SHUTDOWN_NOTICE } from '../../chat/pipe/notices.ts';
import { GOODBYE, GREETING } from '../../chat/pipe/replies.ts';
import type { NodeId, ReadId, SubmissionId } from '../../ordered-log/ids.ts';
import type { Incarnation, LogListener } from '../../ordered-log/ordered-log.ts';
import { Admission } from './admission.ts';
import { Connection } from './connection.ts';
import { Conversation } from './conversation.ts';
import { Deadlines } from './deadlines.ts';
import { Deliveries } from './deliveries.ts';
import { KnownNodes } from './known-nodes.ts';
import type { ReachableNode } from './known-nodes.ts';
import { ListJobs } from './list-jobs.ts';
import { Logouts } from './logouts.ts';
import type { PipeContext } from './pipe-context.ts';
import type { PasswordAnswer, PasswordJobId, PipeListener, SocketId } from './pipe-output.ts';
import { Pushes } from './pushes.ts';
import { RequestRunner } from './request-runner.ts';
import { SignOff } from './sign-off.ts';
import { Submissions } from './submissions.ts';
import { SHUTTING_DOWN } from './why.ts';
import { Writes } from './writes.ts';

/**
 * The pipe service of one node, as a machine without I/O: sockets' bytes, the log's answers, passwords and time come in;
 * bytes and submissions go out. After any input the shell is asked, by `wake`, to call `flush` when its turn ends.
 */
export class PipeService implements LogListener<ChatResult> {
  readonly #context: PipeContext;
  readonly #bySocket = new Map<SocketId, Connection>();
  readonly #byNumber = new Map<ConnectionNumber, Connection>();
  readonly #admission: Admission;
  readonly #submissions: Submissions;
  readonly #writes: Writes;
  readonly #deliveries: Deliveries;
  readonly #logouts: Logouts;
  readonly #pushes: Pushes;
  readonly #lists: ListJobs;
  readonly #runner: RequestRunner;
  readonly #signOff: SignOff;
  readonly #conversation: Conversation;
  readonly #deadlines: Deadlines;
  readonly #knownNodes: KnownNodes;
  /** Never falls back while the process lives, not even with a new incarnation: a late word about an old connection cannot hit a new one. */
  #lastNumber = 0;
  /** Those with `waitsForReplies`. */
  #answered: Connection[] = [];
  #leader: NodeId | null = null;
  #state: 'serving' | 'shutting-down' = 'serving';

  constructor(context: PipeContext) {
    this.#context = context;
    this.#admission = new Admission(context.options);
    this.#submissions = new Submissions(context.log);
    this.#deliveries = new Deliveries(context, this.#submissions);
    this.#writes = new Writes(context, (connection) => this.#deliveries.gather(connection));
    this.#logouts = new Logouts(this.#submissions);
    this.#pushes = new Pushes(context, this.#writes);
    this.#lists = new ListJobs(context, this.#writes, (connection) => this.#conversation.advance(connection));
    this.#signOff = new SignOff({
      context,
      writes: this.#writes,
      deliveries: this.#deliveries,
      logouts: this.#logouts,
      onGone: (connection) => this.#forget(connection),
    });
    this.#runner = new RequestRunner({
      context,
      submissions: this.#submissions,
      deliveries: this.#deliveries,
      lists: this.#lists,
      onBye: (connection, item) => {
        this.#pushes.look(connection);
        this.#signOff.begin(connection, formatReply(item.tag, GOODBYE));
      },
    });
    this.#knownNodes = new KnownNodes(context.nodes ?? []);
    this.#conversation = new Conversation({
      context,
      writes: this.#writes,
      pushes: this.#pushes,
      runner: this.#runner,
      signOff: this.#signOff,
      knownNodes: this.#knownNodes,
    });
    this.#deadlines = new Deadlines({
      context,
      runner: this.#runner,
      lists: this.#lists,
      signOff: this.#signOff,
      conversation: this.#conversation,
      onStalled: (connection) => this.#dropStalled(connection),
    });
  }

  /** Connections that are open, or still saying goodbye. */
  get connections(): number {
    return this.#bySocket.size;
  }

  /** After a shutdown: is every connection over, and does the log know? */
  get isIdle(): boolean {
    return this.#byNumber.size === 0 && !this.#logouts.areWaiting;
  }

  // ---- sockets ----

  /** A socket has connected. */
  opened(socket: SocketId, listener: PipeListener, remoteAddress: string): void {
    const refusal = this.#state === 'serving' ? this.#admission.enter(remoteAddress) : SHUTTING_DOWN;
    if (refusal !== null) {
      const text = formatReply(null, nothingDone(refusal));
      this.#context.output.write(socket, text, Buffer.byteLength(text));
      this.#context.output.end(socket);
      return;
    }
    this.#lastNumber += 1;
    const number = connectionNumber(this.#lastNumber);
    const { options, clock } = this.#context;
    const connection = new Connection(socket, number, listener, remoteAddress, options, clock.nowMs());
    this.#bySocket.set(socket, connection);
    this.#byNumber.set(number, connection);
    this.#writes.write(connection, `${GREETING}\n`);
  }

  /** Bytes have come in. The service keeps them: the caller does not touch them again. */
  received(socket: SocketId, bytes: Uint8Array): void {
    const connection = this.#bySocket.get(socket);
    if (connection === undefined || connection.phase.kind !== 'open') return;
    this.#conversation.received(connection, bytes);
  }

  /** The other side has ended its input, and may still be reading. */
  ended(socket: SocketId): void {
    const connection = this.#bySocket.get(socket);
    if (connection === undefined || connection.phase.kind !== 'open') return;
    connection.framer.end();
    connection.phase = { kind: 'finishing' };
    this.#conversation.advance(connection);
  }

  /** The socket is gone. What was sent before is carried out; nobody reads what comes of it. */
  closed(socket: SocketId): void {
    const connection = this.#bySocket.get(socket);
    if (connection === undefined) return;
    connection.outbox.abandon();
    this.#bySocket.delete(socket);
    if (connection.phase.kind === 'open') connection.phase = { kind: 'finishing' };
    for (const item of connection.queue.unsettled()) {
      if (item.request.kind === 'list') item.progress = { kind: 'written' };
    }
    this.#conversation.advance(connection);
    this.#signOff.proceed(connection);
  }

  /** The socket has taken that many more bytes of what was written to it. */
  taken(socket: SocketId, bytes: number): void {
    const connection = this.#bySocket.get(socket);
    if (connection === undefined) return;
    this.#writes.taken(connection, bytes);
    this.#pushes.roomAgain(connection);
    this.#lists.roomAgain(connection);
    if (connection.waitsForRoom) this.#conversation.advance(connection);
    this.#signOff.proceed(connection);
  }

  passwordAnswered(job: PasswordJobId, answer: PasswordAnswer): void {
    const connection = this.#runner.passwordAnswered(job, answer);
    if (connection !== null) this.#conversation.advance(connection);
  }

  // ---- time and turns ----

  /** Some time has passed. To be called every few milliseconds while there are connections. */
  tick(): void {
    this.#deadlines.tick(this.#byNumber.values());
    this.#deliveries.tick();
    this.#logouts.tick();
    this.#lists.tick();
  }

  /** Does a slice of long work, lists. Says whether more could be done at once; others should have their turn before. */
  work(): 'more' | 'idle' {
    return this.#lists.work();
  }

  /** The turn is over: everything that was gathered for a socket goes out as one write. */
  flush(): void {
    for (const connection of this.#pushes.catchUp()) this.#signOff.begin(connection, '');
    this.#writes.flush();
  }

  /** Takes no new connections and no new commands, carries out what was taken, says goodbye. Done when `isIdle`. */
  shutdown(): void {
    this.#state = 'shutting-down';
    for (const connection of this.#byNumber.values()) {
      if (connection.role.kind === 'client' && !connection.isMidReply)
        this.#writes.write(connection, SHUTDOWN_NOTICE);
      this.#takeNoMore(connection);
      this.#conversation.advance(connection);
    }
  }

  // ---- the log ----

  applied(id: SubmissionId, _index: number, result: ChatResult): void {
    const submission = this.#submissions.settle(id);
    if (submission === undefined) return;
    switch (submission.kind) {
      case 'request':
        this.#runner.applied(submission.connection, submission, result);
        this.#note(submission.connection);
        return;
      case 'logout': {
        const connection = this.#byNumber.get(submission.number);
        if (connection !== undefined) this.#signOff.loggedOut(connection);
        return;
      }
      case 'delivered':
        return;
    }
  }

  #note(connection: Connection): void {
    if (connection.waitsForReplies) return;
    connection.waitsForReplies = true;
    this.#answered.push(connection);
  }

  voided(id: SubmissionId): void {
    this.#failed(id, 'voided');
  }

  lost(id: SubmissionId): void {
    this.#failed(id, 'lost');
  }

  #failed(id: SubmissionId, how: 'voided' | 'lost'): void {
    const submission = this.#submissions.settle(id);
    if (submission === undefined) return;
    switch (submission.kind) {
      case 'request':
        this.#runner[how](submission.connection, submission);
        this.#conversation.advance(submission.connection);
        return;
      case 'logout':
        this.#logouts.failed(submission);
        return;
      case 'delivered':
        this.#deliveries.failed(submission.connection);
        return;
    }
  }

  readSafe(id: ReadId): void {
    this.#lists.readSafe(id);
  }

  /** Asked again at the next tick, until the list's time is up. */
  readFailed(id: ReadId, _reason: string): void {
    this.#lists.readFailed(id);
  }

  incarnationBegan(_incarnation: Incarnation): void {
    // Connection numbers go on, and what was submitted meanwhile is numbered by the log.
    this.#pushes.incarnationBegan();
  }

  incarnationEnded(): void {
    this.#pushes.incarnationEnded();
    this.#logouts.incarnationEnded();
    for (const connection of this.#byNumber.values()) {
      connection.isBound = false;
      this.#takeNoMore(connection);
      for (const item of connection.queue.unsettled()) this.#runner.cutOff(connection, item);
      this.#conversation.advance(connection);
      this.#signOff.proceed(connection);
      this.#signOff.loggedOut(connection);
    }
  }

  caughtUp(_index: number): void {
    const answered = this.#answered;
    this.#answered = [];
    for (const connection of answered) {
      connection.waitsForReplies = false;
      this.#conversation.advance(connection);
    }
    for (const number of this.#context.views.takeTouched(this.#context.node)) {
      const connection = this.#byNumber.get(number);
      if (connection !== undefined) this.#pushes.stale(connection);
    }
  }

  leaderChanged(leader: NodeId | null): void {
    if (leader === null || leader === this.#leader) return;
    this.#leader = leader;
    this.#tellClients(leaderNotice(leader));
  }

  /** The cluster consists of these nodes now. Clients are told, so that they find it when none of those is left that they began with. */
  nodesChanged(nodes: readonly ReachableNode[]): void {
    if (this.#knownNodes.change(nodes) === 'news') this.#tellClients(this.#knownNodes.notice ?? '');
  }

  #tellClients(notice: string): void {
    for (const connection of this.#byNumber.values()) {
      if (connection.role.kind === 'client' && !connection.isMidReply) this.#writes.write(connection, notice);
    }
  }

  // ---- the ends of connections ----

  #takeNoMore(connection: Connection): void {
    if (connection.phase.kind === 'open') connection.phase = { kind: 'finishing' };
    connection.framer.discard();
  }

  #dropStalled(connection: Connection): void {
    this.#context.output.destroy(connection.socket);
    this.closed(connection.socket);
  }

  #forget(connection: Connection): void {
    this.#bySocket.delete(connection.socket);
    this.#byNumber.delete(connection.number);
    this.#admission.leave(connection.remoteAddress);
    this.#deliveries.forget(connection);
    this.#pushes.forget(connection);
    this.#lists.forget(connection);
  }
}
