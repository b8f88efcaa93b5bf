import type { ClientNode } from '../client/node-address.ts';
import { parseNodeList } from '../client/node-list.ts';
import { interactiveChat } from '../client/terminal/interactive-chat.ts';
import { pipedChat } from '../client/terminal/piped-chat.ts';
import { dialAddress } from '../config/address.ts';
import { configFilePath, loadConfig } from '../config/load-config.ts';
import { CliError, EXIT } from './cli-error.ts';
import { painterFor } from './painter.ts';

export interface ChatOptions {
  readonly config?: string;
  /** `host:port` of the nodes, each or several with commas; then no configuration is read. */
  readonly nodes?: readonly string[];
  /** Where to keep what is unanswered, so that a later run goes on with it. */
  readonly state?: string;
}

/**
 * `conclave chat`: a conversation at a terminal, or for a script that writes lines into it.
 * @returns the exit code: 0 if everything was answered, else 1.
 */
export async function chatCommand(options: ChatOptions): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const client = {
    nodes: nodesOf(options),
    ...(options.state === undefined ? {} : { stateFile: options.state }),
  };
  if (stdin.isTTY && stdout.isTTY) {
    const paint = painterFor(stdout);
    const dim = (text: string): string => paint('dim', text);
    const complete = await interactiveChat(client, { input: stdin, output: stdout, dim });
    return complete ? EXIT.ok : EXIT.failed;
  }
  const complete = await pipedChat(client, { input: stdin, output: stdout, small: stderr });
  return complete ? EXIT.ok : EXIT.failed;
}

function nodesOf(options: ChatOptions): readonly ClientNode[] {
  if (options.nodes === undefined || options.nodes.length === 0) {
    const { nodes } = loadConfig(configFilePath(options.config, process.cwd()));
    return nodes.map(({ id, client }) => ({ id, ...dialAddress(client) }));
  }
  try {
    return parseNodeList(options.nodes);
  } catch (error) {
    if (error instanceof RangeError) throw new CliError(`--nodes: ${error.message}`, { cause: error });
    throw error;
  }
}
