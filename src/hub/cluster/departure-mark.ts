/**
 * An entry at the other nodes: a departure (a channel was vacated, or a member removed) that has not been reported yet. It is taken
 * away by the node that reports the departure, and by a node on which the channel or the user comes back, which undoes it.
 */
export interface DepartureMark {
  readonly topic: string;
  /** {@link VACANT}, or `+` and the user's id. */
  readonly subject: string;
  /** Names this one departure: node, colon, number. Empty where the other nodes could not be reached, so that they have no mark. */
  readonly token: string;
}

/** The subject of a mark that is about the channel as a whole. */
export const VACANT = "#";

/** The subject of a mark that is about a user. */
export function userSubject(userId: string): string {
  return `+${userId}`;
}

/** The user that a subject is about; `undefined` when it is {@link VACANT}. */
export function userOfSubject(subject: string): string | undefined {
  return subject.startsWith("+") ? subject.slice(1) : undefined;
}
