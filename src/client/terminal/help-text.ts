export const WELCOME =
  'Begin with /create NAME or /login ID, then /to NAME and just type. /help shows more, /quit leaves.';

export const HELP = [
  '/create NAME [PASSWORD]   make an account; its ID is the name followed by 123',
  '/login ID [PASSWORD]      log in',
  '/list [PATTERN]           who has an account; PATTERN is a regular expression',
  '/to NAME                  talk to NAME: what you type from then on is sent there',
  '/read                     what was kept while you were away, if it was not shown by itself',
  '/delete                   delete your account',
  '/quit                     leave (Ctrl-D does too); your account stays',
  'Lines of the protocol work as well: 3|wayne|hello',
].join('\n');
