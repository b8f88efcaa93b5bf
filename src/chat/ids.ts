/** Brands of the chat state machine. Each is made in one place, here. */

export type { NodeId } from '../ordered-log/ids.ts';

declare const accountIndexBrand: unique symbol;
declare const messageIdBrand: unique symbol;
declare const connectionNumberBrand: unique symbol;
declare const clientKeyBrand: unique symbol;

/** An account's creation index: the how-manieth account it is, from 1. Never given twice, so a new owner of a name is never taken for the old one. */
export type AccountIndex = number & { readonly [accountIndexBrand]: true };
/** A message, numbered in the order in which the cluster took them, from 1. */
export type MessageId = number & { readonly [messageIdBrand]: true };
/** A connection, counted by its node within one incarnation, from 1. */
export type ConnectionNumber = number & { readonly [connectionNumberBrand]: true };
/** What is stored of a client's secret `clientId`: the first 32 hex digits of its SHA-256. */
export type ClientKey = string & { readonly [clientKeyBrand]: true };

export const accountIndex = (n: number): AccountIndex => n as AccountIndex;
export const messageId = (n: number): MessageId => n as MessageId;
export const connectionNumber = (n: number): ConnectionNumber => n as ConnectionNumber;
export const clientKey = (hex: string): ClientKey => hex as ClientKey;
