import { ReplyLines, judgeByBeginning } from '../src/cli/bench/reply-lines.ts';
import { Conversation } from '../src/cli/bench/conversation.ts';
import { randomBytes } from 'node:crypto';
import { ClusterSystem } from './system/cluster-system.ts';

const MAILBOXES = 256;

type Callback = (error: Error | null) => void;

interface AdaptedClient {
  readonly dead: Error | null;
  send(payload: string, callback?: Callback): Promise<void> | void;
  close(): void;
}

const judge = judgeByBeginning([
  ['message from ', 'acknowledged'],
  ['', 'refused'],
]);

/** Recipients are offline accounts, and the quota is raised; see `bench/system/bench-folder.ts`. */
export const adapter = {
  name: 'conclave',
  note: 'this project: Raft in Node, fdatasync on a majority, acknowledged when applied; clients on the leader, recipients offline',
  start: async () => {
    const system = await ClusterSystem.start();
    const { nodes } = system.config;
    const run = randomBytes(3).toString('hex');
    const processOf = (place: number) => {
      const node = nodes[place];
      const process = node === undefined ? undefined : system.cluster.process(node.id);
      if (node === undefined || process === undefined) throw new Error(`there is no node ${place}`);
      return { node, process };
    };
    const [first] = nodes;
    if (first === undefined) throw new Error('a cluster has nodes');
    const chat = await Conversation.open(first.client);
    for (let place = 0; place < MAILBOXES; place += 1) await chat.create(`a${run}m${place}`);
    chat.close();
    let clients = 0;
    return {
      nodes: nodes.map(({ client }, id) => ({
        id,
        get pid() {
          return processOf(id).process.pid;
        },
        port: client.port,
      })),
      leader: () => system.leader(),
      async connect(place: number): Promise<AdaptedClient> {
        clients += 1;
        const conversation = await Conversation.open(processOf(place).node.client);
        await conversation.create(`a${run}t${clients}`);
        return adaptedClient(conversation, (serial) => `a${run}m${serial % MAILBOXES}`);
      },
      killNow: (place: number) => processOf(place).process.signal('SIGKILL'),
      async restart(place: number) {
        const { node, process } = processOf(place);
        await process.exited;
        system.cluster.start(node);
        await system.leader();
      },
      count: () => system.stored(),
      stop: () => system.stop(),
    };
  },
};

/** Gathers the lines of a turn into one write; replies come in the order of the lines. */
function adaptedClient(conversation: Conversation, recipient: (serial: number) => string): AdaptedClient {
  const socket = conversation.release();
  const replies = new ReplyLines(judge);
  let waiting: (Callback | undefined)[] = [];
  let head = 0;
  let serial = 0;
  let text = '';
  let dead: Error | null = null;
  const fail = (error: Error): void => {
    if (dead !== null) return;
    dead = error;
    const open = waiting.slice(head);
    waiting = [];
    for (const callback of open) callback?.(error);
    socket.destroy();
  };
  socket.on('error', fail).on('close', () => fail(new Error('the connection was closed')));
  socket.on('data', (bytes: Buffer) => {
    replies.push(bytes, (meaning) => {
      const callback = waiting[head];
      waiting[head] = undefined;
      head += 1;
      callback?.(meaning === 'acknowledged' ? null : new Error('the message was refused'));
    });
    if (head > 4_096) {
      waiting = waiting.slice(head);
      head = 0;
    }
  });
  const flush = (): void => {
    if (dead === null) socket.write(text, 'latin1');
    text = '';
  };
  const send = (payload: string, callback: Callback): void => {
    if (dead !== null) {
      process.nextTick(callback, dead);
      return;
    }
    serial += 1;
    if (text === '') process.nextTick(flush);
    text += `3|${recipient(serial)}|${payload}\n`;
    waiting.push(callback);
  };
  return {
    get dead() {
      return dead;
    },
    send(payload, callback) {
      if (callback !== undefined) return send(payload, callback);
      return new Promise((resolve, reject) => {
        send(payload, (error) => (error === null ? resolve() : reject(error)));
      });
    },
    close: () => fail(new Error('closed by us')),
  };
}
