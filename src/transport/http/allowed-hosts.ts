/**
 * Whether a request with this Host header may be answered. A web page whose name was rebound to this machine's
 * address sends its own name: only loopback's names, the configured host, and the very address that was connected
 * to are ours. The port does not matter.
 */
export function isAllowedHost(header: string | undefined, own: readonly string[]): boolean {
  if (header === undefined) return false;
  const host = hostOf(header);
  return host !== undefined && [...LOOPBACK, ...own].some((allowed) => plain(allowed) === host);
}

const LOOPBACK = ['localhost', '127.0.0.1', '::1'];

/** The host of `host`, `host:port`, `[v6]` or `[v6]:port`. */
function hostOf(header: string): string | undefined {
  const match = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]]+)(:[0-9]{1,5})?$/.exec(header);
  return match?.[1] === undefined ? undefined : plain(match[1]);
}

function plain(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/^::ffff:(?=\d+\.)/, '');
}
