import type { FastifyRequest } from 'fastify';

/**
 * Why a request may not change anything, or null if it may. There are no tokens yet, so only this machine is trusted, and of this
 * machine only programs: a web page that is open in somebody's browser can send requests here too, but not without saying
 * where it comes from.
 */
export function whyNotAllowed(request: FastifyRequest): string | null {
  if (!isLoopback(request.socket.remoteAddress ?? request.ip)) {
    return (
      'Commands that change the cluster are taken only from the machine that the node runs on (loopback), ' +
      'until there is a way to tell an operator from a stranger. Run the command there.'
    );
  }
  if (request.headers.origin !== undefined)
    return 'Commands that change the cluster are not taken from web pages.';
  return null;
}

export function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return plain === '::1' || /^127(\.\d{1,3}){3}$/.test(plain);
}
