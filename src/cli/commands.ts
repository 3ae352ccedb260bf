import { resolve } from "node:path";
import { Option } from "commander";
import { ExitCode } from "../process/exit-code.ts";
import { CHECK_OPTION, CONFIGURED_OPTION } from "../process/successor-check.ts";
import { SUCCESSOR_OPTION } from "../process/handover/successor-command.ts";
import { type AddCommand, command } from "./command.ts";
import {
  addConfigOptions,
  addFileOptions,
  addFolderOption,
  devOption,
  type FolderOptions,
} from "./config-options.ts";
import type { AppsTableOptions } from "./apps-table.ts";
import type { DoctorOptions } from "./doctor.ts";
import type { HealthOptions } from "./health.ts";
import type { InstallOptions } from "./install.ts";
import type { MigrateOptions } from "./migrate.ts";
import type { RestartOptions } from "./restart.ts";
import { sampleEvents } from "./sample-events.ts";
import type { ShowConfigOptions } from "./show-config.ts";
import type { StartOptions } from "./start.ts";
import type { TestWebhooksOptions } from "./test-webhooks.ts";
import type { WatchOptions } from "./watch.ts";

/**
 * Every command, in the order of the help text. What a command does is in a file of its own, which is loaded when the command is called:
 * so a health check loads no server, and a server no `doctor`.
 */
export const commands: readonly AddCommand[] = [
  command<StartOptions>({
    name: "start",
    description: "start the server",
    isDefault: true,
    watchesOutput: true,
    options: (command) =>
      addConfigOptions(command)
        .option("--debug", "show every message that passes through", false)
        .addOption(devOption())
        .addOption(new Option("--worker <number>").hideHelp())
        .addOption(new Option(SUCCESSOR_OPTION).hideHelp())
        .addOption(new Option(CHECK_OPTION).hideHelp())
        .addOption(new Option(CONFIGURED_OPTION).hideHelp()),
    run: async (options) => await (await import("./start.ts")).start(options),
  }),
  command<RestartOptions>({
    name: "restart",
    description:
      "have a new process take the running server's place; where that cannot be, stop it for its process manager",
    options: (command) =>
      addFolderOption(command)
        .option("--all", "every node of the cluster, one after the other")
        .option("--force", "also where the new configuration cannot be used"),
    run: async (options) => await (await import("./restart.ts")).restart(options),
  }),
  command<FolderOptions>({
    name: "reload",
    description: "have the running server read its configuration and certificates again",
    options: addFolderOption,
    run: async (options) => await (await import("./reload.ts")).reload(options),
  }),
  command<WatchOptions>({
    name: "watch",
    description: "follow the events, subscriptions and refusals of the running server",
    options: (command) =>
      addFolderOption(command)
        .option("--channel <pattern>", "only these channels; * stands for any text: 'private-orders.*'")
        .option("--event <pattern>", "only these events: OrderShipped, or 'Order*'")
        .option("--connection <id>", "only what this connection (its socket_id) does and what it is sent")
        .option("--data", "the data of each event too, cut to 200 characters and without secrets")
        .option("--json", "one JSON object a line, for programs"),
    run: async (options) => await (await import("./watch.ts")).watch(options),
  }),
  command<InstallOptions>({
    name: "install",
    description: "add what is missing to the .env of a Laravel application",
    options: (command) =>
      command.option("--laravel <folder>", "folder of the Laravel application (default: the current folder)")
        .option("--certbot <name>", "TLS by Resound itself with this certificate of certbot's, as root")
        .option(
          "--certbot-config-dir <folder>",
          "the folder in which certbot keeps everything",
          "/etc/letsencrypt",
        ),
    run: async (options) => (await import("./install.ts")).install(resolve(options.laravel ?? "."), options),
  }),
  command<MigrateOptions>({
    name: "migrate",
    description:
      "print the configuration of soketi, or what Laravel has for Pusher, as Resound's own; it holds secrets",
    options: (command) =>
      command.argument("<server>", "soketi or pusher")
        .option("--laravel <folder>", "folder of the Laravel application (default: the current folder)")
        .option("--config <file>", "soketi's config file, a .json")
        .option("--toml", "a resound.toml in place of lines for .env"),
    run: async (options, operands) => (await import("./migrate.ts")).migrate(options, operands),
  }),
  command<DoctorOptions>({
    name: "doctor",
    description: "check the configuration and the way to the server, link by link",
    options: (command) =>
      addConfigOptions(command).option("--json", "print the report as one JSON object", false),
    run: async (options) => await (await import("./doctor.ts")).doctor(options),
  }),
  command<HealthOptions>({
    name: "health",
    description: "ask the running server whether it is well (exit code 0 or 1)",
    usageCode: ExitCode.failed,
    options: (command) =>
      addConfigOptions(command)
        .option(
          "--ready",
          "ask whether clients should be sent there: not while it stops or its Redis is away",
          false,
        ),
    run: async (options) => await (await import("./health.ts")).health(options),
  }),
  command<ShowConfigOptions>({
    name: "config",
    description: "print the configuration, each value with its source",
    options: (command) =>
      addConfigOptions(command)
        .option("--json", "print it as JSON, with the warnings and errors in it", false)
        .addOption(devOption()),
    run: async (options) => (await import("./show-config.ts")).showConfig(options),
  }),
  command<AppsTableOptions>({
    name: "apps:table",
    description: "print the Laravel migration of a table of applications",
    options: (command) => command.option("--table <name>", "name of the table (default: reverb_apps)"),
    run: async (options) => (await import("./apps-table.ts")).appsTable(options),
  }),
  command<FolderOptions>({
    name: "apps:refresh",
    description: "have the running server look up again the application with this id, or all that it knows",
    options: (command) => addFolderOption(command.argument("[id]", "id of the application")),
    run: async (options, operands) =>
      await (await import("./apps-refresh.ts")).appsRefresh(options, operands),
  }),
  command<TestWebhooksOptions>({
    name: "webhooks:test",
    description: "send a signed sample to the application's webhooks and explain the answer",
    options: (command) =>
      addFileOptions(command.argument("[url]", "where to, in place of every URL that is configured"))
        .option("--app <id>", "id of the application whose webhooks are meant, or that signs")
        .option(
          "--event <names>",
          "events of the sample, with commas; all for every one (default: the first that the webhook is for)",
          sampleEvents,
        ),
    run: async (options, operands) =>
      await (await import("./test-webhooks.ts")).testWebhooks(options, operands),
  }),
];
