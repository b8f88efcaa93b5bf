import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Client, ClientOptions } from '../client.ts';
import { createClient } from '../client.ts';
import { clientNews } from './client-news.ts';
import type { Audience, LineOutcome } from './conversation.ts';
import { Conversation } from './conversation.ts';
import { presentMessage } from './present.ts';

/** A script that waits longer than this for one answer would rather know. */
const GIVE_UP_AFTER_MS = 60_000;
const CLOSE_WAIT_MS = 10_000;

export interface Streams {
  readonly input: Readable;
  /** Replies and messages, as plain lines. */
  readonly output: Writable;
  /** Everything else. */
  readonly small: Writable;
}

/**
 * Chats for a script: each line of the input is a command, sent when the one before it has been answered.
 * @returns true if all lines were sent and answered; a refusal is an answer.
 */
export async function pipedChat(
  options: Pick<ClientOptions, 'nodes' | 'stateFile'>,
  { input, output, small }: Streams,
): Promise<boolean> {
  const audience: Audience = {
    print: (text) => void output.write(`${text}\n`),
    whisper: (text) => void small.write(`${text}\n`),
    explain: (text) => void small.write(`${text}\n`),
    askPassword: () => Promise.resolve(null),
  };
  const client = createClient({
    ...options,
    giveUpAfterMs: GIVE_UP_AFTER_MS,
    limits: { maxInFlight: 1 },
    ...clientNews(audience),
    onMessage: (message) => audience.print(presentMessage(message)),
  });
  const lines = createInterface({ input, crlfDelay: Infinity });
  // Whoever reads the output has gone: nobody is left to chat for.
  output.on('error', () => lines.close());
  const outcome = await readAll(lines, new Conversation(client, audience));
  lines.close();
  if (outcome === 'unanswered') {
    audience.whisper(`Gave up after ${GIVE_UP_AFTER_MS / 1_000} s; the lines after this one were not sent.`);
  }
  return (await leave(client)) === 'all-answered' && outcome === 'answered';
}

type ReadOutcome = Exclude<LineOutcome, 'quit'>;

async function readAll(lines: AsyncIterable<string>, conversation: Conversation): Promise<ReadOutcome> {
  let worst: ReadOutcome = 'answered';
  for await (const line of lines) {
    const outcome = await conversation.enter(line);
    if (outcome === 'quit') break;
    if (outcome === 'unanswered') return outcome;
    if (outcome === 'not-sent') worst = outcome;
  }
  return worst;
}

function leave(client: Client): Promise<'all-answered' | 'some-unanswered'> {
  return client.close(CLOSE_WAIT_MS);
}
