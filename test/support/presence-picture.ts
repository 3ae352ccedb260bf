/** What one client knows of a presence channel from nothing but the frames that it got. */
export interface PresencePicture {
  /** Ids of who is there, sorted. */
  readonly users: readonly string[];
  /** What it was told since it subscribed, in order: `+id` for `member_added`, `-id` for `member_removed`. */
  readonly told: readonly string[];
  /** What does not fit: a member was added twice, or removed without having been there. */
  readonly faults: readonly string[];
}

/** Reads a client's frames as pusher-js does: the roster of the confirmation, and each change after it. */
export function presencePicture(frames: readonly string[], channel: string): PresencePicture {
  let users = new Set<string>(), told: string[] = [];
  const faults: string[] = [];
  for (const raw of frames) {
    const frame = JSON.parse(raw) as { event: string; channel?: string; data?: string };
    if (frame.channel !== channel) continue;
    switch (frame.event) {
      case "pusher_internal:subscription_succeeded": {
        const { presence } = JSON.parse(frame.data ?? "{}") as {
          presence: { count: number; ids: (string | number)[]; hash: Record<string, unknown> };
        };
        users = new Set(presence.ids.map(String));
        told = [];
        if (presence.count !== users.size || Object.keys(presence.hash).length !== users.size) {
          faults.push(`a roster that contradicts itself: ${frame.data}`);
        }
        break;
      }
      case "pusher_internal:member_added": {
        const id = userOf(frame.data);
        if (users.has(id)) faults.push(`${id} was added twice`);
        users.add(id);
        told.push(`+${id}`);
        break;
      }
      case "pusher_internal:member_removed": {
        const id = userOf(frame.data);
        if (!users.delete(id)) faults.push(`${id} was removed without having been there`);
        told.push(`-${id}`);
        break;
      }
    }
  }
  return { users: [...users].sort(), told, faults };
}

function userOf(data: string | undefined): string {
  return String((JSON.parse(data ?? "{}") as { user_id: string | number }).user_id);
}
