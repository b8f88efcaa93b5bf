import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GREETING } from '../../src/chat/pipe/replies.ts';
import type { LineClient } from '../support/line-client.ts';
import { RealCluster } from '../support/real-cluster.ts';

/** The two conversations of the predecessor's README, as they stand there. */
const README = {
  mason: `
To get started on this chat room, please create or login your account first and type command as instructed in the documentation

1|mason
Success New Account Creation! Your new Account ID: mason123


2|.ason
Account matched: mason


3|wayne|hello
Sender mason sends a new message hello to wayne


5|mason123
Your account has been deleted


bye
`,
  wayne: `
To get started on this chat room, please create or login your account first and type command as instructed in the documentation

1|wayne
Success New Account Creation! Your new Account ID: wayne123


2|w.yne
Account matched: wayne


mason: hello
4|wayne123
No new messages


3|mason123|hello too!
Receiver: mason123 doesn't exist


5|wayne1234
User Not Found!

bye
`,
} as const;

type Person = keyof typeof README;

/** In which order they spoke: the README's server shows it. */
const SPOKEN: readonly (readonly [Person, string])[] = [
  ['wayne', '1|wayne'],
  ['mason', '1|mason'],
  ['wayne', '2|w.yne'],
  ['mason', '2|.ason'],
  ['mason', '3|wayne|hello'],
  ['mason', '5|mason123'],
  ['wayne', '4|wayne123'],
  ['wayne', '3|mason123|hello too!'],
  ['wayne', '5|wayne1234'],
];

interface Habits {
  readonly say: (client: LineClient, command: string) => void;
  readonly leave: (client: LineClient) => void;
  /** What is still read after leaving. */
  readonly farewell: readonly string[];
}

const framed: Habits = {
  say: (client, command) => client.send(command),
  leave: (client) => client.send('bye'),
  farewell: ['Goodbye'],
};

/** The original client writes no ends of lines, and its `bye` is a half-close. */
const original: Habits = {
  say: (client, command) => client.write(command),
  leave: (client) => client.end(),
  farewell: [],
};

let cluster: RealCluster;

beforeAll(async () => {
  cluster = await RealCluster.raise();
});

afterAll(() => cluster?.remove());

afterEach(async () => {
  const cleaner = await cluster.connect('n1');
  expect(await cleaner.ask('5|wayne123')).toBe('Your account has been deleted');
});

/** Plays both conversations; resolves with what each of the two saw on the screen. */
async function play(nodes: Readonly<Record<Person, string>>, habits: Habits): Promise<void> {
  const clients = { wayne: await cluster.connect(nodes.wayne), mason: await cluster.connect(nodes.mason) };
  const screens: Record<Person, string[]> = { wayne: [GREETING], mason: [GREETING] };
  const read = async (person: Person): Promise<void> =>
    void screens[person].push(await clients[person].nextLine());
  for (const [person, command] of SPOKEN) {
    screens[person].push(command);
    habits.say(clients[person], command);
    await read(person);
    if (command === '3|wayne|hello') await read('wayne');
  }
  for (const person of ['mason', 'wayne'] as const) {
    screens[person].push('bye');
    habits.leave(clients[person]);
    expect(await clients[person].untilEnd()).toEqual(habits.farewell);
    expect(visible(screens[person])).toEqual(visible(README[person].split('\n')));
  }
}

/** Without trailing blanks and empty lines. */
function visible(screen: readonly string[]): readonly string[] {
  return screen.map((line) => line.trimEnd()).filter((line) => line !== '');
}

describe("the conversations of the predecessor's README", () => {
  it('go word for word over two connections to the leader', async () => {
    const leader = await cluster.leader();
    await play({ wayne: leader, mason: leader }, framed);
  });

  it('go word for word over two different nodes', async () => {
    const leader = await cluster.leader();
    await play({ wayne: await cluster.follower(), mason: leader }, framed);
  });

  it('go word for word over the two nodes that do not lead', async () => {
    const [wayne = '', mason = ''] = cluster.others(await cluster.leader());
    await play({ wayne, mason }, framed);
  });

  it("go word for word with the original client's habits", async () => {
    const leader = await cluster.leader();
    await play({ wayne: leader, mason: await cluster.follower() }, original);
  });
});

describe('a script that writes into nc', () => {
  it('gets the greeting and a reply a line, and then the server closes', async () => {
    const client = await cluster.connect('n2');
    client.write('1|wayne\n2\n');
    client.end();
    expect(await client.untilEnd()).toEqual([
      'Success New Account Creation! Your new Account ID: wayne123',
      'Showing all accounts: wayne',
    ]);
  });
});
