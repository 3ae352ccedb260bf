import { describe, expect, test } from "bun:test";
import { connectionsOf } from "../../support/api-answers.ts";
import { ApiClient } from "../../support/api-client.ts";
import { eventually } from "../../support/eventually.ts";
import { INVALID_MESSAGE } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { useCluster } from "../../support/use-server.ts";

/** Names that were, or look like, the topics of a user and of a user's watchers. */
const FORGED = [
  "\n\nuser\n5",
  "\nuser\n5",
  "#user\napp-id\n5",
  "\n\nwatchers\n5",
  "\nwatchers\n5",
  "#watchers\napp-id\n5",
];

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("with client events from all", () => {
  const cluster = useCluster({ nodes: 2, env: { REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM: "all" } });

  test.each([...FORGED])(
    "a channel that is called %j reaches no user and no watcher on another node",
    async (channel) => {
      // The user of the test before has gone.
      await eventually(() => connectionsOf(cluster.node(0)), (count) => count === 0);
      await using user = await Peer.connect(cluster.node(1));
      await using stranger = await Peer.connect(cluster.node(0));
      expect(await user.signIn('{"id":"5","watchlist":["5"]}')).toContain("signin_success");
      await user.nextEvent("pusher_internal:watchlist_events");

      stranger.send({ event: "client-forged", channel, data: "from a stranger" });
      expect(await stranger.next()).toBe(INVALID_MESSAGE);
      const api = new ApiClient(cluster.node(0));
      expect((await api.trigger(channel, "forged", "x")).status).toBe(422);
      expect((await api.get(`/channels/${encodeURIComponent(channel)}`, { info: "cache" })).status).toBe(400);

      // What comes after a forged event is the user's first: nothing came before it.
      expect((await api.trigger("#server-to-user-5", "greeting", "1")).status).toBe(200);
      expect(await user.next()).toBe('{"event":"greeting","data":"1","channel":"#server-to-user-5"}');
      await user.expectSilence();
    },
  );
});
