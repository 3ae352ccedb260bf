import type { Hold } from "../../hub/channels/presence.ts";
import type { MemberData } from "../../protocol/member-data.ts";
import type { RedisCommand, ScriptCall } from "../../redis/redis-link.ts";
import type { CommandBatch } from "../command-batch.ts";
import type { PresenceKeys } from "../redis-keys.ts";
import { HOLD, JOIN, LEAVE } from "../redis-scripts.ts";
import { type KnownMember, readMember } from "./read-member.ts";

/** What the commands need of the rest of the cluster. */
export interface PresenceCommandsParts {
  readonly batch: Pick<CommandBatch, "add" | "later">;
  readonly keys: () => PresenceKeys;
  /** Keys of the holds that former stays of this node may have left. */
  readonly formerHolds: () => readonly string[];
  /** The topic's channel in Redis. */
  readonly channel: string;
  /** The command with which scripts publish. */
  readonly publish: () => "PUBLISH" | "SPUBLISH";
  /** Notes, before the first hold, that this node may have holds on the topic. */
  readonly register: () => void;
  /** Redis has refused a change (out of memory, no permission): this node cannot take part for now. Or the topic is damaged. */
  readonly refused: (error: Error, command: RedisCommand) => void;
  /** The highest version that there can be, by Redis's own clock. */
  readonly latestVersion: () => number;
  /** So many members could not be read. */
  readonly unreadable: (members: number) => void;
}

/** See HOLD. */
type HoldAnswer = [string | null, string[], string[], string[], number];

/** What Redis knows of a topic. */
export interface KnownPresence {
  /** Of the last change; 0 when no user is present. */
  readonly version: number;
  /** In the order in which they came. */
  readonly members: readonly MemberData[];
  /** Users that this command has added or removed, where the application has its members reported. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Whether all members could be read. */
  readonly isWhole: boolean;
  /**
   * Whether the others have cleared up after a former stay of this node, and Redis has lost nothing since: they report the users that
   * this command has added as removed.
   */
  readonly wasGivenUp: boolean;
}

/**
 * Tells Redis which users this node holds on one topic, and reads the answers. A `token` is for an application that has its members
 * reported; without one (an empty text) Redis keeps no marks and does not say who was added or removed.
 */
export class PresenceCommands {
  readonly #parts: PresenceCommandsParts;

  constructor(parts: PresenceCommandsParts) {
    this.#parts = parts;
  }

  /** This node holds one user more. Answers with the version from which on the user is present, and whether it was added. */
  join(
    { userId, json }: MemberData,
    token: string,
    answered: (version: number, isNew: boolean) => void,
  ): void {
    this.#send(JOIN, [token, userId, json], [], (answer) => {
      const [version, added] = answer as [string, string[]];
      answered(Number(version), added.length > 0);
    });
  }

  /** This node holds one user less. Answers with whether the user was removed: no other node holds it. */
  leave(userId: string, token: string, answered: (isRemoved: boolean) => void): void {
    this.#send(LEAVE, [token, userId], [], (answer) => answered(answer === 1));
  }

  /** This node holds these users and no others, and its former stays hold none. Answers with all that Redis knows. */
  hold(holds: readonly Hold[], token: string, answered: (known: KnownPresence) => void): void {
    this.#parts.register();
    const held = holds.flatMap(({ data }) => [data.userId, data.json]);
    this.#send(HOLD, [token, ...held], this.#parts.formerHolds(), (answer) => {
      const [version, fields, added, removed, wasGivenUp] = answer as HoldAnswer;
      const members = inOrderOfComing(fields), unreadable = fields.length / 2 - members.length;
      if (unreadable > 0) this.#parts.unreadable(unreadable);
      answered({
        version: Number(version ?? 0),
        members,
        added,
        removed,
        isWhole: unreadable === 0,
        wasGivenUp: wasGivenUp === 1,
      });
    });
  }

  /** Answers with how many nodes hold a user; not where Redis cannot say it. */
  countNodes(userId: string, answered: (nodes: number) => void): void {
    this.#parts.batch.add(["HGET", this.#parts.keys().references, userId], (answer) => {
      if (!(answer instanceof Error)) answered(Number(answer ?? 0));
    });
  }

  #send(
    script: ScriptCall["script"],
    args: readonly string[],
    formerHolds: readonly string[],
    answered: (answer: unknown) => void,
  ): void {
    const { keys, channel, publish, batch, refused } = this.#parts;
    const { members, references, version, departed, holds } = keys();
    const command: ScriptCall = {
      script,
      keys: [members, references, version, departed, holds, ...formerHolds],
      args: [channel, publish(), this.#parts.latestVersion(), ...args],
    };
    batch.add(command, (answer) => {
      if (answer instanceof Error) refused(answer, command);
      else answered(answer);
    });
  }
}

/** Members as Redis keeps them (user, and what `readMember` reads). One that cannot be read is left out. */
function inOrderOfComing(fields: readonly string[]): MemberData[] {
  const members: KnownMember[] = [];
  for (let index = 0; index < fields.length; index += 2) {
    const member = readMember(fields[index + 1]!);
    if (member !== undefined && member.data.userId === fields[index]) members.push(member);
  }
  members.sort((one, other) => one.version - other.version);
  return members.map(({ data }) => data);
}
