import type { Config } from "../config/config.ts";

/**
 * What the configuration asks for and this version cannot do yet, each with the way out. To start all the same would lose
 * events or serve plain text where encryption is expected, so the start is refused.
 */
export function unsupported({ server }: Config): string[] {
  const messages: string[] = [];
  if (server.scaling.enabled) {
    messages.push(
      "Scaling through Redis is not part of this version, and several nodes would not see each other's events. " +
        "Run one node with REVERB_SCALING_ENABLED=false.",
    );
  }
  return messages;
}
