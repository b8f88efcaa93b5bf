import { describe, expect, it } from 'vitest';
import { PipeHarness } from './pipe-harness.ts';
import type { Person } from './pipe-harness.ts';

/** The conversations of the first system of this kind, as its README shows them. */
describe("the predecessor's conversations", () => {
  it('go as they went there', () => {
    const chat = new PipeHarness();
    const [wayne, mason] = [chat.n1.connect(), chat.n2.connect()];
    const types = (person: Person, command: string): readonly string[] => {
      person.sends(command);
      chat.pass(50);
      return person.read();
    };
    expect(types(wayne, '1|wayne')).toEqual(['Success New Account Creation! Your new Account ID: wayne123']);
    expect(types(mason, '1|mason')).toEqual(['Success New Account Creation! Your new Account ID: mason123']);
    expect(types(wayne, '2|w.yne')).toEqual(['Account matched: wayne']);
    expect(types(mason, '2|.ason')).toEqual(['Account matched: mason']);
    expect(types(mason, '3|wayne|hello')).toEqual(['Sender mason sends a new message hello to wayne']);
    expect(wayne.read()).toEqual(['mason: hello']);
    expect(types(mason, '5|mason123')).toEqual(['Your account has been deleted']);
    expect(types(wayne, '4|wayne123')).toEqual(['No new messages']);
    expect(types(wayne, '3|mason123|hello too!')).toEqual(["Receiver: mason123 doesn't exist"]);
    expect(types(wayne, '5|wayne1234')).toEqual(['User Not Found!']);
    mason.endsInput();
    wayne.endsInput();
    expect([mason.isClosed, wayne.isClosed]).toEqual([true, true]);
  });
});
