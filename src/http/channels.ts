import { channelInfos, channelUsers, occupiedChannels } from "../hub/census.ts";
import { channelKind, channelNameFault } from "../protocol/channel-name.ts";
import { type ApiAnswer, type ApiCall, requestedAttributes } from "./api-call.ts";
import { ApiError } from "./api-error.ts";

/** `GET /apps/{id}/channels`: the occupied channels, by prefix (`filter_by_prefix`) and with the attributes in `info`. */
export async function getChannels({ hub, parameters }: ApiCall): Promise<ApiAnswer> {
  const prefix = parameters.get("filter_by_prefix") ?? "";
  const channels = await occupiedChannels(hub, prefix, requestedAttributes(parameters.get("info")));
  // An empty result is an object too, since PHP's client cannot read a list there.
  return { json: JSON.stringify({ channels: Object.fromEntries(channels) }) };
}

/** `GET /apps/{id}/channels/{channel}`: whether it is occupied, and the attributes in `info`. */
export async function getChannel({ hub, parameters, path }: ApiCall): Promise<ApiAnswer> {
  const name = channelIn(path);
  const attributes = requestedAttributes(parameters.get("info")).add("occupied");
  return { json: JSON.stringify((await channelInfos(hub, [name], attributes)).get(name)) };
}

/**
 * `GET /apps/{id}/channels/{channel}/users`: the distinct users of a presence channel. `{}` with 404 for a vacant one as in Reverb,
 * and `{}` with 400 for a name that is no presence channel, vacant or not, as with Pusher.
 */
export async function getChannelUsers({ hub, path }: ApiCall): Promise<ApiAnswer> {
  const name = channelIn(path);
  if (channelKind(name).access !== "presence") return { json: "{}", status: 400 };
  const users = await channelUsers(hub, name);
  if (users.length === 0) return { json: "{}", status: 404 };
  return { json: `{"users":[${users.map((userIdJson) => `{"id":${userIdJson}}`).join(",")}]}` };
}

/** The channel in the path. Throws {@link ApiError} 400 where no channel may have that name. */
export function channelIn(path: ApiCall["path"]): string {
  const name = path("channel"), fault = channelNameFault(name);
  if (fault !== undefined) {
    throw new ApiError(400, `The channel in the path is invalid: ${fault}.`, "api_invalid");
  }
  return name;
}
