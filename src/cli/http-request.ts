import { request } from 'node:http';

export interface HttpRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
}

export interface HttpReply {
  readonly status: number;
  /** @throws {RequestError} if it is no JSON. */
  json(): unknown;
}

/** How often it is looked whether an answer has come, until it is given up. */
const LOOKS = 10;

/** A request that came to nothing. */
export class RequestError extends Error {
  /** Whether whoever listens there may have read it. */
  readonly wasSent: boolean;

  /** `why` ends a sentence that begins with the address. */
  constructor(why: string, wasSent: boolean, options?: ErrorOptions) {
    super(why, options);
    this.name = 'RequestError';
    this.wasSent = wasSent;
  }
}

/**
 * Asks the node at `host:port`. Not by `fetch`, which refuses the ports that web browsers refuse (6669 is one), and does not say
 * whether a request that failed had been sent.
 * @throws {RequestError}
 */
export function askHttp(at: string, path: string, asked: HttpRequest): Promise<HttpReply> {
  const { method = 'GET', body, timeoutMs } = asked;
  return new Promise((resolve, reject) => {
    let wasSent = false;
    let looks = 0;
    const sent = request(`http://${at}${path}`, { method, agent: false }, (reply) => {
      const parts: Buffer[] = [];
      reply
        .on('data', (part: Buffer) => parts.push(part))
        .on('error', fail)
        .on('end', () => {
          clearInterval(patience);
          resolve(replyOf(reply.statusCode ?? 0, Buffer.concat(parts).toString()));
        });
    });
    // In looks, not by one timer: if this process itself stood still, that is no silence of the other.
    const patience = setInterval(() => {
      looks += 1;
      if (looks === LOOKS) sent.destroy(new Error('timed out'));
    }, timeoutMs / LOOKS);
    sent.on('error', fail).on('socket', (socket) => socket.once('connect', () => (wasSent = true)));
    const text = body === undefined ? '' : JSON.stringify(body);
    if (body !== undefined) sent.setHeader('content-type', 'application/json');
    // Said for DELETE, too, of which Node supposes that it has no body.
    sent.setHeader('content-length', Buffer.byteLength(text)).end(text);

    function fail(error: Error): void {
      clearInterval(patience);
      const why = looks === LOOKS ? 'does not answer' : whyNot(error);
      reject(new RequestError(why, wasSent, { cause: error }));
    }
  });
}

function replyOf(status: number, text: string): HttpReply {
  const json = (): unknown => {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new RequestError('does not answer with JSON', true, { cause: error });
    }
  };
  return { status, json };
}

function whyNot(error: NodeJS.ErrnoException): string {
  const code = error.code ?? error.message;
  if (code === 'ECONNREFUSED') return 'is not listened on';
  if (code === 'ECONNRESET') return 'broke the connection off';
  return code.startsWith('HPE_') ? 'does not speak HTTP' : `cannot be reached (${code})`;
}
