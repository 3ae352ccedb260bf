/**
 * The configuration cannot be used. `messages` holds everything that is wrong at once, one sentence each, every sentence naming
 * its place (`.env:7 REVERB_SERVER_PORT: …`) and never a secret, so that the operator can mend all of it at once.
 */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly messages: readonly string[];

  constructor(messages: readonly string[], options?: ErrorOptions) {
    super(messages.join("\n"), options);
    this.messages = messages;
  }
}
