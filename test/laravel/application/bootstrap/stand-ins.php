<?php

// What the framework calls of packages that this machine's registry may lack: functions of newer PHP, and Symfony's clock.

namespace {
    if (! function_exists('array_first')) {
        function array_first(array $array): mixed
        {
            return $array === [] ? null : $array[array_key_first($array)];
        }
    }

    if (! function_exists('array_last')) {
        function array_last(array $array): mixed
        {
            return $array === [] ? null : $array[array_key_last($array)];
        }
    }

    if (! function_exists('array_find_key')) {
        function array_find_key(array $array, callable $callback): mixed
        {
            foreach ($array as $key => $value) {
                if ($callback($value, $key)) {
                    return $key;
                }
            }

            return null;
        }
    }

    if (! function_exists('array_find')) {
        function array_find(array $array, callable $callback): mixed
        {
            foreach ($array as $key => $value) {
                if ($callback($value, $key)) {
                    return $value;
                }
            }

            return null;
        }
    }

    if (! function_exists('array_any')) {
        function array_any(array $array, callable $callback): bool
        {
            foreach ($array as $key => $value) {
                if ($callback($value, $key)) {
                    return true;
                }
            }

            return false;
        }
    }

    if (! function_exists('array_all')) {
        function array_all(array $array, callable $callback): bool
        {
            return ! array_any($array, fn ($value, $key) => ! $callback($value, $key));
        }
    }

    if (! function_exists('json_validate')) {
        function json_validate(string $json, int $depth = 512, int $flags = 0): bool
        {
            json_decode($json, null, $depth, $flags);

            return json_last_error() === JSON_ERROR_NONE;
        }
    }
}

namespace Symfony\Component\Clock {
    if (! interface_exists(ClockInterface::class)) {
        interface ClockInterface extends \Psr\Clock\ClockInterface
        {
            public function sleep(float|int $seconds): void;

            public function withTimeZone(\DateTimeZone|string $timezone): static;
        }
    }
}

namespace Pdo {
    if (! class_exists(Mysql::class)) {
        class Mysql extends \PDO
        {
            public const ATTR_SSL_CA = 1009;
        }
    }
}
