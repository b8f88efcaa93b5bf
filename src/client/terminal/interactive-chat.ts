import type { ReadStream, WriteStream } from 'node:tty';
import type { ClientOptions } from '../client.ts';
import { createClient } from '../client.ts';
import { clientNews } from './client-news.ts';
import type { Audience } from './conversation.ts';
import { Conversation } from './conversation.ts';
import { WELCOME } from './help-text.ts';
import { Keyboard } from './keyboard.ts';
import { presentMessage, presentTime } from './present.ts';

const CLOSE_WAIT_MS = 3_000;

export interface Terminal {
  readonly input: ReadStream;
  readonly output: WriteStream;
  /** Makes small print of a text; leaves it as it is where colours are not wanted. */
  readonly dim: (text: string) => string;
}

/**
 * Chats with a person at a terminal, until they leave.
 * @returns true if nothing was left unanswered.
 */
export async function interactiveChat(
  options: Pick<ClientOptions, 'nodes' | 'stateFile'>,
  { input, output, dim }: Terminal,
): Promise<boolean> {
  const leaving = new AbortController();
  output.write(`${WELCOME}\n`);
  const keyboard = new Keyboard(input, output, {
    line: (typed) => void enter(typed),
    end: () => leaving.abort(),
  });
  const audience: Audience = {
    print: (text) => keyboard.print(text),
    whisper: (text) => keyboard.print(dim(text)),
    explain: (text) => keyboard.print(text),
    askPassword: (question) => keyboard.askHidden(question),
  };
  const client = createClient({
    ...options,
    limits: { maxInFlight: 1 },
    ...clientNews(audience),
    onMessage: (message) => keyboard.print(`${dim(presentTime(message))} ${presentMessage(message)}`),
  });
  const conversation = new Conversation(client, audience);

  async function enter(typed: string): Promise<void> {
    if ((await conversation.enter(typed)) === 'quit') leaving.abort();
    const { partner } = conversation;
    if (!leaving.signal.aborted) keyboard.setPrompt(partner === null ? '> ' : `${partner}> `);
  }

  await new Promise<void>((resolve) =>
    leaving.signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  const left = client.unanswered;
  const outcome = await client.close(CLOSE_WAIT_MS);
  keyboard.close();
  output.write(
    outcome === 'all-answered' ? '\nGoodbye\n' : `\nGoodbye; ${left} of your commands had no answer.\n`,
  );
  return outcome === 'all-answered';
}
