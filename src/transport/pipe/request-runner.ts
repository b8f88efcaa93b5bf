import type { ClientRequest, CommandBody, LoginProof } from '../../chat/commands/command.ts';
import type { ChatResult } from '../../chat/commands/result.ts';
import { mayStillHappen, nothingDone, tooMuch } from '../../chat/pipe/failures.ts';
import { commandNumber } from '../../chat/pipe/parse-line.ts';
import { replyTo } from '../../chat/pipe/replies.ts';
import type { Reply } from '../../chat/pipe/reply.ts';
import { clientKeyOf, fingerprintOf } from './client-identity.ts';
import type { Connection, Role } from './connection.ts';
import type { Deliveries } from './deliveries.ts';
import type { ListJobs } from './list-jobs.ts';
import { PasswordJobs } from './password-jobs.ts';
import type { PendingRequest } from './pending-request.ts';
import type { PipeContext } from './pipe-context.ts';
import type { PasswordAnswer, PasswordJobId } from './pipe-output.ts';
import {
  endsLogin,
  happensOnce,
  letsOthersPass,
  makesKnown,
  objection,
  standsAlone,
} from './request-rules.ts';
import type { Submissions } from './submissions.ts';
import { BEHIND_ANOTHER, NODE_CUT_OFF, noAnswerIn, NOT_SEEN, refusedBecause } from './why.ts';

/** Results after which the cluster keeps something for the connection. */
const KNOWN_BY: ReadonlySet<ChatResult['kind']> = new Set([
  'created',
  'logged-in',
  'hello',
  'expired',
  'collected',
]);

const SAY_HELLO_AGAIN = nothingDone('say hello again first, it was not answered with ok');

export interface RunnerParts {
  readonly context: PipeContext;
  readonly submissions: Submissions;
  readonly deliveries: Deliveries;
  readonly lists: ListJobs;
  /** `bye` has come to the front, and everything before it is answered. */
  readonly onBye: (connection: Connection, item: PendingRequest) => void;
}

/** Carries requests out: starts them in order, submits their commands, and settles them with what came of it. */
export class RequestRunner {
  readonly #parts: RunnerParts;
  readonly #passwords: PasswordJobs;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#passwords = new PasswordJobs(parts.context.output);
  }

  /** Starts all requests of the connection that may be started by now. */
  startNext(connection: Connection): void {
    const { queue } = connection;
    for (let item = queue.nextToStart; item !== undefined; item = queue.nextToStart) {
      if (connection.gate !== null && !letsOthersPass(connection.gate)) return;
      connection.gate = null;
      if (!item.isSettled) {
        if (standsAlone(connection, item.request) && queue.front !== item) return;
        if (endsLogin(item.request) && hasUntakenMail(connection)) return;
      }
      queue.started();
      if (!item.isSettled) this.#start(connection, item);
      if (connection.phase.kind !== 'open' && connection.phase.kind !== 'finishing') return;
    }
  }

  #start(connection: Connection, item: PendingRequest): void {
    const reply = objection(connection, item, this.#parts.context.options);
    if (reply !== null) {
      item.answer(reply);
      return;
    }
    connection.gate = item;
    const { request } = item;
    switch (request.kind) {
      case 'create':
        if (request.password !== null) this.#passwords.hash(connection, item, request.password);
        else this.#submit(connection, item, { kind: 'create', name: request.name, passwordHash: null });
        return;
      case 'login':
        this.#login(connection, item, request.id, request.password);
        return;
      case 'list':
        this.#parts.lists.start(connection, item, request.pattern);
        return;
      case 'send': {
        const wallTimeMs = this.#parts.context.clock.wallTimeMs();
        this.#submit(connection, item, { kind: 'send', to: request.to, text: request.text, wallTimeMs });
        return;
      }
      case 'collect':
      case 'delete':
        this.#submit(connection, item, { kind: request.kind, id: request.id });
        return;
      case 'acknowledge':
        this.#submit(connection, item, { kind: 'acknowledge', message: request.message });
        return;
      case 'hello': {
        const client = clientKeyOf(request.clientId);
        this.#submit(connection, item, { kind: 'hello', client, floor: request.floor });
        return;
      }
      case 'bye':
        this.#parts.onBye(connection, item);
        return;
      case 'invalid':
        return;
    }
  }

  /** Checks the password against this replica. Should the account have changed by the time the login is applied, it is checked again. */
  #login(connection: Connection, item: PendingRequest, id: string, password: string | null): void {
    const credential = this.#parts.context.views.credentialById(id);
    if (credential === undefined || credential.passwordHash === null) {
      this.#submit(connection, item, { kind: 'login', id, proof: { kind: 'none' } });
    } else if (password === null) {
      const { account, credentialVersion } = credential;
      const proof: LoginProof = { kind: 'checked', account, credentialVersion, passwordMatches: false };
      this.#submit(connection, item, { kind: 'login', id, proof });
    } else {
      this.#passwords.check(connection, item, password, credential.passwordHash, credential);
    }
  }

  /** A password was hashed or checked. Answers the connection whose request may go on. */
  passwordAnswered(job: PasswordJobId, answer: PasswordAnswer): Connection | null {
    const question = this.#passwords.take(job);
    if (question === undefined || question.item.isSettled) return null;
    const { connection, item } = question;
    if (answer.kind === 'refused') {
      item.answer(tooMuch(answer.why));
    } else if (answer.kind === 'hashed' && item.request.kind === 'create') {
      const { passwordHash } = answer;
      this.#submit(connection, item, { kind: 'create', name: item.request.name, passwordHash });
    } else if (answer.kind === 'checked' && item.request.kind === 'login' && question.credential !== null) {
      const { account, credentialVersion } = question.credential;
      const passwordMatches = answer.matches;
      const proof: LoginProof = { kind: 'checked', account, credentialVersion, passwordMatches };
      this.#submit(connection, item, { kind: 'login', id: item.request.id, proof });
    }
    return connection;
  }

  #submit(connection: Connection, item: PendingRequest, body: CommandBody): void {
    if (endsLogin(item.request)) this.#parts.deliveries.submitNow(connection);
    const request = body.kind === 'hello' ? null : numberOf(connection, item);
    const answer = this.#parts.submissions.submit({ connection: connection.number, request, body }, item);
    if (answer.kind === 'refused') {
      this.#settle(connection, item, nothingDone(refusedBecause(answer)));
      return;
    }
    item.progress = { kind: 'submitted', id: answer.id };
    if (makesKnown(item.request)) connection.openBindings += 1;
    if (body.kind === 'collect') {
      item.carries = [];
      connection.openCollects += 1;
    }
  }

  applied(connection: Connection, item: PendingRequest, result: ChatResult): void {
    if (makesKnown(item.request)) this.#bindingApplied(connection, result);
    if (item.isSettled) return;
    if (result.kind === 'check-again' && item.request.kind === 'login') {
      this.#login(connection, item, item.request.id, item.request.password);
      return;
    }
    if (result.kind === 'collected') item.carries = result.messages;
    this.#settle(connection, item, replyTo(item.request, result));
  }

  /** Never carried out, and never will be. */
  voided(connection: Connection, item: PendingRequest): void {
    if (makesKnown(item.request)) connection.openBindings -= 1;
    this.#settle(connection, item, nothingDone(NODE_CUT_OFF));
  }

  /** It was applied, and this node did not see what came of it. The state may remember; otherwise nobody here knows. */
  lost(connection: Connection, item: PendingRequest): void {
    const result = this.#recalled(connection, item);
    if (result === undefined) this.#settle(connection, item, mayStillHappen(NOT_SEEN));
    else this.applied(connection, item, result);
  }

  #recalled(connection: Connection, item: PendingRequest): ChatResult | undefined {
    const { node, views } = this.#parts.context;
    if (item.request.kind === 'hello') {
      const client = clientKeyOf(item.request.clientId);
      return views.clientAt(node, connection.number) === client ? { kind: 'hello' } : undefined;
    }
    const request = numberOf(connection, item);
    if (request === null || connection.role.kind !== 'client') return undefined;
    return views.remembered(clientKeyOf(connection.role.clientId), request);
  }

  /** Time is up: answers `nothing was done` where that is certain, and else that nobody knows. */
  expire(connection: Connection, item: PendingRequest): void {
    const { context } = this.#parts;
    const why = noAnswerIn(context.options.commandTimeoutMs, context.log);
    if (this.#takeBack(connection, item) === 'in-doubt') {
      this.#settle(connection, item, mayStillHappen(why));
      return;
    }
    this.#settle(connection, item, nothingDone(why));
    if (connection.role.kind === 'client' && happensOnce(item.request)) this.#giveBackRest(connection);
  }

  /** A client sends again what was not done; what it had sent behind that must not overtake it. */
  #giveBackRest(connection: Connection): void {
    for (const item of connection.queue.unsettled()) {
      if (happensOnce(item.request) && this.#takeBack(connection, item) === 'withdrawn')
        this.#settle(connection, item, nothingDone(BEHIND_ANOTHER));
    }
  }

  /** The connection's node was ended by the others: what is not in doubt was certainly not done. */
  cutOff(connection: Connection, item: PendingRequest): void {
    if (item.progress.kind === 'streaming' || item.progress.kind === 'listing') return;
    if (this.#takeBack(connection, item) === 'withdrawn')
      this.#settle(connection, item, nothingDone(NODE_CUT_OFF));
  }

  #takeBack(connection: Connection, item: PendingRequest): 'withdrawn' | 'in-doubt' {
    if (item.progress.kind !== 'submitted') return 'withdrawn';
    const answer = this.#parts.submissions.withdraw(item.progress.id);
    if (answer === 'withdrawn' && makesKnown(item.request)) connection.openBindings -= 1;
    return answer;
  }

  #bindingApplied(connection: Connection, result: ChatResult): void {
    connection.openBindings -= 1;
    if (KNOWN_BY.has(result.kind)) connection.isBound = true;
    if (result.kind === 'created' || result.kind === 'logged-in') connection.loggedOutBecause = null;
  }

  #settle(connection: Connection, item: PendingRequest, reply: Reply): void {
    if (item.isSettled) return;
    item.answer(reply);
    if (item.request.kind === 'hello')
      connection.role = roleAfterHello(connection.role, item.request.clientId, reply);
  }
}

/** After a hello that failed nothing is executed: what follows may be a repetition, and nobody would notice. */
const roleAfterHello = (before: Role, clientId: string, reply: Reply): Role => {
  // A copy: the text of a line may keep all the lines alive that came with it.
  if (reply.code === 'ok') return { kind: 'client', clientId: Buffer.from(clientId).toString() };
  if (reply.code === 'conflict') return before;
  if (reply.code === 'expired') return { kind: 'refused-client', reply };
  if (before.kind === 'client' && before.clientId === clientId) return before;
  return { kind: 'refused-client', reply: SAY_HELLO_AGAIN };
};

/** Is there mail on the way to the socket that would come a second time if the login ended now? */
const hasUntakenMail = ({ role, outbox, pushedOrdinal }: Connection): boolean =>
  role.kind !== 'client' && !outbox.isAbandoned && pushedOrdinal > outbox.takenOrdinal;

const numberOf = (connection: Connection, item: PendingRequest): ClientRequest | null => {
  if (connection.role.kind !== 'client' || item.tag === null) return null;
  const number = commandNumber(item.tag);
  return number === null
    ? null
    : { number, fingerprint: fingerprintOf(connection.role.clientId, item.command) };
};
