import { plainText } from '../../../src/chat/commands/text-in-place.ts';
import type { CommandBody } from '../../../src/chat/commands/command.ts';
import type { Invocation } from '../oracle/client-oracle.ts';
import type { Executed } from '../oracle/reference-log.ts';
import type { Stream } from '../world/dice.ts';
import { MS } from '../world/settings.ts';
import type { ClientSocket } from '../world/sockets.ts';
import type { World } from '../world/world.ts';
import { wildLine } from './workload.ts';

type Command = Extract<Executed, { kind: 'command' }>;

interface Open {
  readonly invocation: Invocation;
  readonly line: string;
  readonly lines: string[];
}

const PATIENCE_MS = 1_500;
const PUSH = /^[A-Za-z0-9_.-]+: m\d+$/;
const NOTICE = /^You have been logged out: /;
const UNAVAILABLE = 'The service is unavailable, nothing was done';
const UNKNOWN = 'The service is unavailable, the command may still be carried out';

/** Somebody with a terminal: part 1 of the protocol, with or without tags, one command at a time, and no patience. */
export class PlainPerson {
  readonly who: string;
  readonly #world: World;
  readonly #number: number;
  readonly #stream: Stream;
  #socket: ClientSocket | null = null;
  #visits = 0;
  #tagged = false;
  #left = 0;
  #text = '';
  #greeted = false;
  #open: Open | null = null;
  /** Of what was executed for this connection, how much has been told. */
  #told = 0;

  constructor(world: World, number: number) {
    this.#world = world;
    this.#number = number;
    this.who = `person-${number}`;
    this.#stream = world.dice.of('person', number);
  }

  start(): void {
    this.#comeLater();
  }

  get isWaiting(): boolean {
    return this.#open !== null;
  }

  #comeLater(): void {
    this.#visits += 1;
    const visit = this.#visits;
    this.#world.in(this.#stream.skewed(200 * MS), () => {
      if (visit === this.#visits && this.#world.isStormy) this.#come();
    });
  }

  #come(): void {
    const visit = this.#visits;
    const mine = (act: () => void) => () => {
      if (visit === this.#visits) act();
    };
    this.#tagged = this.#stream.chance(0.5);
    this.#left = this.#stream.between(1, 12);
    this.#text = '';
    this.#greeted = false;
    this.#open = null;
    this.#told = 0;
    this.#socket = this.#world.sockets.connect(this.#number, this.#stream.pick(this.#world.ids), 'guess', {
      connected: mine(() => this.#think()),
      bytes: (bytes) => {
        if (visit === this.#visits) this.#read(new TextDecoder().decode(bytes));
      },
      closed: mine(() => this.#go('destroy')),
    });
    this.#world.in(
      PATIENCE_MS * 4 * MS,
      mine(() => this.#go('destroy')),
    );
  }

  #go(how: 'destroy' | 'end'): void {
    if (how === 'end') this.#socket?.end();
    else this.#socket?.destroy();
    this.#socket = null;
    this.#open = null;
    this.#comeLater();
  }

  #think(): void {
    const visit = this.#visits;
    this.#world.in(this.#stream.skewed(this.#world.plan.thinkMs * 3 * MS), () => {
      if (visit === this.#visits) this.#askOrGo();
    });
  }

  #askOrGo(): void {
    this.#left -= 1;
    if (this.#left < 0 || !this.#world.isStormy) {
      if (this.#stream.chance(0.3)) this.#socket?.write('bye\n');
      this.#go(this.#stream.chance(0.5) ? 'end' : 'destroy');
      return;
    }
    const line = wildLine(this.#stream, this.#world.plan.certainClients, this.#world.texts);
    const open = { invocation: this.#world.clientOracle.asked(this.who, line), line, lines: [] };
    this.#open = open;
    this.#world.tell({ kind: 'asks', who: this.who, line });
    this.#socket?.write(this.#tagged ? `#t|${line}\n` : `${line}\n`);
    this.#world.in(PATIENCE_MS * MS, () => {
      if (this.#open === open) this.#go('destroy');
    });
  }

  #read(text: string): void {
    const visit = this.#visits;
    this.#text += text;
    const lines = this.#text.split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) {
      if (visit !== this.#visits) return;
      this.#readLine(line);
    }
  }

  #readLine(line: string): void {
    if (!this.#greeted) {
      this.#greeted = true;
      return;
    }
    if (PUSH.test(line) || NOTICE.test(line)) return;
    const open = this.#open;
    if (open === null) return;
    if (!this.#tagged) return this.#untagged(open, line);
    const [, code = '', text = ''] = /^#t\|(\+|[a-z-]+)\|(.*)$/.exec(line) ?? [];
    const isFacts = code === '+' && open.line.startsWith('3|');
    if (!isFacts) open.lines.push(text);
    if (code !== '+') this.#answered(open, code);
  }

  /** Without tags nothing tells where a reply ends but its own words: a mailbox has as many lines as the model has messages for it. */
  #untagged(open: Open, line: string): void {
    open.lines.push(line);
    if (line.startsWith(UNAVAILABLE)) return this.#answered(open, 'unavailable');
    if (line.startsWith(UNKNOWN)) return this.#answered(open, 'unknown');
    if (line.startsWith('Please give a valid input')) return this.#answered(open, 'invalid');
    const executed = this.#executed(open.line, 'look');
    const wanted = executed?.result.kind === 'collected' ? 1 + executed.result.messages.length : 1;
    if (open.lines.length >= wanted) this.#answered(open, null);
  }

  /** `code`: null if it was not told. */
  #answered(open: Open, code: string | null): void {
    this.#open = null;
    this.#world.tell({ kind: 'is-told', who: this.who, line: `${open.line} => ${open.lines.join(' / ')}` });
    const isUntold = code === 'unavailable' || code === 'busy';
    const isLocal = code === 'unknown' || open.line.startsWith('2');
    const executed = isLocal ? undefined : this.#executed(open.line, isUntold ? 'look' : 'take');
    const told = { code: code ?? 'unsaid', lines: open.lines };
    this.#world.clientOracle.told(open.invocation, told, executed);
    // What is in doubt may still come: on this connection nothing can be told apart any more.
    if (code === 'unknown') this.#go('destroy');
    else this.#think();
  }

  /** What the log has for this line: the next command of this connection that it can be. */
  #executed(line: string, how: 'look' | 'take'): Command | undefined {
    const served = this.#socket?.served ?? null;
    if (served === null) return undefined;
    const { byConnection } = this.#world.checker.reference;
    const node = served.process.node.greetingFor(this.#world.ids[0]!).from;
    const all = served.process.incarnations.flatMap(
      (incarnation) => byConnection.get(`${node}/${incarnation}/${served.number}`) ?? [],
    );
    for (let place = this.#told; place < all.length; place += 1) {
      const command = all[place]!;
      if (command.result.kind === 'check-again' || !isOf(line, command.command?.body)) continue;
      if (how === 'take') this.#told = place + 1;
      return command;
    }
    return undefined;
  }
}

function isOf(line: string, body: CommandBody | undefined): boolean {
  const [operation, first = '', second = ''] = line.split('|');
  switch (body?.kind) {
    case 'create':
      return operation === '1' && body.name === first;
    case 'login':
      return operation === '0' && body.id === first;
    case 'send':
      return operation === '3' && plainText(body.text) === second;
    case 'collect':
      return operation === '4' && body.id === first;
    case 'delete':
      return operation === '5' && body.id === first;
    default:
      return false;
  }
}
