import fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Address } from '../../config/address.ts';
import { formatAddress, isWildcardHost } from '../../config/address.ts';
import { ListenError } from '../listen-error.ts';
import { addAdminRoutes } from './admin-routes.ts';
import type { AdminSource } from './admin-source.ts';
import { isAllowedHost } from './allowed-hosts.ts';
import type { StatusSource } from './node-status.ts';

export interface HttpServerOptions {
  /** Where to listen; port 0 takes any free one. Its host is one under which requests are answered. */
  readonly address: Address;
  readonly source: StatusSource;
  readonly admin: AdminSource;
}

/** A listening HTTP server. */
export interface HttpServer {
  /** With the port that it really got. */
  readonly address: Address;
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 10_000;
const MAX_HEADER_BYTES = 16 * 1_024;
const MAX_BODY_BYTES = 16 * 1_024;

/**
 * Serves `/status`, `/healthz` and `/readyz`, and to this machine the commands that change the cluster.
 * @throws {ListenError} if the address cannot be listened on.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const app = buildHttpApp(options);
  const { host, port } = options.address;
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    throw new ListenError(formatAddress(options.address), cause);
  }
  const bound = app.server.address();
  const realPort = typeof bound === 'object' && bound !== null ? bound.port : port;
  return { address: { host, port: realPort }, close: () => app.close() };
}

/** The application without its socket, for `inject`. */
export function buildHttpApp({ address, source, admin }: HttpServerOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    http: { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: REQUEST_TIMEOUT_MS },
  });
  const own = isWildcardHost(address.host) ? [] : [address.host];

  app.addHook('onRequest', async (request, reply) => {
    setSafetyHeaders(reply);
    if (isAllowedHost(request.headers.host, [...own, ...connectedTo(request)])) return;
    await reply.code(421).send({
      code: 'wrong-host',
      message: 'This server does not answer under that host name; use localhost or its configured address.',
    });
  });
  app.setNotFoundHandler(async (request, reply) => {
    await reply.code(404).send({
      code: 'not-found',
      message: `There is no ${request.method} ${request.url.slice(0, 200)}; there are GET /status, /healthz and /readyz.`,
    });
  });
  app.setErrorHandler(async (error, _request, reply) => {
    const status = statusOf(error);
    await reply.code(status).send({
      code: status < 500 ? 'bad-request' : 'internal',
      message:
        status < 500 && error instanceof Error ? error.message : 'The request failed inside this node.',
    });
  });

  app.get('/status', () => source.status());
  app.get('/healthz', () => ({ alive: true }));
  app.get('/readyz', async (_request, reply) => {
    const readiness = source.ready();
    await reply.code(readiness.ready ? 200 : 503).send(readiness);
  });
  addAdminRoutes(app, admin);
  return app;
}

function setSafetyHeaders(reply: FastifyReply): void {
  reply.headers({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'",
  });
}

/** The address of this machine that the request came in on: matters when listening on all of them. */
function connectedTo(request: FastifyRequest): readonly string[] {
  const local = request.socket.localAddress;
  return local === undefined ? [] : [local];
}

function statusOf(error: unknown): number {
  const status = error instanceof Error ? (error as { statusCode?: unknown }).statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
