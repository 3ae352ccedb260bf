// Deno's HTTP parser is another one. It refuses with 400 all that Bun refuses, except these; where a request ends is never in
// doubt there either.

/** What Deno takes for a request, with the status of its answer: its end is clear, and the next request is answered too. */
export const ANSWERED_BY_DENO: ReadonlyMap<string, number> = new Map([
  ["chunks under another encoding", 401],
  ["no host", 200],
  ["bare line feeds", 200],
  ["the target *", 404],
  ["an unknown method", 405],
  ["a method in lower case", 405],
  ["a method of 5000 letters", 405],
]);

/** What Deno does not end with a 400 of its own; a status of 0: the connection ends without an answer. */
export const ENDED_BY_DENO: ReadonlyMap<string, number> = new Map([
  ["bytes in the path that are no UTF-8", 400],
  ["a chunk without a size", 0],
  ["a chunk of negative size", 0],
  ["a chunk of 2^80 bytes", 0],
  ["a chunk without its end", 0],
  // Deno speaks HTTP/2 to a client that begins with it.
  ["HTTP/2 without asking", 0],
]);

/** Answers that differ: Deno puts the URL together from header and target as they stand. */
export const STATUS_BY_DENO: ReadonlyMap<string, number> = new Map([
  ["a path that climbs back to /up", 404],
]);
