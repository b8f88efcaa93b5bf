import type { Mutant } from '../mutant.ts';
import { plantedByUs, shippedBy } from '../mutant.ts';

/** Bugs of the pipe service of a node. */
export const pipeBugs: readonly Mutant[] = [
  {
    name: 'doubt-told-as-not-done',
    origin: shippedBy('hashicorp/raft', '#561; openraft #963'),
    breaks: 'When time is up, what may still happen is called not done.',
    file: 'src/transport/pipe/request-runner.ts',
    find: "=== 'in-doubt') {\n      this.#settle(connection, item, mayStillHappen(why));",
    replace: "=== 'in-doubt') {\n      this.#settle(connection, item, nothingDone(why));",
  },
  {
    name: 'pushes-held-back-for-ever',
    origin: plantedByUs,
    breaks: 'Messages that had to wait for room are forgotten when there is room again.',
    file: 'src/transport/pipe/pushes.ts',
    find: '    if (this.#heldBack.has(connection)) this.stale(connection);',
    replace: '    if (this.#heldBack.has(connection)) this.#heldBack.delete(connection);',
  },
  {
    name: 'own-silence-ends-a-line',
    origin: plantedByUs,
    breaks: 'A node that was busy takes half a line, whose rest lies in the system, for a command.',
    file: 'src/transport/pipe/conversation.ts',
    find: 'this.#readUpToMs = this.#lastTickMs;',
    replace: 'this.#readUpToMs = nowMs;',
    heldBy: 'test/transport/pipe/original-client.test.ts',
  },
];

/** Bugs of the client. */
export const clientBugs: readonly Mutant[] = [
  {
    name: 'message-shown-again',
    origin: plantedByUs,
    breaks: 'A message that is pushed again after a reconnect is shown again.',
    file: 'src/client/shown-messages.ts',
    find: 'const known = this.#shown.has(id);',
    replace: 'const known = this.#acknowledgeable.has(id);',
  },
  {
    name: 'shown-not-saved',
    origin: plantedByUs,
    breaks: 'A program that starts again has forgotten what it has shown.',
    file: 'src/client/client-machine.ts',
    find: 'shown: [...shown.remembered],',
    replace: 'shown: [...shown.remembered].slice(0, 0),',
  },
  {
    name: 'numbers-begin-again',
    origin: plantedByUs,
    breaks: 'A program that starts again gives its numbers to other commands.',
    file: 'src/client/outbox.ts',
    find: '    this.#nextNumber = saved.nextNumber;\n',
    replace: '    this.#nextNumber = Math.max(1, saved.nextNumber - 1);\n',
  },
  {
    name: 'floor-past-the-unanswered',
    origin: plantedByUs,
    breaks: 'The client tells the cluster to forget replies that it has not received.',
    file: 'src/client/outbox.ts',
    find: '    for (const number of this.#numbered.keys()) return number;\n',
    replace: '',
  },
  {
    name: 'later-overtakes-refused',
    origin: plantedByUs,
    breaks: 'A command that was refused for now is overtaken by later ones.',
    file: 'src/client/outbox.ts',
    find: "return command.standing.atMs <= nowMs ? { kind: 'command', command } : { kind: 'blocked' };",
    replace: "if (command.standing.atMs <= nowMs) return { kind: 'command', command };\n          break;",
  },
  {
    name: 'given-up-called-not-done',
    origin: shippedBy('summitdb', '#5'),
    breaks: 'A command without an answer is given up as certainly not done.',
    file: 'src/client/command-desk.ts',
    find: "  return doubt === 'possible' || standing.kind === 'sent'\n",
    replace: "  return doubt === 'possible' && standing.kind === 'sent'\n",
  },
  {
    name: 'resent-under-a-new-number',
    origin: shippedBy('openraft', '#2096'),
    breaks: 'After a lost connection a command is sent again as if it were another.',
    file: 'src/client/outbox.ts',
    find: "      command.standing = { kind: 'to-send' };\n      command.doubt = 'possible';\n",
    replace:
      "      if (command.purpose.kind === 'user') {\n        this.#numbered.delete(command.number);\n        this.#waiting.unshift(command.purpose.command);\n        continue;\n      }\n      command.standing = { kind: 'to-send' };\n      command.doubt = 'possible';\n",
  },
];
