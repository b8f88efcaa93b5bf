/** Where a node listens and is reached: `127.0.0.1:6666`, `chat.example:6666`, `[::1]:6666`. */
export interface Address {
  /** A name or an IP address; an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number;
}

/** The form of an address, for the schema; that the port is at most 65535 is checked by `parseAddress`. */
export const ADDRESS_PATTERN = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?):[0-9]{1,5}$/;

/** Reads `host:port`, or gives undefined if it is not one. */
export function parseAddress(text: string): Address | undefined {
  if (!ADDRESS_PATTERN.test(text)) return undefined;
  const colon = text.lastIndexOf(':');
  const port = Number(text.slice(colon + 1));
  if (port > 65_535) return undefined;
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port };
}

/** The inverse of `parseAddress`: an IPv6 host gets its brackets. */
export function formatAddress(address: Address): string {
  return `${formatHost(address.host)}:${address.port}`;
}

/** A host as it stands in an address or a URL. */
export function formatHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Whether a listener on this host hears every interface of its machine. */
export function isWildcardHost(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** Where to connect to reach a listener of this machine or another: a wildcard is reached over loopback. */
export function dialAddress(address: Address): Address {
  if (address.host === '0.0.0.0') return { host: '127.0.0.1', port: address.port };
  if (address.host === '::') return { host: '::1', port: address.port };
  return address;
}
