const NOT_ASCII = /[^\n\x20-\x7e]/gu;

/**
 * The text with everything but printable ASCII and newlines replaced by `?`, one for each character. The original client
 * decodes as ASCII, and one other byte ends its receiver.
 */
export const asciiOnly = (text: string): string => text.replace(NOT_ASCII, '?');
