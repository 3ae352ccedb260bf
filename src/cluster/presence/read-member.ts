import { type MemberData, parseMemberData } from "../../protocol/member-data.ts";

/** Characters of a member's value at most. No client sends as much as `channel_data`. */
const LONGEST = 1_048_576;

/** A member as Redis keeps it. */
export interface KnownMember {
  /** Of the change that added it. */
  readonly version: number;
  readonly data: MemberData;
}

/** Reads a member's value, "version\nchannel_data"; `undefined` where another program has written it. */
export function readMember(value: string): KnownMember | undefined {
  const end = value.indexOf("\n"), version = value.slice(0, end);
  if (value.length > LONGEST || !/^\d{1,16}$/.test(version)) return undefined;
  const data = parseMemberData(value.slice(end + 1));
  return data === undefined ? undefined : { version: Number(version), data };
}
