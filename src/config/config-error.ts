/**
 * The configuration cannot be used. `messages` holds everything that is wrong at once, one sentence each, every sentence naming
 * its place (`.env:7 REVERB_SERVER_PORT: …`) and never a secret, so that the operator can mend all of it at once.
 *
 * `warnings` holds what was found besides. One of them often explains an error: a key that is missing may stand beside a misspelt one.
 */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly messages: readonly string[];
  readonly warnings: readonly string[];

  constructor(
    messages: readonly string[],
    { warnings = [], ...options }: ErrorOptions & { readonly warnings?: readonly string[] } = {},
  ) {
    super(messages.join("\n"), options);
    this.messages = messages;
    this.warnings = warnings;
  }
}
