/** What a socket error says about the other end, as the end of a sentence that begins with its name. */
export function describeSocketError(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code ?? error.message;
  switch (code) {
    case 'ECONNREFUSED':
      return 'does not listen: it is not running';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'broke the connection';
    case 'ETIMEDOUT':
      return 'does not answer';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'cannot be reached: there is no way to its address';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'has a host name that is not known here';
    default:
      return `cannot be reached (${code})`;
  }
}
