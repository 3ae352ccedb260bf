/** `config/pulse.php` as Pulse publishes it, as far as it matters here, with the recorders that Reverb's documentation adds. */
export const PULSE_FILE = `<?php

use Laravel\\Pulse\\Pulse;
use Laravel\\Pulse\\Recorders;
use Laravel\\Reverb\\Pulse\\Recorders\\ReverbConnections;
use Laravel\\Reverb\\Pulse\\Recorders\\ReverbMessages;

return [
    'enabled' => env('PULSE_ENABLED', true),
    'storage' => [
        'driver' => env('PULSE_STORAGE_DRIVER', 'database'),
        'trim' => ['keep' => env('PULSE_STORAGE_KEEP', '7 days')],
        'database' => ['connection' => env('PULSE_DB_CONNECTION'), 'chunk' => 1000],
    ],
    'ingest' => [
        'driver' => env('PULSE_INGEST_DRIVER', 'storage'),
        'buffer' => env('PULSE_INGEST_BUFFER', 5_000),
        'trim' => ['lottery' => [1, 1_000], 'keep' => env('PULSE_INGEST_KEEP', '7 days')],
        'redis' => ['connection' => env('PULSE_REDIS_CONNECTION'), 'chunk' => 1000],
    ],
    'recorders' => [
        Recorders\\CacheInteractions::class => [
            'enabled' => env('PULSE_CACHE_INTERACTIONS_ENABLED', true),
            'ignore' => [...Pulse::defaultVendorCacheKeys()],
        ],
        Recorders\\Servers::class => [
            'server_name' => env('PULSE_SERVER_NAME', gethostname()),
            'directories' => explode(':', env('PULSE_SERVER_DIRECTORIES', '/')),
        ],
        ReverbConnections::class => ['sample_rate' => 1],
        ReverbMessages::class => ['sample_rate' => env('MESSAGES_SAMPLE_RATE', 1)],
    ],
];
`;

/** The files of a Laravel application with Pulse; the lines of its `.env` lead to where Pulse keeps its entries. */
export function pulseFiles(env: string): Readonly<Record<string, string>> {
  return {
    artisan: "",
    "config/pulse.php": PULSE_FILE,
    ".env": `APP_NAME=Laravel\nCACHE_STORE=file\n${env}\n`,
  };
}

/** What Pulse's migrations make of its table of buckets, by how `key_hash` comes about. */
export function aggregatesTable(kind: "sqlite" | "mysql" | "pgsql", keyHash: string): readonly string[] {
  const quote = kind === "mysql" ? "`" : '"';
  const id = {
    sqlite: "integer primary key autoincrement not null",
    mysql: "bigint unsigned not null auto_increment primary key",
    pgsql: "bigserial primary key not null",
  }[kind];
  const key = `${quote}key${quote}`;
  return [
    `create table pulse_aggregates (id ${id}, bucket integer not null, period integer not null, ` +
    `type varchar(255) not null, ${key} ${
      kind === "mysql" ? "mediumtext" : "text"
    } not null, key_hash ${keyHash}, ` +
    `aggregate varchar(255) not null, value decimal(20, 2) not null, count integer)`,
    "create unique index pulse_unique on pulse_aggregates (bucket, period, type, aggregate, key_hash)",
  ];
}
