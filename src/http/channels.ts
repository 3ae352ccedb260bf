import { type ChannelInfo, channelInfo } from "../channels/channel-info.ts";
import { channelTopic } from "../channels/topic.ts";
import type { Hub } from "../hub/hub.ts";
import { channelKind } from "../protocol/channel-name.ts";
import { type ApiAnswer, type ApiCall, requestedAttributes } from "./api-call.ts";

/** `GET /apps/{id}/channels`: the occupied channels, by prefix (`filter_by_prefix`) and with what `info` asks for. */
export function getChannels({ hub, parameters }: ApiCall): ApiAnswer {
  const prefix = parameters.get("filter_by_prefix") ?? "";
  const attributes = requestedAttributes(parameters.get("info"));
  const channels: Array<[string, ChannelInfo]> = [];
  for (const channel of hub.channels) {
    if (channel.name.startsWith(prefix)) {
      channels.push([channel.name, infoForChannel(hub, channel.name, attributes)]);
    }
  }
  // An object also when it is empty: PHP's client cannot read a list there.
  return { json: JSON.stringify({ channels: Object.fromEntries(channels) }) };
}

/** `GET /apps/{id}/channels/{channel}`: whether it is occupied, and what `info` asks for. */
export function getChannel({ hub, parameters, path }: ApiCall): ApiAnswer {
  const attributes = requestedAttributes(parameters.get("info")).add("occupied");
  return { json: JSON.stringify(infoForChannel(hub, path("channel"), attributes)) };
}

/**
 * `GET /apps/{id}/channels/{channel}/users`: the distinct users of a presence channel. As in Reverb `{}` with 404 when
 * nobody is subscribed, and with 400 when it is no presence channel.
 */
export function getChannelUsers({ hub, path }: ApiCall): ApiAnswer {
  const channel = hub.channels.find(path("channel"));
  if (channel === undefined) return { json: "{}", status: 404 };
  if (channel.roster === undefined) return { json: "{}", status: 400 };
  const users = Array.from(channel.roster.members(), ({ userIdJson }) => `{"id":${userIdJson}}`);
  return { json: `{"users":[${users.join(",")}]}` };
}

/** What the API tells of one channel, occupied or not. */
export function infoForChannel(hub: Hub, name: string, attributes: ReadonlySet<string>): ChannelInfo {
  const wantsCache = attributes.has("cache") && channelKind(name).cached;
  const cached = wantsCache ? hub.cache.get(channelTopic(hub.application.id, name)) : undefined;
  return channelInfo(hub.channels.find(name), cached, attributes);
}
