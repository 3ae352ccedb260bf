import { createInterface } from "node:readline";
import { openOwner } from "./bridge-nodes.ts";
import { NodeProbe, PresenceProbe } from "./cluster-probe.ts";

// A process on a bridge, for tests that stop and kill it. Its first argument says what it is: an owner at a path, or a node. What it is
// to do comes in lines of JSON, and so does what it has done.

/** What a node is told to do; it answers each with a line that is the same, once it is done. */
export type HostOrder =
  | { readonly type: "listen"; readonly topic: string }
  | { readonly type: "join"; readonly userId: string }
  | { readonly type: "publish"; readonly topic: string; readonly frame: string };

const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
const [role = "", argument = "", beat = ""] = process.argv.slice(2);

if (role === "owner") {
  const owner = await openOwner(argument, Number(beat));
  say(owner.place);
} else {
  const node = await NodeProbe.onBridge(JSON.parse(argument));
  const members = new PresenceProbe();
  say("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line) as HostOrder;
    if (order.type === "listen") {
      await node.listen(order.topic, order.topic.includes("presence") ? { presence: members.presence } : {});
    } else if (order.type === "join") await members.confirmed(order.userId);
    else node.cluster.events.publish(order.topic, order.frame, undefined);
    say(order);
  }
}
