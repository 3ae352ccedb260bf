<?php

// Writes src/php/evaluate/php-constants.json: constants of PHP's extensions, by their names, for config files that name them.
// Run with the extensions curl, openssl, pdo and redis: php scripts/write-php-constants.php

$constants = get_defined_constants(true);
$listed = [];
foreach (['curl', 'openssl', 'mbstring', 'json', 'filter', 'standard'] as $extension) {
    foreach ($constants[$extension] ?? [] as $name => $value) {
        // The others depend on the machine or on PHP's build.
        if (is_int($value) && preg_match('/^(?:CURL|OPENSSL_|MB_|JSON_|FILTER_|STREAM_|EXTR_|ENT_|LOCK_|SEEK_|SORT_|PATHINFO_)/', $name)) {
            $listed[$name] = $value;
        }
    }
}
foreach (['PDO', 'Redis', 'RedisCluster', 'RedisSentinel'] as $class) {
    if (! class_exists($class)) {
        continue;
    }
    foreach ((new ReflectionClass($class))->getConstants() as $name => $value) {
        if (is_int($value)) {
            $listed["$class::$name"] = $value;
        }
    }
}
ksort($listed);
file_put_contents(
    __DIR__.'/../src/php/evaluate/php-constants.json',
    json_encode($listed, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES)."\n",
);
