import { jsonMember } from "./json-member.ts";
import { parseObject } from "./json-object.ts";

/** The user that a presence subscription stands for, read from its `channel_data`. */
export interface MemberData {
  /** The user's id as text: `1` and `"1"` are one user. */
  readonly userId: string;
  /** The id as it was sent, as JSON text: a number stays a number (as in Reverb). */
  readonly userIdJson: string;
  /** `user_info` as JSON text; `null` when there was none. */
  readonly userInfoJson: string;
  /** The whole `channel_data`, for `member_added`. */
  readonly json: string;
}

/**
 * Reads `channel_data`; `undefined` unless it is a JSON object with a `user_id`: a number, or a string that is not empty and is
 * well-formed Unicode. Two ids that differ in a lone surrogate alone would be one user in UTF-8.
 */
export function parseMemberData(channelData: string): MemberData | undefined {
  const data = parseObject(channelData);
  if (data === undefined) return undefined;
  const id = data["user_id"];
  if (typeof id === "number" ? !Number.isFinite(id) : typeof id !== "string") return undefined;
  if (typeof id === "string" && (id === "" || !id.isWellFormed())) return undefined;
  const userIdJson = jsonMember(channelData, "user_id") ?? "null";
  return {
    // The digits of a number as they were sent, since rounding could make one id of two long ones.
    userId: typeof id === "string" ? id : userIdJson,
    userIdJson,
    userInfoJson: objectJson(jsonMember(channelData, "user_info") ?? "null"),
    json: channelData,
  };
}

/** PHP encodes an empty array as `[]`, but clients expect an object as user info. */
function objectJson(json: string): string {
  return /^\[\s*\]$/.test(json) ? "{}" : json;
}
