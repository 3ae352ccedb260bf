/** The two halves of a `socket_id` are whole numbers from 1 to this. */
const MAX_HALF = 1_000_000_000;

/** A new `socket_id` as Pusher and Reverb form it: two numbers with a dot between. `random` gives numbers in [0, 1). */
export function newSocketId(random: () => number): string {
  return `${half(random)}.${half(random)}`;
}

function half(random: () => number): number {
  return Math.floor(random() * MAX_HALF) + 1;
}
