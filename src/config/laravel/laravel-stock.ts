// Laravel's own config files, for an application that has no such file and no vendor folder. They hold only the parts that lead to
// the cache entry of `reverb:restart`, to the place where Pulse keeps its entries, and from an event to this server. They are PHP, as
// the application's own files are, so that the same reader reads both.

/** `config/broadcasting.php`; the second variable is that of Laravel 10. */
export const STOCK_BROADCASTING = `<?php
$connection = fn ($driver, $name, $host) => [
  'driver' => $driver,
  'key' => env($name.'_APP_KEY'),
  'secret' => env($name.'_APP_SECRET'),
  'app_id' => env($name.'_APP_ID'),
  'options' => [
    'host' => $host,
    'port' => env($name.'_PORT', 443),
    'scheme' => env($name.'_SCHEME', 'https'),
    'useTLS' => env($name.'_SCHEME', 'https') === 'https',
  ],
];
return [
  'default' => env('BROADCAST_CONNECTION', env('BROADCAST_DRIVER', 'null')),
  'connections' => [
    'reverb' => $connection('reverb', 'REVERB', env('REVERB_HOST')),
    'pusher' => $connection('pusher', 'PUSHER', env('PUSHER_HOST') ?: 'api-'.env('PUSHER_APP_CLUSTER', 'mt1').'.pusher.com'),
    'ably' => ['driver' => 'ably'],
    'redis' => ['driver' => 'redis'],
    'log' => ['driver' => 'log'],
    'null' => ['driver' => 'null'],
  ],
];`;

/** `config/queue.php`. */
export const STOCK_QUEUE = `<?php
return [
  'default' => env('QUEUE_CONNECTION', 'database'),
  'connections' => [
    'sync' => ['driver' => 'sync'],
    'deferred' => ['driver' => 'deferred'],
    'background' => ['driver' => 'background'],
    'database' => [
      'driver' => 'database',
      'connection' => env('DB_QUEUE_CONNECTION'),
      'table' => env('DB_QUEUE_TABLE', 'jobs'),
      'queue' => env('DB_QUEUE', 'default'),
    ],
    'redis' => [
      'driver' => 'redis',
      'connection' => env('REDIS_QUEUE_CONNECTION', 'default'),
      'queue' => env('REDIS_QUEUE', 'default'),
    ],
    'beanstalkd' => ['driver' => 'beanstalkd'],
    'sqs' => ['driver' => 'sqs'],
    'failover' => ['driver' => 'failover', 'connections' => ['database', 'deferred']],
  ],
];`;

/** `config/cache.php`. */
export const STOCK_CACHE = `<?php
use Illuminate\\Support\\Str;
return [
  'default' => env('CACHE_STORE', 'database'),
  'stores' => [
    'array' => ['driver' => 'array'],
    'database' => [
      'driver' => 'database',
      'connection' => env('DB_CACHE_CONNECTION'),
      'table' => env('DB_CACHE_TABLE', 'cache'),
    ],
    'file' => ['driver' => 'file', 'path' => storage_path('framework/cache/data')],
    'memcached' => ['driver' => 'memcached'],
    'redis' => ['driver' => 'redis', 'connection' => env('REDIS_CACHE_CONNECTION', 'cache')],
    'dynamodb' => ['driver' => 'dynamodb'],
    'octane' => ['driver' => 'octane'],
    'failover' => ['driver' => 'failover'],
  ],
  'prefix' => env('CACHE_PREFIX', Str::slug((string) env('APP_NAME', 'laravel')).'-cache-'),
];`;

/** `config/database.php`. */
export const STOCK_DATABASE = `<?php
use Illuminate\\Support\\Str;
$server = fn ($driver, $port) => [
  'driver' => $driver,
  'url' => env('DB_URL'),
  'host' => env('DB_HOST', '127.0.0.1'),
  'port' => env('DB_PORT', $port),
  'database' => env('DB_DATABASE', 'laravel'),
  'username' => env('DB_USERNAME', 'root'),
  'password' => env('DB_PASSWORD', ''),
  'unix_socket' => $driver === 'pgsql' ? null : env('DB_SOCKET', ''),
  'prefix' => '',
];
$redis = fn ($database) => [
  'url' => env('REDIS_URL'),
  'host' => env('REDIS_HOST', '127.0.0.1'),
  'username' => env('REDIS_USERNAME'),
  'password' => env('REDIS_PASSWORD'),
  'port' => env('REDIS_PORT', '6379'),
  'database' => $database,
];
return [
  'default' => env('DB_CONNECTION', 'sqlite'),
  'connections' => [
    'sqlite' => [
      'driver' => 'sqlite',
      'url' => env('DB_URL'),
      'database' => env('DB_DATABASE', database_path('database.sqlite')),
      'prefix' => '',
    ],
    'mysql' => $server('mysql', '3306'),
    'mariadb' => $server('mariadb', '3306'),
    'pgsql' => $server('pgsql', '5432'),
    'sqlsrv' => ['driver' => 'sqlsrv'],
  ],
  'redis' => [
    'options' => ['prefix' => env('REDIS_PREFIX', Str::slug((string) env('APP_NAME', 'laravel')).'-database-')],
    'default' => $redis(env('REDIS_DB', '0')),
    'cache' => $redis(env('REDIS_CACHE_DB', '1')),
  ],
];`;

/** `config/pulse.php` of laravel/pulse. */
export const STOCK_PULSE = `<?php
return [
  'enabled' => env('PULSE_ENABLED', true),
  'storage' => [
    'driver' => env('PULSE_STORAGE_DRIVER', 'database'),
    'database' => ['connection' => env('PULSE_DB_CONNECTION')],
  ],
  'ingest' => [
    'driver' => env('PULSE_INGEST_DRIVER', 'storage'),
    'trim' => ['keep' => '7 days'],
    'redis' => ['connection' => env('PULSE_REDIS_CONNECTION')],
  ],
];`;
