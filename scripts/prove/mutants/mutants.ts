/** A defect that is planted: one text of a file of `src/` in place of another, which stands there once. */
export interface Mutant {
  /** What is wrong, in words. */
  readonly name: string;
  /** Below `src/`. */
  readonly file: string;
  readonly search: string;
  readonly replace: string;
}

const SCRIPTS = "cluster/redis-scripts.ts",
  DEPARTURES = "cluster/departures/departure-scripts.ts",
  OUTBOX = "cluster/events/outbox.ts";

/** The planted defects. Each has to be found by the checkers. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: "a join counts a hold twice",
    file: SCRIPTS,
    search: "redis.call('HINCRBY', references, user, 1) > 1 then",
    replace: "redis.call('HINCRBY', references, user, 2) > 2 then",
  },
  {
    name: "a release is lost: the last hold removes no user",
    file: SCRIPTS,
    search: "if left > 0 then return 0 end",
    replace: "if left >= 0 then return 0 end",
  },
  {
    name: "the first of two holds that ends removes the user",
    file: SCRIPTS,
    search: "if left > 0 then return 0 end",
    replace: "if left > 1 then return 0 end",
  },
  {
    name: "a removal is not published",
    file: SCRIPTS,
    search: "redis.call(publish, channel, '-' .. number .. '\\\\n' .. user)",
    replace: "",
  },
  {
    name: "an addition is not published",
    file: SCRIPTS,
    search: "redis.call(publish, channel, sign .. number .. '\\\\n' .. data)",
    replace: "",
  },
  {
    name: "a removal has the version of the change before it",
    file: SCRIPTS,
    search: "  local number = nextVersion()\n  redis.call(publish, channel, '-'",
    replace: "  local number = redis.call('GET', version)\n  redis.call(publish, channel, '-'",
  },
  {
    name: "a departure is not marked",
    file: SCRIPTS,
    search: "redis.call('HSET', departed, '+' .. user, token)",
    replace: "",
  },
  {
    name: "a mark is not taken away when the user comes back",
    file: SCRIPTS,
    search: "redis.call('HDEL', departed, '+' .. user) == 0 and not isRepaired",
    replace: "not isRepaired",
  },
  {
    name: "the holds of a dead node do not end",
    file: SCRIPTS,
    search: "for _, user in ipairs(redis.call('SMEMBERS', holds)) do count = count + leave(user) end",
    replace: "",
  },
  {
    name: "a command of a stay that was cleared up counts",
    file: SCRIPTS,
    search: "if ARGV[5] == '1' then redis.pcall('SET', holds",
    replace: "if false then redis.pcall('SET', holds",
  },
  {
    name: "a channel is vacated while another node has subscribers",
    file: DEPARTURES,
    search: "if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end\nif ARGV[2] ~= ''",
    replace: "if ARGV[2] ~= ''",
  },
  {
    name: "a channel is occupied anew by each node",
    file: DEPARTURES,
    search: "if known or redis.call('SCARD', KEYS[1]) > 1 then return 0 end",
    replace: "if known then return 0 end",
  },
  {
    name: "a survivor takes no marks over",
    file: DEPARTURES,
    search: "    taken[#taken + 1] = all[i]\n    taken[#taken + 1] = all[i + 1]\n",
    replace: "",
  },
  {
    name: "a lease is not renewed",
    file: "cluster/membership/lease-scripts.ts",
    search: "string.format('%.0f', now + ARGV[2])",
    replace: "string.format('%.0f', ends and tonumber(ends) or now + ARGV[2])",
  },
  {
    name: "dead nodes are not cleared up",
    file: "cluster/membership/enrolment.ts",
    search: "for (const node of beat.dead) void this.#survivor.takeOver(node);",
    replace: "",
  },
  {
    name: "an echo is not dropped",
    file: "cluster/events/incoming.ts",
    search: "const isOwn = origin === processId, entry",
    replace: 'const isOwn = origin === "" && processId === "", entry',
  },
  {
    name: "an event of another node is delivered twice",
    file: "cluster/events/incoming.ts",
    search: "    receiver().event(topic, frame, exceptSocketId, id);",
    replace:
      "    receiver().event(topic, frame, exceptSocketId, id);\n    receiver().event(topic, frame, exceptSocketId, id);",
  },
  {
    name: "one event in five stays on its node",
    file: "cluster/events/redis-events.ts",
    search: "    outbox.push(link.publishCommand(keys.channel(topic), message), message.length);",
    replace:
      "    if (this.#sequence % 5 > 0) outbox.push(link.publishCommand(keys.channel(topic), message), message.length);",
  },
  {
    name: "a member that is there is announced again",
    file: "hub/channels/presence.ts",
    search: "if (!this.roster.add(data)) return;",
    replace: "this.roster.add(data);",
  },
  {
    name: "an event that is sent again counts as another one",
    file: "cluster/events/topic-interest.ts",
    search: "if (last !== undefined && sequence <= last) return true;",
    replace: "",
  },
  {
    name: "topics are not listened to again after an outage",
    file: "cluster/events/interest-table.ts",
    search: "      entry.isConfirmed = false;\n      entry.forgetEvent();\n      entry.becomeReady();",
    replace: "      entry.forgetEvent();\n      entry.becomeReady();",
  },
  {
    name: "the connection that is left out gets the event from another node",
    file: "hub/receive-from-cluster.ts",
    search: "if (channel !== undefined) hub.delivery.toChannel(channel, frame, except);",
    replace: "if (channel !== undefined) hub.delivery.toChannel(channel, frame);",
  },
  {
    name: "a missing version is not noticed",
    file: "cluster/presence/shared-presence.ts",
    search: "} else if (change.version !== this.#version + 1) {",
    replace: "} else if (change.version < this.#version) {",
  },
  {
    name: "changes that come while a node asks are dropped",
    file: "cluster/presence/shared-presence.ts",
    search: 'if (this.#phase === "asking") this.#early.push(change);',
    replace: "",
  },
  {
    name: "a connection that ends leaves its hold behind",
    file: "hub/unsubscribe.ts",
    search: "    if (places === undefined) channel.presence?.leave(hold);",
    replace:
      "    if (places === undefined && connection.subscriptions?.size !== 1) channel.presence?.leave(hold);\n    else if (places === undefined) return;",
  },
  {
    name: "a second connection of a user ends the hold of the first",
    file: "hub/channels/presence.ts",
    search: "if (--hold.connections > 0) return;",
    replace: "--hold.connections;",
  },
  {
    name: "a replay is one event too long",
    file: "hub/recovery/replay.ts",
    search: "this.#earlier = earlier.events;",
    replace: "this.#earlier = [...earlier.events, ...earlier.events.slice(-1)];",
  },
  {
    name: "a replay is one event too short",
    file: "hub/recovery/replay.ts",
    search: "this.#earlier = earlier.events;",
    replace: "this.#earlier = earlier.events.slice(1);",
  },
  {
    name: "a channel without subscriptions is counted on",
    file: "cluster/redis-census.ts",
    search:
      "    if (subscriptions === 0) channels.delete(channel);\n    else channels.set(channel, subscriptions);",
    replace: "    channels.set(channel, Math.max(subscriptions, 1));",
  },
  {
    name: "a node that stood still goes on with its old stay",
    file: "cluster/membership/enrolment.ts",
    search: "      lease.renew();\n      peers.look();",
    replace: '      if (lease.id.endsWith(".0")) lease.renew();\n      peers.look();',
  },
  {
    name: "an event that is under way in an outage is not sent again",
    file: OUTBOX,
    search: "    this.#isOpen = false;\n    this.#sent = 0;",
    replace: "    this.#isOpen = false;\n    for (; this.#sent > 0; this.#sent--) this.#takeFirst();",
  },
  {
    name: "a subscription is confirmed before the node listens",
    file: "cluster/events/interest-table.ts",
    search: "    else this.#want(entry);",
    replace: "    else {\n      this.#want(entry);\n      entry.becomeReady();\n    }",
  },
  {
    name: "a departure is reported though the user is back",
    file: DEPARTURES,
    search: "if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end\nredis.call('HDEL'",
    replace: "redis.call('HDEL'",
  },
  {
    name: "events that waited for Redis change places",
    file: OUTBOX,
    search:
      "    const period = this.#period;\n    while (this.#sent < this.#waiting.length) {\n      const entry = this.#waiting.at(this.#sent++)!;",
    replace:
      "    const period = this.#period, begun = this.#sent, last = this.#waiting.length - 1;\n    while (this.#sent < this.#waiting.length) {\n      const entry = this.#waiting.at(begun + last - this.#sent++)!;",
  },
  {
    name: "the frames of a replay change places",
    file: "hub/recovery/replay.ts",
    search: "this.#earlier = earlier.events;",
    replace: "this.#earlier = earlier.events.toReversed();",
  },
];
