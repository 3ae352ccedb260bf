import { ExitCode } from "../process/exit-code.ts";
import { complain, say } from "./running-servers.ts";

/** The options of `resound apps:table`, as the command line gives them. */
export interface AppsTableOptions {
  readonly table?: string;
}

/** Prints the Laravel migration of the table that `apps.provider` = `database` reads. */
export function appsTable({ table = "reverb_apps" }: AppsTableOptions): ExitCode {
  // It stands in PHP code and in SQL.
  if (!/^[A-Za-z_][\w.]{0,63}$/.test(table)) {
    complain(`--table ${JSON.stringify(table)} is no name of a table: use letters, digits and underscores.`);
    return ExitCode.usage;
  }
  say(migration(table));
  return ExitCode.ok;
}

/** Each column has the key of a setting; what is null there is as in the configuration. */
function migration(table: string): string {
  return `<?php

use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Database\\Schema\\Blueprint;
use Illuminate\\Support\\Facades\\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::create('${table}', function (Blueprint $table) {
            $table->id();
            $table->string('app_id')->unique();
            $table->string('key')->unique();
            $table->string('secret');
            $table->boolean('enabled')->default(true);
            $table->json('allowed_origins')->nullable();
            $table->unsignedInteger('max_connections')->nullable();
            $table->unsignedInteger('max_message_size')->nullable();
            $table->string('accept_client_events_from')->nullable();
            $table->json('rate_limiting')->nullable();
            $table->json('webhooks')->nullable();
            // Any other setting by its key: {"ping_interval":30,"recovery":{"enabled":true}}
            $table->json('settings')->nullable();
            $table->timestamps();
            // Changes are found by it.
            $table->index('updated_at');
        });
    }

    public function down(): void
    {
        Schema::dropIfExists('${table}');
    }
};`;
}
