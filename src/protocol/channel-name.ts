/** Who may subscribe: anyone, whoever holds a signature, whoever also names a member, the one signed-in user. */
export type ChannelAccess = "public" | "private" | "presence" | "user";

/** What a channel's name says about it. One shared object a kind: compare by reference where that helps. */
export interface ChannelKind {
  readonly access: ChannelAccess;
  /** Whether the last event is kept for those who subscribe later. */
  readonly cached: boolean;
}

/** What a signed-in user's own channel is called, before the user's id. */
export const USER_CHANNEL_PREFIX = "#server-to-user-";

/** Longest channel name in characters: client libraries refuse longer ones (Pusher's own limit is 164). */
export const MAX_CHANNEL_NAME_LENGTH = 200;

const PUBLIC: ChannelKind = { access: "public", cached: false };
const USER: ChannelKind = { access: "user", cached: false };

/** First match wins, so that a longer prefix stands before the shorter one it begins with. */
const KINDS: ReadonlyArray<readonly [prefix: string, kind: ChannelKind]> = [
  ["private-encrypted-cache-", { access: "private", cached: true }],
  ["private-cache-", { access: "private", cached: true }],
  ["private-", { access: "private", cached: false }],
  ["presence-cache-", { access: "presence", cached: true }],
  ["presence-", { access: "presence", cached: false }],
  ["cache-", { access: "public", cached: true }],
  [USER_CHANNEL_PREFIX, USER],
];

/**
 * The kind that a channel's name stands for. The dash belongs to the prefix: `privateer` is a public channel (Reverb takes
 * it for a private one).
 */
export function channelKind(name: string): ChannelKind {
  for (const [prefix, kind] of KINDS) {
    if (name.startsWith(prefix)) return kind;
  }
  return PUBLIC;
}

/**
 * Why a name cannot be a channel's, or `undefined` when it can: 1 to 200 characters, well-formed Unicode, no control
 * characters; a leading `#` only for `#server-to-user-ID`.
 */
export function channelNameFault(name: string): string | undefined {
  if (name.length === 0) return "a channel name must not be empty";
  if (isTooLong(name)) {
    return `a channel name may have at most ${MAX_CHANNEL_NAME_LENGTH} characters`;
  }
  // deno-lint-ignore no-control-regex -- finding control characters is the purpose
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) return "a channel name must not have control characters";
  // Two names that differ in a lone surrogate only would be one topic once encoded as UTF-8.
  if (!name.isWellFormed()) return "a channel name must be well-formed Unicode";
  if (
    name.startsWith("#") &&
    !(name.startsWith(USER_CHANNEL_PREFIX) && name.length > USER_CHANNEL_PREFIX.length)
  ) {
    return `a channel name that starts with # is reserved for ${USER_CHANNEL_PREFIX}ID`;
  }
  return undefined;
}

/** Counting characters costs a copy: only names for which their UTF-16 units do not say it yet pay it. */
function isTooLong(name: string): boolean {
  if (name.length <= MAX_CHANNEL_NAME_LENGTH) return false;
  return name.length > 2 * MAX_CHANNEL_NAME_LENGTH || [...name].length > MAX_CHANNEL_NAME_LENGTH;
}

/** The id of the user whose own channel this is, `undefined` for every other channel. */
export function userOfChannel(name: string): string | undefined {
  return name.startsWith(USER_CHANNEL_PREFIX) ? name.slice(USER_CHANNEL_PREFIX.length) : undefined;
}
