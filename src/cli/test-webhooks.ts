import type { ApplicationConfig, Config, WebhookConfig } from "../config/config.ts";
import { loadProcessConfig } from "../config/load-process-config.ts";
import type { WebhookEventName } from "../config/kinds/webhook-event-name.ts";
import { isWebUrl } from "../config/kinds/webhook-kind.ts";
import { postWebhook } from "../webhooks/post-webhook.ts";
import { configMessages, type ConfigOptions, configSource } from "./config-options.ts";
import { ExitCode } from "../process/exit-code.ts";
import { tryWebhook, type WebhookTrial } from "./webhook-trial.ts";
import { writeError, writeOut } from "../process/outputs.ts";

/** The options of `resound webhooks:test`, as the command line gives them. */
export interface TestWebhooksOptions extends ConfigOptions {
  readonly app?: string;
  readonly event?: readonly WebhookEventName[];
}

export async function testWebhooks(
  options: TestWebhooksOptions,
  [url]: readonly string[],
): Promise<ExitCode> {
  let config: Config;
  try {
    config = loadProcessConfig(configSource(options));
  } catch (error) {
    return refuse(...configMessages(error));
  }
  const trials = chooseTrials(config, options, url);
  if (typeof trials === "string") return refuse(trials);
  let taken = 0;
  for (const [index, trial] of trials.entries()) {
    if (index > 0) say("");
    const isTaken = await tryWebhook(trial, {
      post: postWebhook,
      wallClock: () => Date.now(),
      monotonic: () => performance.now(),
      newId: () => crypto.randomUUID(),
      say,
    });
    if (isTaken) taken++;
  }
  if (trials.length > 1) say(`\n${taken} of ${trials.length} webhooks are taken`);
  return taken === trials.length ? ExitCode.ok : ExitCode.failed;
}

/** What is to be sent, or why nothing can be. */
function chooseTrials(
  { applications, development, provider, server }: Config,
  { app, event }: TestWebhooksOptions,
  url: string | undefined,
): readonly WebhookTrial[] | string {
  if (development) {
    return "No application is configured, so nothing can be signed as the application expects it. " +
      "Let `resound install` write one into .env, or name its folder with --laravel.";
  }
  if (provider.kind !== "config") {
    return `Applications come from elsewhere (apps.provider is ${provider.kind}), and none is known here. ` +
      "Set apps.provider to config for this command (REVERB_APPS_PROVIDER=config), with the application's id, key and secret.";
  }
  const chosen = applications.filter(({ id }) => app === undefined || id === app);
  const ids = applications.map(({ id }) => id).join(", ");
  if (chosen.length === 0) return `No application has the id ${JSON.stringify(app)}; there is ${ids}.`;
  const trialsOf = (application: ApplicationConfig, webhooks: readonly WebhookConfig[]): WebhookTrial[] =>
    webhooks.map((webhook) => ({
      application,
      webhook,
      events: event ?? webhook.events.slice(0, 1),
      options: server.webhooks,
    }));
  if (url === undefined) {
    const trials = chosen.flatMap((application) => trialsOf(application, application.webhooks));
    return trials.length > 0 ? trials : "No webhooks are configured" +
      `${app === undefined ? "" : ` for application ${app}`}: set REVERB_WEBHOOK_URL in .env, ` +
      "or webhooks in the application's entry of the config file, or give a URL here.";
  }
  if (!isWebUrl(url)) return "The URL must begin with http:// or https:// and name a host.";
  const { href } = new URL(url);
  const known = chosen.flatMap((application) =>
    trialsOf(application, application.webhooks.filter((webhook) => webhook.url === href))
  );
  if (known.length > 0) return known;
  if (chosen.length > 1) return `Which application signs? Name it with --app: ${ids}.`;
  return trialsOf(chosen[0]!, [{
    url: href,
    events: ["channel_occupied"],
    headers: {},
    filter: { prefix: "", suffix: "" },
  }]);
}

function say(line: string): void {
  writeOut(`${line}\n`);
}

function refuse(...lines: readonly string[]): ExitCode {
  for (const line of lines) writeError(`${line}\n`);
  return ExitCode.usage;
}
