<?php

// What PHP and the application's framework make of programs as config files hold them. argv: the vendor folder; input and output: JSON.

use Illuminate\Config\Repository;
use Illuminate\Foundation\Application;
use Illuminate\Support\Collection;
use Illuminate\Support\Stringable;

error_reporting(0);
require "$argv[1]/autoload.php";

$app = new Application('/srv/app');
$app->instance('config', new Repository([]));

/** A value with its type: an int is not a float, and an object is what a setting would see of it. */
function tagged(mixed $value): mixed
{
    return match (true) {
        is_array($value) => ['array' => array_map(
            fn ($key, $inner) => [is_int($key) ? $key : "s:$key", tagged($inner)],
            array_keys($value),
            $value,
        )],
        is_int($value) => ['int' => (string) $value],
        is_float($value) => ['float' => is_finite($value) ? bin2hex(pack('E', $value)) : (string) $value],
        $value instanceof Stringable => (string) $value,
        $value instanceof Collection => tagged($value->all()),
        $value instanceof UnitEnum => ['enum' => $value->name],
        is_object($value) => ['object' => true],
        default => $value,
    };
}

$results = [];
foreach (json_decode(stream_get_contents(STDIN), true) as $program) {
    $file = tempnam(sys_get_temp_dir(), 'resound');
    file_put_contents($file, "<?php\nuse Illuminate\\Support\\{Arr, Env, Str};\n$program");
    ob_start();
    try {
        $results[] = tagged((static fn () => require $file)());
    } catch (Throwable $e) {
        $results[] = ['thrown' => true];
    }
    ob_end_clean();
    unlink($file);
}
echo json_encode($results, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE);
