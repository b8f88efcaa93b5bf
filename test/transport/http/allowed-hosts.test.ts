import { describe, expect, it } from 'vitest';
import { isAllowedHost } from '../../../src/transport/http/allowed-hosts.ts';

describe('whether a Host header is ours', () => {
  it.each([undefined, '', ':8001', '[::1', 'localhost:port'])('%j is not', (header) => {
    expect(isAllowedHost(header, [])).toBe(false);
  });

  it('the address that was connected to is, also in its IPv6 spelling', () => {
    expect(isAllowedHost('192.0.2.11:8001', ['::ffff:192.0.2.11'])).toBe(true);
    expect(isAllowedHost('[fe80::1]:8001', ['fe80::1'])).toBe(true);
  });

  it('a configured name is, in any case', () => {
    expect(isAllowedHost('Chat.Example', ['chat.example'])).toBe(true);
  });
});
