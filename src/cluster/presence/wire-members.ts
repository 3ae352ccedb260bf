import { type MemberData, parseMemberData } from "../../protocol/member-data.ts";

/** Members as Redis keeps them (user, "version\nchannel_data"), first come first. */
export function inOrderOfComing(fields: readonly string[]): MemberData[] {
  const entries: { readonly version: number; readonly channelData: string }[] = [];
  for (let index = 1; index < fields.length; index += 2) {
    const value = fields[index]!, end = value.indexOf("\n");
    entries.push({ version: Number(value.slice(0, end)), channelData: value.slice(end + 1) });
  }
  entries.sort((one, other) => one.version - other.version);
  return membersOf(entries.map(({ channelData }) => channelData));
}

/** Members by their `channel_data`; what is none is left out. */
export function membersOf(channelData: readonly string[]): MemberData[] {
  return channelData.flatMap((text) => parseMemberData(text) ?? []);
}
