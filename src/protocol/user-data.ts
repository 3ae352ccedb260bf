import { parseObject } from "./json-object.ts";
import { jsonMember } from "./json-member.ts";

/** The user that signs in with `pusher:signin`. */
export interface UserData {
  readonly id: string;
  /** `user_info` as JSON text; `null` when there was none. */
  readonly userInfoJson: string;
  /** Ids of the users to watch, without duplicates; possibly more than the limit. */
  readonly watchlist: readonly string[];
}

/** Reads `user_data`; `undefined` unless it is a JSON object with a non-empty string `id`. */
export function parseUserData(userData: string): UserData | undefined {
  const data = parseObject(userData);
  const id = data?.["id"];
  if (data === undefined || typeof id !== "string" || id === "") return undefined;
  const watchlist = data["watchlist"] ?? [];
  if (!Array.isArray(watchlist) || !watchlist.every((entry) => typeof entry === "string" && entry !== "")) {
    return undefined;
  }
  return {
    id,
    userInfoJson: jsonMember(userData, "user_info") ?? "null",
    watchlist: [...new Set<string>(watchlist)],
  };
}
