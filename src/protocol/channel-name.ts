/** What a subscription needs: nothing, a signature, a signature and a member, a sign-in as the channel's user. */
export type ChannelAccess = "public" | "private" | "presence" | "user";

/** The properties that a channel has by its name. Channels of one kind share one object. */
export interface ChannelKind {
  readonly access: ChannelAccess;
  /** Whether the last event is kept for later subscribers. */
  readonly cached: boolean;
}

/** The name of a signed-in user's own channel, up to the user's id. */
export const USER_CHANNEL_PREFIX = "#server-to-user-";

const PUBLIC: ChannelKind = { access: "public", cached: false };
const USER: ChannelKind = { access: "user", cached: false };

/** The first match counts, so a longer prefix stands before a shorter one that it begins with. */
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
 * The kind of the channel with this name. The dash belongs to the prefix: `privateer` is a public channel (Reverb takes it for a
 * private one).
 */
export function channelKind(name: string): ChannelKind {
  for (const [prefix, kind] of KINDS) {
    if (name.startsWith(prefix)) return kind;
  }
  return PUBLIC;
}

/**
 * Why a text is not a valid channel name, `undefined` when it is one: 1 to `maxCharacters` characters, well-formed Unicode, no
 * control characters; a leading `#` only in `#server-to-user-ID`.
 */
export function channelNameFault(name: string, maxCharacters = Infinity): string | undefined {
  if (name.length === 0) return "a channel name must not be empty";
  if (isLonger(name, maxCharacters)) return `a channel name may have at most ${maxCharacters} characters`;
  // deno-lint-ignore no-control-regex -- finding control characters is the purpose
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) return "a channel name must not have control characters";
  // Two names that differ only in a lone surrogate would become one topic in UTF-8.
  if (!name.isWellFormed()) return "a channel name must be well-formed Unicode";
  if (
    name.startsWith("#") &&
    !(name.startsWith(USER_CHANNEL_PREFIX) && name.length > USER_CHANNEL_PREFIX.length)
  ) {
    return `a channel name that starts with # is reserved for ${USER_CHANNEL_PREFIX}ID`;
  }
  return undefined;
}

/** Counting characters needs a copy, so it is done only where the number of UTF-16 units leaves it open. */
function isLonger(name: string, maxCharacters: number): boolean {
  if (name.length <= maxCharacters) return false;
  return name.length > 2 * maxCharacters || [...name].length > maxCharacters;
}

/**
 * What Reverb takes a channel for that is public here, by a name that lacks the dash: `privateer` is private there. `undefined`
 * where both agree about who may subscribe and whether the last event is kept.
 */
export function kindInReverb(name: string): "private" | "presence" | "cache" | undefined {
  const word = /^(private|presence|cache)(?!-)/.exec(name)?.[1];
  return word as ReturnType<typeof kindInReverb>;
}

/** The id of the user whose own channel this is; `undefined` for every other channel. */
export function userOfChannel(name: string): string | undefined {
  return name.startsWith(USER_CHANNEL_PREFIX) ? name.slice(USER_CHANNEL_PREFIX.length) : undefined;
}
