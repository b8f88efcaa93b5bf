import { NodeModel } from './node-model.ts';
import { receives } from './receives.ts';
import { reject, TraceRejected } from './rejected.ts';
import { sends } from './sends.ts';
import type { TraceLine, TraceStep } from './trace-file.ts';

/** What has been seen in a trace so far, of all nodes. */
export class TraceModel {
  readonly nodes = new Map<string, NodeModel>();
  readonly majority: number;
  /** Every message that was ever sent: the network may repeat it, lose it, and hold it up, and no more. */
  readonly sent = new Set<string>();
  readonly #leaders = new Map<number, string>();
  /** By index, the term of the committed entry, and the term of whoever committed it first. */
  readonly #committed: { readonly term: number; readonly inTerm: number }[] = [];
  /** By index and term, the term of the entry before. */
  readonly #before = new Map<string, number>();

  constructor(members: readonly string[]) {
    for (const nid of members) this.nodes.set(nid, new NodeModel(nid));
    this.majority = Math.floor(members.length / 2) + 1;
  }

  /** One step, by the rules of Figure 2 of the Raft paper. Throws `TraceRejected`. */
  take(step: TraceStep): void {
    const { cause, events, nid } = step;
    const node = this.nodes.get(nid);
    if (node === undefined) return reject(cause, 'it is no member');
    const after = events.at(-1) ?? cause;
    for (const event of events)
      if (stateOf(event) !== stateOf(cause)) reject(event, 'it has another state than its step');
    if (cause.name === 'InitState') return this.#begins(node, cause);
    if (!node.isRunning) return reject(cause, 'it does not run');
    if (cause.name === 'Crash') {
      node.isRunning = false;
      return;
    }
    const before = { term: node.term, vote: node.vote, commit: node.commit, role: node.role };
    const log = [...node.terms];
    const { term, vote, commit } = after.state;
    if (term < before.term) reject(after, 'its term falls');
    if (term === before.term && before.vote !== null && vote !== before.vote)
      reject(after, 'it votes again in one term');
    if (commit < before.commit) reject(after, 'its commit index falls');
    if (term > before.term) this.#mayEnter(node, step, term);
    isTold(step, before);
    const expected = receives(node, cause);
    if (term > before.term) node.entersTerm();
    node.term = term;
    node.vote = vote;
    node.role = after.role;
    if (cause.name === 'Ready') node.isDone(cause.ticket ?? 0);
    const change = events.find(({ name }) => name === 'Replicate' || name === 'Append');
    if (change !== undefined) this.#logChanges(node, change, before.commit);
    for (const event of events) if (event.name === 'Persist') node.asks(event, change);
    if (expected !== null && !isSame(expected, node.terms))
      reject(cause, `its log should be ${expected.join()} after that, and is ${node.terms.join()}`);
    if (expected === null && change?.name === 'Append') reject(change, `a follower's log changes on its own`);
    if (after.log !== node.terms.length)
      reject(after, `its log has ${after.log} entries, by what was told ${node.terms.length}`);
    if (after.durable !== node.durableLength)
      reject(after, `${after.durable} entries are durable, by what was told ${node.durableLength}`);
    node.durable = after.durable;
    this.#counts(node, cause);
    for (const event of events) if (event.name === 'BecomeLeader') this.#leads(node, event);
    if (
      after.role === 'leader' &&
      (before.role !== 'leader' || before.term !== term) &&
      this.#leaders.get(term) !== nid
    )
      reject(after, 'it leads without having become leader');
    if (after.role === 'leader' && before.role === 'leader' && !isSame(log, node.terms.slice(0, log.length)))
      reject(after, 'a leader changes entries of its own log');
    if (commit > before.commit) this.#commits(node, cause, commit);
    for (const event of events) {
      if (event.msg === undefined) continue;
      sends(node, event, event.msg);
      this.sent.add(JSON.stringify(event.msg));
    }
  }

  #begins(node: NodeModel, line: TraceLine): void {
    if (node.isRunning) reject(line, 'it runs already');
    const { term, vote, commit } = line.state;
    const terms = line.terms ?? [];
    const hadLog = node.terms.length > 0;
    const isPossible = node
      .possibleDisks()
      .some((disk) => disk.term === term && disk.vote === vote && isSame(disk.terms, terms));
    if (hadLog && !isPossible) reject(line, 'it comes back with another state than its disk can have had');
    if (commit !== 0 || line.role !== 'follower')
      reject(line, 'whoever starts follows, and knows of no commit');
    if (line.log !== terms.length || line.durable !== terms.length)
      reject(line, `its log has ${terms.length} entries, all of them from its disk`);
    node.begins(line);
    Object.assign(node, { term, vote, commit, role: line.role, durable: line.durable });
    this.#logMatches(node, line, 1);
  }

  /** A term is entered because a message told of it, or to campaign in it. */
  #mayEnter(node: NodeModel, { cause, events }: TraceStep, term: number): void {
    const told = cause.msg?.term ?? 0;
    const campaigns = events.some(({ name, state }) => name === 'BecomeCandidate' && state.vote === node.nid);
    if (term === told && cause.name.startsWith('Receive')) return;
    if (!campaigns || term !== Math.max(node.term, told) + 1)
      reject(cause, `it goes from term ${node.term} to ${term}`);
  }

  #logChanges(node: NodeModel, change: TraceLine, commit: number): void {
    const { keep = 0, entries = [] } = change;
    if (keep > node.terms.length || keep < commit) reject(change, `it keeps ${keep} entries of its log`);
    for (const [place, { index, term }] of entries.entries()) {
      if (index !== keep + place + 1) reject(change, `entry ${index} stands at ${keep + place + 1}`);
      if (change.name === 'Replicate' && term !== node.term)
        reject(change, `a leader of term ${node.term} makes an entry of term ${term}`);
    }
    if (change.name === 'Replicate' && keep !== node.terms.length)
      reject(change, 'a leader overwrites entries');
    node.terms = [...node.terms.slice(0, keep), ...entries.map(({ term }) => term)];
    this.#logMatches(node, change, keep + 1);
  }

  /** Log Matching: an index and a term name one entry, and all before it (§5.3). */
  #logMatches(node: NodeModel, line: TraceLine, from: number): void {
    for (let index = from; index <= node.terms.length; index += 1) {
      const key = `${index}@${node.termAt(index)}`;
      const before = node.termAt(index - 1) ?? 0;
      const known = this.#before.get(key);
      if (known !== undefined && known !== before)
        reject(
          line,
          `Log Matching: before entry ${key} stands one of term ${before}, elsewhere of term ${known}`,
        );
      this.#before.set(key, before);
    }
  }

  #counts(node: NodeModel, { name, msg }: TraceLine): void {
    if (msg === undefined || msg.term !== node.term || !name.startsWith('Receive')) return;
    if (!this.sent.has(JSON.stringify(msg))) reject({ nid: node.nid, name }, 'nobody has sent that');
    if (name === 'ReceiveRequestVoteResponse' && msg.reject === false) node.votes.add(msg.from);
    if (name === 'ReceiveAppendEntriesResponse' && msg.reject === false)
      node.match.set(msg.from, Math.max(node.match.get(msg.from) ?? 0, msg.index ?? 0));
  }

  #leads(node: NodeModel, line: TraceLine): void {
    const other = this.#leaders.get(node.term);
    if (other !== undefined && other !== node.nid)
      reject(line, `Election Safety: ${other} leads term ${node.term} too`);
    this.#leaders.set(node.term, node.nid);
    if (node.vote !== node.nid || !node.isVoteDurable) reject(line, 'its own vote is not on its disk');
    if (node.votes.size + 1 < this.majority)
      reject(line, `it leads with ${node.votes.size + 1} votes of ${this.majority}`);
    for (const [place, { term, inTerm }] of this.#committed.entries()) {
      if (inTerm < node.term && node.terms[place] !== term)
        reject(
          line,
          `Leader Completeness: it leads without the committed entry ${place + 1} of term ${term}`,
        );
    }
  }

  #commits(node: NodeModel, cause: TraceLine, commit: number): void {
    if (node.role === 'leader') {
      const holders = [node.durable, ...node.match.values()].filter((length) => length >= commit).length;
      if (holders < this.majority)
        reject(cause, `it commits entry ${commit}, which ${holders} of ${this.majority} hold`);
      if (node.termAt(commit) !== node.term)
        reject(cause, `it commits entry ${commit} of term ${node.termAt(commit)} by counting (§5.4.2)`);
    } else {
      const { msg } = cause;
      const verified = node.verified.get(`${msg?.from}@${node.term}`) ?? 0;
      if (msg === undefined || msg.commit === undefined || commit > Math.min(msg.commit, verified))
        reject(
          cause,
          `it commits up to ${commit}, and was told of ${msg?.commit}, with ${verified} verified`,
        );
    }
    if (commit > node.terms.length) reject(cause, `it commits up to ${commit}, behind the end of its log`);
    for (let index = node.commit + 1; index <= commit; index += 1) {
      const term = node.termAt(index) ?? 0;
      const known = this.#committed[index - 1];
      if (known === undefined) this.#committed.push({ term, inTerm: node.term });
      else if (known.term !== term)
        reject(
          cause,
          `State Machine Safety: it commits entry ${index} of term ${term}, others of ${known.term}`,
        );
    }
    node.commit = commit;
  }
}

/** A new role has its event, and a new term or vote is on its way to the disk. */
function isTold(
  { cause, events }: TraceStep,
  before: { readonly role: string; readonly term: number; readonly vote: string | null },
): void {
  const { state, role } = cause;
  const become = events.findLast(({ name }) => name.startsWith('Become'));
  if ((become !== undefined || role !== before.role) && become?.name !== `Become${BECOME.get(role)}`)
    reject(cause, `it was ${before.role} and is ${role}`);
  if (state.term === before.term && state.vote === before.vote) return;
  const isAsked = events.some(
    ({ hardState }) => hardState?.term === state.term && hardState.vote === state.vote,
  );
  if (!isAsked)
    reject(cause, `its disk is not asked to keep term ${state.term} and the vote for ${state.vote}`);
}

const BECOME = new Map([
  ['follower', 'Follower'],
  ['pre-candidate', 'PreCandidate'],
  ['candidate', 'Candidate'],
  ['leader', 'Leader'],
]);

const stateOf = ({ state, role, log, durable }: TraceLine): string =>
  JSON.stringify([state.term, state.vote, state.commit, role, log, durable]);

/** Checks a whole trace. Throws `TraceRejected` at the first thing that is not allowed. */
export function checkTrace(steps: readonly TraceStep[]): TraceModel {
  const [first] = steps;
  if (first === undefined) throw new TraceRejected('the trace is empty');
  const model = new TraceModel(first.cause.conf[0]);
  for (const step of steps) model.take(step);
  return model;
}

const isSame = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((term, place) => term === b[place]);
