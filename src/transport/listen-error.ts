/** A port cannot be listened on. The message is one sentence about the address; who knows the configuration adds its key. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: 'ADDRESS_IN_USE' | 'ADDRESS_NOT_AVAILABLE';
  /** `host:port`. */
  readonly address: string;

  constructor(address: string, cause: unknown) {
    const errno =
      (cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined) ?? 'unknown error';
    super(`${address} ${reasonOf(errno)}`, { cause });
    this.code = errno === 'EADDRINUSE' ? 'ADDRESS_IN_USE' : 'ADDRESS_NOT_AVAILABLE';
    this.address = address;
  }
}

function reasonOf(errno: string): string {
  switch (errno) {
    case 'EADDRINUSE':
      return 'is in use already, perhaps by a Conclave that runs; stop what uses it or choose another port.';
    case 'EADDRNOTAVAIL':
      return 'is not an address of this machine.';
    case 'EACCES':
      return 'may not be used by this user; ports below 1024 need special rights.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'has a host name that is not known here.';
    default:
      return `cannot be listened on (${errno}).`;
  }
}
